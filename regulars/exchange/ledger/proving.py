"""Proving: everything rebuilt from the entries, account by account, and compared with what is kept.

Balances, lots and what is held of them are worked out anew; the numbers of an account must have no gap; standing must
agree with its entries and tier moves; every entry must be sound in itself, beside its event and beside the accrual it
takes back; an account must lead where its merges and households say, and its number must lead to it.

It does not fold the events again; `earning.refolding` does, as another look at each chunk. So this one cannot see
what only the fold knows: figures of a reason (the base of an entry, what was granted before caps, the progress of a
tier move), another rule of the same version, which line has which share, the counters and carried fractions in the
state of a standing, when its next night is, or an event that was changed, added or taken away where it moved no points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import psycopg
from django.db import DataError, connection, transaction

from regulars.ground.publishing.versions import PublishRefused, versions

#: How many accounts are looked at in one snapshot.
CHUNK = 250
_STATEMENTS = (
    "proving_entries",
    "proving_moves",
    "proving_balances",
    "proving_lots",
    "proving_holds",
    "proving_standing",
    "proving_leads",
)
_NUMBERS = (
    "SELECT a.account_id, a.kind, m.number, h.number FROM account a LEFT JOIN member m ON m.account_id = a.account_id"
    " LEFT JOIN household h ON h.account_id = a.account_id WHERE a.account_id BETWEEN %s AND %s ORDER BY 1"
)
_LAST = (1 << 63) - 1
Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it should be; `expected` or `found` is `nothing` where there is no row or value."""

    account: int
    what: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"account {self.account}: {self.what}: expected {self.expected}, found {self.found}"


#: Looks at the accounts of a range as well, from the first to the last.
Look = Callable[[int, int], list[Difference]]


def together(*looks: Look) -> Look:
    """All that several looks find, as one."""
    return lambda first, last: [one for look in looks for one in look(first, last)]


@dataclass(frozen=True, slots=True)
class Proof:
    """What was looked at, and the first differences in order of the accounts; none means that all is right.

    `last` is the account up to which it came; None: to the last one.
    """

    accounts: int
    entries: int
    differences: tuple[Difference, ...]
    last: int | None = None


def prove(
    accounts: Iterable[int] | None = None,
    report: Report = lambda done, total: None,
    most: int = 100,
    *,
    also: Look | None = None,
    came: Callable[[int], None] = lambda last: None,
    after: int | None = None,
    limit: int | None = None,
) -> Proof:
    """Prove the ledger of some accounts, or of all; stops after `most` differences.

    `also` looks at each chunk besides, in the same snapshot; `came` hears up to which account all is done. Of all
    accounts, those up to `after` are left out, and with a `limit` so many are looked at: `Proof.last` says after which
    one to go on.

    Writers are not held up: each chunk of accounts is read in one snapshot of its own, so that memory and the age
    of a snapshot are bounded. Inside a transaction of the caller's, that one's view is proved.
    """
    terms = _terms()
    done = entries = 0
    differences: list[Difference] = []
    reached: int | None = None
    if accounts is None:
        begin = -_LAST if after is None else after + 1
        total = _count("SELECT count(*) FROM account WHERE account_id >= %s", begin)
        chunks = _everyone(begin, limit)
    else:
        total = len(accounts := sorted(set(accounts)))
        chunks = _chosen(accounts)
    for first, last, size in chunks:
        with snapshot():
            entries += _count("SELECT count(*) FROM entry WHERE account_id BETWEEN %s AND %s", first, last)
            own = partial(_differences, terms={**terms, "most": most - len(differences)})
            found = seen(own, first, last)
            if also is not None:
                found = sorted(found + seen(also, first, last), key=lambda difference: difference.account)
        differences.extend(found)
        done += size
        reached = last if last < _LAST else None
        report(done, total)
        if reached is not None:
            came(reached)
        if len(differences) >= most:
            break
    return Proof(done, entries, tuple(differences[:most]), reached)


def seen(look: Look, first: int, last: int) -> list[Difference]:
    """What a look finds. An account with a value that nobody can read (a day after the year 9999, a number beyond all
    bounds) is itself what is found, and the others are looked at without it."""
    try:
        with snapshot():
            return look(first, last)
    except (DataError, psycopg.DataError) as error:
        if first == last:
            return [Difference(first, "rows", "values that can be read", str(error).splitlines()[0])]
        middle = (first + last) // 2
        return seen(look, first, middle) + seen(look, middle + 1, last)


