"""A writer of the benches, in a process of its own: it takes events that were read before.

On standard input stands a line with the path of pickled batches, each a list of events; when they are loaded it answers
`ready`, and when another line comes it takes them, batch after batch, and answers one line of JSON.
"""

from __future__ import annotations

import gc
import json
import pickle
import sys
import time
from datetime import UTC, datetime
from pathlib import Path


def main() -> None:
    """Take what is asked for until standard input ends."""
    from regulars.doors.cli.house import open_house

    with open_house(lambda step, sentence: None):
        from django.db import connection

        from regulars.exchange.earning.recording import take

        now = datetime.now(UTC)
        for line in sys.stdin:
            batches = pickle.loads(Path(line.strip()).read_bytes())
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            gc.collect()
            gc.freeze()
            gc.set_threshold(200_000, 50, 100)  # as the companions of an import have it
            print("ready", flush=True)
            sys.stdin.readline()
            began, spent = time.perf_counter(), time.process_time()
            statuses: dict[str, int] = {}
            for batch in batches:
                for result in take(batch, "bench", now, create=True, history=True, brief=True):
                    statuses[result.status] = statuses.get(result.status, 0) + 1
            told = {"wall_s": time.perf_counter() - began, "cpu_s": time.process_time() - spent}
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_stat_force_next_flush()")
            del batches
            gc.unfreeze()
            print(json.dumps({**told, "statuses": statuses}), flush=True)


if __name__ == "__main__":
    main()
