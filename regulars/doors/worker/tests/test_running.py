"""The worker wakes up for what waits, and leaves nothing behind of what went well."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager

from regulars.doors.worker import running, schedule  # noqa: F401 - registers the jobs
from regulars.doors.worker.waking import NIGHT, NOTICES, TRYOUTS, wake
from regulars.exchange.earning.tests.cast import fresh, purchase, tell
from regulars.ground.publishing import tryouts
from regulars.ground.publishing.models import Tryout

TEXT = (Path(__file__).parents[4] / "programmes" / "harbour.yaml").read_text("utf-8")


def jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [TRYOUTS])
        return int(cursor.fetchone()[0])


def test_a_night_that_is_asked_for_waits_once_beside_the_one_whose_time_comes(committed: None, harbour: int) -> None:
    for job in (NIGHT, NIGHT, NOTICES):
        wake(job)
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, queueing_lock FROM procrastinate_jobs WHERE status = 'todo' ORDER BY 1")
        assert cursor.fetchall() == [(NIGHT, "night"), (NOTICES, "notices")]
    with app.replace_connector(app.connector.get_worker_connector()) as working:
        working.run_worker(
            wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="always", queues=["default"]
        )
        assert {NIGHT, NOTICES} <= set(working.tasks), "the names under which they were asked for"


def test_a_try_out_that_is_asked_for_is_carried_out_with_its_report(committed: None, harbour: int) -> None:
    tell(purchase(fresh("ada"), "2026-02-05 15:00", 30_000))
    id = tryouts.ask(TEXT + "# once more\n", "carmen", datetime(2026, 6, 15, tzinfo=UTC))
    wake(TRYOUTS)
    wake(TRYOUTS)
    assert jobs() == 1
    with app.replace_connector(app.connector.get_worker_connector()) as working:
        working.run_worker(
            wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="successful", queues=["default"]
        )
    done = Tryout.objects.get(id=id)
    assert done.state == "done" and done.summary["points"]["points"]["issued"] == 300
    assert done.report.startswith("<!doctype html>") and "Harbour" in done.report
    assert jobs() == 0


def test_a_worker_whose_listening_fails_goes_on_until_it_is_asked_to_end(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is when PostgreSQL is started again: a worker that ended then would do no night's work any more."""
    listened: list[None] = []

    async def listen(*_: Any, **__: Any) -> None:
        listened.append(None)
        if len(listened) == 1:
            raise ConnectorException
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.Event().wait()

    monkeypatch.setattr(JobManager, "listen_for_jobs", listen)
    monkeypatch.setattr(running, "PAUSE_S", 0)
    running.run()
    assert len(listened) == 2
