"""Run the worker until a signal ends it."""

from __future__ import annotations


def run() -> None:
    """Work through the jobs; SIGINT and SIGTERM end it after the job at hand."""
    from procrastinate.contrib.django import app

    import regulars.doors.worker.schedule  # noqa: F401 - registers the jobs

    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        working.run_worker(concurrency=1)
