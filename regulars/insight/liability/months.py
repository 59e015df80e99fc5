"""The figures of every month, from the months that were closed on: what a page shows and a closing keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from regulars.ground.publishing.versions import Versions
from regulars.insight.liability.estimating import BackTest, back_tests, estimate, up_to
from regulars.insight.liability.movements import month_of, movements, programme_of, value_of
from regulars.insight.liability.rolling import Month, State, Worth, roll, steps
from regulars.kit.zones import microseconds

#: By currency and month, which part of the points given in it was assumed then to be redeemed never.
Assumed = Mapping[str, Mapping[int, Fraction]]
_NONE: Assumed = {}


@dataclass(frozen=True, slots=True)
class Open:
    """The months that are not closed, oldest first, the running one last; by currency, `back_tests` of the estimate
    of the last month that is over."""

    months: Sequence[Month]
    back_tests: Mapping[str, Sequence[BackTest]]


def local_month(zone: str, now: datetime) -> int:
    """The running month of a zone."""
    return month_of(now.astimezone(ZoneInfo(zone)).date())


def running_month(known: Versions, now: datetime) -> int:
    """The running month of the version in force."""
    return local_month(known.at(microseconds(now)).kernel.terms.programme.header.zone, now)


def open_months(
    known: Versions, now: datetime, closed: int | None, state: State, assumed: Assumed = _NONE, afresh: bool = False
) -> Open:
    """All months after the one `closed` last (None: none was), which left `state`; all of the ledger is read `afresh`,
    or what is new. `assumed` is of the closed months. Raises LedgerUnsound."""
    last = running_month(known, now)
    read = movements(known, last, afresh)
    if read.first is None:
        return Open((), {})
    followed = {currency: steps(cohorts, last - 1) for currency, cohorts in read.moved.items()}
    months: list[Month] = []
    issued = {currency: dict(assumed.get(currency, {})) for currency in {*assumed, *read.moved}}
    for month in range(read.first if closed is None else closed + 1, last + 1):
        currencies = {*read.moved, *state.purses, *(one.id for one in programme_of(known, month).currencies)}
        # Of the running month only a part has happened: estimates go by those that are over.
        worth = {}
        for currency in sorted(currencies):
            expected = estimate(up_to(followed.get(currency, {}), min(month, last - 1)))
            of_issue = issued.setdefault(currency, {})
            of_issue[month] = 1 - expected.after(-1)
            worth[currency] = Worth(value_of(known, currency, month), expected, dict(of_issue), month == last)
        one = roll(state, read.moved, read.sales, month, worth, read.tendered)
        months.append(one)
        state = one.state
    return Open(months, {currency: back_tests(cohorts, last - 1) for currency, cohorts in followed.items()})
