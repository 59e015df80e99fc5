"""Schemas: what the operations answer, as types. The answer to events is written by msgspec, and has the same shape."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field

from regulars.exchange.ledger.holdings import Balance, HoldView, LotView, TierView
from regulars.exchange.ledger.reasons import Working
from regulars.exchange.ledger.statement import StatementLine
from regulars.programme.sentences import title_in


class Reason(BaseModel):
    """Why something was not done: decide by the code, show the sentence."""

    code: str
    sentence: str
    figures: dict[str, Any] = Field(description="The numbers and names in it, such as `field` and `line`.")


class Moved(BaseModel):
    """What came to the member (or, below zero, went), in whole points."""

    available: int
    pending: int
    held: int = Field(description="Set aside.")


class EventResult(BaseModel):
    """What became of one event, at the same place as the event in the request."""

    event: str = Field(description="The source's own id.")
    status: Literal["recorded", "duplicate", "quarantined"]
    id: UUID | None = Field(description="The id it has here; none when it was set aside or the run is dry.")
    points: dict[str, Moved] = Field(description="By currency; of a duplicate, what it moved the first time.")
    refusal: Reason | None
    more: list[Reason] = Field(description="Further reasons, at most 19.")


class Counts(BaseModel):
    """How many events came to what."""

    recorded: int
    duplicate: int
    quarantined: int


class EventResults(BaseModel):
    """The results of a request, in the order of its events."""

    dry_run: bool = Field(description="Whether everything was rolled back.")
    source: str = Field(description="The source under which the events are known.")
    counts: Counts
    results: list[EventResult]


class TierMoved(BaseModel):
    """The ids of the tiers from which and to which an act moved the member."""

    before: str
    after: str


class ActAnswer(BaseModel):
    """What an act did. The same act again is answered alike."""

    dry_run: bool = Field(description="Whether everything was rolled back.")
    source: str = Field(description="Under whose name the act is known.")
    event: str = Field(description="The source's own id of it.")
    member: str = Field(description="The member's number.")
    id: UUID | None = Field(description="The id it has here; none when the run is dry.")
    received: UUID | None = Field(description="Of a transfer, the event by which the points arrived.")
    points: dict[str, Moved] = Field(description="By currency, what it moved.")
    pays: Money | None = Field(description="What it takes off the bill; none when it pays for nothing.")
    tier: TierMoved | None = Field(description="Where it moved the tier; none where it did not, and of households.")
    household: str | None = Field(None, description="The number of the household that was joined or left, if one was.")


class HeldPoints(BaseModel):
    """Points that are set aside."""

    id: UUID = Field(description="The id of the hold.")
    source: str
    event: str = Field(description="The source's own id of it.")
    currency: str
    points: int = Field(description="What is left of it.")
    reward: str | None = Field(description="The id of the reward that they are held for, if they are for one.")
    held_on: date
    until: date = Field(description="The last day; then they come back by themselves.")

    @classmethod
    def of(cls, hold: HoldView) -> HeldPoints:
        """As the ledger sees it."""
        return cls(
            id=hold.id, source=hold.source, event=hold.name, currency=hold.currency.id, points=hold.left,
            reward=hold.reward.id if hold.reward else None, held_on=hold.held_on, until=hold.until,
        )  # fmt: skip


class HoldsAnswer(BaseModel):
    """What is set aside for a member."""

    number: str
    holds: list[HeldPoints]


class SomeLot(BaseModel):
    """What is left of one grant."""

    seq: int = Field(description="The `seq` of the movement that gave it.")
    currency: str
    amount: int = Field(description="What was given.")
    left: int = Field(description="What is left of it; what is held is not.")
    pending: bool = Field(description="Whether it still waits.")
    earned_on: date
    available_on: date
    expires_on: date | None = Field(description="The last day to spend it; none where no day is fixed.")
    version: int = Field(description="The version of the programme it was given under.")
    ends: str = Field(description="Until when, as a sentence.")

    @classmethod
    def of(cls, lot: LotView, language: str) -> SomeLot:
        """As the ledger sees it."""
        return cls(
            seq=lot.seq, currency=lot.currency.id, amount=lot.amount, left=lot.left, pending=lot.pending,
            earned_on=lot.earned_on, available_on=lot.available_on, expires_on=lot.expires_on, version=lot.version,
            ends=lot.ends(language),
        )  # fmt: skip


class LotsAnswer(BaseModel):
    """What is left of every grant of a member."""

    number: str
    lots: list[SomeLot]


class Money(BaseModel):
    """An amount of money."""

    amount: int = Field(description="In minor units.")
    currency: str = Field(description="ISO 4217.")


class NextTier(BaseModel):
    """The tier above."""

    level: str
    title: str
    at: int = Field(description="The progress that reaches it.")
    missing: int = Field(description="How much of it lacks.")


class MemberTier(BaseModel):
    """Where a member stands. Progress is money in minor units when `counts` is `spend`, else a count."""

    level: str
    title: str
    counts: str = Field(description="`spend`, `visits`, or the currency that counts.")
    progress: int
    next: NextTier | None
    kept_until: date | None = Field(description="Through which day it is theirs if nothing comes; none: no end.")
    grace_until: date | None = Field(description="Through which day it is kept although progress fell short.")
    to_keep: int = Field(description="What lacks to keep it longer.")
    sentences: list[str] = Field(description="The same in words.")

    @classmethod
    def of(cls, view: TierView, language: str) -> MemberTier:
        """As the ledger sees it."""
        above, tiers = view.next, view.programme.tiers
        return cls(
            level=view.current.id,
            title=title_in(view.current.title, language),
            counts=tiers.counts if tiers else "",
            progress=view.progress,
            next=NextTier(level=above.id, title=title_in(above.title, language), at=above.at, missing=view.missing)
            if above
            else None,
            kept_until=view.yours_until,
            grace_until=view.grace_until,
            to_keep=view.to_keep,
            sentences=view.sentences(language),
        )


class MemberAnswer(BaseModel):
    """Who a member is. Empty texts are not known."""

    number: str
    given_name: str
    family_name: str
    preferred_name: str
    email: str
    phone: str
    language: str
    birth_month: int | None
    birth_day: int | None
    birth_year: int | None
    joined_on: date
    tier: MemberTier | None = Field(description="None in a programme without tiers.")
    household: str | None = Field(None, description="The number of the household that holds the points, if one does.")


class OnDay(BaseModel):
    """Points that change on a day by time alone."""

    on: date
    points: int


class CurrencyBalance(BaseModel):
    """What a member has of one currency."""

    currency: str
    title: str
    available: int = Field(description="May be spent now.")
    pending: int = Field(description="Still waits.")
    held: int = Field(description="Set aside, until it is captured or released.")
    debt: int = Field(description="Owed after returns; what is earned next pays it back.")
    worth: Money | None = Field(
        description="What `available` is worth at least; none where the programme states no value."
    )
    coming: list[OnDay] = Field(description="When what waits becomes available.")
    expiring: list[OnDay] = Field(description="What would expire if nothing happened.")

    @classmethod
    def of(cls, balance: Balance, money: str, language: str) -> CurrencyBalance:
        """As the ledger sees it; `money` is the programme's."""
        return cls(
            currency=balance.currency.id,
            title=title_in(balance.currency.title, language),
            available=balance.available,
            pending=balance.pending,
            held=balance.held,
            debt=balance.debt,
            worth=Money(amount=balance.worth, currency=money) if balance.worth is not None else None,
            coming=[OnDay(on=on, points=points) for on, points in balance.coming],
            expiring=[OnDay(on=on, points=points) for on, points in balance.expiring],
        )


