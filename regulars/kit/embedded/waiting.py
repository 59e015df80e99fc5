"""Waiting with an open end: look often, say something once a second."""

import time
from collections.abc import Callable, Iterator

Report = Callable[[str, str], None]
"""Hears of progress: a stable step code and an English sentence. The codes: `copying`, `creating`,
`queueing` (another process starts or stops the server), `starting` (recovery included), `stopping`, `restarting`
and `restarted` (it died while it was watched)."""

GLANCE = 0.03
"""Seconds between two looks: far below what a person notices, far above what a look costs."""


def ticks(report: Report, step: str, sentence: Callable[[], str]) -> Iterator[float]:
    """Yields the seconds waited so far, the first time at once, for as long as the caller goes on.

    Once in every full second `report(step, sentence())` is told.
    """
    began = time.monotonic()
    told = 0
    while True:
        waited = time.monotonic() - began
        if int(waited) > told:
            told = int(waited)
            report(step, f"{sentence()} ({told} s)")
        yield waited
        time.sleep(GLANCE)
