"""From columns to events: many at once, without a dictionary per row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Gathered:
    """The values of some events, put together out of the file, before an event is made of them. It can be sent to
    another process.

    `units` has one row per event (`member`, `event`, `type`, `count` of its lines, `_suspect`), `heads` too: what it
    says of itself beside its key. `lines` holds the lines of one event after those of the other.
    """

    units: pl.DataFrame
    heads: pl.DataFrame
    lines: pl.DataFrame
    declared: Sequence[Declared]
    money: str


def gather(
    frame: pl.DataFrame, arranged: Arranged, first: int, end: int, declared: Sequence[Declared], money: str
) -> Gathered:
    """The values of the units `first` to before `end`, in their order.

    `frame` holds the values of `parsing.values_of` and `_row`; `money` is the currency of the programme.
    """
    units = arranged.units.slice(first, end - first)
    begin = int(units["start"][0])
    rows = arranged.index.slice(begin, int(units["count"].sum()))
    of_lines = [*LINE_COLUMNS, *(one.name for one in declared if one.on != ORDER), "_row"]
    of_events = [*_NOTHING, *(one.name for one in declared if one.on == ORDER)]
    # Only what is needed is gathered: each column is a walk through all of memory.
    return Gathered(
        units.select("member", "event", "type", "count", SUSPECT),
        frame.select(name for name in of_events if name in frame.columns)[rows.gather(units["start"] - begin)],
        frame.select(name for name in of_lines if name in frame.columns)[rows],
        declared, money,
    )  # fmt: skip


def build(told: Gathered) -> list[Incoming | None]:
    """The events of what was gathered, in its order; None for those to be judged by hand."""
    units = told.units
    ends = units["count"].cum_sum()
    columns, gaps = _line_columns(told.lines, ends - units["count"], ends, told.declared)
    heads = _heads(told.heads, units.height)
    attributes = _attributes(heads, units.height, told.declared)
    said = zip(*(heads[name] for name in _NOTHING), strict=True)
    keys = zip(*(units[name].to_list() for name in ("member", "event", "type", SUSPECT)), strict=True)
    nets, lines, numbers = columns.pop("net"), columns.pop("line"), columns.pop("_row")
    described = list(columns.items())
    gappy = {unit for missing in gaps.values() for unit, values in enumerate(missing) if values}
    money, start = told.money, 0
    found: list[Incoming | None] = []
    for unit, (stop, key, event) in enumerate(zip(ends.to_list(), keys, said, strict=True)):
        member, id, kind, suspect = key
        if suspect:
            found.append(None)
            start = stop
            continue
        at, store, channel, tendered, points, of, original = event
        own_nets: list[int] = []
        own_lines: list[str] = []
        own_columns: dict[str, list[Any]] = {}
        if nets[start] is not None:
            own_nets = nets[start:stop]
            own_lines = lines[start:stop] if lines[start] is not None else _NUMBERS[: stop - start]
            own_columns = {name: values[start:stop] for name, values in described}
            if unit in gappy:
                _close(own_columns, gaps, unit, own_nets)
        found.append(
            Incoming(
                member, id, kind, at, money, own_lines, own_nets, own_columns, attributes[unit], store, channel,
                tendered, points, of, original, numbers[start:stop],
            )
        )  # fmt: skip
        start = stop
    return found


def _line_columns(
    table: pl.DataFrame, starts: pl.Series, ends: pl.Series, declared: Sequence[Declared]
) -> tuple[dict[str, list[Any]], dict[str, list[int]]]:
    """The values of each line column and `_row`, and where there are gaps in them.

    `line` and `net` are always there, `quantity` too.
    """
    decimals = {one.name for one in declared if one.kind is Kind.DECIMAL}
    absent: dict[str, Any] = {"line": None, "net": None, "quantity": FILL["quantity"]}
    columns = {name: [value] * table.height for name, value in absent.items()}
    gaps: dict[str, list[int]] = {}
    for name in table.columns:
        columns[name] = _plainly(table[name].to_list()) if name in decimals else table[name].to_list()
        if table[name].null_count() and name not in ("line", "net"):
            missing = table[name].is_null().cast(pl.Int64).cum_sum().extend_constant(0, 1).shift(1, fill_value=0)
            gaps[name] = (missing.gather(ends) - missing.gather(starts)).to_list()
    return columns, gaps


def _close(columns: dict[str, list[Any]], gaps: dict[str, list[int]], unit: int, nets: list[int]) -> None:
    """Leave out the columns in which the event says nothing, and fill the gaps in the others."""
    for name, missing in gaps.items():
        if missing[unit] == len(nets) and name != "quantity":
            del columns[name]
        elif missing[unit]:
            columns[name] = fill(name, columns[name], nets)


def _heads(table: pl.DataFrame, events: int) -> dict[str, list[Any]]:
    """What the events say of themselves, as lists; what none of them says is nothing."""
    heads: dict[str, list[Any]] = {name: [nothing] * events for name, nothing in _NOTHING.items()}
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
