"""Purchases over HTTP, durable, through the kernel, in turn with `pgbench` on the same server.

`python -m bench.tills [PROCESSES]` measures this alone. A house of many members is filled first. The load generator, the server and PostgreSQL share the machine's cores.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from typing import Any

import psycopg

from bench import http
from bench.calibrating import calibrate
from bench.housing import House
from bench.spending import cpu_below, cpu_of, own_cpu, server_pid
from regulars.kit.embedded import software
from regulars.kit.postgres import Embedded

CONNECTIONS, CLIENTS, LINES = 64, 16, 3
#: Seconds of a run: five rounds of three, and five pairs of a bulk, stay within four minutes.
SECONDS, REFERENCE_SECONDS = 5, 5
#: Events of a large request, and how many connections send them; how many events a bulk takes in.
LARGE, SENDERS, TAKEN_IN = 1_000, 4, 40_000
#: Accounts of the reference, and its transaction: one entry, and the balance that it changes. What it leaves behind is
#: not cleared away while something else is measured.
ACCOUNTS = 20_000
_TABLES = f"""
DROP TABLE IF EXISTS bench_entry, bench_balance;
CREATE TABLE bench_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account_id bigint NOT NULL, at timestamptz NOT NULL, points bigint NOT NULL
) WITH (autovacuum_enabled = false);
CREATE TABLE bench_balance (account_id bigint PRIMARY KEY, points bigint NOT NULL) WITH (autovacuum_enabled = false);
INSERT INTO bench_balance SELECT one, 0 FROM generate_series(1, {ACCOUNTS}) AS one;
"""
_TRANSACTION = rf"""
\set account random(1, {ACCOUNTS})
\set points random(1, 100)
BEGIN;
INSERT INTO bench_entry (account_id, at, points) VALUES (:account, now(), :points);
UPDATE bench_balance SET points = points + :points WHERE account_id = :account;
COMMIT;
"""


@dataclass(frozen=True, slots=True)
class Sizes:
    """What stands in the house before the first run: members, events, entries, open lots, bytes of the database."""

    members: int
    events: int
    entries: int
    lots: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Round:
    """One round: transactions a second of the reference, and µs of CPU that each takes in all; single purchases a second,
    µs of CPU that each takes the server, PostgreSQL and the load generator, how many a commit held, and the 99th
    percentile of their waits in milliseconds; the same at half of that load; seconds of the calibration loop."""

    reference: float
    reference_us: float
    singles: float
    server_us: float
    database_us: float
    generator_us: float
    together: float
    full_p99_ms: float
    half: float
    half_p50_ms: float
    half_p99_ms: float
    calibration_s: float


@dataclass(frozen=True, slots=True)
class Bulk:
    """Events a second: by an import with two writers, and as requests of a thousand over HTTP."""

    imported: float
    posted: float


def measure(folder: Path, rounds: int = 5, processes: int = 0) -> tuple[Sizes, list[Round]]:
    """Rounds in turn on one house; `processes` of the server (0: as many as `regulars serve` takes)."""
    with Embedded(folder / "posting") as access:
        house = House.made(access, "tills", folder, "house")
        with psycopg.connect(house.owner, autocommit=True) as connection:
            connection.execute(_TABLES)
            connection.execute("ANALYZE")
            sizes = _sizes(connection)
            members = [row[0] for row in connection.execute("SELECT number FROM member_number ORDER BY 1").fetchall()]
        with serving(folder, house.owner, house.app, processes) as (port, server):
            requests = _singles(members, house.told["keys"])
            http.run(port, requests, CONNECTIONS, 3)  # keys are known, statements are planned
            spent = Spent(server, server_pid(folder / "posting"), house.owner)
            return sizes, [_round(folder, port, requests, spent) for _ in range(rounds)]


def measure_bulk(folder: Path, pairs: int = 5) -> list[Bulk]:
    """Pairs in turn: the same purchases are imported into a fresh database, and posted over HTTP into another."""
    found = []
    with Embedded(folder / "posting") as access:
        bare, empty = House.made(access, "bare", folder, "prepare"), House.made(access, "empty", folder)
        for number in range(pairs):
            imported, posted = bare.copied(f"bulk_{number}_import"), empty.copied(f"bulk_{number}_post")
            imported.fill("part")
            with serving(folder, posted.owner, posted.app) as (port, _):
                rate = imported.told["events"] / imported.told["seconds"]
                found.append(Bulk(rate, _posted(folder, port, empty.told["keys"][0])))
            for house in (imported, posted):
                house.drop()
    return found


@contextmanager
def serving(folder: Path, owner: str, app: str, processes: int = 0) -> Iterator[tuple[int, int]]:
    """A server of the house; its port and its process."""
    from regulars.doors.cli.serve import PROCESSES, free_port

    port = free_port("127.0.0.1", 0)
    told = {**os.environ, "DATABASE_URL": app, "DATABASE_OWNER_URL": owner, "REGULARS_HOME": str(folder / "home")}
    command = [sys.executable, "-m", "regulars.doors.cli.serving", "127.0.0.1", str(port), str(processes or PROCESSES)]
    with subprocess.Popen(command, env=told) as server:
        try:
            for _ in range(600):
                try:
                    http.run(port, iter([b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"] * 9), 1, 0.001)
                    break
                except OSError:
                    time.sleep(0.1)
            yield port, server.pid
        finally:
            server.send_signal(signal.SIGTERM)


def pgbench(dsn: str, folder: Path) -> float:
    """Transactions a second of the reference: prepared statements, two threads."""
    script = folder / "two-statements.sql"
    script.write_text(_TRANSACTION)
    place = software.package_folder() / "pginstall"
    done = subprocess.run(
        [str(place / "bin" / "pgbench"), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(REFERENCE_SECONDS),
         "-f", str(script), dsn],
        env={**os.environ, "LD_LIBRARY_PATH": str(place / "lib")}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(re.search(r"tps = ([0-9.]+)", done.stdout)[1])  # type: ignore[index]


@dataclass(frozen=True, slots=True)
class Spent:
    """Who is watched for what they spend: the server and PostgreSQL by their processes; `dsn` leads to the latter."""

    server: int
    database: int
    dsn: str

    def now(self) -> tuple[float, float, float, int]:
        """CPU seconds so far of the server, of PostgreSQL, and of this process; how many transactions were committed."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            row = connection.execute(
                "SELECT xact_commit, pg_stat_force_next_flush() FROM pg_stat_database WHERE datname = current_database()"
            ).fetchone()
        return cpu_below(self.server), cpu_of(self.database), own_cpu(), int(row[0]) if row else 0


