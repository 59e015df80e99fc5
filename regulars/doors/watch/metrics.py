"""GET /metrics: how the installation runs, for Prometheus. Open to keys with the scope `metrics:read`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import metadata

from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from regulars.doors.api.gate import BearerKey
from regulars.doors.api.problems import Problem
from regulars.doors.watch.measures import counted
from regulars.ground.installation.facts import now
from regulars.insight.shop.keeping import kept
from regulars.insight.shop.running import Running, running
from regulars.kit.compiled import is_compiled

_GATE = BearerKey("metrics:read")


def metrics(request: HttpRequest) -> HttpResponse:
    """What the servers counted, and figures of the database, at most a minute old (longer where they are dear)."""
    if _GATE(request) is None:
        raise Problem("no_key", headers={"WWW-Authenticate": "Bearer"})
    at = now()
    figures = kept("running", lambda: running(at, datetime.now(UTC)), at).value
    registry = CollectorRegistry()
    registry.register(_Figures(figures))
    return HttpResponse(generate_latest(counted()) + generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Figures:
    def __init__(self, figures: Running) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """The figures as Prometheus names them."""
        told = self._figures
        built = "compiled" if is_compiled() else "plain"
        yield _gauge("info", "Versions: of the program, how it was built, and of the programme in force (0: none).",
                     {(metadata.version("regulars"), built, str(told.version)): 1},
                     "program", "built", "programme")  # fmt: skip
        yield _gauge("quarantine_open", "Events set aside that nobody has dealt with.", {(): told.quarantined})
        yield _gauge("night_due_accounts", "Accounts where something fell due that no night has settled yet.",
                     {(): told.due_accounts})  # fmt: skip
        yield _gauge("night_lag_days", "Days since the oldest of it fell due.", {(): told.due_days})
        yield _gauge("points", "Points over all members, by currency and pot; issued is negative, pots sum to zero.",
                     told.points, "currency", "pot")  # fmt: skip
        yield _gauge("jobs", "Jobs of the worker that wait or run.", told.jobs, "job", "status")
        yield _gauge("job_age_seconds", "Seconds since the oldest waiting one was asked for.", told.job_ages, "job")
        yield _gauge("proof_findings", "Differences that the hourly proof knows; 0 is right.", {(): told.findings})
        if told.round_at:
            yield _gauge("proof_round_timestamp_seconds", "When the hourly proof last came round to every account.",
                         {(): told.round_at})  # fmt: skip
        if told.proof:
            yield _gauge("proof_timestamp_seconds", "When the ledger was proved last.", {(): told.proof.at})
            yield _gauge("proof_differences", "What that found; 0 is right.", {(): told.proof.differences})
            yield _gauge("proof_accounts", "How many accounts it looked at.", {(): told.proof.accounts})


def _gauge(name: str, meaning: str, values: Mapping[tuple[str, ...], float], *labels: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"regulars_{name}", meaning, labels=labels)
    for key, value in values.items():
        family.add_metric(key, value)
    return family
