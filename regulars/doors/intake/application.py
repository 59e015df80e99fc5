"""The application behind a process's connections (ASGI): what they share, and Django for all but events."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from regulars.doors.api.problems import Problem
from regulars.doors.intake.admitting import Gate
from regulars.doors.intake.committing import Answer, Request, refused
from regulars.doors.intake.handing import Body, Handover, Wsgi, environ_of, send_whole
from regulars.doors.intake.queueing import LARGE_BYTES, Committer, Room
from regulars.doors.watch.measures import WAITING
from regulars.ground.access.keys import Key, find

#: Threads that Django works in.
THREADS = 4
#: What is answered by a thread of its own, also when a database that says nothing holds all the others.
PROBES = ("/healthz", "/readyz")


class Application:
    """One process of the server. Only the thread of its event loop calls it."""

    def __init__(self, django: Wsgi) -> None:
        self._pool = ThreadPoolExecutor(THREADS, "django")
        self._hand_over = Handover(django, self._pool)
        self._probed = {path: Handover(django, ThreadPoolExecutor(1, path.strip("/"))) for path in PROBES}
        self.gate = Gate(_found)
        self.room = Room()
        self._small = Committer("small", self._deliver)
        self._large = Committer("large", self._deliver)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request that does not go the short way, or live through the process's life."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._probed.get(scope["path"], self._hand_over)(scope, receive, send)

    async def introduce(self, token: str) -> None:
        """Let the gate look for a key."""
        with suppress(OperationalError, InterfaceError):  # Django tells the caller that the database is away
            await self._loop.run_in_executor(self._pool, self.gate.look, token)

    async def refuse(self, scope: Any, receive: Any, send: Any) -> None:
        """Tell a caller for whom there is no room to come back."""
        await Body(receive, environ_of(scope), self._loop).discard()
        answer = refused(Problem("too_busy", headers={"Retry-After": "1"}))
        await send_whole(send, answer.status, list(answer.headers.items()), answer.body)

    def take(self, request: Request) -> None:
        """Carry out a request together with others; it is told of its answer on the event loop."""
        (self._small if len(request.body) < LARGE_BYTES else self._large).put(request)

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        self._loop = asyncio.get_running_loop()
        # What is there by now stays; looking through it again and again for what could go takes half of the time.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)
        for committer in (self._small, self._large):
            committer.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for committer in (self._small, self._large):
            committer.end()  # what was begun is carried out
        for committer in (self._small, self._large):
            await self._loop.run_in_executor(None, committer.join, 20)
        await send({"type": "lifespan.shutdown.complete"})

    def _deliver(self, batch: Sequence[Request], answers: Sequence[Answer]) -> None:
        self._loop.call_soon_threadsafe(self._tell, batch, answers)

    def _tell(self, batch: Sequence[Request], answers: Sequence[Answer]) -> None:
        for request, answer in zip(batch, answers, strict=True):
            if answer.revoked:
                self.gate.forget(request.head.key)
            request.told(answer)
        WAITING.set(self.room.requests)


def _found(token: str) -> Key | None:
    try:
        return find(token)
    finally:
        connection.close()  # back into the pool, as Django does after a request
