"""Posting: the only writer of the ledger.

It turns the kernel's outcomes into rows: entries and tier moves as they are, lots, balances and standing as the
entries leave them. All of a call is written in the caller's transaction, beside the events it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

import psycopg
from django.db import connection, transaction

from regulars.engine.entries import (
    ACTIVATION,
    CAPTURE,
    CLAWBACK,
    DEBT,
    HELD,
    ISSUED,
    PENDING,
    REDEEMED,
    TRANSIT,
    Entry,
    Outcome,
)
from regulars.engine.kernel import Kernel
from regulars.exchange.ledger.assembling import POTS, Held
from regulars.exchange.ledger.packing import packed
from regulars.kit.binding import Kinds, ask, columns, write_parts, write_rows
from regulars.kit.copying import Rows, day, document, instant
from regulars.kit.ids import bytes_of

ENTRY: Final = (
    ("account_id", "int8"), ("seq", "int8"), ("at", "timestamptz"), ("event_id", "uuid"), ("version", "int4"),
    ("currency", "text"), ("kind", "text"), ("source", "text"), ("target", "text"), ("amount", "int8"),
    ("rule", "text"), ("base", "int8"), ("granted", "int8"), ("shares", "int8[]"), ("lots", "int8[]"),
    ("available_on", "date"), ("expires_on", "date"), ("reverses", "int8"),
)  # fmt: skip
MOVE: Final = (
    ("account_id", "int8"), ("seq", "int8"), ("at", "timestamptz"), ("event_id", "uuid"), ("version", "int4"),
    ("source", "text"), ("target", "text"), ("why", "text"), ("progress", "int8"), ("until_on", "date"),
)  # fmt: skip
LOT: Final = (
    ("account_id", "int8"), ("currency", "text"), ("seq", "int8"), ("amount", "int8"), ("remaining", "int8"),
    ("pending", "bool"), ("earned_on", "date"), ("available_on", "date"), ("expires_on", "date"), ("version", "int4"),
)  # fmt: skip
BALANCE: Final = (("account_id", "int8"), ("currency", "text"), *((pot, "int8") for pot in POTS))
STANDING: Final = (
    ("account_id", "int8"), ("seq", "int8"), ("tier", "text"), ("tier_until", "date"), ("progress", "int8"),
    ("last_on", "date"), ("due_on", "date"), ("state", "jsonb"), ("last_event", "uuid"),
)  # fmt: skip
CHANGE: Final = (
    ("account_id", "int8"), ("currency", "text"), ("seq", "int8"), ("points", "int8"), ("opened", "bool"),
    ("available_on", "date"), ("expires_on", "date"),
)  # fmt: skip
_CHANGE: Final = (
    "UPDATE lot SET remaining = lot.remaining - took.points, pending = lot.pending AND NOT took.opened,"
    " available_on = coalesce(took.available_on, lot.available_on),"
    " expires_on = coalesce(took.expires_on, lot.expires_on)"
    " FROM unnest(%s, %s, %s, %s, %s, %s, %s)"
    " AS took (account_id, currency, seq, points, opened, available_on, expires_on)"
    " WHERE lot.account_id = took.account_id AND lot.currency = took.currency AND lot.seq = took.seq"
)
#: The months, counted from the year 0, for which a connection knows that there is room: it was made, and committed.
_THERE: WeakKeyDictionary[psycopg.Connection[Any], set[int]] = WeakKeyDictionary()
#: A day that never comes, as PostgreSQL's date 9999-12-31.
_FAR: Final = date(9999, 12, 31).toordinal()


class LotRow:
    """One lot that this posting makes, as it will stand under that version."""

    __slots__ = ("amount", "available_day", "earned_day", "expires_day", "pending", "remaining", "version")

    def __init__(self, made: Entry, version: int) -> None:
        self.amount = made.amount
        self.remaining = made.amount
        self.pending = made.target == PENDING
        self.earned_day = made.earned_day
        self.available_day = made.available_day
        self.expires_day = made.expires_day
        self.version = version


class _Change:
    """What a posting does to a lot that was there before; days are 0 where they stay."""

    __slots__ = ("available_day", "expires_day", "opened", "took")

    def __init__(self) -> None:
        self.took = 0
        self.opened = False
        self.available_day = 0
        self.expires_day = 0


class Posting:
    """What one account gets, outcome by outcome: rows of entries and tier moves as they will be written, lots and pots
    as they stand after them. Its standing is the fold's (`held`), under the last `kernel`. `packed`: it is one of many
    that come by COPY."""

    __slots__ = ("account", "changed", "days", "entries", "held", "kernel", "made", "moves")

    def __init__(self, account: int, held: Held, kernel: Kernel, packed: bool = False) -> None:
        self.account = account
        self.held = held
        self.kernel = kernel
        self.entries = Rows(ENTRY, packed)
        self.moves = Rows(MOVE, packed)
        self.made: dict[tuple[str, int], LotRow] = {}
        self.changed: dict[tuple[str, int], _Change] = {}
        self.days: set[int] = set()

    def add(self, version: int, event: UUID | None, outcome: Outcome) -> None:
        """Take in what the kernel of a version made of an event (None: of a night by itself). Its rows are made here
        and now, while it is at hand."""
        account, pots, id = self.account, self.held.pots, bytes_of(event) if event else None
        for e in outcome.entries:
            lots = e.lots
            self.entries.add(
                [
                    account, e.seq, instant(e.at), id if e.event else None, version, e.currency, e.kind, e.source,
                    e.target, e.amount, e.rule.id if e.rule else None, e.base, e.granted,
                    e.shares() if e.weights else None, [part for lot in lots for part in lot] if lots else None,
                    day(e.available_day) if e.available_day else None,
                    day(e.expires_day) if e.expires_day else None, e.reverses or None,
                ]
            )  # fmt: skip
            self.days.add(e.day)
            for seq, points in follow(self.made, e, version):
                self._change(e, seq, points)
            move(pots, e.currency, e.source, e.target, e.amount)
        for m in outcome.moves:
            self.moves.add(
                (
                    account, m.seq, instant(m.at), id if m.event else None, version, m.source, m.target, m.why,
                    m.progress, day(m.until_day) if m.until_day else None,
                )
            )  # fmt: skip

    def _change(self, entry: Entry, seq: int, points: int) -> None:
        change = self.changed.get((entry.currency, seq))
        if change is None:
            change = self.changed[entry.currency, seq] = _Change()
        if entry.kind == ACTIVATION:
            change.opened = True
        change.took += points * took(entry)
        change.available_day = entry.available_day or change.available_day
        change.expires_day = entry.expires_day or change.expires_day


def post(postings: Sequence[Posting]) -> None:
    """Write what several accounts get, each locked by the caller, in the caller's transaction."""
    postings = sorted(postings, key=lambda posting: posting.account)
    make_partitions(set().union(*(posting.days for posting in postings)))
    write_parts("entry", ENTRY, [posting.entries for posting in postings])
    write_parts("tier_move", MOVE, [posting.moves for posting in postings])
    write_rows("lot", LOT, [row for posting in postings for row in _made_rows(posting)])
    if changed := [row for posting in postings for row in _changed_rows(posting)]:
        ask(_CHANGE, columns(CHANGE, changed))
    _upsert("balance", BALANCE, 2, _balance_rows(postings))
    _upsert("standing", STANDING, 1, [_standing_row(posting) for posting in postings])


