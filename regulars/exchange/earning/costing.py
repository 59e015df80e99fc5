"""Costing: what a backtest's points come to in money: cost and margin, the liability month by month, and what a year
of custom gives a member beside what it costs the house. Pure.

Points are valued at the currency's declared value, the least that a point is worth, unless rewards say what they are
worth and what they cost (see Rates). Sums are exact until they are told: then they are rounded to the minor unit,
halves to the even one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from regulars.engine.entries import ACCRUAL, CLAWBACK, EXPIRY, REDEMPTION
from regulars.exchange.earning.behaving import EAGER, cheapest, choices, lowest
from regulars.exchange.earning.distributing import middle, parts_of, ratio
from regulars.exchange.earning.tallying import YEAR, have, month_name, of_year, owe
from regulars.programme.currencies import Currency
from regulars.programme.promise import Programme


@dataclass(frozen=True, slots=True)
class Rates:
    """What one point of a currency comes to, in minor units, exactly.

    One that is spent in the trial costs the house `cost` and brings the member `worth`; one that is not would cost
    `dearest` when it is redeemed after all, and is worth the declared `value`. `price` is that of the cheapest reward
    which members took (None: they took none that is known).
    """

    value: Fraction
    cost: Fraction
    worth: Fraction
    dearest: Fraction
    price: int | None

    def bought(self, points: int) -> int:
        """How many of a member's points go into rewards."""
        return 0 if self.price is None else max(0, points) // self.price * self.price


def rates(programme: Programme, spend: str, taken: Mapping[str, int]) -> dict[str, Rates]:
    """By currency what a point comes to when members spend as stated (one of behaving.BEHAVIOURS).

    Only of eager members is it known which rewards they take: those in `taken`, by id as often as it says, in the mix
    in which they took them. What a reward does not state counts at the declared value, and so do redemptions of the
    files. What is not spent may go to the reward by which a point costs the house most: that, if it is more than the
    declared value, is on the safe side.
    """
    return {currency.id: _rates(programme, currency, spend, taken) for currency in programme.currencies}


def _rates(programme: Programme, currency: Currency, spend: str, taken: Mapping[str, int]) -> Rates:
    value = Fraction(currency.value or 0)
    own = [reward for reward in programme.rewards if reward.currency == currency.id]
    dearest = max([value, *(Fraction(one.costs, one.price.least) for one in own if one.costs is not None)])
    mix = [(reward, taken[reward.id]) for reward in own if taken.get(reward.id)]
    if spend != EAGER or not mix:
        return Rates(value, value, value, dearest, None)
    points = sum(times * reward.price.least for reward, times in mix)
    cost, gets = (
        sum(
            times * (value * reward.price.least if told is None else told)
            for reward, times in mix
            for told in [getattr(reward, name)]
        )
        / Fraction(points)
        for name in ("costs", "worth")
    )
    return Rates(value, cost, gets, dearest, min(reward.price.least for reward, _ in mix))


def buys(programme: Programme, currency: str) -> Fraction | None:
    """What a point of a currency buys, in minor units, exactly: by the cheapest reward that states its worth and that
    the lowest tier may have (else the cheapest of all that state it), or the declared value, whichever is more. None
    where neither is stated, and for a currency that cannot be spent or is not there."""
    known = [one for one in programme.currencies if one.id == currency]
    if not known or known[0].kind != "spendable":
        return None
    rewards = {one.id: one for one in programme.rewards if one.worth is not None}
    stated = [one for one in choices(programme).get(currency, ()) if one.reward in rewards]
    chosen = cheapest(stated, lowest(programme)) or (stated[0] if stated else None)
    found = [] if known[0].value is None else [Fraction(known[0].value)]
    if chosen:
        found.append(Fraction(rewards[chosen.reward].worth or 0, chosen.price))
    return max(found, default=None)


def worth(programme: Programme, points: Mapping[str, int]) -> int:
    """What points are worth at least, in minor units; those of a currency without a declared value count nothing."""
    values = {currency.id: currency.value or Fraction(0) for currency in programme.currencies}
    return round(sum((amount * values[currency] for currency, amount in points.items()), Fraction(0)))


