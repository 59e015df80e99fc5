"""Reasons: why points moved, in the member's language, from what was recorded and nothing else.

What an entry keeps (rule, base, what was granted, the version it was earned under) is put into words with that
version's programme. The same words serve a statement and a quote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from regulars.engine.entries import (
    ACCRUAL,
    ACTIVATION,
    ADJUSTMENT,
    AVAILABLE,
    CAPTURE,
    CLAWBACK,
    DEBT,
    EXPIRY,
    FORFEITURE,
    HOLD,
    ISSUED,
    LAPSE,
    MERGE,
    OPENING,
    PENDING,
    POOLING,
    RELEASE,
    REPAYMENT,
    REVERSAL,
    TRANSFER,
    TRANSIT,
    UNMERGE,
    WITHDRAWAL,
)
from regulars.engine.events import JOIN_IN, JOIN_OUT, LEAVE_OUT
from regulars.exchange.ledger import decided
from regulars.kit.conditions import Scope
from regulars.programme.earn import Rule
from regulars.programme.phrases import PHRASES
from regulars.programme.promise import Programme
from regulars.programme.rewards import Reward
from regulars.programme.sentences import figure, money, pending_sentence, rules_named, title_in

#: Parts of the working: what it is called, and the figure.
Working = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reason:
    """What is known of one movement. `programme` is the one of its version.

    `base` is what the rule looked at (minor units, items or events), `granted` the points before caps, `clips` the
    caps that held back some of them, as (cap, points). `event_type` and `event_net` (minor units) are the
    event's; `late` says that it was told after the window for late events; `bought_on` is the day of the purchase that
    a return brought back. `reward` is what points were spent on or set aside for, `pays` what they took off a bill
    (minor units), `usable_until` the last day on which what was handed over can be used. `earned` says of points that
    expired on which days so many of them had been earned.
    """

    programme: Programme
    kind: str
    currency: str
    source: str
    target: str
    amount: int
    granted: int
    base: int
    rule: str
    available_on: date | None
    expires_on: date | None
    clips: Sequence[tuple[str, int]] = ()
    event_type: str = ""
    event_net: int = 0
    late: bool = False
    bought_on: date | None = None
    reward: Reward | None = None
    pays: int = 0
    usable_until: date | None = None
    earned: Sequence[tuple[date, int]] = ()


def points(number: int, language: str) -> str:
    """A whole number of points as people write it."""
    return str(format_decimal(number, locale=language))


def day(moment: date, language: str) -> str:
    """A day as people write it, with the month in letters."""
    return str(format_date(moment, "long", locale=language))


def title(reason: Reason, language: str) -> str:
    """What happened, in a few words: the rule's own title for what was earned."""
    rule = _rule(reason)
    named = title_in(rule.title, language) if rule else reason.rule
    if reason.reward is not None:
        return _rewarded(reason, title_in(reason.reward.title, language), language)
    with override(language):
        said = {
            ACCRUAL: named,
            ACTIVATION: _("Now available"),
            REPAYMENT: _("Paid back"),
            EXPIRY: _("Expired"),
            LAPSE: _("Lapsed"),
            HOLD: _("Set aside"),
            RELEASE: _("No longer set aside"),
            REVERSAL: _("Given back"),
            TRANSFER: _("Received") if _arrives(reason) else _("Sent"),
            MERGE: _("Accounts merged"),
            POOLING: _pooled(reason)[0],
            UNMERGE: _("Merge undone"),
            ADJUSTMENT: _("Credited") if reason.source == ISSUED else _("Taken off"),
            FORFEITURE: _("Forfeited"),
            OPENING: _("Brought along"),
            WITHDRAWAL: _("Given back") if reason.target in (AVAILABLE, PENDING) else _("Withdrawn"),
            CLAWBACK: _("Taken back: %(rule)s") % {"rule": named},
        }.get(reason.kind) or _("Spent")
    return said[:1].upper() + said[1:]


