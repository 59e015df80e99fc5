"""Opening accounts: a file of what members bring along from another system, taken whole or not at all.

All of a file is one transaction, and so is undoing it (`withdrawing.py`): whoever looks sees none of it, or all.
Interrupted, it has not happened, and the same command does it; a file that was taken under an id changes nothing when
it is told again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

from django.db import connection, transaction

from regulars.engine.entries import Refusal
from regulars.engine.events import OPENING, Event
from regulars.engine.kernel import Kernel
from regulars.engine.standing import Withdrawn
from regulars.exchange.earning.acting import ActRefused
from regulars.exchange.earning.importing import reading_terms
from regulars.exchange.earning.recording import Result, carry_out
from regulars.exchange.ledger.assembling import lock
from regulars.exchange.ledger.posting import make_partitions
from regulars.ground.access.auditing import audit
from regulars.ground.activity.contract import Act, Fault, Incoming
from regulars.ground.activity.naming import OPENING as OPENING_RUN
from regulars.ground.activity.naming import source_named
from regulars.ground.activity.openings import Brought, File, Ground, Totals, differences, read_openings
from regulars.ground.activity.rejects import Reject, RejectedRow, Report
from regulars.ground.members.enrolling import (
    Person,
    accounts_of,
    enrol,
    given_accounts_of,
    may_enrol,
    note_joining,
)
from regulars.ground.publishing.versions import versions
from regulars.kit.speaking import worded
from regulars.kit.zones import microseconds

_T = TypeVar("_T")
BATCH = 1_000
#: Told after each batch: members dealt with, of how many.
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was read and judged: what it comes to, and how many rows and members are at fault, by code."""

    file: File
    totals: Totals
    digest: str
    faults: dict[str, int]
    report: Path | None


@dataclass(frozen=True, slots=True)
class Run:
    """What became of a file: so many members; `again` when it had been taken before."""

    members: int
    again: bool


def check_file(path: Path, run: str, now: datetime, rejects: Path, language: str = "en") -> Checked:
    """Read all of a file and judge each member as the kernel will; what is wrong is told in `rejects`, row by row, in
    the `language` of whoever reads it.

    Nothing is taken. `run` is the id under which it is to be (empty: it is only looked at). Raises FileRefused,
    PublishRefused, OSError; ActRefused `other_file`, `run_undone`; BadSource for the id.
    """
    digest = blake2b(path.read_bytes(), digest_size=16).hexdigest()
    taken = bool(run) and _taken(run, digest)
    kernel = versions().at(microseconds(now)).kernel
    terms = kernel.terms
    money = bool(terms.tiers and terms.tiers.counts == "spend")
    lowest = terms.level_ids[0]
    file = read_openings(path, Ground(reading_terms(now), terms.only_spendable, money, lowest))
    begun, vacant = (set[str](), dict[str, int]()) if taken else _begun(list(file.members))
    found = [*file.rejects, *_judged(file, kernel, now, begun, vacant)]
    faults: dict[str, int] = {}
    for reject in found:
        for code in reject.codes:
            faults[code] = faults.get(code, 0) + 1
    with Report(rejects, language=language) as report:
        report.write(found)
    return Checked(file, file.totals(lowest), digest, faults, report.path if report.rows else None)


def take_openings(checked: Checked, told: Totals, run: str, actor: str, now: datetime, tell: Tell) -> Run:
    """Open an account for every member of a file, under the id `run`, if its totals are those `told`; all, or none.

    Raises ActRefused: `file_at_fault`, `control_totals_differ` (with both figures), `other_file`, `run_undone`, and as
    the kernel refuses; BadSource for the id; PublishRefused.
    """
    source = source_of(run)
    if checked.faults:
        sentence = worded("Nothing was taken: mend the rows that are told, and check the file again.")
        raise ActRefused(Refusal("file_at_fault", sentence, {"faults": checked.faults}))
    wrong = differences(told, checked.totals)
    if wrong:
        rows = [{"total": total, "of": of, "control": a, "file": b} for total, of, a, b in wrong]
        sentence = worded("Nothing was taken: the file does not come to the control totals.")
        raise ActRefused(Refusal("control_totals_differ", sentence, {"differences": rows}))
    members = list(checked.file.members.values())
    day = versions().at(microseconds(now)).kernel.terms.zone.local(microseconds(now))[0]
    make_partitions({day})  # before, as others would wait for a month that is made within
    with transaction.atomic():
        if not _begin(run, checked, now):
            return Run(len(members), True)
        lock(accounts_of([one.member for one in members]).values())
        for number, batch in enumerate(batches(members)):
            _open(batch, source, now, day)
            tell(min(len(members), (number + 1) * BATCH), len(members))
        detail = {"run": run, **{" ".join(filter(None, key)): value for key, value in checked.totals.items()}}
        audit(actor, "openings taken", None, detail, now)
    return Run(len(members), False)


def source_of(run: str) -> str:
    """Under whose name the events of a run are known for ever. Raises BadSource."""
    return source_named(f"{OPENING_RUN}{run}" if run.strip() == run else run)


