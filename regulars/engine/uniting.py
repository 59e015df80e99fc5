"""Uniting: two histories become one, and come apart again; docs/rules/merging.md says it with numbers.

Here is all that a past tells the future but points, which move by entries (`merging.py`). What adds up is added:
progress, counts, what caps have let through, rewards had, fractions of a point. What is a set of days is united. Of
what cannot be two things at once the member has the better one: the earlier joining, the later activity, the higher
tier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import lcm
from typing import TypeVar

from regulars.engine import tiering
from regulars.engine.amounts import Amounts, by_period
from regulars.engine.periods import period_key
from regulars.engine.purse import NEVER, Purse
from regulars.engine.returning import shared, uncount
from regulars.engine.standing import Standing
from regulars.engine.streaks import JOINED, Counted, Periods, Spared, Streak, StreakGift, lose
from regulars.engine.terms import Terms
from regulars.engine.theirs import Theirs

_Key = TypeVar("_Key", str, int)
_Amounts = Mapping[str, Mapping[int, int]]
_Days = Iterable[tuple[int, int]]


def unite(terms: Terms, standing: Standing, other: Standing) -> None:
    """Let what `other`'s past tells the future be `standing`'s as well. Both know the same levels."""
    standing.joined_day = min(filter(None, (standing.joined_day, other.joined_day)), default=0)
    standing.counts = _added(standing.counts, other.counts)
    standing.counted_day |= {
        rule: _one_row(standing.counted_day.get(rule, {}), days) for rule, days in other.counted_day.items()
    }
    standing.streaks = {
        rule: _one_streak(standing.streaks.get(rule), other.streaks.get(rule))
        for rule in (standing.streaks | other.streaks)
    }
    own, theirs = by_period(standing.used), by_period(other.used)
    standing.used = {cap: Amounts.of(_added(own.get(cap, {}), theirs.get(cap, {})).items()) for cap in (own | theirs)}
    standing.had = {id: _added(standing.had.get(id, {}), other.had.get(id, {})) for id in (standing.had | other.had)}
    for id, purse in other.purses.items():
        _unite_purse(standing.purse(id), purse)
    _unite_tier(standing, other)
    standing.progress = _summed(standing.progress, other.progress)
    look_again(terms, standing)


def part(
    terms: Terms, standing: Standing, before: Standing, other: Standing, since: _Days, theirs: Sequence[Theirs],
    parted: bool,
) -> list[Spared]:  # fmt: skip
    """Take out of `standing` what `unite` made of its own past `before` and that of `other`.

    What nothing touched meanwhile is exactly as before; what was added to stays, less what had come. `since` is the
    progress that time alone made, or took, of the other one's points meanwhile: it goes with them. So does what events
    meanwhile took of the other one's past (`theirs`), which is taken of `other` here. Of the fraction
    that came they have what is still there, if it is to be `parted`; if not, all of it, as it once was. Answers the
    gifts that stayed with both together, and for which nothing of the other one's own stands.
    """
    for one in theirs:
        _lose(other, one)
    standing.joined_day = before.joined_day
    standing.counts = _apart(standing.counts, before.counts, other.counts)
    _part_days(standing, before, other, theirs)
    _part_streaks(terms, standing, before, other, theirs)
    used = _each_apart(by_period(standing.used), by_period(before.used), by_period(other.used))
    standing.used = {cap: Amounts.of(periods.items()) for cap, periods in used.items()}
    standing.had = _each_apart(standing.had, before.had, other.had)
    for id, purse in other.purses.items():
        _part_purse(standing.purse(id), before.purses.get(id, Purse()), purse, parted)
    gone = [*other.progress, *since]
    if standing.progress == _summed(before.progress, gone):
        standing.progress, standing.head, standing.total = Amounts.of(before.progress), before.head, before.total
    else:
        own = dict(before.progress)
        less = _summed(standing.progress, [(day, -amount) for day, amount in gone])
        standing.progress = Amounts.of((day, amount) for day, amount in less if amount or day in own)
        look_again(terms, standing)
    _part_tier(standing, before, other)
    return [spared for one in theirs for spared in _count_alone(terms, other, one)]


def look_again(terms: Terms, standing: Standing) -> None:
    """Count the window's progress anew: the day of joining may have changed, and with it the window."""
    standing.head, standing.total = 0, standing.progress.since(0)
    if terms.tiers is not None:
        tiering.advance(terms, standing, standing.day)


