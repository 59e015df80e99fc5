"""The demo's year, read once, and a slice of its households prepared as the demo prepares all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from regulars.doors.cli.demo import harbour

WEEKS = 430
#: One household in this many is in the slice; the member worth a look is.
EVERY = 19


@pytest.fixture(scope="session")
def bought() -> pl.DataFrame:
    """All lines of the year, moved by WEEKS."""
    return harbour.purchases(WEEKS).collect()


@pytest.fixture(scope="session")
def some(bought: pl.DataFrame) -> pl.DataFrame:
    """The lines of some households."""
    return bought.filter((pl.col("household_id") % EVERY == 0) | (pl.col("household_id") == int(harbour.MEMBER)))


@pytest.fixture(scope="session")
def prepared(some: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The file of the demo for those households."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(harbour, "purchases", lambda weeks: some.lazy())
        yield harbour.prepare(tmp_path_factory.mktemp("demo"), WEEKS)
