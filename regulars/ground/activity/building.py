"""From columns to events: many at once, without a dictionary per row."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from regulars.ground.activity.arranging import Arranged
from regulars.ground.activity.cells import plain
from regulars.ground.activity.contract import LINE_COLUMNS, MAX_LINES, ORDER, Declared, Incoming, Kind
from regulars.ground.activity.judging import FILL, fill
from regulars.ground.activity.parsing import SUSPECT

_NUMBERS = [str(number) for number in range(1, MAX_LINES + 1)]
#: What an event says of itself beside its key, and what stands there when it says nothing.
_NOTHING = {
    "at": None, "store": "", "channel": "", "tendered_points": 0, "points": 0, "points_currency": "", "original": "",
}  # fmt: skip


def build(
    frame: pl.DataFrame, arranged: Arranged, first: int, end: int, declared: Sequence[Declared], money: str
) -> list[Incoming | None]:
    """The events of the units `first` to before `end`, in their order; None for those to be judged by hand.

    `frame` holds the values of `parsing.values_of` and `_row`; `money` is the currency of the programme.
    """
    units = arranged.units.slice(first, end - first)
    begin = int(units["start"][0])
    rows = arranged.index.slice(begin, int(units["count"].sum()))
    starts = units["start"] - begin
    columns, gaps = _line_columns(frame, rows, starts, units["count"], declared)
    heads = _heads(frame, rows.gather(starts), declared)
    attributes = _attributes(heads, units.height, declared)
    told = zip(*(heads[name] for name in _NOTHING), strict=True)
    keys = zip(*(units[name].to_list() for name in ("member", "event", "type", "count", SUSPECT)), strict=True)
    nets, lines, numbers = columns.pop("net"), columns.pop("line"), columns.pop("_row")
    described = list(columns.items())
    gappy = {unit for missing in gaps.values() for unit, values in enumerate(missing) if values}
    found: list[Incoming | None] = []
    for unit, (start, key, event) in enumerate(zip(starts.to_list(), keys, told, strict=True)):
        member, id, kind, count, suspect = key
        if suspect:
            found.append(None)
            continue
        at, store, channel, tendered, points, of, original = event
        stop = start + count
        own_nets: list[int] = []
        own_lines: list[str] = []
        own_columns: dict[str, list[Any]] = {}
        if nets[start] is not None:
            own_nets = nets[start:stop]
            own_lines = lines[start:stop] if lines[start] is not None else _NUMBERS[:count]
            own_columns = {name: values[start:stop] for name, values in described}
            if unit in gappy:
                _close(own_columns, gaps, unit, own_nets)
        found.append(
            Incoming(
                member, id, kind, at, money, own_lines, own_nets, own_columns, attributes[unit], store, channel,
                tendered, points, of, original, numbers[start:stop],
            )
        )  # fmt: skip
    return found


def _line_columns(
    frame: pl.DataFrame, rows: pl.Series, starts: pl.Series, counts: pl.Series, declared: Sequence[Declared]
) -> tuple[dict[str, list[Any]], dict[str, list[int]]]:
    """The values of each line column and `_row` in the order of `rows`, and where there are gaps in them.

    `line` and `net` are always there, `quantity` too.
    """
    decimals = {one.name for one in declared if one.kind is Kind.DECIMAL}
    names = [*LINE_COLUMNS, *(one.name for one in declared if one.on != ORDER), "_row"]
    # Only what is needed is gathered: each column is a walk through all of memory.
    table = frame.select(name for name in names if name in frame.columns)[rows]
    absent: dict[str, Any] = {"line": None, "net": None, "quantity": FILL["quantity"]}
    columns = {name: [value] * table.height for name, value in absent.items()}
    gaps: dict[str, list[int]] = {}
    for name in table.columns:
        columns[name] = _plainly(table[name].to_list()) if name in decimals else table[name].to_list()
        if table[name].null_count() and name not in ("line", "net"):
            missing = table[name].is_null().cast(pl.Int64).cum_sum().extend_constant(0, 1).shift(1, fill_value=0)
            gaps[name] = (missing.gather(starts + counts) - missing.gather(starts)).to_list()
    return columns, gaps


def _close(columns: dict[str, list[Any]], gaps: dict[str, list[int]], unit: int, nets: list[int]) -> None:
    """Leave out the columns in which the event says nothing, and fill the gaps in the others."""
    for name, missing in gaps.items():
        if missing[unit] == len(nets) and name != "quantity":
            del columns[name]
        elif missing[unit]:
            columns[name] = fill(name, columns[name], nets)


def _heads(frame: pl.DataFrame, rows: pl.Series, declared: Sequence[Declared]) -> dict[str, list[Any]]:
    """What the first row of each event says of the whole event."""
    heads: dict[str, list[Any]] = {name: [nothing] * rows.len() for name, nothing in _NOTHING.items()}
    own = [one.name for one in declared if one.on == ORDER]
    table = frame.select(name for name in (*_NOTHING, *own) if name in frame.columns)[rows]
    for name in table.columns:
        nothing = _NOTHING.get(name)
        column = table[name] if nothing is None else table[name].fill_null(nothing)
        heads[name] = column.to_list()
    return heads


def _attributes(heads: dict[str, list[Any]], events: int, declared: Sequence[Declared]) -> list[dict[str, Any]]:
    attributes: list[dict[str, Any]] = [{} for _ in range(events)]
    for one in declared:
        if one.on == ORDER and one.name in heads:
            values = heads[one.name]
            for unit, value in enumerate(_plainly(values) if one.kind is Kind.DECIMAL else values):
                if value is not None:
                    attributes[unit][one.name] = value
    return attributes


def _plainly(values: list[Any]) -> list[Any]:
    return [plain(value) if isinstance(value, Decimal) else value for value in values]
