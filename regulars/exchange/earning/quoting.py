"""Quoting: what would this basket earn, and why not more. The kernel answers, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from regulars.engine import quotes
from regulars.engine.entries import ACCRUAL, Entry, Refusal
from regulars.engine.kernel import Kernel
from regulars.engine.quotes import Missing, Quoted, Silence
from regulars.exchange.budgets.leasing import Key
from regulars.exchange.budgets.left import points_left
from regulars.exchange.earning.folding import kernel_event
from regulars.exchange.earning.stepping import drawable
from regulars.exchange.ledger import reasons
from regulars.exchange.ledger.assembling import assemble
from regulars.exchange.ledger.holdings import progress_said, tier_of
from regulars.exchange.ledger.reasons import Reason, Working, points
from regulars.ground.activity.contract import Incoming
from regulars.ground.publishing.versions import versions
from regulars.programme.earn import Rule
from regulars.programme.promise import Programme
from regulars.programme.sentences import figure, money, rules_named, title_in


@dataclass(frozen=True, slots=True)
class Earned:
    """Points of one currency in all; spendable from `available_on`, through `expires_on` (None: no fixed day)."""

    currency: str
    title: str
    points: int
    available_on: date
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Given:
    """What one rule would give, and why, with the working step by step."""

    rule: str
    title: str
    currency: str
    points: int
    why: str
    working: Working


@dataclass(frozen=True, slots=True)
class NotGiven:
    """A rule that would give nothing: a stable `code` (see `engine.quotes`), why, and what is `missing`.

    `to_go` is how often still, for a rule that counts (0 for others).
    """

    rule: str
    title: str
    code: str
    why: str
    missing: tuple[str, ...]
    to_go: int


@dataclass(frozen=True, slots=True)
class Held:
    """Points that a cap would hold back."""

    cap: str
    title: str
    points: int


@dataclass(frozen=True, slots=True)
class Tier:
    """The tier after the basket; `rises` when the basket reaches it. `missing` lacks to `next` then.

    `sentence` says so. Progress is minor units, visits or points, by what the programme counts. At the top `next`
    is None.
    """

    level: str
    title: str
    rises: bool
    next: str | None
    missing: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Quote:
    """The answer to a basket. With a `refusal` it would be refused, and everything else is empty."""

    version: int
    earned: tuple[Earned, ...]
    given: tuple[Given, ...]
    not_given: tuple[NotGiven, ...]
    held_back: tuple[Held, ...]
    tier: Tier | None
    refusal: Refusal | None


def quote(event: Incoming, account: int | None, language: str) -> Quote:
    """What a purchase (or another event that earns) would bring, now or whenever `event.at` is.

    `account` None asks for somebody who is not a member yet. `language` is en, de, es or da. Raises PublishRefused
    when no programme is published.
    """
    version = versions().at(event.at)
    kernel = version.kernel
    standing = kernel.open() if account is None else assemble([account])[account].standing
    level = standing.tier
    told = kernel_event(event, "quote")
    shared = {Key(one.id, one.per, period): one.most for one, period in drawable(version, event.type, event.at)}
    told.allotted = {key.budget: points for key, points in points_left(shared).items()}
    quoted = quotes.quote(kernel, standing, told)
    if quoted.outcome.refusal is not None:
        return Quote(version.number, (), (), (), (), None, quoted.outcome.refusal)
    programme = kernel.terms.programme
    accruals = [entry for entry in quoted.outcome.entries if entry.kind == ACCRUAL]
    return Quote(
        version=version.number,
        earned=tuple(_earned(accruals, programme, language)),
        given=tuple(_given(entry, event, quoted, programme, language) for entry in accruals),
        not_given=tuple(_not_given(silence, programme, language) for silence in quoted.silences),
        held_back=tuple(_held_back(quoted, programme, language)),
        tier=_tier(kernel, quoted, level, event.at, language),
        refusal=None,
    )


def _earned(accruals: Iterable[Entry], programme: Programme, language: str) -> list[Earned]:
    found: dict[str, Earned] = {}
    for entry in accruals:
        so_far = found[entry.currency].points if entry.currency in found else 0
        ends = date.fromordinal(entry.expires_day) if entry.expires_day else None
        title = title_in(programme.currency(entry.currency).title, language)
        available = date.fromordinal(entry.available_day)
        found[entry.currency] = Earned(entry.currency, title, so_far + entry.amount, available, ends)
    return list(found.values())


def _given(entry: Entry, event: Incoming, quoted: Quoted, programme: Programme, language: str) -> Given:
    rule = entry.rule.id if entry.rule else ""
    reason = Reason(
        programme=programme,
        kind=entry.kind,
        currency=entry.currency,
        source=entry.source,
        target=entry.target,
        amount=entry.amount,
        granted=entry.granted,
        base=entry.base,
        rule=rule,
        available_on=date.fromordinal(entry.available_day),
        expires_on=date.fromordinal(entry.expires_day) if entry.expires_day else None,
        clips=[(clip.cap, clip.points) for clip in quoted.outcome.clips if clip.rule == rule],
        event_type=event.type,
        event_net=sum(event.nets),
    )
    return Given(
        rule, reasons.title(reason, language), entry.currency, entry.amount, reasons.why(reason, language),
        reasons.working(reason, language),
    )  # fmt: skip


def _not_given(silence: Silence, programme: Programme, language: str) -> NotGiven:
    rule = silence.rule
    missing = tuple(_lacking(one, programme, language) for one in silence.missing)
    title = title_in(rule.title, language)
    with override(language):
        why = " ".join(_why_not(silence, missing, programme, language))
    return NotGiven(rule.id, title[:1].upper() + title[1:], silence.code, why, missing, silence.to_go)


def _why_not(silence: Silence, missing: tuple[str, ...], programme: Programme, language: str) -> list[str]:
    rule, to_go = silence.rule, silence.to_go
    once_more = ngettext("%(n)s more time to go.", "%(n)s more times to go.", to_go) % {"n": points(to_go, language)}
    if silence.code == quotes.CONDITION:
        parts = [_("Only if %(condition)s.") % {"condition": condition} for condition in missing]
        return [*parts, once_more] if rule.every else parts
    if silence.code == quotes.COUNTED_TODAY:
        return [_("Today is counted already."), once_more]
    if silence.code == quotes.CAP:
        caps = [cap for cap in programme.earn.bounds if cap.id == silence.other]
        return [_("Nothing more is given: %(cap)s.") % {"cap": title_in(caps[0].title, language)}]
    other = rules_named([silence.other], programme, language) if silence.other else ""
    nothing = _("There is nothing to multiply: %(rule)s gives nothing here.")
    said = {
        quotes.COUNT: once_more,
        quotes.NOTHING_TO_MULTIPLY: nothing % {"rule": other},
        quotes.NOT_THE_BEST: _("Only the best counts, and that is %(rule)s.") % {"rule": other},
        quotes.FRACTION: _fraction(rule, programme),
    }
    return [said.get(silence.code) or _("Nothing in the basket counts for it.")]


def _fraction(rule: Rule, programme: Programme) -> str:
    if programme.currency(rule.currency).rounding == "carry":
        return _("Less than a whole point so far; it is kept for the next time.")
    return _("It comes to less than a whole point.")


def _lacking(missing: Missing, programme: Programme, language: str) -> str:
    """The condition as a clause, with what lacks to its threshold."""
    said = missing.condition.sentence(language)
    if missing.short is None:
        return said
    short = missing.short
    amount = money(int(short), programme, language) if missing.money else figure(Fraction(short), language)
    with override(language):
        return _("%(condition)s (%(short)s to go)") % {"condition": said, "short": amount}


def _held_back(quoted: Quoted, programme: Programme, language: str) -> list[Held]:
    held: dict[str, int] = {}
    for clip in quoted.outcome.clips:
        held[clip.cap] = held.get(clip.cap, 0) + clip.points
    titles = {cap.id: title_in(cap.title, language) for cap in programme.earn.bounds}
    return [Held(cap, titles[cap], amount) for cap, amount in held.items()]


def _tier(kernel: Kernel, quoted: Quoted, before: int, at: int, language: str) -> Tier | None:
    view = tier_of(kernel, quoted.after, kernel.terms.zone.local(at)[0])
    if view is None:
        return None
    title, above = title_in(view.current.title, language), view.next
    rises = any(move.why == "reached" for move in quoted.outcome.moves) and quoted.after.tier > before
    with override(language):
        said = [_("This makes it %(level)s.") % {"level": title}] if rises else []
        if above:
            values = {
                "missing": progress_said(view.programme, view.missing, language),
                "level": title_in(above.title, language),
            }
            said.append(_("%(missing)s more until %(level)s.") % values)
    return Tier(view.current.id, title, rises, above.id if above else None, view.missing, " ".join(said))
