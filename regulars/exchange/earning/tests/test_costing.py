"""What a backtest says of money and of people, on few members whose figures one can work out by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from regulars.exchange.earning.backtest import Backtested
from regulars.exchange.earning.behaving import choices, first_reward
from regulars.exchange.earning.distributing import gini, middle, parts_of
from regulars.exchange.earning.tests.test_backtest import basket, csv_file, run
from regulars.programme.loading import load
from regulars.programme.promise import Programme

#: A point for a unit of money, at once, for a cent; those not spent for six months are gone.
STALL = """
regulars: 1
programme: {id: stall, name: Stall, zone: UTC, money: USD, languages: [en]}
currencies:
  - {id: points, title: {en: points}, value: 0.01, expiry: {after: inactivity, months: 6, notice: none}}
earn:
  rules:
    - {id: all, title: {en: a point for a dollar}, points: 1, per: 1.00}
    - {id: tea, title: {en: tea counts twice}, times: 2, of: [all], when: category == "tea"}
  caps:
    - {id: day, title: {en: a day}, currency: points, per: day, most: 900, at_edge: clip}
"""
REWARDS = """
rewards:
  - {id: mug, title: {en: a mug}, kind: product, points: 300, worth: 4.50}
  - {id: pot, title: {en: a pot}, kind: product, points: 1000, worth: 9.00}
