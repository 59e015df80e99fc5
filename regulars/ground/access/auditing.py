"""Auditing: the record of every act on a member, kept beside the act itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.transaction import TransactionManagementError

from regulars.kit.ids import uuid7
from regulars.kit.json import encode


def audit(actor: str, act: str, account: int | None, detail: Mapping[str, Any], now: datetime) -> None:
    """Note that `actor` (an e-mail address, `key:` and a name, `member`, `command line`) did `act`.

    `account` is the member's, None for an act on the house itself; `detail` holds plain, non-personal values.
    The row commits with the act, or not at all: raises TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("An audit row belongs to the transaction of its act: open one.")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit (id, at, actor, act, account_id, detail) VALUES (%s, %s, %s, %s, %s, %s::jsonb)",
            [uuid7(now), now, actor, act, account, encode(dict(detail)).decode()],
        )
