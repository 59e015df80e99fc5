"""Keeping a reading for a while: what is dear to read is read seldom, and every page says of when it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Generic, TypeVar

from django.core.cache import cache

T = TypeVar("T")
#: A reading is kept for at least so long, and for so many times as long as it took.
LEAST = timedelta(minutes=1)
TIMES = 60
_TAKING_S = 600


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """A reading, the instant it was taken `at`, and until when it will do."""

    value: T
    at: datetime
    until: datetime


def kept(name: str, take: Callable[[], T], now: datetime) -> Kept[T]:
    """The reading of that name, taken anew when the last one has had its time.

    While one visitor takes it anew the others get the last one. So reading costs at most one part in sixty of
    a process's time, however large the shop is.
    """
    held: Kept[T] | None = cache.get(name)
    if held and held.at <= now < held.until:
        return held
    taking = f"{name}:taking"
    if not cache.add(taking, True, _TAKING_S) and held:
        return held
    try:
        started = perf_counter()
        value = take()
        took = timedelta(seconds=perf_counter() - started)
        held = Kept(value, now, now + max(LEAST, TIMES * took))
        cache.set(name, held, None)
        return held
    finally:
        cache.delete(taking)
