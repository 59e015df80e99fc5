"""Lots put together for reading: by the month in which they were earned, as long as they end alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from regulars.doors.console.wording import language, title_of
from regulars.doors.look.templatetags.writing import month
from regulars.exchange.ledger.holdings import LotView


@dataclass(slots=True)
class Group:
    """Lots of one month and one end: how much was given, how much is left. `waits` until, when not spendable yet."""

    currency: str
    month: str
    ends: str
    waits: date | None
    amount: int
    left: int


@dataclass(frozen=True, slots=True)
class Grouped:
    """Groups in the order in which they will be spent. `ends` is how all of them end, empty when they differ;
    `currencies` says whether there are several."""

    groups: list[Group]
    ends: str
    currencies: bool


def grouped(lots: Sequence[LotView]) -> Grouped:
    """Neighbours of one month, currency and end become one group."""
    groups: list[Group] = []
    for lot in lots:
        waits = lot.available_on if lot.pending else None
        currency = title_of(lot.currency.title, lot.currency.id)
        one = Group(currency, month(lot.earned_on), lot.ends(language()), waits, lot.amount, lot.left)
        last = groups[-1] if groups else None
        if last and (last.currency, last.month, last.ends, last.waits) == (currency, one.month, one.ends, waits):
            last.amount += one.amount
            last.left += one.left
        else:
            groups.append(one)
    ends = {group.ends for group in groups}
    return Grouped(groups, ends.pop() if len(ends) == 1 else "", len({group.currency for group in groups}) > 1)
