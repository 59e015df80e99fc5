"""Openings in a file: what each member brings along from another system, row by row, and the totals it comes to.

One row is one lot, one debt, or one part of the progress towards a tier; what is said of the member stands in any of
their rows. docs/migrating.md is the same in prose. Nothing here touches the database.
"""

from __future__ import annotations

import csv
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from regulars.engine.events import OpenedLot, Opening
from regulars.ground.activity.cells import Unreadable, absent_day, read_cell, shown
from regulars.ground.activity.contract import Fault, FileRefused, Kind, Terms
from regulars.ground.activity.pieces import Piece
from regulars.ground.activity.rejects import Reject, RejectedRow
from regulars.ground.activity.sources import check_columns, open_source
from regulars.kit.speaking import listed, phrase, worded

#: What is said of the member: in one of the rows, or the same in several.
OF_THE_MEMBER = {
    "tier": Kind.TEXT, "tier_until": Kind.DATE, "joined_on": Kind.DATE, "last_active_on": Kind.DATE,
}  # fmt: skip
COLUMNS = {
    "member": Kind.ID, "currency": Kind.TEXT, "points": Kind.POINTS, "earned_on": Kind.DATE,
    "available_on": Kind.DATE, "expires_on": Kind.DATE, "debt": Kind.POINTS, "progress": Kind.INTEGER,
    "progress_on": Kind.DATE, **OF_THE_MEMBER,
}  # fmt: skip
TOTALS = ("total", "of", "value")
COUNTED = ("members", "lots", "points", "debt", "tier")
#: What a file comes to, by (total, of what): `members`, `lots`; `points` and `debt` of a currency; members of a `tier`.
Totals = Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Ground:
    """What the rows are read by: the reader's terms, the currency where none is named, whether progress is money, and
    the lowest tier (empty: there are none)."""

    terms: Terms
    currency: str
    money: bool
    lowest: str


@dataclass(slots=True)
class Brought:
    """What one member brings along; days are proleptic ordinals, 0 where none is told. `rows` are those of the file,
    from 1, with their physical lines (0: it has none)."""

    member: str
    rows: list[tuple[int, int]] = field(default_factory=list)
    lots: list[OpenedLot] = field(default_factory=list)
    debts: dict[str, int] = field(default_factory=dict)
    progress: dict[int, int] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)

    def day(self, name: str) -> int:
        """A day that is said of the member; 0 for none."""
        told = self.said.get(name)
        return told.toordinal() if isinstance(told, date) else 0

    def opening(self, today: int) -> Opening:
        """The same for the kernel, where days that are not told are `today`; the tier and its last day go beside it."""
        lots = tuple(
            lot._replace(earned_day=lot.earned_day or today, available_day=lot.available_day or lot.earned_day or today)
            for lot in self.lots
        )
        progress: Counter[int] = Counter()
        for on, amount in self.progress.items():
            progress[on or today] += amount
        days = (self.day("joined_on"), self.day("last_active_on"))
        return Opening(lots, tuple(self.debts.items()), tuple(sorted(progress.items())), *days)


@dataclass(slots=True)
class File:
    """A file that was read: members in its order, and what is wrong with rows."""

    members: dict[str, Brought] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    rows: int = 0

    def totals(self, lowest: str) -> Totals:
        """What all of it comes to."""
        found: Totals = Counter()
        for one in self.members.values():
            found["members", ""] += 1
            found["lots", ""] += len(one.lots)
            for lot in one.lots:
                found["points", lot.currency] += lot.points
            for currency, points in one.debts.items():
                found["debt", currency] += points
            if tier := one.said.get("tier") or lowest:
                found["tier", tier] += 1
        return found


def read_openings(path: Path, ground: Ground) -> File:
    """Read a file (CSV, Parquet or JSON Lines, plain or gzip). A row that cannot be read is told in `rejects`.

    Raises FileRefused where nothing of it can be read: `missing_column`, `unknown_column`, and those of any file.
    """
    file = File()
    with tempfile.TemporaryDirectory(prefix="regulars-") as scratch:
        source = open_source(path, ",", Path(scratch))
        for piece in source.pieces(None):
            names = piece.frame.columns
            check_columns(names, COLUMNS)
            for place, cells in enumerate(piece.frame.iter_rows()):
                _row(file, piece, place, dict(zip(names, cells, strict=True)), ground)
            file.rows += piece.frame.height
        if source.truncated:
            raise FileRefused([source.truncated])
    return file