def better_tier(one: Standing, two: Standing) -> Standing:
    """Who stands higher; on the same tier whoever is not in grace, or keeps it longer; else the first."""
    return max(one, two, key=lambda s: (s.tier, not s.grace_until, s.tier_until or NEVER, s.grace_until))


def _unite_tier(standing: Standing, other: Standing) -> None:
    days = sorted({since for since, _ in (*standing.ranks, *other.ranks)})
    ranks = [(day, max(standing.tier_at(day), other.tier_at(day))) for day in days]
    best = better_tier(standing, other)
    floor = _higher_floor(standing, other)
    standing.ranks = [rank for place, rank in enumerate(ranks) if not place or rank[1] != ranks[place - 1][1]]
    standing.rises = list(best.rises)
    standing.tier, standing.tier_until, standing.grace_until = best.tier, best.tier_until, best.grace_until
    standing.told_day = best.told_day
    standing.floor, standing.floor_until = floor


def _part_tier(standing: Standing, before: Standing, other: Standing) -> None:
    """The tier is again what it was without the other one, but for what somebody set meanwhile."""
    floor = standing.floor, standing.floor_until
    standing.ranks, standing.rises = list(before.ranks), list(before.rises)
    standing.tier, standing.tier_until, standing.grace_until = before.tier, before.tier_until, before.grace_until
    standing.told_day = before.told_day
    if floor == _higher_floor(before, other):
        standing.floor, standing.floor_until = before.floor, before.floor_until
    elif floor[0] > standing.tier:
        standing.tier, standing.tier_until, standing.grace_until = floor[0], floor[1], 0


def _higher_floor(one: Standing, two: Standing) -> tuple[int, int]:
    best = max(one, two, key=lambda s: (s.floor, s.floor_until or NEVER))
    return best.floor, best.floor_until


def _unite_purse(purse: Purse, theirs: Purse) -> None:
    purse.carry, purse.denominator = _fractions(purse, theirs)
    purse.last_day = max(purse.last_day, theirs.last_day)
    # Whoever was told was told of what they had: each lot keeps that (`merging.take_in`); of others it says nothing.
    purse.notices = []


