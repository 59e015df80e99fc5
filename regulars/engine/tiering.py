"""Tiers: progress within a window, rising at once, review when the kept time ends, grace, notice, and a soft fall."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from regulars.engine.entries import Outcome, Refusal, TierMove
from regulars.engine.events import Event
from regulars.engine.periods import kept_until
from regulars.engine.purse import NEVER
from regulars.engine.refusing import told_day, unknown_tier
from regulars.engine.standing import Standing
from regulars.engine.terms import Terms
from regulars.kit.speaking import worded
from regulars.programme.tiers import Tiers

#: How far behind the window progress is remembered, so that a late event or a return can be judged as of its day.
MEMORY_DAYS: Final = 400


def adopt(terms: Terms, standing: Standing, at: int, day: int, out: Outcome) -> None:
    """Find the tier again under another version of the programme: by its id, else by its place.

    Where a version has fewer, whoever stood above its highest tier stands on that. A tier that changed its name or went
    is a move of its own (`version`), so that it can be told.
    """
    before, after = standing.levels, terms.level_ids
    standing.levels = after
    standing.due = 0  # when something falls due was worked out by the terms of another version
    if not terms.balance:  # that may have followed a balance
        standing.total = standing.progress.since(standing.head)
    if not before or before == after:
        return
    place = [after.index(id) if id in after else min(number, len(after) - 1) for number, id in enumerate(before)]
    was, target = standing.tier, place[standing.tier]
    standing.ranks = [(since, place[tier]) for since, tier in standing.ranks]
    standing.rises = [(on, place[tier], until, grace) for on, tier, until, grace in standing.rises]
    standing.floor = place[standing.floor]
    standing.tier = target
    if (was or target) and before[was] != after[target]:
        if not target:
            standing.tier_until = standing.grace_until = 0
        standing.seq += 1
        until = standing.tier_until
        out.moves.append(
            TierMove(standing.seq, at, day, "", before[was], after[target], "version", standing.total, until)
        )


def advance(terms: Terms, standing: Standing, day: int) -> None:
    """Let the window of progress end on `day` (which never goes back); or count the balance that is followed."""
    if terms.balance:
        standing.total = _balance(terms, standing)
        return
    start = terms.window_start(standing.joined_day, day)
    flat, head = standing.progress.flat, standing.head
    if 2 * head == len(flat) or flat[2 * head] >= start:
        return
    while 2 * head < len(flat) and flat[2 * head] < start:
        standing.total -= flat[2 * head + 1]
        head += 1
    if head > 2 * MEMORY_DAYS:
        old = 0
        while old < head and flat[2 * old] < start - MEMORY_DAYS:
            old += 1
        del flat[: 2 * old]
        head -= old
    standing.head = head


def progress_on(terms: Terms, standing: Standing, day: int) -> int:
    """The progress of the window that ends on `day`; where tiers follow a balance, that of now."""
    if terms.balance:
        return _balance(terms, standing)
    start = terms.window_start(standing.joined_day, day)
    return sum(amount for on, amount in standing.progress if start <= on <= day)


def reach(terms: Terms, standing: Standing, event: str, at: int, day: int, out: Outcome) -> None:
    """Rise to the highest level that progress carries, at once; or renew a tier kept only by grace."""
    levels, top = terms.levels, standing.tier
    while top + 1 < len(levels) and standing.total >= levels[top + 1]:
        top += 1
    why = "reached" if top > standing.tier else "renewed"
    if why == "reached" or (standing.grace_until and standing.total >= levels[top]):
        _note(standing, day, why)
        _move(terms, standing, event, at, day, top, why, _kept(terms, standing, day), standing.total, out)


def review(terms: Terms, standing: Standing, day: int, out: Outcome) -> None:
    """The night's review on the first moment of `day`: renew, keep for the grace days, or fall."""
    tiers = terms.tiers
    if tiers is None or not standing.tier:
        return
    at = terms.zone.midnight(day)
    if standing.floor and not _floor(standing, day):
        standing.floor = standing.floor_until = 0
    if tiers.fall == "never":  # a version before this one gave it an end
        if day > (standing.grace_until or standing.tier_until or NEVER):
            _move(terms, standing, "", at, day, standing.tier, "renewed", 0, progress_on(terms, standing, day - 1), out)
    elif standing.grace_until:
        if day > _end(tiers, standing, standing.grace_until):
            target, progress = standing.tier - 1, progress_on(terms, standing, day - 1)
            if tiers.fall == "to_level":
                target = min(target, _carried(terms, progress))
            until = _kept(terms, standing, day - 1) if target else 0
            floor = _floor(standing, day)
            if floor and target <= floor:
                target, until = floor, standing.floor_until and max(until, standing.floor_until)
            standing.rises = [rise for rise in standing.rises if rise[1] < target]
            _move(terms, standing, "", at, day, target, "fell", until, progress, out)
    elif day > (standing.tier_until or NEVER):
        last = standing.tier_until
        progress = progress_on(terms, standing, last)
        if progress >= terms.levels[standing.tier]:
            _note(standing, last, "renewed")
            _move(terms, standing, "", at, day, standing.tier, "renewed", _kept(terms, standing, last), progress, out)
        elif tiers.grace_days or _end(tiers, standing, last) >= day:
            _move(terms, standing, "", at, day, standing.tier, "grace", last, progress, out)
            standing.grace_until = last + tiers.grace_days
        else:
            standing.grace_until = last
            review(terms, standing, day, out)