def _round(folder: Path, port: int, requests: Iterator[bytes], spent: Spent) -> Round:
    calibration = calibrate()
    before = cpu_of(spent.database) + os.times().children_user + os.times().children_system
    reference = pgbench(spent.dsn, folder)
    transactions = reference * REFERENCE_SECONDS
    after = cpu_of(spent.database) + os.times().children_user + os.times().children_system
    ready = _ready(requests, reference)
    began = spent.now()
    full = http.run(port, ready, CONNECTIONS, SECONDS)
    server, database, generator, commits = (then - now for now, then in zip(began, spent.now(), strict=True))
    half = http.run(port, _ready(requests, full.per_second / 2), CONNECTIONS, SECONDS, full.per_second / 2)
    failed = full.failed + half.failed
    if failed:
        raise RuntimeError(f"{failed} requests were refused")
    each = 1_000_000 / len(full.waits_ms)
    return Round(
        reference, (after - before) / transactions * 1_000_000, full.per_second, server * each, database * each,
        generator * each, len(full.waits_ms) / max(1, commits), full.percentile(0.99), half.per_second,
        half.percentile(0.5), half.percentile(0.99), calibration,
    )  # fmt: skip


def _ready(requests: Iterator[bytes], per_second: float) -> Iterator[bytes]:
    """The same, those of a run made before it begins."""
    return chain([next(requests) for _ in range(int(per_second * SECONDS))], requests)


def _singles(members: list[str], keys: list[str]) -> Iterator[bytes]:
    """Purchases of some lines by members at random, each till with a key of its own; small ones, as a member who buys
    twenty times in the minutes of a bench would come to the cap of the day, and a purchase that earns nothing is cheap."""
    chance = random.Random(1)
    run = f"{time.time_ns():x}"
    for number in count():
        lines = [
            {"line": str(line + 1), "sku": f"SKU-{chance.randrange(5_000)}", "quantity": chance.randrange(1, 4),
             "net": f"{chance.randrange(4)}.{chance.randrange(100):02}", "brand": chance.choice(("National", "Private"))}
            for line in range(LINES)
        ]  # fmt: skip
        event = {
            "member": chance.choice(members),
            "event": f"{run}-{number}",
            "at": datetime.now(UTC).isoformat(),
            "store": "367",
            "lines": lines,
        }
        yield http.request("/v1/events", keys[number % len(keys)], json.dumps(event).encode())


