"""Rows kept in memory as long as they are few, else spread over a scratch folder by whose they are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import polars as pl

from regulars.ground.activity.arranging import slot_of

_MAX_BITS = 10
_PART = "_part"
_NONE_DIVIDED = pl.DataFrame(schema={"event": pl.String, "type": pl.String})


class Parts:
    """Frames of rows on their way to be arranged. All rows of members who are `together` (see `arranging.arrange`) end
    in one part, and the parts follow the order of `arranging.slot_of`, so that how many there are makes no difference.

    Beside the values, what stood in the file (`raw.` columns) is kept to be looked up by row.
    """

    def __init__(self, folder: Path, resident_rows: int, together: Mapping[str, str]) -> None:
        """`folder` exists and is empty; at most about `resident_rows` rows are held in memory at a time."""
        self.together = together
        self.folder = folder
        self.resident_rows = resident_rows
        self.rows = 0
        self._held: list[pl.DataFrame] = []
        self._raw: list[pl.LazyFrame] = []
        self._firsts: list[int] = []
        self._bits = 0

    def add(self, values: pl.DataFrame, raw: pl.DataFrame, read: float) -> None:
        """Add rows that follow those added before; `read` is the share of the whole that was read with them."""
        self._firsts.append(self.rows + 1)
        self.rows += values.height
        self._held.append(values)
        self._raw.append(raw.lazy())
        if not self._bits and self.rows > self.resident_rows:
            # Twice as many parts as should be needed, as members differ in how much they buy.
            expected = 2 * self.rows / max(read, 0.001) / self.resident_rows
            self._bits = min(_MAX_BITS, max(1, int(expected).bit_length()))
        # Few large steps make few files: each step writes one per part.
        if self._bits and sum(held.height for held in self._held) > self.resident_rows // 2:
            self._spread()

    def raw(self, rows: Sequence[int]) -> pl.DataFrame:
        """What stood in these rows of the file, numbered from 1, ascending; columns that came later are absent."""
        found = []
        for piece, numbers in groupby(rows, lambda row: bisect_right(self._firsts, row) - 1):
            within = [number - self._firsts[piece] for number in numbers]
            window: pl.DataFrame = self._raw[piece].slice(within[0], within[-1] - within[0] + 1).collect()
            found.append(window[[number - within[0] for number in within]])
        return pl.concat(found, how="diagonal_relaxed")

    def each(self, again: bool = False) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """The parts one by one: all of their rows in the order they were added, and which `event` and `type` of
        them also stand in another part. Once only, unless they are to be had `again`."""
        if not self._bits:
            if self.rows:
                # One chunk per column: looking rows up here and there takes a multiple of the time in several.
                whole = pl.concat(self._held, how="diagonal", rechunk=True)
                self._held = [whole] if again else []
                yield whole, _NONE_DIVIDED
            return
        self._spread()
        divided = self._divided()
        for part in range(2**self._bits):
            files = self._files(part)
            if files:
                frames = [pl.read_ipc(file) for file in files]
                yield pl.concat(frames, how="diagonal", rechunk=True), divided

    def _spread(self) -> None:
        """Write what is held to the scratch folder."""
        if not self._held:
            return
        for number in range(len(self._raw) - len(self._held), len(self._raw)):
            path = self.folder / f"raw-{number:06d}.arrow"
            self._raw[number].collect().write_ipc(path)
            self._raw[number] = pl.scan_ipc(path)
        whole = pl.concat(self._held, how="diagonal", rechunk=True)
        self._held = []
        members = whole["member"].unique()
        parts = pl.Series(
            [slot_of(self.together.get(one, one)) >> (32 - self._bits) for one in members], dtype=pl.UInt32
        )
        # Only the members are looked up: a join of whole rows would copy them once more.
        places = whole.select("member").join(
            pl.DataFrame({"member": members, _PART: parts}),
            on="member", how="left", nulls_equal=True, maintain_order="left",
        )  # fmt: skip
        placed = whole.with_columns(places[_PART])
        for (part,), rows in placed.partition_by(_PART, as_dict=True, include_key=False).items():
            rows.write_ipc(self.folder / f"part-{part:04d}-{len(self._raw):06d}.arrow", compression="lz4")

    def _files(self, part: int) -> list[Path]:
        return sorted(self.folder.glob(f"part-{part:04d}-*.arrow"))

    def _keys(self, part: int) -> pl.DataFrame:
        """Each event of a part once, with a hash of it."""
        files = self._files(part)
        if not files:
            return _NONE_DIVIDED.with_columns(pl.lit(0, dtype=pl.UInt64).alias("hash"))
        keys = pl.concat([pl.read_ipc(file, columns=["event", "type"]) for file in files])
        keys = keys.drop_nulls("event").unique()
        return keys.with_columns(pl.struct("event", "type").hash().alias("hash"))

    def _divided(self) -> pl.DataFrame:
        """The events that stand in more than one part, found by 8 bytes per event and then by their names."""
        parts = range(2**self._bits)
        hashes = pl.concat([self._keys(part)["hash"] for part in parts])
        repeated = hashes.filter(hashes.is_duplicated()).unique()
        if not repeated.len():
            return _NONE_DIVIDED
        kept = [self._keys(part).filter(pl.col("hash").is_in(repeated.implode())) for part in parts]
        names = pl.concat(kept).select("event", "type")
        return names.filter(names.is_duplicated()).unique()
