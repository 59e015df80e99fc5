"""A loop of plain Python as a yardstick for the machine of the moment."""

from __future__ import annotations

import time

LOOPS = 1_000_000


def calibrate() -> float:
    """CPU seconds that a million additions take just now."""
    began = time.process_time()
    total = 0
    for i in range(LOOPS):
        total += i
    return time.process_time() - began
