"""Taking: the events of a request, each with its own result. What is good is kept, what is not is set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from regulars.doors.api.recalling import Moved, moved, recall
from regulars.doors.api.unfolding import declared_by, unfold
from regulars.doors.watch.measures import events_taken
from regulars.exchange.earning.importing import reading_terms
from regulars.exchange.earning.recording import DUPLICATE, QUARANTINED, RECORDED, Result, take
from regulars.ground.access.auditing import audit
from regulars.ground.activity.contract import Fault, Incoming
from regulars.ground.activity.recording import set_aside
from regulars.ground.activity.rejects import Reject
from regulars.ground.publishing.versions import versions

STATUSES = (RECORDED, DUPLICATE, QUARANTINED)
#: Reasons that are told of one event, in all.
REASONS = 20


def take_told(
    raws: Sequence[bytes | msgspec.Raw],
    source: str,
    actor: str,
    now: datetime,
    create: bool,
    history: bool,
    dry_run: bool,
) -> dict[str, Any]:
    """Take events of one source, each the bytes of its JSON; the answer to the caller, ready to be written as JSON.

    All of it is one transaction; with `dry_run` it is rolled back, but for the note that `actor` asked. `create`
    enrols members not known yet; with `history` no event is late. Raises PublishRefused when no programme is published.
    """
    terms = reading_terms(now)
    declared = declared_by(versions().latest.kernel.terms.programme.header.attributes)
    read = [unfold(raw, source, terms, declared) for raw in raws]
    events = [one for one in read if isinstance(one, Incoming)]
    rejects = {one.event: one for one in read if isinstance(one, Reject)}
    with transaction.atomic():
        with transaction.atomic():
            if rejects:
                set_aside(source, list(rejects.values()), now)
            taken = take(events, source, now, create, history)
            told = list(zip(events, taken, strict=True))
            before = recall({one.event: event.member for event, one in told if one.status == DUPLICATE and one.event})
            transaction.set_rollback(dry_run)
        gone = {one.event for one in taken if one.status == RECORDED} if dry_run else set()
        ready = (_told(event, result, before, gone) for event, result in told)
        results = [_rejected(one) if isinstance(one, Reject) else next(ready) for one in read]
        counted = Counter(result["status"] for result in results)
        counts = {status: counted[status] for status in STATUSES}
        audit(actor, "events rehearsed" if dry_run else "events told", None, {"source": source, **counts}, now)
    if not dry_run:
        events_taken(counts)
    return {"dry_run": dry_run, "source": source, "counts": counts, "results": results}


def _told(event: Incoming, result: Result, before: dict[UUID, Moved], gone: set[UUID | None]) -> dict[str, Any]:
    """One result; an event that is rolled back (`gone`) leaves no id behind."""
    refusal, id = result.refusal, result.event
    reason = {"code": refusal.code, "sentence": refusal.sentence, "figures": refusal.figures} if refusal else None
    return {
        "event": event.id,
        "status": result.status,
        "id": None if id in gone else id,
        "points": moved(result.outcome.entries) if result.outcome else before.get(id, {}) if id else {},
        "refusal": reason,
        "more": [],
    }


def _rejected(reject: Reject) -> dict[str, Any]:
    first, *more = [_reason(fault) for fault in reject.faults[:REASONS]]
    return {"event": reject.event, "status": QUARANTINED, "id": None, "points": {}, "refusal": first, "more": more}


def _reason(fault: Fault) -> dict[str, Any]:
    figures: dict[str, Any] = {"field": fault.column} if fault.column else {}
    if fault.row is not None:
        figures["line"] = fault.row + 1
    return {"code": fault.code, "sentence": fault.sentence, "figures": figures}
