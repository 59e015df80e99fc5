"""Auditing: the checks of fairness that need data, as far as a backtest holds it. Pure.

Each has a code of the house's fairness sheet, a verdict, the figures it stands on and a sentence that can be said in
every language. Thresholds are the house's own. What cannot be told from the file is said to be open, and why: it is
never counted as kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import polars as pl

from regulars.engine.entries import ACCRUAL, EXPIRY
from regulars.exchange.earning.behaving import EAGER, OBSERVED
from regulars.exchange.earning.costing import worth
from regulars.exchange.earning.distributing import ratio
from regulars.exchange.earning.sloping import Slope
from regulars.exchange.earning.tallying import YEAR
from regulars.kit.speaking import listed, worded
from regulars.programme.currencies import Currency
from regulars.programme.promise import Programme

KEPT, WARNED, BROKEN, OPEN = "kept", "warned", "broken", "open"
#: CAP-7: a first reward within so many months for the member in the middle, within reach of so many of the active.
MONTHS_TO_REWARD, SHARE_TO_REACH = 3, Fraction(8, 10)
#: CAP-9: of what was issued in twelve months, the share that may expire.
FORFEIT_WARN, FORFEIT_MOST = Fraction(1, 10), Fraction(2, 10)
#: LP-6: what one pays in a later band of tenure beside the first, and the fewest members a band is judged by.
DEARER_MOST, FEWEST = Fraction(105, 100), 30


@dataclass(frozen=True, slots=True)
class Told:
    """What the audits look at: figures of a backtest under the names of `summary.json`, the movements of
    `tallying.moved`, and the month (see tallying.month_of) in which the file ends.

    `tendered` is money that points paid in purchases of the last twelve months, in minor units; `taken` how often eager
    members took each reward, by id; `slope` what members pay by their tenure.
    """

    spend: str
    points: Mapping[str, Mapping[str, Any]]
    money: Mapping[str, Any]
    pace: Mapping[str, Mapping[str, int]]
    prices: Mapping[str, int]
    tenure: list[dict[str, Any]]
    moved: pl.DataFrame
    tendered: int
    end_month: int
    taken: Mapping[str, int] = field(default_factory=dict)
    slope: Slope | None = None


def audits(programme: Programme, told: Told) -> list[dict[str, Any]]:
    """Every audit as {`code`, `currency` (null: all of it), `verdict`, `sentence`, `figures`}, by code."""
    found = [_no_breakage_in_money(told)]
    for currency in programme.currencies:
        found.append(_closes(currency, told))
        if currency.kind == "spendable":
            found += [
                _realised(programme, currency, told), _reachable(currency, told), _forfeiture(currency, told),
            ]  # fmt: skip
    found += (_by_slope(audit, told.slope) for audit in _loyal_pay_no_more(programme, told))
    return sorted(found, key=lambda audit: (audit["code"], audit["currency"] or ""))


def _audit(code: str, currency: str | None, verdict: str, sentence: str, **figures: Any) -> dict[str, Any]:
    return {"code": code, "currency": currency, "verdict": verdict, "sentence": sentence, "figures": figures}


def _realised(programme: Programme, currency: Currency, told: Told) -> dict[str, Any]:
    """CAP-5: what a point bought in the last twelve months is at least what was declared."""
    code = "CAP-5"
    if currency.value is None:
        unknown = worded("The programme declares no value for a point: members cannot know it.")
        return _audit(code, currency.id, BROKEN, unknown)
    spendable = [one for one in programme.currencies if one.kind == "spendable"]
    recent = told.moved.filter(
        (pl.col("currency") == currency.id)
        & (pl.col("kind") == "redemption")
        & (pl.col("month") > told.end_month - YEAR)
    )
    points = int(recent["amount"].sum())
    bought = told.tendered if told.spend == OBSERVED and len(spendable) == 1 else 0
    taken = [one for one in programme.rewards if one.currency == currency.id and told.taken.get(one.id)]
    if told.spend == EAGER and any(one.worth is not None for one in taken):
        stated = [(told.taken[one.id], one) for one in taken if one.worth is not None]
        bought = sum(times * (one.worth or 0) for times, one in stated)
        points = sum(times * one.price.least for times, one in stated)
    if not points or not bought:
        unknown = (
            worded("What points came to when they were spent is not known: nobody spends in this trial.")
            if not points
            else worded(
                "What points came to when they were spent is not known: the file does not say what they bought "
                "(tendered_points)."
            )
        )
        return _audit(code, currency.id, OPEN, unknown)
    realised = Fraction(bought, points) / Fraction(currency.value)
    verdict = KEPT if realised >= 1 else BROKEN
    said = (
        worded("{points} points bought at least what the programme declares for them.", points=points)
        if realised >= 1
        else worded("{points} points bought less than what the programme declares for them.", points=points)
    )
    figures = {"points": points, "bought": bought, "declared": round(points * currency.value)}
    return _audit(code, currency.id, verdict, said, **figures, ratio=ratio(realised.numerator, realised.denominator))


def _reachable(currency: Currency, told: Told) -> dict[str, Any]:
    """CAP-7: the first reward is near for the member in the middle, and within reach of most before points expire."""
    code, price, found = "CAP-7", told.prices.get(currency.id), told.pace.get(currency.id)
    if not price or not found:
        unknown = (
            worded("How near a first reward is cannot be told: no price is known for one.")
            if not price
            else worded("How near a first reward is cannot be told: nobody bought anything.")
        )
        return _audit(code, currency.id, OPEN, unknown)
    a_year, members, reach = found["a_year"], found["members"], found["reach"]
    months = None if a_year <= 0 else -(-price * 12 // a_year)
    near = months is not None and months <= MONTHS_TO_REWARD
    many = Fraction(reach, members) >= SHARE_TO_REACH
    verdict = KEPT if near and many else WARNED if near or many else BROKEN
    reaching = {"price": price, "reach": reach, "members": members}
    said = (
        worded(
            "The first reward costs {price}: the active member in the middle never comes to it, and {reach} of "
            "{members} have come to it or will before their points could expire.",
            **reaching,
        )
        if months is None
        else worded(
            "The first reward costs {price}: the active member in the middle comes to it in {months} months, and "
            "{reach} of {members} have come to it or will before their points could expire.",
            **reaching,
            months=months,
        )
    )
    figures = {"price": price, "median_a_year": a_year, "months": months, "active": members, "reach": reach}
    return _audit(code, currency.id, verdict, said, **figures, share=ratio(reach, members))


def _no_breakage_in_money(told: Told) -> dict[str, Any]:
    """CAP-9, first half: the programme carries itself when every point is redeemed."""
    money = told.money
    after, cost = money["margin_after"], money["cost"]
    if money["unvalued"]:
        unknown = worded(
            "What it costs is not known: no value is declared for {names}.", names=listed(money["unvalued"])
        )
        return _audit("CAP-9", None, OPEN, unknown, cost=cost)
    if after is None:
        return _audit(
            "CAP-9", None, OPEN, worded("What is left is not known: no share of margin is stated."), cost=cost
        )
    left = worded("The programme carries itself with every point redeemed.")
    short = worded(
        "With every point redeemed the programme costs more than the margin brings: it lives on points that expire."
    )
    return _audit("CAP-9", None, KEPT if after >= 0 else BROKEN, left if after >= 0 else short, margin=after, cost=cost)


def _forfeiture(currency: Currency, told: Told) -> dict[str, Any]:
    """CAP-9, second half: of what is issued in any twelve calendar months little expires. The file may begin or end
    within them, and nothing need move in a month."""
    sums = told.moved.filter(pl.col("currency") == currency.id).group_by("kind", "month").agg(pl.col("amount").sum())
    amounts = Counter({(kind, month): amount for kind, month, amount in sums.iter_rows()})
    found = [(Fraction(0), 0, 0)]
    for month in range(min((month for _, month in amounts), default=told.end_month), told.end_month + 1):
        issued, expired = (
            sum(amounts[kind, month - back] for back in range(YEAR)) for kind in (ACCRUAL, EXPIRY)
        )  # fmt: skip
        found.append((Fraction(expired, issued) if issued else Fraction(int(expired > 0)), issued, expired))
    # Of windows that are equally bad, the one in which most was issued.
    worst, issued, expired = max(found)
    verdict = BROKEN if worst > FORFEIT_MOST else WARNED if worst > FORFEIT_WARN else KEPT
    said = worded(
        "In the worst twelve months {expired} points expired beside {issued} issued.", expired=expired, issued=issued
    )
    share = ratio(worst.numerator, worst.denominator)
    return _audit("CAP-9", currency.id, verdict, said, issued=issued, expired=expired, ratio=share)


def _closes(currency: Currency, told: Told) -> dict[str, Any]:
    """ACC-4: what was moved comes to what members have, point for point."""
    points = told.points[currency.id]
    moved, held = sum(points["by_kind"].values()), points["outstanding"]
    said = (
        worded("All movements together come to the {held} that members have.", held=held)
        if moved == held
        else worded("Issued and all that followed come to {moved}, and members have {held}.", moved=moved, held=held)
    )
    figures = {"opening": 0, **points["by_kind"], "closing": held, "difference": held - moved}
    return _audit("ACC-4", currency.id, KEPT if moved == held else BROKEN, said, **figures)


def _loyal_pay_no_more(programme: Programme, told: Told) -> Iterator[dict[str, Any]]:
    """LP-6: for the same money, members of longer standing get at least what newcomers get."""
    bands = [band for band in told.tenure if band["members"] >= FEWEST and band["spend"] > 0]
    if len(bands) < 2 or told.tenure[0] not in bands:
        few = worded("Too few bands of tenure have {fewest} members to compare.", fewest=FEWEST)
        yield _audit("LP-6", None, OPEN, few)
        return
    paid = [Fraction(band["spend"] - worth(programme, band["points"]), band["spend"]) for band in bands]
    if all(share == 1 for share in paid):
        unknown = worded("No value is declared for points, so what members pay cannot be compared.")
        yield _audit("LP-6", None, OPEN, unknown)
        return
    dearest = max(range(1, len(bands)), key=lambda place: paid[place])
    if paid[0] <= 0:
        verdict, beside = BROKEN, None
    else:
        beside = paid[dearest] / Fraction(paid[0])
        verdict = BROKEN if beside > DEARER_MOST else WARNED if beside > 1 else KEPT
    said = (
        worded("After points, members of longer standing pay no more for the same goods than in their first months.")
        if verdict == KEPT
        else worded("After points, members of longer standing pay more for the same goods than in their first months.")
    )
    yield _audit(
        "LP-6", None, verdict, said, since=bands[dearest]["since"],
        ratio=None if beside is None else ratio(beside.numerator, beside.denominator),
        got_first=ratio(worth(programme, bands[0]["points"]), bands[0]["spend"]),
        got_later=ratio(worth(programme, bands[dearest]["points"]), bands[dearest]["spend"]),
    )  # fmt: skip


def _by_slope(audit: dict[str, Any], slope: Slope | None) -> dict[str, Any]:
    """LP-6 as well: no member pays more of the same price the longer they stay. A slope whose whole interval lies above
    nothing is warned of, unless the bands of tenure say worse."""
    told = None if slope is None else {name: getattr(slope, name) for name in ("a_year", "low", "high")}
    figures = {**audit["figures"], "slope": told, "slope_members": slope.members if slope else 0}
    if slope is None or audit["verdict"] in (WARNED, BROKEN):
        return {**audit, "figures": figures}
    if slope.low > 0:
        sentence = worded(
            "The longer members stay, the more of the same price is left to pay after points: beside their own earlier "
            "purchases, and by more than chance would have it."
        )
        return {**audit, "verdict": WARNED, "sentence": sentence, "figures": figures}
    return {**audit, "figures": figures}
