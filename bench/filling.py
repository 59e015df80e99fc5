"""One step of a bench, in a process of its own.

`import` the year, or a `part` of it, only `prepare` the tables, publish in an `empty` house, or fill a `house` with many members and make keys for its tills.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

#: Tills with a key each: one key may ask 50 times a second.
TILLS = 400


def main(what: str, folder: Path) -> None:
    """Print one line of JSON: seconds and events."""
    from regulars.doors.cli.house import open_house

    with open_house(lambda step, sentence: None, migrate=True):
        from bench.tills import TAKEN_IN
        from bench.year import WEEKS, part, prepared, spread
        from regulars.doors.cli.demo import harbour
        from regulars.exchange.earning.importing import import_file
        from regulars.ground.access.keys import make_key
        from regulars.ground.publishing.versions import publish

        if what == "prepare":
            print(json.dumps({"seconds": 0, "events": 0}))
            return
        now = datetime.now(UTC)
        if what == "empty":
            publish(harbour.programme_text(), harbour.first_day(WEEKS), "bench", now)
            print(json.dumps({"keys": [make_key("bulk", ["events:write"], "bench", now)[1]]}))
            return
        weeks = harbour.shift_weeks(now) if what == "house" else WEEKS
        publish(harbour.programme_text(), harbour.first_day(weeks), "bench", now)
        if what == "house":
            file = spread(folder, weeks)
        else:
            file = prepared(folder) if what == "import" else part(folder, TAKEN_IN)
        began = time.perf_counter()
        done = import_file(file, "bench", harbour.MAP, True, now, folder / "rejects.csv", lambda *told: None, writers=2)
        told: dict[str, object] = {"seconds": time.perf_counter() - began, "events": done.events["recorded"]}
        if what == "house":
            told["keys"] = [make_key(f"till {one}", ["events:write"], "bench", now)[1] for one in range(TILLS)]
        print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
