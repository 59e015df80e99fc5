"""What the call itself shows to be wrong ends every command in status 2, before anything is opened or written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from regulars.doors.cli.main import app
from regulars.exchange.earning.behaving import BEHAVIOURS

HOUSE = str(Path(__file__).parents[4])
HARBOUR = f"{HOUSE}/programmes/harbour.yaml"


@pytest.mark.parametrize(
    "call",
    [
        ("check", HARBOUR, "--language", "fr"),
        ("check", HARBOUR, "--format", "xml"),
        ("check", HARBOUR, "--profile", "mars"),
        ("check", "--explain", "NO-1"),
        ("backtest", HARBOUR, "--events", __file__, "--out", "x", "--language", "fr"),
        ("backtest", HARBOUR, "--events", __file__, "--out", "x", "--margin", "25"),
        ("backtest", HARBOUR, "--events", __file__, "--out", "x", "--spend", "sometimes"),
        ("backtest", HARBOUR, "--events", __file__, "--out", "x", "--first-reward", "0"),
        ("backtest", HARBOUR, "--events", __file__, "--out", "x", "--processes", "0"),
        ("compare", HARBOUR, HARBOUR, "--events", __file__, "--out", "x", "--language", "fr"),
        ("compare", HARBOUR, HARBOUR, "--events", __file__, "--out", "x", "--notice", "tomorrow"),
        ("publish",),
        ("publish", HARBOUR, "--base", "0"),
        ("publish", HARBOUR, "--base", "1", "--replace"),
        ("publish", "--withdraw", "2"),
        ("publish", HARBOUR, "--effective", "soon"),
        ("init", "--email", "nobody"),
        ("import", __file__, "--source", " till"),
        ("import", __file__, "--source", "till", "--members", "guess"),
        ("opening", HARBOUR, "--as", "one"),
        ("export", "diary", "--month", "2026-01"),
        ("export", "journal", "--month", "2026-13"),
        ("user", "ada@shop.example", "--role", "boss"),
        ("key", "make", " "),
        ("key", "make", "till 3", "--scope", "everything"),
        ("key", "revoke", "the-first"),
        ("points", "redeem", "1", "many"),
        ("points", "hold", "1", "5", "--days", "-1"),
        ("points", "capture", "1", "the-first"),
        ("points", "adjust", "1", "5", "--because", "She was rude"),
        ("prove", "--backtest", "nowhere"),
        ("clock", "--ahead", "-1"),
        ("serve", "--port", "70000"),
        ("serve", "--workers", "0"),
        ("demo", "--port", "-1"),
    ],
    ids=" ".join,
)
def test_a_wrong_call_ends_in_2(call: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REGULARS_HOME", str(tmp_path / "house"))
    done = CliRunner().invoke(app, list(call))
    assert (done.exit_code, "Usage:" in done.stderr) == (2, True), done.output
    assert not list(tmp_path.iterdir())


def test_a_reason_is_read_before_the_house_is_open(tmp_path: Path) -> None:
    # In a process of its own: here the settings are read already, there only `open_house` reads them.
    call = ["points", "adjust", "1", "5", "--because", "She was rude"]
    run = [sys.executable, "-c", "from regulars.doors.cli.main import main; main()", *call]
    done = subprocess.run(run, cwd=tmp_path, env={"PYTHONPATH": HOUSE}, capture_output=True, text=True)
    assert (done.returncode, "late-delivery" in done.stderr) == (2, True), done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("way", BEHAVIOURS)
def test_every_way_of_spending_can_be_named(way: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["backtest", HARBOUR, "--events", __file__, "--out", str(tmp_path), "--spend", way])
    assert done.exit_code == 1, done.output  # no file of events, which only reading it shows
