"""Tallying: the figures of a backtest, read off its entries and its members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from regulars.engine.entries import ACCRUAL, CLAWBACK
from regulars.exchange.earning.replaying import History
from regulars.programme.promise import Programme

_SHARES = 10


def members_table(histories: Mapping[str, History], currencies: Sequence[str], levels: Sequence[str]) -> pl.DataFrame:
    """One row per member in the order of their names: `member`, what they have of each currency (points that wait
    included, debt taken off), `tier`, and beside them `purchases` and `spend` (minor units)."""
    columns: dict[str, list[Any]] = {"member": list(histories)}
    for currency in currencies:
        purses = [history.standing.purses.get(currency) for history in histories.values()]
        columns[currency] = [p.available + p.pending - p.debt if p else 0 for p in purses]
    columns["tier"] = [levels[history.standing.tier] for history in histories.values()]
    columns["purchases"] = [history.purchases for history in histories.values()]
    columns["spend"] = [history.spend for history in histories.values()]
    whole = dict.fromkeys((*currencies, "purchases", "spend"), pl.Int64)
    return pl.DataFrame(columns, schema_overrides={"member": pl.String, "tier": pl.String, **whole}).sort("member")


Issued = dict[str, dict[str, int]]
Months = dict[str, dict[str, dict[str, int]]]


def issued_and_months(programme: Programme, entries: pl.LazyFrame) -> tuple[Issued, Months]:
    """Points given per currency and rule (in the file's order, 0 for a rule that never gave), and points moved per
    currency, month (`2026-01`, in the programme's zone) and kind."""
    grouped = (
        entries.group_by(pl.col("at").dt.strftime("%Y-%m").alias("month"), "currency", "kind", "rule")
        .agg(pl.col("amount").sum())
        .sort("month", "currency", "kind", "rule")
        .collect()
    )
    issued: Issued = {currency.id: {} for currency in programme.currencies}
    for rule in programme.earn.rules:
        issued[rule.currency][rule.id] = 0
    months: Months = {currency.id: {} for currency in programme.currencies}
    for month, currency, kind, rule, amount in grouped.iter_rows():
        kinds = months[currency].setdefault(month, {})
        kinds[kind] = kinds.get(kind, 0) + amount
        if kind == ACCRUAL and rule:
            issued[currency][rule] += amount
    return issued, months


def deciles(programme: Programme, members: pl.DataFrame, entries: pl.LazyFrame) -> list[dict[str, Any]]:
    """Members in ten parts by what they spent, those who spent most first: how many, from what to what, and together
    their spend and the points given to them (what returns took back is off). Fewer members, fewer parts."""
    signed = (
        pl.when(pl.col("kind") == ACCRUAL)
        .then("amount")
        .when(pl.col("kind") == CLAWBACK)
        .then(-pl.col("amount"))
        .otherwise(0)
    )
    given = entries.group_by("member", "currency").agg(signed.sum().alias("points")).collect()
    ranked = members.sort(["spend", "member"], descending=[True, False]).with_row_index("rank")
    parts = ranked.with_columns((pl.col("rank") * _SHARES // pl.len()).alias("part"))
    placed = given.join(parts.select("member", "part"), on="member")
    points = placed.group_by("part", "currency").agg(pl.col("points").sum())
    by_part = {(part, currency): amount for part, currency, amount in points.iter_rows()}
    table = parts.group_by("part", maintain_order=True).agg(
        pl.len().alias("members"), pl.col("spend").max().alias("most"), pl.col("spend").min().alias("least"),
        pl.col("spend").sum().alias("spend"),
    )  # fmt: skip
    return [
        {
            "members": count, "most": most, "least": least, "spend": spend,
            "points": {one.id: by_part.get((part, one.id), 0) for one in programme.currencies},
        }
        for part, count, most, least, spend in table.iter_rows()
    ]  # fmt: skip
