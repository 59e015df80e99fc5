"""Acts on points at the command line: what they say, what they leave, and what they refuse."""

from __future__ import annotations

import re
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from typer.testing import CliRunner

from regulars.doors.cli import points, statement
from regulars.doors.cli.main import app
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.tests.cast import SOURCE, account, fresh, purchase, tell
from regulars.ground.activity.naming import PORTAL


@pytest.fixture
def ada(harbour: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """Ada has 90 points to spend, from a purchase of two lines; the house is open."""
    monkeypatch.setattr(points, "open_house", lambda *_, **__: nullcontext())
    number = fresh("ada")
    tell(purchase(number, "2025-10-02 12:00", 6_000, 3_000, id=f"receipt-{number}"))
    return number


def run(*words: str, status: int = 0) -> str:
    """What `regulars points ...` says."""
    done = CliRunner().invoke(app, ["points", *words], env={"COLUMNS": "200"})
    assert done.exit_code == status, (done.output, done.exception)
    return done.output


def id_in(told: str) -> str:
    found = re.search(r"[0-9a-f-]{36}", told)
    assert found, told
    return found[0]


def test_points_are_spent_and_come_back(ada: str) -> None:
    told = run("redeem", ada, "30")
    assert f"{ada} has 60 points to spend, 0 waiting, 0 held, 0 owed." in told
    assert "has 90 points" in run("cancel", ada, id_in(told))
    assert "already_reversed" in run("cancel", ada, id_in(told), status=1)


def test_lots_of_one_day_that_end_alike_are_told_as_one(ada: str) -> None:
    assert "90 of 90, earned 2025-10-02" in run("show", ada)
    tell(purchase(ada, "2025-10-02 13:00", 1_000), purchase(ada, "2025-10-03 12:00", 500))
    assert [line.split(".")[0].strip() for line in run("show", ada).splitlines()[1:]] == [
        "100 of 100, earned 2025-10-02", "5 of 5, earned 2025-10-03",
    ]  # fmt: skip


def test_a_number_leads_to_its_member_before_a_code_that_is_written_alike(
    ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statement, "open_house", lambda *_, **__: nullcontext())
    bruno = "48273956"
    tell(purchase(bruno, "2025-10-02 12:00", 700))
    run("hold", ada, "40", "--days", "14", "--id", "4827-3956", "--source", PORTAL)
    assert "7 to spend" in run("show", bruno) and "7 points" in run("statement", bruno)
    assert "50 to spend" in run("show", "4827-3956") and "90 points" in run("statement", "4827 3956")


def test_a_hold_is_shown_captured_and_released(ada: str) -> None:
    held = id_in(run("hold", ada, "40", "--days", "14"))
    assert "40 held through" in run("show", ada) and held in run("show", ada)
    assert "15 held" in run("capture", ada, held, "--points", "25")
    assert "has 65 points to spend, 0 waiting, 0 held" in run("release", ada, held)


def test_a_reward_is_had_at_once_or_set_aside_and_handed_over(bakery: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points, "open_house", lambda *_, **__: nullcontext())
    carmen = fresh("carmen")
    tell(purchase(carmen, "2026-10-02 12:00", 900_00, currency="EUR"))
    seen = run("rewards", carmen)
    assert "coffee A coffee, 30 points. Can be had." in seen and "cake A whole cake, 200 points. Can be had." in seen
    assert "not_eligible" in run("redeem", carmen, "--reward", "card", status=1)
    assert "has 870 points" in run("redeem", carmen, "--reward", "coffee", "--id", "c1")
    assert "Done before:" in run("redeem", carmen, "--reward", "coffee", "--id", "c1")
    assert "again from" in run("rewards", carmen) and "limit_reached" in run(
        "redeem", carmen, "--reward", "coffee", status=1
    )
    told = run("redeem", carmen, "--reward", "five", "--payable", "9.99", status=1)
    assert "share_exceeded" in told and "payable: €9.99. most: €4.99. pays: €5.00." in told
    told = run("redeem", carmen, "--reward", "tea", status=1)
    assert "unknown_reward" in told and "rewards: coffee, " in told
    run("redeem", carmen, "--reward", "five", "--payable", "x", status=2)
    assert "has 470 points" in run("redeem", carmen, "--reward", "five", "--payable", "10")
    cake = id_in(run("hold", carmen, "--reward", "cake"))
    assert "200 held for cake through" in run("show", carmen)
    assert "reward_is_whole" in run("capture", carmen, cake, "--points", "5", status=1)
    assert "has 270 points to spend, 0 waiting, 0 held" in run("capture", carmen, cake)
    run("redeem", carmen, "120", "--reward", "course", "--fact", "neighbour=yes")
    assert "unknown_attribute" in run("rewards", carmen, "--fact", "cat=yes", status=1)
    for words in (("redeem",), ("hold", "--reward", "cake", "--days", "3"), ("hold", "3"), ("redeem", "--fact", "x")):
        run(words[0], carmen, *words[1:], status=2)


def test_a_return_is_rehearsed_and_then_done_by_line(ada: str) -> None:
    asked = ("return", ada, f"receipt-{ada}", "--source", SOURCE, "--line", "2=30.00")
    assert "has 60 points" in run(*asked, "--dry-run")
    assert "90 points" in run("show", ada) or "90 to spend" in run("show", ada)
    assert "Done:" in run(*asked, "--id", "back-1")
    told = run(*asked, "--id", "back-1")
    assert "Done before:" in told and "has 60 points" in told
    assert "return_exceeds_purchase" in run(*asked, status=1)
    whole = ("return", ada, f"receipt-{ada}", "--source", SOURCE)
    run(*whole)
    for twice in (whole, (*whole, "--dry-run"), (*asked[:-1], "2=0.00")):
        told = run(*twice, status=1)
        assert (
            "nothing_to_return: Nothing is left of this purchase" in told
            and "bought: $90.00. returned: $90.00." in told
        )
    for wrong in (["2=x"], ["2"], ["2=1.00", "2=2.00"]):
        lines = [word for one in wrong for word in ("--line", one)]
        run("return", ada, f"receipt-{ada}", "--source", SOURCE, *lines, status=2)


def test_a_statement_says_of_each_line_why_and_of_expired_points_when_they_were_earned(
    corner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statement, "open_house", lambda *_, **__: nullcontext())
    bruno = fresh("bruno")
    assert run("statement", bruno, status=1).startswith("no_such_member")
    tell(*(purchase(bruno, f"2024-08-{on} 12:00", 10_000, currency="DKK") for on in (29, 30)))
    settle_due(datetime(2025, 6, 1, tzinfo=UTC))
    told = run("statement", bruno, "--lines", "3")
    assert "2025-03-01 −60 points, Expired" in told and "  0 points to spend after it, movement" in told
    assert "Earned on August 29, 2024: 30; Earned on August 30, 2024: 30; Points: 60" in told
    assert "Gesammelt am 29. August 2024: 30" in run("statement", bruno, "--language", "de")
    assert told.count("to spend after it") == 1 and told.count("miles for tiers after it") == 2
    run("statement", bruno, "--lines", "0", status=2)
    danish = run("statement", bruno, "--language", "da", "--kind", "ended", "--since", "2025-03-01")
    assert danish.startswith("2025-03-01 −60 point, Udløbet") and "bevægelse" in danish and "to spend" not in danish
    assert "Nothing of this kind" in run("statement", bruno, "--kind", "spent", "--until", "2025-03-01")
    earned = run("statement", bruno, "--kind", "earned", "--currency", "points", "--until", "2024-08-29")
    assert earned.count("movement") == earned.count("2024-08-29 +") == 2
    told = run("statement", bruno, "--currency", "gold", status=1)
    assert "unknown_currency" in told and "say points or miles" in told
    assert "earned, spent, returned, ended or decided" in run("statement", bruno, "--kind", "won", status=2)


def test_what_serves_tiers_alone_is_never_said_to_be_there_to_spend(
    corner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (points, statement):
        monkeypatch.setattr(module, "open_house", lambda *_, **__: nullcontext())
    bruno = fresh("bruno")
    tell(purchase(bruno, "2024-08-29 12:00", 10_000, 10_000, currency="DKK"))
    assert "miles: 2 for tiers" in run("show", bruno)
    assert f"{bruno} has 2 miles for tiers, 0 waiting" in run(
        "adjust", bruno, "5", "--because", "x", "--currency", "points"
    )
    assert "2 miles for tiers after it, movement" in run("statement", bruno, "--currency", "miles")


def test_an_id_makes_it_harmless_to_repeat(ada: str) -> None:
    assert "Done:" in run("adjust", ada, "5", "--because", "late-delivery", "--id", "case-5")
    assert "Done before:" in run("adjust", ada, "5", "--because", "late-delivery", "--id", "case-5")
    assert "has 85 points" in run("adjust", ada, "-10", "--because", "wrong-price")
    assert "late-delivery" in run("adjust", ada, "5", "--because", "She was rude", status=2)


def test_points_go_to_another_member(ada: str) -> None:
    bruno = fresh("bruno")
    tell(purchase(bruno, "2025-10-02 12:00", 100))
    run("transfer", ada, bruno, "40")
    assert "41 to spend" in run("show", bruno)
    assert "unknown_member" in run("transfer", ada, "nobody", "1", status=1)
    told = run("transfer", ada, bruno, "51", status=1)
    assert "insufficient_points" in told and "missing: 1" in told


def test_a_refusal_is_said_in_the_language_of_the_environment(ada: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "da_DK.UTF-8")
    told = run("redeem", ada, "91", status=1)
    assert told == (
        "insufficient_points: Der er ikke point nok til det: 90 er der, ét mangler. required: 91. available: 90. missing: 1.\n"
    )


def test_a_tier_is_set_and_ended(ada: str) -> None:
    asked = ("tier", ada, "captain", "--because", "friend", "--until", "2099-12-31")
    for told in (run(*asked, "--dry-run"), run(*asked)):
        assert f"{ada} is Captain until December 31, 2099; before: Deckhand." in told
    assert "before:" not in run("redeem", ada, "1")
    run("tier", ada, "none", "--because", "enough")
    assert "unknown_tier" in run("tier", ada, "admiral", "--because", "friend", status=1)


def test_acts_are_noted_and_nobody_is_nobody(ada: str) -> None:
    run("redeem", ada, "1")
    run("redeem", ada, "1", "--dry-run")
    with connection.cursor() as cursor:
        cursor.execute("SELECT act, actor FROM audit WHERE account_id = %s ORDER BY id", [account(ada)])
        rows: list[Any] = cursor.fetchall()
    assert rows == [("points redeemed", "command line"), ("act rehearsed", "command line")]
    assert "no_such_member" in run("show", "nobody", status=1)


def test_two_numbers_of_one_member_are_merged_and_parted(ada: str) -> None:
    second = fresh("second")
    tell(purchase(second, "2025-10-03 12:00", 4_000))
    assert f"{ada} has 130 points to spend" in run("merge", second, ada, "--dry-run")
    assert f"{ada} has 130 points to spend" in run("merge", second, ada)
    assert "same_account" in run("merge", second, ada, status=1)
    run("redeem", second, "30")
    assert f"{second} has 40 points to spend" in run("unmerge", second)
    assert "60 to spend" in run("show", ada) and "not_merged" in run("unmerge", second, status=1)
