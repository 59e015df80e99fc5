"""A programme in words: everything it promises as titled sentences, in the reader's language.

What stands here is what the kernel counts, built from the checked values; a new section of the file is added here
once, and all pages say it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.doors.console.wording import language, title_of
from regulars.doors.look.templatetags.writing import money
from regulars.exchange.budgets.left import Left
from regulars.programme import care_clauses, clauses
from regulars.programme.currencies import Currency
from regulars.programme.promise import Programme
from regulars.programme.sentences import (
    cap_sentence,
    group_sentence,
    level_sentence,
    pending_sentence,
    rule_sentence,
    tiers_sentence,
)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing the programme says: what it is called, and the sentence."""

    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """Things said under one heading."""

    title: str
    said: list[Said] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Told:
    """A whole programme in words. `tiers` begins with the highest level; `keeping` says how long one is kept. `more` is
    what else is promised: what points can be spent on, and for what they may be taken."""

    rules: Chapter
    groups: list[str]
    caps: Chapter
    tiers: Chapter
    keeping: str
    currencies: list[Chapter]
    more: list[Chapter]
    place: Chapter


def told(programme: Programme, left: Iterable[Left] = ()) -> Told:
    """`programme` in the reader's language; in force, with what is `left` of its budgets."""
    now = {one.budget.id: f" {one.figures(language())}" for one in left}
    tongue, earn, tiers = language(), programme.earn, programme.tiers
    levels = reversed(tiers.levels) if tiers else ()
    return Told(
        Chapter(
            _("What is earned"),
            [Said(title_of(r.title, r.id), rule_sentence(r, programme, tongue)) for r in earn.rules],
        ),
        [group_sentence(group, programme, tongue) for group in earn.groups],
        Chapter(
            _("Limits"),
            [
                Said(title_of(c.title, c.id), cap_sentence(c, programme, tongue) + now.get(c.id, ""))
                for c in earn.bounds
            ],
        ),
        Chapter(
            _("Tiers"),
            [
                _level(title_of(one.title, one.id), level_sentence(one, tiers, programme, tongue))
                for one in levels
                if tiers
            ],
        ),
        tiers_sentence(tiers, tongue) if tiers else "",
        [_currency(currency, programme.header.money) for currency in programme.currencies],
        [chapter for chapter in _more(programme, tongue) if chapter.said],
        Chapter(
            _("Where and when"),
            [
                Said(_("Money"), programme.header.money),
                Said(_("Days begin in"), programme.header.zone),
            ],
        ),
    )


def _more(programme: Programme, tongue: str) -> list[Chapter]:
    rewards = [(one.title, one.id, clauses.reward(one, programme, tongue)) for one in programme.rewards]
    reasons = [(one.title, one.id, care_clauses.reason(one, programme, tongue)) for one in programme.forfeiture]
    return [
        Chapter(heading, [Said(title_of(title, id), " ".join(said)) for title, id, said in rows])
        for heading, rows in ((_("Rewards"), rewards), (_("Why points may be taken away"), reasons))
    ]


def _level(title: str, sentence: str) -> Said:
    """A level under its own title, which its sentence need not say again."""
    rest = sentence.removeprefix(f"{title}: ")
    return Said(title, rest[:1].upper() + rest[1:])


def _currency(currency: Currency, iso: str) -> Chapter:
    """What its points are worth, when they can be spent, and when they end."""
    facts: list[Said] = []
    if currency.value:
        facts.append(Said(_("100 are worth"), money(int(100 * currency.value), iso)))
    if currency.kind == "qualifying":
        facts.append(Said(_("They serve"), _("tiers only")))
    else:
        facts.append(Said(_("They can be spent"), _spent(currency)))
    facts.append(Said(_("They end"), _ends(currency)))
    if currency.expiry and currency.expiry.notice:
        notice = currency.expiry.notice
        days = _("%(earliest)s to %(latest)s days before") % {"earliest": notice.earliest, "latest": notice.latest}
        facts.append(Said(_("Only after a notice"), days))
    facts.append(Said(_("A return may leave a debt"), _("yes") if currency.debt else _("no")))
    return Chapter(title_of(currency.title, currency.id), facts)


def _spent(currency: Currency) -> str:
    pending = currency.pending
    if not pending:
        return _("at once")
    if pending.until or pending.event:
        return pending_sentence(pending, language())
    days = pending.days
    return ngettext("after one day", "after %(days)s days", days) % {"days": days}


def _ends(currency: Currency) -> str:
    if not currency.expiry:
        return _("never")
    months = currency.expiry.months
    if currency.expiry.after == "inactivity":
        said = ngettext(
            "one month after the last earning or spending",
            "%(months)s months after the last earning or spending",
            months,
        )
    elif currency.kind == "qualifying":
        said = ngettext(
            "one month after they become available", "%(months)s months after they become available", months
        )
    else:
        said = ngettext("one month after they can be spent", "%(months)s months after they can be spent", months)
    return said % {"months": months}
