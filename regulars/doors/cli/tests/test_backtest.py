"""`regulars backtest` on files as people have them."""

from __future__ import annotations

import fcntl
import gzip
import json
import os
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from regulars.doors.cli.backtest_report.writing import report
from regulars.doors.cli.main import app
from regulars.exchange.earning.tests.test_backtest import GENEROUS, basket, csv_file
from regulars.exchange.earning.tests.test_backtest import run as fold
from regulars.programme.header import LANGUAGES
from regulars.programme.loading import load

HOUSE = Path(__file__).parents[4]
HARBOUR = HOUSE / "programmes/harbour.yaml"
SALES = """member,event,at,line,quantity,net,brand
Ada,p1,2026-01-05 10:00:00,1,1,12.00,Private
Ada,p1,2026-01-05 10:00:00,2,1,3.50,
Bruno,p2,2026-01-06 11:00:00,1,2,700.00,
"""


def run(tmp_path: Path, sales: str | bytes, *more: str, name: str = "sales.csv", programme: Path = HARBOUR) -> Result:
    file = tmp_path / name
    file.write_bytes(sales.encode() if isinstance(sales, str) else sales)
    return CliRunner().invoke(
        app, ["backtest", str(programme), "--events", str(file), "--out", str(tmp_path / "out"), *more]
    )


def summary(tmp_path: Path) -> dict[str, Any]:
    return dict(json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8")))


def test_a_small_file_gives_all_four_files(tmp_path: Path) -> None:
    done = run(tmp_path, SALES)
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "entries.parquet", "members.parquet", "report.html", "summary.json",
    ]  # fmt: skip
    told = summary(tmp_path)
    # Ada: 15 for 15.50 and 12 on the own brand; Bruno on a Tuesday: 700 and half as much again, of which 500 are let through.
    rules = told["rules"]["points"]  # type: ignore[index]
    assert {rule: given["points"] for rule, given in rules.items()} == {
        "base": 348, "own-brand": 12, "quiet-days": 167, "captains-tenth": 0, "tenth-visit": 0
    }  # fmt: skip
    assert (told["events"], told["lines"], told["members"], told["spend"]) == (2, 3, 2, 71_550)
    assert (told["first"], told["last"], told["rejected"]) == ("2026-01-05", "2026-01-06", {})
    members = pl.read_parquet(tmp_path / "out" / "members.parquet")
    assert members.select("member", "points", "tier").rows() == [("Ada", 27, "deckhand"), ("Bruno", 500, "deckhand")]


def test_the_report_is_one_file_that_loads_nothing(tmp_path: Path) -> None:
    run(tmp_path, SALES)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"<script|<link|<img|@import|url\((?![\"']data:)|https?://", page)
    for told in (
        "a point for every dollar",
        "348",
        "$715.50",
        "at most 500 points a day",
        "550",
        "Deckhand",
        "A comparison of",
    ):
        assert told in page


def test_no_head_of_a_table_is_empty(tmp_path: Path) -> None:
    run(tmp_path, SALES)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("<th ") > 20 and re.findall(r"<th[^>]*>\s*</th>", page) == []


