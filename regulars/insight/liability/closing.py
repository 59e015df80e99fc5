"""Closing: a month's figures are kept for good, and the next month goes on from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from fractions import Fraction
from typing import Any

from django.db import connection, transaction

from regulars.ground.access.auditing import audit
from regulars.ground.publishing.versions import Versions
from regulars.insight.liability.estimating import MILLION, BackTest
from regulars.insight.liability.keeping import recorded
from regulars.insight.liability.months import local_month, open_months
from regulars.insight.liability.movements import month_day, month_name, month_of, version_of
from regulars.insight.liability.rolling import Month, State
from regulars.insight.liability.stating import digest_of, figures_of, plain, state_of
from regulars.kit.json import decode, encode
from regulars.kit.zones import microseconds

#: What the first closing is chained to.
NOTHING_BEFORE = "0" * 64
#: Every closing, beside the digests that the audit has of it; of a month that only the audit has, those.
_ALL = (
    "WITH told AS (SELECT detail ->> 'month' AS name, array_agg(detail ->> 'digest' ORDER BY id) AS digests FROM audit"
    " WHERE act = 'month_closed' GROUP BY 1) SELECT month, at, by, version, figures::text, state::text, after, digest,"
    " coalesce(name, to_char(month, 'YYYY-MM')), coalesce(digests, '{}') FROM month_closing"
    " FULL JOIN told ON name = to_char(month, 'YYYY-MM') ORDER BY 9"
)
_ENTRIES_CHANGED = (
    "Nothing was recorded, and the figures are others: somebody changed entries in the database. Run `regulars prove`,"
    " which says which, before you close."
)
_LATEST = "SELECT digest FROM month_closing ORDER BY month DESC LIMIT 1"


class ClosingRefused(Exception):
    """A month cannot be closed: a stable `code`, and a sentence that says what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Closing:
    """A closed month: when and by whom, under which version, its `figures` and the `state` it left, in plain JSON.

    `digest` is over all of these and over `after`, the digest of the month closed before.
    """

    number: int
    at: datetime
    by: str
    version: int
    figures: dict[str, Any]
    state: dict[str, Any]
    after: str
    digest: str

    @property
    def sound(self) -> bool:
        """Whether it stands as it was closed."""
        told = (month_name(self.number), microseconds(self.at), self.by, self.version)
        return self.digest == digest_of(*told, self.figures, self.state, self.after)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a closed month (`2026-05`): what should be there, and what is."""

    month: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Chain:
    """The `closed` months, oldest first, beside what the audit says: by month (`2026-05`) the digests with which it was
    closed. That is one, and the closing has it."""

    closed: Sequence[Closing]
    told: Mapping[str, Sequence[str]]

    @property
    def faults(self) -> list[Fault]:
        """Where months are no longer as they were closed, do not follow each other, or were taken away; by month."""
        after, found = NOTHING_BEFORE, []
        there = {month_name(one.number): one for one in self.closed}
        for name in sorted({*there, *self.told}):
            one, told = there.get(name), list(self.told.get(name, ()))
            if one and not one.sound:
                found.append(Fault(name, "as it was closed", "changed"))
            if one and one.after != after:
                found.append(Fault(name, f"after {after}", f"after {one.after}"))
            if told != ([one.digest] if one else []):
                found.append(Fault(name, f"closed as {', '.join(told) or 'nothing'}", one.digest if one else "nothing"))
            after = told[-1] if told else one.digest if one else after
        return found

    @property
    def broken(self) -> list[str]:
        """The months of which something is wrong."""
        return sorted({fault.month for fault in self.faults})


@dataclass(frozen=True, slots=True)
class Books:
    """Every month: the `closed` ones and those that are `open`, oldest first, the running one last; and which closed
    ones are `broken`: no longer as they were closed."""

    closed: Sequence[Closing]
    open: Sequence[tuple[dict[str, Any], Month]]
    back_tests: dict[str, Sequence[BackTest]]
    broken: Sequence[str]


def chain() -> Chain:
    """Every closed month, and what the audit says of it, in one view."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL)
        rows = cursor.fetchall()
    return Chain(
        [_closing(row[:8]) for row in rows if row[0] is not None],
        {name: digests for *_, name, digests in rows if digests},
    )


def latest_digest() -> str:
    """The digest of the month that was closed last."""
    with connection.cursor() as cursor:
        cursor.execute(_LATEST)
        row = cursor.fetchone()
    return row[0] if row else NOTHING_BEFORE


def closings() -> list[Closing]:
    """Every closed month, oldest first."""
    return list(chain().closed)


