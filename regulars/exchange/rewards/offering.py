"""Offering: what a member can have for their points now, and what is missing for the rest.

The kernel answers: each reward is set aside on a copy of the standing, and what it refuses is what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from regulars.engine import rewarding
from regulars.engine.entries import Refusal
from regulars.engine.events import HOLD, Event
from regulars.exchange.ledger.holdings import present
from regulars.exchange.ledger.reasons import day, points
from regulars.exchange.rewards.knowing import known
from regulars.kit.conditions import Condition
from regulars.kit.zones import microseconds
from regulars.programme import clauses
from regulars.programme.currencies import Currency
from regulars.programme.promise import Programme
from regulars.programme.rewards import Reward
from regulars.programme.sentences import title_in

_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Offered:
    """A reward as it stands for one member. Without a `refusal` they can have it now, at its lowest price.

    `available` are their points of its currency, `owed` what they owe of it; `lacking` the parts of its condition that
    do not hold for them.
    """

    reward: Reward
    currency: Currency
    programme: Programme
    available: int
    owed: int
    refusal: Refusal | None
    lacking: Sequence[Condition]

    @property
    def missing(self) -> int:
        """How many points lack to its lowest price; what is owed is paid first."""
        least = self.reward.price.least
        return least - self.available + self.owed if self.available < least else 0

    def title(self, language: str) -> str:
        """What members call it; `language` is en, de, es or da."""
        said = title_in(self.reward.title, language)
        return said[:1].upper() + said[1:]

    def price(self, language: str) -> str:
        """Its price in points, or from where to where it moves."""
        least, most = self.reward.price.least, self.reward.price.most
        values = {"least": points(least, language), "most": points(most, language)}
        values["title"] = title_in(self.currency.title, language)
        with override(language):
            if least == most:
                return _("%(least)s %(title)s") % values
            return _("%(least)s to %(most)s %(title)s") % values

    def terms(self, language: str) -> list[str]:
        """All that is promised of it, sentence by sentence."""
        return clauses.reward(self.reward, self.programme, language)

    def why_not(self, language: str) -> list[str]:
        """What is missing, as sentences; empty when they can have it now."""
        if self.refusal is None:
            return []
        with override(language):
            said = [_("Only if %(condition)s.") % {"condition": one.sentence(language)} for one in self.lacking]
            if self.refusal.code == "limit_reached":
                said.append(_again(self.refusal.figures["again_on"], language))
            if self.missing:
                values = {"missing": points(self.missing, language), "title": title_in(self.currency.title, language)}
                said.append(_("Still missing: %(missing)s %(title)s.") % values)
                if self.owed:
                    said.append(_("Of these, %(owed)s settle what is owed.") % {"owed": points(self.owed, language)})
        return said


def rewards(account: int, member: str, now: datetime, told: Mapping[str, Any] = _NOTHING) -> list[Offered]:
    """Every reward of the programme in force as it stands for a member at `now`, in the order of the file.

    `told` are facts of the member, as in `redeeming`. Nothing is written. Raises ActRefused for facts that cannot be
    read, PublishRefused.
    """
    kernel, standing, today = present(account, now)
    programme, found = kernel.terms.programme, []
    for reward in programme.rewards:
        facts = known(member, reward.id, told, now)
        asked = Event(
            HOLD, "asked", microseconds(now), attributes=facts, points=reward.price.least, reward=reward.id
        )  # fmt: skip
        lacking = rewarding.missing(reward, rewarding.known(kernel.terms, standing, facts, today))
        refusal = kernel.step(standing.copy(), asked).refusal
        purse = standing.purse(reward.currency)
        currency = programme.currency(reward.currency)
        found.append(Offered(reward, currency, programme, purse.available, purse.debt, refusal, lacking))
    return found


def _again(on: str | None, language: str) -> str:
    if on is None:
        return _("You have had it as often as one can.")
    return _("You have had it as often as one can for now: again from %(day)s.") % {
        "day": day(date.fromisoformat(on), language)
    }