def points_told(programme: Programme, moved: pl.DataFrame, members: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """By currency what became of its points: `issued`, `taken_back`, `spent`, `expired`; `outstanding` and `owed` as
    the members have them at the end; `by_kind`, by how many each kind of entry changed what is outstanding; its
    `value` (minor units for a point, an exact fraction; null: not stated)."""
    found = {}
    for currency in programme.currencies:
        own = (
            moved.filter(pl.col("currency") == currency.id).group_by("kind").agg(pl.col("amount", "outstanding").sum())
        )
        amounts = {kind: (amount, change) for kind, amount, change in own.sort("kind").iter_rows()}
        told = {
            name: amounts.get(kind, (0, 0))[0]
            for name, kind in (
                ("issued", ACCRUAL), ("taken_back", CLAWBACK), ("spent", REDEMPTION), ("expired", EXPIRY),
            )
        }  # fmt: skip
        found[currency.id] = {
            **told,
            "outstanding": int(members[have(currency.id)].sum()),
            "owed": int(members[owe(currency.id)].sum()),
            "by_kind": {kind: change for kind, (_, change) in amounts.items() if change},
            "value": None if currency.value is None else str(currency.value),
        }
    return found


def money_told(
    programme: Programme,
    points: Mapping[str, Mapping[str, Any]],
    spend: int,
    share: Fraction | None,
    rated: Mapping[str, Rates],
) -> dict[str, Any]:
    """What the programme costs and leaves, in minor units.

    `cost` is what all points that were given and not taken back cost when every one is redeemed, at `rated`. Of these
    `spent`, `expired` and `outstanding` are what the points with that fate cost; what members owe is taken off at the
    declared value. `got` is what members got for what they spent. `margin_before` is `share` of the spend,
    `margin_after` what is left of it after that cost; null where no share is stated. `unvalued` names currencies to
    spend that declare no value.
    """

    def sums(name: str, rate: str) -> Fraction:
        return sum((told[name] * getattr(rated[id], rate) for id, told in points.items()), Fraction(0))

    spent, expired, outstanding = sums("spent", "cost"), sums("expired", "dearest"), sums("outstanding", "dearest")
    cost = round(spent + expired + outstanding - sums("owed", "value"))
    before = None if share is None else round(share * spend)
    return {
        "cost": cost,
        "cost_of_spend": ratio(cost, spend),
        "spent": round(spent),
        "got": round(sums("spent", "worth")),
        "expired": round(expired),
        "outstanding": round(outstanding),
        "margin_share": None if share is None else str(share),
        "margin_before": before,
        "margin_after": None if before is None else before - cost,
        "unvalued": [one.id for one in programme.currencies if one.kind == "spendable" and one.value is None],
    }


def liability(programme: Programme, moved: pl.DataFrame, end_month: int) -> dict[str, list[dict[str, Any]]]:
    """By currency and month: points `outstanding` at its end (available and waiting), what members `owe`, and what the
    outstanding ones are `worth` (minor units; null without a value).

    The months are the same for every currency, from the first in which points of any moved to `end_month`, in which the
    files end; also those in which nothing moved.
    """
    months = range(min(moved["month"].to_list(), default=end_month + 1), end_month + 1)
    found: dict[str, list[dict[str, Any]]] = {}
    for currency in programme.currencies:
        own = moved.filter(pl.col("currency") == currency.id).group_by("month").agg(pl.col("outstanding", "owed").sum())
        changes = {month: (outstanding, owed) for month, outstanding, owed in own.iter_rows()}
        rows = found[currency.id] = []
        outstanding = owed = 0
        for month in months:
            more, owing = changes.get(month, (0, 0))
            outstanding, owed = outstanding + more, owed + owing
            rows.append({
                "month": month_name(month), "outstanding": outstanding, "owe": owed,
                "worth": None if currency.value is None else round(outstanding * currency.value),
            })  # fmt: skip
    return found


def months_moved(programme: Programme, moved: pl.DataFrame) -> dict[str, dict[str, dict[str, int]]]:
    """By currency, month (`2026-01`) and kind of entry: points moved."""
    found: dict[str, dict[str, dict[str, int]]] = {currency.id: {} for currency in programme.currencies}
    sums = moved.group_by("currency", "month", "kind").agg(pl.col("amount").sum()).sort("currency", "month", "kind")
    for currency, month, kind, amount in sums.iter_rows():
        found[currency].setdefault(month_name(month), {})[kind] = amount
    return found


def year_of_custom(
    programme: Programme,
    members: pl.DataFrame,
    prices: Mapping[str, int],
    share: Fraction | None,
    rated: Mapping[str, Rates],
) -> dict[str, Any]:
    """What a member who bought in the last twelve months got for it beside what it cost the house.

    `members` is how many bought; `median` is what the one in the middle of them spent, and so on, each figure looked
    at by itself; `parts` are the same of ten equal parts of them, those who spent most first. The points of eager
    members buy whole rewards, at what these are worth and cost; the rest is worth the declared value and costs what
    points cost that are not spent.
    """
    active = members.filter(pl.col("year_purchases") > 0).sort(["year_spend", "member"], descending=[True, False])
    return {
        "months": YEAR,
        "members": active.height,
        "median": _typical(programme, active, prices, share, rated) if active.height else None,
        "parts": [_typical(programme, part, prices, share, rated) for part in parts_of(active)],
    }


def _typical(
    programme: Programme,
    part: pl.DataFrame,
    prices: Mapping[str, int],
    share: Fraction | None,
    rated: Mapping[str, Rates],
) -> dict[str, Any]:
    points = {currency.id: middle(part[of_year(currency.id)].to_list()) for currency in programme.currencies}
    cost = gets = Fraction(0)
    for id, amount in points.items():
        rate, bought = rated[id], rated[id].bought(amount)
        gets += bought * rate.worth + (amount - bought) * rate.value
        cost += bought * rate.cost + (amount - bought) * (rate.dearest if amount > 0 else rate.value)
    spend, costs, worth = middle(part["year_spend"].to_list()), round(cost), round(gets)
    return {
        "members": part.height,
        "purchases": middle(part["year_purchases"].to_list()),
        "spend": spend,
        "points": points,
        "first_rewards": sum(max(0, points[currency]) // price for currency, price in prices.items()),
        "worth": worth,
        "worth_of_spend": ratio(worth, spend),
        "cost": costs,
        "margin": None if share is None else round(share * spend) - costs,
    }