def _pooled(reason: Reason) -> tuple[str, str]:
    """What moved points between a member's own account and the household's, and that they did."""
    return {
        JOIN_OUT: (_("Household joined"), _("These points went to the household, with the days they have.")),
        JOIN_IN: (_("A member joined"), _("These points came with the member, with the days they have.")),
        LEAVE_OUT: (_("A member left"), _("These points went with the member, with the days they have.")),
    }.get(reason.event_type) or (
        _("Household left"), _("These points came from the household, with the days they have.")
    )  # fmt: skip


def _rewarded(reason: Reason, reward: str, language: str) -> str:
    """What happened to the points that a reward costs, in a few words."""
    with override(language):
        said = {
            HOLD: _("Set aside: %(reward)s"),
            RELEASE: _("No longer set aside: %(reward)s"),
            REVERSAL: _("Given back: %(reward)s"),
        }.get(reason.kind, "%(reward)s") % {"reward": reward}
    return said[:1].upper() + said[1:]


def why(reason: Reason, language: str) -> str:
    """The reason as one or a few sentences; `language` is en, de, es or da."""
    with override(language):
        if reason.kind == ACCRUAL:
            said = [_earned(reason, language), *_held_back(reason, language), *_from_when(reason, language)]
        elif reason.kind == CLAWBACK:
            said = [_taken_back(reason, language)]
        elif reason.kind == ACTIVATION:
            said = [_waited(reason)]
        elif reason.kind == LAPSE:
            said = [_("What these points waited for did not come in time.")]
        elif reason.kind == EXPIRY:
            said = [_expired(reason)]
        else:
            said = [_moved(reason), *_paid(reason, language), *_from_when(reason, language)]
        if reason.late:
            said.append(_("It was told so late that it counts as of the day it was recorded."))
    return " ".join(said)


def _moved(reason: Reason) -> str:
    """Why points moved that nothing was worked out for."""
    said = {
        REPAYMENT: _("These points pay back what a return had left owing."),
        HOLD: _("These points are set aside until what they are for is settled."),
        CAPTURE: _("You spent these points, which had been set aside."),
        RELEASE: _("What these points were set aside for was called off, so they can be spent again."),
        REVERSAL: _("What you spent these points on came back."),
        TRANSFER: _("These points came from another account.")
        if _arrives(reason)
        else _("These points went to another account."),
        POOLING: _pooled(reason)[1],
        MERGE: _("These points came from your other account, which is one with this one now.")
        if _arrives(reason)
        else _("These points went to your other account, which is one with this one now."),
        UNMERGE: _("Your accounts are two again, and these points came back.")
        if _arrives(reason)
        else _("Your accounts are two again, and these points went back to the other one."),
        ADJUSTMENT: _("We gave you these points: %(why)s.")
        if reason.source == ISSUED
        else _("We took these points off: %(why)s."),
        FORFEITURE: _("These points were forfeited: %(why)s."),
        OPENING: _("You brought this along from the programme before this one.")
        if reason.target == ISSUED
        else _("You brought these points along from the programme before this one."),
        WITHDRAWAL: _("These points are back: what you brought along has been put right.")
        if reason.target in (AVAILABLE, PENDING)
        else _("What you brought along from the programme before this one was not right, and is withdrawn."),
    }.get(reason.kind) or _("You spent these points.")
    if reason.kind == RELEASE and not reason.event_type:
        said = _("What these points were set aside for did not come in time. They are back, and last as much longer.")
    return said % {"why": decided.said(reason.rule)} if reason.kind in (ADJUSTMENT, FORFEITURE) else said


def _paid(reason: Reason, language: str) -> list[str]:
    """What points that were spent took off a bill, and until when what was handed over can be used."""
    said = []
    if reason.pays:
        amount = money(reason.pays, reason.programme, language)
        said.append(_("They took %(amount)s off your bill.") % {"amount": amount})
    if reason.usable_until:
        said.append(_("It can be used until %(day)s.") % {"day": day(reason.usable_until, language)})
    return said


