"""Posting: the only writer of the ledger.

It turns the kernel's outcomes into rows: entries and tier moves as they are, lots, balances and standing as the
entries leave them. All of a call is written in the caller's transaction, beside the events it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
from regulars.kit.binding import Kinds, ask, columns, write_rows
from regulars.kit.copying import day, document, instant
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


class Posting:
    """What one account gets: its standing after the fold, and (version, event or None, outcome) in order."""

    __slots__ = ("account", "held", "kernel", "outcomes")

    def __init__(
        self, account: int, held: Held, kernel: Kernel, outcomes: list[tuple[int, UUID | None, Outcome]]
    ) -> None:
        self.account = account
        self.held = held
        self.kernel = kernel
        self.outcomes = outcomes


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


def post(postings: Sequence[Posting]) -> None:
    """Write the outcomes of several accounts, each locked by the caller, in the caller's transaction."""
    postings = sorted(postings, key=lambda posting: posting.account)
    _make_partitions(postings)
    write_rows("entry", ENTRY, _entry_rows(postings))
    write_rows("tier_move", MOVE, _move_rows(postings))
    made: list[tuple[Any, ...]] = []
    changed: list[tuple[Any, ...]] = []
    for posting in postings:
        _lots(posting, made, changed)
        _pots(posting)
    write_rows("lot", LOT, made)
    if changed:
        ask(_CHANGE, columns(CHANGE, changed))
    _upsert("balance", BALANCE, 2, _balance_rows(postings))
    _upsert("standing", STANDING, 1, [_standing_row(posting) for posting in postings])


def _make_partitions(postings: Sequence[Posting]) -> None:
    first = last = 0
    for posting in postings:
        for _, _, outcome in posting.outcomes:
            for entry in outcome.entries:
                own = entry.day
                if own > last:
                    last = own
                if own < first or not first:
                    first = own
    if last:
        make_partitions(first, last)


def make_partitions(first_day: int, last_day: int) -> None:
    """Make room for entries of these local days."""
    # A local day reaches into its neighbours in UTC.
    first, last = date.fromordinal(first_day - 1), date.fromordinal(last_day + 1)
    months = range(first.year * 12 + first.month, last.year * 12 + last.month + 1)
    connection.ensure_connection()
    there = _THERE.setdefault(connection.connection, set())
    if there.issuperset(months):
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_partitions(%s, %s)", [first, last])
    transaction.on_commit(lambda: there.update(months))


def _entry_rows(postings: Iterable[Posting]) -> Iterator[list[Any]]:
    for posting in postings:
        account = posting.account
        for version, event, outcome in posting.outcomes:
            id = bytes_of(event) if event else None
            for e in outcome.entries:
                lots = e.lots
                yield [
                    account, e.seq, instant(e.at), id if e.event else None, version, e.currency, e.kind, e.source,
                    e.target, e.amount, e.rule.id if e.rule else None, e.base, e.granted,
                    e.shares() if e.weights else None, [part for lot in lots for part in lot] if lots else None,
                    day(e.available_day) if e.available_day else None,
                    day(e.expires_day) if e.expires_day else None, e.reverses or None,
                ]  # fmt: skip


def _move_rows(postings: Iterable[Posting]) -> Iterator[tuple[Any, ...]]:
    for posting in postings:
        for version, event, outcome in posting.outcomes:
            for m in outcome.moves:
                yield (
                    posting.account, m.seq, instant(m.at), bytes_of(event) if event and m.event else None, version,
                    m.source, m.target, m.why, m.progress, day(m.until_day) if m.until_day else None,
                )  # fmt: skip


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


class _Change:
    """What a posting does to a lot that was there before; days are 0 where they stay."""

    __slots__ = ("available_day", "expires_day", "opened", "took")

    def __init__(self) -> None:
        self.took = 0
        self.opened = False
        self.available_day = 0
        self.expires_day = 0


def _lots(posting: Posting, made: list[tuple[Any, ...]], changed: list[tuple[Any, ...]]) -> None:
    lots: dict[tuple[str, int], LotRow] = {}
    older: dict[tuple[str, int], _Change] = {}
    for version, _, outcome in posting.outcomes:
        for entry in outcome.entries:
            for seq, points in follow(lots, entry, version):
                change = older.get((entry.currency, seq))
                if change is None:
                    change = older[entry.currency, seq] = _Change()
                if entry.kind == ACTIVATION:
                    change.opened = True
                change.took += points * took(entry)
                change.available_day = entry.available_day or change.available_day
                change.expires_day = entry.expires_day or change.expires_day
    for (currency, seq), row in lots.items():
        made.append(
            (
                posting.account, currency, seq, row.amount, row.remaining, row.pending, day(row.earned_day),
                day(row.available_day), day(row.expires_day) if row.expires_day else None, row.version,
            )
        )  # fmt: skip
    for (currency, seq), change in older.items():
        available, expires = (day(one) if one else None for one in (change.available_day, change.expires_day))
        changed.append((posting.account, currency, seq, change.took, change.opened, available, expires))


def move(pots: dict[str, dict[str, int]], currency: str, source: str, target: str, amount: int) -> None:
    """Let one movement do to the pots of an account what it does."""
    row = pots.get(currency)
    if row is None:
        row = pots[currency] = dict.fromkeys(POTS, 0)
    row[source] -= amount
    row[target] += amount


def _pots(posting: Posting) -> None:
    pots = posting.held.pots
    for _, _, outcome in posting.outcomes:
        for entry in outcome.entries:
            move(pots, entry.currency, entry.source, entry.target, entry.amount)


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