def make_partitions(days: Set[int]) -> None:
    """Make room for entries of these local days: a table for each month that none was made for, and for no other one,
    however far apart the days of a batch may lie."""
    # A local day reaches into its neighbours in UTC.
    reached = (date.fromordinal(day + beside) for day in days for beside in (-1, 1))
    months = {day.year * 12 + day.month - 1 for day in reached}
    connection.ensure_connection()
    there = _THERE.setdefault(connection.connection, set())
    if there.issuperset(months):
        return
    firsts = [date(month // 12, month % 12 + 1, 1) for month in sorted(months - there)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_partitions(first, first) FROM unnest(%s::date[]) AS month (first)", [firsts])
    transaction.on_commit(lambda: there.update(months))


def follow(lots: dict[tuple[str, int], LotRow], entry: Entry, version: int) -> list[tuple[int, int]]:
    """Let one entry do to lots what it does; answers the (seq, points) it took from or opened of unknown lots."""
    if entry.is_lot:
        lots[entry.currency, entry.seq] = LotRow(entry, version)
        return []
    unknown = []
    for seq, points in entry.lots:
        row = lots.get((entry.currency, seq))
        if row is None:
            unknown.append((seq, points))
            continue
        if entry.kind == ACTIVATION:
            row.pending = False
        row.remaining -= points * took(entry)
        row.available_day = entry.available_day or row.available_day
        row.expires_day = entry.expires_day or row.expires_day
    return unknown


def took(entry: Entry) -> int:
    """What an entry does to the lots it names: 1 takes from them, -1 gives back, 0 leaves them as they are."""
    if entry.kind in (ACTIVATION, CAPTURE) or (entry.kind == CLAWBACK and entry.source == HELD):
        return 0  # what is captured, or taken back out of a hold, was taken when it was held
    # What was spent, or went to another member, comes back to its lots; so does what had paid a debt that is no more,
    # had made up for an opening that was withdrawn, or was taken by a return for the other one of a merge.
    return -1 if entry.source in (HELD, REDEEMED, TRANSIT, DEBT, ISSUED) else 1


def _made_rows(posting: Posting) -> list[tuple[Any, ...]]:
    return [
        (
            posting.account, currency, seq, row.amount, row.remaining, row.pending, day(row.earned_day),
            day(row.available_day), day(row.expires_day) if row.expires_day else None, row.version,
        )
        for (currency, seq), row in posting.made.items()
    ]  # fmt: skip


def _changed_rows(posting: Posting) -> list[tuple[Any, ...]]:
    return [
        (
            posting.account, currency, seq, change.took, change.opened,
            day(change.available_day) if change.available_day else None,
            day(change.expires_day) if change.expires_day else None,
        )
        for (currency, seq), change in posting.changed.items()
    ]  # fmt: skip


def move(pots: dict[str, dict[str, int]], currency: str, source: str, target: str, amount: int) -> None:
    """Let one movement do to the pots of an account what it does."""
    row = pots.get(currency)
    if row is None:
        row = pots[currency] = dict.fromkeys(POTS, 0)
    row[source] -= amount
    row[target] += amount


def _balance_rows(postings: Sequence[Posting]) -> list[tuple[Any, ...]]:
    return [
        (posting.account, currency, *(row[pot] for pot in POTS))
        for posting in postings
        for currency, row in sorted(posting.held.pots.items())
    ]


def _standing_row(posting: Posting) -> tuple[Any, ...]:
    standing, terms = posting.held.standing, posting.kernel.terms
    tier = terms.level_ids[standing.tier]
    return (
        posting.account, standing.seq, tier, day(standing.tier_until) if standing.tier_until else None,
        standing.total, day(standing.day or 1), day(min(posting.kernel.due(standing), _FAR)),
        document(packed(standing)), bytes_of(posting.held.last) if posting.held.last else None,
    )  # fmt: skip


def _upsert(table: str, kinds: Kinds, keys: int, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write whole rows in place of those with the same key (the first `keys` columns)."""
    if not rows:
        return
    names = [name for name, _ in kinds]
    given = ", ".join(["%s"] * len(kinds))
    ask(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT * FROM unnest({given})"
        f" ON CONFLICT ({', '.join(names[:keys])}) DO UPDATE SET"
        f" {', '.join(f'{name} = EXCLUDED.{name}' for name in names[keys:])}",
        columns(kinds, rows),
    )
