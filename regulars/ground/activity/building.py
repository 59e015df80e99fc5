"""From columns to events: many at once, without a dictionary per row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from regulars.ground.activity.arranging import Arranged
from regulars.ground.activity.cells import plain
from regulars.ground.activity.contract import LINE_COLUMNS, MAX_LINES, ORDER, Declared, Incoming, Kind
from regulars.ground.activity.judging import fill
from regulars.ground.activity.parsing import SUSPECT

_NUMBERS = [str(number) for number in range(1, MAX_LINES + 1)]


def build(
    frame: pl.DataFrame, arranged: Arranged, first: int, end: int, declared: Sequence[Declared], money: str
) -> list[Incoming | None]:
    """The events of the units `first` to before `end`, in their order; None for those to be judged by hand.

    `frame` holds the values of `parsing.values_of` and `_row`; `money` is the currency of the programme.
    """
    units = arranged.units.slice(first, end - first)
    begin = int(units["start"][0])
    table = frame[arranged.index.slice(begin, int(units["count"].sum()))]
    starts = units["start"] - begin
    head = _heads(table, starts, declared)
    nets, lines, rows = _listed(table, "net"), _listed(table, "line"), table["_row"].to_list()
    columns = _line_columns(table, starts, units["count"], declared)
    own = [one.name for one in declared if one.on == ORDER and one.name in table.columns]
    attributes = [(name, head(name)) for name in own]
    told = zip(*(head(name) for name in _TOLD), strict=True)
    keys = zip(*(units[name].to_list() for name in ("member", "event", "type", "count", SUSPECT)), strict=True)
    found: list[Incoming | None] = []
    for unit, (start, key, event) in enumerate(zip(starts.to_list(), keys, told, strict=True)):
        member, id, kind, count, suspect = key
        if suspect:
            found.append(None)
            continue
        at, store, channel, tendered, points, of, original = event
        stop = start + count
        priced = nets[start] is not None
        ids = (lines[start:stop] if lines[start] is not None else _NUMBERS[:count]) if priced else []
        net = nets[start:stop] if priced else []
        described = _described(columns, unit, start, stop, net) if priced else {}
        given = {name: values[unit] for name, values in attributes if values[unit] is not None}
        found.append(
            Incoming(
                member, id, kind, at, money, ids, net, described, given, store or "", channel or "",
                tendered or 0, points or 0, of or "", original or "", rows[start:stop],
            )
        )  # fmt: skip
    return found


_TOLD = ("at", "store", "channel", "tendered_points", "points", "points_currency", "original")
#: A line column: its name, its values, and how many of each event's values are missing (None: none anywhere).
_Column = tuple[str, list[Any], list[int] | None]


def _heads(
    table: pl.DataFrame, starts: pl.Series, declared: Sequence[Declared]
) -> Callable[[str], list[Any]]:
    """A reader of event columns: their value in the first row of each event."""
    decimals = {one.name for one in declared if one.kind is Kind.DECIMAL}

    def head(name: str) -> list[Any]:
        if name not in table.columns:
            return [None] * starts.len()
        values = table[name].gather(starts).to_list()
        return _plainly(values) if name in decimals else values

    return head


def _line_columns(
    table: pl.DataFrame, starts: pl.Series, counts: pl.Series, declared: Sequence[Declared]
) -> list[_Column]:
    """Each line column but `line` and `net`; `quantity` always."""
    decimals = {one.name for one in declared if one.kind is Kind.DECIMAL}
    columns: list[_Column] = []
    for name in [*LINE_COLUMNS, *(one.name for one in declared if one.on != ORDER)]:
        if name in ("line", "net") or (name not in table.columns and name != "quantity"):
            continue
        values = _listed(table, name)
        gaps = None
        if name not in table.columns:
            gaps = counts.to_list()
        elif table[name].null_count():
            so_far = pl.concat([pl.Series([0], dtype=pl.Int64), table[name].is_null().cast(pl.Int64).cum_sum()])
            gaps = (so_far.gather(starts + counts) - so_far.gather(starts)).to_list()
        columns.append((name, _plainly(values) if name in decimals else values, gaps))
    return columns


def _described(columns: list[_Column], unit: int, start: int, stop: int, nets: list[int]) -> dict[str, list[Any]]:
    """The line columns of one event, without those that say nothing."""
    described = {}
    for name, values, gaps in columns:
        if gaps is None or not gaps[unit]:
            described[name] = values[start:stop]
        elif gaps[unit] < stop - start or name == "quantity":
            described[name] = fill(name, values[start:stop], nets)
    return described


def _listed(table: pl.DataFrame, name: str) -> list[Any]:
    return table[name].to_list() if name in table.columns else [None] * table.height


def _plainly(values: list[Decimal | None]) -> list[Decimal | None]:
    return [None if value is None else plain(value) for value in values]
