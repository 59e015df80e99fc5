"""The schema as PostgreSQL holds it: ready to be distributed by account, and append-only where it says so."""

from __future__ import annotations

import pytest
from django.db import connection

#: Tables keyed by something else on purpose: lookups by the value they make unique, and what is not a member's.
LOOKUPS = {"member_number", "member_email", "sign_in_link", "event_key", "audit"}
OURS = {
    "account", "member", "member_number", "member_email", "sign_in_link", "event", "event_key", "quarantine",
    "import_run", "programme_version", "installation", "api_key", "audit", "kept_answer", "entry", "tier_move", "lot",
    "balance", "standing", "programme_closing", "programme_draft", "programme_tryout", "month_closing",
    "till_total",
}  # fmt: skip
APPEND_ONLY = {
    "entry", "tier_move", "event", "event_key", "programme_version", "programme_closing", "audit", "month_closing",
    "till_total",
}  # fmt: skip

pytestmark = pytest.mark.django_db


def rows(query: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def member_scoped() -> set[str]:
    found = rows(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE a.attname = 'account_id' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " AND c.relnamespace = 'public'::regnamespace"
    )
    return {name for (name,) in found}


def test_every_table_of_ours_is_known_to_this_test() -> None:
    library = ("auth_", "account_email", "django_", "mfa_", "procrastinate_", "staff")
    found = rows(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
        " AND relnamespace = 'public'::regnamespace"
    )
    assert {name for (name,) in found if not name.startswith(library)} == OURS


def test_the_account_comes_first_in_every_key_of_a_members_table() -> None:
    keys = rows(
        "SELECT c.relname, i.relname, a.attname FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid"
        " JOIN pg_class i ON i.oid = x.indexrelid"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0]"
        " WHERE x.indisunique AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace"
    )
    wrong = [(t, i) for t, i, first in keys if t in member_scoped() - LOOKUPS and first != "account_id"]
    assert wrong == []
    assert any(table == "entry" for table, _, _ in keys)


def test_the_account_is_a_bigint_and_never_null() -> None:
    wrong = rows(
        "SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE a.attname = 'account_id' AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
        " AND (a.atttypid <> 'bigint'::regtype OR NOT a.attnotnull)"
    )
    assert [name for (name,) in wrong] == ["audit"]  # an act may concern no member


def test_foreign_keys_between_members_tables_carry_the_account() -> None:
    wrong = rows(
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f'"
        " AND confrelid IN ('account'::regclass, 'event'::regclass, 'standing'::regclass)"
        " AND pg_get_constraintdef(oid) NOT LIKE 'FOREIGN KEY (account_id%'"
    )
    assert wrong == []


def test_there_are_no_triggers_and_no_instants_without_zone() -> None:
    assert rows(
        "SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT tgisinternal"
        " AND c.relname = ANY(ARRAY['" + "','".join(sorted(OURS)) + "'])"
    ) == []  # fmt: skip
    assert rows(
        "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE a.atttypid = 'timestamp'::regtype AND c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
    ) == []  # fmt: skip


def test_no_sequence_orders_anything_but_accounts() -> None:
    found = rows("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
    ours = {name for (name,) in found if name.split("_")[0] in {"account", "entry", "event", "lot", "balance", "tier"}}
    assert {name for name in ours if not name.startswith("account_email")} == {"account_number"}


def test_the_application_may_not_rewrite_history() -> None:
    for table in APPEND_ONLY:
        for right in ("UPDATE", "DELETE", "TRUNCATE"):
            ((may,),) = rows(f"SELECT has_table_privilege('regulars_app', '{table}', '{right}')")
            assert not may, f"{right} on {table}"


def test_the_application_may_not_make_tables() -> None:
    ((may,),) = rows("SELECT has_schema_privilege('regulars_app', 'public', 'CREATE')")
    assert not may


def test_no_amount_is_kept_as_a_float() -> None:
    found = rows(
        "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE a.atttypid IN ('float4'::regtype, 'float8'::regtype) AND c.relname = ANY(ARRAY['"
        + "','".join(sorted(OURS)) + "'])"
    )  # fmt: skip
    assert found == []
