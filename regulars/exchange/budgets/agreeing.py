"""Agreeing: what events drew of budgets and what lapsed of it, counted again, beside what is said to be drawn and left.

In two steps, so that no snapshot must see every event: what the accounts of a bucket drew beside what the bucket says
they did, bucket by bucket; and what all buckets say beside what is left.
"""

from __future__ import annotations

from collections import Counter

from django.db import connection

from regulars.exchange.budgets import leasing
from regulars.exchange.budgets.leasing import Key
from regulars.exchange.ledger.proving import Difference, snapshot

_CHUNK = 5_000
_POOLS = "SELECT budget, per, period, most, left_over FROM budget_pool"
_LEASES = "SELECT budget, per, period, sum(left_over)::bigint, sum(drawn)::bigint FROM budget_lease GROUP BY 1, 2, 3"
#: Some bucket has something left, and its pool does not say so.
_HIDDEN = (
    "SELECT budget, per, period FROM budget_lease l GROUP BY 1, 2, 3 HAVING sum(left_over) <> 0 AND NOT EXISTS ("
    "SELECT FROM budget_pool p WHERE (p.budget, p.per, p.period) = (l.budget, l.per, l.period) AND p.scattered)"
)
_SAID = "SELECT budget, per, period, drawn FROM budget_lease WHERE bucket = %s"
_STRAYS = "SELECT bucket, budget, per, period FROM budget_lease WHERE NOT bucket BETWEEN 0 AND %s ORDER BY 1, 2, 3, 4"
_NEXT = (
    "SELECT array_agg(account_id) FROM (SELECT account_id FROM account WHERE account_id > %s"
    " AND account_id %% %s = %s ORDER BY account_id LIMIT %s) AS next"
)
_DRAWN = (
    "SELECT d ->> 0, d ->> 1, (d ->> 2)::int, sum((d ->> 4)::bigint)::bigint FROM event e,"
    " jsonb_array_elements(e.outcome -> 'drawn') AS d WHERE e.account_id = ANY(%s) AND e.outcome ? 'drawn'"
    " GROUP BY 1, 2, 3"
)
_EVER = _DRAWN.replace("sum((d ->> 4)::bigint)", "sum(greatest((d ->> 4)::bigint, 0))")
#: What lapsed while it waited was given back.
_LAPSED = (
    "SELECT d ->> 0, d ->> 1, (d ->> 2)::int, -sum(l.lots[place + 1])::bigint FROM entry l"
    " CROSS JOIN generate_series(1, cardinality(l.lots), 2) AS place"
    " JOIN entry n ON n.account_id = l.account_id AND n.seq = l.lots[place] AND n.kind = 'accrual'"
    " JOIN event e ON e.account_id = n.account_id AND e.id = n.event_id,"
    " jsonb_array_elements(e.outcome -> 'drawn') AS d"
    " WHERE l.account_id = ANY(%s) AND l.kind = 'lapse' AND d -> 5 ? n.rule GROUP BY 1, 2, 3"
)


def budgets_agree() -> list[Difference]:
    """Budgets of which more or less is left, or said to be drawn, than events drew. Nobody is held up.

    No account's differences: they stand under account 0.
    """
    return [*left_agrees(), *(one for bucket in range(leasing.BUCKETS) for one in bucket_agrees(bucket))]


def left_agrees() -> list[Difference]:
    """Budgets of which more or less is left than the buckets say was drawn. Reads no event."""
    with snapshot(), connection.cursor() as cursor:
        left = left_differs()
        cursor.execute(_HIDDEN)
        hidden = [Key(*key) for key in cursor.fetchall()]
        cursor.execute(_STRAYS, [leasing.BUCKETS - 1])
        strays = [(Key(*key), f"bucket {bucket}", "nothing", "a lease") for bucket, *key in cursor.fetchall()]
    found = [(key, "left", str(due), str(there)) for key, (due, there) in left.items()]
    found += [(key, "scattered", "true", "false") for key in hidden]
    return [
        Difference(0, f"{_name(key)}: {what}", expected, there)
        for key, what, expected, there in [*sorted(found), *strays]
    ]


def left_differs() -> dict[Key, tuple[int, int]]:
    """By budget that is wrong: the points that must be left, as its buckets say what was drawn, and those there are."""
    with snapshot(), connection.cursor() as cursor:
        cursor.execute(_POOLS)
        pools = {Key(*key): (most, left) for *key, most, left in cursor.fetchall()}
        cursor.execute(_LEASES)
        leases = {Key(*key): (left, drawn) for *key, left, drawn in cursor.fetchall()}
    found = {}
    for key in sorted(pools.keys() | leases.keys()):
        (most, pooled), (leased, drawn) = pools.get(key, (0, 0)), leases.get(key, (0, 0))
        found[key] = (most - drawn, pooled + leased)
    return {key: (due, there) for key, (due, there) in found.items() if due != there}


def bucket_agrees(bucket: int) -> list[Difference]:
    """Budgets of which the accounts of a bucket drew more or less than it says."""
    return [
        Difference(0, f"{_name(key)}: drawn by bucket {bucket}", str(drawn), str(said))
        for key, (drawn, said) in bucket_differs(bucket).items()
    ]


def bucket_differs(bucket: int) -> dict[Key, tuple[int, int]]:
    """By budget that is wrong: the points that the accounts of a bucket drew, and those that it says they did. All
    of it in one moment."""
    with snapshot(), connection.cursor() as cursor:
        cursor.execute(_SAID, [bucket])
        said = {Key(*key): points for *key, points in cursor.fetchall()}
        if not said:
            cursor.execute("SELECT EXISTS (SELECT FROM budget_pool)")
            if cursor.fetchone() == (False,):
                return {}
        drawn = _count(bucket, _DRAWN, _LAPSED)
    return {
        key: (drawn[key], said.get(key, 0))
        for key in sorted(said.keys() | drawn.keys())
        if drawn[key] != said.get(key, 0)
    }


def ever_drawn() -> Counter[Key]:
    """All points that events were ever given out of budgets, whatever came back since."""
    drawn: Counter[Key] = Counter()
    for bucket in range(leasing.BUCKETS):
        drawn += _count(bucket, _EVER)
    return drawn


def _count(bucket: int, *statements: str) -> Counter[Key]:
    """What the accounts of a bucket come to, some thousand at a time."""
    found: Counter[Key] = Counter()
    accounts: list[int] = [0]
    with connection.cursor() as cursor:
        while accounts:
            cursor.execute(_NEXT, [accounts[-1], leasing.BUCKETS, bucket, _CHUNK])
            accounts = sorted(cursor.fetchone()[0] or ())
            for statement in statements:
                cursor.execute(statement, [accounts])
                for *key, points in cursor.fetchall():
                    found[Key(*key)] += points
    return found


def _name(key: Key) -> str:
    return f"budget {key.budget} per {key.per} {key.period}"
