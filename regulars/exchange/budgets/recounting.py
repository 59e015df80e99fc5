"""Recounting: what a program wrote that drew on budgets and did not count it is counted, beside those who draw.

An act of its own: no proof mends what it finds. Whoever draws keeps the difference between what events drew and what is
said, so it is read in one moment and added in another, and nobody waits meanwhile.
"""

from __future__ import annotations

from django.db import connection

from regulars.exchange.budgets import leasing
from regulars.exchange.budgets.agreeing import bucket_differs, budgets_agree, left_differs
from regulars.exchange.ledger.proving import Difference

#: One row at a time, so that nobody waits for another one's.
_DRAWN = (
    "INSERT INTO budget_lease AS l (bucket, budget, per, period, left_over, drawn) VALUES (%s, %s, %s, %s, 0, %s)"
    " ON CONFLICT (bucket, budget, per, period) DO UPDATE SET drawn = l.drawn + EXCLUDED.drawn"
)
_LEFT = "UPDATE budget_pool SET left_over = left_over + %s WHERE (budget, per, period) = (%s, %s, %s)"


def recount() -> list[Difference]:
    """Make what is said to be drawn and left what events drew, bucket by bucket. Answers what is wrong still: what no
    counting explains, or was written meanwhile by a program that does not count. Only one process may do it at a time:
    two would add the same difference."""
    with connection.cursor() as cursor:
        for bucket in range(leasing.BUCKETS):
            for key, (drawn, said) in bucket_differs(bucket).items():
                cursor.execute(_DRAWN, [bucket, *key, drawn - said])
        for key, (due, there) in left_differs().items():
            cursor.execute(_LEFT, [due - there, *key])
        return budgets_agree()
