"""What was made up stays believable: nothing comes back that was not bought, and points are spent in hundreds."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from regulars.doors.cli.demo.made import QUIET_DAYS, redemptions, returns


@pytest.fixture(scope="module")
def back(bought: pl.DataFrame) -> pl.DataFrame:
    """Every return of the year."""
    return returns(bought)


@pytest.fixture(scope="module")
def spent(bought: pl.DataFrame) -> pl.DataFrame:
    """The redemptions of every third household."""
    return redemptions(bought.filter(pl.col("household_id") % 3 == 0))


def test_every_return_names_an_earlier_line_and_brings_back_no_more_than_was_bought(
    back: pl.DataFrame, bought: pl.DataFrame
) -> None:
    then = bought.select(
        "household_id", "product_id", "store_id", pl.col("basket_id").alias("original"), pl.col("line").cast(pl.String).alias("original_line"),
        pl.col("quantity").alias("had"), pl.col("sales_value").alias("paid"), pl.col("transaction_timestamp").alias("bought_at"),
    )  # fmt: skip
    found = back.join(then, on=["household_id", "product_id", "store_id", "original", "original_line"])
    assert found.height == back.height > 1_000
    wait = pl.col("transaction_timestamp") - pl.col("bought_at")
    assert found.filter((wait < timedelta(days=2)) | (wait > timedelta(days=13))).is_empty()
    assert found.filter((pl.col("quantity") < 1) | (pl.col("quantity") > pl.col("had"))).is_empty()
    assert found.filter((pl.col("sales_value") <= 0) | (pl.col("sales_value") > pl.col("paid"))).is_empty()
    in_part = found.filter(pl.col("quantity") < pl.col("had"))
    assert in_part.height > 50
    assert in_part.filter(pl.col("sales_value") >= pl.col("paid")).is_empty()


def test_no_line_comes_back_twice_and_one_return_is_one_basket(back: pl.DataFrame) -> None:
    assert back.select("original", "original_line").n_unique() == back.height
    per_return = back.group_by("basket_id").agg(
        pl.len(), pl.col("original").n_unique(), pl.col("transaction_timestamp").n_unique()
    )
    assert per_return["len"].max() == 2
    assert per_return["original"].max() == per_return["transaction_timestamp"].max() == 1


def test_fuel_never_comes_back(back: pl.DataFrame) -> None:
    assert back.filter(pl.col("department") == "FUEL").is_empty()


def test_returned_amounts_are_whole_cents(back: pl.DataFrame) -> None:
    cents = back["sales_value"] * 100
    assert (cents - cents.round()).abs().max() < 1e-6


def test_nothing_made_up_happens_after_the_last_purchase(
    back: pl.DataFrame, spent: pl.DataFrame, bought: pl.DataFrame
) -> None:
    last = bought["transaction_timestamp"].max()
    assert back["transaction_timestamp"].max() <= last
    assert spent["transaction_timestamp"].max() <= last


def test_redemptions_are_hundreds_of_points_a_minute_before_a_visit(spent: pl.DataFrame, bought: pl.DataFrame) -> None:
    assert spent.height > 1_000
    assert spent["points"].min() >= 100
    assert (spent["points"] % 100 == 0).all()
    assert spent["points_currency"].unique().to_list() == ["points"]
    visits = bought.select("household_id", "store_id", "basket_id", at="transaction_timestamp").unique()
    of_visit = spent.with_columns(
        pl.col("basket_id").str.strip_prefix("redemption-"), at=pl.col("transaction_timestamp") + timedelta(minutes=1)
    ).join(visits, on=["household_id", "store_id", "basket_id", "at"])
    assert of_visit.height == spent.height


def test_nobody_spends_in_the_quiet_first_days_or_more_than_a_third_of_the_dollars_before(
    spent: pl.DataFrame, bought: pl.DataFrame
) -> None:
    begin = bought["transaction_timestamp"].min()
    assert isinstance(begin, datetime)
    assert spent["transaction_timestamp"].min() > begin + timedelta(days=QUIET_DAYS) - timedelta(minutes=1)
    whole_year = bought.group_by("household_id").agg(pl.col("sales_value").sum())
    each = spent.group_by("household_id").agg(pl.col("points").sum()).join(whole_year, on="household_id")
    assert each.filter(pl.col("points") > pl.col("sales_value") / 3).is_empty()


def test_everything_made_up_is_marked_and_numbered_once(back: pl.DataFrame, spent: pl.DataFrame) -> None:
    assert back["made_up"].all()
    assert spent["made_up"].all()
    assert back["kind"].unique().to_list() == ["return"]
    assert spent["kind"].unique().to_list() == ["redemption"]
    assert spent["basket_id"].n_unique() == spent.height


def test_chance_is_the_same_whatever_the_order_and_company_of_the_lines(some: pl.DataFrame) -> None:
    half = some.filter(pl.col("household_id") % 2 == 0)
    only = pl.col("household_id") % 2 == 0
    # The latest moment bounds what comes back, so it must be the same in both.
    last = some.filter(pl.col("transaction_timestamp") == pl.col("transaction_timestamp").max())
    first = some.filter(pl.col("transaction_timestamp") == pl.col("transaction_timestamp").min())
    company = pl.concat([half, last, first]).unique()
    key = ["basket_id", "line"]
    shuffled = company.sample(fraction=1.0, shuffle=True, seed=7)
    assert_frame_equal(returns(shuffled).filter(only).sort(key), returns(some).filter(only).sort(key))
    assert_frame_equal(
        redemptions(shuffled).filter(only).sort("basket_id"), redemptions(some).filter(only).sort("basket_id")
    )
