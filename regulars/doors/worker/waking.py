"""Waking the worker before its time. The row that waits is what counts: whoever is not woken looks by themselves."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

#: The job that carries out try-outs.
TRYOUTS = "tryouts"


def wake(job: str) -> None:
    """Have a job of `schedule.py` run now rather than when its time comes; once, however often it is asked."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(job, queueing_lock=job, allow_unknown=True).defer(timestamp=0)
