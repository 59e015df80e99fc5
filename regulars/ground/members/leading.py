"""Leading: the account that another one's number leads to, and all who were ever one.

Of two members merged, one leads to the other; the members of a household lead to its account. The numbers themselves
stay as they were given: a pointer is all that changes, and taking it away restores everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection

#: Why an account leads to another one.
MERGED, HOUSEHOLD = "merged", "household"
EVERY_WAY = (MERGED, HOUSEHOLD)


class Lead(NamedTuple):
    """To which account another one leads, why (`merged`, `household`) and since when."""

    to: int
    why: str
    since: datetime


def followed(accounts: Iterable[int], ways: Collection[str] = EVERY_WAY) -> dict[int, int]:
    """Where each account leads in the end, by those ways alone: to itself, for most."""
    asked = set(accounts)
    steps: dict[int, int] = {}
    new = asked
    while new:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT account_id, leads_to FROM account WHERE account_id = ANY(%s) AND leads_why = ANY(%s)",
                [sorted(new), list(ways)],
            )
            found = dict(cursor.fetchall())
        steps |= found
        new = set(found.values()) - steps.keys()
    return {account: _end(account, steps) for account in asked}


def holder_of(account: int) -> int:
    """The account in which a member has their points: the household's, for whoever is in one."""
    return followed([account])[account]


def lead_of(account: int) -> Lead | None:
    """Where an account leads by itself; None for one that is its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT leads_to, leads_why, leads_since FROM account WHERE account_id = %s", [account])
        row = cursor.fetchone()
    return Lead(*row) if row and row[0] is not None else None


def leads_by(account: int, other: int) -> bool:
    """Whether an account is another one, or leads to it in however many steps."""
    at: int | None = account
    while at is not None and at != other:
        at = lead.to if (lead := lead_of(at)) else None
    return at is not None


def let_lead(account: int, to: int, why: str, now: datetime) -> None:
    """Let an account lead to another one. The caller has locked both, and seen that neither leads anywhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE account SET leads_to = %s, leads_why = %s, leads_since = %s"
            " WHERE account_id = %s AND leads_to IS NULL",
            [to, why, now, account],
        )
        if cursor.rowcount != 1:
            raise AssertionError(f"account {account} leads elsewhere, though it was locked")


def let_be(account: int) -> None:
    """Let an account be its own again. The caller has locked it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE account SET leads_to = NULL, leads_why = NULL, leads_since = NULL WHERE account_id = %s", [account]
        )


def kin_of(accounts: Iterable[int]) -> set[int]:
    """These accounts, and all that were ever merged, or in a household, with one of them."""
    return set().union(*kin_of_each(accounts).values())


def kin_of_each(accounts: Iterable[int]) -> dict[int, set[int]]:
    """Of each of these accounts, itself and all that were ever one with it."""
    asked = set(accounts)
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id, kin FROM account WHERE account_id = ANY(%s)", [sorted(asked)])
        found = dict(cursor.fetchall())
    return {account: {account, *found.get(account, ())} for account in asked}


def numbers_of(account: int) -> set[int]:
    """The account of a member, and those merged into it: what happened under their numbers was this member's too."""
    return {one for one, end in followed(kin_of([account]), (MERGED,)).items() if end == account}


def make_kin(accounts: Collection[int]) -> None:
    """Remember of each of these accounts that it was one with the others. The caller has locked them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE account SET kin = array_remove(%s::bigint[], account_id) WHERE account_id = ANY(%s)",
            [sorted(accounts), sorted(accounts)],
        )


def _end(account: int, steps: dict[int, int]) -> int:
    while account in steps:
        account = steps[account]
    return account
