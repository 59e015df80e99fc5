"""One event, row by row: what it says, or every reason why it cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from regulars.engine.events import NOTICE, PURCHASE, REDEMPTION, RETURN
from regulars.ground.activity import contract
from regulars.ground.activity.cells import Unreadable, read_cell, shown
from regulars.ground.activity.contract import (
    COLUMNS,
    EVENT_COLUMNS,
    LINE_COLUMNS,
    ORDER,
    Declared,
    Fault,
    Incoming,
    Kind,
    Terms,
)
from regulars.kit.speaking import worded

#: What a line has where its source says nothing, once another line of the event says something.
FILL = {"quantity": 1, "tax": 0, "shipping": 0}


def line_order(line: str) -> tuple[int, str]:
    """The key by which lines of an event are ordered: "2" before "10", whatever the file's order was."""
    return len(line), line


def judge(
    rows: Sequence[Mapping[str, object]], terms: Terms, declared: Sequence[Declared] = ()
) -> Incoming | list[Fault]:
    """The event that `rows` tell together (one per line item; at least one), or all that is wrong with it.

    A row maps columns of the contract and of `declared` to cells: str, int, bool, Decimal, datetime, date or None
    (float only for whole counts). An empty text is nothing; other names are passed over. The faults come in the
    order of the rows. `rows` of the result stays empty.
    """
    return _Judge(rows, terms, declared).verdict()


def placed(rows: Sequence[Mapping[str, object]], terms: Terms) -> tuple[int, str]:
    """When (microseconds since 1970; 0: nobody knows) and in which store (empty: nobody knows) an event happened that
    is set aside, as far as its rows can be read."""
    return _readable("at", rows, terms) or 0, _readable("store", rows, terms) or ""


def _readable(name: str, rows: Sequence[Mapping[str, object]], terms: Terms) -> Any:
    for row in rows:
        with suppress(Unreadable):
            value = read_cell(COLUMNS[name], name, row.get(name), terms)
            if value is not None:
                return value
    return None


def fill(name: str, values: list[Any], nets: Sequence[int]) -> list[Any]:
    """The line column `name` with its gaps filled where the contract says with what; else as it is."""
    if name == "gross":
        return [net if value is None else value for value, net in zip(values, nets, strict=True)]
    if name in FILL:
        return [FILL[name] if value is None else value for value in values]
    return values


def too_many(lines: int) -> str:
    """What is said of an event with more lines than one may have."""
    return worded(
        "The event has {lines} lines and at most {most} make one event: split it.",
        lines=lines, most=contract.MAX_LINES,
    )  # fmt: skip


@lru_cache(maxsize=64)
def _columns_of(declared: tuple[Declared, ...]) -> tuple[dict[str, Kind], list[str], list[str]]:
    """The kind of every column; the attributes of the whole event, and the columns of a line."""
    kinds = COLUMNS | {one.name: one.kind for one in declared}
    of_order = [one.name for one in declared if one.on == ORDER]
    return kinds, of_order, [*LINE_COLUMNS, *(one.name for one in declared if one.on != ORDER)]


