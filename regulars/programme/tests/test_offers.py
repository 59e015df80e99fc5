"""Who may have an offer is data, what it gives has a worth, and what bounds it is written beside it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.kit.conditions import Scope
from regulars.programme.benefits import Benefit
from regulars.programme.loading import load
from regulars.programme.offers import Eligible, Offer, PricePath, Span, Stacking, Step, Use
from regulars.programme.rewards import Limit
from regulars.programme.tests.shops import SMALL, edited, errors

BREAD = "offers:\n  - {id: bread, title: A discount on your next visit, kind: return, gives: {percent: 15}}\n"

#: What is replaced, by what, and the code of the problem it makes.
REFUSED = [
    ("kind: return", "kind: bribe", "not_a_choice"),
    ("kind: return", "kind: coupon", "missing_key"),
    (", gives: {percent: 15}", "", "missing_key"),
    ("{percent: 15}", "{percent: 115}", "out_of_range"),
    ("{percent: 15}", "{percent: 15, amount: 5}", "benefit_unclear"),
    ("{percent: 15}", "{most: 5}", "benefit_unclear"),
    ("{percent: 15}", "{amount: 15, most: 5}", "misplaced_key"),
    ("{percent: 15}", "{goods: a loaf}", "missing_key"),
    ("{percent: 15}", "{points: 15, currency: miles}", "unknown_reference"),
    ("{percent: 15}", "{points: 15, currency: stamps}", "not_spendable"),
    ("{percent: 15}", "{amount: 1.005}", "money_too_fine"),
    ("{percent: 15}", "[]", "list_too_short"),
    ("gives:", "eligible: {tiers: [captain]}, gives:", "unknown_reference"),
    ("gives:", "eligible: {channels: [shop, shop]}, gives:", "duplicate_item"),
    ("gives:", "eligible: {tenure_days: {least: 30, most: 3}}, gives:", "tenure_backwards"),
    ("gives:", "eligible: {customers: new, tenure_days: {least: 30}}, gives:", "misplaced_key"),
    ("gives:", "eligible: {customers: new, away_days: 30}, gives:", "misplaced_key"),
    ("gives:", "eligible: {moved_is_new: yes}, gives:", "misplaced_key"),
    ("gives:", "eligible: {when: crust == 'rye'}, gives:", "condition_wrong_scope"),
    ("gives:", "lines: crumb == 'rye', gives:", "condition_unknown_name"),
    ("gives:", "code: a b, gives:", "not_a_code"),
    ("gives:", "starts: tomorrow, gives:", "not_a_day"),
    ("gives:", "starts: 2027-02-29, gives:", "not_a_day"),
    ("gives:", "starts: [2027-02-28], gives:", "wrong_type"),
    ("gives:", "starts: 2027-02-02, ends: 2027-02-01, gives:", "ends_before_start"),
    ("gives:", "stacking: sometimes, gives:", "wrong_type"),
    ("gives:", "price: {list: 10, steps: []}, gives:", "list_too_short"),
    ("}\n", "}\n  - {id: bread, title: Tea, kind: return, gives: {amount: 1}}\n", "duplicate_id"),
]


def offer(old: str = "gives:", new: str = "gives:") -> Offer:
    (one,) = load(SMALL + edited(old, new, BREAD)).offers
    return one


def test_an_offer_is_a_title_a_kind_and_what_it_gives() -> None:
    bread = offer()
    assert (bread.kind, bread.gives) == ("return", (Benefit("percent", share=Fraction(3, 20)),))
    assert (bread.eligible, bread.use, bread.stacking) == (Eligible("all"), Use(), Stacking("stackable"))
    assert (bread.price, bread.lines, bread.code, bread.starts, bread.ends) == (None, None, None, None, None)
    assert (bread.reduced_from, bread.horizon_months) == ("lowest_30_days", 12)


@pytest.mark.parametrize(
    ("written", "benefit"),
    [
        ("{percent: 1/3, most: 20}", Benefit("percent", share=Fraction(1, 300), most=2000)),
        ("{amount: 5}", Benefit("amount", money=500)),
        ("{credit: 5.50}", Benefit("credit", money=550)),
        ("{points: 40}", Benefit("points", points=40, currency="points")),
        ("{free_months: 2}", Benefit("free_months", months=2)),
        ("{free_months: 1, worth: 30}", Benefit("free_months", months=1, money=3000)),
        (
            "{goods: a loaf, worth: 32, costs: 9}",
            Benefit("goods", title={"en": "a loaf", "da": "a loaf"}, money=3200, costs=900),
        ),
        (
            "{service: a table kept, worth: 50}",
            Benefit("service", title={"en": "a table kept", "da": "a table kept"}, money=5000),
        ),
    ],
)
def test_a_benefit_is_one_of_seven_things_each_with_its_worth(written: str, benefit: Benefit) -> None:
    assert offer("{percent: 15}", written).gives == (benefit,)


def test_an_offer_may_give_several_things() -> None:
    assert [one.kind for one in offer("{percent: 15}", "[{percent: 15}, {goods: a loaf, worth: 32}]").gives] == [
        "percent",
        "goods",
    ]


def test_the_kind_says_for_whom_it_is_where_nothing_else_does() -> None:
    assert offer("kind: return", "kind: welcome").eligible == Eligible("new")
    assert offer("kind: return", "kind: save").eligible == Eligible("all", cancel_intent=True)
    told = offer("kind: return", "kind: save, eligible: {customers: tenured, cancel_intent: no}")
    assert told.eligible == Eligible("tenured", cancel_intent=False)
    assert offer("kind: return", "kind: welcome, eligible: {regions: north}").eligible.customers == "new"


def test_who_may_have_it_is_data() -> None:
    written = (
        "eligible: {customers: tenured, tenure_days: {least: 365}, away_days: 60, channels: [shop, app], "
        "payments: card, terms: [12, 24], regions: [north], segments: vip, tiers: [friend], cancel_intent: yes, "
        "when: 'total >= 100 and tier == \"friend\"'}, gives:"
    )
    eligible = offer("gives:", written).eligible
    assert (eligible.customers, eligible.tenure_days, eligible.away_days) == ("tenured", Span(365, None), 60)
    assert (eligible.channels, eligible.payments, eligible.terms) == (("shop", "app"), ("card",), (12, 24))
    assert (eligible.regions, eligible.segments, eligible.tiers) == (("north",), ("vip",), ("friend",))
    assert eligible.cancel_intent
    assert eligible.when is not None
    assert eligible.when.scope is Scope.ORDER


def test_a_customer_whom_the_house_moved_is_not_new_unless_the_file_says_so() -> None:
    assert not offer("kind: return", "kind: welcome").eligible.moved_is_new
    assert offer("kind: return", "kind: welcome, eligible: {moved_is_new: yes}").eligible.moved_is_new


def test_an_introductory_price_is_steps_and_then_the_list_price() -> None:
    written = "product: bread club, price: {list: 120, steps: [{months: 3, pays: 60}, {months: 3, pays: 90}]}"
    club = offer("gives: {percent: 15}", written)
    assert (club.product, club.gives) == ("bread club", ())
    assert club.price == PricePath(12000, (Step(3, 6000), Step(3, 9000)), None)


def test_what_bounds_the_use_is_written_beside_it() -> None:
    written = (
        "use: {minimum_spend: 100, regular_price_only: yes, margin_floor: 0.2, valid_days: 30, "
        "limit: {most: 1, per: month}}, lines: 'crust == \"rye\"', gives:"
    )
    bread = offer("gives:", written)
    assert bread.use == Use(10000, True, Fraction(1, 5), 30, Limit(1, "month"))
    assert bread.lines is not None
    assert bread.lines.scope is Scope.LINE


def test_offers_add_up_exclude_each_other_or_the_best_of_them_counts() -> None:
    assert offer("gives:", "stacking: exclusive, gives:").stacking == Stacking("exclusive")
    assert offer("gives:", "stacking: {best_of: bread}, gives:").stacking == Stacking("best_of", "bread")


def test_a_coupon_has_a_code_for_all_or_each_member_one_of_their_own() -> None:
    assert offer("kind: return", "kind: coupon, code: RYE-27").code == "RYE-27"
    assert offer("kind: return", "kind: coupon, code: unique").code == "unique"


def test_an_offer_is_held_between_two_days() -> None:
    bread = offer("gives:", "starts: 2027-02-01, ends: 2027-02-28, gives:")
    assert (bread.starts, bread.ends) == (date(2027, 2, 1), date(2027, 2, 28))


@pytest.mark.parametrize(("old", "new", "code"), REFUSED)
def test_what_is_wrong_with_an_offer_is_said_by_name(old: str, new: str, code: str) -> None:
    assert [problem.code for problem in errors(SMALL + BREAD.replace(old, new, 1))] == [code]


def test_the_table_of_the_margin_floor_is_true() -> None:
    page = (Path(__file__).parents[3] / "docs/rules/rewards.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([0-9.]+) \| ([0-9.]+) \| ([0-9./]+|not stated) \| ([0-9.]+) \|$", page, re.M)
    assert len(rows) == 5
    for price, cost, floor, most in rows:
        use = Use(margin_floor=None if floor == "not stated" else Fraction(floor))
        assert use.most_off(cents(price), cents(cost)) == cents(most)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.fractions(0, 1, max_denominator=1_000))
def test_the_floor_holds_to_the_last_coin(price: int, cost: int, floor: Fraction) -> None:
    most = Use(margin_floor=floor).most_off(price, cost)
    assert most == 0 or price - most - cost >= price * floor
    assert price - (most + 1) - cost < price * floor


def cents(amount: str) -> int:
    return int(Decimal(amount) * 100)
