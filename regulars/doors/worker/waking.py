"""Waking the worker before its time. The row that waits is what counts: whoever is not woken looks by themselves."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

#: The job that carries out try-outs.
TRYOUTS = "tryouts"
#: Members who asked for a link.
SIGN_INS = "regulars.doors.worker.schedule.sign_ins"
#: What falls due by time alone, and what is told before something ends.
NIGHT, NOTICES = (f"regulars.doors.worker.schedule.{job}" for job in ("night", "notices"))


def wake(job: str) -> None:
    """Have a job of `schedule.py` run now rather than when its time comes; once, however often it is asked."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        lock = job.rpartition(".")[2]
        app.configure_task(job, queueing_lock=lock, allow_unknown=True).defer(timestamp=0)
