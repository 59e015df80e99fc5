"""`python -m regulars.doors.cli.tests.deaf FILE TIMES`: lets so many requests to end come to nothing.

It has a child, whose id stands in FILE as soon as it can be asked.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    file, times = Path(sys.argv[1]), int(sys.argv[2])
    heard = 0

    def hear(number: int, frame: object) -> None:
        global heard
        heard += 1
        if heard > times:
            sys.exit(7)

    signal.signal(signal.SIGTERM, hear)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    file.with_suffix(".half").write_text(str(child.pid), encoding="ascii")
    file.with_suffix(".half").rename(file)
    while True:
        signal.pause()
