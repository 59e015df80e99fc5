"""Whether one thing that is open to members is at least as good as another: yes, no, or nobody can tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from regulars.programme.benefits import Benefit
from regulars.programme.checks.purchases import apart, percent_turns, sizes
from regulars.programme.checks.texts import round_sum
from regulars.programme.checks.worth import Points, Worth, unknown, worth, yardsticks
from regulars.programme.clubs import Club, Exit
from regulars.programme.currencies import Currency, Pending
from regulars.programme.moments import Gift, Moment
from regulars.programme.offers import Offer
from regulars.programme.promise import Programme
from regulars.programme.rewards import Limit, Reward
from regulars.programme.service import Perk

#: None: it cannot be compared.
Answer = bool | None

_PERIODS = ("day", "week", "month", "year", "ever")
_MONEY = ("credit", "discount")
_REFUNDS = ("nothing", "rest", "all")


def reward(one: Reward, other: Reward) -> Answer:
    """Whether whoever may have `one` needs no `other`: as much for as few points, as soon, for as long, as often."""
    terms = both(
        one.currency == other.currency,
        one.price.least <= other.price.least and one.price.most <= other.price.most,
        one.share >= other.share,
        one.fulfil_hours <= other.fulfil_hours,
        one.valid_days is None or (other.valid_days is not None and one.valid_days >= other.valid_days),
        _limit(one.limit, other.limit),
    )
    if terms is False or (one.kind == other.kind and one.title == other.title and one.worth == other.worth):
        return terms
    if one.worth is None or other.worth is None:
        return None
    if one.kind in _MONEY and other.kind in _MONEY and one.limit is None:
        # money in smaller pieces is as good, if there is as much for a point
        return both(terms, one.worth * other.price.least >= other.worth * one.price.most)
    if one.kind != other.kind and one.kind != "credit":
        return None if one.worth >= other.worth else False
    return both(terms, one.worth >= other.worth)


def perk(one: Perk, other: Perk) -> Answer:
    """Whether `one` is the same way of being served, and promises no less; nobody can tell of another text."""
    sooner = other.within_minutes is None or (
        one.within_minutes is not None and one.within_minutes <= other.within_minutes
    )
    if one.kind != other.kind or not sooner:
        return False
    if one.title == other.title or other.within_minutes is not None:
        return True
    return False if one.kind == "other" else None


def club(one: Club, other: Club, programme: Programme) -> Answer:
    """Whether `one` costs no more a month, gives no less, may be tried as long, and is left and renewed as well."""
    cheaper = one.price * other.months <= other.price * one.months
    trial = other.trial is None or (
        one.trial is not None
        and one.trial.days >= other.trial.days
        and (one.trial.price or 0) <= (other.trial.price or 0)
    )
    richer, poorer = (_gives_less(two, three, programme) for two, three in ((other, one), (one, other)))
    if cheaper and richer and trial:
        lasts = lasting(one.gives, other.gives, programme) or None
        return both(lasts, _exit(one.exit, other.exit), one.renewal == other.renewal or None)
    # worse in everything, or a matter of what one looks for
    return False if poorer and one.price * other.months >= other.price * one.months else None


def _exit(one: Exit, other: Exit) -> Answer:
    """Whether it is as easy to leave."""
    sides = [
        (-some.notice_days, _REFUNDS.index(some.refund), -(some.fee or 0), some.cooling_off_days)
        for some in (one, other)
    ]
    better, worse = ({a > b for a, b in zip(*pair, strict=True)} for pair in (sides, sides[::-1]))
    return True if worse == {False} else None if True in better else False


def _gives_less(one: Club, other: Club, programme: Programme) -> bool:
    """Whether `one` gives no more in a month, on a purchase of any size."""
    if one.months != other.months and any(gift.most is not None for gift in (*one.gives, *other.gives)):
        return False
    months = one.months, other.months
    return not any(
        outgrown(one.gives, other.gives, programme, points=points, months=months)
        for points in yardsticks(programme, (*one.gives, *other.gives))
    )


def outgrown(
    theirs: Iterable[Benefit], others: Iterable[Benefit], programme: Programme, *, points: Points, start: int = 1,
    months: tuple[int, int] = (1, 1),
) -> tuple[int, Fraction, Fraction] | None:  # fmt: skip
    """A purchase of at least `start` on which `theirs` are worth more than `others`, with the worth of both.

    An ordinary one, or else where it is most; None where there is none. What does not
    depend on the purchase is divided by `months`. `points` says what a point is worth.
    """
    theirs, others = tuple(theirs), tuple(others)

    def ways(basket: int) -> list[Worth]:
        some = (worth(benefits, basket, None, points) for benefits in (theirs, others))
        return [
            Worth(one.share, one.amount * Fraction(1, by), one.later * Fraction(1, by))
            for one, by in zip(some, months, strict=True)
        ]

    found: tuple[int, Fraction, Fraction] | None = None
    ordinary = round_sum(programme)
    for basket in sizes(apart(percent_turns((*theirs, *others)), (start, None)), ways, ordinary):
        more, less = (one.within(basket) for one in ways(basket))
        if more > less and (found is None or more - less > found[1] - found[2] or basket == ordinary):
            found = basket, more, less
            if basket == ordinary:
                break
    return found


def occasion(one: Moment, other: Moment) -> Answer:
    """Whether `one` comes whenever `other` would, no later, and as surely."""
    if one.kind != other.kind:
        return False
    years = not one.years or (bool(other.years) and set(one.years) >= set(other.years))
    reached: Answer = True
    if one.milestone is not None and other.milestone is not None:
        if one.milestone.counts != other.milestone.counts:
            return None
        reached = one.milestone.at <= other.milestone.at and (one.milestone.repeats or not other.milestone.repeats)
    budget: Answer = one.budget is None or one.budget == other.budget
    if not budget and other.budget is not None and one.budget is not None:
        alike = (one.budget.per, one.budget.chosen) == (other.budget.per, other.budget.chosen)
        budget = one.budget.most >= other.budget.most if alike else None
    return both(years, reached, budget, _limit(one.limit, other.limit), set(one.requires) <= set(other.requires))


def gifts(ones: Sequence[Gift], others: Sequence[Gift], programme: Programme) -> Answer:
    """Whether `ones` together are worth as much as `others`, and hold as many words in somebody's own hand."""
    rest, wanted = list(ones), []
    for gift in others:
        if gift in rest:
            rest.remove(gift)
        else:
            wanted.append(gift)
    if not wanted:
        return True
    if not lasting(rest, wanted, programme):
        return None
    every = yardsticks(programme, (*rest, *wanted))
    answers = [_gifts(rest, wanted, points, programme) for points in every]
    if any(map(unknown, every)):
        return answers[0] if len(set(answers)) == 1 else None
    return both(*answers)


