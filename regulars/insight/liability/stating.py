"""Stating: a month's figures as a page shows them and a closing keeps them, and its state, in plain JSON and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from regulars.insight.liability.estimating import MILLION, Estimate
from regulars.insight.liability.movements import month_name, month_named
from regulars.insight.liability.rolling import (
    ADDED,
    ARRIVED,
    CORRECTED,
    EARNED,
    EXPIRED,
    FORFEITED,
    GIVEN,
    OPENED,
    REDEEMED,
    REPAID,
    SENT,
    TAKEN_BACK,
    WITHDRAWN,
    Cohort,
    Month,
    Purse,
    Rolled,
    State,
)
from regulars.programme.promise import Programme

ISSUED, CLAWED_BACK, ADJUSTED, TRANSFERRED, ESTIMATE = "issued", "clawed_back", "adjusted", "transferred", "estimate"
#: The lines of the roll-forward, in its order, each with the movements it sums up and how they change the balance.
ROLL: dict[str, dict[str, int]] = {
    OPENED: {OPENED: 1, WITHDRAWN: -1},
    ISSUED: {EARNED: 1, GIVEN: 1},
    REDEEMED: {REDEEMED: -1},
    EXPIRED: {EXPIRED: -1},
    FORFEITED: {FORFEITED: -1},
    CLAWED_BACK: {TAKEN_BACK: -1, REPAID: -1},
    ADJUSTED: {ADDED: 1, CORRECTED: -1},
    TRANSFERRED: {ARRIVED: 1, SENT: -1},
    ESTIMATE: {ESTIMATE: -1},
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the roll-forward, with its sign: points, how many of them came late, and money in minor units."""

    name: str
    points: int
    late: int
    money: int


def digest_of(*parts: Any) -> str:
    """The SHA-256 of plain JSON values, written without spaces and with sorted names."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def figures_of(month: Month, programme: Programme, version: int) -> dict[str, Any]:
    """A month's figures in plain JSON, with the version of the programme in force as it ends."""
    return {
        "month": month_name(month.number),
        "version": version,
        "programme": programme.digest,
        "money": programme.header.money,
        "zone": programme.header.zone,
        "sales": month.sales,
        "goods": month.goods,
        "currencies": {currency: _rolled(rolled) for currency, rolled in month.currencies.items()},
    }


def lines_of(figures: Mapping[str, Any]) -> list[Line]:
    """The roll-forward of one currency out of its plain figures."""
    return [
        Line(name, *(sum(times * figures[what].get(part, 0) for part, times in parts.items()) for what in _COLUMNS))
        for name, parts in ROLL.items()
    ]


def estimate_of(figures: Mapping[str, Any]) -> Estimate:
    """The estimate that was used, out of the plain figures of one currency."""
    told = figures["estimate"]
    return Estimate(tuple(told["seen"]), told["months"])


def plain(state: State) -> dict[str, Any]:
    """A state in plain JSON."""
    return {
        "sales": state.sales,
        "tendered": state.tendered,
        "purses": {
            currency: {
                "owed": purse.owed,
                "transit": purse.transit,
                "cohorts": {
                    month_name(cohort): {
                        "points": {line: points for line, points in sorted(one.points.items()) if points},
                        "deferred": one.deferred,
                        "recognised": one.recognised,
                        "sent": one.sent,
                    }
                    for cohort, one in purse.cohorts.items()
                },
            }
            for currency, purse in state.purses.items()
        },
    }


def state_of(told: Mapping[str, Any]) -> State:
    """The state that was written so."""
    purses = {currency: _purse(purse) for currency, purse in told["purses"].items()}
    return State(told["sales"], purses, told.get("tendered"))


_COLUMNS: Sequence[str] = ("points", "late", "money")


def _purse(told: Mapping[str, Any]) -> Purse:
    cohorts = {
        month_named(name): Cohort(one["points"], one["deferred"], one["recognised"], one.get("sent", _sent(one)))
        for name, one in told["cohorts"].items()
    }
    return Purse(cohorts, told["owed"], told["transit"])


def _sent(told: Mapping[str, Any]) -> int:
    """What went on to other cohorts, of a closing that did not say so: of what was deferred, the part of what was sent
    and not made up for by what arrived."""
    one = Cohort(told["points"], told["deferred"])
    return one.worth_of(-one.came) if one.came < 0 else 0


def _rolled(one: Rolled) -> dict[str, Any]:
    estimate = one.worth.estimate
    return {
        "points": dict(one.points),
        "late": dict(one.late),
        "money": dict(one.money),
        "opening": one.opening,
        "closing": one.closing,
        "owed_opening": one.owed_opening,
        "owed_closing": one.owed_closing,
        "liability_opening": one.liability_opening,
        "liability_closing": one.liability_closing,
        "value": None if one.worth.value is None else str(one.worth.value),
        "estimate": {
            "months": estimate.months,
            "used": estimate.used,
            "at_issue": int(estimate.after(-1) * MILLION),
            "seen": list(estimate.seen),
        },
    }
