"""Judging what is given beside the points: which way offers, clubs, referrals, moments and partners are better."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from regulars.programme.benefits import Benefit
from regulars.programme.judging import (
    Effect,
    Pair,
    Whole,
    earlier_told,
    fewer,
    fuller,
    less,
    lower,
    more,
    rising,
)
from regulars.programme.moments import Gift
from regulars.programme.offers import Offer, PricePath, Span
from regulars.programme.partners import Exchange, Partner, PartnerBurns, PartnerEarns
from regulars.programme.referrals import LOSSES

# Judges of what is given


def given(old: tuple[Benefit | Gift, ...], new: tuple[Benefit | Gift, ...], pair: Pair) -> Effect:
    """Benefits or gifts: all of the old ones, each no smaller, and more is better. What they cost the house says
    nothing. Two of one kind are told apart by what they are of."""
    before, after = ({_named(one): _sizes(one) for one in several} for several in (old, new))
    if len(before) < len(old) or len(after) < len(new) or before.keys() - after.keys():
        return Effect.ADVERSE
    if any(now < was for name, sizes in before.items() for was, now in zip(sizes, after[name], strict=True)):
        return Effect.ADVERSE
    return Effect.NEUTRAL if before == after else Effect.GOOD


def _named(one: Benefit | Gift) -> Hashable:
    title = frozenset((one.title or {}).items())
    return one.kind, one.currency, one.reward if isinstance(one, Gift) else None, title


def _sizes(one: Benefit | Gift) -> tuple[Fraction | int, ...]:
    """How much it is, each figure the more the better."""
    if isinstance(one, Gift):
        return one.points, one.money or 0
    unbounded = 10**30 if one.most is None else one.most
    return one.share, unbounded, one.money or 0, one.points, one.months


# Judges of who may have it


def audience(old: tuple[Any, ...], new: tuple[Any, ...], pair: Pair) -> Effect:
    """For whom: those of before and more is better; none named is everybody."""
    if not new or not old:
        return Effect.ADVERSE if new else Effect.GOOD
    return fuller(old, new, pair)


def audiences(old: list[tuple[str, ...]], new: list[tuple[str, ...]], pair: Pair) -> Effect:
    """The same of several lists of which it is enough to be in one."""
    if not any(new) or not any(old):
        return Effect.ADVERSE if any(new) else Effect.GOOD
    before, after = (
        tuple((place, name) for place, names in enumerate(lists) for name in names) for lists in (old, new)
    )
    return fuller(before, after, pair)


def customers(old: str, new: str, pair: Pair) -> Effect:
    """Everybody, or only those who bought before, or only those who did not."""
    return Effect.GOOD if new == "all" else Effect.ADVERSE


def tenure(old: Span | None, new: Span | None, pair: Pair) -> Effect:
    """Days as a customer: the wider the span, the more may have it."""
    before, after = (span or Span(0, None) for span in (old, new))
    later = before.most is not None and (after.most is None or after.most >= before.most)
    return Effect.GOOD if after.least <= before.least and (later or after.most is None) else Effect.ADVERSE


def code(old: str | None, new: str | None, pair: Pair) -> Effect:
    """Without one is better; another one is no use to whoever has the old."""
    return Effect.GOOD if new is None else Effect.ADVERSE


def product(old: str | None, new: str | None, pair: Pair) -> Effect:
    """For anything is better than for something, or something else."""
    return Effect.GOOD if new is None else Effect.ADVERSE


def begins(old: date | None, new: date | None, pair: Pair) -> Effect:
    """The first day: earlier is better, None has always begun."""
    return Effect.GOOD if new is None or (old is not None and new < old) else Effect.ADVERSE


def ends(old: date | None, new: date | None, pair: Pair) -> Effect:
    """The last day: later is better, None never ends."""
    return Effect.GOOD if new is None or (old is not None and new > old) else Effect.ADVERSE


def offer_removed(offer: Offer, pair: Pair) -> Effect:
    """An offer less is adverse, unless its last day lies before the new promise begins."""
    begins = pair.new.terms.effective if pair.new.terms else None
    over = begins is not None and offer.ends is not None and offer.ends < begins
    return Effect.NEUTRAL if over else Effect.ADVERSE


def _months(path: PricePath) -> Iterator[int]:
    for step in path.steps:
        yield from [step.pays] * step.months


def path(old: PricePath, new: PricePath, pair: Pair) -> Effect:
    """What each month costs: no month dearer, and then, is better."""
    before, after = list(_months(old)), list(_months(new))
    length = max(len(before), len(after)) + 1
    was, now = (
        months + [path.list_price] * (length - len(months)) for months, path in ((before, old), (after, new))
    )  # fmt: skip
    if any(pays > paid for paid, pays in zip(was, now, strict=True)):
        return Effect.ADVERSE
    return Effect.NEUTRAL if was == now else Effect.GOOD


def introductory(old: PricePath | None, new: PricePath | None, pair: Pair) -> Effect:
    """An introductory price, and how long before a step it is told."""
    if old is None or new is None:
        return Effect.GOOD if old is None else Effect.ADVERSE
    told = Effect.NEUTRAL
    if old.notice_days != new.notice_days:
        told = earlier_told(old.notice_days, new.notice_days, pair)
    return max(path(old, new, pair), told)


# Judges of clubs


def club_price(old: list[int], new: list[int], pair: Pair) -> Effect:
    """What a period costs: less for as long is better, or as cheap a month for a shorter one."""
    (price, months), (price_now, months_now) = old, new
    cheaper = Fraction(price_now, months_now) <= Fraction(price, months)
    return Effect.GOOD if cheaper and months_now <= months else Effect.ADVERSE


trial = Whole({"days": more, "price": lower, "notice_days": earlier_told}, appears=Effect.GOOD, ends=Effect.ADVERSE)
#: One that goes on by itself holds members; one that ends by itself lets them go.
renewal = Whole(
    {
        "reminder_days": earlier_told,
        "yearly_reminder": rising(False, True),
        "price_change_days": earlier_told,
        "tells": fuller,
        "consent_recorded": rising(False, True),
    },
    appears=Effect.ADVERSE,
    ends=Effect.GOOD,
)


# Judges of referrals


def mechanisms(old: tuple[str, ...], new: tuple[str, ...], pair: Pair) -> Effect:
    """More ways are better, but for asking members for the addresses of their friends."""
    if "contacts" in new and "contacts" not in old:
        return Effect.ADVERSE
    kept = tuple(one for one in old if one != "contacts")
    return (
        Effect.GOOD if "contacts" in old and "contacts" not in new and set(kept) <= set(new) else fuller(old, new, pair)
    )


#: What may be lost, the worst first.
loses = rising(*reversed(LOSSES))
_RARER = ("month", "year")


def _asked(old: list[Any], new: list[Any], pair: Pair) -> Effect:
    (most, per), (most_now, per_now) = old, new
    rarer = per == per_now or (per, per_now) == _RARER
    return Effect.GOOD if rarer and most_now <= most else Effect.ADVERSE


def asking(old: Any, new: Any, pair: Pair) -> Effect:
    """How often members are asked: less often is better, and only those who are satisfied; None is never."""
    if old is None or new is None:
        return Effect.ADVERSE if old is None else Effect.GOOD
    found = []
    if (old.most, old.per) != (new.most, new.per):
        found.append(_asked([old.most, old.per], [new.most, new.per], pair))
    if old.after != new.after:
        found.append(rising("any", "satisfied")(old.after, new.after, pair))
    return max(found)


vouching = Whole({"revocable": rising(False, True), "loses": loses}, appears=Effect.GOOD, ends=Effect.ADVERSE)

# Judges of moments

milestone = Whole(
    {"at": less, "repeats": rising(False, True)}, appears=Effect.ADVERSE, ends=Effect.GOOD, untold=("counts",)
)


def reached(old: Any, new: Any, pair: Pair) -> Effect:
    """What is reached: sooner and again is better; what counts otherwise is undecided."""
    same = old is None or new is None or old.counts == new.counts
    return milestone(old, new, pair) if same else Effect.DIFFERS


def budget(old: Any, new: Any, pair: Pair) -> Effect:
    """How much there is for all: more in the same period is better; how members are found is undecided."""
    if old is None or new is None:
        return Effect.GOOD if new is None else Effect.ADVERSE
    if old.per != new.per or old.chosen != new.chosen:
        return Effect.DIFFERS
    return more(old.most, new.most, pair)


# Judges of partners


def earns(old: PartnerEarns | None, new: PartnerEarns | None, pair: Pair) -> Effect:
    """Points for custom there: more for the same money is better."""
    if old is None or new is None:
        return Effect.GOOD if old is None else Effect.ADVERSE
    before, after = old.points * new.per, new.points * old.per
    return Effect.NEUTRAL if before == after else more(before, after, pair)


def _bought(rate: Callable[[Any], Fraction]) -> Callable[[Any, Any, Pair], Effect]:
    """What points pay for there: less of it takes from points already earned."""

    def judge(old: Any, new: Any, pair: Pair) -> Effect:
        if old is None or new is None:
            return Effect.GOOD if old is None else Effect.DEVALUING
        if rate(new) < rate(old):
            return Effect.DEVALUING
        slower = new.fulfil_hours > old.fulfil_hours
        return Effect.ADVERSE if slower else Effect.NEUTRAL if old == new else Effect.GOOD

    return judge


def _worth(burns: PartnerBurns) -> Fraction:
    return Fraction(burns.worth, burns.points)


def _becomes(exchange: Exchange) -> Fraction:
    return Fraction(exchange.gives, exchange.points)


burns, _exchanged = _bought(_worth), _bought(_becomes)


def exchange(old: Exchange | None, new: Exchange | None, pair: Pair) -> Effect:
    """What points become there; other points than before are not what was saved for."""
    if old and new and old.into != new.into:
        return Effect.DEVALUING
    return _exchanged(old, new, pair)


def shares(old: tuple[Any, ...], new: tuple[Any, ...], pair: Pair) -> Effect:
    """What a partner gets to know, for what and by which right: less is better. Another purpose is another sharing."""
    before, after = (
        tuple((one.data, one.basis, frozenset(one.purpose.items())) for one in several) for several in (old, new)
    )
    return fewer(before, after, pair)


def partner_added(partner: Partner, pair: Pair) -> Effect:
    """One more place for points is good, but for what it gets to know."""
    return Effect.ADVERSE if partner.shares or partner.card_linking == "automatic" else Effect.GOOD
