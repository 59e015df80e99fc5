"""Leasing: how a batch of events draws on budgets of all members, beside other writers, to the last point, no further.

A batch begins with the leases of its own buckets. What it cannot decide with these it leaves undone, and is carried out
again reaching further: for what lies in the pool, then for what other buckets did not use. Locks are taken in one order
(accounts, pools, leases), all at once, so that no two batches wait for each other; nearly every batch takes
none but those of its own buckets, and once a budget is used up none waits for anybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from regulars.engine.budgets import Source, drawn_by_lot, lapsed
from regulars.engine.entries import LAPSE, Draw, Outcome
from regulars.engine.standing import Standing
from regulars.engine.terms import CapTerms
from regulars.exchange.budgets.origins import drawn_of, may_lapse, spared

#: Accounts lease in so many buckets, by the remainder of their number.
BUCKETS = 16
#: How far a batch reaches: for no budget at all, for its own leases, for the pool as well, for all there is.
NONE, OWN, POOL, ALL = range(4)
#: A block is such a part of what the pool has left; of less than that many points there are no blocks.
_BLOCKS = 4 * BUCKETS

_KEYS = "unnest(%s::text[], %s::text[], %s::int[]) AS asked (budget, per, period)"
_SAME = "{0}.budget = asked.budget AND {0}.per = asked.per AND {0}.period = asked.period"
_POOLS = (
    "SELECT p.budget, p.per, p.period, p.most, p.left_over, p.scattered FROM budget_pool p"
    f" JOIN {_KEYS} ON {_SAME.format('p')}"
)
_LEASES = (
    f"SELECT l.bucket, l.budget, l.per, l.period, l.left_over FROM budget_lease l JOIN {_KEYS} ON {_SAME.format('l')}"
    " {which} ORDER BY l.budget, l.per, l.period, l.bucket FOR NO KEY UPDATE OF l"
)


class Key(NamedTuple):
    """A budget in one period of length `per`."""

    budget: str
    per: str
    period: int


class TooShort(Exception):
    """The batch has to be carried out again, reaching further."""


@dataclass(slots=True)
class _Pool:
    most: int
    left: int
    scattered: bool


class Leases:
    """What a batch draws on. Its accounts are locked; `hold` before the first event, `keep` after the last."""

    def __init__(self, reach: int) -> None:
        self.reach = reach
        self._budgets: dict[Key, CapTerms] = {}
        self._pools: dict[Key, _Pool] = {}
        self._leases: dict[tuple[Key, int], int] = {}
        self._changed: set[tuple[Key, int]] = set()
        self._drawn: Counter[tuple[Key, int]] = Counter()
        self._drew: set[tuple[Key, int]] = set()
        self._touched: set[Key] = set()
        self._lots: dict[int, dict[int, list[Source]]] = {}

    def hold(
        self, wanted: Iterable[tuple[int, Key]], budgets: Mapping[Key, CapTerms], standings: Mapping[int, Standing],
        until: int,
    ) -> None:  # fmt: skip
        """Let nobody else draw on what these (account, key) may draw on, nor on what these accounts may give back until
        the local day `until`; `budgets` are those that may give."""
        if self.reach == NONE:
            return
        asked = {(key, account % BUCKETS) for account, key in wanted}
        asked |= {(Key(*source), account % BUCKETS) for account, source in spared(standings)}
        for (account, seq), drawn in drawn_of(may_lapse(standings, until)).items():
            self._lots.setdefault(account, {})[seq] = drawn
            asked |= {(Key(*source), account % BUCKETS) for source in drawn}
        keys = sorted({key for key, _ in asked})
        if not keys:
            return
        if self.reach >= POOL:
            self._open(keys, budgets)
            self._read_pools(keys, " ORDER BY p.budget, p.per, p.period FOR NO KEY UPDATE OF p")
        self._read_leases(keys, {bucket for _, bucket in asked})
        if self.reach == OWN:
            self._read_pools(keys, "")
        if self.reach == ALL:
            self._gather(asked)

    def left(self, account: int, budget: CapTerms, period: int) -> int:
        """How many points of a budget are left for an event of an account, as far as this batch reaches."""
        if self.reach == NONE:
            raise TooShort
        key = Key(budget.id, budget.per, period)
        self._budgets[key] = budget
        own = self._leases.get((key, account % BUCKETS), 0)
        if self.reach == OWN:
            return own
        pool = self._pools[key]
        if pool.most != budget.most:
            if pool.scattered:
                raise TooShort
            pool.left += budget.most - pool.most
            pool.most = budget.most
            self._touched.add(key)
        return own + pool.left

    def follow(self, account: int, outcome: Outcome) -> None:
        """Take in what an outcome drew, and what it or time gave back. Raises TooShort when that has to be decided
        reaching further."""
        if self.reach == NONE:
            gone = [(account, seq) for entry in outcome.entries if entry.kind == LAPSE for seq, _ in entry.lots]
            if gone and drawn_of(gone):
                raise TooShort
        lots = self._lots.get(account)
        if lots:
            self._draw(account, [draw for _, draw in lapsed(outcome, lots)])
        if outcome.drawn:
            self._draw(account, outcome.drawn)
            self._lots.setdefault(account, {}).update(drawn_by_lot(outcome))

    def _draw(self, account: int, draws: Sequence[Draw]) -> None:
        for one in draws:
            if self.reach == NONE:
                raise TooShort
            key = Key(one.budget, one.per, one.period)
            self._drawn[key, account % BUCKETS] += one.given
            if one.given < 0:
                self._give_back(key, account % BUCKETS, -one.given)
            else:
                self._take(key, account % BUCKETS, one)

    def keep(self) -> None:
        """Write what is left and who drew, and lease new blocks to the buckets that had to draw on the pool."""
        for key, bucket in sorted(self._drew):
            pool = self._pools[key]
            block = max(0, pool.left) // _BLOCKS
            if block:
                pool.left -= block
                pool.scattered = True
                self._leases[key, bucket] = self._leases.get((key, bucket), 0) + block
                self._changed.add((key, bucket))
        if self._touched:
            rows = [(key, self._pools[key]) for key in sorted(self._touched)]
            _execute(
                f"UPDATE budget_pool p SET most = asked.most, left_over = asked.left_over, scattered = asked.scattered"
                " FROM unnest(%s::text[], %s::text[], %s::int[], %s::bigint[], %s::bigint[], %s::boolean[])"
                f" AS asked (budget, per, period, most, left_over, scattered) WHERE {_SAME.format('p')}",
                [(*key, pool.most, pool.left, pool.scattered) for key, pool in rows],
            )
        changed = self._changed | {place for place, points in self._drawn.items() if points}
        if changed:
            _execute(
                "INSERT INTO budget_lease AS l (bucket, budget, per, period, left_over, drawn)"
                " SELECT * FROM unnest(%s::int[], %s::text[], %s::text[], %s::int[], %s::bigint[], %s::bigint[])"
                " ON CONFLICT (bucket, budget, per, period) DO UPDATE"
                " SET left_over = EXCLUDED.left_over, drawn = l.drawn + EXCLUDED.drawn",
                [
                    (bucket, *key, self._leases.get((key, bucket), 0), self._drawn[key, bucket])
                    for key, bucket in sorted(changed)
                ],
            )

    def _take(self, key: Key, bucket: int, draw: Draw) -> None:
        pool, own = self._pools.get(key), self._leases.get((key, bucket), 0)
        budget = self._budgets[key]
        if pool is None or pool.most != budget.most:
            raise TooShort
        if draw.allotted < draw.asked and self.reach != ALL:
            there = own + pool.left
            enough = there >= draw.asked if budget.refuse else self.reach == OWN and pool.left > 0
            if pool.scattered or enough:
                raise TooShort
        from_own = min(own, draw.given)
        if from_own:
            self._leases[key, bucket] = own - from_own
            self._changed.add((key, bucket))
        if draw.given > from_own:
            pool.left -= draw.given - from_own
            self._touched.add(key)
            self._drew.add((key, bucket))

    def _give_back(self, key: Key, bucket: int, points: int) -> None:
        pool = self._pools.get(key)
        if self.reach >= POOL:
            if pool is not None:  # taken away behind our back: that is for the proof to say, and stops no night
                pool.left += points
                self._touched.add(key)
            return
        if pool is None or not pool.scattered or (key, bucket) not in self._leases:
            raise TooShort
        self._leases[key, bucket] += points
        self._changed.add((key, bucket))

    def _open(self, keys: Sequence[Key], budgets: Mapping[Key, CapTerms]) -> None:
        new = [(*key, budgets[key].most, budgets[key].most) for key in keys if key in budgets]
        if new:
            _execute(
                "INSERT INTO budget_pool (budget, per, period, most, left_over)"
                " SELECT * FROM unnest(%s::text[], %s::text[], %s::int[], %s::bigint[], %s::bigint[])"
                " ON CONFLICT (budget, per, period) DO NOTHING",
                new,
            )

    def _read_pools(self, keys: Sequence[Key], lock: str) -> None:
        for budget, per, period, most, left, scattered in _execute(_POOLS + lock, keys):
            self._pools[Key(budget, per, period)] = _Pool(most, left, scattered)

    def _read_leases(self, keys: Sequence[Key], buckets: Iterable[int]) -> None:
        own = "" if self.reach == ALL else "WHERE l.bucket = ANY(%s)"
        more = [] if self.reach == ALL else [sorted(buckets)]
        for bucket, budget, per, period, left in _execute(_LEASES.format(which=own), keys, *more):
            self._leases[Key(budget, per, period), bucket] = left

    def _gather(self, asked: Iterable[tuple[Key, int]]) -> None:
        """Call in what the buckets did not use."""
        for (key, bucket), left in self._leases.items():
            pool = self._pools[key]
            pool.left += left
            if left:
                self._leases[key, bucket] = 0
                self._changed.add((key, bucket))
        for key, pool in self._pools.items():
            pool.scattered = False
            self._touched.add(key)


def _execute(statement: str, rows: Sequence[tuple[Any, ...]], *more: Any) -> list[tuple[Any, ...]]:
    """Run a statement over `rows` as columns; answers what it returns."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [*(list(column) for column in zip(*rows, strict=True)), *more])
        return list(cursor.fetchall()) if cursor.description else []
