"""Try-outs: a draft tried on what happened in the last twelve months. Asked for here, carried out by the worker.

The row is the queue and says how far it is. Whoever carries one out holds a lock of their database session as long as
they live, so what a killed worker left behind is seen and taken up again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from regulars.ground.access.auditing import audit
from regulars.ground.publishing.models import Tryout
from regulars.kit.ids import uuid7
from regulars.programme.loading import load

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
OPEN = (WAITING, RUNNING)
YEAR = timedelta(days=365)
#: After so many beginnings without an end, something is wrong that another one would not mend.
MOST_TAKEN = 3
#: How long one is kept after it was asked for.
RETENTION = timedelta(days=90)


class Cancelled(Exception):
    """The try-out at hand is not wanted any more."""


def ask(text: str, by: str, now: datetime, against: str = "", language: str = "en") -> UUID:
    """Ask for a text to be tried on the last twelve months, and to be compared there with the text `against` (empty, or
    the same: with none), its report in a `language`; answers the id of the try-out.

    What still waits or runs is not tried twice at once, but for another language. Raises ProgrammeError for a
    text with errors.
    """
    load(text)
    against = "" if against == text else against
    same = Tryout.objects.filter(text=text, against=against, language=language, state__in=OPEN).first()
    if same:
        return same.id
    with transaction.atomic():
        tryout = Tryout.objects.create(
            id=uuid7(now), text=text, against=against, since=now - YEAR, until=now, asked_at=now, asked_by=by,
            state=WAITING, language=language,
        )  # fmt: skip
        audit(by, "tryout_asked", None, {"id": str(tryout.id)}, now)
    return tryout.id


def cancel(id: UUID, by: str, now: datetime) -> bool:
    """Say that a try-out is not wanted any more; False when it had ended already."""
    with transaction.atomic():
        ended = Tryout.objects.filter(id=id, state__in=OPEN).update(state=CANCELLED, finished_at=now)
        if ended:
            audit(by, "tryout_cancelled", None, {"id": str(id)}, now)
    return bool(ended)


def take_up(now: datetime) -> Tryout | None:
    """The next one to carry out, the oldest first: one that waits, or one whose worker is gone. None: nothing to do.

    It is ours until `let_go`, or until our database session ends. One that was begun too often fails here.
    """
    for tryout in Tryout.objects.filter(state__in=OPEN).order_by("asked_at").defer("report", "comparison"):
        if not _locked(tryout.id):
            continue
        if tryout.taken >= MOST_TAKEN:
            end(tryout.id, FAILED, now, failure="never_ended")
        elif Tryout.objects.filter(id=tryout.id, state__in=OPEN).update(
            state=RUNNING, phase="", done=0, whole=0, taken=F("taken") + 1
        ):
            return tryout
        let_go(tryout.id)
    return None


def report_progress(id: UUID, phase: str, done: int, whole: int) -> None:
    """Note how far it is. Raises Cancelled when somebody does not want it any more."""
    if not Tryout.objects.filter(id=id, state=RUNNING).update(phase=phase, done=done, whole=whole):
        raise Cancelled


def put_back(id: UUID) -> None:
    """Leave it for whoever comes next: the worker is asked to end. It does not count as begun."""
    Tryout.objects.filter(id=id, state=RUNNING).update(state=WAITING, phase="", taken=F("taken") - 1)


def end(
    id: UUID, state: str, now: datetime, summary: Mapping[str, Any] | None = None, report: str = "", failure: str = "",
    comparison: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Note what it came to: `done` with its figures, its report and its comparison, or `failed` with a code. Not when
    cancelled."""
    Tryout.objects.filter(id=id, state__in=OPEN).update(
        state=state, finished_at=now, summary=dict(summary or {}), report=report, failure=failure,
        comparison=dict(comparison or {}),
    )  # fmt: skip


def attended(id: UUID) -> bool:
    """Whether some worker is carrying it out: one that was killed does so no more, whatever the row says."""
    key = _key(id) % 2**64
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND classid::bigint = %s AND objid::bigint = %s)",
            [key >> 32, key & 0xFFFFFFFF],
        )
        return bool(cursor.fetchone()[0])


def let_go(id: UUID) -> None:
    """Give the lock back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_key(id)])


def forget_tryouts(now: datetime) -> int:
    """Drop what was tried longer ago than anybody looks; says how many."""
    return Tryout.objects.filter(asked_at__lt=now - RETENTION).exclude(state__in=OPEN).delete()[0]


def _locked(id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_key(id)])
        return bool(cursor.fetchone()[0])


def _key(id: UUID) -> int:
    """The lock's number: the random half of the id, as a signed one."""
    return int.from_bytes(id.bytes[8:], "big", signed=True)
