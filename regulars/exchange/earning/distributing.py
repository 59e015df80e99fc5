"""Distributing: who gets what: by spend, by tenure, by tier, by rule, by cap, and how soon a first reward. Pure.

Tables are those of `tallying.py`; all counts and points are whole numbers, ratios are rounded to four decimals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from regulars.exchange.earning.replaying import BANDS, Counts
from regulars.exchange.earning.tallying import net, of_year, reached
from regulars.programme.promise import Programme

_PARTS = 10
_FULL_YEAR = 12


def ratio(part: int, whole: int) -> float | None:
    """`part` of `whole` to four decimals, for reading only; null when there is nothing to be a part of."""
    return round(Fraction(part * 10_000, whole)) / 10_000 if whole > 0 else None


def middle(values: Sequence[int]) -> int:
    """The median; of an even number of values the lower one of the two in the middle."""
    return sorted(values)[(len(values) - 1) // 2]


def parts_of(ranked: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Rows in ten parts as equal as can be, in their order; fewer rows, fewer parts."""
    count = ranked.height
    for part in range(_PARTS):
        first, end = -(-part * count // _PARTS), -(-(part + 1) * count // _PARTS)
        if end > first:
            yield ranked.slice(first, end - first)


def by_spend(members: pl.DataFrame) -> pl.DataFrame:
    """Those who spent most first."""
    return members.sort(["spend", "member"], descending=[True, False])


def deciles(programme: Programme, members: pl.DataFrame) -> list[dict[str, Any]]:
    """Members in ten parts by what they spent, those who spent most first: how many, from what to what, and together
    their spend and the points given to them (what returns took back is off)."""
    return [
        {"members": part.height, "most": part["spend"].max(), "least": part["spend"].min(), **_sums(programme, part)}
        for part in parts_of(by_spend(members))
    ]


def tiers(programme: Programme, members: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """By tier on the last day: `members`, their `spend` and `points` (what returns took back is off)."""
    if programme.tiers is None:
        return {}
    found = {}
    for level in programme.tiers.levels:
        own = members.filter(pl.col("tier") == level.id)
        found[level.id] = {"members": own.height, **_sums(programme, own)}
    return found


def _sums(programme: Programme, part: pl.DataFrame) -> dict[str, Any]:
    points = {currency.id: int(part[net(currency.id)].sum()) for currency in programme.currencies}
    return {"spend": int(part["spend"].sum()), "points": points}


def tenure(programme: Programme, counts: Counts) -> list[dict[str, Any]]:
    """By how long a member had been one when they bought: from day `since` to before day `until` (null: without end)
    the `members` who bought then, their `purchases`, `spend` and the `points` these gave, returns left aside."""
    found = []
    for place, band in sorted(counts.bands.items()):
        found.append({
            "since": BANDS[place], "until": BANDS[place + 1] if place + 1 < len(BANDS) else None,
            "members": band.members, "purchases": band.purchases, "spend": band.spend,
            "points": {currency.id: band.points.get(currency.id, 0) for currency in programme.currencies},
        })  # fmt: skip
    return found


def gini(values: Sequence[int]) -> float | None:
    """How unequally something is shared: 0 when all have the same, towards 1 when one has it all (to four decimals).

    What is below nothing counts as nothing. Null when nobody has anything.
    """
    ordered = sorted(max(0, value) for value in values)
    count, whole = len(ordered), sum(ordered)
    weighed = sum(rank * value for rank, value in enumerate(ordered, 1))
    return ratio(2 * weighed - (count + 1) * whole, count * whole) if whole else None


def inequality(programme: Programme, members: pl.DataFrame) -> dict[str, Any]:
    """The Gini coefficient of `spend` over members, and beside it that of the `points` of each currency."""
    points = {one.id: gini(members[net(one.id)].to_list()) for one in programme.currencies}
    return {"spend": gini(members["spend"].to_list()), "points": points}


def rules(programme: Programme, members: pl.DataFrame, given: pl.DataFrame) -> dict[str, dict[str, dict[str, Any]]]:
    """By currency and rule, in the file's order: `points` given after rounding and caps, before returns; `members`
    whom it reached, and how many of the points went to the tenth who spent most (`top_decile`)."""
    top = next(parts_of(by_spend(members)), members.clear())["member"]
    sums = given.group_by("currency", "rule").agg(
        pl.col("points").sum(), pl.len().alias("members"),
        pl.col("points").filter(pl.col("member").is_in(top.implode())).sum().alias("top"),
    )  # fmt: skip
    known = {(currency, rule): told for currency, rule, *told in sums.iter_rows()}
    found: dict[str, dict[str, dict[str, Any]]] = {currency.id: {} for currency in programme.currencies}
    for rule in programme.earn.rules:
        points, reached, most = known.get((rule.currency, rule.id), (0, 0, 0))
        found[rule.currency][rule.id] = {"points": points, "members": reached, "top_decile": most}
    return found


def caps(programme: Programme, counts: Counts) -> dict[str, dict[str, int]]:
    """By cap, 0 for one that never bit: `points` held back, how many `times`, from how many `members`."""
    return {
        cap.id: {
            "points": counts.clipped.get(cap.id, 0),
            "times": counts.clips.get(cap.id, 0),
            "members": counts.caught.get(cap.id, 0),
        }
        for cap in programme.earn.bounds
    }


def first_reward(members: pl.DataFrame, prices: Mapping[str, int]) -> dict[str, Any]:
    """How many `members` came to have what a first reward costs (`prices` by currency), which `share` of all that is,
    and after how many `days` from joining: the first quarter of them, half, three quarters (null: nobody)."""
    came = members.filter(pl.col("reached").is_not_null())
    days = sorted((came["reached"] - came["joined"]).dt.total_days().to_list())
    quartiles = [days[-(-quarter * len(days) // 4) - 1] for quarter in (1, 2, 3)] if days else None
    return {
        "prices": dict(prices),
        "members": came.height,
        "share": ratio(came.height, members.height),
        "days": quartiles,
    }


def pace(programme: Programme, members: pl.DataFrame, prices: Mapping[str, int], end_month: int) -> dict[str, Any]:
    """How fast members who bought in the last twelve months come to a first reward, by currency that has one.

    `members` are those; `a_year` is the median of the points (less returns) that one of them gets in a year at the
    pace of these months; `reach` how many of them had the price available, or come to it at their own pace within
    the months after which points expire (at any pace above none where points never do).
    """
    active = members.filter(pl.col("year_purchases") > 0)
    joined = active["joined"].dt.year().cast(pl.Int32) * 12 + active["joined"].dt.month() - 1
    months = (end_month - joined + 1).clip(1, _FULL_YEAR).to_list()
    found = {}
    for currency in programme.currencies:
        if currency.id in prices and months:
            rates = [
                points * _FULL_YEAR // held for points, held in zip(active[of_year(currency.id)], months, strict=True)
            ]
            window = currency.expiry.months if currency.expiry else 0
            needed = prices[currency.id] * _FULL_YEAR
            found[currency.id] = {
                "members": len(rates),
                "a_year": middle(rates),
                "reach": sum(
                    day is not None or (rate * window >= needed if window else rate > 0)
                    for day, rate in zip(active[reached(currency.id)], rates, strict=True)
                ),
            }
    return found
