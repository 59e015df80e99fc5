"""The application at the public port (RSGI): events are taken here, everything else is Django's."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]

from regulars.doors.api.problems import Problem
from regulars.doors.intake.admitting import PATH, Gate, Head
from regulars.doors.intake.committing import Answer, Request, refused
from regulars.doors.intake.handing import Body, Handover, Wsgi
from regulars.doors.intake.queueing import LARGE_BYTES, Committer, Room
from regulars.doors.look.policy import POLICY
from regulars.doors.watch.measures import WAITING
from regulars.doors.watch.requests import watched
from regulars.ground.access.keys import Key, find

#: Threads that Django works in.
THREADS = 4
#: Seconds in which a body has to be whole: until then it keeps its room, also that of a caller who went without a word.
BODY_S = 120.0
OPERATION = PATH.removeprefix("/")


class Application:
    """One process of the server."""

    def __init__(self, django: Wsgi) -> None:
        self._pool = ThreadPoolExecutor(THREADS, "django")
        self._hand_over = Handover(django, self._pool)
        self._gate = Gate(_found)
        self._room = Room()
        self._small = Committer("small", self._deliver)
        self._large = Committer("large", self._deliver)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Granian has made the process."""
        self._loop = loop
        # What is there by now stays; looking through it again and again for what could go takes half of the time.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)
        for committer in (self._small, self._large):
            committer.start()

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Granian ends the process: what was begun is carried out."""
        for committer in (self._small, self._large):
            committer.end()
        for committer in (self._small, self._large):
            committer.join(20)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        token = self._gate.token(scope)
        if token is not None:
            began = perf_counter()
            if not self._gate.knows(token):
                with suppress(OperationalError, InterfaceError):  # Django tells the caller that the database is away
                    await self._loop.run_in_executor(self._pool, self._gate.look, token)
            head = self._gate.admit(scope, token)
            if head is not None:
                try:
                    answer = await self._taken(head, scope.headers, protocol)
                except ProtocolClosed:
                    return  # the caller is gone, and nobody waits for an answer
                headers = _HEADERS | answer.headers | (_HSTS if _secure(scope) else {})
                protocol.response_bytes(answer.status, list(headers.items()), answer.body)
                watched(OPERATION, "POST", answer.status, perf_counter() - began)
                return
        await self._hand_over(scope, protocol)

    async def _taken(self, head: Head, headers: Any, protocol: Any) -> Answer:
        """What came of a request, once the transaction that holds it is over."""
        if not self._room.enter(head.length):
            await Body(aiter(protocol), headers, self._loop).discard()
            return refused(Problem("too_busy", headers={"Retry-After": "1"}))
        try:
            async with asyncio.timeout(BODY_S):
                body = await protocol()
            told: asyncio.Future[Answer] = self._loop.create_future()
            (self._small if len(body) < LARGE_BYTES else self._large).put(Request(head, body, told))
            answer = await told
        except TimeoutError:
            return refused(Problem("incomplete_body", figures={"stated": head.length}))
        finally:
            self._room.leave(head.length)
        if answer.revoked:
            self._gate.forget(head.key)
        return answer

    def _deliver(self, batch: Sequence[Request], answers: Sequence[Answer]) -> None:
        self._loop.call_soon_threadsafe(self._tell, batch, answers)

    def _tell(self, batch: Sequence[Request], answers: Sequence[Answer]) -> None:
        WAITING.set(self._room.requests - len(batch))
        for request, answer in zip(batch, answers, strict=True):
            if not request.told.done():  # the caller may be gone
                request.told.set_result(answer)


def _found(token: str) -> Key | None:
    try:
        return find(token)
    finally:
        connection.close()  # back into the pool, as Django does after a request


#: What Django's middleware adds to every answer of the API.
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": settings.X_FRAME_OPTIONS,
    "Vary": "Accept-Language",
    "Content-Language": settings.LANGUAGE_CODE,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
}
_HSTS = {"Strict-Transport-Security": f"max-age={settings.SECURE_HSTS_SECONDS}"}


def _secure(scope: Any) -> bool:
    """Whether an answer asks for https from now on."""
    if not settings.SECURE_HSTS_SECONDS:
        return False
    forwarded = scope.headers.get("x-forwarded-proto", "").partition(",")[0].strip()
    return "https" in (scope.scheme, forwarded)
