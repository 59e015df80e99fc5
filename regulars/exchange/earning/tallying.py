"""Tallying: members and movements of points as tables, from which every figure of a backtest is read.

The tables of several bunches of members are put together by `pl.concat`; nothing here looks at an event again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl

from regulars.engine.entries import ACCRUAL, CLAWBACK
from regulars.exchange.earning.replaying import Life
from regulars.programme.promise import Programme

#: In months: what is called a year of custom are the last so many calendar months of a file.
YEAR = 12
_EPOCH_DAY = 719_163

have = "have:{}".format
owe = "owe:{}".format
net = "net:{}".format
of_year = "year:{}".format
reached = "reached:{}".format


def month_of(day: int) -> int:
    """The month of a local day (a proleptic ordinal), as year * 12 + month - 1."""
    moment = date.fromordinal(day)
    return moment.year * 12 + moment.month - 1


def month_name(month: int) -> str:
    """A month as it stands in files: `2026-01`."""
    return f"{month // 12:04}-{month % 12 + 1:02}"


def members_table(programme: Programme, lives: Mapping[str, Life], movements: pl.DataFrame, end: int) -> pl.DataFrame:
    """One row per member, in the order of their names.

    `member`, `tier` (its id), `joined`, `bought` (last) and `reached` (a first reward) as dates, `purchases`, `spend`
    (minor units), the same of the year that ends with the month of `end` as `year_purchases` and `year_spend`; `sxx`
    and `sxy` by which LP-6 is told (see sloping.py); by
    currency `have:` (available and waiting), `owe:`, `net:` (given, less what was taken back), `year:` (the same of
    that year) and `reached:` (the first reward of this currency).
    """
    since = month_of(end) - YEAR + 1 if end else 0
    levels = [level.id for level in programme.tiers.levels] if programme.tiers else [""]
    years = [
        [sum(told[place] for month, told in life.months.items() if month >= since) for life in lives.values()]
        for place in (0, 1)
    ]
    every = list(lives.values())
    values = {currency.id: Fraction(currency.value or 0) for currency in programme.currencies}
    sums = [life.tenured.sums(values) for life in every]
    columns: dict[str, Any] = {
        "member": pl.Series(list(lives), dtype=pl.String),
        "tier": pl.Series([levels[life.standing.tier] for life in every], dtype=pl.String),
        "joined": _dates([life.joined for life in every]),
        "bought": _dates([life.bought for life in every]),
        "reached": _dates([min(life.reached.values(), default=0) for life in every]),
        "purchases": pl.Series([life.purchases for life in every], dtype=pl.Int64),
        "spend": pl.Series([life.spend for life in every], dtype=pl.Int64),
        "year_purchases": pl.Series(years[0], dtype=pl.Int64),
        "year_spend": pl.Series(years[1], dtype=pl.Int64),
        "sxx": pl.Series([sxx for sxx, _ in sums], dtype=pl.Int128),
        "sxy": pl.Series([sxy for _, sxy in sums], dtype=pl.Int128),
    }
    for currency in programme.currencies:
        purses = [life.standing.purses.get(currency.id) for life in every]
        columns[have(currency.id)] = pl.Series([p.available + p.pending if p else 0 for p in purses], dtype=pl.Int64)
        columns[owe(currency.id)] = pl.Series([p.debt if p else 0 for p in purses], dtype=pl.Int64)
        columns[reached(currency.id)] = _dates([life.reached.get(currency.id, 0) for life in every])
    return _with_net(pl.DataFrame(columns), programme, movements, since).sort("member")


def _with_net(table: pl.DataFrame, programme: Programme, movements: pl.DataFrame, since: int) -> pl.DataFrame:
    in_year = pl.when(_month() >= since).then(_signed()).otherwise(0)
    sums = movements.group_by("member", "currency").agg(_signed().sum().alias("net"), in_year.sum().alias("year"))
    for currency in programme.currencies:
        own = sums.filter(pl.col("currency") == currency.id).select(
            "member", pl.col("net").alias(net(currency.id)), pl.col("year").alias(of_year(currency.id))
        )
        table = table.join(own, on="member", how="left").with_columns(
            pl.col(net(currency.id), of_year(currency.id)).fill_null(0)
        )
    return table


def moved(movements: pl.DataFrame) -> pl.DataFrame:
    """Points moved by `month` (see month_of), `currency`, `kind` and `rule`: `amount`, and by how many what is
    `outstanding` and `owed` changed."""
    return _sums(movements.with_columns(_month().alias("month")))


def together(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """The same of several bunches."""
    return _sums(pl.concat(parts))


def given_by_rule(movements: pl.DataFrame) -> pl.DataFrame:
    """What each `member` was given in each `currency` by each `rule`: `points`, before returns took any back."""
    given = movements.filter((pl.col("kind") == ACCRUAL) & pl.col("rule").is_not_null())
    return (
        given.group_by("member", "currency", "rule")
        .agg(pl.col("amount").sum().alias("points"))
        .sort("member", "currency", "rule")
    )


def net_by_rule(movements: pl.DataFrame) -> pl.DataFrame:
    """What each `member` was given in each `currency` by each `rule`, less what returns took back of it: `points`."""
    ours = movements.filter(pl.col("kind").is_in([ACCRUAL, CLAWBACK]) & pl.col("rule").is_not_null())
    return ours.group_by("member", "currency", "rule").agg(_signed().sum().alias("points"))


def _signed() -> pl.Expr:
    """Points as they were given or taken back."""
    given = pl.when(pl.col("kind") == ACCRUAL).then("amount")
    return given.when(pl.col("kind") == CLAWBACK).then(-pl.col("amount")).otherwise(0)


def _sums(rows: pl.DataFrame) -> pl.DataFrame:
    keys = ("month", "currency", "kind", "rule")
    return rows.group_by(keys).agg(pl.col("amount", "outstanding", "owed").sum()).sort(keys)


def _month() -> pl.Expr:
    return pl.col("day").dt.year().cast(pl.Int32) * 12 + pl.col("day").dt.month() - 1


def _dates(ordinals: list[int]) -> pl.Series:
    return pl.Series([day - _EPOCH_DAY if day else None for day in ordinals], dtype=pl.Int32).cast(pl.Date)
