"""Registering: a file of people, a row for each, put in place as `describing` does. See docs/members.md."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction

from regulars.ground.activity.contract import Fault
from regulars.ground.activity.pieces import Piece, Source
from regulars.ground.activity.rejects import Reject, RejectedRow, Report
from regulars.ground.activity.sources import check_columns, open_source
from regulars.ground.members.describing import Telling, describe
from regulars.ground.members.enrolling import own_accounts_of
from regulars.ground.members.personal import FIELDS
from regulars.kit.speaking import worded
from regulars.kit.texts import composed

COLUMNS = ("member", *FIELDS)
#: So many rows are taken in one transaction.
BATCH = 1_000


@dataclass(slots=True)
class Registered:
    """What became of a file: members `enrolled`, `changed`, and found to be known `so` already; how many rows have what
    is wrong, by its code; `report` tells of these (None: there are none)."""

    rows: int = 0
    enrolled: int = 0
    changed: int = 0
    so: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    report: Path | None = None


class _Row(NamedTuple):
    """A row of the file: where it stands, what is told, and what is wrong with it as a row."""

    place: RejectedRow
    telling: Telling
    fault: Fault | None


def register(
    path: Path, actor: str, now: datetime, rejects: Path, language: str, forget: bool = False, dry_run: bool = False,
    step: Callable[[int, int], None] = lambda rows, total: None,
) -> Registered:  # fmt: skip
    """Put all of a file (CSV, Parquet or JSON Lines, plain or gzip) in place, batch by batch, each in one transaction.

    A cell that is empty tells nothing, or with `forget` that nothing is known. Rows that cannot be taken are told in
    `rejects`, in `language`; the others are taken. Of a person in two rows the second is `told_twice`. Interrupted, the
    same again goes on from there, as what is known already changes nothing. `step` hears how many rows were read, of
    how many. With `dry_run` all of it is done, and then undone.

    Raises FileRefused where nothing of it can be read: `missing_column`, `unknown_column`, and those of any file.
    """
    done = Registered()
    with tempfile.TemporaryDirectory(prefix="regulars-") as scratch, Report(rejects, language=language) as report:
        source = open_source(path, ",", Path(scratch))
        seen: set[int | str] = set()
        rows = _rows(source, forget)
        with transaction.atomic() if dry_run else nullcontext():
            while batch := list(islice(rows, BATCH)):
                report.write(_take(batch, seen, actor, now, done))
                step(done.rows, int(done.rows / source.read) if source.read else 0)
            if dry_run:
                transaction.set_rollback(True)
        if source.truncated:
            done.faults[source.truncated.code] += 1
            report.write([Reject("", "", "", (source.truncated,), ())])
    done.report = rejects if report.rows else None
    return done


def _take(batch: Sequence[_Row], seen: set[int | str], actor: str, now: datetime, done: Registered) -> Iterator[Reject]:
    """Take a batch in one transaction, and count what became of it; yields what could not be taken."""
    known = own_accounts_of([row.telling.number for row in batch])
    told: list[_Row] = []
    wrong: list[tuple[_Row, tuple[Fault, ...]]] = []
    for row in batch:
        who = known.get(row.telling.number, composed(row.telling.number))
        if row.fault or who in seen:
            twice = Fault(
                "told_twice", worded("Another row tells of the same member: leave one of them out."), "member", 0
            )
            wrong.append((row, (row.fault or twice,)))
            continue
        seen.add(who)
        told.append(row)
    for row, one in zip(told, describe([row.telling for row in told], actor, now), strict=True):
        if one.faults:
            wrong.append((row, one.faults))
        elif one.made:
            done.enrolled += 1
            seen.add(one.account)
        elif one.changed:
            done.changed += 1
        else:
            done.so += 1
    done.rows += len(batch)
    for row, faults in wrong:
        done.faults.update({fault.code for fault in faults})
        yield Reject(row.telling.number, "", "member", faults, (row.place,))


def _rows(source: Source, forget: bool) -> Iterator[_Row]:
    for piece in source.pieces(None):
        names = piece.frame.columns
        check_columns(names, COLUMNS)
        for place, cells in enumerate(piece.frame.iter_rows()):
            yield _row(piece, place, dict(zip(names, cells, strict=True)), forget)


def _row(piece: Piece, place: int, raw: dict[str, Any], forget: bool) -> _Row:
    cells = {name: "" if cell is None else str(cell).strip() for name, cell in raw.items()}
    number, fault = cells.pop("member", ""), piece.broken.get(place)
    if not fault and not number:
        fault = Fault("missing_member", worded("Every row names its member."), "member", 0)
    told = {name: cell for name, cell in cells.items() if cell or (forget and name != "joined_on")}
    line = piece.places[place] if piece.places else 0
    return _Row(RejectedRow(piece.first + place, line, raw), Telling(number, told), fault)
