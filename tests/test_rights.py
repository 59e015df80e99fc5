"""What the application may do in the database: append, and never rewrite what happened."""

from __future__ import annotations

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from psycopg.errors import InsufficientPrivilege

pytestmark = pytest.mark.django_db

APPEND_ONLY = (
    "entry", "tier_move", "event", "event_key", "audit", "programme_version", "programme_closing", "month_closing",
    "till_total",
)  # fmt: skip
CHANGES = {
    "entry": "amount = amount + 1", "tier_move": "progress = 0", "event": "net = 0", "event_key": "account_id = 1",
    "audit": "actor = 'nobody'", "programme_version": "text = ''",
    "programme_closing": "because = 'nothing'", "month_closing": "by = 'nobody'", "till_total": "net = 0",
}  # fmt: skip


def refused(statement: str) -> bool:
    """Whether the application's role may not do this."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as error:
        return isinstance(error.__cause__, InsufficientPrivilege)
    return False


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_happened_is_never_rewritten(table: str) -> None:
    assert refused(f"UPDATE {table} SET {CHANGES[table]}")
    assert refused(f"DELETE FROM {table}")
    assert refused(f"TRUNCATE {table}")


def test_no_month_of_entries_can_be_reached_by_itself() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_partitions('2025-01-01', '2025-01-31')")
    for statement in ("SELECT * FROM", "DELETE FROM", "DROP TABLE", "ALTER TABLE entry DETACH PARTITION"):
        assert refused(f"{statement} entry_2025_01")


@pytest.mark.parametrize("table", ["lot", "balance", "standing", "account", "message"])
def test_what_is_derived_may_change_and_never_vanish(table: str) -> None:
    assert refused(f"DELETE FROM {table}")
    assert refused(f"TRUNCATE {table}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE proposal SET points = 1", "UPDATE proposal SET proposed_by = 'x'", "DELETE FROM proposal",
        "UPDATE missing_purchase SET net = 1", "TRUNCATE missing_purchase",
    ],
)  # fmt: skip
def test_what_was_asked_is_answered_and_never_rewritten(statement: str) -> None:
    assert refused(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (n int)",
        "ALTER TABLE entry ADD COLUMN mine int",
        "DROP TABLE quarantine",
        "CREATE OR REPLACE FUNCTION ledger_partitions(first date, last date) RETURNS void LANGUAGE sql AS ''",
        "SET ROLE regulars_owner",
        "UPDATE account SET account_id = 1",
    ],
)
def test_the_application_makes_nothing(statement: str) -> None:
    assert refused(statement)


def test_the_tests_work_under_the_roles_of_the_house(owner: psycopg.Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)")
        assert cursor.fetchone() == ("regulars_app", False)
    assert owner.execute("SELECT current_user").fetchone() != ("regulars_app",)
