"""Importing: a file of events, taken batch by batch through the one act, resumable and harmless to repeat."""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from hashlib import blake2b
from pathlib import Path
from uuid import UUID

from babel.numbers import get_currency_precision
from django.db import connection

from regulars.engine.entries import Refusal
from regulars.exchange.earning.recording import QUARANTINED, take
from regulars.ground.activity.contract import Fault, Incoming, Terms
from regulars.ground.activity.files import Reading, Sheaf
from regulars.ground.activity.mapping import read_map
from regulars.ground.activity.naming import source_of_others
from regulars.ground.activity.recording import set_aside
from regulars.ground.activity.rejects import Reject, RejectedRow, Report
from regulars.ground.members.enrolling import together_now
from regulars.ground.publishing.versions import Versions, versions
from regulars.kit.companions import companions
from regulars.kit.ids import uuid7
from regulars.kit.zones import microseconds

#: Told after each batch: rows dealt with, of how many, and the counts so far.
Tell = Callable[[int, int, "Imported"], None]


@dataclass(slots=True)
class Imported:
    """What an import did: events by status, refusals by code, rows of the file, and where rejected rows are told."""

    rows: int = 0
    events: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    batches: int = 0
    resumed_at: int = 0
    report: Path | None = None


def reading_terms(now: datetime, promise: Versions | None = None) -> Terms:
    """What a reader must know of the programme in force. Raises PublishRefused `no_programme`."""
    header = (promise or versions()).latest.kernel.terms.programme.header
    return Terms(header.zone, header.money, get_currency_precision(header.money), microseconds(now))


def import_file(
    path: Path,
    source: str,
    map_path: Path | None,
    create: bool,
    now: datetime,
    rejects: Path,
    tell: Tell,
    writers: int = 1,
    language: str = "en",
) -> Imported:
    """Take every event of a file as told by `source`; what cannot be taken is set aside and told in `rejects`, in the
    `language` of whoever reads it.

    An import that was interrupted goes on where it stopped; one that is repeated changes nothing. `create`
    enrols members not known yet. With several `writers`, each is a process with members of its own at any time.
    Raises BadSource, ReservedSource, FileRefused, MapError, PublishRefused, OSError.
    """
    source = source_of_others(source)
    map_text = map_path.read_bytes() if map_path else b""
    mapped = read_map(map_text, str(map_path)) if map_path else None
    together = together_now()
    run, start = _begin(source, _digest(path), _order(map_text, together), now)
    done = Imported(resumed_at=start)
    with (
        Reading(path, reading_terms(now), mapped, together=together) as reading,
        Report(rejects, start > 0, language) as report,
    ):
        done.rows = reading.rows
        work = partial(_take, source, now, create)
        for sheaf, statuses, refused in each_in_turn(work, reading.sheaves(start), writers):
            rejects_here = [*sheaf.rejects, *_with_their_rows(refused, reading)]
            done.events.update(statuses)
            done.codes.update(code for reject in rejects_here for code in reject.codes)
            done.batches += 1
            report.write(rejects_here)
            _went_on(run, sheaf.number + 1, done)
            tell(sheaf.rows_read, sheaf.rows_total, done)
        done.report = report.path if report.rows else None
    _finish(run, now)
    return done


#: Events by status, and what the ledger refused.
Taken = tuple[Counter[str], list[Reject]]


def each_in_turn(
    work: Callable[[Sheaf], Taken], sheaves: Iterable[Sheaf], writers: int
) -> Iterator[tuple[Sheaf, Counter[str], list[Reject]]]:
    """Do `work` on each sheaf, several at a time in processes of their own, and answer them in their order.

    Sheaves that share an account are never worked on at the same time, so each sees its events in order.
    """
    if writers == 1:
        for sheaf in sheaves:
            yield sheaf, *work(sheaf)
        return
    waiting: deque[tuple[Sheaf, Future[Taken]]] = deque()
    with companions(writers) as pool:
        for sheaf in sheaves:
            if waiting and _share_an_account(waiting[-1][0], sheaf):
                waiting[-1][1].result()
            waiting.append((sheaf, pool.submit(work, sheaf)))
            if len(waiting) > 2 * writers:
                first, future = waiting.popleft()
                yield first, *future.result()
        for first, future in waiting:
            yield first, *future.result()


def _share_an_account(before: Sheaf, after: Sheaf) -> bool:
    return bool(before.gathered and after.gathered) and before.last == after.first


def _take(source: str, now: datetime, create: bool, sheaf: Sheaf) -> Taken:
    """Make the events of a sheaf and take them; what broke the contract is set aside."""
    statuses: Counter[str] = Counter()
    refused = []
    events = sheaf.events()
    for event, result in zip(events, take(events, source, now, create, history=True, brief=True), strict=True):
        statuses[result.status] += 1
        if result.status == QUARANTINED and result.refusal:
            refused.append(_as_reject(event, result.refusal))
    if sheaf.rejects:
        set_aside(source, sheaf.rejects, now)
        statuses[QUARANTINED] += len(sheaf.rejects)
    return statuses, refused


def _as_reject(event: Incoming, refusal: Refusal) -> Reject:
    """What the ledger refused, told in the report like what broke the contract: with the rows it came from, of which
    only the file knows what stood there."""
    rows = tuple(RejectedRow(number, 0, {}) for number in event.rows)
    return Reject(event.member, event.id, event.type, (Fault(refusal.code, refusal.sentence),), rows)


def _with_their_rows(refused: list[Reject], reading: Reading) -> Iterator[Reject]:
    rows = reading.stood({row.number for reject in refused for row in reject.rows})
    for reject in refused:
        yield replace(reject, rows=tuple(rows[row.number] for row in sorted(reject.rows, key=lambda row: row.number)))


def _digest(path: Path) -> str:
    digest = blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _order(map_text: bytes, together: Mapping[str, str]) -> str:
    """Stands for the order in which a file is taken: one that is taken in another order begins anew."""
    order = blake2b(map_text, digest_size=16)
    for number, holder in sorted(together.items()):
        order.update(f"{number}\0{holder}\0".encode())
    return order.hexdigest()


def _begin(source: str, file_digest: str, map_digest: str, now: datetime) -> tuple[UUID, int]:
    """The run of this file and the batch to begin with."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO import_run (id, source, file_digest, map_digest, started_at) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (source, file_digest, map_digest) DO UPDATE SET started_at = EXCLUDED.started_at,"
            " batches = CASE WHEN import_run.finished_at IS NULL THEN import_run.batches ELSE 0 END,"
            " finished_at = NULL RETURNING id, batches",
            [uuid7(now), source, file_digest, map_digest, now],
        )
        id, batches = cursor.fetchone()
    return id, batches


def _went_on(run: UUID, batches: int, done: Imported) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE import_run SET batches = %s, counts = %s::jsonb WHERE id = %s",
            [batches, json.dumps({**done.events, **done.codes}), run],
        )


def _finish(run: UUID, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE import_run SET finished_at = %s WHERE id = %s", [now, run])
