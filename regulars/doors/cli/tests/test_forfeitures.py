"""Points that are to be taken, at the command line: who acts is said, and the rules are the same."""

from __future__ import annotations

import re
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from typer.testing import CliRunner

from regulars.doors.cli import forfeitures
from regulars.doors.cli.main import app
from regulars.engine.tests.worked import programme_text
from regulars.exchange.earning.tests.cast import account, fresh, purchase, tell
from regulars.exchange.forfeitures.announcing import told
from regulars.exchange.forfeitures.taking import take_due
from regulars.exchange.forfeitures.tests.test_forfeitures import TEXT
from regulars.ground.installation.facts import now
from regulars.ground.publishing.versions import publish


@pytest.fixture
def ada(db: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """Ada has 90 points; the house is open."""
    monkeypatch.setattr(forfeitures, "open_house", lambda *_, **__: nullcontext())
    begins = datetime(2016, 1, 1, tzinfo=UTC)
    publish(programme_text(TEXT), begins, "keeper", begins)
    number = fresh("ada")
    tell(purchase(number, "2026-10-02 12:00", 9_000))
    return number


def run(*words: str, status: int = 0) -> str:
    """What `regulars forfeitures ...` says."""
    done = CliRunner().invoke(app, ["forfeitures", *words], env={"COLUMNS": "200"})
    assert done.exit_code == status, (done.output, done.exception)
    return done.output


def test_they_are_announced_objected_to_decided_taken_and_given_back(ada: str) -> None:
    asked = ("announce", ada, "50", "--because", "twice", "--evidence", "case 7", "--by", "dagny@harbour.example")
    assert "reason_does_not_hold" in run(*asked, status=1)
    said = run(*asked, "--fact", "segments=double-booking")
    assert "50 points for twice (case 7), announced by dagny@harbour.example; not told yet" in said
    id = re.findall(r"[0-9a-f-]{36}", said)[0]
    assert id in run("list") and id in run("list", ada)
    told(account(ada), UUID(id), "announced", (now() - timedelta(days=60)).date())
    assert "too_late" in run("object", ada, id, "--by", "desk", status=1)
    assert "same_person" in run("decide", ada, id, "--uphold", "--by", "dagny@harbour.example", status=1)
    assert "upheld" in run("decide", ada, id, "--uphold", "--by", "bruno@harbour.example")
    assert "Done before." in run("decide", ada, id, "--uphold", "--by", "bruno@harbour.example")
    assert take_due(now()) == 1
    assert "50 taken" in run("list", ada)
    assert "given back" in run("give-back", ada, id, "--by", "bruno@harbour.example")
    assert id not in run("list") and "Nothing is to be taken" in run("list")


def test_a_member_objects_by_word_and_it_is_dropped(ada: str) -> None:
    said = run(
        "announce", ada, "0", "--because", "twice", "--evidence", "case 7", "--by", "dagny", "--fact",
        "segments=double-booking",
    )  # fmt: skip
    id = re.findall(r"[0-9a-f-]{36}", said)[0]
    assert "objected: mistake" in run("object", ada, id, "--because", "mistake", "--by", "desk")
    assert "dropped" in run("decide", ada, id, "--drop", "--by", "dagny")
