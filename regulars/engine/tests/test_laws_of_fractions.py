"""Where fractions of a point wait, points and fraction together are always worth exactly what is kept.

Each was seen to fail on a kernel that left the fraction with whoever brings a purchase back.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from regulars.engine.tests.random_programmes import law
from regulars.engine.tests.worked import Member

SHOP = """
currencies: [{id: points, debt: yes}]
earn:
  rules:
    - {id: base, points: 1, per: 10.00}
    - {id: dear, points: 2, per: 7.00, when: net > 5.00}
    - {id: half, times: 1.5, of: [base], when: net <= 2.00}
"""
TEN = "earn: {rules: [{id: base, points: 1, per: 10.00}]}"


def worth(net: int, kept: int) -> Fraction:
    """What is `kept` of a line that cost `net` is worth in that shop, both in cents."""
    return kept * (
        Fraction(1, 1000) + (Fraction(2, 700) if net > 500 else 0) + (Fraction(1, 2000) if net <= 200 else 0)
    )


def amounts(cents: list[int]) -> str:
    """Amounts of lines as they are written."""
    return " + ".join(f"{one // 100}.{one % 100:02}" for one in cents)


@law
@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABC"),
            st.lists(st.sampled_from((1, 50, 99, 200, 500, 501, 900, 1_000, 2_049)), min_size=1, max_size=4),
            st.lists(st.sampled_from((0, 1, 333, 500, 1_000)), min_size=4, max_size=4),
            st.sampled_from((0, 0, 0, 1, 3)),
        ),
        max_size=14,
    )
)
def test_points_and_fraction_are_worth_what_is_kept_after_every_purchase_and_every_part_that_comes_back(
    steps: list[tuple[str, list[int], list[int], int]],
) -> None:
    ada, today, spent, number = Member(SHOP), date(2026, 3, 2), 0, 0
    bought: dict[str, tuple[str, list[int], list[int]]] = {}
    for letter, nets, shares, spends in steps:
        today += timedelta(days=1)
        name, cost, kept = bought.get(letter, ("", [], []))
        if not any(kept):
            number += 1
            ada.does(f"{today} 12:00", f"buys {amounts(nets)} as {letter}{number}")
            bought[letter] = f"{letter}{number}", nets, list(nets)
        else:
            back = [left * share // 1_000 for left, share in zip(kept, shares, strict=False)]
            ada.does(f"{today} 12:00", f"returns {amounts(back)} of {name}")
            bought[letter] = name, cost, [left - now for left, now in zip(kept, back, strict=True)]
        purse = ada.standing.purse("points")
        if spends <= purse.available and spends:
            ada.does(f"{today} 13:00", f"spends {spends}")
            spent += spends
        points = purse.available - purse.debt + spent
        exact = sum(
            (worth(net, left) for _, cost, kept in bought.values() for net, left in zip(cost, kept, strict=True)),
            Fraction(0),
        )
        assert points + Fraction(purse.carry, purse.denominator) == exact
    for name, _, kept in bought.values():
        if any(kept):
            ada.does(f"{today + timedelta(days=1)} 12:00", f"returns {name}")
    purse = ada.standing.purse("points")
    assert (purse.available - purse.debt + spent, purse.carry) == (0, 0)


def test_who_buys_brings_back_and_buys_again_has_what_was_kept() -> None:
    """Ten times 9.00 that come back, and 1.00 that is kept: 10.00 in all."""
    bruno = Member(TEN)
    for day in range(1, 11):
        bruno.does(f"2026-03-{day:02} 10:00", f"buys 9.00 as b{day}")
        bruno.does(f"2026-03-{day:02} 11:00", f"returns b{day}")
        bruno.does(f"2026-03-{day:02} 12:00", "buys 1.00")
    assert bruno.standing.purse("points").available == 1


def test_what_comes_back_takes_nothing_of_what_was_kept_before() -> None:
    """Ten times 9.00 that are kept, and 1.00 that comes back: 90.00 in all."""
    carmen = Member(TEN)
    for day in range(1, 11):
        carmen.does(f"2026-03-{day:02} 10:00", "buys 9.00")
        carmen.does(f"2026-03-{day:02} 11:00", f"buys 1.00 as b{day}")
        carmen.does(f"2026-03-{day:02} 12:00", f"returns b{day}")
    assert carmen.standing.purse("points").available == 9


def test_keeping_the_line_that_has_the_point_is_no_point_of_nothing() -> None:
    """Of ten lines of 1.00 the first one has the point; Dagny keeps that one alone, ten times."""
    dagny = Member(TEN)
    for day in range(1, 11):
        dagny.does(f"2026-03-{day:02} 10:00", f"buys {amounts([100] * 10)} as b{day}")
        dagny.does(f"2026-03-{day:02} 11:00", f"returns {amounts([0] + [100] * 9)} of b{day}")
    assert dagny.standing.purse("points").available == 1
    assert dagny.standing.purse("points").carry == 0


def test_a_gift_that_is_reconsidered_goes_with_its_fraction_when_it_goes() -> None:
    ada = Member(
        "earn: {rules: [{id: big, points: 3/2, when: total >= 20.00, on_return: reconsider}]}",
    )
    ada.does("2026-03-01 10:00", "buys 20.00 + 10.00 as receipt")
    ada.does("2026-03-02 10:00", "returns 0.00 + 10.00 of receipt")
    purse = ada.standing.purse("points")
    assert (purse.available, Fraction(purse.carry, purse.denominator)) == (1, Fraction(1, 2))
    ada.does("2026-03-03 10:00", "returns 1.00 + 0.00 of receipt")
    assert (purse.available, purse.carry) == (0, 0)


def test_what_is_recorded_without_its_worth_comes_back_as_it_did() -> None:
    bruno = Member(TEN)
    bruno.does("2026-03-01 10:00", "buys 9.00 as old")
    bruno.origins["old"].worth = ()
    bruno.does("2026-03-02 10:00", "returns old")
    assert bruno.does("2026-03-03 10:00", "buys 1.00") == "base 1"


def test_several_rules_make_up_together_for_a_fraction_below_zero() -> None:
    carmen = Member(TEN.replace("]}", ", {id: more, points: 1, per: 20.00}]}"))
    carmen.does("2026-03-01 10:00", "buys 9.00 as nine")  # 1.35
    carmen.does("2026-03-01 11:00", "buys 5.00")  # 0.75, and 0.35 waited: a point
    purse = carmen.standing.purse("points")
    carmen.does("2026-03-02 10:00", "returns nine")
    points = Fraction(carmen.standing.purse("points").carry, purse.denominator) + purse.available
    assert points == Fraction(3, 4) and purse.carry < 0
    assert carmen.does("2026-03-03 10:00", "buys 20.00") == "base 1, more 1"
    assert purse.available + Fraction(purse.carry, purse.denominator) == Fraction(15, 4)
