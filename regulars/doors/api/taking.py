"""Taking: the events of requests, each with its own result. What is good is kept, what is not is set aside."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from django.db import transaction

from regulars.doors.api.recalling import Moved, moved, recall
from regulars.doors.api.unfolding import declared_by, unfold
from regulars.doors.watch.measures import events_taken
from regulars.exchange.earning.importing import reading_terms
from regulars.exchange.earning.recording import (
    DUPLICATE,
    QUARANTINED,
    RECORDED,
    Result,
    Telling,
    take,
    take_together,
)
from regulars.ground.access.auditing import Note, audit_all
from regulars.ground.activity.contract import Fault, Incoming
from regulars.ground.activity.recording import set_aside
from regulars.ground.activity.rejects import Reject
from regulars.ground.publishing.versions import Versions, versions
from regulars.kit.speaking import said_in

STATUSES: Final = (RECORDED, DUPLICATE, QUARANTINED)
#: Reasons that are told of one event, in all.
REASONS: Final = 20


class Ask:
    """A request to take events of one source, each the bytes of its JSON, on behalf of `actor`, who has `scopes`.
    `create` enrols members not known yet; with `history` no event is late. Sentences are told in `language`."""

    __slots__ = ("actor", "create", "history", "language", "raws", "scopes", "source")

    def __init__(
        self, raws: Sequence[bytes | msgspec.Raw], source: str, actor: str, scopes: Collection[str], create: bool,
        history: bool, language: str = "en",
    ) -> None:  # fmt: skip
        self.raws = raws
        self.source = source
        self.actor = actor
        self.scopes = scopes
        self.create = create
        self.history = history
        self.language = language


def take_told(ask: Ask, now: datetime, dry_run: bool) -> dict[str, Any]:
    """Take the events of one request; the answer to the caller, ready to be written as JSON.

    All of it is one transaction; with `dry_run` it is rolled back, but for the note that the actor asked. Raises
    PublishRefused when no programme is published.
    """
    (reading,) = _read([ask], now, versions())
    with transaction.atomic():
        with transaction.atomic():
            _set_aside([reading], now)
            taken = take(reading.events, ask.source, now, ask.create, ask.history)
            before = _before([reading], [taken])
            transaction.set_rollback(dry_run)
        gone = {one.event for one in taken if one.status == RECORDED} if dry_run else set()
        answer = reading.answer(taken, before, gone, dry_run)
        _note([reading], [answer], now)
    if not dry_run:
        events_taken([answer["counts"]])
    return answer


def take_all_told(
    asks: Sequence[Ask], now: datetime, promise: Versions, also: Collection[int] = ()
) -> list[dict[str, Any]]:
    """Take the events of several requests in the caller's transaction, one request after the other; an answer to each.

    Where one of them cannot be kept none is: raises as `take_together` does. `also` are further accounts to lock. When
    the transaction is over the caller counts what was taken (`watch.measures.events_taken`).
    """
    readings = _read(asks, now, promise)
    _set_aside(readings, now)
    tellings = [Telling(one.events, one.ask.source, one.ask.create, one.ask.history) for one in readings]
    taken = take_together(tellings, now, promise, also=also)
    before = _before(readings, taken)
    answers = [one.answer(results, before) for one, results in zip(readings, taken, strict=True)]
    _note(readings, answers, now)
    return answers


class _Reading:
    """What a request tells, event by event: good, or with what is wrong with it."""

    def __init__(self, ask: Ask, read: Sequence[Incoming | Reject]) -> None:
        self.ask = ask
        self.read = read
        self.events = [one for one in read if isinstance(one, Incoming)]
        self.rejects = {one.event: one for one in read if isinstance(one, Reject)}

    def answer(
        self,
        taken: Sequence[Result],
        before: dict[UUID, Moved],
        gone: Iterable[UUID | None] = (),
        dry_run: bool = False,
    ) -> dict[str, Any]:
        """The answer to the caller; `before` is what duplicates moved, `gone` are ids that were rolled back."""
        language = self.ask.language
        ready = (_told(event, result, before, gone, language) for event, result in zip(self.events, taken, strict=True))
        results = [_rejected(one, language) if isinstance(one, Reject) else next(ready) for one in self.read]
        counts = dict.fromkeys(STATUSES, 0)
        for result in results:
            counts[result["status"]] += 1
        return {"dry_run": dry_run, "source": self.ask.source, "counts": counts, "results": results}


def _read(asks: Sequence[Ask], now: datetime, promise: Versions) -> list[_Reading]:
    terms = reading_terms(now, promise)
    declared = declared_by(promise.latest.kernel.terms.programme.header.attributes)
    return [_Reading(ask, [unfold(raw, ask.source, terms, declared, ask.scopes) for raw in ask.raws]) for ask in asks]


def _set_aside(readings: Sequence[_Reading], now: datetime) -> None:
    for one in readings:
        if one.rejects:
            set_aside(one.ask.source, list(one.rejects.values()), now)


def _before(readings: Sequence[_Reading], taken: Sequence[Sequence[Result]]) -> dict[UUID, Moved]:
    """What duplicates moved when they were told first."""
    told = ((event, one) for reading, own in zip(readings, taken, strict=True)
            for event, one in zip(reading.events, own, strict=True))  # fmt: skip
    return recall({one.event: event.member for event, one in told if one.status == DUPLICATE and one.event})


def _note(readings: Sequence[_Reading], answers: Sequence[dict[str, Any]], now: datetime) -> None:
    notes = [
        Note(
            one.ask.actor, "events rehearsed" if answer["dry_run"] else "events told", None,
            {"source": one.ask.source, **answer["counts"]},
        )
        for one, answer in zip(readings, answers, strict=True)
    ]  # fmt: skip
    audit_all(notes, now)


def _told(
    event: Incoming, result: Result, before: dict[UUID, Moved], gone: Iterable[UUID | None], language: str
) -> dict[str, Any]:
    """One result; an event that is rolled back (`gone`) leaves no id behind."""
    refusal, id = result.refusal, result.event
    return {
        "event": event.id,
        "status": result.status,
        "id": None if id in gone else id,
        "points": moved(result.outcome.entries) if result.outcome else before.get(id, {}) if id else {},
        "refusal": _reason(refusal.code, refusal.sentence, refusal.figures, language) if refusal else None,
        "more": [],
    }


def _rejected(reject: Reject, language: str) -> dict[str, Any]:
    first, *more = [
        _reason(fault.code, fault.sentence, _where(fault), language) for fault in reject.faults[:REASONS]
    ]  # fmt: skip
    return {"event": reject.event, "status": QUARANTINED, "id": None, "points": {}, "refusal": first, "more": more}


def _where(fault: Fault) -> dict[str, Any]:
    figures: dict[str, Any] = {"field": fault.column} if fault.column else {}
    if fault.row is not None:
        figures["line"] = fault.row + 1
    return figures


def _reason(code: str, sentence: str, figures: Mapping[str, Any], language: str) -> dict[str, Any]:
    return {"code": code, "sentence": said_in(language, sentence), "figures": figures}