def _posted(folder: Path, port: int, key: str) -> float:
    """Events a second of large requests: the first purchases of the year."""
    events = _year(folder)
    bodies = [json.dumps(events[first : first + LARGE]).encode() for first in range(0, len(events), LARGE)]
    path = "/v1/events?members=create&history=true&source=bench"
    load = http.run(port, iter([http.request(path, key, body) for body in bodies]), SENDERS, float("inf"))
    if load.failed:
        raise RuntimeError(f"{load.failed} requests were refused")
    return len(events) / load.seconds


def _year(folder: Path) -> list[dict[str, Any]]:
    """The first purchases of the year as a shop would post them."""
    from bench.year import told

    return told(folder, TAKEN_IN)


def _sizes(connection: psycopg.Connection[Any]) -> Sizes:
    def one(query: str) -> int:
        row = connection.execute(query).fetchone()
        return int(row[0]) if row else 0

    return Sizes(
        one("SELECT count(*) FROM member_number"), one("SELECT count(*) FROM event"), one("SELECT count(*) FROM entry"),
        one("SELECT count(*) FROM lot WHERE remaining > 0"), one("SELECT pg_database_size(current_database())"),
    )  # fmt: skip


def written(sizes: Sizes, rounds: list[Round], bulk: list[Bulk]) -> str:
    """The section of the results."""
    rows = "\n".join(
        f"| {one.reference:,.0f} | {one.reference_us:,.0f} | {one.singles:,.0f} | {one.singles / one.reference:.2f} "
        f"| {one.server_us:,.0f} + {one.database_us:,.0f} + {one.generator_us:,.0f} | {one.together:,.0f} | {one.full_p99_ms:,.0f} "
        f"| {one.half:,.0f} | {one.half_p50_ms:,.0f} | {one.half_p99_ms:,.0f} | {one.calibration_s * 1000:.0f} |"
        for one in rounds
    )
    pairs = "\n".join(f"| {one.imported:,.0f} | {one.posted:,.0f} | {one.posted / one.imported:.2f} |" for one in bulk)
    ratio = statistics.median(one.singles / one.reference for one in rounds)
    return f"""\
Each request tells one purchase of {LINES} lines (small ones, which no cap keeps from earning) and is answered when it is durable, over {CONNECTIONS} connections from a load generator on the same
cores; {len(rounds)} rounds in turn with `pgbench` ({CLIENTS} clients, prepared statements; each transaction writes one entry and changes one of {ACCOUNTS:,}
balances) on the same server. The house had {sizes.members:,} members, {sizes.events:,} events, {sizes.entries:,} entries and {sizes.lots:,} open lots
({sizes.bytes / 1e6:,.0f} MB) before the first round. At half load requests come evenly, and waits count from when each was due. CPU time is that of
`pgbench` and PostgreSQL together, and for purchases that of the server's processes, PostgreSQL and the load generator; beside it stands how many
purchases a commit held.

| pgbench, a second | CPU of each, µs | purchases, a second | ratio | CPU of each, µs | a commit | p99, ms | half load, a second | p50, ms | p99, ms | calibration, ms |
|---|---|---|---|---|---|---|---|---|---|---|
{rows}

Median ratio: **{ratio:.2f}**; median p99 at half load: **{statistics.median(one.half_p99_ms for one in rounds):,.0f} ms**.

Requests of {LARGE:,} purchases of the year ({TAKEN_IN:,} in all, over {SENDERS} connections, into an empty house), in turn with the import of as many with two writers:

| import, events a second | HTTP, events a second | ratio |
|---|---|---|
{pairs}

Median ratio: **{statistics.median(one.posted / one.imported for one in bulk):.2f}** of the rate of the import.
"""


def main() -> None:
    """Measure this alone, with as many processes of the server as are asked for, and print it."""
    with tempfile.TemporaryDirectory(prefix="regulars-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # as root, the server's own user passes through
        sizes, rounds = measure(folder, processes=int(sys.argv[1]) if len(sys.argv) > 1 else 0)
        print(written(sizes, rounds, measure_bulk(folder)))


if __name__ == "__main__":
    main()