def test_what_stands_in_a_programme_is_text_in_the_report(tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.yaml"
    text = HARBOUR.read_text(encoding="utf-8")
    hostile.write_text(
        text.replace("a point for every dollar", "'<script>alert(1)</script> & $title'"), encoding="utf-8"
    )
    done = run(tmp_path, SALES, programme=hostile)
    assert done.exit_code == 0, done.output
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<script>" not in page and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; $title" in page


def test_a_broken_programme_is_shown_with_its_place_and_nothing_is_written(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(HARBOUR.read_text(encoding="utf-8").replace("times: 2", "times: two"), encoding="utf-8")
    done = run(tmp_path, SALES, programme=broken)
    assert done.exit_code == 1
    assert "not_a_number" in done.stderr and "^" in done.stderr
    assert not (tmp_path / "out").exists()


def test_an_unknown_column_refuses_the_file_before_anything_is_taken(tmp_path: Path) -> None:
    done = run(tmp_path, SALES.replace("quantity", "qantity"))
    assert done.exit_code == 1
    assert "unknown_column" in done.stderr and "qantity" in done.stderr and "quantity" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_broken_map_is_shown_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text("map: 1\ncolumns:\n  colour: brand\n")
    done = run(tmp_path, SALES, "--map", str(tmp_path / "map.yaml"))
    assert done.exit_code == 1
    assert "unknown_column" in done.stderr and "map.yaml" in done.stderr and "3" in done.stderr


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("Ada,x,2026-01-05 10:00:00,1,1,-1.00,", "negative_amount"),
        ("Ada,x,2199-01-05 10:00:00,1,1,1.00,", "future_date"),
        ("Ada,p2,2026-01-06 11:00:00,1,2,700.00,", "inconsistent_event"),
    ],
)
def test_a_bad_row_is_set_aside_and_the_rest_is_folded(tmp_path: Path, row: str, code: str) -> None:
    done = run(tmp_path, f"{SALES}{row}\n")
    assert done.exit_code == 1
    assert code in done.stderr and "rejects.csv" in done.stderr
    told = pl.read_csv(tmp_path / "out" / "rejects.csv", infer_schema=False)
    assert 4 in [int(number) for number in told["row"]]
    assert code in told["code"].to_list()
    assert "Ada" in pl.read_parquet(tmp_path / "out" / "members.parquet")["member"]
    assert (tmp_path / "out" / "report.html").exists()


def test_another_currency_is_set_aside_and_named(tmp_path: Path) -> None:
    sales = SALES.replace("brand\n", "currency\n").replace("Private\n", "USD\n").replace("700.00,", "700.00,SEK")
    done = run(tmp_path, sales)
    assert done.exit_code == 1
    assert "currency_mismatch" in done.stderr
    assert pl.read_parquet(tmp_path / "out" / "members.parquet")["member"].to_list() == ["Ada"]


def test_a_file_that_ends_in_the_middle_keeps_what_is_whole(tmp_path: Path) -> None:
    rows = "".join(f"Ada,q{number},2026-01-07 10:00:00,1,1,1.00,\n" for number in range(20_000))
    packed = gzip.compress((SALES + rows).encode(), mtime=0)
    done = run(tmp_path, packed[: len(packed) * 2 // 3], name="sales.csv.gz")
    assert done.exit_code == 1
    assert "file_truncated" in done.stderr
    told = summary(tmp_path)
    assert isinstance(told["events"], int) and 5_000 < told["events"] < 20_000


def test_a_folder_that_cannot_be_written_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    done = run(tmp_path, SALES)
    assert done.exit_code == 1
    assert "cannot_write" in done.stderr and "Traceback" not in done.output


def test_a_pattern_names_several_files_that_are_read_as_one(tmp_path: Path) -> None:
    head, *rows = SALES.splitlines(keepends=True)
    files = []
    for number, row in enumerate(rows):
        files.append(tmp_path / f"sales-{number}.csv")
        files[-1].write_text(head + row)
    # The shell makes a list of a pattern: the first name belongs to the option.
    call = ["backtest", str(HARBOUR), "--events", *map(str, files), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, call)
    assert done.exit_code == 0, done.output
    several = summary(tmp_path)
    run(tmp_path, SALES)
    one = summary(tmp_path)
    assert several.pop("seconds").keys() == one.pop("seconds").keys() == {"read", "fold", "report", "total"}
    assert several == one
    repeated = [word for file in files for word in ("--events", str(file))]
    assert CliRunner().invoke(app, ["backtest", str(HARBOUR), *repeated, "--out", str(tmp_path / "out")]).exit_code == 0
    again = summary(tmp_path)
    del again["seconds"]
    assert several == again


def test_a_file_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    assert run(tmp_path, SALES, str(tmp_path / "nothing.csv")).exit_code == 2


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--margin", "25"), "a quarter as 0.25, not 25."),
        (("--margin", "-0.1"), "a quarter as 0.25, not -0.1."),
        (("--margin", "a quarter"), "a quarter as 0.25, not a quarter."),
        (("--margin", "1/0"), "a quarter as 0.25, not 1/0."),
        (("--spend", "sometimes"), "Use observed, eager or none"),
        (("--language", "fi"), "Use en, de, es or da"),
    ],
)
def test_an_option_that_cannot_be_meant_is_a_wrong_call(tmp_path: Path, options: tuple[str, str], told: str) -> None:
    done = run(tmp_path, SALES, *options)
    assert done.exit_code == 2
    assert told in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_margin_is_an_exact_share(tmp_path: Path) -> None:
    run(tmp_path, SALES, "--margin", "0.1")
    told = summary(tmp_path)
    assert told["trial"] == {"spend": "observed", "margin": "1/10", "standing": "empty"}
    # A tenth of 715.50, less 527 points of a cent.
    assert (told["money"]["margin_before"], told["money"]["margin_after"]) == (7_155, 7_155 - 527)  # type: ignore[index]


