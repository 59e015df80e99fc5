"""Reading: the forfeitures that are open, and all of one member."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from regulars.exchange.forfeitures.rules import OPEN, Forfeiture
from regulars.ground.members.leading import MERGED, followed, kin_of
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
    """One of a member, or of a number that was merged into theirs; None when there is no such."""
    found = _read("account_id = ANY(%s) AND id = %s", [_whole(account), id])
    return found[0] if found else None


def of_member(account: int, limit: int = 50) -> list[Forfeiture]:
    """Those of a member, and of the numbers that were merged into theirs, the newest first."""
    return _read("account_id = ANY(%s) ORDER BY announced_at DESC, id DESC LIMIT %s", [_whole(account), limit])


def person_of(account: int) -> int:
    """The account of the person who is told: of a number that was merged, the survivor's."""
    return followed([account], (MERGED,))[account]


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


def _whole(account: int) -> list[int]:
    """An account, and those that lead to it because they were merged."""
    kin = kin_of([account])
    ends = followed(kin, (MERGED,)) if len(kin) > 1 else {}
    return [account, *sorted(one for one, end in ends.items() if end == account != one)]


def _read(which: str, values: Sequence[Any]) -> list[Forfeiture]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM forfeiture WHERE {which}", list(values))
        return [Forfeiture(*row) for row in cursor.fetchall()]
