"""The journal of a month: what bookkeeping enters, each movement of money from one account to another. Pure.

Accounts and columns have plain English names that never change, so that an import can be set up once.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from typing import Any

from babel.numbers import get_currency_precision

from regulars.insight.liability.rolling import (
    ADDED,
    CORRECTED,
    EARNED,
    EXPIRED,
    FORFEITED,
    GIVEN,
    OPENED,
    REDEEMED,
    REPAID,
    TAKEN_BACK,
    WITHDRAWN,
)
from regulars.insight.liability.stating import ESTIMATE

LIABILITY, SALES, POINTS, BREAKAGE = "contract_liability", "sales_revenue", "points_revenue", "breakage_revenue"
MARKETING, GOODWILL, BROUGHT = "marketing_expense", "goodwill_expense", "opening_balance"
#: Each line of money: the account that is debited, and the one that is credited.
ENTRIES = {
    EARNED: (SALES, LIABILITY),
    GIVEN: (MARKETING, LIABILITY),
    ADDED: (GOODWILL, LIABILITY),
    OPENED: (BROUGHT, LIABILITY),
    TAKEN_BACK: (LIABILITY, SALES),
    REPAID: (LIABILITY, POINTS),
    CORRECTED: (LIABILITY, GOODWILL),
    WITHDRAWN: (LIABILITY, BROUGHT),
    REDEEMED: (LIABILITY, POINTS),
    EXPIRED: (LIABILITY, BREAKAGE),
    FORFEITED: (LIABILITY, BREAKAGE),
    ESTIMATE: (LIABILITY, BREAKAGE),
}
COLUMNS = ("month", "currency", "line", "points", "account", "debit", "credit", "money", "digest")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a journal entry: minor units to debit or to credit, the other is 0; `points` it stands for."""

    currency: str
    line: str
    points: int
    account: str
    debit: int
    credit: int


def sides(figures: Mapping[str, Any]) -> list[Side]:
    """Both sides of every entry of a month; debits and credits of each line are the same."""
    found = []
    for currency, one in sorted(figures["currencies"].items()):
        for line, (debited, credited) in ENTRIES.items():
            money, points = one["money"].get(line, 0), one["points"].get(line, 0)
            if money < 0:
                debited, credited = credited, debited
            if money:
                found.append(Side(currency, line, points, debited, abs(money), 0))
                found.append(Side(currency, line, points, credited, 0, abs(money)))
    return found


def written(figures: Mapping[str, Any], digest: str) -> str:
    """The journal as CSV, amounts with the decimals of the money; `digest` names the closing it comes from."""
    digits = get_currency_precision(figures["money"])
    told = StringIO()
    rows = csv.writer(told, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for side in sides(figures):
        amounts = (str(Decimal(one).scaleb(-digits)) if one else "" for one in (side.debit, side.credit))
        rows.writerow(
            (figures["month"], side.currency, side.line, side.points, side.account, *amounts, figures["money"], digest)
        )
    return told.getvalue()


def accounts(found: Sequence[Side]) -> dict[str, int]:
    """By account, debits less credits in minor units; all together they are nothing."""
    sums: dict[str, int] = {}
    for side in found:
        sums[side.account] = sums.get(side.account, 0) + side.debit - side.credit
    return sums