def _arrives(reason: Reason) -> bool:
    """Whether a transfer came to this account; what is owed comes the other way round."""
    return reason.source == DEBT or (reason.source == TRANSIT and reason.target != DEBT)


def working(reason: Reason, language: str) -> Working:
    """How the points of an accrual were worked out, step by step, or when those that expired had been earned; empty for
    other movements."""
    rule = _rule(reason)
    if reason.kind == EXPIRY and reason.earned:
        with override(language):
            lots = [(_("Earned on %(day)s") % {"day": day(on, language)}, n) for on, n in reason.earned]
            return [(what, points(n, language)) for what, n in (*lots, (_("Points"), reason.amount))]
    if reason.kind != ACCRUAL or rule is None:
        return []
    steps: Working = []
    with override(language):
        unit = _unit(rule, reason.programme)
        if unit != "event":
            steps.append((_("Counted"), _counted(reason, unit, language)))
            rate = _rate(rule, reason.programme)
            if rate is not None:
                steps.append((_("Exactly"), _decimals(rate * reason.base, language)))
            if rate is None or rate * reason.base != reason.granted:
                steps.append((_rounding(reason), points(reason.granted, language)))
        elif reason.granted != reason.amount:
            steps.append((_("Granted"), points(reason.granted, language)))
        steps.extend(
            (_cap_title(reason.programme, cap, language), f"−{points(held, language)}") for cap, held in reason.clips
        )
        steps.append((_("Points"), points(reason.amount, language)))
    return steps


def _rule(reason: Reason) -> Rule | None:
    return next((rule for rule in reason.programme.earn.rules if rule.id == reason.rule), None)


def _unit(rule: Rule, programme: Programme) -> str:
    """What the base of a rule's entries is: `money`, `item`s, or the `event` itself."""
    if rule.times is None:
        return rule.per_unit
    units = {_unit(one, programme) for one in programme.earn.rules if one.id in rule.of}
    return units.pop() if len(rule.of) == 1 else "event" if "event" in units else "money"


def _rate(rule: Rule, programme: Programme) -> Fraction | None:
    """Points for each minor unit or item of the base; None for a multiplier of several rules, which has no one rate."""
    if rule.times is None:
        return rule.points / rule.per
    rates = [_rate(one, programme) for one in programme.earn.rules if one.id in rule.of]
    return (rule.times - 1) * rates[0] if len(rates) == 1 and rates[0] is not None else None


def _earned(reason: Reason, language: str) -> str:
    rule = _rule(reason)
    if rule is None:
        return _("Earned with this purchase.")
    programme = reason.programme
    unit = _unit(rule, programme)
    values = {
        "points": figure(rule.points, language),
        "per": money(rule.per, programme, language) if unit == "money" else "",
        "base": _counted(reason, unit, language),
        "times": figure(rule.times, language) if rule.times is not None else "",
        "rules": rules_named(rule.of, programme, language),
        "every": points(rule.every or 0, language),
        "event": PHRASES[language].events.get(reason.event_type, (reason.event_type,) * 2)[0],
        "because": _because(reason, rule, unit, language),
    }
    if rule.times is not None and unit == "event":
        said = _("%(times)s times what %(rules)s gives%(because)s. This is what comes on top.")
    elif rule.times is not None:
        said = _("%(times)s times what %(rules)s gives, on %(base)s%(because)s. This is what comes on top.")
    elif rule.every is not None and rule.count == "days":
        said = _("Given once in every %(every)s days, and this day completed them%(because)s.")
    elif rule.every is not None:
        said = _("Given once in every %(every)s times, and this one completed them%(because)s.")
    elif rule.streak is not None:
        said = _("Given for a streak, which this one completed%(because)s.")
    elif unit == "money":
        said = _("%(points)s for every %(per)s, on %(base)s%(because)s.")
    elif unit == "item":
        said = _("%(points)s for every item, on %(base)s%(because)s.")
    else:
        said = _("Given for: %(event)s%(because)s.")
    return said % values