def _differences(first: int, last: int, terms: dict[str, Any]) -> list[Difference]:
    found: list[Difference] = []
    with connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(_text(statement), {**terms, "first": first, "last": last})
            for account, what, should, is_now in cursor.fetchall():
                found.append(Difference(account, what, _shown(should), _shown(is_now)))
    found += _misnumbered(first, last)
    return sorted(found, key=lambda difference: difference.account)


def _misnumbered(first: int, last: int) -> list[Difference]:
    """Numbers of members and households that do not lead to their account in the lookup by which tills find it.

    The lookup is asked by number, as it may lie on other nodes than the accounts.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, [first, last])
        given = cursor.fetchall()
        numbers = [number for row in given for number in row[2:] if number is not None]
        cursor.execute("SELECT number, account_id FROM member_number WHERE number = ANY(%s)", [numbers])
        leads = dict(cursor.fetchall())
    found: list[Difference] = []
    for account, kind, *both in given:
        member, household = both
        should = "household" if household is not None else "member" if member is not None else kind
        if should != kind or (kind == "household" and household is None):
            number = household if household is not None else member
            found.append(Difference(account, "account: kind", f"that of number {_shown(number)}", kind))
        for number in both:
            if number is not None and leads.get(number) != account:
                to = str(leads[number]) if number in leads else None
                found.append(Difference(account, "account: its number leads to", str(account), _shown(to)))
    return found


def _shown(value: str | None) -> str:
    return "nothing" if value is None else value


def _everyone(first: int, limit: int | None) -> Iterator[tuple[int, int, int]]:
    """Ranges (first, last, accounts in it) that together cover every possible account from `first` on, also one that
    nobody opened; with a `limit`, until there are so many in them."""
    more, left = True, limit
    while more and (left is None or left > 0):
        chunk = CHUNK if left is None else min(CHUNK, left)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT max(account_id), count(*) FROM (SELECT account_id FROM account WHERE account_id >= %s"
                " ORDER BY account_id LIMIT %s) AS next",
                [first, chunk],
            )
            last, size = cursor.fetchone()
        more = size == chunk
        left = None if left is None else left - size
        yield first, last if more else _LAST, size
        first = (last or 0) + 1


def _chosen(accounts: Iterable[int]) -> Iterator[tuple[int, int, int]]:
    """Sorted accounts as ranges: neighbours are looked at together."""
    first = last = None
    for account in accounts:
        if first is not None and last is not None and (account > last + 1 or last - first + 1 >= CHUNK):
            yield first, last, last - first + 1
            first = account
        first, last = (account if first is None else first), account
    if first is not None and last is not None:
        yield first, last, last - first + 1


@contextmanager
def snapshot() -> Iterator[None]:
    """A transaction that sees one moment and writes nothing; within another one, a part of that."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                cursor.execute("SET LOCAL work_mem = '32MB'")
        yield


def _terms() -> dict[str, Any]:
    """What the statements must know of the published versions."""
    try:
        published = list(versions())
    except PublishRefused:
        published = []
    levels = [(v.number, place, id) for v in published for place, id in enumerate(v.kernel.terms.level_ids)]
    tiers = [(v.kernel.terms.balance, v.kernel.terms.tiers) for v in published]
    follows = {(currency, bool(currency and one and one.pending_counts)) for currency, one in tiers} or {("", False)}
    return {
        "followed": [currency for currency, _ in follows],
        "waiting_counts": [waiting for _, waiting in follows],
        "versions": [version.number for version in published],
        "zones": [version.kernel.terms.programme.header.zone for version in published],
        "rules": [f"{version.number} {rule}" for version in published for rule in version.kernel.terms.refs],
        "rewards": [f"{version.number} {reward}" for version in published for reward in version.kernel.terms.rewards],
        "reward_ids": sorted({reward for version in published for reward in version.kernel.terms.rewards}),
        "level_versions": [version for version, _, _ in levels],
        "level_places": [place for _, place, _ in levels],
        "level_ids": [id for _, _, id in levels],
    }


def _count(query: str, *values: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        (count,) = cursor.fetchone()
    return int(count)


@cache
def _text(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
