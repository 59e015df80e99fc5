"""What the data does not have: returns and redemptions, made up deterministically and marked `made_up`.

Chance is the hash of a basket's own number, so the same year gives the same events on every machine.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

#: One basket in this many has a line or two brought back.
RETURN_ONE_IN = 90
#: After the first quarter of the year, one visit in this many spends points.
REDEEM_ONE_IN = 14
QUIET_DAYS = 91


def _chance(column: str, salt: int) -> pl.Expr:
    """A whole number from 0 to 2^32 - 1 that looks random and depends on the text of a column alone."""
    digits = pl.col(column).str.extract(r"(\d+)$", 1).cast(pl.UInt64)
    # Knuth's multiplicative hashing, twice, with the high half kept: plain arithmetic, the same everywhere.
    mixed = ((digits + salt) % 4_294_967_291 * 2_654_435_761) % 4_294_967_296
    return ((mixed // 97 + salt) * 2_246_822_519) % 4_294_967_296


def returns(bought: pl.DataFrame) -> pl.DataFrame:
    """Goods brought back 2 to 12 days later: one or two lines of a basket, whole or, of several pieces, in part."""
    last = pl.lit(bought["transaction_timestamp"].max(), dtype=pl.Datetime("us"))
    chosen = bought.filter(
        (_chance("basket_id", 11) % RETURN_ONE_IN == 0) & (pl.col("sales_value") > 0) & (pl.col("department") != "FUEL")
    )
    picked = (
        chosen.with_columns(turn=_chance("product_id", 23))
        .sort("basket_id", "turn", "line")
        .with_columns(place=pl.int_range(pl.len()).over("basket_id"))
        .filter(pl.col("place") < 1 + _chance("basket_id", 37) % 2)
        .sort("household_id", "basket_id", "line")
    )
    half = (pl.col("quantity") > 1) & (_chance("basket_id", 41) % 2 == 0)
    days = 2 + _chance("basket_id", 53) % 11
    return picked.select(
        "household_id",
        pl.concat_str(pl.lit("return-"), "basket_id").alias("basket_id"),
        (pl.col("transaction_timestamp") + pl.duration(days=days, hours=1)).alias("transaction_timestamp"),
        "store_id",
        "line",
        "product_id",
        pl.when(half).then(pl.col("quantity") // 2).otherwise("quantity").alias("quantity"),
        pl.when(half)
        .then(
            ((pl.col("sales_value") * 100).round().cast(pl.Int64) * (pl.col("quantity") // 2) // pl.col("quantity"))
            / 100
        )
        .otherwise("sales_value")
        .alias("sales_value"),
        pl.lit(0.0).alias("retail_disc"),
        pl.lit(0.0).alias("coupon_match_disc"),
        "department",
        "brand",
        "product_category",
        pl.lit("return").alias("kind"),
        pl.col("basket_id").alias("original"),
        pl.col("line").cast(pl.String).alias("original_line"),
        pl.lit(value=True).alias("made_up"),
    ).filter(pl.col("transaction_timestamp") <= last)


def redemptions(bought: pl.DataFrame) -> pl.DataFrame:
    """Points spent on a visit, in hundreds: a third of a point for each dollar of custom up to six visits before."""
    baskets = (
        bought.filter(pl.col("department") != "FUEL")
        .group_by("household_id", "basket_id", "transaction_timestamp", "store_id")
        .agg((pl.col("sales_value") * 100).round().cast(pl.Int64).sum())
        .sort("household_id", "transaction_timestamp", "basket_id")
    )
    so_far = pl.col("sales_value").cum_sum().over("household_id")
    visits = baskets.with_columns(so_far=so_far).with_columns(known=pl.col("so_far").shift(6).over("household_id"))
    chosen = visits.filter(
        (_chance("basket_id", 71) % REDEEM_ONE_IN == 0)
        & (pl.col("transaction_timestamp") > pl.col("transaction_timestamp").min() + timedelta(days=QUIET_DAYS))
    ).with_columns(turn=pl.int_range(1, pl.len() + 1).over("household_id"))
    # A third of the points earned, less what earlier redemptions of this list took.
    budget = pl.col("known") // 30_000 * 100
    sized = chosen.with_columns(points=budget - budget.shift(1).over("household_id").fill_null(0))
    return sized.filter(pl.col("points") >= 100).select(
        "household_id",
        pl.concat_str(pl.lit("redemption-"), "basket_id").alias("basket_id"),
        (pl.col("transaction_timestamp") - timedelta(minutes=1)).alias("transaction_timestamp"),
        "store_id",
        pl.lit("redemption").alias("kind"),
        "points",
        pl.lit("points").alias("points_currency"),
        pl.lit(value=True).alias("made_up"),
    )