def _counted(reason: Reason, unit: str, language: str) -> str:
    if unit == "money":
        return money(reason.base, reason.programme, language)
    return ngettext("%(n)s item", "%(n)s items", reason.base) % {"n": points(reason.base, language)}


def _because(reason: Reason, rule: Rule, unit: str, language: str) -> str:
    """The rule's condition; left out where it asks about each line and every line met it."""
    if rule.when is None:
        return ""
    condition = {"condition": rule.when.sentence(language)}
    if rule.when.scope is not Scope.LINE:
        return _(", because %(condition)s") % condition
    if unit == "money" and reason.base == reason.event_net:
        return ""
    return _(", where %(condition)s") % condition


def _held_back(reason: Reason, language: str) -> list[str]:
    return [
        ngettext(
            "%(points)s more was not given: %(cap)s.", "%(points)s more were not given: %(cap)s.", held
        ) % {"points": points(held, language), "cap": _cap_title(reason.programme, cap, language)}
        for cap, held in reason.clips
    ]  # fmt: skip


def _cap_title(programme: Programme, id: str, language: str) -> str:
    return next((title_in(cap.title, language) for cap in programme.earn.bounds if cap.id == id), id)


def _from_when(reason: Reason, language: str) -> list[str]:
    said = []
    pending = reason.programme.currency(reason.currency).pending
    if reason.target == PENDING and pending and pending.event and reason.kind != OPENING:
        said.append(pending_sentence(pending, language))
    elif reason.target == PENDING and reason.available_on:
        said.append(_("Available from %(day)s.") % {"day": day(reason.available_on, language)})
    elif reason.target == PENDING and reason.kind in (MERGE, UNMERGE, POOLING):
        said.append(_("They go on waiting, each of them until its own day."))
    if reason.expires_on:
        said.append(_("To be spent by %(day)s.") % {"day": day(reason.expires_on, language)})
    return said


def _taken_back(reason: Reason, language: str) -> str:
    if reason.bought_on is None:
        said = _("Taken back, because what earned these points was returned.")
    else:
        said = _("Taken back, because something bought on %(day)s was returned.") % {
            "day": day(reason.bought_on, language)
        }
    if reason.source == DEBT:
        said += " " + _("Too few points were left, so these are owed, and the next ones pay for them.")
    return said


def _waited(reason: Reason) -> str:
    pending = reason.programme.currency(reason.currency).pending
    if pending is None or (pending.event and not reason.event_type):
        return _("The time of waiting is over.")
    if pending.event:
        return _("What these points waited for has come.")
    if pending.until:
        return _("The day that these points waited for has come.")
    said = ngettext("The %(days)d day of waiting is over.", "The %(days)d days of waiting are over.", pending.days)
    return said % {"days": pending.days}


def _expired(reason: Reason) -> str:
    expiry = reason.programme.currency(reason.currency).expiry
    if expiry is None:
        return _("Their time was over.")
    if expiry.after == "inactivity":
        said = ngettext(
            "Nothing was earned or spent for %(months)d month.", "Nothing was earned or spent for %(months)d months.",
            expiry.months,
        )  # fmt: skip
    else:
        said = ngettext(
            "They could be spent for %(months)d month.", "They could be spent for %(months)d months.", expiry.months
        )
    return said % {"months": expiry.months}


def _rounding(reason: Reason) -> str:
    if reason.programme.currency(reason.currency).rounding == "carry":
        return _("In whole points, with fractions kept for the next time")
    return _("In whole points")


def _decimals(exact: Fraction, language: str) -> str:
    """An exact number of points with at most four decimals, cut off and not rounded up."""
    cut = Fraction(exact.numerator * 10_000 // exact.denominator, 10_000)
    return figure(cut, language)
