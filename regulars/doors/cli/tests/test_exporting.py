"""The books of a month are written as files, from a shop of its own."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from typer.testing import CliRunner

from regulars.doors.cli.main import app
from regulars.exchange.earning.tests.cast import fresh, purchase, tell
from regulars.ground.publishing.versions import versions
from regulars.insight.liability.closing import books, close, seen_of
from regulars.insight.liability.movements import month_named


@pytest.fixture
def run(harbour: int, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs `regulars export` in this process, on the shop of this test, where Ada bought something in May."""
    monkeypatch.setattr("regulars.doors.cli.exporting.open_house", lambda report: nullcontext())
    tell(purchase(fresh("ada"), "2026-05-04 15:00", 10_000))
    return lambda *arguments: CliRunner().invoke(app, ["export", *arguments])


def test_the_journal_of_a_closed_month_is_written(run: Any, tmp_path: Path) -> None:
    refused = run("journal", "--month", "2026-05", "--to", str(tmp_path / "books"))
    assert refused.exit_code == 1 and not (tmp_path / "books").exists()
    known, now = versions(), datetime(2026, 6, 2, tzinfo=UTC)
    may = month_named("2026-05")
    close(known, may, seen_of(books(known, now), may), "frida", now)
    done = run("journal", "--month", "2026-05", "--to", str(tmp_path / "books"))
    assert done.exit_code == 0
    assert "contract_liability" in (tmp_path / "books" / "journal-2026-05.csv").read_text()


@pytest.mark.parametrize(
    ("format", "name"), [("csv", "entries-2026-05.csv"), ("parquet", "entries-2026-05-00000.parquet")]
)
def test_entries_are_written_with_their_proof(run: Any, tmp_path: Path, format: str, name: str) -> None:
    done = run("entries", "--month", "2026-05", "--to", str(tmp_path), "--format", format)
    assert done.exit_code == 0 and "the totals agree" in done.output
    proof = json.loads((tmp_path / f"proof-2026-05-{format}.json").read_text())
    assert proof["agrees"] and name in proof["files"] and (tmp_path / name).exists()


def test_a_proof_that_does_not_agree_fails_the_command(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("regulars.insight.liability.auditing._pages", lambda *span: iter(()))
    assert run("entries", "--month", "2026-05", "--to", str(tmp_path)).exit_code == 1


def test_what_is_in_no_line_of_the_books_is_refused_and_the_totals_are_not_said_to_agree(
    run: Any, tmp_path: Path
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO entry (account_id, seq, at, version, currency, kind, source, target, amount, granted)"
            " SELECT account_id, 99, at, version, currency, 'gift', 'issued', 'available', 1, 1 FROM entry LIMIT 1"
        )
    done = run("entries", "--month", "2026-05", "--to", str(tmp_path))
    assert done.exit_code == 1 and "ledger_unsound" in done.output and "agree" not in done.output
    proof = json.loads((tmp_path / "proof-2026-05-csv.json").read_text())
    assert (proof["agrees"], proof["uncounted"]) == (False, 1)


@pytest.mark.parametrize("month", ["2027-02", "9998-12"])
def test_of_a_month_that_has_not_begun_nothing_is_written(run: Any, tmp_path: Path, month: str) -> None:
    done = run("entries", "--month", month, "--to", str(tmp_path))
    assert done.exit_code == 1 and "month_not_begun" in done.output and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wrong", [["entries"], ["entries", "--month", "May"], ["taxes", "--month", "2026-05"]])
def test_a_wrong_call_writes_nothing(wrong: list[str], tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["export", *wrong, "--to", str(tmp_path / "x")]).exit_code == 2
    assert not (tmp_path / "x").exists()
