"""Lives made up from a seed, and what the kernel alone makes of them: the ledger must say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from random import Random
from typing import Any
from uuid import UUID

from regulars.engine.ended import Ended
from regulars.engine.entries import ACCRUAL, Entry, Outcome, Refusal, TierMove
from regulars.engine.events import PURCHASE, REDEMPTION, RETURN, Grant, Origin
from regulars.engine.kernel import Kernel
from regulars.engine.standing import Standing, dump
from regulars.engine.tests.random_lives import Lots, note_spent
from regulars.exchange.earning.folding import kernel_event
from regulars.exchange.earning.tests.cast import Line, delivery, notice, purchase, redemption, returned, visit
from regulars.ground.activity.contract import Incoming

BRANDS = ("Private", "National", None)
DEPARTMENTS = ("GROCERY", "FUEL", None)
#: An event by its id and its type.
Key = tuple[str, str]
CATEGORIES = ("rye", "milk", None)


def a_life(member: str, random: Random, money: str, events: int) -> list[Incoming]:
    """What one member does in about three years, mostly in order of time, with returns, spending and mistakes."""
    day = date(2024, 1, 1).toordinal() + random.randrange(60)
    told: list[Incoming] = []
    bought: list[Incoming] = []
    for _ in range(events):
        day += random.choice((0, 0, 1, 2, 7, 20, 45, 200))
        late = random.choice((0, 0, 0, 0, 3, 40))
        when = f"{date.fromordinal(day - late)} {random.randrange(24):02}:{random.randrange(60):02}"
        kind = random.choices(("purchase", "return", "redemption", "visit", "notice", "again"), (12, 4, 3, 1, 1, 1))[0]
        if kind == "return" and bought:
            told.append(_a_return(member, when, random.choice(bought), random))
        elif kind == "redemption":
            told.append(redemption(member, when, random.choice((1, 20, 150, 900))))
        elif kind == "visit":
            told.append(visit(member, when))
        elif kind == "notice":
            told.append(notice(member, when))
        elif kind == "again" and told:
            told.append(random.choice(told))
        else:
            lines = [_a_line(random) for _ in range(random.choice((1, 1, 2, 3, 6)))]
            wrong = random.random() < 0.03
            event = purchase(
                member, when, *lines, currency="XTS" if wrong else money, tendered=random.choice((0, 0, 0, 500))
            )
            told.append(event)
            bought.append(event)
    return told


def a_life_by_mail(member: str, random: Random, events: int) -> list[Incoming]:
    """Parcels that arrive or do not, points that pay for the next one, returns of all of it, much of it told late."""
    day = date(2024, 1, 1).toordinal() + random.randrange(60)
    told: list[Incoming] = []
    bought: list[Incoming] = []
    for _ in range(events):
        day += random.choice((0, 0, 1, 2, 5, 12, 25, 60))
        late = random.choice((0, 0, 0, 1, 8, 20, 21, 50))
        when = f"{date.fromordinal(day - late)} {random.randrange(24):02}:{random.randrange(60):02}"
        kind = random.choices(("parcel", "delivery", "return", "visit", "payment", "again"), (10, 8, 5, 1, 2, 1))[0]
        old = random.choice(bought[-6:]) if bought else None
        if kind == "delivery" and old:
            told.append(delivery(member, when, old))
        elif kind == "return" and old:
            told.append(_a_return(member, when, old, random))
        elif kind == "payment" and old:
            points, of = random.choice(((3, "points"), (40, "points"), (150, "credit")))
            told.append(redemption(member, when, points, of=of, original=old.id))
        elif kind == "again" and told:
            told.append(random.choice(told))
        else:
            lines = [_a_line(random) for _ in range(random.choice((1, 2, 3)))]
            event = purchase(member, when, *lines, currency="DKK")
            if random.random() < 0.4:  # a till tells both under the number of the receipt
                of = random.choice(("points", "credit"))
                told.append(redemption(member, when, random.choice((1, 8, 60)), id=event.id, of=of))
            told.append(event)
            bought.append(event)
    return told


def _a_line(random: Random) -> Line:
    net = random.choice((0, 1, 99, 500, 1_234, 20_000, 90_000))
    return Line(net, random.choice(BRANDS), random.choice(DEPARTMENTS), random.choice(CATEGORIES), random.randrange(4))


def _a_return(member: str, when: str, event: Incoming, random: Random) -> Incoming:
    if random.random() < 0.4:
        return returned(member, when, event)
    lines = random.sample(event.lines, random.randint(1, len(event.lines)))
    nets = dict(zip(event.lines, event.nets, strict=True))
    return returned(
        member, when, event, {line: random.choice((nets[line], nets[line] // 2, nets[line] // 3)) for line in lines}
    )


def shuffled(lives: list[list[Incoming]], random: Random) -> list[list[Incoming]]:
    """The events of several lives as batches of 1 to 12, each life in its own order."""
    left = [list(reversed(life)) for life in lives]
    batches: list[list[Incoming]] = []
    while any(left):
        size = random.randint(1, 12)
        batch: list[Incoming] = []
        while len(batch) < size and any(left):
            batch.append(random.choice([life for life in left if life]).pop())
        batches.append(batch)
    return batches


@dataclass
class Folded:
    """What the kernel said, event by event, and where it ended. `said` has `recorded`, `duplicate` or the refusal's code."""

    standing: Standing
    said: list[str] = field(default_factory=list)
    entries: list[tuple[Key, Entry]] = field(default_factory=list)
    moves: list[tuple[Key, TierMove]] = field(default_factory=list)
    origins: dict[str, tuple[Incoming, Origin]] = field(default_factory=dict)
    paid: dict[str, Origin] = field(default_factory=dict)
    lots: Lots = field(default_factory=dict)
    ended: Ended = field(default_factory=Ended)


