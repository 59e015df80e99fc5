"""Erasing: who a person is leaves the vault and the lookups. Their account stays, and nobody's name leads to it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from regulars.ground.members.models import Member
from regulars.ground.members.personal import address_key
from regulars.ground.members.signing_in import close_links
from regulars.kit.texts import spellings


def empty_vault(accounts: Sequence[int]) -> list[str]:
    """Forget the people of these accounts, their addresses, their numbers and their links; answers the numbers, in the
    order of the accounts. The caller has the transaction, and has locked the accounts.

    An address or a number that leads to somebody else stays theirs. From now on each is free for anybody.
    """
    people = list(Member.objects.select_for_update().filter(account_id__in=accounts).order_by("account_id"))
    people.sort(key=lambda one: accounts.index(one.account_id))
    ids, numbers = [one.account_id for one in people], [one.number for one in people]
    written = [one for number in numbers for one in spellings(number)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM member_number WHERE number = ANY(%s) AND account_id = ANY(%s)", [written, ids])
        cursor.execute(
            "DELETE FROM member_email WHERE email = ANY(%s) AND account_id = ANY(%s)",
            [[address_key(one.email) for one in people], ids],
        )
        cursor.execute("DELETE FROM member WHERE account_id = ANY(%s)", [ids])
    close_links(ids)
    return numbers
