"""The page for Prometheus: closed to strangers, and its figures are those of the house."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from regulars.doors.api.tests.conftest import fresh, purchase
from regulars.doors.watch.proofs import remember_proof
from regulars.exchange.ledger.proving import Difference, Proof
from regulars.ground.access.keys import make_key
from regulars.ground.installation.facts import now


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def key(*scopes: str) -> dict[str, str]:
    """The header of a new key."""
    return {"Authorization": f"Bearer {make_key('watch', scopes, 'dagny', now())[1]}"}


def read(client: Client) -> dict[str, float]:
    """The samples of the page, by name and labels."""
    answer = client.get("/metrics", headers=key("metrics:read"))
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/plain")
    samples = (line.rsplit(" ", 1) for line in answer.content.decode().splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in samples}


def test_strangers_and_keys_for_something_else_read_nothing(harbour: int) -> None:
    for headers, status, code in (({}, 401, "no_key"), (key("events:write"), 403, "missing_scope"),
                                  ({"Authorization": "Bearer rk_wrong"}, 401, "bad_key")):  # fmt: skip
        answer = Client().get("/metrics", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_an_empty_house_has_its_figures(db: None) -> None:
    samples = read(Client())
    assert samples['regulars_info{built="plain",program="0.1.0",programme="0"}'] == 1
    assert samples["regulars_quarantine_open"] == samples["regulars_night_due_accounts"] == 0
    assert "regulars_proof_differences" not in samples


def test_events_requests_and_points_are_counted(harbour: int) -> None:
    client = Client()
    before = read(client)
    events = [purchase(fresh("ada"), "10.00"), purchase(fresh("bruno"), "ten")]
    answer = client.post(
        "/v1/events?members=create", {"events": events}, "application/json", headers=key("events:write")
    )
    assert answer.json()["counts"] == {"recorded": 1, "duplicate": 0, "quarantined": 1}
    rehearsed = client.post(
        "/v1/events?dry_run=true", {"events": events}, "application/json", headers=key("events:write")
    )
    assert rehearsed.status_code == 200
    cache.clear()
    after = read(client)
    for name, more in (
        ('regulars_events_total{result="recorded"}', 1), ('regulars_events_total{result="quarantined"}', 1),
        ("regulars_quarantine_open", 1),
        ('regulars_request_seconds_count{method="POST",operation="v1/events",status="200"}', 2),
    ):  # fmt: skip
        assert after[name] - before.get(name, 0) == more, name
    points = {name: value for name, value in after.items() if name.startswith("regulars_points{")}
    assert sum(points.values()) == 0 and any(value < 0 for name, value in points.items() if 'pot="issued"' in name)


def test_what_the_night_left_undone_is_told(harbour: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO account VALUES (1, 'member', '2020-01-01')")
        cursor.execute(
            "INSERT INTO standing (account_id, seq, tier, progress, last_on, due_on, state)"
            " VALUES (1, 1, '', 0, '2020-01-01', %s, '{}')", [now().date() - timedelta(days=3)],
        )  # fmt: skip
    samples = read(Client())
    assert samples["regulars_night_due_accounts"] == 1 and 2 <= samples["regulars_night_lag_days"] <= 4


def test_jobs_that_wait_have_an_age(harbour: int) -> None:
    from procrastinate.contrib.django import app

    app.configure_task("regulars.doors.worker.schedule.night", allow_unknown=True).defer(timestamp=0)
    samples = read(Client())
    assert samples['regulars_jobs{job="night",status="todo"}'] == 1
    assert 0 <= samples['regulars_job_age_seconds{job="night"}'] < 3_600


def test_the_last_proof_is_told_with_its_moment(harbour: int) -> None:
    remember_proof(Proof(7, 9, (Difference(1, "balance", "1", "2"),)))
    samples = read(Client())
    assert (samples["regulars_proof_accounts"], samples["regulars_proof_differences"]) == (7, 1)
    assert abs(samples["regulars_proof_timestamp_seconds"] - datetime.now(UTC).timestamp()) < 3_600


def test_no_address_brings_a_number_of_a_member_into_the_figures(harbour: int) -> None:
    client = Client()
    client.get("/v1/members/Ada-Lovelace/balance", headers=key("members:read"))
    client.get("/Ada-Lovelace/nowhere")
    samples = read(client)
    assert any('operation="v1/members/<' in name for name in samples) and any(
        'operation="none"' in name for name in samples
    )
    assert "Lovelace" not in str(samples)


COUNTS = """
import sys
from prometheus_client import generate_latest
from regulars.doors.watch.measures import counted, events_taken
events_taken([{"recorded": 3}])
print(generate_latest(counted()).decode())
"""


def test_the_processes_of_a_server_count_together(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for total in (3, 6):
        told = subprocess.run(
            [sys.executable, "-c", COUNTS], env=environment, capture_output=True, text=True, check=True
        )
        assert f'regulars_events_total{{result="recorded"}} {total}.0' in told.stdout
