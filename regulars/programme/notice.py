"""The notice that a change of the promise owes to members, the grace after it, and a draft of what to write.

One safe default for everybody, out of rules that are law somewhere (docs/compare.md names them):

- whoever may be worse off is told 60 to 90 days before (Quebec, Consumer Protection Act 187.9 and its regulation; the
  45 days of New York's General Business Law 520-e, read as before the change, lie within);
- for 90 days from the notice what was earned can be spent at its old value (New York, the same law);
- what points already earned are worth is not lowered (Quebec, the same act). Whoever does it all the same does it
  only when the grace is over, since nothing keeps the old value once the new promise is in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from textwrap import fill

from babel.dates import format_date

from regulars.programme.comparing import Difference, differences
from regulars.programme.judging import Effect
from regulars.programme.notice_words import NOTICE_WORDS, NoticeWords
from regulars.programme.promise import Programme
from regulars.programme.sentences import title_in

NOTICE_DAYS = 60
FRESH_DAYS = 90
GRACE_DAYS = 90
_WIDTH = 76
#: The kinds of clauses that have no bearing on what points buy that were earned already.
_BESIDE = frozenset({
    "base", "rule", "group", "cap", "budget", "late", "tiers", "level", "offer", "club", "referrals",
    "moment", "perk", "service", "contact", "trust", "stage", "flow", "data", "table", "measure",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Owed:
    """What a change owes: `notice_days` at least between the notice and the day it takes effect, `grace_days` from
    the notice in which what was earned keeps its old value. Both 0 when nobody may be worse off."""

    effect: Effect
    notice_days: int
    grace_days: int

    def earliest(self, notice: date) -> date:
        """The first day on which the change may take effect when members are told on the day `notice`."""
        return notice + timedelta(self.notice_days)

    def again(self, notice: date, effective: date) -> date | None:
        """The last day on which members are told once more, when that notice comes too long before; None if not."""
        stale = bool(self.notice_days) and (effective - notice).days > FRESH_DAYS
        return effective - timedelta(NOTICE_DAYS) if stale else None

    def grace_until(self, notice: date) -> date:
        """The last day of the grace, inclusive."""
        return notice + timedelta(self.grace_days)


def owed(old: Programme, new: Programme) -> Owed:
    """What the change from `old` to `new` owes to members."""
    return owed_for(differences(old, new), old)


def owed_for(found: Iterable[Difference], old: Programme) -> Owed:
    """What these differences owe together: the worst of them decides. Where the terms of the old programme promise
    more notice or a longer grace, that is owed."""
    effect = max((difference.effect for difference in found), default=Effect.NEUTRAL)
    if effect < Effect.DIFFERS:
        return Owed(effect, 0, 0)
    terms = old.terms
    notice, grace = (terms.notice_days, terms.grace_days) if terms else (NOTICE_DAYS, GRACE_DAYS)
    notice, grace = max(notice, NOTICE_DAYS), max(grace, GRACE_DAYS)
    return Owed(effect, max(notice, grace + 1) if effect is Effect.DEVALUING else notice, grace)


def last_as_today(found: Iterable[Difference], old: Programme, notice: date, effective: date) -> date:
    """The last day on which what was earned can be spent as today, when members are told on the day `notice`: that of
    the grace, or the day before `effective` where what points buy changes then: the grace holds nothing that has ended.
    """
    told = tuple(found)
    grace = owed_for(told, old).grace_until(notice)
    return min(grace, effective - timedelta(1)) if _buys_else(told) else grace


def draft(
    found: Iterable[Difference], old: Programme, new: Programme, notice: date, effective: date, language: str
) -> str:  # fmt: skip
    """A draft of the notice as plain text: what changes (both clauses), from when, the grace, what members can do.

    A paragraph is a line; `wrapped` breaks them for a file or a mail.
    `notice` is the day it is sent, `effective` the day of the change; of one that is told on its day or later, it says
    so, and promises nothing of the time before. Differences that change nothing for members
    are left out; the text is empty when none is left. `language` is en, de, es or da; KeyError for another one.
    """
    told = [difference for difference in found if difference.effect is not Effect.NEUTRAL]
    if not told:
        return ""
    words = NOTICE_WORDS[language]
    due = owed_for(told, old)
    last = last_as_today(told, old, notice, effective)
    figures: dict[str, object] = {
        "name": new.header.name,
        "date": _day(effective, language),
        "before": _day(effective - timedelta(1), language),
        "grace": _day(due.grace_until(notice), language),
        "days": (effective - notice).days,
        "spend": _day(last, language),
    }
    worse = [difference for difference in told if difference.effect > Effect.DIFFERS]
    other = [difference for difference in told if difference.effect is Effect.DIFFERS]
    better = [difference for difference in told if difference.effect < Effect.DIFFERS]
    at_once = effective <= notice and bool(worse or other)
    parts = [(words.at_once_subject if at_once else words.subject).format(**figures), words.hello]
    opening = words.opening if worse or other else words.glad_opening
    parts.append((words.at_once_opening if at_once else opening).format(**figures))
    for heading, group in ((words.worse, worse), (words.otherwise, other), (words.better, better)):
        if group:
            parts += [heading, *_clauses(group, words, figures, language)]
    if worse or other:
        touched = words.stays_other if _buys_else(told) else words.stays
        stays = words.stays_less if due.effect is Effect.DEVALUING else touched
        parts += [words.staying, (words.at_once_stays if at_once else stays).format(**figures)]
        spend = () if at_once else (words.spend.format(**figures),)
        choices = (words.ask, *spend, _leaving(old, new, words, language))
        parts += [words.choices, "\n".join(f"- {choice}" for choice in choices)]
    parts.append(words.closing.format(**figures))
    return "\n\n".join(parts) + "\n"


def wrapped(letter: str) -> str:
    """A draft with its lines broken as mail has them, each part of a list under its beginning."""
    return "\n".join(
        fill(
            line,
            _WIDTH,
            subsequent_indent="   " if line[:1].isdigit() or line[:1] == " " else "  " * (line[:2] == "- "),
        )
        for line in letter.split("\n")
    )


def _buys_else(told: Iterable[Difference]) -> bool:
    """Whether something that may be worse bears on what points buy, and how: rewards, partners, the points themselves,
    what spending costs, or the whole house. Of what is not known to be about something else, it is taken to."""
    return any(one.effect >= Effect.DIFFERS and one.kind not in _BESIDE for one in told)


def _leaving(old: Programme, new: Programme, words: NoticeWords, language: str) -> str:
    """That one can leave, and what that costs: whichever of the two promises is the harder one counts."""
    bound = {
        club.id: title_in(club.title, language)
        for club in (*old.clubs, *new.clubs)
        if club.exit.notice_days or club.exit.fee or club.exit.refund == "nothing"
    }
    leave = words.leave_bound.format(clubs=", ".join(bound.values())) if bound else words.leave
    days = min((one.terms.run_off_days for one in (old, new) if one.terms), default=0)
    return f"{leave} {words.afterwards.format(run_off=days)}" if days > 1 else leave


def _clauses(group: list[Difference], words: NoticeWords, figures: dict[str, object], language: str) -> Iterator[str]:
    """Each difference with its number, the old clause and the new one, or what comes and goes."""
    for number, difference in enumerate(group, 1):
        lines = [f"{number}. {difference.title[language]}"]
        old, new = difference.old.get(language), difference.new.get(language)
        if old == new:
            lines.append(words.differs.format(**figures))
        else:
            if old:
                lines.append(words.until.format(clause=old, **figures))
            lines.append(words.since.format(clause=new, **figures) if new else words.ends.format(**figures))
        yield "\n   ".join(lines)


def _day(day: date, language: str) -> str:
    return format_date(day, "long", locale=language)
