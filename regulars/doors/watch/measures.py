"""What a server process counts by itself. With `PROMETHEUS_MULTIPROC_DIR` all processes of a server count together."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

_OWN = CollectorRegistry()
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_EVENTS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)

REQUESTS = Histogram(
    "regulars_request_seconds",
    "How long requests took, by the pattern of their address, method and status.",
    ("operation", "method", "status"),
    buckets=_SECONDS,
    registry=_OWN,
)
TAKEN = Counter("regulars_events", "Events told over HTTP, by what became of them.", ("result",), registry=_OWN)

BATCH = Histogram(
    "regulars_intake_requests_per_commit", "How many requests were committed together.", buckets=_EVENTS, registry=_OWN
)
COMMIT = Histogram(
    "regulars_intake_commit_seconds", "How long a transaction of the intake took.", buckets=_SECONDS, registry=_OWN
)
WAITING = Gauge(
    "regulars_intake_waiting", "Requests to take events that are being carried out or wait for it.", registry=_OWN,
    multiprocess_mode="livesum",
)  # fmt: skip


def events_taken(counts: Iterable[Mapping[str, int]]) -> None:
    """Count the events of requests; each of `counts` says by result how many one of them told."""
    whole: dict[str, int] = {}
    for own in counts:
        for result, count in own.items():
            whole[result] = whole.get(result, 0) + count
    for result, count in whole.items():
        TAKEN.labels(result).inc(count)


def counted() -> CollectorRegistry:
    """What was counted, by this process or, where several serve, by all of them since the server began."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return _OWN
    _forget_the_dead()
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together


def _forget_the_dead() -> None:
    """What waits in a process that was killed waits no longer."""
    for file in Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).glob("gauge_live*_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            mark_process_dead(pid)  # type: ignore[no-untyped-call]
