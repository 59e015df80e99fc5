"""Codes: what a member sets aside at home has one, and says it at the counter, where staff find the member by it.

A code is the id of the act under the source `PORTAL`, so it leads to its account by the table of keys alone.
"""

from __future__ import annotations

import re

from django.db import connection

from regulars.engine.events import HOLD
from regulars.ground.activity.naming import PORTAL
from regulars.ground.activity.recording import Known, known

#: No letter or digit that is read for another one.
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE = re.compile(rf"[{SIGNS}]{{4}}-[{SIGNS}]{{4}}")


def is_code(told: str) -> bool:
    """Whether a text is a code as it is given out."""
    return _CODE.fullmatch(told) is not None


def holder(told: str) -> int | None:
    """The account that set points aside under a code, whatever became of them; as people say it: in small letters, with
    spaces, without its hyphen. None for what is no code, or nobody's."""
    found = _known(told)
    return found.account if found else None


def asked_by(told: str) -> int | None:
    """The account of the person who did: of a household, the member whose number it was."""
    found = _known(told)
    if found is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (attributes ->> '_by')::bigint FROM event WHERE account_id = %s AND id = %s",
            [found.account, found.event],
        )
        row = cursor.fetchone()
    return row[0] if row and row[0] else found.account


def _known(told: str) -> Known | None:
    signs = re.sub(r"[\s-]", "", told).upper()
    key = (PORTAL, f"{signs[:4]}-{signs[4:]}", HOLD)
    found = known([key]) if is_code(key[1]) else {}
    return found.get(key)