def follow(terms: Terms, standing: Standing, event: str, at: int, day: int, last: int, out: Outcome) -> None:
    """Follow the balance: rise to what it carries at once; where it does not carry the tier, `last` is its last day.

    The tier is then kept for the grace days more; within them, a balance that carries it again renews it.
    """
    tiers = terms.tiers
    assert tiers is not None
    advance(terms, standing, day)
    reach(terms, standing, event, at, day, out)
    over = bool(standing.tier_until) and day > standing.tier_until  # a hand, or another version, gave it an end
    if standing.tier <= _floor(standing, day):
        return
    if tiers.fall == "never" or standing.total >= terms.levels[standing.tier]:
        if over or standing.grace_until:
            _move(terms, standing, event, at, day, standing.tier, "renewed", 0, standing.total, out)
    elif not standing.grace_until and (over or not standing.tier_until):
        _move(terms, standing, event, at, day, standing.tier, "grace", last, standing.total, out)
        standing.grace_until = last + tiers.grace_days
        standing.due = 0


def review_balance(terms: Terms, standing: Standing, day: int, out: Outcome) -> None:
    """The night's last act where tiers follow a balance: as after an event, and the fall when grace is over."""
    tiers, at = terms.tiers, terms.zone.midnight(day)
    assert tiers is not None
    if standing.floor and not _floor(standing, day):
        standing.floor = standing.floor_until = 0
    follow(terms, standing, "", at, day, day - 1, out)
    if standing.grace_until and day > _end(tiers, standing, standing.grace_until):
        target, floor = standing.tier - 1, standing.floor
        if tiers.fall == "to_level":
            target = min(target, _carried(terms, standing.total))
        until = standing.floor_until if floor and target <= floor else 0
        _move(terms, standing, "", at, day, max(target, floor), "fell", until, standing.total, out)
        follow(terms, standing, "", at, day, day, out)


def _balance(terms: Terms, standing: Standing) -> int:
    """What there is of the currency that tiers follow: available, and what waits if that counts."""
    purse = standing.purses.get(terms.balance)
    if purse is None or terms.tiers is None:
        return 0
    return purse.available + (purse.pending if terms.tiers.pending_counts else 0)


