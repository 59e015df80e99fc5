"""Clauses of what is given beside the points, as lists of sentences: the one of `giving_sentences`, then what that one
leaves out.

`language` is en, de, es or da; ValueError for another one.
"""

from __future__ import annotations

from regulars.programme.clubs import Club
from regulars.programme.giving_details import DETAILS
from regulars.programme.giving_phrases import GIVING
from regulars.programme.giving_sentences import (
    club_sentence,
    moment_sentence,
    offer_sentence,
    partner_sentence,
    referrals_sentence,
)
from regulars.programme.moments import Moment
from regulars.programme.offers import Offer
from regulars.programme.partners import Partner
from regulars.programme.phrases import PHRASES
from regulars.programme.promise import Programme
from regulars.programme.referrals import Asking, Referrals
from regulars.programme.saying import Say


def offer(offer: Offer, programme: Programme, language: str) -> list[str]:
    """What it gives and to whom, and how a price rises and a reduction is counted."""
    say = Say(DETAILS, programme, language)
    said = [offer_sentence(offer, programme, language)]
    if offer.eligible.moved_is_new:
        said.append(say("moved"))
    if offer.price:
        said.append(_told(say, "rise told", offer.price.notice_days))
    if offer.use.margin_floor is not None:
        said.append(say("margin", n=say.number(offer.use.margin_floor * 100)))
    return [*said, say(f"from {offer.reduced_from}")]


def moment(moment: Moment, programme: Programme, language: str) -> list[str]:
    """What is given and when, what must be right, and how much there is for all."""
    say = Say(DETAILS, programme, language)
    said = [moment_sentence(moment, programme, language)]
    said.append(say("requires", list=say.each(moment.requires)) if moment.requires else say("not requires"))
    if moment.budget:
        period = PHRASES[language].periods[moment.budget.per]
        said.append(say("budget", money=say.money(moment.budget.most), period=period))
        said.append(say(f"chosen {moment.budget.chosen}"))
    return said


def club(club: Club, programme: Programme, language: str) -> list[str]:
    """What it costs and gives, what is told before it renews, and what leaving brings back."""
    say, renewal = Say(DETAILS, programme, language), club.renewal
    said = [club_sentence(club, programme, language)]
    if club.trial:
        said.append(_told(say, "trial told", club.trial.notice_days))
    if renewal:
        said += [
            _told(say, "reminded", renewal.reminder_days),
            say.whether("yearly", renewal.yearly_reminder),
            _told(say, "new price", renewal.price_change_days),
            say("tells", list=say.each(renewal.tells)) if renewal.tells else say("not tells"),
            say.whether("consent", renewal.consent_recorded),
        ]
    said += [_told(say, "unused", club.unused_months), say(f"refund {club.exit.refund}")]
    if club.exit.cooling_off_days:
        said.append(say("cooling_off", club.exit.cooling_off_days))
    return said


def partner(partner: Partner, programme: Programme, language: str) -> list[str]:
    """What can be done there, when it is there, and what the partner gets to know, for what."""
    say = Say(DETAILS, programme, language)
    said = [partner_sentence(partner, programme, language)]
    said += [say("fulfil", one.fulfil_hours) for one in (partner.burns, partner.exchange) if one]
    if partner.shares:
        data = Say(GIVING, programme, language)
        known = [
            say(
                "share contract" if one.basis == "contract" else "share",
                data=data(one.data),
                purpose=say.titled(one.purpose),
            )
            for one in partner.shares
        ]
        said.append(say("purposes", list="; ".join(known)))
    said += [say.whether("shown", partner.shares_shown), _told(say, "told", partner.notice_days)]
    return [*said, say(f"card {partner.card_linking}")]


def referrals(referrals: Referrals, programme: Programme, language: str) -> list[str]:
    """What both get, how a friend is reached, how often members are asked, and what it may cost them."""
    say = Say(DETAILS, programme, language)
    said = [
        referrals_sentence(referrals, programme, language),
        say("mechanisms", list=say.one_of(say(one) for one in referrals.mechanisms)),
        say.whether("reward shown", referrals.shows_reward),
        say.whether("same terms", referrals.same_terms),
        say("loses", what=say(referrals.loses)),
    ]
    for key in ("reminders", "references"):
        asking: Asking | None = getattr(referrals, key)
        if asking:
            said.append(say(key, asked=_asked(say, asking)))
    if referrals.vouching:
        said.append(say.whether("revocable", referrals.vouching.revocable))
        said.append(say("vouching", what=say(referrals.vouching.loses)))
    return said


def _told(say: Say, key: str, number: int | None) -> str:
    """How long before something is told, or that it is not."""
    return say(f"not {key}") if number is None else say(key, number)


def _asked(say: Say, asking: Asking) -> str:
    asked = say(f"asked {asking.per}", asking.most)
    return say("satisfied", asked=asked) if asking.after == "satisfied" else asked