class _Judge:
    def __init__(self, rows: Sequence[Mapping[str, object]], terms: Terms, declared: Sequence[Declared]) -> None:
        self.rows = rows
        self.terms = terms
        self.kinds, self.order_attributes, self.of_line = _columns_of(tuple(declared))
        self.faults: list[Fault] = []
        self.unread: set[tuple[str, int]] = set()

    def verdict(self) -> Incoming | list[Fault]:
        told = {name: self._one(name) for name in [*EVENT_COLUMNS, *self.order_attributes]}
        lines = [self._line(row) for row in range(len(self.rows))]
        self._check_event(told)
        if not self._unread("type"):
            self._check_lines(told["type"] or PURCHASE, lines)
        if self.faults:
            return sorted(self.faults, key=lambda fault: -1 if fault.row is None else fault.row)
        return self._incoming(told, lines)

    def _fault(self, code: str, sentence: str, column: str = "", row: int | None = None) -> None:
        self.faults.append(Fault(code, sentence, column, row))

    def _missing(self, name: str, why: str, row: int) -> None:
        self._fault("missing_value", worded("`{name}` is empty. {why}", name=name, why=why), name, row)

    def _unread(self, name: str) -> bool:
        return any(column == name for column, _ in self.unread)

    def _cell(self, name: str, row: int) -> Any:
        try:
            return read_cell(self.kinds[name], name, self.rows[row].get(name), self.terms)
        except Unreadable as unreadable:
            self._fault(unreadable.code, unreadable.sentence, name, row)
            self.unread.add((name, row))
            return None

    def _line(self, row: int) -> dict[str, Any]:
        """A line's value in every column; most columns are not there."""
        line: dict[str, Any] = dict.fromkeys(self.of_line)
        there = self.rows[row]
        for name in self.of_line:
            if name in there:
                line[name] = self._cell(name, row)
        return line

    def _one(self, name: str) -> Any:
        """The one value of a column that speaks of the whole event; a row may leave it empty."""
        found: Any = None
        first = 0
        for row, there in enumerate(self.rows):
            value = self._cell(name, row) if name in there else None
            if value is None or value == found:
                continue
            if found is None:
                found, first = value, row
                continue
            self._fault(
                "inconsistent_event",
                worded(
                    "The rows of this event disagree about `{name}`: {one} and {other}. Give all rows of an event the "
                    "same value there.",
                    name=name, one=shown(self.rows[first].get(name)), other=shown(self.rows[row].get(name)),
                ),
                name, row,
            )  # fmt: skip
        return found

    def _check_event(self, told: Mapping[str, Any]) -> None:
        for name in contract.REQUIRED:
            if told[name] is None and not self._unread(name):
                self._missing(name, worded("Every event needs `{name}`.", name=name), 0)
        if self._unread("type"):
            return
        kind = told["type"] or PURCHASE
        if kind == RETURN and told["original"] is None and not self._unread("original"):
            self._fault(
                "return_without_original",
                worded("A return names the purchase it takes back: put that event's id in `original`."),
                "original", 0,
            )  # fmt: skip
        if self._unread("points"):
            return
        if kind == REDEMPTION and told["points"] is None:
            said = worded("A redemption needs `points`, a whole number above zero.")
            self._fault("bad_points", said, "points", 0)
        if kind not in (REDEMPTION, NOTICE) and told["points"] is not None:
            self._fault(
                "bad_points",
                worded("Only a redemption spends points: leave `points` empty for the type `{type}`.", type=kind),
                "points", 0,
            )  # fmt: skip

    def _check_lines(self, kind: str, lines: Sequence[Mapping[str, Any]]) -> None:
        if len(lines) > contract.MAX_LINES:
            self._fault("too_many_lines", too_many(len(lines)))
        numbered = any("line" in row for row in self.rows)
        seen: set[str] = set()
        for row, line in enumerate(lines):
            if line["net"] is None:
                if (kind in (PURCHASE, RETURN) or len(lines) > 1) and ("net", row) not in self.unread:
                    why = worded("Each row of a `{type}` is a line with `net`, the amount after discount.", type=kind)
                    self._missing("net", why, row)
                continue
            if kind == RETURN and line["original_line"] is None and ("original_line", row) not in self.unread:
                why = worded("A line of a return names the line of the purchase it takes back.")
                self._missing("original_line", why, row)
            if line["line"] is None:
                if numbered and ("line", row) not in self.unread:
                    why = worded("Where there is a column `line`, each line item has an id there.")
                    self._missing("line", why, row)
            elif line["line"] in seen:
                self._fault(
                    "duplicate_line",
                    worded(
                        "Two rows of this event have the line id {line}: give each its own id, or send the row once.",
                        line=shown(line["line"]),
                    ),
                    "line", row,
                )  # fmt: skip
            else:
                seen.add(line["line"])

    def _incoming(self, told: Mapping[str, Any], lines: list[dict[str, Any]]) -> Incoming:
        if len(lines) == 1 and lines[0]["net"] is None:
            lines = []
        for position, line in enumerate(lines, 1):
            line["line"] = line["line"] or str(position)
        lines.sort(key=lambda line: line_order(line["line"]))
        nets = [line["net"] for line in lines]
        return Incoming(
            member=told["member"],
            id=told["event"],
            type=told["type"] or PURCHASE,
            at=told["at"],
            currency=told["currency"] or self.terms.money,
            lines=[line["line"] for line in lines],
            nets=nets,
            columns=self._columns(lines, nets),
            attributes={name: told[name] for name in self.order_attributes if told[name] is not None},
            store=told["store"] or "",
            channel=told["channel"] or "",
            tendered=told["tendered_points"] or 0,
            points=told["points"] or 0,
            of=told["points_currency"] or "",
            original=told["original"] or "",
        )

    def _columns(self, lines: Sequence[Mapping[str, Any]], nets: list[int]) -> dict[str, list[Any]]:
        columns: dict[str, list[Any]] = {}
        there = {name for row in self.rows for name in row} - {"line", "net"} | {"quantity"}
        for name in self.of_line if lines else ():
            if name in there:
                values = [line[name] for line in lines]
                if name == "quantity" or any(value is not None for value in values):
                    columns[name] = fill(name, values, nets)
        return columns
