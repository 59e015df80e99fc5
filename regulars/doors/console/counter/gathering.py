"""Gathering: lots that an act changes, put together by when they end, so that a thousand of them can be read."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.doors.console.wording import language, title_of
from regulars.doors.look.templatetags.look import figure
from regulars.doors.look.templatetags.writing import signed, span
from regulars.exchange.counter.rehearsing import Change

#: So many lots, or months, are read one by one.
_FEW = 12


@dataclass(frozen=True, slots=True)
class Going:
    """What lots that end together would give (or get back): when they were earned, of which currency (empty where
    there is no other one), how many they are (empty: one) and when they end."""

    earned: str
    currency: str
    count: str
    ends: str
    points: str
    rest: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """The lots of an act. `together` is empty where they are few enough to be read one by one; then `each` of them
    stands folded, and `total` says what they come to."""

    together: list[Going]
    each: list[Going]
    total: str


def gathered(changes: Sequence[Change], several: bool = False) -> Gathered:
    """Lots in the order in which they would be spent, and put together by the month in which they end, or by its year
    where there are many months. What ends on no day is put together by what its end depends on. Where the programme
    has `several` currencies, each says its own."""
    each = [_told([change], several) for change in changes]
    if len(changes) <= _FEW:
        return Gathered([], each, "")
    groups = _grouped(changes, months=True)
    if len(groups) > _FEW:
        groups = _grouped(changes, months=False)
    sums: dict[str, int] = {}
    for change in changes:
        title = title_of(change.lot.currency.title, change.lot.currency.id)
        sums[title] = sums.get(title, 0) + change.points
    total = ", ".join(f"{signed(-points)} {title}" for title, points in sums.items())
    return Gathered([_told(group, several) for group in groups], each, total)


def _grouped(changes: Sequence[Change], months: bool) -> list[list[Change]]:
    groups: dict[Hashable, list[Change]] = {}
    for change in changes:
        on = change.lot.expires_on
        end: Hashable = (on.year, on.month if months else 0) if on else change.lot.ends(language())
        groups.setdefault((change.lot.currency.id, end), []).append(change)
    return list(groups.values())


def _told(changes: Sequence[Change], several: bool) -> Going:
    lots, currency = [change.lot for change in changes], changes[0].lot.currency
    earned = [lot.earned_on for lot in lots]
    count = ""
    if len(lots) > 1:
        count = ngettext("%(count)s lot", "%(count)s lots", len(lots)) % {"count": figure(len(lots))}
    return Going(
        span(min(earned), max(earned)),
        title_of(currency.title, currency.id) if several else "",
        count,
        _ends([lot.expires_on for lot in lots if lot.expires_on]) or lots[0].ends(language()),
        signed(-sum(change.points for change in changes)),
        figure(sum(change.left for change in changes)),
    )


def _ends(days: Sequence[date]) -> str:
    return _("Last days to spend them: %(days)s.") % {"days": span(min(days), max(days))} if len(set(days)) > 1 else ""