class BalanceAnswer(BaseModel):
    """What a member has at this moment, what has just fallen due included."""

    number: str
    balances: list[CurrencyBalance]


class Step(BaseModel):
    """One step of the working."""

    what: str
    figure: str


class Movement(BaseModel):
    """One movement of points, with its reason."""

    seq: int = Field(description="Its place in the order in which movements were recorded.")
    at: datetime = Field(description="When it belongs.")
    event: UUID | None = Field(description="The event that moved it; none for what fell due by time alone.")
    event_type: str
    store: str
    by: str | None = Field(
        description="In the account of a household, the number of the member whose it was; none in a member's own."
    )
    told_under: str | None = Field(
        description="Of a member who has several numbers by a merge, the one it was told under; none for their own."
    )
    kind: str = Field(description="accrual, activation, redemption, hold, expiry, clawback and so on.")
    currency: str
    amount: int = Field(description="What it did to `pot`; below zero what left it.")
    pot: Literal["available", "pending", "held", "debt"]
    within: bool = Field(description="Whether it moved between pots of the member's own.")
    available_on: date | None
    expires_on: date | None
    version: int = Field(description="The version of the programme that it was made under.")
    available_after: int
    pending_after: int
    held_after: int
    debt_after: int
    rule: str
    title: str = Field(description="What happened, in a few words.")
    why: str = Field(description="The reason, in a sentence or a few.")
    rule_sentence: str = Field(description="The whole rule, as it read then.")
    working: list[Step] = Field(description="How it was worked out.")

    @classmethod
    def of(cls, line: StatementLine, language: str, numbers: Mapping[int, str]) -> Movement:
        """As the ledger sees it; `numbers` are those of its tellers, and those it was told under, by account."""
        return cls(
            seq=line.seq,
            at=line.at,
            event=line.event,
            event_type=line.event_type,
            store=line.store,
            by=numbers.get(line.teller),
            told_under=numbers.get(line.told_under),
            kind=line.kind,
            currency=line.currency,
            amount=line.amount,
            pot=cast(Literal["available", "pending", "held", "debt"], line.pot),
            within=line.within,
            available_on=line.available_on,
            expires_on=line.expires_on,
            version=line.version,
            available_after=line.available_after,
            pending_after=line.pending_after,
            held_after=line.held_after,
            debt_after=line.debt_after,
            rule=line.reason.rule,
            title=line.title(language),
            why=line.why(language),
            rule_sentence=line.rule_sentence(language),
            working=steps(line.working(language)),
        )


