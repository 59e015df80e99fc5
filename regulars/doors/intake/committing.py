"""Committing: what several callers ask in one transaction, each with an answer of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from regulars.doors.api.bodies import JSON, unzip
from regulars.doors.api.events import REPLAYED, asked, tell
from regulars.doors.api.keeping import Named, keep, kept
from regulars.doors.api.problems import Problem, answer, problem_of
from regulars.doors.api.taking import Ask, take_all_told
from regulars.doors.intake.admitting import Head
from regulars.doors.watch.measures import BATCH, COMMIT, events_taken
from regulars.exchange.earning.persisting import Unlocked
from regulars.ground.access.keys import ask_still_open
from regulars.ground.installation.facts import ask_now
from regulars.ground.publishing.versions import ask_versions
from regulars.kit.binding import at_once, commit_behind
from regulars.kit.json import encode

#: Events of a batch that writes all there is to write in one go; the rows of more go by COPY (see `take_together`).
FEW: Final = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What a caller is told; `headers` are those of this answer alone. `revoked`: the key opens nothing any more."""

    status: int
    headers: dict[str, str]
    body: bytes
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `told` is who waits for its answer, to be called on the thread of its event loop alone."""

    head: Head
    body: bytes
    told: Callable[[Answer], None]


def commit(batch: Sequence[Request]) -> list[Answer]:
    """Carry out a batch in one transaction; all that is answered with 200 is durable.

    When it fails, each of its requests is carried out by itself, so that nobody's fault is another's.
    """
    began = perf_counter()
    try:
        answers = _with_kin(batch)
    except (OperationalError, InterfaceError) as error:
        answers = [refused(problem_of(error))] * len(batch)
    except Exception:  # noqa: BLE001 - whose it is comes out when each is by itself
        answers = [_alone(request) for request in batch]
    BATCH.observe(len(batch))
    COMMIT.observe(perf_counter() - began)
    return answers


def refused(problem: Problem, revoked: bool = False) -> Answer:
    """A problem as an answer, as Django's door writes it."""
    told = answer(problem)
    return Answer(told.status_code, dict(told.headers), told.content, revoked)


def _ready(answer: bytes, again: bool = False) -> Answer:
    return Answer(200, _READY | REPLAYED if again else _READY, answer)


_READY = {"Content-Type": JSON, "Cache-Control": "no-store"}


def _alone(request: Request) -> Answer:
    head = request.head
    try:
        if not ask_still_open([head.key.id])():
            return _revoked()
        return _ready(*tell(head.key, _unpacked(request), head.kind, head.way, head.name))
    except Exception as error:  # noqa: BLE001 - it is answered as a problem
        return refused(problem_of(error))


def _with_kin(batch: Sequence[Request]) -> list[Answer]:
    """Together, with more accounts locked where one of them refers to what may lie there."""
    try:
        return _together(batch)
    except Unlocked as found:
        return _together(batch, found.accounts)


def _together(batch: Sequence[Request], also: Collection[int] = ()) -> list[Answer]:
    answers: dict[int, Answer] = {}
    with transaction.atomic(durable=True):
        with at_once():
            present, opened = ask_now(), ask_still_open({request.head.key.id for request in batch})
            promise = ask_versions()()
            at = present()
            asks = _asks(batch, opened(), answers)
        named = _named(batch, asks, answers)
        left = [place for place in asks if place not in answers]
        few = sum(len(asks[place][0].raws) for place in left) <= FEW
        with at_once() if few else nullcontext():
            told = take_all_told([asks[place][0] for place in left], at, promise, also) if left else []
            bodies = {place: encode(one) for place, one in zip(left, told, strict=True)}
            answers |= {place: _ready(body) for place, body in bodies.items()}
            if keeping := [(name, bodies[place]) for place, name in named.items() if place in bodies]:
                keep(keeping, at)
            if few:
                commit_behind()
    events_taken([one["counts"] for one in told])
    return [answers[place] for place in range(len(batch))]


def _asks(batch: Sequence[Request], opened: set[UUID], answers: dict[int, Answer]) -> dict[int, tuple[Ask, bytes]]:
    """What each request asks, by its place; those that cannot be read, or may not come in any more, are answered."""
    asks: dict[int, tuple[Ask, bytes]] = {}
    for place, request in enumerate(batch):
        head = request.head
        if head.key.id not in opened:
            answers[place] = _revoked()
            continue
        try:
            asks[place] = asked(head.key, _unpacked(request), head.kind, head.way, bool(head.name))
        except Problem as problem:
            answers[place] = refused(problem)
    return asks


def _named(
    batch: Sequence[Request], asks: dict[int, tuple[Ask, bytes]], answers: dict[int, Answer]
) -> dict[int, Named]:
    """The requests that come under an Idempotency-Key, by place; what is not to be done now is answered."""
    named: dict[int, Named] = {}
    first: set[tuple[Any, str]] = set()
    for place, (_, digest) in asks.items():
        head = batch[place].head
        if not head.name:
            continue
        if (head.key.id, head.name) in first:  # its twin is being carried out, in this very batch
            answers[place] = refused(Problem("in_progress", headers={"Retry-After": "1"}))
            continue
        first.add((head.key.id, head.name))
        named[place] = Named(head.key.id, head.name, digest)
    told = kept(list(named.values())) if named else {}
    for place, one in named.items():
        if one in told:
            found = told[one]
            answers[place] = refused(found) if isinstance(found, Problem) else _ready(found, again=True)
    return named


def _unpacked(request: Request) -> bytes:
    if len(request.body) < request.head.length:
        raise Problem("incomplete_body", figures={"stated": request.head.length, "received": len(request.body)})
    return unzip(request.body) if request.head.packed else request.body


def _revoked() -> Answer:
    return refused(Problem("bad_key", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}), revoked=True)
