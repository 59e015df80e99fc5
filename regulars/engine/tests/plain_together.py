"""Two plain ledgers become one, and two again, naively: every lot with its days, and what the past tells the future.

Written from docs/rules/merging.md, not from the engine.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from regulars.engine.tests.plain_ledger import PlainLedger
from regulars.engine.tests.plain_past import Bought, Spending
from regulars.engine.tests.plain_purse import Parts, PlainHold, PlainLot, PlainPurse


@dataclass
class PlainPast:
    """What a purse tells the future besides its lots."""

    active: date
    notices: list[date]
    carry: Fraction
    told: dict[PlainLot, list[date]]
    alone: dict[PlainLot, list[date]]


@dataclass
class PlainGone:
    """All that one account had: parts of lots, holds, what it owed, and its past."""

    parts: dict[str, Parts]
    holds: dict[str, list[PlainHold]]
    debts: dict[str, int]
    purses: dict[str, PlainPast]
    used: dict[Any, int]
    progress: list[tuple[date, int]]
    purchases: dict[str, Bought]
    spendings: dict[str, Spending]


class Came(NamedTuple):
    """So many points of a lot that came, `there` and `here`; held by the event `hold`, or not (empty)."""

    there: PlainLot
    here: PlainLot
    points: int
    hold: str = ""
    longer: bool = False


@dataclass
class PlainUnion:
    """What came with a merge, what the survivor had before, what was paid at once, and what stands for which lot."""

    gone: PlainGone
    before: dict[str, PlainPast]
    came: dict[str, list[Came]] = field(default_factory=dict)
    repaid: dict[str, Parts] = field(default_factory=dict)
    stand_for: dict[PlainLot, PlainLot] = field(default_factory=dict)


def leave(plain: PlainLedger) -> PlainGone:
    """Everything leaves, points and past."""
    gone = PlainGone({}, {}, {}, _pasts(plain), dict(plain.earning.used), list(plain.progress), {}, {})
    gone.purchases, gone.spendings = plain.purchases, plain.spendings
    for id, purse in plain.purses.items():
        gone.parts[id] = [
            *purse.take(purse.waiting(), purse.pots["pending"], "transit"),
            *purse.take(purse.open(), purse.pots["available"], "transit"),
        ]
        gone.holds[id], purse.holds = sorted(purse.holds, key=lambda hold: hold.back), []
        purse.move("held", "transit", purse.pots["held"])
        gone.debts[id] = -purse.pots["debt"]
        purse.move("transit", "debt", gone.debts[id])
        purse.active, purse.notices = date.min, []
        plain.earning.carry[id] = Fraction(0)
    plain.earning.used.clear()
    plain.progress, plain.purchases, plain.spendings = [], {}, {}
    return gone


def take_in(plain: PlainLedger, gone: PlainGone) -> PlainUnion:
    """All that another account had is here, each lot with the days it has."""
    union = PlainUnion(gone, _pasts(plain))
    for of, purse in plain.purses.items():
        purse.move("debt", "transit", gone.debts[of])
        union.came[of] = [Came(lot, _come(purse, union, lot, points), points) for lot, points in gone.parts[of]]
        for hold in gone.holds[of]:
            parts = [Came(lot, _come(purse, union, lot, points), points, hold.by) for lot, points in hold.parts]
            held = [purse.take([one.here], one.points, "held")[0] for one in parts]
            purse.holds.append(PlainHold(hold.by, hold.day, hold.back, held))
            union.came[of] += parts
        purse.active = max(purse.active, gone.purses[of].active)
        for lot in purse.lots:
            lot.told = union.before[of].alone.get(lot, [])
        for came in union.came[of]:
            came.here.told = gone.purses[of].alone.get(came.there, [])
        purse.notices = []
        plain.earning.carry[of] += gone.purses[of].carry
    for key, points in gone.used.items():
        plain.earning.used[key] += points
    plain.progress += gone.progress
    spent = {id(one): replace(one, elsewhere=True) for one in gone.spendings.values()}
    plain.spendings |= {name: spent[id(one)] for name, one in gone.spendings.items()}
    plain.purchases |= {
        name: Bought(
            one.day, one.nets, list(one.returned), [(gain, _stands_for(union, lot)) for gain, lot in one.gains],
            [spent.get(id(paid), paid) for paid in one.paid], one.worths,
        )
        for name, one in gone.purchases.items()
    }  # fmt: skip
    for of, purse in plain.purses.items():
        union.repaid[of] = purse.take(purse.open(), -purse.pots["debt"], "debt")
    return union


def give_up(plain: PlainLedger, union: PlainUnion, day: date) -> tuple[str, PlainGone | None]:
    """What came goes back, all but what time has ended; what was spent of it is made up for, or owed."""
    gone = union.gone
    short = {id: _missing(purse, union, id, day)[1] for id, purse in plain.purses.items()}
    if any(points and not plain.purses[id].currency.debt for id, points in short.items()):
        return "unmerge_short", None
    back = replace(gone, parts={}, holds={}, debts={}, purses=dict(gone.purses))
    for id, purse in plain.purses.items():
        before, theirs = union.before[id], gone.purses[id]
        missing, _ = _missing(purse, union, id, day)
        for lot, points in union.repaid[id]:
            lot.left += points
            purse.move("debt", "available", points)
        if purse.active > max(before.active, theirs.active):
            back.purses[id] = replace(theirs, active=purse.active)
        else:
            purse.active = before.active
        back.debts[id] = min(gone.debts[id], -purse.pots["debt"])
        purse.move("transit", "debt", back.debts[id])
        back.parts[id], back.holds[id] = [], [replace(hold, parts=[]) for hold in gone.holds[id]]
        for came in _now(purse, union, id):
            due, held = _due(purse, came, day), _held(purse, came)
            _release(purse, came)
            purse.take([came.here], due, "transit")
            _is_as(came, came.points - due)
            held = due if came.longer else held
            for hold in back.holds[id]:
                hold.parts += [(came.there, held)] if held and hold.by == came.hold else []
            back.parts[id].append((came.there, due - held))
        made_up = sum(points for _, points in purse.take(purse.open(), missing, "transit"))
        purse.move("debt", "transit", missing - made_up)
        purse.notices = [*before.notices, *purse.notices]
        for lot in purse.lots:
            lot.told = before.told.get(lot, [])
        carry = plain.earning.carry
        # What was used of what came stays used; of what the survivor lacked before, nothing of it pays.
        home = min(theirs.carry, max(Fraction(0), carry[id] - min(Fraction(0), before.carry)))
        back.purses[id] = replace(back.purses[id], carry=home)
        carry[id] -= home
    for key, points in gone.used.items():
        plain.earning.used[key] = max(0, plain.earning.used[key] - points)
    plain.progress += [(on, -amount) for on, amount in gone.progress]
    for name, spending in gone.spendings.items():
        spending.returned = plain.spendings.pop(name).returned
    for name in gone.purchases:
        del plain.purchases[name]
    for purse in plain.purses.values():
        purse.put_back([], "", day)
    return "", back


def come_home(plain: PlainLedger, back: PlainGone, day: date) -> str:
    """What had left is here again; what was to lapse meanwhile lapses now."""
    for id, purse in plain.purses.items():
        purse.move("debt", "transit", back.debts[id])
        for lot, points in back.parts[id]:
            lot.left += points
            purse.move("transit", "pending" if lot.waits else "available", points)
        purse.holds = [hold for hold in back.holds[id] if hold.parts]
        purse.move("transit", "held", sum(points for hold in purse.holds for _, points in hold.parts))
        purse.active, purse.notices = back.purses[id].active, list(back.purses[id].notices)
        plain.earning.carry[id] = back.purses[id].carry
    plain.earning.used.clear()
    plain.earning.used |= back.used
    plain.progress, plain.purchases, plain.spendings = list(back.progress), back.purchases, back.spendings
    for purse in plain.purses.values():
        purse.let_holds_lapse(day)
        purse.put_back([], "", day)
    return ""


def _pasts(plain: PlainLedger) -> dict[str, PlainPast]:
    return {
        id: PlainPast(
            purse.active,
            list(purse.notices),
            plain.earning.carry[id],
            {lot: lot.told for lot in purse.lots},
            purse.told_alone(),
        )
        for id, purse in plain.purses.items()
    }


def _come(purse: PlainPurse, union: PlainUnion, lot: PlainLot, points: int) -> PlainLot:
    here = purse.lot(points, "transit", lot.earned, lot.available, lot.last, lot.waits)
    here.awaits, here.of = lot.awaits, lot.of
    if lot.root is None and lot not in union.stand_for:
        here.ended = lot.ended
        union.stand_for[lot] = here
    else:
        here.root = _stands_for(union, lot.root or lot)
    return here


def _stands_for(union: PlainUnion, lot: PlainLot) -> PlainLot:
    """The lot that came for one; of one that was empty, an empty one of which so much had ended."""
    if lot not in union.stand_for:
        union.stand_for[lot] = replace(lot, left=0)
    return union.stand_for[lot]


def _is_as(came: Came, over: int) -> None:
    """Time has done to the lot what it did to the one that came for it; what is over, used or not, nobody makes up for."""
    there, here = came.there, came.here
    (there.root or there).ended += over
    if not came.hold:
        there.waits, there.awaits, there.lapsed = here.waits, here.awaits, here.lapsed
        there.available, there.last = here.available, here.last


def _now(purse: PlainPurse, union: PlainUnion, id: str) -> list[Came]:
    """What came, with what holds gave back of it for longer as parts of their own."""
    found = []
    for came in union.came[id]:
        longer = [lot for lot in purse.lots if lot.part_of is came.here] if came.hold else []
        found.append(came._replace(points=came.points - sum(lot.size for lot in longer)))
        found += [came._replace(here=lot, points=lot.size, longer=True) for lot in longer]
    return found


def _held(purse: PlainPurse, came: Came) -> int:
    """How much of what came is held as it was."""
    holds = [hold for hold in purse.holds if hold.by == came.hold]
    return sum(points for hold in holds for lot, points in hold.parts if lot is came.here)


def _release(purse: PlainPurse, came: Came) -> None:
    for hold in [hold for hold in purse.holds if hold.by == came.hold]:
        for lot, points in [part for part in hold.parts if part[0] is came.here]:
            hold.parts.remove((lot, points))
            lot.left += points
            purse.move("held", "available", points)
        if not hold.parts:
            purse.holds.remove(hold)


def _due(purse: PlainPurse, came: Came, day: date) -> int:
    over = came.here.expired or came.here.lapsed or came.here.last < day
    return min(came.points, came.here.left + _held(purse, came)) if over else came.points


def _missing(purse: PlainPurse, union: PlainUnion, id: str, day: date) -> tuple[int, int]:
    """How many points that are due were spent, and how many of these nothing is there for."""
    for lot, points in union.repaid[id]:
        lot.left += points
    there, missing = purse.pots["available"] + sum(points for _, points in union.repaid[id]), 0
    for came in _now(purse, union, id):
        held = _held(purse, came)
        still = min(came.points, came.here.left + held)
        missing += _due(purse, came, day) - still
        there -= 0 if came.here.waits else still - held
    for lot, points in union.repaid[id]:
        lot.left -= points
    return missing, max(0, missing - there)
