"""A database that is not there, or has no room left, is told in a sentence with what to do."""

from __future__ import annotations

import psycopg
import pytest
from django.db.utils import OperationalError

from regulars.doors.cli import main


def ended(error: Exception, monkeypatch: pytest.MonkeyPatch) -> object:
    """The exit status of a command that meets an error; raises one that is not the database's."""

    def meet() -> None:
        raise error

    monkeypatch.setattr(main, "app", meet)
    monkeypatch.setattr(main.signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit) as end:
        main.main()
    return end.value.code


def test_a_server_that_is_not_there_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(psycopg.OperationalError) as nobody:
        psycopg.connect("postgresql://regulars@[::1]:1/regulars")
    by_django = OperationalError()
    by_django.__cause__ = nobody.value
    for error in (nobody.value, by_django):
        assert ended(error, monkeypatch) == 1
        said = capsys.readouterr().err
        assert "database_unavailable" in said and "DATABASE_URL" in said and "::1" in said and "Traceback" not in said


def test_a_full_disk_is_told_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(psycopg.errors.DiskFull("could not extend file"), monkeypatch) == 1
    said = capsys.readouterr().err
    assert "disk_full" in said and "Free some space" in said


def test_any_other_error_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (ValueError("a fault of ours"), psycopg.errors.DeadlockDetected("two at once")):
        with pytest.raises(type(error)):
            ended(error, monkeypatch)
