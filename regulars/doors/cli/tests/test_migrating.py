"""Bringing tables up to date beside people who work: one process at a time, and nobody waits behind a migration."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from psycopg.errors import DeadlockDetected

from regulars.doors.cli import house as opening
from regulars.doors.cli.house import bring_up_to_date, known_migrations
from regulars.doors.cli.migrate import migrate
from regulars.doors.cli.tests.conftest import _drop, _for
from regulars.doors.cli.tests.writing_beside import MEMBERS, NOW, Tills, TodaysTills, furnish
from regulars.exchange.budgets.agreeing import budgets_agree
from regulars.exchange.earning.recording import RECORDED, take
from regulars.exchange.earning.tests.cast import purchase
from regulars.exchange.ledger.proving import prove
from regulars.ground.members.finding import find
from regulars.kit import database
from regulars.kit.postgres import EmbeddedError

#: The rooms of the first program; of each, its first two migrations.
FIRST_ROOMS = {"access", "activity", "installation", "ledger", "members", "messaging", "publishing"}
#: Of so many states between the first program's and the newest the tables are brought up to date.
STATES = 12 if os.environ.get("REGULARS_DEEP") else 1
#: What the tables of the first program lack for this one to take purchases.
NEEDED = {
    "publishing": "0003_closings",
    "members": "0005_households",
    "ledger": "0004_last_event",
    "forfeitures": "0001_tables",
    "budgets": "0002_drawn",
}


def earliest() -> set[opening.Migration]:
    """The tables of the first program, and of the libraries it stands on."""
    nodes = MigrationLoader(None).graph.nodes
    return {
        (app, name) for (app, name), migration in nodes.items()
        if not migration.__module__.startswith("regulars.") or (app in FIRST_ROOMS and name < "0003")
    }  # fmt: skip


def silently(step: str, sentence: str) -> None:
    """Nobody listens."""


@contextmanager
def django_on(urls: Any, name: str) -> Iterator[None]:
    """Django, in this process, on another database for a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", _for(urls.app, name))
        patch.setenv("DATABASE_OWNER_URL", _for(urls.owner, name))
        connections.close_all()
        for alias, parts in database.connections().items():
            for key, value in parts.items():
                patch.setitem(connections.settings[alias], key, value)
        yield
        connections.close_all()
        ContentType.objects.clear_cache()


@pytest.fixture(scope="module")
def first_tables(urls: Any, django_db_blocker: Any) -> Iterator[str]:
    """A database as the first program left it, from which each test gets its own: nobody works here."""
    name = f"first_{uuid4().hex[:12]}"
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        owner.execute(f'CREATE DATABASE "{name}"')
        with django_db_blocker.unblock(), django_on(urls, name):
            bring_up_to_date(silently, earliest())
        furnish(_for(urls.app, name))
        yield name
        _drop(owner, name)


