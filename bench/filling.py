"""One step of the import bench, in a process of its own: `import` the year, or only `prepare` the tables."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path


def main(what: str, folder: Path) -> None:
    """Print one line of JSON: seconds and events."""
    from regulars.doors.cli.house import open_house

    with open_house(lambda step, sentence: None, migrate=True):
        from bench.year import WEEKS, prepared
        from regulars.doors.cli.demo import harbour
        from regulars.exchange.earning.importing import import_file
        from regulars.ground.publishing.versions import publish

        if what == "prepare":
            print(json.dumps({"seconds": 0, "events": 0}))
            return
        now = datetime.now(UTC)
        publish(harbour.programme_text(), harbour.first_day(WEEKS), "bench", now)
        file = prepared(folder)
        began = time.perf_counter()
        done = import_file(file, "bench", harbour.MAP, True, now, folder / "rejects.csv", lambda *told: None, writers=2)
        print(json.dumps({"seconds": time.perf_counter() - began, "events": done.events["recorded"]}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
