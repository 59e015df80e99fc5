"""Codes: what a member sets aside at home has one, and says it at the counter, where staff find the member by it.

A code is the id of the act under the source `PORTAL`, so it leads to its account by the table of keys alone. The house
makes it and signs it for the member it offers it to: nobody chooses a code, which might be another member's number.
"""

from __future__ import annotations

import re
from datetime import datetime

from django.core.signing import BadSignature, Signer

from regulars.engine.events import HOLD
from regulars.exchange.ledger.holdings import HoldView, holds
from regulars.ground.activity.naming import PORTAL
from regulars.ground.activity.recording import known

#: No letter or digit that is read for another one.
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE = re.compile(rf"[{SIGNS}]{{4}}-[{SIGNS}]{{4}}")


def is_code(told: str) -> bool:
    """Whether a text is a code as it is given out."""
    return _CODE.fullmatch(told) is not None


def offered(code: str, member: int) -> str:
    """A code of the house, signed for the member whose own account this is."""
    return _signer(member).sign(code)


def accepted(told: str, member: int) -> str:
    """The code of what was `offered` to this member; empty for anything else."""
    try:
        return _signer(member).unsign(told)
    except BadSignature:
        return ""


def holder(told: str, now: datetime) -> int | None:
    """The account in which points are set aside under a code at `now`; as people say it: in small letters, with spaces,
    without its hyphen. None for what is no code, nobody's, or over."""
    found = _held(told, now)
    return found[0] if found else None


def asked_by(told: str, now: datetime) -> int | None:
    """The account of the person who did: of a household, the member whose number it was."""
    found = _held(told, now)
    return found[1].by if found else None


def _held(told: str, now: datetime) -> tuple[int, HoldView] | None:
    """The account and the hold of a code, while that is open."""
    signs = re.sub(r"[\s-]", "", told).upper()
    key = (PORTAL, f"{signs[:4]}-{signs[4:]}", HOLD)
    found = known([key]).get(key) if is_code(key[1]) else None
    if found is None:
        return None
    return next(((found.account, one) for one in holds(found.account, now) if one.id == found.event), None)


def _signer(member: int) -> Signer:
    return Signer(salt=f"regulars.code.{member}")