"""


def stall(more: str = "") -> Programme:
    return load((STALL + more).encode(), "stall.yaml")


def other(old: str, new: str) -> Programme:
    """The stall with something else in its programme."""
    assert old in STALL
    return load(STALL.replace(old, new).encode(), "stall.yaml")


def redemption(member: str, event: str, at: str, points: int) -> dict[str, Any]:
    told = {"member": member, "event": event, "at": at, "type": "redemption"}
    return {**told, "points": points, "points_currency": "points"}


def sales() -> list[dict[str, Any]]:
    """Ada comes every month of a year for 100; Bruno twice, for 400 of tea and for 1,200; Carmen once, for 50."""
    rows = [row for m in range(1, 13) for row in basket("Ada", f"a{m}", f"2026-{m:02}-10 12:00:00", "100.00")]
    rows += basket("Bruno", "b1", "2026-02-01 12:00:00", "400.00", category="tea")
    rows += basket("Bruno", "b2", "2026-03-01 12:00:00", "1200.00")
    rows += basket("Carmen", "c1", "2026-01-05 12:00:00", "50.00")
    rows.append(redemption("Ada", "s1", "2026-06-20 12:00:00", 250))
    return rows


def tried(tmp_path: Path, made: Programme, *rows: dict[str, Any], **options: Any) -> Backtested:
    return run(csv_file(tmp_path / "sales.csv", *(rows or sales())), tmp_path / "out", made, **options)


def verdicts(result: Backtested) -> dict[tuple[str, str | None], str]:
    return {(audit["code"], audit["currency"]): audit["verdict"] for audit in result.audits}


def test_cost_and_margin_count_every_point_that_was_given(tmp_path: Path) -> None:
    result = tried(tmp_path, stall(), margin="0.125")
    # Ada 1,200; Bruno 800 and 900 (of 1,200, the cap holds 300 back); Carmen 50: 2,950 points, at a cent each.
    assert result.points["points"]["issued"] == 2_950
    assert (result.spend, result.money["cost"]) == (285_000, 2_950)
    assert (result.money["margin_before"], result.money["margin_after"]) == (35_625, 35_625 - 2_950)
    assert result.caps == {"day": {"points": 300, "times": 1, "members": 1}}
    assert result.money["cost_of_spend"] == 0.0104


MUGS = "rewards:\n  - {id: mug, title: {en: a mug}, kind: product, points: 100, worth: 9.00, costs: 5.00}\n"
DEAR = "  - {id: pot, title: {en: a pot}, kind: product, points: 1000, costs: 80.00}\n"


def in_mugs(tmp_path: Path, rewards: str, spend: str) -> Backtested:
    """Ada comes a fifteenth time: fourteen mugs she took before, 130 points are left."""
    rows = [row for day in range(1, 15) for row in basket("Ada", f"a{day}", f"2026-01-{day:02} 12:00:00", "100.00")]
    rows += basket("Ada", "a15", "2026-01-15 12:00:00", "130.00")
    return tried(tmp_path, stall(rewards), *rows, spend=spend, margin="0.25")


def test_rewards_that_are_taken_count_at_what_they_cost_and_are_worth(tmp_path: Path) -> None:
    result = in_mugs(tmp_path, MUGS, "eager")
    assert (result.points["points"]["spent"], result.points["points"]["outstanding"]) == (1_400, 130)
    # Fourteen mugs; a point costs five cents by them, also one of those that are left.
    assert (result.money["spent"], result.money["got"], result.money["outstanding"]) == (7_000, 12_600, 650)
    assert (result.money["cost"], result.money["margin_after"]) == (7_650, 153_000 // 4 - 7_650)
    # Of a year's 1,530 points fifteen mugs; thirty points are left, worth a cent each.
    median = result.year["median"]
    assert (median["worth"], median["cost"]) == (15 * 900 + 30, 15 * 500 + 150)
    assert (median["worth_of_spend"], median["margin"]) == (0.0884, 153_000 // 4 - 7_650)


def test_points_that_nobody_spent_count_at_the_dearest_reward(tmp_path: Path) -> None:
    # The pot costs eight cents a point, and does not say what it is worth.
    eager = in_mugs(tmp_path, MUGS + DEAR, "eager").money
    assert (eager["spent"], eager["outstanding"], eager["cost"]) == (7_000, 130 * 8, 7_000 + 130 * 8)
    none = in_mugs(tmp_path, MUGS + DEAR, "none")
    assert (none.money["cost"], none.year["median"]["worth"], none.year["median"]["cost"]) == (12_240, 1_530, 12_240)


def test_rewards_cheaper_than_the_declared_value_make_no_point_that_is_left_cheaper(tmp_path: Path) -> None:
    money = in_mugs(tmp_path, MUGS.replace("5.00", "0.50"), "eager").money
    assert (money["spent"], money["outstanding"]) == (14 * 50, 130)


def test_what_a_reward_does_not_state_counts_at_the_declared_value(tmp_path: Path) -> None:
    money = in_mugs(tmp_path, MUGS.replace(", worth: 9.00, costs: 5.00", ""), "eager").money
    assert (money["spent"], money["got"], money["cost"]) == (1_400, 1_400, 1_530)


def test_redemptions_of_the_files_count_at_the_declared_value(tmp_path: Path) -> None:
    result = tried(tmp_path, stall(MUGS))
    assert (result.money["spent"], result.money["got"]) == (250, 250)
    # The other 2,700 of the points that were given could still become mugs.
    assert result.money["cost"] == 250 + 2_700 * 5


def test_what_members_owe_is_not_taken_off_at_the_dearest_reward(tmp_path: Path) -> None:
    made = load((STALL.replace("value: 0.01", "value: 0.01, debt: yes") + MUGS).encode(), "stall.yaml")
    rows = [
        *basket("Dagny", "d1", "2026-01-05 12:00:00", "80.00"),
        redemption("Dagny", "d2", "2026-01-06 12:00:00", 60),
        *basket("Dagny", "d3", "2026-01-07 12:00:00", "80.00", type="return", original="d1", original_line=1),
    ]
    assert tried(tmp_path, made, *rows).money["cost"] == 60 - 60
    # Ada's eighty points could still become mugs, whatever Dagny owes.
    rows += basket("Ada", "a1", "2026-01-05 12:00:00", "80.00")
    assert tried(tmp_path, made, *rows).money["cost"] == 80 * 5


def test_a_year_in_which_more_was_taken_back_than_given_saves_no_more_than_the_declared_value(tmp_path: Path) -> None:
    rows = [
        *basket("Dagny", "d1", "2025-12-05 12:00:00", "100.00"),
        *basket("Dagny", "d2", "2026-01-06 12:00:00", "100.00", type="return", original="d1", original_line=1),
        *basket("Dagny", "d3", "2026-12-07 12:00:00", "10.00"),
    ]
    median = tried(tmp_path, stall(MUGS), *rows).year["median"]
    assert (median["points"], median["cost"]) == ({"points": -90}, -90)


def test_without_a_stated_share_no_margin_is_made_up(tmp_path: Path) -> None:
    result = tried(tmp_path, stall())
    assert result.money["margin_before"] is result.money["margin_after"] is None
    assert verdicts(result)["CAP-9", None] == "open"


def test_the_liability_of_a_month_is_what_could_still_be_spent_at_its_end(tmp_path: Path) -> None:
    result = tried(tmp_path, stall())
    rows = {row["month"]: (row["outstanding"], row["worth"], row["owe"]) for row in result.liability["points"]}
    assert list(rows) == [f"2026-{month:02}" for month in range(1, 13)]
    assert rows["2026-01"] == (150, 150, 0)
    assert rows["2026-03"] == (300 + 1_700 + 50, 2_050, 0)
    # In July Carmen's 50 are gone, six months after her only visit; in June Ada spent 250.
    assert rows["2026-06"][0] == 600 - 250 + 1_700 + 50
    assert rows["2026-07"][0] == 700 - 250 + 1_700
    # In September Bruno's went as well.
    assert rows["2026-09"][0] == 900 - 250
    points = result.points["points"]
    assert (points["spent"], points["expired"], points["outstanding"]) == (250, 1_750, 950)
    assert rows["2026-12"][0] == points["outstanding"]


def test_the_liability_goes_on_to_the_end_of_the_files_for_every_currency(tmp_path: Path) -> None:
    made = other("\nearn:", "\n  - {id: stamps, title: {en: stamps}, kind: qualifying}\nearn:")
    first = basket("Ada", "a1", "2026-01-10 12:00:00", "100.00")
    # A visit of one who has nothing moves no points, yet it is the last day that is known.
    last = {"member": "Bruno", "event": "b1", "at": "2026-04-10 12:00:00", "type": "visit"}
    result = tried(tmp_path, made, *first, last)
    assert result.last == "2026-04-10"
    for currency, points in (("points", 100), ("stamps", 0)):
        told = [(row["month"], row["outstanding"]) for row in result.liability[currency]]
        assert told == [(f"2026-{month:02}", points) for month in (1, 2, 3, 4)]


def test_a_debt_is_told_apart_from_what_is_outstanding(tmp_path: Path) -> None:
    made = other("value: 0.01", "value: 0.01, debt: yes")
    rows = [
        *basket("Dagny", "d1", "2026-01-05 12:00:00", "80.00"),
        redemption("Dagny", "d2", "2026-01-06 12:00:00", 60),
        *basket("Dagny", "d3", "2026-01-07 12:00:00", "80.00", type="return", original="d1", original_line=1),
    ]
    result = tried(tmp_path, made, *rows)
    assert (result.points["points"]["outstanding"], result.points["points"]["owed"]) == (0, 60)
    assert result.liability["points"] == [{"month": "2026-01", "outstanding": 0, "owe": 60, "worth": 0}]
    assert verdicts(result)["ACC-4", "points"] == "kept"


@pytest.mark.parametrize(
    ("spend", "more", "spent"),
    [
        ("none", "", 0),
        ("observed", "", 250),
        # At each visit all that is there: Ada's first eleven hundreds, Bruno's 800.
        ("eager", "", 1_100 + 800),
        # A mug for every 300: Ada's in her fourth, seventh and tenth month; Bruno has two from his first purchase.
        ("eager", REWARDS, 900 + 600),
    ],
)
def test_members_spend_as_it_was_stated(tmp_path: Path, spend: str, more: str, spent: int) -> None:
    result = tried(tmp_path, stall(more), spend=spend)
    assert result.points["points"]["spent"] == spent
    assert result.left_out == (0 if spend == "observed" else 1)
    entries = pl.read_parquet(tmp_path / "out" / "entries.parquet").filter(kind="redemption")
    assert entries["amount"].sum() == spent
    assert result.trial["spend"] == spend


def test_the_first_reward_is_the_stated_one_else_the_cheapest_else_what_five_units_of_money_cost() -> None:
    assert first_reward(stall(), None, 2) == {"points": 500}
    assert first_reward(stall(REWARDS), None, 2) == {"points": 300}
    assert first_reward(stall(REWARDS), 70, 2) == {"points": 70}
    assert first_reward(other(", value: 0.01", ""), None, 2) == {}
    # 0.07 cents a point: 5 dollars are 714.2 points.
    assert first_reward(other("value: 0.01", "value: 0.007"), None, 2) == {"points": 715}


def test_who_reaches_a_first_reward_and_when_counts_what_was_spent_too(tmp_path: Path) -> None:
    result = tried(tmp_path, stall(), first_reward=650)
    # Bruno on his first day; Ada in July, whatever she spent in June: 181 days after 10 January. Carmen never.
    assert result.first_reward == {"prices": {"points": 650}, "members": 2, "share": 0.6667, "days": [0, 0, 181]}
    members = pl.read_parquet(tmp_path / "out" / "members.parquet")
    assert [str(day) for day in members["first_reward"]] == ["2026-07-10", "2026-02-01", "None"]


def test_points_that_wait_reach_a_reward_on_the_day_they_become_available(tmp_path: Path) -> None:
    made = other("value: 0.01", "value: 0.01, pending: {days: 14}")
    rows = [*basket("Ada", "p1", "2026-01-05 12:00:00", "80.00"), *basket("Ada", "p2", "2026-03-01 12:00:00", "1.00")]
    result = tried(tmp_path, made, *rows, first_reward=80)
    assert result.first_reward["days"] == [15, 15, 15]


def test_each_rule_says_whom_it_reached_and_what_the_top_tenth_got(tmp_path: Path) -> None:
    result = tried(tmp_path, stall())
    assert result.rules["points"]["tea"] == {"points": 400, "members": 1, "top_decile": 400}
    # The tenth of three members who spent most is Bruno: 400 and 900.
    assert result.rules["points"]["all"] == {"points": 2_550, "members": 3, "top_decile": 1_300}


def test_a_year_of_custom_stands_beside_its_cost(tmp_path: Path) -> None:
    result = tried(tmp_path, stall(), margin="1/4", first_reward=400)
    median = result.year["median"]
    assert (result.year["members"], median["members"]) == (3, 3)
    assert (median["spend"], median["points"], median["worth"], median["cost"]) == (
        120_000,
        {"points": 1_200},
        1_200,
        1_200,
    )
    assert (median["first_rewards"], median["margin"]) == (3, 30_000 - 1_200)
    assert [part["spend"] for part in result.year["parts"]] == [160_000, 120_000, 5_000]


def test_only_the_last_twelve_months_are_the_year(tmp_path: Path) -> None:
    early = [
        *basket("Dagny", "d1", "2025-12-31 12:00:00", "70.00"),
        *basket("Ada", "a0", "2025-12-31 12:00:00", "7.00"),
    ]
    result = tried(tmp_path, stall(), *early, *sales())
    # The files end in December 2026: what was bought in the December before counts no more.
    assert (result.members, result.year["members"], result.year["median"]["spend"]) == (4, 3, 120_000)


def test_tenure_is_that_of_the_day_of_the_purchase(tmp_path: Path) -> None:
    result = tried(tmp_path, stall())
    told = [(band["since"], band["members"], band["purchases"], band["spend"]) for band in result.tenure]
    # Ada's: January to April (day 90), to July (day 181), to December.
    assert told == [(0, 3, 4 + 2 + 1, 205_000), (91, 1, 3, 30_000), (183, 1, 5, 50_000)]
    assert result.tenure[0]["points"] == {"points": 400 + 1_700 + 50}


def test_a_currency_without_a_value_is_named_and_costs_nothing(tmp_path: Path) -> None:
    result = tried(tmp_path, other(", value: 0.01", ""), margin="0.5")
    assert (result.money["cost"], result.money["unvalued"]) == (0, ["points"])
    assert result.liability["points"][0]["worth"] is None
    assert verdicts(result)["CAP-9", None] == "open"
    assert verdicts(result)["CAP-5", "points"] == "broken"


def test_inequality_is_none_where_all_have_the_same_and_grows_from_there() -> None:
    assert gini([5, 5, 5, 5]) == 0
    assert gini([0, 0, 0, 8]) == 0.75
    # Half the mean absolute difference over the mean: (1 + 2 + 1) * 2 / 9 / 2 / 2.
    assert gini([3, 1, 2]) == round(float(Fraction(2, 9)), 4)
    assert gini([]) is gini([0, -3]) is None


def test_ten_parts_hold_everybody_once() -> None:
    for count in range(25):
        rows = pl.DataFrame({"n": range(count)}, schema={"n": pl.Int64})
        parts = list(parts_of(rows))
        assert pl.concat([rows.clear(), *parts]).equals(rows)
        assert all(part.height for part in parts) and max((p.height for p in parts), default=0) <= -(-count // 10)


def test_the_one_in_the_middle_of_an_even_number_is_the_lower() -> None:
    assert (middle([4, 1, 3, 2]), middle([9]), middle([3, 1, 2])) == (2, 9, 2)


def test_eager_members_spend_in_every_currency_that_can_be_spent() -> None:
    assert {id: [one.price for one in several] for id, several in choices(stall()).items()} == {"points": [1]}
    assert [one.price for one in choices(stall(REWARDS))["points"]] == [300, 1_000]


#: Regulars have a cup for 200; everybody a mug for 300. Whoever has spent 500 is one from the next purchase on.
BY_TIER = """
tiers:
  counts: spend
  window: {rolling_months: 12}
  levels:
    - {id: guest, title: {en: Guest}, at: 0}
    - {id: regular, title: {en: Regular}, at: 500.00}
