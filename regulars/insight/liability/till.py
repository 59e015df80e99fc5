"""A till's own totals, as a CSV file: day, store, count, net. Pure; docs/finance.md describes the file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import StringIO

from regulars.kit.speaking import phrase, worded

COLUMNS = ("day", "store", "count", "net")
#: More rows than that are no month of any shop.
MOST_ROWS = 100_000
_LARGEST = 10**15
_AMOUNT = re.compile(r"[+-]?[0-9]{1,17}(\.[0-9]{1,9})?")
#: No event is dated before that either.
FIRST_DAY = date(1972, 1, 1)
#: So many faults are told.
_MOST_FAULTS = 20


class TillRefused(ValueError):
    """The file cannot be read: `faults` say where and what to do. Nothing of it is taken."""

    code = "till_file"

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


class _Fault(ValueError):
    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class TillTotal:
    """What a till counted on a day in a store: receipts of members, and purchases less returns in minor units."""

    day: date
    store: str
    receipts: int
    net: int


def read_totals(text: str, digits: int, today: date) -> list[TillTotal]:
    """The totals of a CSV text with the columns of COLUMNS in any order; amounts have `digits` decimals at most, and
    no day lies after `today`.

    Comma or semicolon separates, a point marks the decimals. Raises TillRefused with every fault, twenty at most.
    """
    lines = StringIO(text.lstrip("\ufeff"), newline=None)
    head = lines.readline()
    lines.seek(0)
    rows = csv.reader(lines, delimiter=";" if ";" in head else ",")
    try:
        return _read(rows, digits, today)
    except csv.Error:
        sentence = worded("Line {line} is no line of a CSV file: look at its quotes.", line=rows.line_num)
        raise TillRefused([sentence]) from None


def _read(rows: Iterator[list[str]], digits: int, today: date) -> list[TillTotal]:
    names = [name.strip().lower() for name in next(rows, [])]
    missing = [name for name in COLUMNS if names.count(name) != 1]
    if missing:
        told = worded(
            "The first line names each of the columns {columns} once; look at: {missing}.",
            columns=", ".join(COLUMNS), missing=", ".join(missing),
        )  # fmt: skip
        raise TillRefused([told])
    found: dict[tuple[date, str], TillTotal] = {}
    faults: list[str] = []
    for number, row in enumerate(rows, start=2):
        if number > MOST_ROWS + 1:
            faults.append(worded("There are more than {most} rows: send fewer days at once.", most=MOST_ROWS))
        if len(faults) >= _MOST_FAULTS:
            break
        if not any(cell.strip() for cell in row):
            continue
        try:
            total = _total(dict(zip(names, (cell.strip() for cell in row), strict=False)), digits, today)
        except _Fault as fault:
            faults.append(worded("Line {line}: {fault}", line=number, fault=fault.sentence))
            continue
        if found.setdefault((total.day, total.store), total) is not total:
            twice = worded(
                "Line {line}: {day} in {store} is there twice.",
                line=number, day=total.day.isoformat(), store=total.store or phrase("no store"),
            )  # fmt: skip
            faults.append(twice)
    if not found and not faults:
        faults.append(worded("There is no row below the first line."))
    if faults:
        raise TillRefused(faults)
    return list(found.values())


def _total(row: dict[str, str], digits: int, today: date) -> TillTotal:
    absent = [name for name in COLUMNS if name not in row]
    if absent:
        raise _Fault(worded("This is missing: {columns}.", columns=", ".join(absent)))
    day = _day(row["day"])
    if not FIRST_DAY <= day <= today:
        raise _Fault(worded("{day} is not between {first} and today.", day=day, first=FIRST_DAY))
    if "\0" in row["store"]:
        raise _Fault(worded("The store has a character that cannot be kept."))
    if not (row["count"].isascii() and row["count"].isdigit() and len(row["count"]) <= 12):
        raise _Fault(worded("'{told}' is no count; write a whole number.", told=row["count"]))
    amiss = worded("'{told}' is no amount; write 1234.50.", told=row["net"])
    if not _AMOUNT.fullmatch(row["net"]):
        raise _Fault(amiss)
    minor = Decimal(row["net"]).scaleb(digits)
    if abs(minor) > _LARGEST:
        raise _Fault(amiss)
    if minor != int(minor):
        raise _Fault(worded("'{told}' has more than {digits} decimals.", told=row["net"], digits=digits))
    return TillTotal(day, row["store"], int(row["count"]), int(minor))


def _day(told: str) -> date:
    with suppress(ValueError):
        day = date.fromisoformat(told)
        if day.isoformat() == told:
            return day
    raise _Fault(worded("'{told}' is no day; write 2026-05-31.", told=told))
