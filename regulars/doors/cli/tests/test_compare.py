"""`regulars compare` as a keeper calls it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from regulars.doors.cli.compare_report.writing import report
from regulars.doors.cli.main import app
from regulars.programme.comparing import differences
from regulars.programme.loading import load
from regulars.programme.tests.shops import HARBOUR, edited

HOUSE = Path(__file__).parents[4]
SALES = """member,event,at,type,line,quantity,net,brand,original,original_line
Ada,a1,2026-01-05 10:00:00,purchase,1,1,12.00,Private,,
Ada,a1,2026-01-05 10:00:00,purchase,2,1,3.50,,,
Bruno,b1,2026-01-06 11:00:00,purchase,1,2,700.00,,,
Bruno,b2,2026-01-08 11:00:00,return,1,1,200.00,,b1,1
Carmen,c1,2026-01-07 09:00:00,purchase,1,1,99.99,,,
"""
STRICTER = edited("times: 1.5", "times: 1.2", edited("most: 500", "most: 300", HARBOUR))
CHEAPER = edited("value: 0.01 ", "value: 0.005 ", HARBOUR)
NOTICES = [f"notice.{language}.txt" for language in ("da", "de", "en", "es")]


def run(tmp_path: Path, new: str, *more: str, sales: str = SALES, old: str = HARBOUR) -> Result:
    for name, text in (("old.yaml", old), ("new.yaml", new), ("sales.csv", sales)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    files = [str(tmp_path / name) for name in ("old.yaml", "new.yaml")]
    where = ["--events", str(tmp_path / "sales.csv"), "--out", str(tmp_path / "out"), "--notice", "2026-12-01"]
    return CliRunner().invoke(app, ["compare", *files, *where, *more])


def summary(tmp_path: Path) -> dict[str, Any]:
    return dict(json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8")))


def written(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "out").iterdir())


def test_an_adverse_change_is_done_said_loudly_and_drafted_in_four_languages(tmp_path: Path) -> None:
    done = run(tmp_path, STRICTER)
    assert done.exit_code == 0, done.output
    assert written(tmp_path) == ["comparison.parquet", *NOTICES, "report.html", "summary.json"]
    for said in ("adverse: rule quiet-days", "adverse: cap daily", "2027-01-30", "2027-03-01"):
        assert said in done.stderr
    owed = summary(tmp_path)["owed"]
    assert (owed["notice"], owed["effective"], owed["grace_until"]) == ("2026-12-01", "2027-01-30", "2027-03-01")
    for name in NOTICES:
        text = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert "500" in text and "300" in text and "Harbour" in text


@pytest.mark.parametrize("name", ["airline", "cafe", "coalition", "energy", "harbour", "hotel"])
def test_a_programme_is_compared_with_the_same_under_another_name_and_nobody_stands_lower(
    tmp_path: Path, name: str
) -> None:
    text = (HOUSE / "programmes" / f"{name}.yaml").read_text(encoding="utf-8")
    renamed = re.sub(r"(?m)^(  name: )\S.*$", r"\1Anew", text, count=1)
    assert renamed != text
    done = run(tmp_path, renamed, old=text)
    assert done.exit_code == 0, done.output
    assert "Stand lower" not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_whoever_had_a_tier_that_is_no_more_stands_lower(tmp_path: Path) -> None:
    old = (HOUSE / "programmes" / "cafe.yaml").read_text(encoding="utf-8")
    rising = "levels: [{id: first, title: First, at: 0}, {id: top, title: Top, at: 9000.00}]"
    levels = f"\ntiers: {{counts: spend, window: calendar_year, {rising}}}\n"
    assert run(tmp_path, old, old=old + levels).exit_code == 0
    assert "Stand lower" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert run(tmp_path, old + levels, old=old).exit_code == 0
    assert "Stand lower" not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_what_takes_from_points_already_earned_is_forbidden_and_not_drafted(tmp_path: Path) -> None:
    run(tmp_path, STRICTER)
    done = run(tmp_path, CHEAPER)
    assert done.exit_code == 1
    assert "devaluation_forbidden" in done.stderr and "devalues: currency points" in done.stderr
    # The drafts of the run before are gone: they named another change.
    assert written(tmp_path) == ["comparison.parquet", "report.html", "summary.json"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "100 points buy $1.00 under the old promise and $0.50 under the new one" in page
    assert "by what they buy 3 lose, 0 gain, 0 neither" in " ".join(done.stdout.split())
    assert "Without --allow-devaluation it is refused" in page
    old, new = (load((tmp_path / name).read_text()) for name in ("old.yaml", "new.yaml"))
    alone = report(old, new, summary(tmp_path), differences(old, new), "last year", "en", alone=True)
    assert "Publishing refuses it unless meant" in alone and "--allow" not in alone
    assert "Points already earned lose by this" in page and "worth $5.34 under the old promise, $2.67" in page


def test_who_insists_has_a_devaluation_reported_and_drafted(tmp_path: Path) -> None:
    done = run(tmp_path, CHEAPER, "--allow-devaluation")
    assert done.exit_code == 0, done.output
    assert "devalues: currency points" in done.stderr and "forbidden" not in done.stderr
    assert summary(tmp_path)["owed"]["earliest"] == "2027-03-02"
    assert "also touches what you have collected" in (tmp_path / "out" / "notice.en.txt").read_text(encoding="utf-8")


def test_terminal_report_and_letter_name_the_same_last_day_to_spend_as_today(tmp_path: Path) -> None:
    """The jam goes before the grace is over: nobody is promised that it can be had after."""
    tea, jam = (f"  - {{id: {id}, title: {id}, kind: product, points: 500, worth: 5.00}}\n" for id in ("tea", "jam"))
    shop = f"{HARBOUR}\nrewards:\n{tea}"
    done = run(tmp_path, shop, old=shop + jam)
    assert done.exit_code == 0, done.output
    letter, page = ((tmp_path / "out" / name).read_text("utf-8") for name in ("notice.en.txt", "report.html"))
    assert "spent as today until 2027-01-29" in " ".join(done.stderr.split()) and "2027-03-01" not in done.stderr
    assert "Spend what you have, as today, until January 29, 2027" in " ".join(letter.split())
    assert "January 29, 2027" in page
    for said in (letter, page):
        assert "March 1, 2027" not in said


def test_a_day_that_comes_too_soon_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    done = run(tmp_path, STRICTER, "--effective", "2027-01-29")
    assert done.exit_code == 1
    assert "notice_owed" in done.stderr and "2027-01-30" in done.stderr
    assert not (tmp_path / "out").exists()
    assert run(tmp_path, STRICTER, "--effective", "2027-06-01").exit_code == 0
    assert summary(tmp_path)["owed"]["again"] == "2027-04-02"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("de", ("Harbour: wer gewinnt und wer verliert", "weil sie weniger verspricht", "30. Januar 2027")),
        ("es", ("Harbour: quién gana y quién pierde", "porque promete menos", "30 de enero de 2027")),
        ("da", ("Harbour: hvem vinder, og hvem mister", "fordi den lover mindre", "30. januar 2027")),
    ],
)
def test_the_report_speaks_the_language_that_is_asked_for_and_the_summary_none(
    tmp_path: Path, language: str, told: tuple[str, ...]
) -> None:
    run(tmp_path, STRICTER)
    english = summary(tmp_path)
    run(tmp_path, STRICTER, "--language", language)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert [word for word in (f'<html lang="{language}">', *told) if word not in page] == []
    assert summary(tmp_path) == english


def test_the_report_is_one_file_that_loads_nothing_and_explains_who_loses(tmp_path: Path) -> None:
    run(tmp_path, STRICTER)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"<script|<link|<img|@import|url\((?![\"']data:)|https?://", page)
    for told in (
        "Bruno",
        "because it promises less",
        "held back 550 before and 540 now",
        "January 30, 2027",
        "A backtest values",
    ):
        assert told in page


def test_no_head_of_a_table_is_empty(tmp_path: Path) -> None:
    run(tmp_path, STRICTER)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("<th ") > 20 and re.findall(r"<th[^>]*>\s*</th>", page) == []
    assert '<th scope="col" class="">For members</th>' in page and "What happens" in page


def test_what_was_not_taken_is_said_in_a_sentence_in_the_readers_language(tmp_path: Path) -> None:
    run(tmp_path, STRICTER, "--language", "de", sales=SALES.replace("b1,1\n", "b9,1\n"))
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Der Einkauf, den eine Rückgabe nennt, ist nicht bekannt" in page
    assert "<small><code>unknown_original</code></small>" in page


def test_what_stands_in_a_file_is_text_in_the_report(tmp_path: Path) -> None:
    hostile = STRICTER.replace("half as much again on Tuesdays and Wednesdays", "'<script>alert(1)</script> & $title'")
    done = run(tmp_path, hostile, sales=SALES.replace("Bruno", "<b>Bruno"))
    assert done.exit_code == 0, done.output
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<script>" not in page and "<b>Bruno" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; $title" in page and "&lt;b&gt;Bruno" in page


def test_every_key_of_the_summary_is_documented(tmp_path: Path) -> None:
    run(tmp_path, STRICTER)
    told = summary(tmp_path)
    points = told["currencies"]["points"]
    rows = [told, told["owed"], told["differences"][0], points, points["deciles"][0], points["losers"][0]]
    rows += [points["money"], points["rules"]["base"], points["held"]]
    documented = (HOUSE / "docs" / "compare.md").read_text(encoding="utf-8")
    assert [key for row in rows for key in row if f"`{key}`" not in documented] == []
    columns = pl.read_parquet(tmp_path / "out" / "comparison.parquet").columns
    assert [column for column in columns if f"`{column}`" not in documented] == []


def test_the_same_call_gives_the_same_bytes(tmp_path: Path) -> None:
    run(tmp_path, STRICTER)
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    run(tmp_path, STRICTER)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_the_old_side_is_what_a_backtest_of_the_old_programme_gives(tmp_path: Path) -> None:
    run(tmp_path, STRICTER)
    trial = tmp_path / "trial"
    files = [str(tmp_path / "old.yaml"), "--events", str(tmp_path / "sales.csv"), "--out", str(trial)]
    assert CliRunner().invoke(app, ["backtest", *files]).exit_code == 0
    entries = pl.read_parquet(trial / "entries.parquet").filter(pl.col("kind").is_in(["accrual", "clawback"]))
    signed = pl.when(pl.col("kind") == "accrual").then("amount").otherwise(-pl.col("amount")).alias("points")
    given = entries.select("member", "rule", signed).group_by("member", "rule").agg(pl.col("points").sum())
    compared = pl.read_parquet(tmp_path / "out" / "comparison.parquet").explode("rules").unnest("rules")
    assert sorted(given.rows()) == sorted(compared.select("member", "rule", "old").filter(pl.col("old") != 0).rows())


def test_two_monies_are_a_wrong_call(tmp_path: Path) -> None:
    done = run(tmp_path, edited("money: USD", "money: EUR", HARBOUR))
    assert done.exit_code == 2
    assert "EUR" in done.stderr and "USD" in done.stderr


@pytest.mark.parametrize("broken", ["old", "new"])
def test_a_broken_programme_is_shown_with_its_place(tmp_path: Path, broken: str) -> None:
    text = edited("times: 2\n", "times: two\n", HARBOUR)
    done = run(tmp_path, text) if broken == "new" else run(tmp_path, HARBOUR, old=text)
    assert done.exit_code == 1
    assert "not_a_number" in done.stderr and f"{broken}.yaml" in done.stderr


def test_a_bad_row_is_set_aside_and_the_rest_is_compared(tmp_path: Path) -> None:
    done = run(tmp_path, STRICTER, sales=f"{SALES}Ada,x,2026-01-05 10:00:00,purchase,1,1,-1.00,,,\n")
    assert done.exit_code == 1
    assert "negative_amount" in done.stderr and (tmp_path / "out" / "rejects.csv").exists()
    assert summary(tmp_path)["members"] == 3


def test_a_folder_that_cannot_be_written_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    done = run(tmp_path, STRICTER)
    assert done.exit_code == 1
    assert "cannot_write" in done.stderr and "Traceback" not in done.output


def test_titles_that_stayed_are_pointed_at_once_on_the_terminal_and_in_the_report(tmp_path: Path) -> None:
    done = run(tmp_path, STRICTER, "--language", "de")
    assert done.stderr.count("changed under their old titles") == 1
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("änderten sich unter ihren alten Titeln") == 1
