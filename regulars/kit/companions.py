"""Companions: processes that work beside this one, and end with it, however it ends.

Spawned, never forked: Polars' threads would not survive.
"""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process


def companions(count: int) -> ProcessPoolExecutor:
    """A pool of processes in which Django is set up as it is here (its settings come from the environment)."""
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_settle_in)


def end_with_parent() -> None:
    """In a companion: end as soon as the process is gone that handed out the work (`kill -9`).

    Nobody reads what it would answer, and what it has not committed is undone.
    """
    if parent := parent_process():
        threading.Thread(target=_watch, args=(parent.pid,), daemon=True).start()


def _watch(parent: int | None) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _settle_in() -> None:
    # Nothing of the house is imported before this has run: models ask for a Django that is set up.
    import gc
    import signal

    import django

    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that hands out the work
    django.setup()
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)  # what a batch makes is freed by counting; looking for cycles is rare work