def _part_purse(purse: Purse, before: Purse, theirs: Purse, parted: bool) -> None:
    if (purse.carry, purse.denominator) == _fractions(before, theirs):
        purse.carry, purse.denominator = before.carry, before.denominator
    elif parted:
        parts = lcm(purse.denominator, before.denominator, theirs.denominator)
        there, own, brought = (one.carry * (parts // one.denominator) for one in (purse, before, theirs))
        home = min(brought, max(0, there - min(0, own)))  # what was used stays used
        theirs.carry, theirs.denominator = home, parts
        purse.carry, purse.denominator = there - home, parts
    else:
        purse.carry = max(0, purse.carry - theirs.carry * purse.denominator // theirs.denominator)
    if purse.last_day > max(before.last_day, theirs.last_day):
        theirs.last_day = purse.last_day  # they were active together
    elif before.last_day or _is_nothing(purse):  # else one began, on the very day on which the other was active last
        purse.last_day = before.last_day
    purse.notices, purse.told = [*before.notices, *purse.notices], before.told


def _is_nothing(purse: Purse) -> bool:
    return not (purse.available or purse.pending or purse.held)


def _fractions(one: Purse, two: Purse) -> tuple[int, int]:
    """Two fractions of a point together: at a whole one or more, the next purchase gives it."""
    parts = lcm(one.denominator, two.denominator)
    return one.carry * (parts // one.denominator) + two.carry * (parts // two.denominator), parts


def _lose(other: Standing, theirs: Theirs) -> None:
    """Let a past lose what events took of it elsewhere, as far as it adds up."""
    for cap, period, points in theirs.used:
        used = other.used.get(cap)
        if used and used.has(period):
            used.put(period, max(0, used.get(period) - points))
    for reward, day in theirs.had:
        other.give_up(reward, day)
    for day, amount in theirs.lost:
        other.add_progress(day, -amount)
    for named, _, _, by in theirs.uncounted:
        other.counts = _added(other.counts, {named.removeprefix(JOINED): by}) if by else other.counts
    for currency, parts, denominator in theirs.fractions:
        other.purse(currency).carry_on(parts, denominator)


def _count_alone(terms: Terms, other: Standing, theirs: Theirs) -> Iterator[Spared]:
    """Undo what counts no longer in the other one's own past: with the survivor it may have stood beside others."""
    for currency, seq, rule, points, day, _ in theirs.spared:
        spared, period = Spared(seq, currency, rule, points, day), shared(terms, other, rule, day)
        if period is None:
            yield spared
        else:
            period.spared.append(spared)
    for named, day, complete, by in theirs.uncounted:
        if by:
            other.counts = _added(other.counts, {named.removeprefix(JOINED): -by})
        yield from uncount(terms, other, named, day, complete)


def _uncounted(theirs: Sequence[Theirs], rule: str) -> list[tuple[int, bool]]:
    """What a rule counts no longer: (day, whether it had completed a round)."""
    rows = [row for one in theirs for row in one.uncounted]
    return [(day, complete) for named, day, complete, _ in rows if named.removeprefix(JOINED) == rule]


def _part_days(standing: Standing, before: Standing, other: Standing, theirs: Sequence[Theirs]) -> None:
    for rule, days in other.counted_day.items():
        own = before.counted_day.get(rule)
        together = _one_row(own or {}, days)
        for day, complete in _uncounted(theirs, rule):
            lose(together, day, complete)
        if standing.counted_day.get(rule) == together:
            del standing.counted_day[rule]
            standing.counted_day |= {} if own is None else {rule: own}


def _part_streaks(
    terms: Terms, standing: Standing, before: Standing, other: Standing, theirs: Sequence[Theirs]
) -> None:
    for rule, streak in other.streaks.items():
        own = before.streaks.get(rule)
        together = _one_streak(own, streak)
        for day, complete in _uncounted(theirs, rule) if rule in terms.streaks else ():
            together.come_back(period_key(terms.streaks[rule], day), complete)
        if standing.streaks.get(rule) == together:
            if own is None:
                del standing.streaks[rule]
            else:
                standing.streaks[rule] = own


def _one_streak(one: Streak | None, two: Streak | None) -> Streak:
    """The periods in which either counted, and the gifts of both; of two in one period the longer."""
    both = [streak for streak in (one, two) if streak is not None]
    gifts: dict[int, StreakGift] = {}
    for gift in (gift for streak in both for gift in streak.gifts):
        known = gifts.get(gift.period)
        size, owed = (known.size, known.owed) if known else (0, 0)
        gifts[gift.period] = StreakGift(gift.period, max(size, gift.size), max(owed, gift.owed))
    rows = [streak.counted for streak in both]
    return Streak(_one_row(rows[0], rows[1] if rows[1:] else {}), [gifts[period] for period in sorted(gifts)])


def _one_row(one: Periods, two: Periods) -> Periods:
    """The periods in which either counted, the latest last, with all who stand for them."""
    return {period: _one_period(period, one, two) for period in sorted(one.keys() | two.keys())}


def _one_period(period: int, one: Periods, two: Periods) -> Counted | None:
    """What a return of the other one's left with the member stays: its numbers mean nothing here."""
    if period not in two:
        kept = one[period]
        return kept and replace(kept, spared=list(kept.spared))
    theirs = two[period] or Counted(1)
    if period not in one:
        return Counted(theirs.stand, theirs.completes, theirs.giver) if two[period] else None
    own = one[period] or Counted(1)
    completes, giver = own.completes or theirs.completes, own.giver or theirs.giver
    return Counted(own.stand + theirs.stand, completes, giver, list(own.spared))


def _added(one: Mapping[_Key, int], two: Mapping[_Key, int]) -> dict[_Key, int]:
    return dict(one) | {key: one.get(key, 0) + amount for key, amount in two.items()}


def _apart(now: Mapping[_Key, int], before: Mapping[_Key, int], theirs: Mapping[_Key, int]) -> dict[_Key, int]:
    """What is there now less theirs, and nothing below zero; exactly what was before, if nothing else came."""
    if now == _added(before, theirs):
        return dict(before)
    left = {key: max(0, amount - theirs[key]) if key in theirs else amount for key, amount in now.items()}
    return {key: amount for key, amount in left.items() if amount or key in before or key not in theirs}


def _each_apart(now: _Amounts, before: _Amounts, theirs: _Amounts) -> dict[str, dict[int, int]]:
    left = {id: _apart(rows, before.get(id, {}), theirs.get(id, {})) for id, rows in now.items()}
    return {id: rows for id, rows in left.items() if rows or id in before}


def _summed(one: _Days, two: _Days) -> Amounts:
    """Amounts by day, those of one day together."""
    found: dict[int, int] = {}
    for day, amount in (*one, *two):
        found[day] = found.get(day, 0) + amount
    return Amounts.of(sorted(found.items()))
