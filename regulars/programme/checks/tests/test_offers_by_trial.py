"""LP-1 against brute force: where it is silent, no customer whom one can think of is found worse off."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.programme.checks.comparing import than_new
from regulars.programme.checks.linting import lint
from regulars.programme.checks.offering import Offering
from regulars.programme.checks.tests.test_offers import SHOP
from regulars.programme.loading import load
from regulars.programme.offers import Offer

TENURES = (0, 9, 10, 11, 20, 21, 400)
CHANNELS = ("shop", "web", "elsewhere")
TIERS = ("guest", "friend", "family")
BRANDS = ("oak", "elm", "anything else")
PURCHASES = sorted({1, 99, 100, 4_999, *range(50, 12_000, 250), *range(20_000, 100_000, 10_000)})


#: What a basket holds: minor units of oak, of elm, and of other brands.
Basket = tuple[int, ...]


def worth(offer: Offer, basket: Basket) -> int:
    """What an offer is worth, in hundredths of a cent, as long as it does not exceed the goods it is for."""
    purchase = sum(amount for brand, amount in zip(BRANDS, basket, strict=True) if applies(offer, brand))
    if not purchase or sum(basket) < (offer.use.minimum_spend or 0):
        return 0
    found = 0
    for one in offer.gives:
        if one.kind == "percent":
            off = int(one.share * purchase * 100)
            found += off if one.most is None else min(off, one.most * 100)
        else:
            found += (one.money or 0) * 100
    return found


def applies(offer: Offer, brand: str) -> bool:
    return offer.lines is None or offer.lines.function()({"brand": brand})


def holds(offer: Offer, basket: Basket) -> bool:
    """Whether the purchase as a whole is one that the offer is for."""
    lines = [{"brand": brand, "net": amount} for brand, amount in zip(BRANDS, basket, strict=True) if amount]
    return offer.eligible.when is None or offer.eligible.when.function()({}, lines)


def off(some: list[Offer], basket: Basket) -> int:
    """What these offers take off together: first those for one brand, off its goods, then those for all, off the rest."""
    left = [amount * 100 for amount in basket]
    total = sum(left)
    for place, brand in enumerate(BRANDS):
        for offer in some:
            if offer.lines is not None and applies(offer, brand):
                left[place] -= min(left[place], worth(offer, basket))
    rest = sum(worth(offer, basket) for offer in some if offer.lines is None)
    return total - sum(left) + min(sum(left), rest)


def best(offers: list[Offer], basket: Basket) -> int:
    """The best of every combination that stacking allows."""
    found, offers = 0, [one for one in offers if holds(one, basket)]
    for chosen in product((False, True), repeat=len(offers)):
        some = [offer for offer, taken in zip(offers, chosen, strict=True) if taken]
        groups = [one.stacking.group for one in some if one.stacking.kind == "best_of"]
        alone = any(one.stacking.kind == "exclusive" for one in some)
        if len(groups) == len(set(groups)) and (len(some) < 2 or not alone):
            found = max(found, off(some, basket))
    return found


def may_have(offer: Offer, tenure: int | None, channel: str, tier: str) -> bool:
    who = offer.eligible
    if (who.customers == "new" and tenure is not None) or (who.customers == "tenured" and tenure is None):
        return False
    if who.tenure_days and (tenure is None or not who.tenure_days.least <= tenure <= (who.tenure_days.most or 10**6)):
        return False
    return (not who.channels or channel in who.channels) and (not who.tiers or tier in who.tiers)


#: Newcomers get the smaller things more often, so that the check is silent often enough to be tried.
little = st.sampled_from(["percent: 5", "percent: 20, most: 3", "amount: 1", "amount: 2"])
much = st.sampled_from(["percent: 10", "percent: 20", "percent: 20, most: 3", "amount: 5", "amount: 10"])
stacking = st.sampled_from(["stackable", "exclusive", "{best_of: one}", "{best_of: two}"])
facts = st.sampled_from(
    ["", ", channels: shop", ", channels: [shop, web]", ", tiers: [friend, family]", ", tiers: guest"]
)
past = st.sampled_from(
    ["", ", tenure_days: {least: 10}", ", tenure_days: {most: 20}", ", tenure_days: {least: 11, most: 20}"]
)
use = st.sampled_from(["", ", use: {minimum_spend: 50}"])


@st.composite
def offer(draw: st.DrawFn, kind: str) -> str:
    customers = {"welcome": "new", "loyalty": "tenured", "promotion": "all"}[kind]
    when = draw(facts) + (draw(past) if kind == "loyalty" else "")
    given_ = f"gives: {{{draw(little if kind == 'welcome' else little | much)}}}, stacking: {draw(stacking)}{draw(use)}"
    return f"kind: {kind}, eligible: {{customers: {customers}{when}}}, {given_}"


def unfair(offers: tuple[Offer, ...], baskets: list[Basket]) -> bool:
    """Whether somebody who stayed fares worse than a newcomer on one of `baskets`."""
    return any(
        best([one for one in offers if may_have(one, None, channel, "guest")], basket)
        > best([one for one in offers if may_have(one, tenure, channel, tier)], basket)
        for tenure, channel, tier, basket in product(TENURES, CHANNELS, TIERS, baskets)
    )


def shop(new: list[str], others: list[str]) -> str:
    return SHOP + "".join(f"  - {{id: o{n}, title: o, {one}}}\n" for n, one in enumerate([*new, *others]))


@settings(deadline=None, max_examples=100)
@given(st.lists(offer("welcome"), min_size=1, max_size=2), st.lists(offer("loyalty") | offer("promotion"), max_size=3))
def test_where_lp_1_is_silent_nobody_is_worse_off_than_a_newcomer(new: list[str], others: list[str]) -> None:
    text = shop(new, others)
    silent = "LP-1" not in {problem.code for problem in lint(text).problems}
    assert not unfair(load(text).offers, [(purchase, 0, 0) for purchase in PURCHASES if silent]), text


goods = st.sampled_from(["", 'brand == "oak"', 'brand == "elm"'])
together = st.sampled_from(
    [
        "",
        "",
        "",
        'any(brand == "oak")',
        'not any(brand == "elm")',
        'all(brand == "oak")',
        'spend(brand == "elm") > 15.00',
    ]
)


@st.composite
def offer_for_goods(draw: st.DrawFn, kind: str) -> str:
    """Such an offer for some goods or all, for everybody of its kind."""
    given_ = f"gives: {{{draw(little if kind == 'welcome' else little | much)}}}, stacking: {draw(stacking)}{draw(use)}"
    lines, when = draw(goods), draw(together)
    who = f"eligible: {{customers: {'new' if kind == 'welcome' else 'tenured'}{f', when: {when!r}' if when else ''}}}"
    return f"kind: {kind}, {who}, {given_}" + (f", lines: '{lines}'" if lines else "")


AMOUNTS = (0, 1, 90, 500, 1_500, 4_999, 5_000, 40_000)
MIXED = [(oak, elm, 0) for oak, elm in product(AMOUNTS, repeat=2) if oak or elm] + [(90, 500, 5_000), (500, 0, 4_999)]


@settings(deadline=None, max_examples=100)
@given(st.lists(offer_for_goods("welcome"), min_size=1, max_size=2), st.lists(offer_for_goods("loyalty"), max_size=3))
def test_where_lp_1_is_silent_nobody_is_worse_off_on_a_basket_of_several_goods(
    new: list[str], others: list[str]
) -> None:
    text = shop(new, others)
    programme = load(text)
    welcomes, loyal = ([one for one in programme.offers if (one.kind == "welcome") is new_] for new_ in (True, False))
    found = than_new(Offering.of(programme))
    for worse in found:
        lines = worse.lines or ((worse.other, worse.gap.basket),)
        basket = tuple(sum(spent for cell, spent in lines if cell.get("brand", "oak") == brand) for brand in BRANDS)
        assert (best(welcomes, basket), best(loyal, basket)) == (worse.gap.more * 100, worse.gap.less * 100), text
    assert found or not any(best(welcomes, basket) > best(loyal, basket) for basket in MIXED), text
