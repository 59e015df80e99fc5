"""Processes beside a command end with it, also when it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

POOL = """
import os, time
from regulars.kit.companions import companions
with companions(1) as pool:
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(600)
"""


def test_a_companion_ends_when_the_process_that_handed_out_the_work_is_killed() -> None:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "regulars.settings"}
    with subprocess.Popen([sys.executable, "-c", POOL], env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        beside = Path(f"/proc/{int(process.stdout.readline())}/stat")
        assert beside.exists()
        os.kill(process.pid, signal.SIGKILL)
    for _ in range(200):
        if not beside.exists() or ") Z" in beside.read_text():
            return
        time.sleep(0.05)
    pytest.fail("It works on for nobody.")