def fold(kernel: Kernel, life: list[Incoming], recorded: Mapping[int, int] | None = None) -> Folded:
    """A life through the kernel in memory, written for clarity: no batches, no rows, no database.

    `recorded` is the instant at which each event was told, by its place in the life; without it, its own.
    """
    folded = Folded(kernel.open())
    told: dict[tuple[str, str], Incoming] = {}
    for place, event in enumerate(life):
        if (event.id, event.type) in told:
            folded.said.append("duplicate")
            continue
        outcome = _step(kernel, folded, event, recorded[place] if recorded else 0)
        folded.entries.extend(((event.id, event.type), entry) for entry in outcome.entries)
        folded.moves.extend(((event.id, event.type), move) for move in outcome.moves)
        folded.said.append(outcome.refusal.code if outcome.refusal else "recorded")
        folded.ended = folded.ended.after(outcome)
        if not outcome.refusal:
            told[event.id, event.type] = event
            if event.type == PURCHASE:
                folded.origins[event.id] = event, _origin(event, outcome)
        paid = folded.paid.setdefault(event.original or event.id, _nothing()) if event.type == REDEMPTION else None
        note_spent(folded.lots, folded.paid.values(), paid, outcome)
    return folded


def _step(kernel: Kernel, folded: Folded, event: Incoming, recorded_at: int) -> Outcome:
    now = kernel_event(event, event.id)
    now.recorded_at = recorded_at
    if event.original not in folded.origins:
        return kernel.step(folded.standing, now)
    bought, origin = folded.origins[event.original]
    now.origin = origin
    origin.ended = folded.ended
    origin.spent = folded.paid.get(event.original, _nothing()).spent
    if event.type != RETURN:
        return kernel.step(folded.standing, now)
    gone = dict(zip(bought.lines, origin.returned, strict=True))
    back = dict(zip(event.columns.get("original_line", []), event.nets, strict=True))
    if not set(back) <= set(bought.lines):
        return Outcome(refusal=Refusal("unknown_line", "", {}))
    now.nets = [
        back.get(line, 0) if back else net - gone[line] for line, net in zip(bought.lines, bought.nets, strict=True)
    ]
    outcome = kernel.step(folded.standing, now)
    if not outcome.refusal:
        origin.returned = [before + more for before, more in zip(origin.returned, now.nets, strict=True)]
    return outcome


def _nothing() -> Origin:
    """Where payments are noted that are told before their purchase."""
    return Origin("", 0, [], [], [], [], [])


def _origin(event: Incoming, outcome: Outcome) -> Origin:
    grants = [
        Grant(entry.seq, entry.currency, entry.rule.id, entry.amount, entry.shares())
        for entry in outcome.entries
        if entry.kind == ACCRUAL and entry.rule
    ]
    return Origin(
        event.id, outcome.at, event.nets, [0] * len(event.nets), grants, list(outcome.progress), outcome.counted,
        thresholds=outcome.thresholds, worth=outcome.worth,
    )  # fmt: skip


def entry_row(event: Key, entry: Entry, ids: dict[Key, UUID]) -> dict[str, Any]:
    """An entry of the kernel as the ledger writes it, less account and version."""
    return {
        "seq": entry.seq, "at": _moment(entry.at), "event_id": ids[event] if entry.event else None, "currency": entry.currency,
        "kind": entry.kind, "source": entry.source, "target": entry.target, "amount": entry.amount,
        "rule": entry.rule.id if entry.rule else None, "base": entry.base, "granted": entry.granted,
        "shares": entry.shares() if entry.weights else None,
        "lots": [part for lot in entry.lots for part in lot] if entry.lots else None,
        "available_on": _day(entry.available_day), "expires_on": _day(entry.expires_day), "reverses": entry.reverses or None,
    }  # fmt: skip


def move_row(event: Key, move: TierMove, ids: dict[Key, UUID]) -> dict[str, Any]:
    """A tier move of the kernel as the ledger writes it, less account and version."""
    return {
        "seq": move.seq, "at": _moment(move.at), "event_id": ids[event] if move.event else None, "source": move.source,
        "target": move.target, "why": move.why, "progress": move.progress, "until_on": _day(move.until_day),
    }  # fmt: skip


def state(standing: Standing) -> dict[str, Any]:
    """The standing in JSON's terms, lots and all."""
    return dump(standing)


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at // 1_000_000, UTC)


def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None
