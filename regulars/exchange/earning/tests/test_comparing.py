"""Who gains and who loses when a promise changes, on the same shopping."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest

from regulars.exchange.earning import comparing
from regulars.exchange.earning.backtest import Backtested, Trial, backtest
from regulars.exchange.earning.behaving import OBSERVED, ways
from regulars.exchange.earning.comparing import Compared, compare
from regulars.exchange.earning.costing import buys
from regulars.exchange.earning.gains import MOST_TOLD, summary
from regulars.exchange.earning.tests.cast import us
from regulars.ground.activity.contract import Terms
from regulars.ground.activity.files import Reading
from regulars.programme.comparing import differences
from regulars.programme.loading import load
from regulars.programme.promise import Programme
from regulars.programme.tests.shops import HARBOUR, edited

HEADER = ("member", "event", "at", "type", "line", "quantity", "net", "brand", "original", "original_line")
#: Three times on the own brand instead of twice, Tuesdays nearly as other days, and 300 a day at most.
CHANGED = edited(
    "times: 2\n", "times: 3\n", edited("times: 1.5", "times: 1.2", edited("most: 500", "most: 300", HARBOUR))
)
MONDAY, TUESDAY, WEDNESDAY = (f"2026-01-0{day} 15:00:00" for day in (5, 6, 7))


def bought(member: str, event: str, at: str, net: str, **more: Any) -> dict[str, Any]:
    return {
        "member": member,
        "event": event,
        "at": at,
        "type": "purchase",
        "line": 1,
        "quantity": 1,
        "net": net,
        **more,
    }


def brought_back(member: str, of: str, at: str, net: str) -> dict[str, Any]:
    told = bought(member, f"{of}-back", at, net, original=of, original_line=1)
    return {**told, "type": "return"}


SHOPPING = [
    bought("Ada", "a1", MONDAY, "10.00", brand="Private"),  # 10 and 10, then 10 and 20
    bought("Bruno", "b1", TUESDAY, "100.00"),  # 100 and 50, then 100 and 20; half of it comes back
    brought_back("Bruno", "b1", WEDNESDAY, "50.00"),
    bought("Carmen", "c1", MONDAY, "10.00"),
    bought("Dagny", "d1", MONDAY, "700.00"),  # 500, then 300
]


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, HEADER)
        writer.writeheader()
        writer.writerows(rows)
    return path


def run(
    tmp_path: Path, rows: list[dict[str, Any]], old: str = HARBOUR, new: str = CHANGED, processes: int = 1, batch: int = 3
) -> tuple[Compared, dict[str, Any]]:  # fmt: skip
    file = written(tmp_path / "sales.csv", rows)
    before, after = load(old), load(new)
    with Reading(file, Terms("America/New_York", "USD", 2, us("2027-01-01")), batch_events=batch) as reading:
        result = compare(before, after, reading, tmp_path / "out", lambda done, total: None, processes)
    told = summary(before, after, result, differences(before, after), date(2026, 12, 1), date(2027, 2, 1))
    return result, told


def a_year(members: int = 40) -> list[dict[str, Any]]:
    """Purchases and returns of a year, the same at every call."""
    chance = Random(20_260_117)
    rows: list[dict[str, Any]] = []
    for number in range(members * 15):
        who = f"member-{chance.randrange(members):03}"
        at = f"2025-{chance.randint(1, 12):02}-{chance.randint(1, 28):02} 1{chance.randint(0, 9)}:30:00"
        net = f"{chance.randint(0, 25_000) / 100:.2f}"
        rows.append(bought(who, f"e{number}", at, net, brand=chance.choice(("Private", ""))))
        if chance.random() < 0.1:
            rows.append(brought_back(who, f"e{number}", at.replace("2025-", "2026-"), net))
    return rows


def test_ada_gains_bruno_and_dagny_lose_and_carmen_does_neither(tmp_path: Path) -> None:
    result, told = run(tmp_path, SHOPPING)
    assert [(one.name, *one.points("points")) for one in result.members] == [
        ("Ada", 20, 30), ("Bruno", 75, 60), ("Carmen", 10, 10), ("Dagny", 500, 300),
    ]  # fmt: skip
    points = told["currencies"]["points"]
    assert points["gain"] == {"members": 1, "points": 10}
    assert points["lose"] == {"members": 2, "points": -215}
    assert (points["same"], points["old"], points["new"], points["difference"]) == (1, 605, 400, -205)
    assert points["worth"] == {"old": 605, "new": 400}
    as_many = {"old": 605, "new": 605, "difference": 0}
    assert points["held"] == {"points": 605, "worth": {"old": 605, "new": 605}, "money": as_many}
    rules = points["rules"]
    assert rules["quiet-days"] == {
        "old": 25,
        "new": 10,
        "difference": -15,
        "gain": 0,
        "lose": 1,
        "money": cents(25, 10),
    }
    assert rules["own-brand"] == {"old": 10, "new": 20, "difference": 10, "gain": 1, "lose": 0, "money": cents(10, 20)}
    # The base changes for Dagny alone: who is given as much as before neither gains nor loses by it.
    assert (rules["base"]["gain"], rules["base"]["lose"]) == (0, 1)
    nothing = dict.fromkeys(("old", "new", "difference", "gain", "lose"), 0)
    assert rules["tenth-visit"] == {**nothing, "money": cents(0, 0)}
    # A point buys a cent under both: who gains and who loses in money is who does so in points.
    assert points["money"] == {
        "point": {"old": "1", "new": "1"}, **cents(605, 400), "gain": {"members": 1, "money": 10},
        "lose": {"members": 2, "money": -215}, "same": 1,
    }  # fmt: skip


def cents(old: int, new: int) -> dict[str, int]:
    return {"old": old, "new": new, "difference": new - old}


def rewarded(points: int, worth: str, more: str = "") -> str:
    reward = f"  - {{id: tea, title: tea, kind: product, points: {points}, worth: {worth}}}\n"
    return f"{HARBOUR}\nrewards:\n{reward}{more}"


def test_where_points_buy_something_else_gains_are_what_they_buy(tmp_path: Path) -> None:
    """Tea costs 400 instead of 300: 3 cents for two points become 9 for eight. Carmen collects as many, and buys less."""
    _, told = run(tmp_path, SHOPPING, rewarded(300, "4.50"), rewarded(400, "4.50").replace(HARBOUR, CHANGED))
    points = told["currencies"]["points"]
    assert points["gain"] == {"members": 1, "points": 10}
    assert points["money"]["point"] == {"old": "3/2", "new": "9/8"}
    # Ada: 20 bought 0.30, and 30 buy 0.3375; Bruno 1.125 and 0.675, Carmen 0.15 and 0.1125, Dagny 7.50 and 3.375.
    assert points["money"]["gain"] == {"members": 1, "money": 4}
    assert points["money"]["lose"] == {"members": 3, "money": round(-45 - Fraction(15, 4) - 412 - Fraction(1, 2))}
    assert (points["money"]["old"], points["money"]["new"], points["money"]["same"]) == (908, 450, 0)
    assert [row["member"] for row in points["losers"]] == ["Dagny", "Bruno", "Carmen"]
    carmen = points["losers"][2]
    assert (carmen["difference"], carmen["money"]) == (0, {"old": 15, "new": 11, "difference": -4})
    # 10.00 bring 11.25 cents; 3.75 more take a third more.
    assert carmen["to_keep"]["spend"] == 334
    table = pl.read_parquet(tmp_path / "out" / "comparison.parquet")
    assert table.select("points_money_old", "points_money_new").rows() == [(30, 34), (112, 68), (15, 11), (750, 338)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (HARBOUR, Fraction(1)),
        (HARBOUR.replace("    value: 0.01 ", "    #"), None),
        (rewarded(300, "4.50").replace("    value: 0.01 ", "    #"), Fraction(3, 2)),
        # Tea worth less than what the programme promises of its points.
        (rewarded(1_000, "4.50"), Fraction(1)),
        # The cheapest counts that somebody in the lowest tier may have, and that says what it is worth.
        (rewarded(300, "4.50", '  - {id: cup, title: a cup, kind: product, points: 100, worth: 9.00, when: tier == "captain"}\n'), Fraction(3, 2)),
        (rewarded(300, "4.50", "  - {id: cup, title: a cup, kind: product, points: 100}\n"), Fraction(3, 2)),
        (rewarded(300, "4.50", "  - {id: cup, title: a cup, kind: product, points: 100, worth: 1.20}\n"), Fraction(6, 5)),
    ],
)  # fmt: skip
def test_what_a_point_buys_is_the_cheapest_reward_or_the_declared_value(text: str, value: Fraction | None) -> None:
    assert buys(load(text), "points") == value
    assert buys(load(text), "shells") is None


def test_whoever_loses_is_told_by_which_rule_why_and_what_it_would_take(tmp_path: Path) -> None:
    dagny, bruno = run(tmp_path, SHOPPING)[1]["currencies"]["points"]["losers"]
    assert (dagny["member"], dagny["difference"]) == ("Dagny", -200)
    assert dagny["rules"] == [
        {"rule": "base", "old": 500, "new": 300, "difference": -200, "causes": [{"kind": "cap", "id": "daily"}]}
    ]
    assert dagny["held_back"] == {"daily": {"old": 200, "new": 400}}
    # 300 for 700.00, so 200 more for 466.67 more.
    assert dagny["to_keep"] == {"spend": 46_667, "progress": 0}
    # The cap bounds the rule as well, but never held anything back from Bruno.
    assert bruno["rules"] == [
        {
            "rule": "quiet-days",
            "old": 25,
            "new": 10,
            "difference": -15,
            "causes": [{"kind": "rule", "id": "quiet-days"}],
        }
    ]
    assert bruno["to_keep"] == {"spend": 1_250, "progress": 0}


def test_a_tier_that_is_out_of_reach_is_told_with_what_is_missing(tmp_path: Path) -> None:
    higher = edited("at: 1200.00", "at: 1500.00", HARBOUR)
    rows = [bought("Carmen", "c1", MONDAY, "1300.00"), bought("Ada", "a1", MONDAY, "20.00")]
    result, told = run(tmp_path, rows, new=higher)
    assert told["tiers"] == [
        {"old": "deckhand", "new": "deckhand", "members": 1},
        {"old": "mate", "new": "deckhand", "members": 1},
    ]
    assert {one.name: one.missing for one in result.members} == {"Ada": 0, "Carmen": 20_000}


def test_a_currency_that_only_one_programme_has_counts_as_nothing_in_the_other(tmp_path: Path) -> None:
    shells = HARBOUR.replace("- id: points", "- id: shells").replace("currency: points", "currency: shells")
    told = run(tmp_path, SHOPPING, new=shells)[1]["currencies"]
    assert (told["points"]["old"], told["points"]["new"]) == (605, 0)
    assert (told["shells"]["old"], told["shells"]["new"]) == (0, 605)
    assert told["points"]["worth"] == {"old": 605, "new": None}
    assert told["points"]["losers"][0]["to_keep"] == {"spend": None, "progress": 0}


def test_the_table_has_a_row_for_each_member_and_sums_to_the_summary(tmp_path: Path) -> None:
    _, told = run(tmp_path, a_year())
    table = pl.read_parquet(tmp_path / "out" / "comparison.parquet")
    assert table.columns == [
        "member", "spend", "points_old", "points_new", "points_difference", "points_money_old", "points_money_new",
        "tier_old", "tier_new", "rules",
    ]  # fmt: skip
    points = told["currencies"]["points"]
    for word in ("old", "new", "difference"):
        assert table[f"points_{word}"].sum() == points[word]
        assert sum(part[word] for part in points["deciles"]) == points[word]
        assert sum(rule[word] for rule in points["rules"].values()) == points[word]
    assert table["spend"].sum() == told["spend"] == sum(part["spend"] for part in points["deciles"])
    each = table.explode("rules").unnest("rules").group_by("member").agg(pl.col("old").sum(), pl.col("new").sum())
    assert dict(each.select("member", "old").iter_rows()) == dict(table.select("member", "points_old").iter_rows())
    assert points["gain"]["members"] + points["lose"]["members"] + points["same"] == told["members"] == table.height
    assert [part["members"] for part in points["deciles"]] == [4] * 10
    losers = [row["difference"] for row in points["losers"]]
    assert len(losers) == MOST_TOLD and losers == sorted(losers)
    assert losers[-1] <= sorted(table["points_difference"])[MOST_TOLD]


def test_swapping_the_programmes_swaps_gains_and_losses(tmp_path: Path) -> None:
    _, there = run(tmp_path, a_year())
    _, back = run(tmp_path, a_year(), old=CHANGED, new=HARBOUR)
    one, other = there["currencies"]["points"], back["currencies"]["points"]
    assert one["lose"]["members"] > 0 < one["gain"]["members"]
    assert (one["lose"]["members"], one["gain"]["members"]) == (other["gain"]["members"], other["lose"]["members"])
    assert (one["lose"]["points"], one["gain"]["points"]) == (-other["gain"]["points"], -other["lose"]["points"])
    assert {id: row["difference"] for id, row in one["rules"].items()} == {
        id: -row["difference"] for id, row in other["rules"].items()
    }


def test_a_programme_compared_with_itself_finds_nothing(tmp_path: Path) -> None:
    result, told = run(tmp_path, a_year(), new=HARBOUR)
    points = told["currencies"]["points"]
    assert points["same"] == told["members"] == 40
    assert points["losers"] == [] and told["differences"] == []
    assert all(was == now for one in result.members for was, now in one.given.values())
    assert told["owed"]["effect"] == "neutral"


def test_processes_and_batches_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, one = run(tmp_path, a_year())
    plain = (tmp_path / "out" / "comparison.parquet").read_bytes()
    monkeypatch.setattr(comparing, "WORTH_SHARING", 10)
    _, two = run(tmp_path, a_year(), processes=2, batch=7)
    assert one == two
    assert (tmp_path / "out" / "comparison.parquet").read_bytes() == plain


def test_a_backtest_that_takes_the_old_promise_along_finds_the_same(tmp_path: Path) -> None:
    compared, _ = run(tmp_path, a_year())
    old, new = load(HARBOUR), load(CHANGED)
    terms = Terms("America/New_York", "USD", 2, us("2027-01-01"))

    def tried(tell: Any, against: Programme | None) -> Backtested:
        with Reading(tmp_path / "sales.csv", terms, batch_events=20) as reading:
            return backtest(
                new, reading, tmp_path / "tried", tell, Trial(ways(new, OBSERVED, None, 2), against=against)
            )

    def interrupt(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tried(interrupt, old)
    # Half of the bunches are there already, their pairs with them.
    both = tried(lambda done, total: None, old)
    alone = tried(lambda done, total: None, None)
    assert both.compared == compared and alone.compared is None
    assert replace(both, compared=None) == alone


def test_who_interrupts_finds_what_was_there_before(tmp_path: Path) -> None:
    run(tmp_path, SHOPPING)
    out = tmp_path / "out"
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def interrupt(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    terms = Terms("America/New_York", "USD", 2, us("2027-01-01"))
    with (
        Reading(written(tmp_path / "year.csv", a_year()), terms, batch_events=20) as reading,
        pytest.raises(KeyboardInterrupt),
    ):
        compare(load(HARBOUR), load(CHANGED), reading, out, interrupt)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_file_without_events_finds_nobody(tmp_path: Path) -> None:
    _, told = run(tmp_path, [])
    assert (told["members"], told["first"], told["last"], told["tiers"]) == (0, "", "", [])
    assert told["currencies"]["points"]["deciles"] == []


def test_what_is_no_event_is_set_aside_and_what_a_programme_refuses_is_told(tmp_path: Path) -> None:
    rows = [*SHOPPING, bought("Ada", "a2", MONDAY, "-1.00"), brought_back("Carmen", "never", WEDNESDAY, "1.00")]
    _, told = run(tmp_path, rows)
    assert told["refusals"] == {"old": {"unknown_original": 1}, "new": {"unknown_original": 1}}
    assert sum(told["rejected"].values()) == 1
    assert "a2" in (tmp_path / "out" / "rejects.csv").read_text(encoding="utf-8")