def _judged(file: File, kernel: Kernel, now: datetime, begun: set[str], vacant: Mapping[str, int]) -> Iterator[Reject]:
    """The members whom the kernel, or what is known of them here, would refuse; in the place of one that was withdrawn,
    an opening counts as of that one's day."""
    at = microseconds(now)
    today = kernel.terms.zone.local(at)[0]
    for one in file.members.values():
        told = Event(OPENING, "", at, of=one.said.get("tier", ""), until_day=one.day("tier_until"))
        told.opening = one.opening(vacant.get(one.member, today))
        standing = kernel.open()
        standing.withdrawn = Withdrawn(vacant[one.member]) if one.member in vacant else None
        refusal = kernel.step(standing, told).refusal
        if refusal is None and one.member in begun:
            refusal = Refusal("not_first", worded("Something has happened to this member's account here already."), {})
        if refusal is None and not may_enrol(one.member) and not accounts_of([one.member]):
            refusal = Refusal("bad_number", worded("A member's number has characters that can be seen."), {})
        if refusal is not None:
            rows = tuple(RejectedRow(number, line, {}) for number, line in one.rows)
            yield Reject(one.member, "", OPENING, (Fault(refusal.code, refusal.sentence),), rows)


def _begun(members: Sequence[str]) -> tuple[set[str], dict[str, int]]:
    """The members to whose account anything has happened, and, of those from whom an opening was withdrawn since, the
    local day of that one: another may take its place."""
    begun: set[str] = set()
    vacant: dict[str, int] = {}
    for batch in batches(members):
        accounts = accounts_of(batch)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT account_id, state #>> '{withdrawn,1}' = 'true', (state #>> '{withdrawn,0}')::int FROM standing"
                " WHERE account_id = ANY(%s) AND state -> 'day' <> '0'",
                [list(accounts.values())],
            )
            there = {account: day if empty else 0 for account, empty, day in cursor.fetchall()}
        given = given_accounts_of(batch)
        for number, account in accounts.items():
            if account != given[number] or there.get(account) == 0:  # one that leads to another is not begun anew
                begun.add(number)
            elif account in there:
                vacant[number] = there[account]
    return begun, vacant


def _begin(run: str, checked: Checked, now: datetime) -> bool:
    """Note the run, or find that it was taken. Raises ActRefused `other_file`, `run_undone`."""
    totals = {" ".join(filter(None, key)): value for key, value in sorted(checked.totals.items())}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO opening_run (id, digest, taken_at, totals) VALUES (%s, %s, %s, %s::jsonb)"
            " ON CONFLICT DO NOTHING RETURNING id",
            [run, checked.digest, now, json.dumps(totals)],
        )
        if cursor.fetchone():
            return True
    return not _taken(run, checked.digest)


def _taken(run: str, digest: str) -> bool:
    """Whether this file was taken under this id. Raises ActRefused `other_file`, `run_undone`; BadSource."""
    source_of(run)
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest, undone_at IS NOT NULL FROM opening_run WHERE id = %s", [run])
        found = cursor.fetchone()
    if found is None:
        return False
    if found[1]:
        sentence = worded("What was taken under this id was undone: give the file a new one.")
        raise ActRefused(Refusal("run_undone", sentence, {"run": run}))
    if found[0] != digest:
        sentence = worded("Another file was taken under this id: give this one its own.")
        raise ActRefused(Refusal("other_file", sentence, {"run": run}))
    return True


def _open(batch: Sequence[Brought], source: str, now: datetime, today: int) -> None:
    _, vacant = _begun([one.member for one in batch])
    people = [Person(one.member, joined_on=one.said.get("joined_on")) for one in batch]
    accounts = enrol(people, now)
    note_joining({accounts[one.number]: one.joined_on for one in people if one.joined_on})
    events = []
    for one in batch:
        act = Act(until_day=one.day("tier_until"), opening=one.opening(vacant.get(one.member, today)))
        event = event_of(OPENING, one.member, accounts[one.member], now, act)
        event.of = one.said.get("tier", "")
        events.append(event)
    carry_out_all(events, source, now)


def event_of(type: str, member: str, account: int, now: datetime, act: Act) -> Incoming:
    """An event of a run, which has one of each type for an account."""
    return Incoming(member, str(account), type, microseconds(now), "", [], [], {}, {}, act=act)


def carry_out_all(events: Sequence[Incoming], source: str, now: datetime) -> list[Result]:
    """Carry out all events of a run; answers what became of each. Raises ActRefused, which names the member."""
    results = carry_out(events, source, now)
    for event, result in zip(events, results, strict=True):
        if result.refusal is not None:
            figures: dict[str, Any] = {"member": event.member, **result.refusal.figures}
            raise ActRefused(Refusal(result.refusal.code, result.refusal.sentence, figures))
    return results


def numbers_of(accounts: Sequence[int]) -> list[tuple[int, str]]:
    """Accounts with the numbers of their members."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id, number FROM member WHERE account_id = ANY(%s) ORDER BY 1", [list(accounts)])
        return list(cursor.fetchall())


def batches(rows: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """The rows, so many at a time as go in one posting."""
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
