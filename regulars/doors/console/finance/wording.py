"""The lines of the books in the reader's words: what each is called, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.doors.look.templatetags.writing import reader
from regulars.insight.liability import journal, rolling, stating
from regulars.insight.liability.closing import ClosingRefused

_LINES = {
    rolling.OPENED: (
        gettext_lazy("Brought along"),
        gettext_lazy("What came from another system, less what was withdrawn. In money: a liability taken over."),
    ),
    stating.ISSUED: (
        gettext_lazy("Issued"),
        gettext_lazy("What rules gave. In money: the part of the sales that is owed for them."),
    ),
    rolling.REDEEMED: (
        gettext_lazy("Redeemed"),
        gettext_lazy("What members spent, less what they got back. In money: revenue now."),
    ),
    rolling.EXPIRED: (
        gettext_lazy("Expired"),
        gettext_lazy("What ended unused. In money: revenue, where it is more than was assumed to end."),
    ),
    rolling.FORFEITED: (
        gettext_lazy("Forfeited"),
        gettext_lazy("What somebody took away for a stated reason. In money: as of what expired."),
    ),
    stating.CLAWED_BACK: (
        gettext_lazy("Clawed back"),
        gettext_lazy("What returns took back. In money: what was owed for it went back with the refund."),
    ),
    stating.ADJUSTED: (
        gettext_lazy("Adjusted"),
        gettext_lazy("Goodwill and corrections. In money: an expense, or less of one."),
    ),
    stating.TRANSFERRED: (gettext_lazy("Transferred"), gettext_lazy("Between members: what arrived less what left.")),
    stating.ESTIMATE: (
        gettext_lazy("Estimate"),
        gettext_lazy("Revenue because more or fewer points are expected to be redeemed than before."),
    ),
}
_ACCOUNTS = {
    journal.LIABILITY: gettext_lazy("Contract liability for points"),
    journal.SALES: gettext_lazy("Revenue from sales"),
    journal.POINTS: gettext_lazy("Revenue from points redeemed"),
    journal.BREAKAGE: gettext_lazy("Revenue from points not redeemed"),
    journal.MARKETING: gettext_lazy("Marketing expense"),
    journal.GOODWILL: gettext_lazy("Goodwill expense"),
    journal.BROUGHT: gettext_lazy("Opening balance, brought along"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the roll-forward as a page shows it."""

    title: str
    meaning: str
    points: int
    late: int
    money: int


@dataclass(frozen=True, slots=True)
class Booked:
    """One side of a journal entry as a page shows it."""

    account: str
    code: str
    debit: int
    credit: int


def roll_forward(figures: Mapping[str, Any]) -> list[Told]:
    """The lines of one currency in which anything happened, in their order."""
    return [
        Told(str(_LINES[line.name][0]), str(_LINES[line.name][1]), line.points, line.late, line.money)
        for line in stating.lines_of(figures)
        if line.points or line.money or line.late
    ]


def bookings(figures: Mapping[str, Any], currency: str) -> list[Booked]:
    """The journal of one currency."""
    return [
        Booked(str(_ACCOUNTS[side.account]), side.account, side.debit, side.credit)
        for side in journal.sides(figures)
        if side.currency == currency
    ]


def tenths(share: Fraction) -> str:
    """A share in points of a per cent with one decimal: −1.3."""
    exact = Decimal(round(share * 1000)).scaleb(-1)
    return format_decimal(exact, format="0.0", locale=reader()).replace("-", "−")


def refusal_sentence(refused: ClosingRefused) -> str:
    """Why a month was not closed, in the reader's language."""
    sentences = {
        "month_not_over": _("This month is not over yet: close it when it is."),
        "already_closed": _("It is closed already. A closed month never changes."),
        "nothing_to_close": _("Nothing happened in that month or before."),
        "figures_changed": _("Something was recorded meanwhile: look at the figures once more."),
        "entries_changed": _(
            "Nothing was recorded since you looked, and the figures are others all the same: somebody changed entries"
            " in the database. Have “regulars prove” run, which says which, before you close."
        ),
        "closing_changed": _(
            "A closed month was changed in the database, or taken away: nothing is closed after it until it is again as"
            " it was. Compare with your journal and a backup."
        ),
    }
    return sentences.get(refused.code, str(refused))
