"""The audits that need data: what they find in a few members' histories, and at the very edge of their thresholds."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from regulars.engine.tests.worked import programme_text
from regulars.exchange.earning.auditing import BROKEN, WARNED, Told, audits
from regulars.exchange.earning.backtest import Backtested
from regulars.exchange.earning.tallying import YEAR
from regulars.exchange.earning.tests.test_backtest import basket
from regulars.exchange.earning.tests.test_costing import (
    REWARDS,
    STALL,
    other,
    sales,
    stall,
    tried,
    verdicts,
)
from regulars.programme.loading import load

MOVED = {"currency": pl.String, "kind": pl.String, "month": pl.Int64, "amount": pl.Int64}


@pytest.mark.parametrize(("got_first", "verdict"), [(100, WARNED), (101, BROKEN), (1, WARNED)])
def test_who_came_first_may_pay_five_per_cent_more_before_that_is_more_than_a_warning(
    got_first: int, verdict: str
) -> None:
    """Of 21.00 the newcomer gets 1.00 back and pays 20.00; 21.00 is exactly five per cent more."""
    programme = load(programme_text("currencies: [{id: points, value: 0.01}]\nearn: {rules: [{id: gift, points: 1}]}"))
    tenure = [
        {"since": since, "members": 30, "spend": 2_100, "points": {"points": got}}
        for since, got in ((0, got_first), (91, 0))
    ]
    told = Told(
        spend="none",
        points={"points": {"by_kind": {}, "outstanding": 0}},
        money={"margin_after": None, "cost": 0, "unvalued": []},
        pace={},
        prices={},
        tenure=tenure,
        moved=pl.DataFrame(schema=MOVED),
        tendered=0,
        end_month=YEAR,
    )
    (found,) = [audit["verdict"] for audit in audits(programme, told) if audit["code"] == "LP-6"]
    assert found == verdict


def test_a_programme_that_lives_on_points_nobody_spends_is_found_out(tmp_path: Path) -> None:
    result = tried(tmp_path, stall(), margin="0.01")
    found = verdicts(result)
    # A margin of 28.50 beside a cost of 29.50; of 2,950 points 1,750 expire.
    assert result.money["margin_after"] == -100
    assert (found["CAP-9", None], found["CAP-9", "points"]) == ("broken", "broken")


def test_the_worst_twelve_months_are_found_wherever_they_lie(tmp_path: Path) -> None:
    made = load(STALL.replace("most: 900", "most: 100000").replace("months: 6", "months: 1").encode(), "stall.yaml")
    early = basket("Ada", "e1", "2024-01-10 12:00:00", "2000.00")
    late = basket("Bruno", "e2", "2025-06-10 12:00:00", "100000.00")
    result = tried(tmp_path, made, *early, *late)
    # Nothing moved from March 2024 to May 2025.
    assert list(result.months["points"]) == ["2024-01", "2024-02", "2025-06"]
    [audit] = [one for one in result.audits if (one["code"], one["currency"]) == ("CAP-9", "points")]
    assert audit["verdict"] == "broken"
    assert audit["figures"] == {"issued": 2_000, "expired": 2_000, "ratio": 1.0}


def test_what_points_bought_is_held_against_the_declared_value(tmp_path: Path) -> None:
    rows = [*sales(), *basket("Ada", "p13", "2026-12-20 12:00:00", "20.00")]
    for paid, verdict in (("2.50", "kept"), ("2.49", "broken")):
        told = [{**row, "tendered_points": paid if row["event"] == "p13" else ""} for row in rows]
        assert verdicts(tried(tmp_path, stall(), *told))["CAP-5", "points"] == verdict
    assert verdicts(tried(tmp_path, stall(), spend="none"))["CAP-5", "points"] == "open"
    # 300 points for a mug worth 4.50.
    assert verdicts(tried(tmp_path, stall(REWARDS), spend="eager"))["CAP-5", "points"] == "kept"
    assert (
        verdicts(tried(tmp_path, stall(REWARDS.replace("4.50", "2.99")), spend="eager"))["CAP-5", "points"] == "broken"
    )


@pytest.mark.parametrize(("price", "verdict"), [(100, "warned"), (300, "warned"), (5_000, "broken"), (10, "kept")])
def test_a_first_reward_out_of_reach_is_found_out(tmp_path: Path, price: int, verdict: str) -> None:
    assert verdicts(tried(tmp_path, stall(), first_reward=price))["CAP-7", "points"] == verdict


def test_who_had_a_first_reward_has_come_to_it_whatever_their_pace(tmp_path: Path) -> None:
    found = tried(tmp_path, stall(), first_reward=1_000)
    # In the six months for which points live Ada comes to 600 and Bruno to 927; yet both had 1,000. Carmen never.
    assert reach(found)["points"] == found.first_reward["members"] == 2


def test_a_first_reward_is_come_to_in_its_own_currency(tmp_path: Path) -> None:
    stamps = "- {id: card, title: {en: a stamp for a hundred}, points: 1, per: 100.00, currency: stamps}"
    text = STALL.replace(
        "\nearn:", "\n  - {id: stamps, title: {en: stamps}, expiry: {after: inactivity, months: 6}}\nearn:"
    )
    text = text.replace("per: 1.00}", "per: 1.00, currency: points}\n    " + stamps)
    found = tried(tmp_path, load(text.encode(), "stall.yaml"), first_reward=1_000)
    assert reach(found) == {"points": 2, "stamps": 0}


def reach(result: Backtested) -> dict[str, int]:
    return {audit["currency"]: audit["figures"]["reach"] for audit in result.audits if audit["code"] == "CAP-7"}


def test_newcomers_who_get_more_for_their_money_are_found_out(tmp_path: Path) -> None:
    people = [f"member-{number}" for number in range(30)]
    rows = [
        row
        for who in people
        for month in (1, 2, 5, 6)
        for row in basket(who, f"{who}-{month}", f"2026-{month:02}-10 12:00:00", "10.00", category="tea")
    ]
    early, late = (other('category == "tea"', f'category == "tea" and month {when} 3') for when in "<>")
    assert verdicts(tried(tmp_path, early, *rows))["LP-6", None] == "warned"
    assert verdicts(tried(tmp_path, late, *rows))["LP-6", None] == "kept"
    dear = load(early.text.replace("value: 0.01", "value: 0.10").encode(), "stall.yaml")
    assert verdicts(tried(tmp_path, dear, *rows))["LP-6", None] == "broken"
    assert verdicts(tried(tmp_path, early, *rows[:40]))["LP-6", None] == "open"


def test_who_pays_more_with_every_month_is_found_out_within_the_first_band_of_tenure(tmp_path: Path) -> None:
    """All buy within three months, so no later band stands beside the first; yet tea counts twice in March only."""
    people = [f"member-{number}" for number in range(30)]
    rows = [
        row
        for who in people
        for month in (3, 4)
        for row in basket(who, f"{who}-{month}", f"2026-{month:02}-10 12:00:00", "10.00", category="tea")
    ]
    early, late = (other('category == "tea"', f'category == "tea" and month {when} 4') for when in ("<", ">="))
    found = tried(tmp_path, early, *rows)
    assert verdicts(found)["LP-6", None] == "warned"
    figures = next(one for one in found.audits if one["code"] == "LP-6")["figures"]
    # One cent in a dollar more after 31 days, and the same for all: 0.01 / 31 a day.
    assert figures["slope"] == dict.fromkeys(("a_year", "low", "high"), round(Fraction(1, 3_100) * 365_250_000))
    assert figures["slope_members"] == 30
    assert verdicts(tried(tmp_path, late, *rows))["LP-6", None] == "open"
    assert verdicts(tried(tmp_path, early, *rows[:-2]))["LP-6", None] == "open"  # 29 members