def test_a_file_named_twice_is_a_wrong_call(tmp_path: Path) -> None:
    done = run(tmp_path, SALES, "--events", str(tmp_path / "sales.csv"))
    assert done.exit_code == 2 and "named twice" in done.stderr


def test_what_no_figure_counts_is_said(tmp_path: Path) -> None:
    done = run(tmp_path, SALES, programme=HOUSE / "programmes/energy.yaml")
    assert "nothing carries it out yet: arrears, clubs, contact, moments, offers," in done.stderr
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Not in it, as nothing carries it out yet: arrears, clubs, contact," in page
    assert "carries it out" not in run(tmp_path, SALES).stderr


def test_the_report_says_how_members_spend(tmp_path: Path) -> None:
    for spend, told in (
        ("none", "nobody spends"),
        ("eager", "the cheapest reward that they may have"),
        ("observed", "exactly where they did"),
    ):
        run(tmp_path, SALES, "--spend", spend)
        page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
        assert told in page and "Members begin with nothing on January 5, 2026" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_that_stands_alone_speaks_of_no_command_and_no_file_beside_it(tmp_path: Path, language: str) -> None:
    stall = load(GENEROUS.replace(", value: 0.01", ""))
    rows = [*basket("Ada", "a1", "2026-01-05 10:00:00", "1.00"), *basket("Ada", "a2", "yesterday", "1.00")]
    result = fold(csv_file(tmp_path / "s.csv", *rows), tmp_path / "out", stall)
    hints = ("--", "summary.json", ".parquet", "rejects.csv", "docs/")

    def said(alone: bool) -> str:
        page = report(stall, result, "last year", language, alone)
        return re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)

    assert [hint for hint in hints if hint in said(alone=True)] == []
    assert [hint for hint in hints if hint not in said(alone=False)] == []


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ("What Harbour would have given", "$715.50", "January 5, 2026", "100.0%", "Nothing is made or lost")),
        ("de", ("Was Harbour gegeben hätte", "715,50\xa0$", "5. Januar 2026", "100,0\xa0%", "nichts geht verloren")),
        ("es", ("Lo que habría dado Harbour", "715,50\xa0US$", "5 de enero de 2026", "100,0\xa0%", "ni se pierde")),
        ("da", ("Hvad Harbour ville have givet", "715,50\xa0US$", "5. januar 2026", "100,0\xa0%", "intet går tabt")),
    ],
)
def test_the_report_speaks_the_language_that_is_asked_for(tmp_path: Path, language: str, told: tuple[str, ...]) -> None:
    run(tmp_path, SALES, "--language", language)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert [word for word in (f'<html lang="{language}">', *told) if word not in page] == []


