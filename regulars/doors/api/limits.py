"""Limits: how often one key may ask.

A bucket of tokens per key, kept in this process: it protects the process from one caller that runs away, it does not
meter anybody. So it needs no shared store, costs less than a microsecond, and forgets at a restart; with several
server processes a key has as many buckets.
"""

from __future__ import annotations

from threading import Lock
from uuid import UUID

PER_SECOND = 50
BURST = 200


class Buckets:
    """Buckets that hold `burst` requests and fill with `per_second` of them."""

    def __init__(self, per_second: int, burst: int) -> None:
        self._rate = per_second
        self._burst = burst
        self._buckets: dict[UUID, tuple[float, float]] = {}
        self._lock = Lock()

    def take(self, key: UUID, now: float) -> float:
        """Take a request out of a key's bucket; answers the seconds to wait when there is none (else 0).

        `now` is any clock that never goes back, in seconds.
        """
        with self._lock:
            left, since = self._buckets.get(key, (float(self._burst), now))
            left = min(float(self._burst), left + (now - since) * self._rate)
            if left < 1:
                self._buckets[key] = (left, now)
                return (1 - left) / self._rate
            self._buckets[key] = (left - 1, now)
            return 0


BUCKETS = Buckets(PER_SECOND, BURST)
