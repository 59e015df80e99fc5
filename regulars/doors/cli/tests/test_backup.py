"""Backup and restore, from the command line to the rows: whole or not at all, and proved afterwards."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from regulars.ground.installation.archive import BackupRefused, Manifest, opened
from regulars.ground.installation.backing_up import back_up
from regulars.ground.installation.restoring import load

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
SALES = "member,event,at,line,quantity,net\n" + "".join(
    f"{name},{name}-{month},2026-{month:02}-05 10:00:00,1,1,{month * 30}.00\n"
    for name in ("Ada", "Bruno", "Carmen") for month in (1, 2)
)  # fmt: skip
#: Ends this process in the middle, when rows of entries were seen.
DIES = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from regulars.ground.installation.archive import opened
from regulars.ground.installation.backing_up import back_up
from regulars.ground.installation.restoring import load
def die(done, total):
    if done > 20:
        os.kill(os.getpid(), signal.SIGKILL)
url, path = os.environ["DATABASE_OWNER_URL"], Path(sys.argv[2])
if sys.argv[1] == "backup":
    back_up(url, path, datetime(2026, 3, 1, tzinfo=UTC), die)
else:
    with opened(path) as whole:
        load(url, whole, die)
"""


def owner_url(house: Any) -> str:
    return str(house.environment["DATABASE_OWNER_URL"])


