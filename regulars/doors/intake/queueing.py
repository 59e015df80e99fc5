"""Queueing: requests wait for a committer, which is one thread with one connection.

Whatever came while the last transaction was in flight is in the next batch. Those who were answered ask again at once,
and a batch waits a few milliseconds until as many are there as asked the last time: more of them share what a
transaction costs by itself. When nobody else asks, one request is a batch, and waits for nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import Event, Thread

from django.db import connection, connections

from regulars.doors.intake.committing import Answer, Request, commit

#: From this length on a request tells of many events, and takes as long: it does not stand before short ones.
LARGE_BYTES = 32 * 1024
#: Requests of one transaction at most.
MOST_TOGETHER = 200
#: How long a batch waits at most for those who asked the last time.
GATHER_S = 0.004
#: Requests, and bytes of their bodies, that one process lets wait or be carried out; more are told to come back.
MOST_WAITING, MOST_BYTES = 1_000, 128 * 1024 * 1024

Deliver = Callable[[Sequence[Request], Sequence[Answer]], None]


class Committer(Thread):
    """Carries out what is put to it, batch by batch; on this thread, `deliver` is handed each with its answers."""

    def __init__(self, name: str, deliver: Deliver) -> None:
        super().__init__(name=name, daemon=True)
        self._deliver = deliver
        self._waiting: deque[Request] = deque()
        self._asked = self._wanted = 1
        self._enough = Event()
        self._over = False

    def put(self, request: Request) -> None:
        """Let a request wait for its turn."""
        self._waiting.append(request)
        if len(self._waiting) >= self._wanted:
            self._enough.set()

    def end(self) -> None:
        """Carry out what waits, and end."""
        self._over = True
        self._enough.set()

    def run(self) -> None:
        """Until the end is asked for."""
        try:
            while batch := self._next():
                connection.close_if_unusable_or_obsolete()  # after an error; then the next statement opens another
                self._carry_out(batch)
        finally:
            connections.close_all()

    def _carry_out(self, batch: Sequence[Request]) -> None:
        answers = commit(batch)
        # It stays this thread's: in turn through the pool, each of its connections would be cold again.
        connection.close_at = None
        self._asked = len(batch) + len(self._waiting)  # before those who are answered can come again
        self._deliver(batch, answers)

    def _next(self) -> list[Request]:
        """The next batch; empty at the end."""
        self._wait(1, None)
        self._wait(min(self._asked, MOST_TOGETHER), GATHER_S)
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))]

    def _wait(self, wanted: int, seconds: float | None) -> None:
        """Wait until so many are there, so long at most (None: for ever)."""
        self._wanted = wanted
        self._enough.clear()
        if len(self._waiting) < wanted and not self._over:
            self._enough.wait(seconds)


class Room:
    """How much may still wait in this process. Only the thread of the event loop asks."""

    def __init__(self) -> None:
        self.requests = 0
        self.bytes = 0

    def enter(self, length: int) -> bool:
        """Take the room for a body of so many bytes, if there is any."""
        if self.requests >= MOST_WAITING or self.bytes + length > MOST_BYTES:
            return False
        self.requests += 1
        self.bytes += length
        return True

    def leave(self, length: int) -> None:
        """Give it back."""
        self.requests -= 1
        self.bytes -= length
