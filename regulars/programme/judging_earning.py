"""Judging what is earned, and the terms: which way each part of them is better for members."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from regulars.programme.currencies import Expiry, Notice, Pending
from regulars.programme.earn import Cap, Group, Streak
from regulars.programme.judging import Effect, Pair, Whole, less, longer, more, rising
from regulars.programme.promise import Programme
from regulars.programme.rewards import Limit
from regulars.programme.terms import Fees, Terms

# Judges of currencies


def spendable(old: str, new: str, pair: Pair) -> Effect:
    """Points that could be spent and no longer can have lost all their worth."""
    return Effect.DEVALUING if new == "qualifying" else Effect.GOOD


def worth(old: Fraction | None, new: Fraction | None, pair: Pair) -> Effect:
    """The declared worth of a point; one that is no longer declared is lower."""
    return Effect.GOOD if new is not None and (old is None or new > old) else Effect.DEVALUING


def rounding(old: list[str], new: list[str], pair: Pair) -> Effect:
    """Whoever rounds down loses most line by line, and gains most when rounding up; halves may go either way."""
    order = ["line down", "order down", "carry", "order up", "line up"]
    before, after = (grain if grain == "carry" else f"{grain} {mode}" for grain, mode in (old, new))
    if before in order and after in order:
        return more(order.index(before), order.index(after), pair)
    if old[0] == new[0]:
        return rising("down", "half_up", "up")(old[1], new[1], pair)
    return Effect.DIFFERS


def pending(old: Pending | None, new: Pending | None, pair: Pair) -> Effect:
    """How long points wait; from days to a day or an event, or to another one, is undecided."""
    before, after = old or Pending(), new or Pending()
    if old == new or new is None:
        return Effect.NEUTRAL if old == new else Effect.GOOD
    if before.event or after.event:
        same = before.event == after.event
        return more(before.within_days, after.within_days, pair) if same else Effect.DIFFERS
    if before.until and after.until:
        return less(before.until, after.until, pair)
    if before.until or after.until:
        return Effect.ADVERSE if old is None else Effect.DIFFERS
    return less(before.days, after.days, pair)


def life(old: Expiry | None, new: Expiry | None, pair: Pair) -> Effect | None:
    """How long points live.

    What counts from earning is fixed when points are given, so a shorter life reaches only later ones; what
    counts from the last activity is read off the promise in force, and reaches those earned before.
    """
    if new is None:
        return Effect.GOOD
    if old is not None and old.after == new.after:
        if old.months == new.months:
            return None
        if new.months > old.months:
            return Effect.GOOD
    return Effect.DEVALUING if new.after == "inactivity" else Effect.ADVERSE


def warning(old: Expiry | None, new: Expiry | None, pair: Pair) -> Effect | None:
    """A notice that must come later than before, or has less time to come in, protects less."""
    if old is None or new is None or old.notice == new.notice:
        return None
    return forewarned(old.notice, new.notice, pair)


def forewarned(old: Notice | None, new: Notice | None, pair: Pair) -> Effect:
    """The notice without which nothing ends: whether there is one, and how long before."""
    if old is None or new is None:
        return Effect.GOOD if old is None else Effect.ADVERSE
    sooner, later = old.latest <= new.latest, old.earliest >= new.earliest
    return Effect.GOOD if sooner and later else Effect.ADVERSE


def money(old: str, new: str, pair: Pair) -> Effect:
    """In another money every amount means something else, the worth of points among them."""
    return Effect.DEVALUING


# Judges of earning


def rate(old: list[Any], new: list[Any], pair: Pair) -> Effect:
    """Points for money, for items or for events, or times what others give; from one to another is undecided."""
    points, per, unit, times = old
    points_now, per_now, unit_now, times_now = new
    if unit != unit_now:
        return Effect.DIFFERS
    before, after = (Fraction(points, per), Fraction(points_now, per_now)) if times is None else (times, times_now)
    return Effect.NEUTRAL if before == after else more(before, after, pair)


def rhythm(old: int | None, new: int | None, pair: Pair) -> Effect:
    """Every how manieth time."""
    return less(old or 1, new or 1, pair)


def streak(old: Streak | None, new: Streak | None, pair: Pair) -> Effect:
    """How many periods in a row are asked; other periods are undecided, none at all is better."""
    if old is None or new is None:
        return Effect.GOOD if new is None else Effect.ADVERSE
    return less(old.length, new.length, pair) if old.per == new.per else Effect.DIFFERS


#: The periods that each period always lies within: whoever is bounded by the longer one only is bounded more.
_WITHIN = {
    "event": ("day", "week", "month", "year", "ever"),
    "day": ("week", "month", "year", "ever"),
    "week": ("ever",),
    "month": ("year", "ever"),
    "year": ("ever",),
    "ever": (),
}


def period(old: str, new: str, pair: Pair) -> Effect:
    """The period of a cap."""
    return Effect.GOOD if old in _WITHIN[new] else Effect.ADVERSE


def _ids(programme: Programme) -> frozenset[str]:
    return frozenset(rule.id for rule in programme.earn.rules)


def bounded(old: list[Any], new: list[Any], pair: Pair) -> Effect | None:
    """The rules under a cap. A new rule under a cap that clips takes nothing away; where it refuses, it may."""
    (rules, _), (rules_now, edge) = old, new
    joined, left = set(rules_now) - set(rules), set(rules) - set(rules_now)
    if not joined and not left:
        return None
    if joined & _ids(pair.old) or (joined and edge == "refuse"):
        return Effect.ADVERSE
    return Effect.GOOD if left & _ids(pair.new) else Effect.NEUTRAL


def cap_added(cap: Cap, pair: Pair) -> Effect:
    """A cap over nothing but new rules takes nothing away."""
    return Effect.ADVERSE if _ids(pair.old).intersection(cap.rules) else Effect.NEUTRAL


def cap_removed(cap: Cap, pair: Pair) -> Effect:
    """Whatever is left of its rules is bounded no more."""
    return Effect.GOOD if _ids(pair.new).intersection(cap.rules) else Effect.NEUTRAL


def competing(old: tuple[str, ...], new: tuple[str, ...], pair: Pair) -> Effect:
    """The rules of which only the best counts. A new rule beside them only adds a chance, unless something
    multiplies what the others give: its winning would take that away."""
    joined, left = set(new) - set(old), set(old) - set(new)
    multiplied = {of for rule in pair.old.earn.rules for of in rule.of}
    if joined & _ids(pair.old) or (joined and multiplied.intersection(old)):
        return Effect.ADVERSE
    return Effect.GOOD if left & _ids(pair.new) else Effect.NEUTRAL


def group_added(group: Group, pair: Pair) -> Effect:
    """Two rules that added up and no longer do give less."""
    return Effect.ADVERSE if len(_ids(pair.old).intersection(group.best_of)) > 1 else Effect.NEUTRAL


def group_removed(group: Group, pair: Pair) -> Effect:
    """Two rules that add up from now on give more."""
    return Effect.GOOD if len(_ids(pair.new).intersection(group.best_of)) > 1 else Effect.NEUTRAL


def limit(old: Limit | None, new: Limit | None, pair: Pair) -> Effect:
    """How many one may have; another number in another period is undecided."""
    if new is None:
        return Effect.GOOD
    if old is None or new.most < old.most or (new.per != old.per and old.per not in _WITHIN[new.per]):
        return Effect.ADVERSE
    return Effect.GOOD


# Judges of terms


def terms_added(terms: Terms, pair: Pair) -> Effect:
    """Terms where there were none: without them nothing costs anything, and no card is linked by itself."""
    if terms.fees.hold or terms.fees.redeem:
        return Effect.DEVALUING
    return Effect.ADVERSE if terms.fees.transfer or terms.cards == "silent" else Effect.GOOD


def run_off(old: int, new: int, pair: Pair) -> Effect:
    """Days in which points can be spent after closing: fewer of them take from points already earned."""
    return Effect.GOOD if new > old else Effect.DEVALUING


def fees(old: Fees, new: Fees, pair: Pair) -> Effect:
    """What having and spending points costs comes off those already earned; passing them on is a choice."""
    if new.hold > old.hold or new.redeem > old.redeem:
        return Effect.DEVALUING
    if new.transfer > old.transfer:
        return Effect.ADVERSE
    same = (new.hold, new.redeem, new.transfer) == (old.hold, old.redeem, old.transfer)
    return Effect.NEUTRAL if same else Effect.GOOD


#: What members paid for: how long it lasts, what it loses unused, and whether it is paid out.
bought = Whole(
    {
        "months": longer,
        "dormancy_fee": less,
        "dormant_months": more,
        "paid_out": rising(False, True),
        "unclaimed": rising(False, True),
    },
    appears=Effect.GOOD,
    ends=Effect.ADVERSE,
)
