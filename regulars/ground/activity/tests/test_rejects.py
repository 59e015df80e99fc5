"""The report of what was set aside: nothing is dropped in silence."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from regulars.ground.activity.rejects import ALONG, Report
from regulars.ground.activity.tests.shop import csv_file, line, read

ROWS = [
    line(event="r1", line="1"),
    line(event="r1", line="2", net="x", quantity="-1"),
    line(event="r2"),
    line(event=""),
]


def test_every_row_of_an_event_that_was_set_aside_is_reported_with_its_reason(tmp_path: Path) -> None:
    _, rejects = read(csv_file(tmp_path / "sales.csv", ROWS))
    with Report(tmp_path / "rejects.csv") as report:
        report.write(rejects)
    with (tmp_path / "rejects.csv").open(newline="") as file:
        told = list(csv.DictReader(file))
    assert report.rows == len(told) == 4
    assert {(row["row"], row["line"], row["event"], row["member"], row["code"]) for row in told} == {
        ("1", "2", "r1", "ada", ALONG), ("2", "3", "r1", "ada", "bad_quantity"), ("2", "3", "r1", "ada", "bad_amount"),
        ("4", "5", "", "ada", "missing_value"),
    }  # fmt: skip
    assert all(row["sentence"].endswith((".", "?")) for row in told)
    assert [json.loads(row["raw"])["net"] for row in told if row["code"] == "bad_amount"] == ["x"]


def test_no_cell_of_a_report_is_a_formula_and_raw_rows_are_as_they_were(tmp_path: Path) -> None:
    names = ["=cmd()|A0", "@SUM(1)", "+1+1", "-2", "+4917012345", "-2,5", "ada"]
    rows = [line(member=name, event=f"={number}", net="x") for number, name in enumerate(names)]
    _, rejects = read(csv_file(tmp_path / "sales.csv", rows))
    with Report(tmp_path / "rejects.csv") as report:
        report.write(rejects)
    with (tmp_path / "rejects.csv").open(newline="") as file:
        told = list(csv.DictReader(file))
    assert [row["member"] for row in told] == ["'=cmd()|A0", "'@SUM(1)", "'+1+1", *names[3:]]
    assert {row["event"][:2] for row in told} == {"'="}
    assert [json.loads(row["raw"])["member"] for row in told] == names
    assert not any(cell[:1] in "=@\t\r" for row in told for cell in row.values() if cell)


def test_the_rows_of_a_report_can_be_repaired_and_sent_again(tmp_path: Path) -> None:
    _, rejects = read(csv_file(tmp_path / "sales.csv", ROWS[:3]))
    with Report(tmp_path / "rejects.jsonl") as report:
        report.write(rejects)
    told = [json.loads(text) for text in (tmp_path / "rejects.jsonl").read_text().splitlines()]
    rows = {row["row"]: row["raw"] | ({"net": "1.00", "quantity": "1"} if row["code"] != ALONG else {}) for row in told}
    (event,), again = read(csv_file(tmp_path / "repaired.csv", list(rows.values())))
    assert (event.id, event.nets, again) == ("r1", [250, 100], [])


def test_a_report_is_continued_when_an_import_goes_on_and_begun_anew_otherwise(tmp_path: Path) -> None:
    _, rejects = read(csv_file(tmp_path / "sales.csv", ROWS))
    for go_on, rows in ((True, 4), (True, 8), (False, 4)):
        with Report(tmp_path / "rejects.csv", go_on) as report:
            for reject in rejects:
                report.write([reject])
        assert len((tmp_path / "rejects.csv").read_text().splitlines()) == 1 + rows


def test_the_report_is_in_the_order_of_the_file_and_private(tmp_path: Path) -> None:
    # Whoever comes last in the file comes first among the members, and an id may hold anything.
    rows = [line(member=who, event=f'{who}\n"é', net="x") for who in ("dagny", "carmen", "bruno", "ada")]
    _, rejects = read(csv_file(tmp_path / "sales.csv", rows))
    for name in ("rejects.csv", "rejects.jsonl"):
        with Report(tmp_path / name) as report:
            for reject in sorted(rejects, key=lambda one: one.member):
                report.write([reject])
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    with (tmp_path / "rejects.csv").open(newline="", encoding="utf-8") as file:
        told = [(row["row"], row["event"]) for row in csv.DictReader(file)]
    lines = (tmp_path / "rejects.jsonl").read_text(encoding="utf-8").splitlines()
    assert told == [(str(place), one["event"]) for place, one in enumerate(rows, 1)]
    assert [(str(said["row"]), said["event"]) for said in map(json.loads, lines)] == told
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rejects.csv", "rejects.jsonl", "sales.csv"]


def test_without_rejects_there_is_no_report(tmp_path: Path) -> None:
    with Report(tmp_path / "rejects.csv") as report:
        report.write([])
    assert not (tmp_path / "rejects.csv").exists()


def test_a_file_that_breaks_off_is_reported_although_no_row_is_at_fault(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "sales.csv", ROWS[2:3])
    path.write_text(path.read_text() + "ada,r9")
    _, rejects = read(path)
    with Report(tmp_path / "rejects.jsonl") as report:
        report.write(rejects)
    told = [json.loads(text) for text in (tmp_path / "rejects.jsonl").read_text().splitlines()]
    assert [(row["row"], row["code"]) for row in told] == [(1, "file_truncated"), (None, "file_truncated")]


def test_a_report_of_an_earlier_run_goes_when_nothing_is_set_aside_any_more(tmp_path: Path) -> None:
    _, rejects = read(csv_file(tmp_path / "sales.csv", ROWS))
    for told, there in ((rejects, True), ([], False)):
        with Report(tmp_path / "rejects.csv") as report:
            report.write(told)
        assert (tmp_path / "rejects.csv").exists() is there