def read_totals(path: Path) -> Totals:
    """The control totals, as the other system counts them. Raises FileRefused `bad_totals`."""
    found: Totals = Counter()
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        if tuple(rows.fieldnames or ()) != TOTALS:
            raise _bad_totals(1, phrase("the columns are {columns}", columns=", ".join(TOTALS)))
        for number, row in enumerate(rows, start=2):
            total, of, value = ((row[name] or "").strip() for name in TOTALS)
            if total not in COUNTED or (total, of) in found:
                raise _bad_totals(
                    number, phrase("each total is {totals}, and stands there once", totals=listed(COUNTED, "or"))
                )
            if not value.isascii() or not value.isdigit():
                raise _bad_totals(number, phrase("a value is a whole number"))
            found[total, of] = int(value)
    return found


def differences(told: Totals, found: Totals) -> list[tuple[str, str, int, int]]:
    """(total, of, as told, as found) wherever they are not the same; what is not told is zero."""
    keys = sorted({*told, *found})
    return [(*key, told[key], found[key]) for key in keys if told[key] != found[key]]


def _bad_totals(line: int, why: str) -> FileRefused:
    said = worded("Line {line} of the control totals cannot be read: {why}.", line=line, why=why)
    return FileRefused([Fault("bad_totals", said)])


def _row(file: File, piece: Piece, place: int, raw: Mapping[str, Any], ground: Ground) -> None:
    faults = [piece.broken[place]] if place in piece.broken else []
    row: dict[str, Any] = {}
    for name, cell in raw.items() if not faults else ():
        try:
            row[name] = _cell(name, cell, ground)
        except Unreadable as error:
            faults.append(Fault(error.code, error.sentence, name, 0))
    member = row.get("member") or ""
    if not faults and not member:
        faults.append(Fault("missing_member", worded("Every row names its member."), "member", 0))
    if not faults:
        one = file.members.setdefault(member, Brought(member))
        one.rows.append((piece.first + place, piece.places[place] if piece.places else 0))
        faults = list(_put(one, row, ground))
    if faults:
        line = piece.places[place] if piece.places else 0
        rejected = RejectedRow(piece.first + place, line, dict(raw))
        file.rejects.append(Reject(member, "", "opening", tuple(faults), (rejected,)))


def _cell(name: str, cell: Any, ground: Ground) -> Any:
    kind = Kind.MONEY if name == "progress" and ground.money else COLUMNS[name]
    try:
        return read_cell(kind, name, cell, ground.terms)
    except Unreadable as error:
        if kind == Kind.DATE:
            sentence = worded("`{name}` is {cell}: write a day like 2026-12-24.", name=name, cell=shown(cell))
            raise Unreadable("bad_date", absent_day(name, cell) or sentence) from error
        if kind == Kind.INTEGER:
            sentence = worded(
                "`{name}` is {cell}: write a whole number, as tiers count here.", name=name, cell=shown(cell)
            )
            raise Unreadable("bad_progress", sentence) from error
        raise


def _put(one: Brought, row: Mapping[str, Any], ground: Ground) -> Iterator[Fault]:
    """Add a row to what its member brings along; yields what cannot be added."""
    for name in OF_THE_MEMBER:
        told = row.get(name)
        if told is not None and one.said.setdefault(name, told) != told:
            said = worded("Another row of this member says otherwise of `{name}`.", name=name)
            yield Fault("told_differently", said, name, 0)
    currency = row.get("currency") or ground.currency
    if row.get("points") and row.get("debt"):
        yield Fault("points_and_debt", worded("A row is a lot or a debt: write two rows."), "debt", 0)
    elif (row.get("points") or row.get("debt")) and not currency:
        said = worded("The programme has several currencies: say which one is meant.")
        yield Fault("unknown_currency", said, "currency", 0)
    elif row.get("points"):
        earned, available, last = (
            row[name].toordinal() if row.get(name) else 0 for name in ("earned_on", "available_on", "expires_on")
        )
        lot = OpenedLot(currency, row["points"], earned, available, last)
        if lot in one.lots:
            said = worded("The same lot stands in another row: if it is another one, add them up.")
            yield Fault("told_twice", said, "", 0)
        one.lots.append(lot)
    elif row.get("debt") and currency in one.debts:
        said = worded("Another row says what is owed in this currency: add them up.")
        yield Fault("told_twice", said, "debt", 0)
    elif row.get("debt"):
        one.debts[currency] = row["debt"]
    if row.get("progress") is not None:
        on = row["progress_on"].toordinal() if row.get("progress_on") else 0
        if on in one.progress:
            said = worded("Another row says the progress of this day: add them up.")
            yield Fault("told_twice", said, "progress", 0)
        one.progress[on] = row["progress"]
    if not any(row.get(name) for name in ("points", "debt")) and any(
        row.get(name) for name in ("earned_on", "available_on", "expires_on")
    ):
        yield Fault("days_without_points", worded("Days are those of points, and this row has none."), "", 0)
