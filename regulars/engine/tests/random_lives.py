"""Random lives: what one member does over the years, and a host that tells the kernel of it.

A life is drawn as plans (buy, bring back, spend, come by, be told) with the time between them. `live` turns the
plans into events, as only the fold knows what is left to bring back or to spend; laws then fold those events again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from hypothesis import strategies as st

from regulars.engine.ended import Ended
from regulars.engine.entries import (
    ACCRUAL,
    ACTIVATION,
    REDEEMED,
    REVERSAL,
    Entry,
    Moved,
    Outcome,
    TierMove,
)
from regulars.engine.events import (
    ADJUSTMENT,
    CAPTURE,
    FORFEITURE,
    HOLD,
    NOTICE,
    PURCHASE,
    REDEMPTION,
    RELEASE,
    RETURN,
    TIER,
    TIER_NOTICE,
    TRANSFER_IN,
    TRANSFER_OUT,
    VISIT,
    Event,
    Grant,
    Origin,
    Spent,
)
from regulars.engine.events import REVERSAL as REVERSED
from regulars.engine.kernel import Kernel
from regulars.engine.purse import NEVER
from regulars.engine.standing import Standing
from regulars.engine.tests.random_rewards import WISHES

MINUTE_US = 60_000_000
DAY_MINUTES = 1_440
START_US = 1_704_450_000_000_000  # 5 January 2024, 10:20 UTC
REFERRAL = "referral"
DELIVERY = "order delivered"

NETS = (0, 0, 1, 33, 99, 100, 199, 250, 500, 999, 1_000, 2_049, 12_345, 10**9)
GOODS: tuple[dict[str, Any], ...] = (
    {"sku": "A", "brand": "Own", "category": "Wine", "organic": True, "size": 1},
    {"sku": "B", "brand": "Own", "category": "Bread", "organic": False},
    {"sku": "C", "brand": "Farm", "category": "Bread", "size": 2},
    {"sku": "D", "brand": "Farm", "category": None, "organic": True, "size": 3},
    {"sku": "E", "category": "Wine"},
    {"sku": "F"},
)
OF_A_LINE = ("sku", "brand", "category", "organic", "size", "gross", "tax", "shipping")


@dataclass(frozen=True)
class Plan:
    """One thing a member does, `minutes` after the one before; `late` days earlier than it is told.

    A purchase has `nets`, `columns`, `attributes` and `tendered`. A return brings back `shares` (in thousandths of
    what is left of each line, cycled over the lines) of the purchase number `which`, `more` cents beyond. A
    redemption and a hold ask for `shares[0]` thousandths of what is available and `more` points beyond; a capture and a
    release for as much of the open hold number `which`. With a `reward` they ask for that at `points`, off a bill.
    """

    type: str
    minutes: int
    nets: tuple[int, ...] = ()
    columns: dict[str, list[Any]] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    tendered: int = 0
    which: int = 0
    shares: tuple[int, ...] = (1_000,)
    more: int = 0
    currency: str = "EUR"
    late: int = 0
    within_days: int = 0
    points: int = 0
    reason: str = ""
    of: str = ""
    reward: str = ""
    payable: int = 0


def _basket(chance: Random) -> Plan:
    """A purchase of no to four lines."""
    nets = tuple(chance.choice(NETS) for _ in range(chance.choice((0, 1, 1, 2, 2, 3, 4))))
    rows = [dict(chance.choice(GOODS)) for _ in nets]
    for row, net in zip(rows, nets, strict=True):
        more = chance.choice((None, (0, 0, 0), (100, 19, 0), (1, 0, 490)))
        if more:
            row |= {"gross": net + more[0], "tax": more[1], "shipping": more[2]}
    columns = {name: [row.get(name) for row in rows] for name in OF_A_LINE}
    # A column in which no line has a value is left out.
    columns = {name: values for name, values in columns.items() if any(value is not None for value in values)}
    columns["quantity"] = [chance.randint(0, 3) for _ in nets]
    return Plan(PURCHASE, 0, nets, columns, _attributes(chance), chance.choice((0, 0, 0, 150, 10**6)))


def _attributes(chance: Random) -> dict[str, Any]:
    values = {
        "store": chance.choice(("Quay", "Mill", None)),
        "coupon": "SPRING",
        "segments": chance.choice(((), ("vip",), ("new", "vip"))),
        "language": chance.choice(("da", "en")),
        "staff": chance.choice((True, False)),
        "birthday_month": chance.randint(1, 3),
    }
    return {name: value for name, value in values.items() if chance.random() < 0.6}


#: Baskets are drawn whole, and with the time before them: that makes lives cheap, and quick to shrink.
_CHANCE = Random(2024)
BASKETS = (
    Plan(PURCHASE, 0, (1_099,), {"sku": ["F"], "quantity": [1]}),
    Plan(PURCHASE, 0, (999, 1), {"sku": ["F", "F"], "quantity": [1, 1]}),
    *(_basket(_CHANCE) for _ in range(400)),
)
OCCASIONS = tuple(Plan(kind, 0, attributes=_attributes(_CHANCE)) for kind in (VISIT, REFERRAL) * 8)
NOTICES = (Plan(NOTICE, 0), Plan(TIER_NOTICE, 0))
DELIVERIES = tuple(Plan(DELIVERY, 0, which=which) for which in (0, 0, 1, 2))
RETURNS = tuple(
    Plan(RETURN, 0, which=which, shares=shares)
    for shares in ((1_000,), (500,), (333, 1_000), (0, 250, 1), (1_000, 0))
    for which in range(8)
)
WHOLE = RETURNS[:8]
REDEMPTIONS = tuple(
    Plan(REDEMPTION, 0, which=which, shares=(share,)) for share in (1_000, 500, 250) for which in (0, 0, 1)
)
HOLDS = (
    tuple(replace(plan, type=HOLD, within_days=days) for plan in REDEMPTIONS for days in (1, 20, 300))
    + tuple(
        Plan(kind, 0, which=which, shares=(share,))
        for kind in (CAPTURE, RELEASE)
        for share in (1_000, 400)
        for which in range(3)
    )
    * 2
)
DECISIONS = tuple(
    Plan(kind, 0, which=which, points=points, reason="code")
    for which in (0, 1) for kind, points in ((ADJUSTMENT, 7), (ADJUSTMENT, -3), (FORFEITURE, 2), (FORFEITURE, 0))
)  # fmt: skip
RANKS = tuple(
    Plan(TIER, 0, reason="code", of=level, within_days=days) for level in ("silver", "gold", "") for days in (0, 0, 40)
)
REWARDED = tuple(
    Plan(kind, 0, shares=(share,), reward=reward, points=points, payable=payable)
    for share, reward, points, payable in WISHES for kind in (REDEMPTION, HOLD)
) + tuple(Plan(CAPTURE, 0, payable=900) for _ in range(2)) + (Plan(RELEASE, 0), Plan(CAPTURE, 0, which=1))  # fmt: skip
REVERSALS = tuple(Plan(REVERSED, 0, which=which) for which in range(4))
TRANSFERS = (Plan(TRANSFER_OUT, 0), Plan(TRANSFER_OUT, 0, which=-1), *[Plan(TRANSFER_IN, 0)] * 4)
REFUSED = (
    replace(BASKETS[0], currency="USD"), replace(RETURNS[0], more=1), replace(RETURNS[1], more=7),
    replace(REDEMPTIONS[0], more=1), Plan(REDEMPTION, 0, shares=(0,)), Plan(REDEMPTION, 0, which=-1),
    Plan(ADJUSTMENT, 0, points=5), Plan(FORFEITURE, 0, points=10**9, reason="code"), Plan(REVERSED, 0, which=-1),
    Plan(HOLD, 0), Plan(CAPTURE, 0, which=-1), Plan(RELEASE, 0, more=1),
)  # fmt: skip
ALL = (BASKETS, BASKETS, OCCASIONS, NOTICES, RETURNS, REDEMPTIONS, REFUSED)
#: A life in which points are held, given, taken and sent about, soon after one another.
ACTS = (
    BASKETS,
    BASKETS,
    DELIVERIES,
    REDEMPTIONS,
    HOLDS,
    HOLDS,
    RETURNS,
    REVERSALS,
    DECISIONS,
    RANKS,
    TRANSFERS,
    *(REWARDED, REWARDED),
    REFUSED,
)
#: A life without what later events could undo.
FORWARD = (BASKETS, BASKETS, OCCASIONS, NOTICES, DELIVERIES, REDEMPTIONS, HOLDS)

SOON = (3, 200, DAY_MINUTES, 2 * DAY_MINUTES, 5 * DAY_MINUTES, 13 * DAY_MINUTES + 55)
MONTHS = tuple(days * DAY_MINUTES for days in (24, 29, 31, 45))
LONG = tuple(days * DAY_MINUTES for days in (59, 100, 250, 365, 420))
GAPS = (*SOON, *MONTHS, *LONG)


def lives(
    pools: Sequence[Sequence[Plan]] = (), gaps: Sequence[int] = GAPS, late: bool = False
) -> st.SearchStrategy[list[Plan]]:
    """What a member does, in the order in which it is told; each of `pools` is as likely as the others.

    Without pools it is a life out of ALL, or one out of ACTS.
    """
    if not pools:
        return lives(ALL, gaps, late) | lives(ACTS, (*SOON, *SOON, *gaps), late)
    chance = Random(1)
    opening = [_timed(chance.choice(BASKETS), chance, gaps, late) for _ in range(500)]
    rest = [_timed(chance.choice(chance.choice(pools)), chance, gaps, late) for _ in range(2_000)]
    first = st.lists(st.sampled_from(opening), min_size=2, max_size=5)
    return st.builds(list.__add__, first, st.lists(st.sampled_from(rest), min_size=5, max_size=20))


def _timed(plan: Plan, chance: Random, gaps: Sequence[int], late: bool) -> Plan:
    return replace(plan, minutes=chance.choice(gaps), late=chance.choice((0, 0, 3, 20, 70)) if late else 0)


#: What a host knows of lots, by currency and seq: the day they were earned, from which day they are good, the last one.
Lots = dict[tuple[str, int], tuple[int, int, int]]


@dataclass
class Life:
    """What was told and what came of it: one outcome per event."""

    kernel: Kernel
    standing: Standing
    now: int = START_US
    events: list[Event] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    lots: Lots = field(default_factory=dict)
    ended: Ended = field(default_factory=Ended)
    sent: Sequence[Moved] = ()

    @property
    def movements(self) -> list[tuple[Any, ...]]:
        """Entries and tier moves, in the order of `seq`."""
        return movements(self.outcomes)

    def day(self, event: Event) -> int:
        """The local day on which an event was told."""
        return self.kernel.terms.zone.local(event.recorded_at or event.at)[0]


def movements(outcomes: Sequence[Outcome]) -> list[tuple[Any, ...]]:
    """Entries and tier moves of several outcomes, in the order in which they are numbered."""
    return [(type(row).__name__, *row) for out in outcomes for row in numbered(out)]


def numbered(outcome: Outcome) -> list[Entry | TierMove]:
    """Entries and tier moves of one outcome, in the order in which they are numbered."""
    rows: list[Entry | TierMove] = [*outcome.entries, *outcome.moves]
    return sorted(rows, key=lambda row: row.seq)


def live(kernel: Kernel, story: Sequence[Plan], name: str = "e") -> Life:
    """Fold the plans into a life."""
    life = Life(kernel, kernel.open())
    go_on(life, story, name)
    return life


def go_on(life: Life, story: Sequence[Plan], name: str = "e") -> None:
    """Fold more plans into a life, keeping what later returns refer to, as a host does."""
    for plan in story:
        life.now += plan.minutes * MINUTE_US
        at = life.now - plan.late * DAY_MINUTES * MINUTE_US
        event = Event(
            plan.type, f"{name}{len(life.events)}", at, plan.currency if plan.type == PURCHASE else "", list(plan.nets),
            plan.columns, plan.attributes, plan.tendered, recorded_at=life.now, reward=plan.reward,
            payable=plan.payable,
        )  # fmt: skip
        if plan.type == RETURN:
            _bring_back(life, plan, event)
        elif plan.type == DELIVERY and life.origins:
            event.origin = replace(life.origins[-1 - plan.which % len(life.origins)])
        elif plan.reward:
            event.points = plan.points
        elif plan.type in (REDEMPTION, HOLD):
            _ask(life, plan, event)
        elif plan.type in (ADJUSTMENT, FORFEITURE):
            ids = [one.id for one in life.kernel.terms.programme.currencies]
            event.of, event.points, event.reason, event.actor = (
                ids[plan.which % len(ids)],
                plan.points,
                plan.reason,
                "a",
            )
        elif plan.type == REVERSED and plan.which >= 0:
            paid = [origin for origin in life.origins if origin.spent]
            event.origin = replace(paid[plan.which % len(paid)]) if paid else None
        elif plan.type == TIER:
            event.of, event.reason, event.actor = plan.of, plan.reason, "a"
            event.until_day = life.day(event) + plan.within_days if plan.within_days else 0
        elif plan.type == TRANSFER_OUT and plan.which >= 0:
            _ask(life, plan, event)
        elif plan.type == TRANSFER_IN:
            event.moved = life.sent
        elif plan.type in (CAPTURE, RELEASE):
            _answer(life, plan, event)
        outcome = tell(life, event)
        paid = life.origins[-1] if life.origins and plan.type == REDEMPTION and plan.shares[0] == 500 else None
        note_spent(life.lots, life.origins, paid, outcome)
        life.sent = outcome.moved or (() if plan.type == TRANSFER_IN else life.sent)


def tell(life: Life, event: Event) -> Outcome:
    """Tell the kernel one event and keep what came of it."""
    if event.origin:
        event.origin.ended = life.ended
    outcome = life.kernel.step(life.standing, event)
    life.events.append(event)
    life.outcomes.append(outcome)
    life.ended = life.ended.after(outcome)
    if outcome.refusal is None:
        if event.type == PURCHASE:
            life.origins.append(origin_of(event, outcome))
        elif event.type == RETURN and event.origin:
            for origin in life.origins:
                if origin.event == event.origin.event:
                    origin.returned = [gone + now for gone, now in zip(origin.returned, event.nets, strict=True)]
    return outcome


def origin_of(event: Event, outcome: Outcome) -> Origin:
    """What a later return must know of a purchase."""
    grants = [
        Grant(entry.seq, entry.currency, entry.rule.id, entry.amount, entry.shares())
        for entry in outcome.entries
        if entry.kind == ACCRUAL and entry.rule
    ]
    nothing = [0] * len(event.nets)
    return Origin(
        event.id, outcome.at, list(event.nets), nothing, grants, list(outcome.progress), outcome.counted,
        thresholds=outcome.thresholds, drawn=[(one.budget, one.per, one.period, one.rules) for one in outcome.drawn],
        worth=outcome.worth,
    )  # fmt: skip


def note_spent(lots: Lots, origins: Iterable[Origin], paid: Origin | None, outcome: Outcome) -> None:
    """Note the days of lots; what `paid` for a purchase; and what came back of that."""
    for entry in outcome.entries:
        if entry.is_lot:
            lots[entry.currency, entry.seq] = (entry.earned_day, entry.available_day, entry.expires_day or NEVER)
        if entry.kind == ACTIVATION and entry.available_day:
            for seq, _ in entry.lots:
                earned, _, ends = lots[entry.currency, seq]
                lots[entry.currency, seq] = (earned, entry.available_day, entry.expires_day or ends)
        if entry.target == REDEEMED and paid:
            took = [(seq, points, *lots[entry.currency, seq]) for seq, points in entry.lots]
            reward = entry.rule.id if entry.rule else ""
            paid.spent = [*paid.spent, Spent(entry.seq, entry.currency, entry.amount, took, 0, reward, entry.base)]
        for origin in origins if entry.kind == REVERSAL else ():
            origin.spent = [
                replace(one, returned=one.returned + entry.amount)
                if one.seq == entry.reverses and not one.account
                else one
                for one in origin.spent
            ]


def _bring_back(life: Life, plan: Plan, event: Event) -> None:
    if not life.origins:
        return
    origin = life.origins[plan.which % len(life.origins)]
    left = [net - gone for net, gone in zip(origin.nets, origin.returned, strict=True)]
    shares = [plan.shares[line % len(plan.shares)] for line in range(len(left))]
    event.nets = [rest * share // 1_000 for rest, share in zip(left, shares, strict=True)]
    if plan.more and left:
        event.nets[0] = left[0] + plan.more
    event.origin = replace(origin)


def _answer(life: Life, plan: Plan, event: Event) -> None:
    then = life.standing.copy()
    life.kernel.settle(then, life.day(event))
    holds = [(id, hold) for id, purse in sorted(then.purses.items()) for hold in purse.holds]
    if plan.which < 0 or not holds:
        event.of, event.hold = "points", "of nothing"
        return
    event.of, hold = holds[plan.which % len(holds)]
    event.hold, held = hold.event, sum(part.left for part in hold.lots)
    event.points = held + 1 if plan.more else held * plan.shares[0] // 1_000


def _ask(life: Life, plan: Plan, event: Event) -> None:
    spendable = [one.id for one in life.kernel.terms.programme.currencies if one.kind != "qualifying"]
    then = life.standing.copy()
    life.kernel.settle(then, life.day(event))
    spendable.sort(key=lambda id: -then.purses[id].available if id in then.purses else 0)
    event.of = spendable[plan.which % len(spendable)] if plan.which >= 0 else "doubloons"
    available = then.purses[event.of].available if event.of in then.purses else 0
    event.points = available + 1 if plan.more else available * plan.shares[0] // 1_000
    event.within_days = plan.within_days