def undo(terms: Terms, standing: Standing, event: str, at: int, day: int, bought_day: int, out: Outcome) -> None:
    """Go back from rises and renewals, the latest first, as far as a return took away what they stood on.

    A rise that lost it stands on what came since, if that carries it. Going back never reaches into the past: a
    kept time that has ended meanwhile ends today.
    """
    today, rises = max(day, standing.day), standing.rises
    floor = _floor(standing, today)
    progress = progress_on(terms, standing, today)
    for place, (risen_day, tier, until, grace) in enumerate(rises):
        target = rises[place + 1][1] if place + 1 < len(rises) else standing.tier
        if bought_day <= risen_day and _carried(terms, progress_on(terms, standing, risen_day)) < target:
            rises[place] = (today, tier, until, grace)
    while rises and bought_day <= rises[-1][0]:
        risen_day, tier, until, grace = rises[-1]
        held = _carried(terms, progress_on(terms, standing, risen_day))
        if held >= standing.tier or standing.tier <= floor:
            return
        if held > max(tier, floor):
            _move(terms, standing, event, at, day, held, "undone", standing.tier_until, progress, out)
            return
        rises.pop()
        if tier < floor:
            tier, until, grace = floor, standing.floor_until, 0
        elif tier and not grace and until:
            until = max(until, today)
        _move(terms, standing, event, at, day, tier, "undone", until, progress, out)
        standing.grace_until = max(grace, today) if grace else 0


def next_review(terms: Terms, standing: Standing) -> int:
    """The first day on which `review` has something to do; NEVER for none."""
    last = last_day(terms, standing)
    return last + 1 if standing.tier and last else NEVER


def last_day(terms: Terms, standing: Standing) -> int:
    """Through which day the tier is kept, grace and all (0: without end; NEVER: until a notice that it falls)."""
    if terms.tiers and standing.grace_until:
        return _end(terms.tiers, standing, standing.grace_until)
    return standing.tier_until


