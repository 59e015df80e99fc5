"""Waking the worker before its time. The row that waits is what counts: whoever is not woken looks by themselves."""

from __future__ import annotations

from contextlib import suppress
from secrets import randbelow

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

#: The job that carries out try-outs.
TRYOUTS = "tryouts"
#: Members who asked for a link.
SIGN_INS = "regulars.doors.worker.schedule.sign_ins"
#: What falls due by time alone, and what is told before something ends.
NIGHT, NOTICES = (f"regulars.doors.worker.schedule.{job}" for job in ("night", "notices"))


def wake(job: str, within_s: int = 0) -> None:
    """Have a job of `schedule.py` run now rather than when its time comes, or, so that nobody can tell what it does by
    how busy the house is, at a moment of chance within some seconds; once, however often it is asked."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        lock = job.rpartition(".")[2]
        later = {"schedule_in": {"milliseconds": randbelow(1_000 * within_s)}} if within_s else {}
        app.configure_task(job, queueing_lock=lock, allow_unknown=True, **later).defer(timestamp=0)
