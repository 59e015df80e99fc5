"""`make run` as a newcomer has it: from a clone to a page served, and the second start."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

#: The sources, also where this runs beside them in build/compiled.
HOUSE = Path(__file__).resolve().parents[1]
_PATIENCE_S = 900


@dataclass(frozen=True, slots=True)
class StartFigures:
    """Wall seconds: making the environment, from there to the first page (the import is a part of it), starting again."""

    environment_s: float
    first_s: float
    import_s: float
    second_s: float


def measure(folder: Path) -> StartFigures:
    """Clone the house, make its environment, load the demo in a folder of its own, stop it, start it again."""
    clone, home = folder / "clone", folder / "home"
    subprocess.run(["git", "clone", "--quiet", str(HOUSE), str(clone)], check=True)
    began = time.monotonic()
    make = ["make", f"PYTHON={sys.executable}", ".venv/ready"]
    subprocess.run(make, cwd=clone, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    environment = time.monotonic() - began
    first, said = _started(clone, home)
    found = re.search(r"rows in ([0-9.,]+) s", said)
    second, _ = _started(clone, home)
    return StartFigures(environment, first, float(found[1].replace(",", "")) if found else 0.0, second)


def _started(clone: Path, home: Path) -> tuple[float, str]:
    """Seconds until a page is served, and what was said on the way; everything is stopped again."""
    port = _free_port()
    told = home.with_suffix(".txt")
    began = time.monotonic()
    with told.open("w", encoding="utf-8") as out:
        command = [str(clone / ".venv/bin/regulars"), "demo", "--port", str(port)]
        shop = subprocess.Popen(
            command, cwd=clone, env={**os.environ, "REGULARS_HOME": str(home)}, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            while not _served(port):
                if shop.poll() is not None or time.monotonic() - began > _PATIENCE_S:
                    raise RuntimeError(f"The demo did not start: {told.read_text('utf-8')[-2_000:]}")
                time.sleep(0.05)
            took = time.monotonic() - began
        finally:
            shop.send_signal(signal.SIGINT)
            shop.wait(timeout=60)
    return took, told.read_text("utf-8")


def _served(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
