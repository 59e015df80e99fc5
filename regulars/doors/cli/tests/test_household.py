"""Households at the command line: opened, joined, shown and left; rehearsed as often as one likes."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from typer.testing import CliRunner

from regulars.doors.cli import household, points
from regulars.doors.cli.main import app
from regulars.exchange.earning.tests.cast import fresh, purchase, tell


def run(*words: str, status: int = 0) -> str:
    """What `regulars household ...` says."""
    done = CliRunner().invoke(app, ["household", *words], env={"COLUMNS": "200"})
    assert done.exit_code == status, (done.output, done.exception)
    return done.output


def test_a_household_is_opened_joined_shown_and_left(harbour: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (household, points):
        monkeypatch.setattr(module, "open_house", lambda *_, **__: nullcontext())
    ada, bruno, home = fresh("ada"), fresh("bruno"), fresh("H")
    tell(purchase(ada, "2025-10-02 12:00", 9_000), purchase(bruno, "2025-10-02 12:00", 3_000))
    assert "it would be" in run("open", ada, "--number", home, "--dry-run")
    assert "unknown_household" in run("show", home, status=1)
    assert home in run("open", ada, "--number", home)
    assert f"{bruno} has 120 points to spend" in run("join", home, bruno, "--id", "together")
    assert "Done before" in run("join", home, bruno, "--id", "together")
    told = run("show", home)
    assert run("show", bruno) == told
    assert "120 to spend" in told and f"{ada}, since" in told and ": 90 points" in told and ": 30 points" in told
    assert "beyond_share" in run("leave", bruno, "--points", "31", status=1)
    assert f"{bruno} has 30 points to spend" in run("leave", bruno)
    run("leave", ada)
    assert "Everybody has left." in run("show", home)
