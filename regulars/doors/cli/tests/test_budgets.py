"""What is left of budgets of all members, at the command line."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from regulars.doors.cli import budgets, prove
from regulars.doors.cli.main import app
from regulars.exchange.budgets.tests.test_drawing import buys, launch
from regulars.exchange.earning.tests.cast import fresh, tell
from regulars.exchange.earning.tests.test_matching import other_order
from regulars.ground.installation import facts

NOW = datetime(2024, 3, 20, tzinfo=UTC)


def told(status: int = 0) -> list[list[str]]:
    done = CliRunner().invoke(app, ["budgets"], env={"COLUMNS": "200"})
    assert done.exit_code == status, (done.output, done.exception)
    return [line.split() for line in done.output.splitlines()]


def test_it_says_what_was_given_and_what_is_left_in_the_month_that_runs(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "open_house", lambda *_, **__: nullcontext())
    assert told(1)[0][0] == "no_programme:"
    first = launch(50_000)
    monkeypatch.setattr(facts, "now", lambda: NOW)
    tell(buys(fresh("ada"), 12_880), buys(fresh("bruno"), 70, "2024-02-07 15:00"))
    assert told()[1] == ["campaign", "month", "2024-03-01", "2024-03-31", "50,000", "12,880", "37,120"]
    launch(10_000, begins=NOW, base=first)
    assert told()[1][4:] == ["10,000", "12,880", "0"]


def test_a_proof_beside_a_backtest_lists_what_comes_from_the_order_and_finds_nothing_wrong(
    committed: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(prove, "open_house", lambda *_, **__: nullcontext())
    done = CliRunner().invoke(app, ["prove", "--backtest", str(other_order(tmp_path))], env={"COLUMNS": "200"})
    assert done.exit_code == 0, (done.output, done.exception)
    said = " ".join(done.output.split())  # however wide
    assert " differ by the order in which purchases drew on budgets of all members. The first:" in said
    assert "member ada: 2024-03-07" in said
