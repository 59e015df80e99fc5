"""Households: accounts of their own, to which the numbers of their members lead. Nobody's name is in them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from regulars.ground.members.leading import HOUSEHOLD, holder_of
from regulars.kit.texts import composed, spellings, storable

#: How many members a household may have.
MOST_MEMBERS = 12
#: How a number begins that nobody chose.
PREFIX = "H-"
#: So many numbers that begin alike are looked at for a household's.
_LOOKED_AT = 200
_HIGHEST = "\U0010ffff"


class Household(NamedTuple):
    """A household's account, and the number that was given to it."""

    account: int
    number: str


def open_household(number: str, now: datetime) -> Household | None:
    """Open an account for a household, under a number, or with none under one of its own; None when it is taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('account_number')")
        (account,) = cursor.fetchone()
        number = composed(number) or f"{PREFIX}{account}"
        cursor.execute(
            "INSERT INTO member_number (number, account_id) VALUES (%s, %s) ON CONFLICT DO NOTHING", [number, account]
        )
        if not cursor.rowcount:
            return None
        cursor.execute("INSERT INTO account (account_id, kind, opened_at) VALUES (%s, 'household', %s)", [account, now])
        cursor.execute("INSERT INTO household (account_id, number) VALUES (%s, %s)", [account, number])
    return Household(account, number)


def household_numbered(number: str) -> Household | None:
    """The household with a number of its own; None for a member's number, and for nobody's."""
    if storable(number) != number:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, account_id FROM member_number WHERE number = ANY(%s)", [list(spellings(number))])
        found = dict(cursor.fetchall())
    account = next((found[one] for one in spellings(number) if one in found), None)
    return household_at(account) if account is not None else None


def household_at(account: int) -> Household | None:
    """The household that an account is of; None for a member's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id, number FROM household WHERE account_id = %s", [account])
        row = cursor.fetchone()
    return Household(*row) if row else None


def household_of(account: int) -> Household | None:
    """The household that holds the points of a member's account, if one does."""
    holder = holder_of(account)
    return household_at(holder) if holder != account else None


def households_among(accounts: Collection[int]) -> dict[int, str]:
    """Those of the accounts that are a household's, with its number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id, number FROM household WHERE account_id = ANY(%s)", [sorted(accounts)])
        return dict(cursor.fetchall())


def households_beginning(text: str, limit: int) -> list[Household]:
    """Households whose number begins with a text, in order; where very many numbers do, those among the first of them.

    A number that nobody chose is found in small letters as well.
    """
    asked = composed(storable(text))
    if asked[: len(PREFIX)] == PREFIX.lower():
        asked = asked.upper()
    if not asked:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT account_id FROM member_number WHERE number COLLATE "C" >= %s AND number COLLATE "C" < %s'
            ' ORDER BY number COLLATE "C" LIMIT %s',
            [asked, f"{asked}{_HIGHEST}", _LOOKED_AT],
        )
        numbers = households_among([account for (account,) in cursor.fetchall()])
    return sorted((Household(*one) for one in numbers.items()), key=lambda one: one.number)[:limit]


def members_of(household: int) -> list[int]:
    """The accounts of the members of a household, those first who joined first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kin FROM account WHERE account_id = %s", [household])
        row = cursor.fetchone()
        cursor.execute(
            "SELECT account_id FROM account WHERE account_id = ANY(%s) AND leads_to = %s AND leads_why = %s"
            " ORDER BY leads_since, account_id",
            [row[0] if row else [], household, HOUSEHOLD],
        )
        return [account for (account,) in cursor.fetchall()]
