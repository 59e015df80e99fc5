"""A database that is not there, has no room left, or has no address, is told in a sentence with what to do."""

from __future__ import annotations

import sys
from pathlib import Path

import psycopg
import pytest
from django.db.utils import OperationalError

from regulars.doors.cli import main
from regulars.kit.database import BadAddress, connections

HARBOUR = str(Path(__file__).parents[4] / "programmes" / "harbour.yaml")


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


@pytest.mark.parametrize(
    "address",
    [
        "harbour", "mysql://u:seagull@db/shop", "host=db dbname=shop", "postgresql://u:seagull@db:harbour/shop",
        "postgresql://u:seagull@db:99999/shop", "postgresql://u:seagull@[::1/shop", "postgresql://u:seagull@db/",
        "postgresql://u:sea#gull@db/shop", "postgresql://u:sea/gull@db/shop", "postgresql://u:sea?gull@db/shop",
        "postgresql://u:seagull@db/shop?colour=blue", "postgresql://u:seagull@db/shop?connect_timeout=soon",
        "postgresql://u:seagull@db/shop#gull",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_OWNER_URL"])
def test_what_can_be_no_address_is_told_by_name_and_not_quoted(
    address: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@db/shop")
    monkeypatch.setenv(name, address)
    with pytest.raises(BadAddress) as wrong:
        connections()
    said = str(wrong.value)
    assert said.startswith(f"{name} is no address") and "postgresql://user:password@host:port/database" in said
    assert not {"sea", "gull"} & set(said.replace("/", " ").split()) and "seagull" not in said


def test_the_owners_address_alone_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://u:p@db/shop")
    with pytest.raises(BadAddress, match="DATABASE_OWNER_URL is not"):
        connections()


@pytest.mark.parametrize(
    "call",
    [
        ("init", "--email", "dagny@shop.example"), ("publish", HARBOUR), ("import", HARBOUR, "--source", "till"), ("opening", HARBOUR), ("serve",),
        ("worker",), ("budgets",), ("prove",), ("export", "journal", "--month", "2026-01"), ("backup", "x.zip"),
        ("user", "ada@shop.example"), ("second-factor", "ada@shop.example"), ("demo",), ("clock",), ("key",), ("points", "show", "1"),
        ("forfeitures", "list"), ("household", "show", "1"),
    ],
    ids=lambda call: " ".join(call[:2]),
)  # fmt: skip
def test_every_command_that_needs_the_database_ends_in_2_without_its_address(
    call: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REGULARS_HOME", str(tmp_path / "house"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://db:harbour/shop")
    monkeypatch.setattr(sys, "argv", ["regulars", *call])
    monkeypatch.setattr(main.signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit) as end:
        main.main()
    said = capsys.readouterr().err
    assert end.value.code == 2 and "bad_database_url" in said and "Traceback" not in said
