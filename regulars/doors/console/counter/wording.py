"""Why an act was refused, and what it would do, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.doors.console.counter.gathering import Gathered, gathered
from regulars.doors.console.wording import language, pots_said, title_of
from regulars.doors.look.templatetags.look import figure
from regulars.doors.look.templatetags.writing import signed
from regulars.engine.entries import Refusal
from regulars.exchange.counter.rehearsing import Rehearsal
from regulars.kit.speaking import said_in


@dataclass(frozen=True, slots=True)
class Left:
    """What an act changes, before and after it: a pot of a currency in words with what is in it, or the tier."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Move:
    """One movement that an act would make, with its reason."""

    title: str
    why: str
    amount: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A rehearsal in words; `forgiven` says how many points a return cannot take, empty for none."""

    moves: list[Move]
    left: list[Left]
    lots: Gathered
    forgiven: str


def shown(rehearsal: Rehearsal) -> Shown:
    """What an act would do, ready for the page."""
    tongue = language()
    several = len(rehearsal.after) > 1
    titles = {one.currency.id: title_of(one.currency.title, one.currency.id) for one in rehearsal.after}
    moves = [
        Move(
            line.title(tongue),
            line.why(tongue),
            (figure(abs(line.amount)) if line.within else signed(line.amount))
            + (f" {titles[line.currency]}" if several else ""),
        )
        for line in reversed(rehearsal.lines)
    ]
    forgiven = ""
    if rehearsal.forgiven:
        forgiven = ngettext(
            "%(points)s point can no longer be taken back: the shop bears it.",
            "%(points)s points can no longer be taken back: the shop bears them.",
            rehearsal.forgiven,
        ) % {"points": figure(rehearsal.forgiven)}
    return Shown(moves, _left(rehearsal), gathered(rehearsal.changes, several), forgiven)


def _left(rehearsal: Rehearsal) -> list[Left]:
    found = []
    for before, after in zip(rehearsal.before, rehearsal.after, strict=True):
        for pot, said in pots_said(after.currency).items():
            had, has = getattr(before, pot), getattr(after, pot)
            if had != has or (pot == "available" and after.currency.kind != "qualifying"):
                found.append(Left(said, figure(had), figure(has)))
    if (tiers := rehearsal.tier_said(language())) is not None:
        found.append(Left(_("Tier"), *tiers))
    return found


def refused(refusal: Refusal) -> str:
    """A refusal as a sentence in the reader's language: as staff would say it, else as the act said it."""
    sentences = {
        "insufficient_points": _("There are not enough points: %(available)s are there, %(missing)s are missing."),
        "limit_reached": _("The member has had it as often as one can for now."),
        "not_eligible": _("The member may not have this; what is missing stands at the counter."),
        "price_out_of_range": _("Its price lies between %(least)s and %(most)s points."),
        "payable_missing": _("It takes something off a bill: say what is to be paid."),
        "share_exceeded": _("It would pay more than it may of this bill."),
        "unknown_reward": _("The programme has no such reward any more."),
        "bad_attribute": _("What was told of the member cannot be read."),
        "hold_exceeded": _("Less than that is still set aside."),
        "unknown_hold": _("It is no longer set aside: it was handed over, released, or its time was over."),
        "unknown_original": _("What this would give back is not known here."),
        "already_reversed": _("All of it has been given back already."),
        "return_exceeds_purchase": _("More of a line would come back than is left of it."),
        "unknown_line": _("The purchase has no such line."),
        "other_content": _("This form was used before for something else. Begin again from the counter."),
        "same_person": _("You proposed this: somebody else has to answer it."),
        "already_answered": _("Somebody has answered this already."),
        "waits_for_another": _("Recording it is proposed: somebody else answers that first."),
        "recording_declined": _("Somebody declined to record this: say why it does not count, or find it."),
        "unknown_currency": _("The programme has no such points to spend."),
        "same_account": _("These two are one and the same already."),
        "holds_open": ngettext(
            "%(held)s point is set aside: hand it over or release it first.",
            "%(held)s points are set aside: hand them over or release them first.",
            _number(refusal, "held"),
        ),
        "in_household": _("A household holds the points of one of them: let them leave it first."),
        "not_in_household": _("This member is in no household any more."),
        "given_lately": _(
            "Within a day they were given %(given)s points together, and more than %(limit)s need a second person: do"
            " it a day later."
        ),
        "household_full": _("A household has at most %(most)s members."),
        "household_closed": _("Everybody has left this household: open another one."),
        "merged_before": _("Number %(member)s was merged before, and is member %(now)s’s by now."),
        "merged_meanwhile": _("One of the two was merged just now: look at them again."),
        "not_merged": _("This number was not merged, or that was undone already."),
        "not_the_last": _("The account was merged once more since: undo that first, with the number %(first)s."),
        "unmerge_short": ngettext(
            "What came was spent, and %(missing)s point is missing: give it as goodwill first.",
            "What came was spent, and %(missing)s points are missing: give them as goodwill first.",
            _number(refusal, "missing"),
        ),
        "unknown_proposal": _("There is no such proposal."),
        "bad_evidence": _("Say where the evidence is found, in plain letters and digits."),
        "reason_does_not_hold": _("The reason holds only where %(condition)s: tell what is known of the member."),
        "forfeiture_open": _("Something is announced for this member already; that has to come to its end first."),
        "too_late": _("The time to object is over; somebody decides all the same."),
        "too_early": _("The member can still object: wait until that time is over, or let it drop."),
        "already_decided": _("This has been decided already."),
        "not_taken": _("Nothing was taken: let it drop instead."),
    }
    sentence = sentences.get(refusal.code, "")
    return sentence % _figures(refusal.figures) if sentence else said_in(language(), refusal.sentence)


def _number(refusal: Refusal, name: str) -> int:
    """A figure by which a sentence is in the singular or not; of a refusal without it, any."""
    told = refusal.figures.get(name, 0)
    return told if isinstance(told, int) else 0


def _figures(told: Mapping[str, Any]) -> dict[str, str]:
    return {name: figure(value) if isinstance(value, int) else str(value) for name, value in told.items()}
