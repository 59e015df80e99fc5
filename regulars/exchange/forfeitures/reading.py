"""Reading: the forfeitures that are open, and all of one member."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from regulars.exchange.forfeitures.rules import OPEN, Forfeiture
from regulars.ground.publishing.versions import versions
from regulars.kit.zones import microseconds

_COLUMNS = (
    "account_id, id, currency, points, reason, evidence, notice_days, appeal_days, by_machine, announced_by,"
    " announced_at, state, told_on, told_of, objection, objected_at, decided_by, decided_at, taken, ended_at"
)


def local_day(now: datetime) -> date:
    """The day of an instant in the zone of the programme in force. Raises PublishRefused."""
    at = microseconds(now)
    return date.fromordinal(versions().at(at).kernel.terms.zone.local(at)[0])


def forfeiture(account: int, id: UUID) -> Forfeiture | None:
    """One of a member; None when there is no such."""
    found = _read("account_id = %s AND id = %s", [account, id])
    return found[0] if found else None


def of_member(account: int, limit: int = 50) -> list[Forfeiture]:
    """Those of a member, the newest first."""
    return _read("account_id = %s ORDER BY announced_at DESC, id DESC LIMIT %s", [account, limit])


def open_ones(limit: int = 200) -> list[Forfeiture]:
    """Those of all members that are not at their end, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM forfeiture WHERE state = ANY(%s) ORDER BY announced_at, account_id LIMIT %s",
            [list(OPEN), limit],
        )
        return [Forfeiture(*row) for row in cursor.fetchall()]


def untold(limit: int, after: int = 0) -> list[Forfeiture]:
    """Those of whose state the member was not told yet, from after an account on, one of each."""
    return _read(
        "(account_id, id) IN (SELECT DISTINCT ON (account_id) account_id, id FROM forfeiture WHERE account_id > %s"
        " AND CASE WHEN state IN ('announced', 'objected', 'upheld') THEN told_on IS NULL ELSE told_of <> state END"
        " ORDER BY account_id, id DESC LIMIT %s) ORDER BY account_id",
        [after, limit],
    )


def _read(which: str, values: Sequence[Any]) -> list[Forfeiture]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM forfeiture WHERE {which}", list(values))
        return [Forfeiture(*row) for row in cursor.fetchall()]
