"""The audit row commits with its act, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from regulars.ground.access.auditing import audit

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def acts(actor: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT at, act, account_id, detail ->> 'points' FROM audit WHERE actor = %s", [actor])
        return cursor.fetchall()


def test_an_act_is_noted_with_who_what_and_when(db: None) -> None:
    audit("ada@example.org", "goodwill given", 7, {"points": 50}, NOW)
    assert acts("ada@example.org") == [(NOW, "goodwill given", 7, "50")]


def test_an_act_that_fails_leaves_no_row(committed: None) -> None:
    actor = uuid4().hex
    with pytest.raises(RuntimeError), transaction.atomic():
        audit(actor, "goodwill given", 7, {}, NOW)
        raise RuntimeError
    assert acts(actor) == []


def test_outside_a_transaction_nothing_is_noted(committed: None) -> None:
    with pytest.raises(TransactionManagementError):
        audit("ada", "goodwill given", 7, {}, NOW)
