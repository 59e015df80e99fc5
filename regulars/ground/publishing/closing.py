"""Closing: withdrawing a version before it begins, and replacing a bad one at once, each with a record of why."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from regulars.ground.access.auditing import audit
from regulars.ground.activity.contract import AHEAD_US
from regulars.ground.publishing.models import ProgrammeClosing, ProgrammeVersion
from regulars.ground.publishing.versions import PublishRefused, latest_locked, publish

#: Clocks of tills run ahead, so a version counts as begun a little before it begins.
AHEAD = timedelta(microseconds=AHEAD_US)


def withdraw(number: int, because: str, by: str, now: datetime) -> None:
    """Take back a version before it begins; it is kept, with who, when and `because`, and never counts.

    Refused: `no_reason`, `unknown_version`, `already_closed`, and `has_begun` from five minutes before it begins
    on, as events that close ahead of the clock are recorded under it. Raises PublishRefused.
    """
    reason = _reason(because)
    with transaction.atomic():
        latest_locked()
        version = _open(number)
        if version.effective_at <= now + AHEAD:
            raise PublishRefused("has_begun", f"Version {number} has begun; replace it by a better one.")
        _close(number, now, by, reason, None)
        audit(by, "programme_withdrawn", None, {"number": number, "because": reason}, now)


def replace(text: str, because: str, by: str, now: datetime, base: int, *, allow_devaluation: bool = False) -> int:
    """Publish `text` at once in place of version `base`, which is in force and bad; answers the new number.

    What `base` gave stays given and explained by it. Refused as `publish` refuses, and besides: `no_reason`,
    `unknown_version`, `already_closed`, `not_begun` for one that can simply be withdrawn, and `version_to_come` when
    another would follow that was written from the bad one. No notice is waited for: that is why the reason is on
    record. What members have earned already is left to them all the same, unless `allow_devaluation`. Raises
    ProgrammeError for a text with errors, PublishRefused.
    """
    reason = _reason(because)
    with transaction.atomic():
        latest = latest_locked()
        if latest and latest.number > base and latest.effective_at > now:
            raise PublishRefused("version_to_come", f"Version {latest.number} is to come; withdraw it first.")
        if _open(base).effective_at > now:
            raise PublishRefused("not_begun", f"Version {base} has not begun; withdraw it.")
        number = publish(text, now, by, now, base, keep_notice=False, allow_devaluation=allow_devaluation)
        _close(base, now, by, reason, number)
        audit(by, "programme_replaced", None, {"number": base, "replaced_by": number, "because": reason}, now)
    return number


def _close(number: int, now: datetime, by: str, reason: str, replaced_by: int | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO programme_closing (number, at, by, because, replaced_by) VALUES (%s, %s, %s, %s, %s)",
            [number, now, by, reason, replaced_by],
        )


def _reason(because: str) -> str:
    reason = because.strip()
    if not reason:
        raise PublishRefused("no_reason", "Say why: it stays on record.")
    return reason


def _open(number: int) -> ProgrammeVersion:
    version = ProgrammeVersion.objects.filter(number=number).first()
    if version is None:
        raise PublishRefused("unknown_version", f"There is no version {number}.")
    if ProgrammeClosing.objects.filter(number=number).exists():
        raise PublishRefused("already_closed", f"Version {number} was withdrawn or replaced already.")
    return version
