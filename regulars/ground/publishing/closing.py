"""Closing: withdrawing a version before it begins, and replacing a bad one at once, each with a record of why."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from regulars.ground.access.auditing import audit
from regulars.ground.activity.contract import AHEAD_US
from regulars.ground.publishing.models import ProgrammeClosing, ProgrammeVersion
from regulars.ground.publishing.noticing import owed_now
from regulars.ground.publishing.versions import PublishRefused, latest_locked, publish
from regulars.programme.loading import load

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


def replace(
    text: str, because: str, by: str, now: datetime, base: int, *, worse_now: bool = False,
    allow_devaluation: bool = False,
) -> int:  # fmt: skip
    """Publish `text` at once in place of version `base`, which is in force and bad; answers the new number.

    What `base` gave stays given and explained by it. Refused as `publish` refuses, and besides: `no_reason`,
    `unknown_version`, `already_closed`, `not_begun` for one that can simply be withdrawn, and `version_to_come` when
    another would follow that was written from the bad one. No notice is waited for: that is why the reason is on
    record. Where members are owed one, it is refused unless `worse_now` says that what gets worse was read
    (`worse_unread`), and unless the reason has several words (`reason_too_short`); how many days were owed is on record
    as well. What members have earned already is left to them all the same, unless `allow_devaluation`. Raises
    ProgrammeError for a text with errors, PublishRefused.
    """
    reason = _reason(because)
    with transaction.atomic():
        latest = latest_locked()
        if latest and latest.number > base and latest.effective_at > now:
            raise PublishRefused("version_to_come", f"Version {latest.number} is to come; withdraw it first.")
        bad = _open(base)
        if bad.effective_at > now:
            raise PublishRefused("not_begun", f"Version {base} has not begun; withdraw it.")
        days = owed_now(load(bad.text), load(text))
        if days:
            _check_meant(days, worse_now, reason)
        number = publish(text, now, by, now, base, keep_notice=False, allow_devaluation=allow_devaluation)
        _close(base, now, by, reason, number)
        detail = {"number": base, "replaced_by": number, "because": reason, "notice_days_owed": days}
        audit(by, "programme_replaced", None, detail, now)
    return number


def _check_meant(days: int, worse_now: bool, reason: str) -> None:
    """Whoever gives members no notice of what gets worse has read it, and says why as an allowance does."""
    if not worse_now:
        raise PublishRefused(
            "worse_unread",
            f"Some of this takes something from members, who are owed {days} days of notice: publish it from a later"
            " day, or say that you have read what gets worse and mean it at once (--worse-now).",
            days=days,
        )
    if len(reason.split()) < 2:
        raise PublishRefused("reason_too_short", "Members get no notice of this: say why in several words.")


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
