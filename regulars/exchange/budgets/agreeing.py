"""Agreeing: what events drew of budgets, counted again, beside what is said to be left of them."""

from __future__ import annotations

from collections import Counter

from django.db import connection

from regulars.exchange.budgets.leasing import Key
from regulars.exchange.ledger.proving import Difference, snapshot

_CHUNK = 5_000
_LEFT = (
    "SELECT p.budget, p.per, p.period, p.most, p.left_over + coalesce((SELECT sum(l.left_over) FROM budget_lease l"
    " WHERE l.budget = p.budget AND l.per = p.per AND l.period = p.period), 0)::bigint FROM budget_pool p"
)
_NEXT = (
    "SELECT max(account_id), count(*) FROM (SELECT account_id FROM account WHERE account_id >= %s"
    " ORDER BY account_id LIMIT %s) AS next"
)
_DRAWN = (
    "SELECT d ->> 0, d ->> 1, (d ->> 2)::int, sum((d ->> 4)::bigint)::bigint FROM event e,"
    " jsonb_array_elements(e.outcome -> 'drawn') AS d WHERE e.account_id BETWEEN %s AND %s AND e.outcome ? 'drawn'"
    " GROUP BY 1, 2, 3"
)


def budgets_agree() -> list[Difference]:
    """Budgets of which more or less is left than events drew. No account's: they stand under account 0.

    All of it in one moment, in which nobody is held up.
    """
    with snapshot(), connection.cursor() as cursor:
        cursor.execute(_LEFT)
        pools = {Key(*key): (most, left) for *key, most, left in cursor.fetchall()}
        if not pools:
            return []
        drawn: Counter[Key] = Counter()
        first, size = 0, _CHUNK
        while size == _CHUNK:
            cursor.execute(_NEXT, [first, _CHUNK])
            last, size = cursor.fetchone()
            cursor.execute(_DRAWN, [first, last or first])
            for *key, points in cursor.fetchall():
                drawn[Key(*key)] += points
            first = (last or 0) + 1
    return [
        Difference(0, f"budget {key.budget} per {key.per} {key.period}: left", str(most - drawn[key]), str(left))
        for key in sorted(pools.keys() | drawn.keys())
        for most, left in [pools.get(key, (0, 0))]
        if left != most - drawn[key]
    ]
