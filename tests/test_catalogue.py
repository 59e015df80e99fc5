"""The schema as PostgreSQL holds it: every table known, append-only where it says so. `test_distributed.py` is beside it."""

from __future__ import annotations

import pytest
from django.db import connection

OURS = {
    "account", "member", "member_number", "member_email", "sign_in_link", "event", "event_key", "quarantine",
    "import_run", "programme_version", "installation", "api_key", "audit", "kept_answer", "entry", "tier_move", "lot",
    "balance", "standing", "programme_closing", "programme_draft", "programme_tryout", "month_closing",
    "till_total", "message", "opening_run", "proposal", "missing_purchase", "proof_finding", "month_moved",
    "budget_pool", "budget_lease", "forfeiture", "household", "link_asked",
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


def test_every_table_of_ours_is_known_to_this_test() -> None:
    library = ("auth_", "account_email", "django_", "mfa_", "procrastinate_", "staff")
    found = rows(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
        " AND relnamespace = 'public'::regnamespace"
    )
    assert {name for (name,) in found if not name.startswith(library)} == OURS


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
