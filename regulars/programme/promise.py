"""The whole programme file as one value: what `loading.load` returns and `engine.compile` takes."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.programme.arrears import Arrears
from regulars.programme.clubs import Club
from regulars.programme.contact import Contact
from regulars.programme.currencies import Currency
from regulars.programme.data import Data
from regulars.programme.earn import Earn
from regulars.programme.flows import Flows
from regulars.programme.forfeiture import Reason
from regulars.programme.header import Header
from regulars.programme.messages import Message
from regulars.programme.moments import Moment
from regulars.programme.offers import Offer
from regulars.programme.partners import Partner
from regulars.programme.referrals import Referrals
from regulars.programme.rewards import Reward
from regulars.programme.service import ALIKE, Service
from regulars.programme.terms import Terms
from regulars.programme.tiers import Tiers
from regulars.programme.trust import Trust

#: The sections that rooms of this house carry out. Others can be written and checked: a promise that nothing keeps
#: is not published.
CARRIED_OUT = frozenset({"forfeiture", "regulars", "programme", "currencies", "earn", "tiers", "rewards"})


@dataclass(frozen=True, slots=True)
class Programme:
    """A checked programme. `text` is the file as it was read; `digest` is the SHA-256 of it, in hex.

    `written` names the sections that stand in the file. One that was left out has the value below.
    """

    header: Header
    currencies: tuple[Currency, ...]
    earn: Earn
    tiers: Tiers | None
    text: str
    digest: str
    written: frozenset[str]
    rewards: tuple[Reward, ...] = ()
    contact: Contact | None = None
    trust: Trust | None = None
    messages: tuple[Message, ...] = ()
    arrears: Arrears | None = None
    flows: Flows | None = None
    forfeiture: tuple[Reason, ...] = ()
    terms: Terms | None = None
    data: Data | None = None
    offers: tuple[Offer, ...] = ()
    clubs: tuple[Club, ...] = ()
    referrals: Referrals | None = None
    moments: tuple[Moment, ...] = ()
    partners: tuple[Partner, ...] = ()
    service: Service = ALIKE

    @property
    def unkept(self) -> list[str]:
        """The sections that stand in the file and that no room carries out yet, in alphabetical order."""
        return sorted(self.written - CARRIED_OUT)

    def currency(self, id: str) -> Currency:
        """The currency of that id. Raises KeyError."""
        for currency in self.currencies:
            if currency.id == id:
                return currency
        raise KeyError(id)
