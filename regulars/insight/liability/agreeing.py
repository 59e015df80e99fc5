"""Agreeing: whether the months count what the lots have left, account by account.

The books count points by the month they were given in, out of the entries. Lots say the same another way: so each month
of an account must have as many left as its lots of that month, and what is held of them. And whether closed months
are as they were closed, beside the audit.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.db import connection

from regulars.exchange.ledger.proving import Difference, Look
from regulars.ground.publishing.versions import PublishRefused, versions
from regulars.insight.liability.closing import chain
from regulars.insight.liability.keeping import forget, is_any_kept
from regulars.insight.liability.movements import LedgerUnsound, month_of, movements, statement, terms_of
from regulars.insight.liability.rolling import ENDED, INTO, REDEEMED, TAKEN

#: The statement of the books, of some accounts. Where it reads all, it names none: an index would be no help there.
_ALL, _SOME = "FROM entry ", "FROM (SELECT * FROM entry WHERE account_id BETWEEN %(first)s AND %(last)s) AS entry "
_EVER = {
    "since": datetime(1, 1, 1, tzinfo=UTC), "begin": datetime(1, 1, 1, tzinfo=UTC),
    "until": datetime(9999, 12, 31, tzinfo=UTC), "months": [],
}  # fmt: skip


def counter() -> Look:
    """What `proving.prove` also looks at: the months of each account; nothing, before a programme is published."""
    try:
        terms = terms_of(versions())
    except PublishRefused:
        return lambda first, last: []
    return partial(months_agree, terms={**terms, **_EVER, "into": [*INTO], "out": [*TAKEN, *ENDED, REDEEMED]})


def closings_agree() -> list[Difference]:
    """Closed months that are no longer as they were closed. No account's differences: they stand under account 0."""
    return [Difference(0, f"closing of {one.month}", one.expected, one.found) for one in chain().faults]


def read_anew(now: datetime) -> None:
    """Where months are kept, read every one anew, so that nothing is left of what was changed and put right since; of a
    ledger that cannot be counted nothing is kept."""
    if not is_any_kept():
        return
    try:
        movements(versions(), month_of(now.date()), afresh=True)
    except LedgerUnsound:
        forget()
    except PublishRefused:
        return


def months_agree(first: int, last: int, terms: dict[str, Any]) -> list[Difference]:
    """The months of the accounts of a range that have more or less left than the lots of that month, or in which points
    moved in a way that is in no line of the books. In the view of the caller's transaction."""
    with connection.cursor() as cursor:
        counted = statement("parts", "cohorts").replace(_ALL, _SOME)
        cursor.execute(counted, {**terms, "first": first, "last": last})
        rows = cursor.fetchall()
    found = []
    for account, currency, month, lots, books, nowhere in rows:
        name = f"{currency} of {month or 'no month'}"
        if lots != books:
            found.append(Difference(account, f"{name}: left in the books", str(lots), str(books)))
        if nowhere:
            found.append(Difference(account, f"{name}: movements in no line", "0", str(nowhere)))
    return found