def be_told(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """A notice that the tier may fall arrived: the first that is not too early counts, on the day it is told."""
    tiers, today = terms.tiers, standing.day
    last = standing.grace_until or (standing.tier_until and standing.tier_until + (tiers.grace_days if tiers else 0))
    if tiers and tiers.notice and last and not standing.told_day and today + tiers.notice.earliest >= last:
        standing.told_day = today


def set_by_hand(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Give the tier `event.of` through `event.until_day` (0: without end); no night lowers it before.

    With `of` empty what was set holds no longer: the tier is kept as if it had been reached today. Refusals:
    `unknown_tier`, `bad_term`, `reason_missing`, `actor_missing`.
    """
    today = standing.day
    if terms.tiers is None or (event.of and event.of not in terms.level_ids):
        out.refusal = unknown_tier(terms, event.of)
    elif event.until_day and terms.tiers.fall == "never":
        sentence = worded("Tiers never fall here: set it without a last day, and set another one when it is to end.")
        out.refusal = Refusal("bad_term", sentence, {"until_day": told_day(event.until_day)})
    elif event.until_day and event.until_day < today:
        sentence = worded("The last day of a tier lies ahead.")
        out.refusal = Refusal("bad_term", sentence, {"until_day": told_day(event.until_day)})
    elif not event.reason:
        out.refusal = Refusal("reason_missing", worded("Say why, by one of the reason codes."), {})
    elif not event.actor:
        out.refusal = Refusal("actor_missing", worded("Say who decided this, by their code."), {})
    if out.refusal is not None:
        return
    target = terms.level_ids.index(event.of) if event.of else standing.tier
    until = event.until_day if event.of else _kept(terms, standing, today) if target else 0
    standing.floor, standing.floor_until = (target, until) if event.of else (0, 0)
    standing.rises = []  # what came before is no longer gone back to
    progress = progress_on(terms, standing, today)
    _move(terms, standing, event.id, event.at, today, target, "set", until, progress, out)


def begin(terms: Terms, standing: Standing, event: Event, out: Outcome) -> None:
    """Begin in the tier `event.of` (empty: the lowest), kept through `event.until_day`, or as if reached today."""
    target, today = terms.level_ids.index(event.of) if event.of else 0, standing.day
    if target:
        until = event.until_day or _kept(terms, standing, today)
        _move(terms, standing, event.id, event.at, today, target, "opened", until, standing.total, out)
        standing.ranks = []  # it was held before, too


def begin_anew(
    terms: Terms, standing: Standing, tier: str, until: int, since: int, progressed: Iterable[int]
) -> None:  # fmt: skip
    """Begin again in a tier (empty: the lowest), as of the local day `since`, kept through `until` or as if reached
    then.

    It rises as progress carried it on the days on which it was `progressed`, each time as of that day; what somebody
    set holds. Writes no move.
    """
    if terms.tiers is None:
        return
    today, was, told = standing.day, (standing.tier, standing.tier_until), standing.told_day
    place = terms.level_ids.index(tier) if tier else 0
    end = until or _kept(terms, standing, since) if place else 0
    if floor := _floor(standing, today):
        place, end = floor, standing.floor_until
    standing.tier, standing.tier_until, standing.grace_until = place, end, 0
    standing.ranks, standing.rises = [], []
    for day in sorted({max(on, since) for on in progressed}) if not terms.balance else ():
        top = _carried(terms, progress_on(terms, standing, day))
        if top > standing.tier:
            _note(standing, day, "reached")
            _rank(terms, standing, day, top)
            standing.tier, standing.tier_until = top, _kept(terms, standing, day)
    standing.told_day = told if was == (standing.tier, standing.tier_until) else 0


def close(terms: Terms, standing: Standing, event: Event, out: Outcome) -> None:
    """Go back to the lowest tier as if there had never been another: the opening it came with is withdrawn."""
    if standing.tier:
        _move(terms, standing, event.id, event.at, standing.day, 0, "withdrawn", 0, 0, out)
    standing.ranks, standing.rises = [], []


def _floor(standing: Standing, day: int) -> int:
    """The tier that was set by hand, as long as it holds on `day`."""
    return standing.floor if not standing.floor_until or day <= standing.floor_until else 0


def _end(tiers: Tiers, standing: Standing, last: int) -> int:
    """The last day before a fall that would come after `last`: NEVER while the notice that it needs has not come."""
    if tiers.notice is None:
        return last
    return max(last, standing.told_day + tiers.notice.latest) if standing.told_day else NEVER


def _note(standing: Standing, day: int, why: str) -> None:
    """Remember what a rise or a renewal, by the progress of `day`, would go back to; of renewals, the latest."""
    rises, tier = standing.rises, standing.tier
    before = rises[:-1] if why == "renewed" and rises and rises[-1][1] == tier else rises
    standing.rises = [*before, (day, tier, standing.tier_until, standing.grace_until)]


def _carried(terms: Terms, progress: int) -> int:
    return sum(progress >= at for at in terms.levels[1:])


def _kept(terms: Terms, standing: Standing, day: int) -> int:
    """The last day of a tier reached or renewed on `day`; 0 where tiers never fall, or follow a balance."""
    tiers = terms.tiers
    assert tiers is not None
    if tiers.fall == "never" or terms.balance:
        return 0
    return kept_until(tiers.window, tiers.keep_months, standing.joined_day, day)


def _move(
    terms: Terms, standing: Standing, event: str, at: int, day: int, target: int, why: str, until: int, progress: int,
    out: Outcome,
) -> None:  # fmt: skip
    source, target_id = terms.level_ids[standing.tier], terms.level_ids[target]
    standing.seq += 1
    out.moves.append(TierMove(standing.seq, at, day, event, source, target_id, why, progress, until))
    if target != standing.tier:
        _rank(terms, standing, day, target)
    standing.tier, standing.tier_until, standing.grace_until = target, until, 0
    if why != "grace":
        standing.told_day = 0  # what was told was another fall


def _rank(terms: Terms, standing: Standing, day: int, target: int) -> None:
    """Remember from which day on the next tier is held."""
    ranks = standing.ranks or [(0, standing.tier)]
    # What held before the window for late events is asked by nobody.
    old = sum(since <= day - terms.late_days for since, _ in ranks[1:])
    standing.ranks = [*ranks[old:], (day, target)]
