"""Nights: what falls due by time alone, for every account where something does."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction

from regulars.exchange.budgets.leasing import POOL, Leases
from regulars.exchange.ledger.assembling import assemble, lock
from regulars.exchange.ledger.posting import Posting, post
from regulars.ground.publishing.versions import InForce, PublishRefused, versions
from regulars.kit.zones import microseconds


def settle_due(now: datetime, limit_accounts: int = 500) -> int:
    """Settle every account where something fell due by the local day of `now`; answers how many there were.

    At most `limit_accounts` are settled in one transaction. May run twice, or twice at once: who comes second finds
    nothing due. The version in force at `now` decides. Without a published programme nothing falls due.
    """
    at = microseconds(now)
    try:
        version = versions().at(at)
    except PublishRefused:
        return 0
    today = version.kernel.terms.zone.local(at)[0]
    settled = 0
    seen: tuple[date, int] | None = None
    while True:
        due = _due(today, seen, limit_accounts)
        if not due:
            return settled
        settled += _settle([account for _, account in due], version, today)
        seen = due[-1]


def settle_account(account: int, now: datetime) -> None:
    """Settle one account, in the caller's transaction, as `settle_due` would. Raises PublishRefused."""
    at = microseconds(now)
    version = versions().at(at)
    _settle([account], version, version.kernel.terms.zone.local(at)[0])


def _due(today: int, seen: tuple[date, int] | None, limit: int) -> list[tuple[date, int]]:
    """The next accounts (first day on which something is due, account) after `seen`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT due_on, account_id FROM standing WHERE due_on <= %s AND (due_on, account_id) > (%s, %s)"
            " ORDER BY due_on, account_id LIMIT %s",
            [date.fromordinal(today), *(seen or (date.min, 0)), limit],
        )
        return list(cursor.fetchall())


def _settle(accounts: list[int], version: InForce, today: int) -> int:
    """One transaction; counts the accounts where something was still due once they were ours."""
    with transaction.atomic():
        lock(accounts)
        postings = []
        found = assemble(sorted(accounts))
        leases = Leases(POOL)
        leases.hold((), {}, {account: held.standing for account, held in found.items()}, today)
        for account, held in found.items():
            if version.kernel.due(held.standing) <= today:
                outcome = version.kernel.settle(held.standing, today)
                leases.follow(account, outcome)
                posting = Posting(account, held, version.kernel)
                posting.add(version.number, None, outcome)
                postings.append(posting)
        post(postings)
        leases.keep()
    return len(postings)
