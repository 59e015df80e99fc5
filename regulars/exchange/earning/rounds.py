"""Rounds: the proof that never ends. Each time what one bucket of accounts drew of budgets is counted, then some
accounts are proved, then some keys, so that all come round.

How far a round is stands in the installation's facts; what it found is kept as rows until it is right again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from regulars.exchange.budgets import leasing
from regulars.exchange.budgets.agreeing import bucket_agrees, left_agrees
from regulars.exchange.earning.histories import strays
from regulars.exchange.earning.refolding import KEYS, refolder
from regulars.exchange.ledger.proving import CHUNK, Difference, Look, prove, snapshot, together
from regulars.ground.installation.facts import fact, remember
from regulars.kit.zones import from_microseconds, microseconds

#: The fact under which the rounds keep where they are.
ROUND = "proof_round"
#: A round over everything takes so many turns, of which there is one an hour.
TURNS = 24
_ACCOUNT, _KEY, _BUDGET = "account", "key", "budget"


@dataclass(slots=True)
class Round:
    """Where the rounds are: over the accounts, up to `after`; over the keys, up to `key` (None: at their beginning);
    over what was drawn of budgets, at `bucket`.

    `began`, `keys_began` and `buckets_began` are when the running ones began, `ended` when one over all accounts last
    came to its end, in microseconds since 1970; 0 is never.
    """

    after: int | None = None
    key: Sequence[str] | None = None
    began: int = 0
    keys_began: int = 0
    ended: int = 0
    bucket: int = 0
    buckets_began: int = 0


def go_on(now: datetime, stop: Callable[[], bool] = lambda: False, also: Look = lambda first, last: []) -> int:
    """Prove the next part of all accounts, of all keys and of all budgets; answers how many differences are known now.

    Writers are not held up, memory does not grow. `stop` is asked between chunks: the next turn goes on from there.
    `also` looks at each chunk of accounts besides, in the same moment.
    """
    round = where()
    if not stop():
        _budgets(round, now)
    _accounts(round, now, stop, also)
    _keys(round, now, stop)
    return count_findings()


def where() -> Round:
    """Where the rounds are."""
    kept: dict[str, Any] = fact(ROUND) or {}
    return Round(**kept)


def count_findings() -> int:
    """How many differences are known."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM proof_finding")
        (count,) = cursor.fetchone()
    return int(count)


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference that is known, since `first_at`; `member` is the number of whose account it is (empty: nobody's)."""

    member: str
    what: str
    expected: str
    found: str
    first_at: datetime


def findings(most: int = 5) -> list[Finding]:
    """The differences that are known, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_id, what, expected, found, first_at FROM proof_finding"
            " ORDER BY first_at, account_id, what LIMIT %s",
            [most],
        )
        rows = cursor.fetchall()
        cursor.execute(
            "SELECT account_id, number FROM member WHERE account_id = ANY(%s)", [[account for account, *_ in rows]]
        )
        numbers = dict(cursor.fetchall())
    return [Finding(numbers.get(account, ""), *rest) for account, *rest in rows]


def _accounts(round: Round, now: datetime, stop: Callable[[], bool], also: Look) -> None:
    left = _part("account")
    looks = together(refolder(now), also)
    while left > 0 and not stop():
        if round.after is None:
            round.began = microseconds(now)
        proof = prove(also=looks, after=round.after, limit=CHUNK, most=10 * CHUNK)
        with transaction.atomic():
            _replace(round.after, proof.last, proof.differences, now)
            round.after = proof.last
            if proof.last is None:
                round.ended = microseconds(now)
            remember(ROUND, asdict(round))
        left -= CHUNK
        if proof.last is None:
            return


def _keys(round: Round, now: datetime, stop: Callable[[], bool]) -> None:
    left = _part("event_key")
    while left > 0 and not stop():
        if round.key is None:
            round.keys_began = microseconds(now)
        with snapshot():
            page, last, _ = strays(round.key, KEYS)
        with transaction.atomic():
            _note(_KEY, [Difference(account, what, "its event", "nothing") for account, what in page], now)
            if last is None:
                _forget("part = %s AND last_at < %s", _KEY, from_microseconds(round.keys_began))
            round.key = last
            remember(ROUND, asdict(round))
        left -= KEYS
        if last is None:
            return


def _budgets(round: Round, now: datetime) -> None:
    if not round.bucket:
        round.buckets_began = microseconds(now)
    found = [*left_agrees(), *bucket_agrees(round.bucket)]
    with transaction.atomic():
        _note(_BUDGET, found, now)
        round.bucket = (round.bucket + 1) % leasing.BUCKETS
        if not round.bucket:
            _forget("part = %s AND last_at < %s", _BUDGET, from_microseconds(round.buckets_began))
        remember(ROUND, asdict(round))


def _part(table: str) -> int:
    """How many rows of a table one turn looks at; as the server estimates them, so that asking costs nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = %s::regclass", [table])
        (rows,) = cursor.fetchone()
    return int(rows) // TURNS + 1


def _replace(after: int | None, last: int | None, differences: Sequence[Difference], now: datetime) -> None:
    """What is known of a range of accounts is what was found there now."""
    _note(_ACCOUNT, differences, now)
    _forget(
        "part = %s AND (%s::bigint IS NULL OR account_id > %s) AND (%s::bigint IS NULL OR account_id <= %s)"
        " AND last_at < %s",
        _ACCOUNT, after, after, last, last, now,
    )  # fmt: skip


def _note(part: str, differences: Sequence[Difference], now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO proof_finding (account_id, what, part, expected, found, first_at, last_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (account_id, what) DO UPDATE"
            " SET expected = EXCLUDED.expected, found = EXCLUDED.found, last_at = EXCLUDED.last_at",
            [(one.account, one.what, part, one.expected, one.found, now, now) for one in differences],
        )


def _forget(which: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM proof_finding WHERE {which}", values)
