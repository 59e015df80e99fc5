"""A partner says what members collect and spend there, who pays for it, and what it gets to know."""

from __future__ import annotations

from fractions import Fraction

import pytest

from regulars.programme.loading import load
from regulars.programme.partners import Exchange, Partner, PartnerBurns, PartnerEarns, Settlement, Share
from regulars.programme.tests.shops import SMALL, edited, errors

FERRY = "partners:\n  - {id: ferry, title: The Ferry, earns: {points: 1, per: 20}}\n"

#: What is replaced, by what, and the code of the problem it makes.
REFUSED = [
    (", earns: {points: 1, per: 20}", "", "missing_key"),
    ("per: 20", "per: 0", "out_of_range"),
    ("earns:", "currency: miles, earns:", "unknown_reference"),
    ("earns:", "currency: stamps, earns:", "not_spendable"),
    ("earns:", "burns: {points: 1.5, worth: 1}, earns:", "not_a_number"),
    ("earns:", "shares: [{data: secrets, purpose: gossip}], earns:", "not_a_choice"),
    ("earns:", "shares: [{data: name}], earns:", "missing_key"),
    ("earns:", "card_linking: secretly, earns:", "not_a_choice"),
    ("}}\n", "}}\n  - {id: ferry, title: Bus, earns: {points: 1, per: 5}}\n", "duplicate_id"),
]


def partner(new: str = "earns:") -> Partner:
    (one,) = load(SMALL + edited("earns:", new, FERRY)).partners
    return one


def test_custom_at_a_partner_gives_points() -> None:
    ferry = partner()
    assert (ferry.currency, ferry.earns) == ("points", PartnerEarns(Fraction(1), 2000))


def test_a_partner_gets_to_know_nothing_and_links_no_card_unless_the_file_says_so() -> None:
    ferry = partner()
    assert (ferry.shares, ferry.shares_shown, ferry.notice_days, ferry.card_linking) == ((), True, 30, "never")
    assert (ferry.burns, ferry.exchange, ferry.settlement) == (None, None, None)


def test_what_is_shared_has_a_purpose_and_a_right() -> None:
    ferry = partner("shares: [{data: purchases, purpose: the bill, basis: contract}], notice_days: none, earns:")
    assert ferry.shares == (Share("purchases", {"en": "the bill", "da": "the bill"}, "contract"),)
    assert ferry.notice_days is None


def test_points_pay_or_become_the_partners_own() -> None:
    ferry = partner("burns: {points: 100, worth: 50}, exchange: {into: miles, points: 100, gives: 40}, earns:")
    assert ferry.burns == PartnerBurns(100, 5000, 72)
    assert ferry.exchange == Exchange({"en": "miles", "da": "miles"}, 100, 40, 72)


def test_a_point_may_be_settled_for_less_than_a_coin() -> None:
    ferry = partner("settlement: {issued: 0.125, redeemed: 0.1}, earns:")
    assert ferry.settlement == Settlement("month", Fraction(25, 2), Fraction(10), False, 30)


@pytest.mark.parametrize(("old", "new", "code"), REFUSED)
def test_what_is_wrong_with_a_partner_is_said_by_name(old: str, new: str, code: str) -> None:
    assert [problem.code for problem in errors(SMALL + FERRY.replace(old, new, 1))] == [code]
