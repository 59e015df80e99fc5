"""`regulars opening`: a file is checked, taken, looked at before it is undone, undone in a living shop, and replaced."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from regulars.doors.cli import opening
from regulars.doors.cli.main import app
from regulars.exchange.earning.acting import By, redeem
from regulars.exchange.earning.tests.cast import fresh
from regulars.ground.installation.facts import now


def run(*words: str, status: int = 0) -> list[str]:
    """What `regulars opening ...` says, line by line."""
    done = CliRunner().invoke(app, ["opening", *words], env={"COLUMNS": "200"})
    assert done.exit_code == status, (done.output, done.exception)
    return [" ".join(line.split()) for line in done.output.splitlines()]


def test_an_opening_is_looked_at_undone_and_replaced_while_the_shop_goes_on(
    harbour: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "open_house", lambda *_, **__: nullcontext())
    ada, bruno = fresh("ada"), fresh("bruno")
    wrong, right, totals = tmp_path / "wrong.csv", tmp_path / "right.csv", tmp_path / "totals.csv"
    wrong.write_text(f"member,points,tier\n{ada},900,mate\n{bruno},10,\n")
    right.write_text(f"member,points,tier\n{ada},90,\n{bruno},10,\n")
    totals.write_text("total,of,value\nmembers,,2\nlots,,2\npoints,points,100\ntier,deckhand,2\n")
    assert "Only checked: nothing was taken." in run(str(wrong))
    assert any(
        "control_totals_differ" in line for line in run(str(wrong), "--control", str(totals), "--as", "one", status=1)
    )
    totals.write_text("total,of,value\nmembers,,2\nlots,,2\npoints,points,910\ntier,deckhand,1\ntier,mate,1\n")
    assert "2 accounts opened as one." in run(str(wrong), "--control", str(totals), "--as", "one")
    redeem(ada, 60, "points", By("dagny", "desk", f"{ada} spends", now() + timedelta(seconds=1)))

    seen = run("--undo", "one", "--dry-run")
    figures = [
        "members 2", "to whom something happened since 1", "points taken back 850 2 members",
        "points spent: owed from now on 60 1 member", "from mate to deckhand 1 member",
    ]  # fmt: skip
    assert [line for line in seen if line in figures] == figures
    assert seen[-1].endswith("To do it: regulars opening --undo one --despite-later")
    assert any("later_events" in line and ada in line for line in run("--undo", "one", status=1))
    done = run("--undo", "one", "--despite-later")
    assert [line for line in done if line in figures] == figures
    assert "one was undone before: nothing was changed." in run("--undo", "one", "--despite-later")
    assert any("run_undone" in line for line in run(str(wrong), "--control", str(totals), "--as", "one", status=1))
    totals.write_text("total,of,value\nmembers,,2\nlots,,2\npoints,points,100\ntier,deckhand,2\n")
    assert "2 accounts opened as two." in run(str(right), "--control", str(totals), "--as", "two")
    assert any("taken back 40 2 members" in line for line in run("--undo", "two", "--dry-run"))
