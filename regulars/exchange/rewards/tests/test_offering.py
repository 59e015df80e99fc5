"""A member sees what they can have, and what is missing for the rest, in their language; staff see who waits for what."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from regulars.exchange.earning.acting import ActRefused, bring_back, capture, hold, release
from regulars.exchange.earning.recording import take
from regulars.exchange.earning.tests.cast import account, purchase, rows
from regulars.exchange.rewards.awaiting import waiting
from regulars.exchange.rewards.offering import Offered, rewards
from regulars.exchange.rewards.redeeming import redeem, set_aside
from regulars.exchange.rewards.tests.cast import TODAY, by, member_with, on
from regulars.ground.activity.exporting import export

pytestmark = pytest.mark.usefixtures("bakery")


def offered(member: str, **told: object) -> dict[str, Offered]:
    return {one.reward.id: one for one in rewards(account(member), member, TODAY, told)}


def test_what_can_be_had_and_what_is_missing_is_what_the_act_would_say() -> None:
    ada = member_with(120, credit=99)
    seen = offered(ada)
    assert [id for id, one in seen.items() if one.refusal is None] == ["coffee"]
    assert (seen["cake"].missing, seen["cake"].why_not("en")) == (80, ["Still missing: 80 points."])
    assert seen["voucher"].why_not("de") == ["Es fehlen noch: 1 Guthaben."]
    assert seen["voucher"].price("en") == "100 to 5,000 credit" and seen["coffee"].price("da") == "30 point"
    (said,) = seen["course"].why_not("en")
    assert said.startswith("Only if ") and "Friend" in said and "neighbour" in said
    assert offered(ada, neighbour=True)["course"].refusal is None
    redeem(ada, "coffee", by())
    assert offered(ada)["coffee"].why_not("en") == [
        "You have had it as often as one can for now: again from July 1, 2026."
    ]
    assert offered(ada)["coffee"].title("es") == "Un café"


def test_looking_changes_nothing() -> None:
    ada = member_with(500)
    before = [rows(table, account(ada)) for table in ("standing", "entry", "event", "lot", "balance")]
    offered(ada, neighbour=True)
    assert [rows(table, account(ada)) for table in ("standing", "entry", "event", "lot", "balance")] == before
    with pytest.raises(ActRefused):
        offered(ada, nobody_asks="this")


def test_what_waits_for_whom_is_told_with_the_most_urgent_first() -> None:
    ada, bruno = member_with(500), member_with(500, "bruno")
    hold(ada, 10, "points", 14, by())  # for nothing that is handed over
    coffee = set_aside(ada, "coffee", by("K2", on("2026-06-10", "09:00")))
    cake = set_aside(bruno, "cake", by("K7", on("2026-06-10", "10:00")))
    found = [one for one in waiting(TODAY, 99) if one.number in (ada, bruno)]
    assert [(one.name, one.asked_as, one.reward.id, one.points, one.until) for one in found] == [
        ("Bruno", "K7", "cake", 200, date(2026, 6, 12)),
        ("Ada", "K2", "coffee", 30, date(2026, 6, 13)),
    ]
    assert [one.number for one in waiting(on("2026-06-13"), 99) if one.number in (ada, bruno)] == [ada]
    assert len(waiting(TODAY, 1)) == 1
    capture(bruno, cake.event, 0, by())
    release(ada, coffee.event, 0, by())
    carmen = member_with(0, "carmen")
    bread = purchase(carmen, "2026-06-10 08:00", 3_000, currency="EUR")
    take([bread], "till", TODAY, False)
    set_aside(carmen, "coffee", by())
    assert [one.number for one in waiting(TODAY, 99)] == [carmen]
    bring_back(carmen, bread.id, {}, by(source="till"))  # and what was held for it is gone
    assert offered(carmen)["coffee"].why_not("en") == ["Still missing: 30 points."]
    assert [one for one in waiting(TODAY, 99) if one.number in (ada, bruno, carmen)] == []


def test_a_backtest_of_what_happened_sees_what_a_reward_cost(tmp_path: Path) -> None:
    ada = member_with(500)
    redeem(ada, "coffee", by("c1"))
    capture(ada, set_aside(ada, "cake", by("k1")).event, 0, by("k2"))
    exported = export([], 2, on("2026-06-01"), on("2026-07-01"), tmp_path, lambda done, whole: None)
    told = pl.concat([pl.read_parquet(file) for file in exported.files]).filter(pl.col("member") == str(account(ada)))
    spent = told.filter(pl.col("type") == "redemption").select("points", "points_currency").rows()
    assert sorted(spent) == [(30, "points"), (200, "points")]