class StatementAnswer(BaseModel):
    """A page of a statement, the movement that was recorded last first."""

    number: str
    language: str = Field(description="The language of the reasons.")
    lines: list[Movement]
    next: str | None = Field(description="The `cursor` of the next page; none on the last.")


def steps(working: Working) -> list[Step]:
    """The working as the ledger tells it."""
    return [Step(what=what, figure=figure) for what, figure in working]


class Earned(BaseModel):
    """Points of one currency in all."""

    currency: str
    title: str
    points: int
    available_on: date
    expires_on: date | None = Field(description="None without a fixed day.")


class Given(BaseModel):
    """What one rule would give, and why."""

    rule: str
    title: str
    currency: str
    points: int
    why: str
    working: Annotated[list[Step], BeforeValidator(steps)]


class NotGiven(BaseModel):
    """Why one rule would give nothing."""

    rule: str
    title: str
    code: str = Field(description="Stable; docs/api.md lists them.")
    why: str
    missing: list[str] = Field(description="The conditions that do not hold.")
    to_go: int = Field(description="How often still, for a rule that counts.")


class HeldBack(BaseModel):
    """What a cap would hold back."""

    cap: str
    title: str
    points: int


class QuotedTier(BaseModel):
    """Where the member would stand afterwards."""

    level: str
    title: str
    rises: bool = Field(description="Whether the basket reaches it.")
    next: str | None
    missing: int = Field(description="What would lack to the next.")
    sentence: str


class QuoteAnswer(BaseModel):
    """What a basket would earn, and why not more. With a refusal the rest is empty."""

    version: int = Field(description="The version of the programme that holds then.")
    earned: list[Earned]
    given: list[Given]
    not_given: list[NotGiven]
    held_back: list[HeldBack]
    tier: QuotedTier | None
    refusal: Reason | None
