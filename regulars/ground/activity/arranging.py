"""Rows of a file put together as events, each account's oldest first, without moving the rows.

Rows of one event mostly stand together, so the work is done on runs of rows, not on rows; a file in any other order
comes to the same end more slowly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import polars as pl

from regulars.ground.activity import contract
from regulars.ground.activity.contract import ORDER, Declared
from regulars.ground.activity.parsing import SUSPECT

SLOT = "_slot"
HOLDER = "_holder"
DIVIDED = "_divided"
#: What tells events apart within one source.
KEY = ["member", "event", "type"]


@dataclass(frozen=True, slots=True)
class Arranged:
    """`index` lists the rows of a frame (from 0) in the order of their events; `units` has one row per event:

    `member`, `event`, `type`, `_holder` (see `arrange`), `start` (into `index`), `count`, `_suspect` (judge it by hand)
    and `_divided` (its id also stands under another member). Within an event the rows are in the order of their line
    ids.
    """

    index: pl.Series
    units: pl.DataFrame


def slot_of(member: str | None) -> int:
    """Where a member stands in the order of members: 32 bits, the same on every machine and in every version."""
    return crc32((member or "").encode())


def arrange(
    frame: pl.DataFrame, divided: pl.DataFrame, declared: Sequence[Declared], together: Mapping[str, str]
) -> Arranged:
    """The events in a frame of values (of `parsing.values_of`, with whatever stands beside them), in file order.

    `divided` holds `event` and `type` of events that are known to stand under several members elsewhere. Members who
    have one account are held `together`, under a name of that account; others stand for themselves.
    """
    if frame["at"].null_count():
        # A row may leave the time to another row of its event; what never says one stays without.
        frame = frame.with_columns(pl.col("at").fill_null(pl.col("at").min().over(KEY)))
    starts = _starts(frame)
    of_event = [*contract.EVENT_COLUMNS, *(one.name for one in declared if one.on == ORDER)]
    event_columns = [name for name in of_event if name in frame.columns]
    runs = frame.select(*event_columns, pl.int_range(pl.len(), dtype=pl.UInt32).alias("start")).filter(starts)
    runs = runs.with_columns(
        (pl.col("start").shift(-1, fill_value=frame.height) - pl.col("start")).alias("count"),
        pl.col("at").min().over(KEY).alias("_at"),
    )
    runs = runs.join(_slots(runs, together), on="member", how="left", nulls_equal=True)
    runs = runs.sort(SLOT, HOLDER, "_at", "member", "event", "type", "start", nulls_last=True)
    begins = pl.any_horizontal(_differs(name) for name in KEY) | pl.col("event").is_null()
    runs = runs.with_columns((begins.fill_null(True).cast(pl.UInt32).cum_sum() - 1).alias("unit"))
    rows = runs.select(
        pl.int_ranges("start", pl.col("start") + pl.col("count"), dtype=pl.UInt32).alias("row"), "unit"
    ).explode("row")
    rows, repeated = _in_line_order(rows, frame)
    suspects = [
        rows.filter(frame[SUSPECT].gather(rows["row"]))["unit"],
        rows.filter(_varies(frame, starts, event_columns).gather(rows["row"]))["unit"],
        runs.filter(pl.any_horizontal(_differs(name) for name in event_columns) & ~_begins_unit())["unit"],
        repeated,
    ]
    return Arranged(rows["row"], _units(runs, rows, frame, pl.concat(suspects), divided))


def _starts(frame: pl.DataFrame) -> pl.Series:
    """Whether a row begins a run: another event than the row before, or no event at all."""
    begins = pl.any_horizontal(_differs(name) for name in KEY) | pl.col("event").is_null()
    return frame.select(begins.fill_null(True)).to_series()


def _differs(name: str) -> pl.Expr:
    """Another value than in the row before; null for the first row."""
    return pl.when(pl.int_range(pl.len()) > 0).then(pl.col(name).ne_missing(pl.col(name).shift()))


def _begins_unit() -> pl.Expr:
    return (pl.col("unit") != pl.col("unit").shift()).fill_null(True)


def _slots(runs: pl.DataFrame, together: Mapping[str, str]) -> pl.DataFrame:
    members = runs["member"].unique(maintain_order=True)
    holders = [together.get(one, one) for one in members]
    slots = pl.Series([slot_of(one) for one in holders], dtype=pl.UInt32)
    return pl.DataFrame({"member": members, HOLDER: pl.Series(holders, dtype=pl.String), SLOT: slots})


def _varies(frame: pl.DataFrame, starts: pl.Series, event_columns: list[str]) -> pl.Series:
    """Rows within a run that say something else of the event than the row before."""
    told = [name for name in event_columns if name not in KEY]
    varied = frame.select(pl.any_horizontal(_differs(name) for name in told).fill_null(False)).to_series()
    return varied & ~starts


def _in_line_order(rows: pl.DataFrame, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """`rows` ordered by unit and line id, and the units in which an id stands twice or is missing."""
    if "line" not in frame.columns:
        return rows, pl.Series("unit", [], dtype=pl.UInt32)
    lines = rows.with_columns(frame["line"].gather(rows["row"]).alias("line"))
    same = pl.col("unit") == pl.col("unit").shift()
    length, before = pl.col("line").str.len_chars(), pl.col("line").shift().str.len_chars()
    later = (length > before) | ((length == before) & (pl.col("line") > pl.col("line").shift()))
    if lines.select((same & ~later).any()).item():
        lines = lines.sort("unit", length, "line", "row", nulls_last=True)
    repeated = lines.filter(same & (pl.col("line") == pl.col("line").shift()))["unit"]
    unnamed = lines.filter(pl.col("line").is_null())
    priced = (
        unnamed.filter(frame["net"].gather(unnamed["row"]).is_not_null()) if "net" in frame.columns else unnamed.clear()
    )
    return lines.select("row", "unit"), pl.concat([repeated, priced["unit"]])


def _units(
    runs: pl.DataFrame, rows: pl.DataFrame, frame: pl.DataFrame, suspects: pl.Series, divided: pl.DataFrame
) -> pl.DataFrame:
    units = runs.group_by("unit", maintain_order=True).agg(pl.col(*KEY, HOLDER).first(), pl.col("count").sum())
    units = units.with_columns((pl.col("count").cum_sum() - pl.col("count")).alias("start"))
    unpriced = suspects.clear()
    if "net" in frame.columns:
        unpriced = rows.filter(frame["net"].gather(rows["row"]).is_null())["unit"]
    twice = pl.struct("event", "type").is_duplicated() & pl.col("event").is_not_null()
    known = divided.with_columns(pl.lit(True).alias(DIVIDED))
    units = units.join(known, on=["event", "type"], how="left", maintain_order="left")
    units = units.with_columns(pl.col(DIVIDED).fill_null(False) | twice)
    return units.with_columns(
        (
            pl.col(DIVIDED)
            | pl.col("unit").is_in(suspects.unique().implode())
            | (pl.col("count") > contract.MAX_LINES)
            | ((pl.col("count") > 1) & pl.col("unit").is_in(unpriced.unique().implode()))
        ).alias(SUSPECT)
    )
