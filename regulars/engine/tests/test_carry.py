"""What had waited is nobody's but the member's: no rule's promise and no cap takes it.

Each was seen to fail: on shares of the total in proportion, and with caps that cut what had waited.
"""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from regulars.engine.entries import ACCRUAL
from regulars.engine.rounding import round_each
from regulars.engine.tests.plain_earning import each_rounded
from regulars.engine.tests.random_programmes import law
from regulars.engine.tests.worked import Member

RULES = """
currencies: [{id: points, rounding: %s}]
earn:
  rules:
    - {id: base, points: 1, per: 10.00}
    - {id: small, points: 5, when: total < 3.00}
"""
SHOP = RULES % "carry"
CAP = "  caps: [{id: daily, rules: [small], per: day, most: %d, at_edge: %s}]"


def test_what_had_waited_goes_to_the_rule_it_came_from_and_a_gift_is_what_was_promised() -> None:
    ada = Member(SHOP)
    ada.does("2026-03-02", "buys 9.00")
    assert ada.does("2026-03-03", "buys 2.00") == "base 1, small 5"


def test_a_cap_that_a_gift_just_fits_takes_nothing() -> None:
    for edge in ("clip", "refuse"):
        bruno = Member(SHOP + CAP % (5, edge))
        bruno.does("2026-03-02", "buys 9.00")
        assert bruno.does("2026-03-03", "buys 2.00") == "base 1, small 5"


def test_a_gift_is_what_was_promised_however_orders_and_lines_are_rounded() -> None:
    for rounding, basket in (("order", "buys 9.00"), ("line", "buys 4.50 + 4.50")):
        dagny = Member((RULES % rounding).replace("3.00", "10.00"))
        assert dagny.does("2026-03-02", basket) == "small 5"


def test_a_cap_on_all_rules_leaves_what_had_waited_and_takes_the_fraction_of_today() -> None:
    carmen = Member(SHOP + CAP.replace("rules: [small], ", "") % (5, "refuse"))
    carmen.does("2026-03-02", "buys 9.00")
    assert carmen.does("2026-03-03", "buys 2.00") == "cap daily kept back 1 of base, cap daily kept back 5 of small"
    assert carmen.does("2026-03-04", "buys 3.00") == "base 1"
    assert carmen.does("2026-03-05", "buys 8.00") == "base 1"


def test_a_whole_point_that_waits_again_is_given_with_the_next_purchase() -> None:
    # 0.1 waits; 0.9 of each rule make 1.9: one point, `first` by the order of the file, cut; 0.1 and `second`'s 0.9 wait.
    dagny = Member("""
earn:
  rules:
    - {id: first, points: 1, per: 10.00, when: total >= 9.00}
    - {id: second, points: 1, per: 10.00}
  caps: [{id: none, rules: [first], per: day, most: 1, at_edge: refuse}]
""")
    dagny.does("2026-03-02", "buys 10.00")
    dagny.does("2026-03-02", "buys 1.00")
    assert dagny.does("2026-03-02", "buys 9.00") == "cap none kept back 1 of first"
    assert dagny.does("2026-03-02", "buys 0.10") == "second 1"


@law
@given(st.lists(st.integers(1, 2000), max_size=8), st.sampled_from(["clip", "refuse"]), st.integers(1, 12))
def test_a_rule_that_no_cap_names_gives_its_exact_sum_whatever_is_given_and_cut_beside_it(
    baskets: list[int], edge: str, most: int
) -> None:
    member = Member(SHOP + CAP % (most, edge))
    for cents in baskets:
        member.does("2026-03-02", f"buys {cents // 100}.{cents % 100:02}")
    base = [
        entry.amount for entry in member.entries if entry.kind == ACCRUAL and entry.rule and entry.rule.id == "base"
    ]
    assert sum(base) == sum(baskets) // 1000


@given(st.integers(1, 30), st.data())
def test_each_is_rounded_down_or_up_and_all_sum_to_the_whole(parts: int, data: st.DataObject) -> None:
    exact = data.draw(st.lists(st.integers(0, 100), min_size=1, max_size=5))
    total = sum(one // parts for one in exact) + data.draw(st.integers(0, 7))
    shares = round_each(total, exact, parts)
    assert sum(shares) == total
    assert shares == each_rounded(total, [Fraction(one, parts) for one in exact])
    if total <= sum(-(-one // parts) for one in exact):
        assert all(one // parts <= share <= -(-one // parts) for one, share in zip(exact, shares, strict=True))