def test_the_summary_is_the_same_in_every_language(tmp_path: Path) -> None:
    found = []
    for language in ("en", "da"):
        run(tmp_path, SALES, "--language", language)
        found.append({key: value for key, value in summary(tmp_path).items() if key != "seconds"})
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "da_DK.UTF-8"}, "da"),
        ({"LANG": "da_DK.UTF-8", "LC_MESSAGES": "de_AT"}, "de"),
        ({"LANG": "da_DK.UTF-8", "LC_ALL": "fi_FI.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_without_being_asked_the_report_speaks_as_the_environment_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    run(tmp_path, SALES)
    assert f'<html lang="{language}">' in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_who_interrupts_is_told_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*told: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("regulars.exchange.earning.backtest.Folders.finish", interrupt)
    done = run(tmp_path, SALES)
    assert done.exit_code == 130
    assert "1 finished parts are kept" in done.stderr
    monkeypatch.undo()
    assert run(tmp_path, SALES).exit_code == 0
    assert not (tmp_path / "out" / ".backtest").exists()


@pytest.mark.parametrize("lost", ["000001.figures", "000001.arrow"])
def test_a_part_that_the_machine_lost_is_folded_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    def interrupt(*told: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("regulars.exchange.earning.backtest.Folders.finish", interrupt)
    assert run(tmp_path, SALES).exit_code == 130
    monkeypatch.undo()
    (tmp_path / "out" / ".backtest" / lost).write_bytes(b"")
    assert run(tmp_path, SALES).exit_code == 0
    assert summary(tmp_path)["members"] == 2


def test_two_runs_do_not_write_into_one_folder(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    held = os.open(tmp_path / "out", os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    done = run(tmp_path, SALES)
    assert done.exit_code == 1 and "Another run is writing there" in done.stderr
    os.close(held)
    assert run(tmp_path, SALES).exit_code == 0


def test_parts_of_another_version_begin_anew_and_say_so_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "out" / ".backtest").mkdir(parents=True)
    (tmp_path / "out" / ".backtest" / "stamp").write_text("of another version")
    done = run(tmp_path, SALES)
    assert done.exit_code == 0
    assert "this one begins anew" in " ".join(done.stderr.split())
    assert "anew" not in run(tmp_path, SALES).stderr


def test_figures_that_no_table_holds_are_refused_and_not_a_crash(tmp_path: Path) -> None:
    generous = tmp_path / "generous.yaml"
    generous.write_text(GENEROUS)
    rows = "".join(f"{who},{who},2026-01-05 10:00:00,1,1,49999999999.99,\n" for who in ("Ada", "Bruno"))
    done = run(tmp_path, SALES.splitlines()[0] + "\n" + rows, programme=generous)
    assert (done.exit_code, "beyond_bounds" in done.stderr) == (1, True)


def test_every_key_of_the_summary_is_documented(tmp_path: Path) -> None:
    run(tmp_path, SALES, "--margin", "0.1")
    page = (HOUSE / "docs" / "backtest.md").read_text(encoding="utf-8")
    told = summary(tmp_path)
    inner = [told[name] for name in ("programme", "trial", "money", "first_reward", "gini", "year")]
    inner += [rows[0] for name in ("deciles", "tenure", "audits") for rows in [told[name]]]  # type: ignore[index]
    inner += [*told["points"].values(), *told["caps"].values(), *told["tiers"].values()]  # type: ignore[attr-defined]
    inner += [told["liability"]["points"][0], told["rules"]["points"]["base"], told["year"]["median"]]  # type: ignore[index]
    keys = {*told, *(key for one in inner for key in one)}
    assert len(keys) > 50
    assert sorted(key for key in keys if f"`{key}`" not in page) == []


def test_every_audit_of_the_report_is_documented(tmp_path: Path) -> None:
    run(tmp_path, SALES)
    page = (HOUSE / "docs" / "backtest.md").read_text(encoding="utf-8")
    codes = {audit["code"] for audit in summary(tmp_path)["audits"]}  # type: ignore[attr-defined]
    assert codes == {"ACC-4", "CAP-5", "CAP-7", "CAP-9", "LP-6"}
    assert all(f"| `{code}` |" in page for code in codes)
