"""From columns to events: many at once, without a dictionary per row."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import repeat
from typing import Any

import polars as pl

from regulars.ground.activity.arranging import Arranged
from regulars.ground.activity.cells import plain
from regulars.ground.activity.contract import LINE_COLUMNS, MAX_LINES, ORDER, Declared, Incoming, Kind
from regulars.ground.activity.judging import fill
from regulars.ground.activity.parsing import SUSPECT

_NUMBERS = [str(number) for number in range(1, MAX_LINES + 1)]
_UNIT = "_unit"


def build(
    frame: pl.DataFrame, arranged: Arranged, first: int, end: int, declared: Sequence[Declared], money: str
) -> list[Incoming | None]:
    """The events of the units `first` to before `end`, in their order; None for those to be judged by hand.

    `frame` holds the values of `parsing.values_of` and `_row`; `money` is the currency of the programme.
    """
    units = arranged.units.slice(first, end - first)
    begin = int(units["start"][0])
    table = frame[arranged.index.slice(begin, int(units["count"].sum()))]
    of_line = _of_line(table, declared)
    lists = _lists(table, units, of_line)
    heads = _heads(table, units["start"] - begin, declared)
    counts, nets = units["count"].to_list(), _listed(lists, "net")
    keys = (units[name].to_list() for name in ("member", "event", "type"))
    told = (heads[name] for name in ("store", "channel", "tendered_points", "points", "points_currency", "original"))
    attributes = _attributes(heads, units.height, declared)
    columns = _columns(lists, of_line, counts, nets, declared)
    lines = _listed(lists, "line") if "line" in of_line else [_NUMBERS[:count] for count in counts]
    events: list[Incoming | None] = list(
        map(Incoming, *keys, heads["at"], repeat(money), lines, nets, columns, attributes, *told, _listed(lists, "_row"))
    )
    for unit, suspect in enumerate(units[SUSPECT].to_list()):
        event = events[unit]
        if suspect or event is None:
            events[unit] = None
        elif event.nets[0] is None:
            event.lines, event.nets, event.columns = [], [], {}
    return events


def _of_line(table: pl.DataFrame, declared: Sequence[Declared]) -> list[str]:
    names = [*LINE_COLUMNS, *(one.name for one in declared if one.on != ORDER)]
    return [name for name in names if name in table.columns]


def _lists(table: pl.DataFrame, units: pl.DataFrame, of_line: list[str]) -> pl.DataFrame:
    """Each line column as one list per event, and how many of its values are missing (`_gaps.`): Polars makes
    Python lists of lists in one go, where slicing would touch every value twice."""
    numbers = pl.int_range(units.height, dtype=pl.UInt32, eager=True)
    unit = pl.select(numbers.repeat_by(units["count"]).explode()).to_series().alias(_UNIT)
    gaps = [pl.col(name).null_count().alias(f"_gaps.{name}") for name in of_line if table[name].null_count()]
    grouped = table.select(*of_line, "_row").with_columns(unit).group_by(_UNIT, maintain_order=True)
    return grouped.agg(*of_line, "_row", *gaps)


def _listed(lists: pl.DataFrame, name: str) -> list[Any]:
    """The lists of a column; for one that the file has not, lists of nothing."""
    return lists[name].to_list() if name in lists.columns else [[None]] * lists.height


def _heads(table: pl.DataFrame, starts: pl.Series, declared: Sequence[Declared]) -> dict[str, list[Any]]:
    """What the first row of each event says of the event; texts and numbers that are not given are empty and 0."""
    own = [one.name for one in declared if one.on == ORDER]
    nothing = {"store": "", "channel": "", "points_currency": "", "original": "", "tendered_points": 0, "points": 0}
    heads = {}
    for name in ("at", *nothing, *own):
        if name not in table.columns:
            heads[name] = [nothing.get(name)] * starts.len()
            continue
        values = table[name].gather(starts)
        heads[name] = (values.fill_null(nothing[name]) if name in nothing else values).to_list()
    return heads


def _attributes(heads: dict[str, list[Any]], events: int, declared: Sequence[Declared]) -> list[dict[str, Any]]:
    attributes: list[dict[str, Any]] = [{} for _ in range(events)]
    for one in declared:
        if one.on == ORDER:
            for unit, value in enumerate(_plainly(heads[one.name], one.kind)):
                if value is not None:
                    attributes[unit][one.name] = value
    return attributes


def _columns(
    lists: pl.DataFrame, of_line: list[str], counts: list[int], nets: list[list[Any]], declared: Sequence[Declared]
) -> list[dict[str, list[Any]]]:
    """Per event its line columns but `line` and `net`, without those that say nothing, gaps filled."""
    names = [name for name in of_line if name not in ("line", "net")]
    values = [lists[name].to_list() for name in names]
    if "quantity" not in names:
        names.append("quantity")
        values.append([[1] * count for count in counts])
    columns = [dict(zip(names, one, strict=True)) for one in zip(*values, strict=True)]
    for name in of_line:
        if f"_gaps.{name}" in lists.columns and name in names:
            for unit, gaps in enumerate(lists[f"_gaps.{name}"].to_list()):
                if gaps == counts[unit] and name != "quantity":
                    del columns[unit][name]
                elif gaps and nets[unit][0] is not None:
                    columns[unit][name] = fill(name, columns[unit][name], nets[unit])
    for one in declared:
        if one.kind is Kind.DECIMAL and one.name in names:
            for described in columns:
                if one.name in described:
                    described[one.name] = _plainly(described[one.name], one.kind)
    return columns


def _plainly(values: list[Any], kind: Kind) -> list[Any]:
    if kind is not Kind.DECIMAL:
        return values
    return [plain(value) if isinstance(value, Decimal) else value for value in values]
