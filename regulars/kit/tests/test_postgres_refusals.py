"""What the embedded PostgreSQL refuses, with its code, and that it leaves things as they were."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from regulars.kit.embedded import logins, software
from regulars.kit.postgres import Embedded, EmbeddedError
from regulars.kit.tests.postgres_rooms import Room, a_room, as_root, home, the_server


@pytest.fixture
def room() -> Iterator[Room]:
    with a_room() as room:
        yield room


@pytest.fixture
def one() -> Iterator[Embedded]:
    with the_server() as embedded:
        yield embedded


def refusal(embedded: Embedded) -> EmbeddedError:
    """Why the server does not start."""
    with pytest.raises(EmbeddedError) as refused:
        embedded.start()
    return refused.value


@contextmanager
def changed(path: Path, text: str) -> Iterator[None]:
    """The file says something else for a while."""
    before = path.read_text()
    path.write_text(text)
    yield
    path.write_text(before)


def test_a_server_that_dies_at_its_start_is_told_with_its_last_words(one: Embedded) -> None:
    with changed(home(one) / "data" / "postgresql.conf", "no_such_setting = 1\n"):
        refused = refusal(one)
    assert refused.code == "server_died"
    assert "no_such_setting" in refused.sentence
    assert one.status() == "stopped"


def test_data_of_another_version_is_refused(one: Embedded) -> None:
    with changed(home(one) / "data" / "PG_VERSION", "15\n"):
        refused = refusal(one)
    assert refused.code == "version_differs"
    assert "made by PostgreSQL 15; the installed programs are version 18" in refused.sentence


def test_a_durable_use_refuses_a_server_that_was_started_for_tests(one: Embedded) -> None:
    one.start()
    assert refusal(Embedded(one.folder)).code == "server_not_durable"
    assert one.status() == "ready"


def test_a_superusers_password_that_does_not_fit_is_told(one: Embedded) -> None:
    superuser, app = (home(one) / f"{role}.password" for role in ("postgres", "regulars_app"))
    with changed(superuser, "guessed\n"), changed(app, "guessed\n"):
        refused = refusal(one)
    assert refused.code == "login_refused"
    assert "*.password" in refused.remedy
    assert one.status() == "stopped"


def test_a_folder_that_holds_other_things_is_refused_and_left_alone(room: Room) -> None:
    (room.path / "photos").mkdir()
    before = room.path.stat()
    refused = refusal(Embedded(room.path))
    assert refused.code == "folder_not_empty"
    assert "photos" in refused.sentence
    after = room.path.stat()
    assert (after.st_uid, after.st_mode) == (before.st_uid, before.st_mode)


def test_a_file_where_the_folder_should_be_is_told(room: Room) -> None:
    (room.path / "pg").write_text("a shopping list")
    assert refusal(room.new()).code == "folder_not_usable"


def test_missing_programs_are_told(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(software, "PACKAGE", "no_such_package")
    refused = refusal(room.new())
    assert refused.code == "binaries_missing"
    assert "DATABASE_URL" in refused.remedy


@as_root
def test_a_full_disk_is_told(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = room.path / "disk"
    disk.mkdir(mode=0o755)
    mount = ["mount", "-t", "tmpfs", "-o", "size=20m,mode=755", "none", str(disk)]
    if subprocess.run(mount, check=False).returncode:
        # A root that may not mount (in a container) has no small disk: initdb says what it says on one.
        programs = room.path / "programs"
        programs.mkdir(mode=0o755)
        (programs / "initdb").write_text("#!/bin/sh\necho 'initdb: error: No space left on device' >&2\nexit 1\n")
        (programs / "initdb").chmod(0o755)
        monkeypatch.setattr(software, "find", lambda account, report: software.Software(programs, 18))
        assert refusal(room.new()).code == "disk_full"
        return
    try:
        assert refusal(Embedded(disk / "pg")).code == "disk_full"
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_full_disk_is_told_also_where_only_a_new_connection_meets_it(
    one: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = psycopg.OperationalError("FATAL:  could not write init file: No space left on device")
    monkeypatch.setattr(logins, "_refusal", lambda *_: full)
    assert refusal(one).code == "disk_full"


@as_root
def test_a_socket_folder_that_somebody_else_made_is_not_used(room: Room) -> None:
    one = room.copied("x" * 120)
    theirs = Path(one.start().app.host)
    one.stop()
    os.chown(theirs, 12345, 12345)
    assert refusal(one).code == "socket_folder_taken"
    theirs.rmdir()
    theirs.symlink_to(room.path)
    assert refusal(one).code == "socket_folder_taken"
    theirs.unlink()


@as_root
def test_data_whose_place_is_gone_is_not_silently_made_anew(room: Room) -> None:
    one = room.new()
    one.folder.mkdir()
    (one.folder / "place").symlink_to(room.path / "gone")
    refused = refusal(one)
    assert refused.code == "place_missing"
    assert str(room.path / "gone") in refused.sentence
