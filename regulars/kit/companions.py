"""Companions: processes that work beside this one. Spawned, never forked: Polars' threads would not survive."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context


def companions(count: int) -> ProcessPoolExecutor:
    """A pool of processes in which Django is set up as it is here (its settings come from the environment)."""
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_settle_in)


def _settle_in() -> None:
    # Nothing of the house is imported before this has run: models ask for a Django that is set up.
    import gc
    import signal

    import django

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that hands out the work
    django.setup()
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)  # what a batch makes is freed by counting; looking for cycles is rare work