rewards:
  - {id: cup, title: {en: a cup}, kind: product, points: 200, worth: 1.00, costs: 0.50, when: tier == "regular"}
  - {id: mug, title: {en: a mug}, kind: product, points: 300, worth: 4.50, costs: 1.50}
  - {id: gem, title: {en: a gem}, kind: product, points: 50, worth: 9.00, when: '"insider" in segments'}
"""


def test_eager_members_take_the_cheapest_reward_that_they_may_have(tmp_path: Path) -> None:
    result = tried(tmp_path, stall(BY_TIER), spend="eager")
    # Ada has a mug in April, is a regular by June, and has cups in June, August, October and December; Bruno, who has
    # spent 400 by then, has two mugs in March.
    assert result.rewards == {"cup": 4, "mug": 3, "gem": 0}
    assert result.points["points"]["spent"] == 4 * 200 + 3 * 300
    assert (result.money["spent"], result.money["got"]) == (4 * 50 + 3 * 150, 4 * 100 + 3 * 450)
    # 1,700 points bought 17.50: more than the declared 17.00; cups alone would be less.
    figures = next(one for one in result.audits if one["code"] == "CAP-5")["figures"]
    assert figures == {"points": 1_700, "bought": 1_750, "declared": 1_700, "ratio": 1.0294}
    # A newcomer is a guest: a mug comes first.
    assert result.first_reward["prices"] == {"points": 300}


def test_a_reward_that_nobody_may_have_is_not_taken(tmp_path: Path) -> None:
    gem = BY_TIER[BY_TIER.index("  - {id: gem") :]
    result = tried(tmp_path, stall("rewards:\n" + gem), spend="eager")
    assert (result.points["points"]["spent"], result.rewards) == (0, {"gem": 0})
    assert [one["verdict"] for one in result.audits if one["code"] == "CAP-5"] == ["open"]