@pytest.fixture
def old_house(urls: Any, first_tables: str, django_db_blocker: Any) -> Iterator[str]:
    """A database of the first program, with Django on it; answers the address of its application."""
    name = f"old_{uuid4().hex[:12]}"
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        owner.execute(f'CREATE DATABASE "{name}" TEMPLATE "{first_tables}"')
        with django_db_blocker.unblock(), django_on(urls, name):
            yield _for(urls.app, name)
        _drop(owner, name)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is waited for longer than a test has."""
    monkeypatch.setattr(opening, "LOCK_WAIT", "100ms")
    monkeypatch.setattr(opening, "PAUSE_S", 0)
    monkeypatch.setattr(opening, "GLANCE_S", 0.01)


def look_long(somebody: psycopg.Connection[Any]) -> None:
    """Somebody reads balances, and would be sent away in the end if a test waited for them for ever."""
    somebody.execute("SET idle_in_transaction_session_timeout = '60s'")
    somebody.execute("SELECT FROM balance")


def done() -> set[opening.Migration]:
    """The migrations that were carried out."""
    return set(MigrationExecutor(connections["owner"]).loader.applied_migrations)


def states(most: int) -> list[Collection[opening.Migration]]:
    """So many states between the first tables and the newest, in the order in which migrations come."""
    loader = MigrationExecutor(connections["owner"]).loader
    order = MigrationExecutor(connections["owner"]).migration_plan(loader.graph.leaf_nodes())
    later = [(migration.app_label, migration.name) for migration, _ in order]
    return [earliest() | set(later[: place * len(later) // most]) for place in range(most)]


def test_one_process_after_the_other_brings_the_tables_up_to_date(old_house: str, hasty: None) -> None:
    wanted = earliest() | {("access", "0003_binding")}
    heard = []
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as other:
        other.execute("SELECT pg_advisory_lock(hashtext('regulars migrations'))")

        def until_it_has_ended(step: str, sentence: str) -> None:
            heard.append(step)
            if step == "waiting":
                assert done() == earliest()
                # An index built by the other one waits for every statement under way: ours is none.
                asked = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                assert other.execute(asked).fetchone() == (0,)
                other.close()

        bring_up_to_date(until_it_has_ended, wanted)
    assert heard == ["migrating", "waiting"] and done() == wanted


def test_a_migration_that_finds_a_table_in_use_gives_way_and_comes_again(
    old_house: str, hasty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "ATTEMPTS", 2)
    wanted, heard = earliest() | {("ledger", "0003_more_pots")}, []
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as somebody:
        look_long(somebody)
        with pytest.raises(EmbeddedError, match="pg_stat_activity") as refused:
            bring_up_to_date(lambda step, sentence: heard.append(step), wanted)
        assert refused.value.code == "tables_busy" and heard == ["migrating", "waiting", "waiting"]
        # Nothing stands in the way of others once it has given up.
        with psycopg.connect(old_house) as other:
            other.execute("SET lock_timeout = '1ms'")
            other.execute("SELECT FROM balance")
    assert done() == earliest()
    bring_up_to_date(silently, wanted)
    assert done() == wanted


def test_a_migration_that_met_somebody_who_waited_for_it_comes_again(
    old_house: str, hasty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    met, wanted, heard = iter([DeadlockDetected()]), earliest() | {("access", "0003_binding")}, []
    whole = opening._migrate

    def meet(state: Collection[opening.Migration] | None) -> None:
        for deadlock in met:
            raise OperationalError from deadlock
        whole(state)

    monkeypatch.setattr(opening, "_migrate", meet)
    bring_up_to_date(lambda step, sentence: heard.append(step), wanted)
    assert heard == ["migrating", "waiting"] and done() == wanted


@pytest.mark.parametrize("place", range(STATES))
def test_tills_sell_while_the_tables_are_brought_up_to_date(old_house: str, hasty: None, place: int) -> None:
    bring_up_to_date(silently, states(STATES)[place])
    begun = done()
    waited = 0
    with Tills(old_house) as tills, psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as somebody:
        tills.all_go_on()
        if ("ledger", "0003_more_pots") not in begun:
            look_long(somebody)  # which the ledger's new columns wait for

        def until_it_ends(step: str, sentence: str) -> None:
            nonlocal waited
            if step == "waiting":
                waited += 1
                tills.all_go_on()  # though somebody else has the table, and the migration wants it
                if waited == 2:
                    somebody.rollback()

        bring_up_to_date(until_it_ends)
        tills.all_go_on()
    assert tills.errors == [] and done() == known_migrations()
    assert waited >= 2 or ("ledger", "0003_more_pots") in begun
    sold = sum(tills.sold)
    proof = prove()
    assert (proof.differences, proof.accounts, proof.entries) == ((), len(MEMBERS), sold)
    # What is here now goes on from there.
    (result,) = take([purchase("Ada", "2026-05-05 10:00", 100, currency="EUR")], "till", NOW, create=False)
    assert result.status == RECORDED and prove().differences == ()
    assert {found.number for found in find("ærø").members} == set(MEMBERS)


def test_tills_of_today_sell_as_soon_as_the_tables_have_what_they_need(old_house: str, hasty: None) -> None:
    needed = {(app, name) for app, name in known_migrations() if name <= NEEDED.get(app, "")}
    bring_up_to_date(silently, earliest() | needed)
    with TodaysTills(old_house) as tills:
        tills.all_go_on()
        bring_up_to_date(silently)
        tills.all_go_on()
    assert tills.errors == [] and done() == known_migrations()
    proof = prove()
    assert (proof.differences, proof.entries) == ((), sum(tills.sold))
    assert budgets_agree() == []


def test_what_older_servers_left_out_beside_a_migration_is_completed_when_they_have_ended(
    old_house: str, hasty: None, capsys: pytest.CaptureFixture[str]
) -> None:
    bring_up_to_date(silently, earliest() | {("budgets", "0001_tables")})
    with Tills(old_house, drawing=True) as tills:
        tills.all_go_on()
        bring_up_to_date(silently)
        tills.all_go_on()
        with psycopg.connect(old_house) as older:
            older.execute("UPDATE member SET whole_key = '', family_key = '' WHERE number = 'Ada'")
    assert tills.errors == [] and budgets_agree() != []
    with TodaysTills(old_house) as todays:
        todays.all_go_on()
        migrate(complete=True)
        todays.all_go_on()
    assert todays.errors == [] and budgets_agree() == [] and prove().differences == ()
    assert {found.number for found in find("ærø").members} == set(MEMBERS)
    assert "found by name from now on: 1." in capsys.readouterr().out