def books(known: Versions, now: datetime, afresh: bool = False) -> Books:
    """Every month as it was closed or as it stands now; `afresh` out of all of the ledger."""
    kept = chain()
    closed = kept.closed
    last = closed[-1] if closed else None
    state = state_of(last.state) if last else State()
    found = open_months(known, now, last.number if last else None, state, _assumed(closed), afresh)
    stated = []
    for month in found.months:
        version = version_of(known, month.number)
        stated.append((figures_of(month, version.kernel.terms.programme, version.number), month))
    return Books(closed, stated, dict(found.back_tests), kept.broken)


def _assumed(closed: Sequence[Closing]) -> dict[str, dict[int, Fraction]]:
    """What was assumed in each closed month of the points given in it, as its figures say."""
    found: dict[str, dict[int, Fraction]] = {}
    for one in closed:
        for currency, figures in one.figures["currencies"].items():
            found.setdefault(currency, {})[one.number] = 1 - Fraction(figures["estimate"]["at_issue"], MILLION)
    return found


def changed_sentence(months: Sequence[str]) -> str:
    """That closed months are no longer as they were closed, and what to do."""
    return (
        f"No longer as closed: {', '.join(months)}. Somebody changed that in the database: compare with your journal"
        " and a backup, and put back what was there."
    )


def seen_of(found: Books, number: int) -> str:
    """The digest of what would be closed with a month: its figures and those of every open month before it."""
    return digest_of(*(figures for figures, month in found.open if month.number <= number))


def close(known: Versions, number: int, seen: str, by: str, now: datetime) -> list[Closing]:
    """Close a month, and every month before it that is still open; answers what was closed, oldest first.

    `seen` is the digest (`seen_of`) of the figures that were looked at. Refused: `month_not_over`, `already_closed`,
    `nothing_to_close` for a month before anything happened, `figures_changed` when they are others by now as something
    was recorded, `entries_changed` when nothing was and they are others all the same, `closing_changed` while a closed
    month is not as it was closed. Raises LedgerUnsound.
    """
    if number >= local_month(version_of(known, number).kernel.terms.programme.header.zone, now):
        raise ClosingRefused("month_not_over", f"{month_name(number)} is not over yet: close it when it is.")
    # What the application records shows in what is kept as well; what somebody changes in the database does not.
    before, kept = _recorded(number), seen_of(books(known, now), number)
    found = books(known, now, afresh=True)
    if found.broken:
        raise ClosingRefused("closing_changed", changed_sentence(found.broken))
    latest = found.closed[-1] if found.closed else None
    if latest and number <= latest.number:
        raise ClosingRefused("already_closed", f"{month_name(number)} is closed already. A closed month never changes.")
    due = [(figures, month) for figures, month in found.open if month.number <= number]
    if not due:
        raise ClosingRefused("nothing_to_close", f"Nothing happened in {month_name(number)} or before.")
    if seen_of(found, number) != seen:
        if kept == seen and _recorded(number) == before:
            raise ClosingRefused("entries_changed", _ENTRIES_CHANGED)
        raise ClosingRefused("figures_changed", "Something was recorded meanwhile: look at the figures once more.")
    after = latest.digest if latest else NOTHING_BEFORE
    closed = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('month_closing'))")
        if latest_digest() != after:
            raise ClosingRefused("already_closed", "Somebody closed a month meanwhile: look at it once more.")
        for figures, month in due:
            one = _write(cursor, figures, month, after, by, now)
            after = one.digest
            closed.append(one)
    return closed


def _recorded(number: int) -> int:
    with connection.cursor() as cursor:
        return recorded(cursor, datetime.combine(month_day(number + 1), time(), UTC))


def _write(cursor: Any, figures: dict[str, Any], month: Month, after: str, by: str, now: datetime) -> Closing:
    state, version = plain(month.state), figures["version"]
    name = month_name(month.number)
    digest = digest_of(name, microseconds(now), by, version, figures, state, after)
    cursor.execute(
        "INSERT INTO month_closing (month, at, by, version, figures, state, after, digest)"
        " VALUES (%s, %s, %s, %s, %s::jsonb, %s::jsonb, %s, %s)",
        [month_day(month.number), now, by, version, encode(figures).decode(), encode(state).decode(), after, digest],
    )
    audit(by, "month_closed", None, {"month": name, "digest": digest}, now)
    return Closing(month.number, now, by, version, figures, state, after, digest)


def _closing(row: tuple[Any, ...]) -> Closing:
    month, at, by, version, figures, state, after, digest = row
    return Closing(month_of(month), at, by, version, decode(figures), decode(state), after, digest)
