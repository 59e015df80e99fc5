"""Rolling forward: opening + issued - redeemed - expired - clawed back + adjusted = closing, in points and in money.

Points are those that members hold: available, waiting or held. Each month's points are a cohort, and each cohort is an
example 52 of its own: what was deferred for it becomes revenue as its points are redeemed. A month counts all that is
known when it is closed, less what the months before it counted: what arrives later for a closed month is part of the
open one. Pure. Months are whole numbers, year * 12 + month - 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from regulars.engine import entries as e
from regulars.engine.rounding import share_out
from regulars.insight.liability.estimating import Estimate, Step
from regulars.insight.liability.rules import allocate, expected_total, recognised, stand_alone, unexpected

# What becomes of points: every movement that changes what members hold is in exactly one line, as a positive number.
EARNED, GIVEN, ADDED, ARRIVED, OPENED = "earned", "given", "added", "arrived", "opened"
REDEEMED, EXPIRED, FORFEITED = "redeemed", "expired", "forfeited"
TAKEN_BACK, REPAID, CORRECTED, SENT, WITHDRAWN = "taken_back", "repaid", "corrected", "sent", "withdrawn"
#: Points that returns could not take back, because members have spent them: what they owe. They hold none of these.
OWED = "owed"

INTO = (EARNED, GIVEN, ADDED, ARRIVED, OPENED)
ENDED = (EXPIRED, FORFEITED)
#: What leaves without being used or lost takes its money along: out of the books, or to another cohort (SENT).
REFUNDED = (TAKEN_BACK, REPAID, CORRECTED, WITHDRAWN)
TAKEN = (*REFUNDED, SENT)
LINES = (*INTO, REDEEMED, *ENDED, *TAKEN, OWED)

#: The line of every way in which points move (kind, from, to), and whether it adds to the line (1) or takes off it
#: (-1). None: what members hold stays as it is. An accrual by anything but a purchase is GIVEN.
WAYS: dict[tuple[str, str, str], tuple[str, int] | None] = {
    (e.ACCRUAL, e.ISSUED, e.PENDING): (EARNED, 1),
    (e.ACCRUAL, e.ISSUED, e.AVAILABLE): (EARNED, 1),
    (e.ADJUSTMENT, e.ISSUED, e.AVAILABLE): (ADDED, 1),
    (e.ADJUSTMENT, e.AVAILABLE, e.ISSUED): (CORRECTED, 1),
    (e.OPENING, e.ISSUED, e.AVAILABLE): (OPENED, 1),
    (e.OPENING, e.ISSUED, e.PENDING): (OPENED, 1),
    (e.OPENING, e.DEBT, e.ISSUED): (OWED, 1),
    (e.WITHDRAWAL, e.AVAILABLE, e.ISSUED): (WITHDRAWN, 1),
    (e.WITHDRAWAL, e.PENDING, e.ISSUED): (WITHDRAWN, 1),
    (e.WITHDRAWAL, e.ISSUED, e.DEBT): (OWED, -1),
    (e.WITHDRAWAL, e.EXPIRED, e.ISSUED): None,
    (e.WITHDRAWAL, e.ISSUED, e.EXPIRED): None,
    # Undone when points of it had been spent: others made up for them, or they are owed; and back when it is put right.
    (e.WITHDRAWAL, e.DEBT, e.ISSUED): (OWED, 1),
    (e.WITHDRAWAL, e.DEBT, e.AVAILABLE): (REPAID, -1),
    (e.WITHDRAWAL, e.ISSUED, e.AVAILABLE): (WITHDRAWN, -1),
    (e.WITHDRAWAL, e.ISSUED, e.PENDING): (WITHDRAWN, -1),
    (e.REDEMPTION, e.AVAILABLE, e.REDEEMED): (REDEEMED, 1),
    (e.CAPTURE, e.HELD, e.REDEEMED): (REDEEMED, 1),
    (e.REVERSAL, e.REDEEMED, e.AVAILABLE): (REDEEMED, -1),
    (e.EXPIRY, e.AVAILABLE, e.EXPIRED): (EXPIRED, 1),
    (e.LAPSE, e.PENDING, e.EXPIRED): (EXPIRED, 1),
    (e.FORFEITURE, e.AVAILABLE, e.FORFEITED): (FORFEITED, 1),
    (e.FORFEITURE, e.PENDING, e.FORFEITED): (FORFEITED, 1),
    (e.CLAWBACK, e.PENDING, e.ISSUED): (TAKEN_BACK, 1),
    (e.CLAWBACK, e.AVAILABLE, e.ISSUED): (TAKEN_BACK, 1),
    (e.CLAWBACK, e.HELD, e.ISSUED): (TAKEN_BACK, 1),
    (e.CLAWBACK, e.DEBT, e.ISSUED): (OWED, 1),
    (e.REPAYMENT, e.AVAILABLE, e.DEBT): (REPAID, 1),
    (e.TRANSFER, e.AVAILABLE, e.TRANSIT): (SENT, 1),
    (e.TRANSFER, e.PENDING, e.TRANSIT): (SENT, 1),
    (e.TRANSFER, e.TRANSIT, e.AVAILABLE): (ARRIVED, 1),
    (e.TRANSFER, e.TRANSIT, e.PENDING): (ARRIVED, 1),
    (e.TRANSFER, e.DEBT, e.TRANSIT): (OWED, 1),
    (e.TRANSFER, e.TRANSIT, e.DEBT): (OWED, -1),
    (e.MERGE, e.AVAILABLE, e.TRANSIT): (SENT, 1),
    (e.MERGE, e.PENDING, e.TRANSIT): (SENT, 1),
    (e.MERGE, e.TRANSIT, e.AVAILABLE): (ARRIVED, 1),
    (e.MERGE, e.TRANSIT, e.PENDING): (ARRIVED, 1),
    (e.MERGE, e.DEBT, e.TRANSIT): (OWED, 1),
    (e.MERGE, e.TRANSIT, e.DEBT): (OWED, -1),
    (e.POOLING, e.AVAILABLE, e.TRANSIT): (SENT, 1),
    (e.POOLING, e.PENDING, e.TRANSIT): (SENT, 1),
    (e.POOLING, e.TRANSIT, e.AVAILABLE): (ARRIVED, 1),
    (e.POOLING, e.TRANSIT, e.PENDING): (ARRIVED, 1),
    (e.POOLING, e.DEBT, e.TRANSIT): (OWED, 1),
    (e.POOLING, e.TRANSIT, e.DEBT): (OWED, -1),
    # Undone, what had been sent is back in its own lots, and what had been repaid is owed again.
    (e.UNMERGE, e.AVAILABLE, e.TRANSIT): (SENT, 1),
    (e.UNMERGE, e.PENDING, e.TRANSIT): (SENT, 1),
    (e.UNMERGE, e.TRANSIT, e.AVAILABLE): (SENT, -1),
    (e.UNMERGE, e.TRANSIT, e.PENDING): (SENT, -1),
    (e.UNMERGE, e.DEBT, e.TRANSIT): (OWED, 1),
    (e.UNMERGE, e.TRANSIT, e.DEBT): (OWED, -1),
    (e.UNMERGE, e.DEBT, e.AVAILABLE): (REPAID, -1),
    (e.UNMERGE, e.ISSUED, e.AVAILABLE): (TAKEN_BACK, -1),
    (e.UNMERGE, e.ISSUED, e.PENDING): (TAKEN_BACK, -1),
    (e.ACTIVATION, e.PENDING, e.AVAILABLE): None,
    (e.HOLD, e.AVAILABLE, e.HELD): None,
    (e.RELEASE, e.HELD, e.AVAILABLE): None,
}

_NONE: Mapping[int, int] = {}
Points = Mapping[str, int]
#: By currency, cohort, month and line: points.
Moved = Mapping[str, Mapping[int, Mapping[int, Points]]]


@dataclass(frozen=True, slots=True)
class Cohort:
    """The points of one month, to date: by line; the money ever deferred for them, how much of it is revenue, and how
    much went on with points that are in another cohort now (`sent`)."""

    points: Points = field(default_factory=dict)
    deferred: int = 0
    recognised: int = 0
    sent: int = 0

    def at(self, line: str) -> int:
        """Points of a line."""
        return self.points.get(line, 0)

    @property
    def granted(self) -> int:
        """What was given and has not been taken away again."""
        return sum(map(self.at, INTO)) - sum(map(self.at, TAKEN))

    @property
    def ended(self) -> int:
        """What was neither used nor taken away."""
        return sum(map(self.at, ENDED))

    @property
    def left(self) -> int:
        """What members still hold of it."""
        return self.granted - self.at(REDEEMED) - self.ended

    @property
    def came(self) -> int:
        """What arrived less what was sent; below zero: it went on to other cohorts. What merely changed hands within
        the cohort is in neither."""
        return self.at(ARRIVED) - self.at(SENT)

    def carried(self) -> dict[str, int]:
        """What was deferred and is here, shared by points: what stays (`kept`), and what left with each of REFUNDED."""
        weights = [max(0, self.granted), *(max(0, self.at(line)) for line in REFUNDED)]
        return dict(zip(("kept", *REFUNDED), share_out(self.deferred - self.sent, weights), strict=True))

    def worth_of(self, points: int) -> int:
        """What goes on with `points` of it, which are counted as sent already."""
        weights = [points, max(0, self.granted), *(max(0, self.at(line)) for line in REFUNDED)]
        return share_out(self.deferred - self.sent, weights)[0]


@dataclass(frozen=True, slots=True)
class Purse:
    """All points of one currency, to date: its cohorts; points `owed` by members; money that left an account with
    points which have arrived in none yet (`transit`)."""

    cohorts: Mapping[int, Cohort] = field(default_factory=dict)
    owed: int = 0
    transit: int = 0

    @property
    def left(self) -> int:
        """Points that members hold."""
        return sum(cohort.left for cohort in self.cohorts.values())

    @property
    def liability(self) -> int:
        """What is deferred and not revenue yet, in minor units."""
        return self.transit + sum(one.carried()["kept"] - one.recognised for one in self.cohorts.values())


@dataclass(frozen=True, slots=True)
class State:
    """What the months so far came to: sales that gave points (minor units), and each currency; of the sales, what was
    paid with points (`tendered`; None: of a closing that did not say)."""

    sales: int = 0
    purses: Mapping[str, Purse] = field(default_factory=dict)
    tendered: int | None = 0


@dataclass(frozen=True, slots=True)
class Worth:
    """What a point is worth at a month's end (minor units; None: it is no money), and what is expected of it; by cohort
    which part was `assumed`, as it was given, to be redeemed never (not there: none). `running`: the month is not over,
    so that what happens to points in it is still ahead."""

    value: Fraction | None
    estimate: Estimate
    assumed: Mapping[int, Fraction] = field(default_factory=dict)
    running: bool = False


@dataclass(frozen=True, slots=True)
class Rolled:
    """One month of one currency. `points` by line, of them `late` those dated in an earlier, closed month; `money` by
    line: earned, given, added and opened as deferred; taken_back, repaid, corrected and withdrawn as taken off;
    redeemed as revenue for points redeemed, expired and forfeited for those that ended beyond what was assumed;
    estimate as revenue (below zero: less of it) by what is expected now. The rest is of its end."""

    points: Points
    late: Points
    money: Mapping[str, int]
    opening: int
    closing: int
    owed_opening: int
    owed_closing: int
    liability_opening: int
    liability_closing: int
    worth: Worth


@dataclass(frozen=True, slots=True)
class Month:
    """A month: `sales` that gave points, less what was paid for them with points, the part of that which is for the
    goods, its currencies, and what it leaves."""

    number: int
    sales: int
    goods: int
    currencies: Mapping[str, Rolled]
    state: State


def roll(
    before: State, moved: Moved, sales: Mapping[int, int], month: int, worth: Mapping[str, Worth],
    tendered: Mapping[int, int] = _NONE,
) -> Month:  # fmt: skip
    """Roll one month forward from the state that the month before it left.

    `moved`, and by month `sales` and what of them was `tendered` as points, are all that is known, also of the months
    before.
    """
    seen = {currency: known(moved.get(currency, {}), month) for currency in worth}
    sold = sum(net for when, net in sales.items() if when <= month)
    # What points paid is no new price: it was deferred when they were given, and is revenue as they are redeemed.
    paid, paid_before = (sum(part for when, part in tendered.items() if when <= until) for until in (month, month - 1))
    price = max(0, sold - before.sales - paid + (paid_before if before.tendered is None else before.tendered))
    valued = [currency for currency, one in worth.items() if one.value is not None]
    alone = [
        stand_alone(max(0, _more(seen[one], before.purses.get(one, Purse()), EARNED)), *_priced(worth[one]))
        for one in valued
    ]
    goods, *shares = allocate(price, [Fraction(price), *alone])
    deferred = dict(zip(valued, shares, strict=True))
    rolled: dict[str, Rolled] = {}
    purses: dict[str, Purse] = {}
    for currency, one in worth.items():
        purse = before.purses.get(currency, Purse())
        earlier = known(moved.get(currency, {}), month - 1)
        purses[currency], rolled[currency] = _rolled(
            purse, seen[currency], earlier, deferred.get(currency, 0), month, one
        )
    return Month(month, price, goods, rolled, State(max(sold, before.sales), purses, paid))


def known(cohorts: Mapping[int, Mapping[int, Points]], month: int) -> dict[int, dict[str, int]]:
    """By cohort and line the points that moved by the end of a month."""
    found: dict[int, dict[str, int]] = {}
    for cohort, months in sorted(cohorts.items()):
        for when, lines in months.items():
            if when <= month:
                sums = found.setdefault(cohort, {})
                for line, points in lines.items():
                    sums[line] = sums.get(line, 0) + points
    return found


def steps(cohorts: Mapping[int, Mapping[int, Points]], last: int) -> dict[int, list[Step]]:
    """What each month up to `last` did to each cohort, as estimates are made of it."""
    found: dict[int, list[Step]] = {}
    for cohort, months in sorted(cohorts.items()):
        sums: dict[str, int] = {}
        for month in range(min([cohort, *months]), last + 1):
            lines = months.get(month, {})
            for line, points in lines.items():
                sums[line] = sums.get(line, 0) + points
            if month >= cohort:
                found.setdefault(cohort, []).append(
                    Step(lines.get(REDEEMED, 0), Cohort(lines).ended, Cohort(sums).left)
                )
    return found


def _priced(worth: Worth) -> tuple[Fraction, Fraction]:
    return worth.value or Fraction(0), worth.estimate.after(-1)


def _more(seen: Mapping[int, Points], before: Purse, line: str) -> int:
    then = sum(cohort.at(line) for cohort in before.cohorts.values())
    return sum(points.get(line, 0) for points in seen.values()) - then


def _rolled(
    before: Purse, seen: Mapping[int, Points], earlier: Mapping[int, Points], earned: int, month: int, worth: Worth
) -> tuple[Purse, Rolled]:
    """One currency of a month; `earned` is what was deferred for points earned in it."""
    points = {line: _more(seen, before, line) for line in LINES}
    told_late = {line: _more(earlier, before, line) for line in LINES}
    value, share = _priced(worth)
    fresh = {
        EARNED: earned,
        **{line: round(stand_alone(max(0, points[line]), value, share)) for line in (GIVEN, ADDED, OPENED)},
    }
    opened = {cohort: before.cohorts.get(cohort, Cohort()) for cohort in sorted({*seen, *before.cohorts})}
    now = {cohort: replace(one, points=seen.get(cohort, {})) for cohort, one in opened.items()}
    for line, money in fresh.items():
        _add(now, money, {cohort: one.at(line) - opened[cohort].at(line) for cohort, one in now.items()})
    transit = _carry_on(now, opened, before.transit)
    revenue = _recognise(now, opened, month, worth)
    taken = {line: sum(one.carried()[line] - opened[c].carried()[line] for c, one in now.items()) for line in REFUNDED}
    purse = Purse(now, before.owed + points[OWED] - points[REPAID], transit)
    return purse, Rolled(
        points, {line: late for line, late in told_late.items() if late}, {**fresh, **taken, **revenue},
        before.left, purse.left, before.owed, purse.owed, before.liability, purse.liability, worth,
    )  # fmt: skip


def _carry_on(now: dict[int, Cohort], opened: Mapping[int, Cohort], transit: int) -> int:
    """Let money go with points from cohort to cohort, and answer what is on its way in the end: as much of what was
    and what leaves now, as of the points have not arrived."""
    came = {cohort: one.came - opened[cohort].came for cohort, one in now.items()}
    for cohort, points in came.items():
        if points < 0:
            money = now[cohort].worth_of(-points)
            now[cohort] = replace(now[cohort], sent=now[cohort].sent + money)
            transit += money
    arrived = sum(points for points in came.values() if points > 0)
    if not arrived:
        return transit
    arriving, transit = share_out(transit, [arrived, max(0, -sum(one.came for one in now.values()))])
    _add(now, arriving, came)
    return transit


def _recognise(now: dict[int, Cohort], opened: Mapping[int, Cohort], month: int, worth: Worth) -> dict[str, int]:
    """Let the cohorts have what is revenue to date, and say by line where that of the month comes from."""
    found = dict.fromkeys((REDEEMED, *ENDED, "estimate"), 0)
    for cohort, one in now.items():
        before, kept, used = opened[cohort], one.carried()["kept"], one.at(REDEEMED)
        assumed = worth.assumed.get(cohort, Fraction(0))
        age = max(-1, month - cohort - worth.running)
        expected = expected_total(used, one.left, worth.estimate.after(age))
        ended, then = (unexpected(one.granted, points, assumed) for points in (one.ended, before.ended))
        to_date = recognised(kept, used, expected, ended)
        now[cohort] = replace(one, recognised=to_date)
        # What points redeemed before would account for by now; beside what they did, that is the catch-up.
        redeemed = to_date - recognised(kept, before.at(REDEEMED), expected, ended)
        for_ended = round(kept * ended) - round(kept * then)
        parts = share_out(for_ended, [max(0, one.at(line) - before.at(line)) for line in ENDED])
        rest = to_date - before.recognised - redeemed - for_ended
        for line, money in zip(found, (redeemed, *parts, rest), strict=True):
            found[line] += money
    return found


def _add(now: dict[int, Cohort], money: int, came: Mapping[int, int]) -> None:
    """Share money that came in over the cohorts, by the points that came in with it."""
    cohorts = [cohort for cohort, points in came.items() if points > 0]
    for cohort, part in zip(cohorts, share_out(money, [came[cohort] for cohort in cohorts]), strict=True):
        now[cohort] = replace(now[cohort], deferred=now[cohort].deferred + part)
