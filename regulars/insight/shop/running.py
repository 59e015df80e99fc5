"""How the installation runs: what waits, what is late, what lies aside, and whether the ledger was right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from regulars.exchange.earning.rounds import count_findings, where
from regulars.exchange.ledger.assembling import POTS
from regulars.ground.installation.facts import fact
from regulars.ground.publishing.versions import PublishRefused, versions
from regulars.kit.zones import microseconds

#: The fact under which `regulars prove` leaves its result: `at` (seconds since 1970), `accounts`, `differences`.
LAST_PROOF = "last_proof"


@dataclass(frozen=True, slots=True)
class Proof:
    """The last proof of the ledger: `at` in seconds since 1970, the accounts it looked at, the differences it found."""

    at: float
    accounts: int
    differences: int


@dataclass(frozen=True, slots=True)
class Running:
    """`version` is that of the programme in force, 0 for none. `due_days` counts from the first day of what is due.

    `points` by (currency, pot), as the ledger keeps them; `jobs` by (job, status); `job_ages` by (job,) in seconds.
    `findings` are differences that the hourly proof knows, `round_at` is when it last came round to every account, in
    seconds since 1970 (0: never).
    """

    version: int
    quarantined: int
    due_accounts: int
    due_days: int
    points: dict[tuple[str, ...], int]
    jobs: dict[tuple[str, ...], int]
    job_ages: dict[tuple[str, ...], float]
    proof: Proof | None
    findings: int
    round_at: int


def running(now: datetime, wall: datetime) -> Running:
    """Read it at `now`, the installation's own time; jobs are dated by the machine's clock, `wall`."""
    version, today = _in_force(now)
    ((due, first),) = _rows("SELECT count(*), min(due_on) FROM standing WHERE due_on <= %s", today)
    ((aside,),) = _rows("SELECT count(*) FROM quarantine WHERE released_at IS NULL")
    sums = ", ".join(f"sum({pot})" for pot in POTS)
    points: dict[tuple[str, ...], int] = {
        (currency, pot): int(points)
        for currency, *all_points in _rows(f"SELECT currency, {sums} FROM balance GROUP BY currency")
        for pot, points in zip(POTS, all_points, strict=True)
    }
    jobs, ages = _jobs(wall)
    proof = fact(LAST_PROOF)
    days = (today - first).days if first else 0
    last = Proof(**proof) if proof else None
    return Running(version, aside, due, days, points, jobs, ages, last, count_findings(), where().ended // 1_000_000)


def _in_force(now: datetime) -> tuple[int, date]:
    """The version in force and the local day; without one, nothing can be due."""
    try:
        version = versions().at(microseconds(now))
    except PublishRefused:
        return 0, date.min
    return version.number, date.fromordinal(version.kernel.terms.zone.local(microseconds(now))[0])


def _jobs(wall: datetime) -> tuple[dict[tuple[str, ...], int], dict[tuple[str, ...], float]]:
    found = _rows(
        "SELECT j.task_name, j.status::text, count(DISTINCT j.id), min(e.at) FILTER (WHERE j.status = 'todo')"
        " FROM procrastinate_jobs j LEFT JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'"
        " WHERE j.status IN ('todo', 'doing') GROUP BY 1, 2"
    )
    names = {name: name.rpartition(".")[2] for name, _, _, _ in found}
    counts: dict[tuple[str, ...], int] = {(names[name], status): count for name, status, count, _ in found}
    ages: dict[tuple[str, ...], float] = {
        (names[name],): max((wall - at).total_seconds(), 0.0) for name, _, _, at in found if at
    }
    return counts, ages


def _rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