def ask(house: Any, query: str) -> Any:
    with psycopg.connect(owner_url(house), autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchone()[0] if cursor.description else None


def manifest(path: Path) -> Manifest:
    with opened(path) as whole:
        return whole.manifest


def die(house: Any, what: str, path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", DIES, what, str(path)], env=house.environment, cwd=house.folder, check=False
    )
    assert ended.returncode == -signal.SIGKILL


@pytest.fixture(scope="module")
def shop(house: Any) -> Any:
    """A shop with three members who bought twice. Before it is set up, whoever reads it is told so."""
    done = house("points", "show", "M-1001")
    assert done.returncode == 1 and "no_tables: " in done.stderr and "Traceback" not in done.stderr
    assert house("init", "--email", "dagny@shop.example").returncode == 0
    assert house("publish", "programme.yaml", "--effective", "2025-01-01").returncode == 0
    (house.folder / "sales.csv").write_text(SALES)
    assert house("import", "sales.csv", "--source", "till", "--members", "create").returncode == 0
    return house


@pytest.fixture(scope="module")
def made(shop: Any) -> Path:
    """Its backup, made by the command."""
    done = shop("backup", "shop.zip")
    assert done.returncode == 0, done.stderr
    assert re.search(r"rows of \d+ tables are in shop\.zip", done.stdout)
    return Path(shop.folder / "shop.zip")


def test_only_its_owner_may_read_a_backup_and_nothing_else_is_left(shop: Any, made: Path) -> None:
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert list(shop.folder.glob("*.partial")) == []


def test_a_backup_says_what_is_in_it(made: Path) -> None:
    told = manifest(made)
    assert told.tables["event"].rows == 6 and told.tables["member"].rows == 3 and told.tables["staff"].rows == 1
    assert ("ledger", "0001_tables") in told.migrations and told.sequences["account_number"] > 3
    assert [part.name for part in told.tables["entry"].partitions][:1] == ["entry_2026_01"]


def test_who_is_signed_in_and_the_secret_key_are_in_no_backup(shop: Any, made: Path) -> None:
    left = {"django_session", "sign_in_link", "django_migrations", "procrastinate_jobs"}
    assert left <= manifest(made).left_out.keys() and not left & manifest(made).tables.keys()
    secret = (shop.folder / ".regulars" / "secret-key").read_bytes().strip()
    with zipfile.ZipFile(made) as file:
        assert len(secret) > 30 and not any(secret in file.read(name) for name in file.namelist())


def test_in_a_folder_a_backup_is_named_after_its_moment_and_none_is_overwritten(shop: Any, made: Path) -> None:
    assert shop("backup", "backups/").returncode == 0  # and the folder is made
    assert re.fullmatch(r"regulars-\d{8}T\d{6}Z\.zip", next((shop.folder / "backups").iterdir()).name)
    before = made.read_bytes()
    with pytest.raises(BackupRefused) as refused:
        back_up(owner_url(shop), made, NOW)
    assert refused.value.code == "file_exists" and made.read_bytes() == before


def test_what_is_written_meanwhile_is_not_in_a_backup(shop: Any, tmp_path: Path) -> None:
    seen: list[int] = []

    def write(done: int, total: int) -> None:
        if not seen:
            with psycopg.connect(owner_url(shop)) as other:
                other.execute("INSERT INTO account VALUES (900, 'member', '2026-02-01')")
                other.execute("INSERT INTO member (account_id, number, joined_on) VALUES (900, 'x', '2026-02-01')")
        seen.append(done)

    told = back_up(owner_url(shop), tmp_path / "b.zip", NOW, write)
    assert (told.tables["account"].rows, told.tables["member"].rows) == (3, 3)
    assert ask(shop, "SELECT count(*) FROM member") == 4
    ask(shop, "DELETE FROM member WHERE account_id = 900")
    ask(shop, "DELETE FROM account WHERE account_id = 900")


def test_a_backup_that_is_killed_leaves_no_file_of_that_name_and_is_made_anew(shop: Any, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    die(shop, "backup", path)
    assert not path.exists()
    assert back_up(owner_url(shop), path, NOW).tables["event"].rows == 6
    assert list(tmp_path.iterdir()) == [path]


def test_a_restored_shop_is_the_same_in_every_row_and_proves(shop: Any, other_house: Any, made: Path) -> None:
    done = other_house("restore", str(made))
    assert done.returncode == 0, done.stderr
    assert re.search(r"3 accounts and \d+ entries agree", done.stdout)
    proved = other_house("prove")
    assert proved.returncode == 0 and "agree" in proved.stdout
    again = back_up(owner_url(other_house), other_house.folder / "again.zip", NOW)
    # What the proof found is remembered, so that alone is more than there was.
    assert {name: table for name, table in again.tables.items() if name != "installation"} == {
        name: table for name, table in manifest(made).tables.items() if name != "installation"
    }
    assert again.sequences == manifest(made).sequences
    assert again.migrations and set(again.migrations) == set(manifest(made).migrations)


def test_the_restored_shop_goes_on(other_house: Any) -> None:
    (other_house.folder / "more.csv").write_text(
        "member,event,at,line,quantity,net\nAda,Ada-8,2026-08-05 10:00:00,1,1,9.00\nErik,e,2026-08-05 10:00:00,1,1,5.00\n"
    )
    done = other_house("import", "more.csv", "--source", "till", "--members", "create")
    assert done.returncode == 0, done.stderr
    assert ask(other_house, "SELECT count(*) FROM account") == 4
    assert other_house("prove").returncode == 0


def test_nobody_is_overwritten_unless_it_is_said_plainly(other_house: Any, made: Path) -> None:
    refused = other_house("restore", str(made))
    assert refused.returncode == 1 and "not_empty" in refused.stderr and "--replace" in refused.stderr
    assert ask(other_house, "SELECT count(*) FROM account") == 4
    ask(other_house, "INSERT INTO django_session VALUES ('k', 'signed in', '2030-01-01')")
    done = other_house("restore", str(made), "--replace")
    assert done.returncode == 0, done.stderr
    assert ask(other_house, "SELECT count(*) FROM account") == 3
    assert ask(other_house, "SELECT count(*) FROM django_session") == 0


def test_a_restore_that_is_killed_or_damaged_changes_nothing(other_house: Any, made: Path, tmp_path: Path) -> None:
    ask(other_house, "UPDATE installation SET value = value || '{}'::jsonb WHERE false")
    ask(other_house, "INSERT INTO installation VALUES ('mark', '1')")
    before = back_up(owner_url(other_house), tmp_path / "before.zip", NOW)
    die(other_house, "restore", made)
    damaged = tmp_path / "damaged.zip"
    _with_another_amount(made, damaged)
    with opened(damaged) as whole, pytest.raises(BackupRefused) as refused:
        load(owner_url(other_house), whole)
    assert refused.value.code == "backup_damaged"
    after = back_up(owner_url(other_house), tmp_path / "after.zip", NOW)
    assert after.tables == before.tables and after.sequences == before.sequences


def _with_another_amount(made: Path, path: Path) -> None:
    """A copy of a backup in which one member has another name, as sound as any ZIP."""
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text.replace(b"Carmen", b"Karmen") if name == "tables/member_number.copy" else text)


def test_a_file_that_was_cut_off_or_is_none_is_refused_before_anything_is_touched(
    shop: Any, made: Path, tmp_path: Path
) -> None:
    for content in (made.read_bytes()[:-2_000], b"", b"x" * 5_000):
        cut = tmp_path / "cut.zip"
        cut.write_bytes(content)
        with pytest.raises(BackupRefused) as refused, opened(cut):
            pass
        assert refused.value.code == "backup_damaged"


def test_nothing_is_restored_under_the_feet_of_others(other_house: Any, made: Path) -> None:
    with psycopg.connect(other_house.environment["DATABASE_URL"]) as till:
        till.execute("SELECT 1")
        done = other_house("restore", str(made), "--replace")
    assert done.returncode == 1 and "database_in_use" in done.stderr, done.stderr


def test_a_backup_of_a_newer_program_is_refused_with_what_to_do(other_house: Any, made: Path, tmp_path: Path) -> None:
    newer = _remade(made, tmp_path / "newer.zip", lambda told: [*told, ("ledger", "0099_of_tomorrow")])
    done = other_house("restore", str(newer), "--replace")
    assert done.returncode == 1 and "backup_of_newer_program" in done.stderr
    older = _remade(made, tmp_path / "older.zip", lambda told: told[:-1])
    done = other_house("restore", str(older), "--replace")
    assert done.returncode == 1 and "tables_newer" in done.stderr


def _remade(made: Path, path: Path, migrations: Any, tables: dict[str, Any] | None = None) -> Path:
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "manifest.json":
                told = msgspec.json.decode(text, type=Manifest)
                told = msgspec.structs.replace(
                    told, migrations=migrations(told.migrations), tables=tables or told.tables
                )
                text = msgspec.json.encode(told)
            new.writestr(name, text)
    return path


def test_a_backup_of_earlier_tables_is_restored_and_brought_up_to_date(
    third_house: Any, made: Path, tmp_path: Path
) -> None:
    """There were no drafts and no try-outs then; the migrations that make them run after the rows are loaded."""
    new = {"programme_draft", "programme_tryout"}
    told = manifest(made)
    earlier = [(app, name) for app, name in told.migrations if app != "publishing" or name < "0004"]
    tables = {name: table for name, table in told.tables.items() if name not in new}
    assert len(earlier) < len(told.migrations) and new <= told.tables.keys()
    done = third_house("restore", str(_remade(made, tmp_path / "earlier.zip", lambda _: earlier, tables)))
    assert done.returncode == 0, done.stderr
    with psycopg.connect(owner_url(third_house)) as connection:
        now = connection.execute("SELECT app, name FROM django_migrations").fetchall()
    assert set(now) == set(told.migrations)
    assert ask(third_house, "SELECT count(*) FROM event") == 6
    assert ask(third_house, "SELECT count(*) FROM programme_tryout") == 0


def test_a_database_without_tables_has_nothing_to_back_up(urls: Any, tmp_path: Path) -> None:
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        name = f"empty_{os.getpid()}"
        connection.execute(f"CREATE DATABASE {name}")
        try:
            with pytest.raises(BackupRefused) as refused:
                back_up(urls.owner.replace("/regulars?", f"/{name}?"), tmp_path / "b.zip", NOW)
            assert refused.value.code == "no_tables" and list(tmp_path.iterdir()) == []
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.older_postgres
def test_a_backup_moves_to_an_own_postgresql_15_and_goes_on_there(shop: Any, made: Path, older_postgres: Any) -> None:
    there = {"DATABASE_URL": older_postgres.app, "DATABASE_OWNER_URL": older_postgres.owner}
    done = shop("restore", str(made), **there)
    assert done.returncode == 0, done.stderr
    (shop.folder / "erik.csv").write_text("member,event,at,line,quantity,net\nErik,e,2026-08-05 10:00:00,1,1,5.00\n")
    done = shop("import", "erik.csv", "--source", "till", "--members", "create", **there)
    assert done.returncode == 0, done.stderr
    assert "4 accounts" in shop("prove", **there).stdout
    with psycopg.connect(older_postgres.owner) as connection:
        assert connection.info.server_version // 10_000 == 15
