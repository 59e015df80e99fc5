"""Run the worker until a signal ends it."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from procrastinate import App

#: Three jobs at a time: a try-out of a year and a morning's mail must keep neither the night waiting, nor whoever wants
#: to come in.
JOBS = 3
#: How long a job is left alone once the worker is to end; then it is told to put down what it can.
GRACE_S = 1.0
#: Seconds between two looks for a database that does not answer.
PAUSE_S = 2


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a line of the log tells more than that the database is away, which `run` says in a sentence."""
    from procrastinate.exceptions import ConnectorException

    return not (record.exc_info and isinstance(record.exc_info[1], ConnectorException))


def run() -> None:
    """Work through the jobs; SIGINT and SIGTERM end it after the jobs at hand, long ones put theirs back.

    It waits for a database that is away.
    """
    from procrastinate.contrib.django import app
    from procrastinate.exceptions import ConnectorException
    from psycopg import OperationalError

    import regulars.doors.worker.schedule  # noqa: F401 - registers the jobs

    for handler in logging.getLogger().handlers:
        handler.addFilter(_is_news)
    while True:
        try:
            with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
                if asyncio.run(_worked(working)):
                    return
        except (ConnectorException, OperationalError):
            pass
        sys.stderr.write("The database does not answer; the worker waits for it.\n")
        time.sleep(PAUSE_S)


async def _worked(app: App) -> bool:
    """Work until a signal comes (True), or until one of the worker's parts fails, after which it ends by itself."""
    from procrastinate.signals import on_stop

    async with app.open_async():
        # Jobs that went well are not kept: what counts is in the rows they looked at.
        working = asyncio.ensure_future(
            app.run_worker_async(
                concurrency=JOBS,
                shutdown_graceful_timeout=GRACE_S,
                delete_jobs="successful",
                install_signal_handlers=False,
            )
        )

        def end() -> None:
            working.cancel()

        with on_stop(end):
            try:
                await working
            except asyncio.CancelledError:
                return True
    return False