def _gifts(rest: Sequence[Gift], wanted: Sequence[Gift], points: Points, programme: Programme) -> Answer:
    (much, more, kind), (asked, unsaid, kindly) = (_worth(some, points, programme) for some in (rest, wanted))
    if unsaid or (more and much < asked):
        return None
    if much >= asked and kind >= kindly:
        return True
    return None if kind != kindly and bool(rest) else False


def _worth(some: Iterable[Gift], points: Points, programme: Programme) -> tuple[Fraction, bool, int]:
    """Minor units, whether there is more of which nobody says the worth, and how many cards and notes."""
    total, unsaid, kind = Fraction(0), False, 0
    rewards = {one.id: one.worth for one in programme.rewards}
    for gift in some:
        value: Fraction | int | None = gift.money
        if gift.kind == "points":
            value = gift.points * points[gift.currency or ""]
        elif gift.kind == "reward":
            value = rewards[gift.reward or ""]
        elif gift.kind in ("card", "note"):
            value, kind = 0, kind + 1
        total, unsaid = total + (value or 0), unsaid or value is None
    return total, unsaid, kind


def use(one: Offer, other: Offer, programme: Programme) -> Answer:
    """Whether `one` may be used as long, as often, and whatever the goods leave, its points last as long, and it is not
    for the house alone to hand out; nobody is new more than once, and what is used up for ever makes up for nothing.
    """
    longer = one.use.valid_days is None or (
        other.use.valid_days is not None and one.use.valid_days >= other.use.valid_days
    )
    limit = one.use.limit
    if other.eligible.customers == "new" and (other.use.limit is None or other.use.limit.most == 1):
        often: Answer = limit is None or limit.per != "ever"
    else:
        often = _limit(limit, other.use.limit)
    sure = one.code != "unique" or other.code == "unique"
    goods = (one.use.margin_floor or 0) <= (other.use.margin_floor or 0)
    return both(longer, often, sure, goods, lasting(one.gives, other.gives, programme))


def lasting(ones: Iterable[Benefit | Gift], others: Iterable[Benefit | Gift], programme: Programme) -> bool:
    """Whether no points among `ones` can be spent later, or end sooner, than points among `others`."""
    mine, theirs = ({gift.currency or "" for gift in some if gift.kind == "points"} for some in (ones, others))
    return all(_lasts(programme.currency(one), programme.currency(other)) for one in mine for other in theirs)


def _lasts(one: Currency, other: Currency) -> bool:
    """Whether points of `one` wait no longer than those of `other`, and do not end before them."""
    waits = (
        one.pending is None
        or one.pending == other.pending
        or (other.pending is not None and _days(one.pending) and one.pending.days <= other.pending.days)
    )
    if one.expiry is None or one.expiry == other.expiry:
        return waits
    if other.expiry is None or one.expiry.months < other.expiry.months:
        return False
    return waits and (one.expiry.after == other.expiry.after or one.expiry.after == "inactivity")


def _days(pending: Pending) -> bool:
    return not pending.event and pending.until is None


def _limit(one: Limit | None, other: Limit | None) -> Answer:
    """Whether `one` lets a member have it as often."""
    if one is None or one == other:
        return True
    if other is None:
        return False
    longer = _PERIODS.index(one.per) - _PERIODS.index(other.per)
    if one.most >= other.most and longer <= 0:
        return True
    return False if one.most <= other.most and longer >= 0 else None


def both(*answers: Answer) -> Answer:
    """No where one is no, else nobody can tell where one cannot be told."""
    return False if False in answers else None if None in answers else True
