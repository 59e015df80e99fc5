"""The sections that a programme may leave out, in the order in which they are read.

A later one may name what an earlier one declares. Each has a module of its own, whose one reading function makes
a value of its node; what it means to leave the section out stands in docs/programme.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from regulars.programme.arrears import read_arrears
from regulars.programme.clubs import read_clubs
from regulars.programme.contact import read_contact
from regulars.programme.data import read_data
from regulars.programme.declared import Declared
from regulars.programme.document import Node
from regulars.programme.flows import read_flows
from regulars.programme.forfeiture import read_forfeiture
from regulars.programme.messages import read_messages
from regulars.programme.moments import read_moments
from regulars.programme.offers import read_offers
from regulars.programme.partners import read_partners
from regulars.programme.reading import Reading
from regulars.programme.referrals import read_referrals
from regulars.programme.rewards import read_rewards
from regulars.programme.service import read_service
from regulars.programme.terms import read_terms
from regulars.programme.trust import read_trust

#: The value of a section, or BROKEN after a problem was noted.
Read = Callable[[Node, Declared, Reading], Any]

SECTIONS: dict[str, Read] = {
    "rewards": read_rewards,
    "offers": read_offers,
    "clubs": read_clubs,
    "referrals": read_referrals,
    "moments": read_moments,
    "partners": read_partners,
    "service": read_service,
    "contact": read_contact,
    "trust": read_trust,
    "messages": read_messages,
    "arrears": read_arrears,
    "flows": read_flows,
    "forfeiture": read_forfeiture,
    "terms": read_terms,
    "data": read_data,
}
