"""Queueing: requests wait for a committer, which is one thread with one connection.

Whatever came while the last transaction was in flight is the next batch. Those who were answered ask again at once, so
where several ask at a time a batch waits a few milliseconds while they arrive: more of them share what a transaction
costs by itself. When nobody else asks, one request is a batch, and waits for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic, sleep

from django.db import connection, connections

from regulars.doors.intake.committing import Answer, Request, commit

#: From this length on a request tells of many events, and takes as long: it does not stand before short ones.
LARGE_BYTES = 32 * 1024
#: Requests of one transaction at most.
MOST_TOGETHER = 200
#: Where several ask at a time a batch waits for more so long at most, and until nothing came for so long.
GATHER_S, QUIET_S = 0.004, 0.001
#: Requests, and bytes of their bodies, that one process lets wait or be carried out; more are told to come back.
MOST_WAITING, MOST_BYTES = 1_000, 128 * 1024 * 1024

Deliver = Callable[[Sequence[Request], Sequence[Answer]], None]


class Committer(Thread):
    """Carries out what is put to it, batch by batch; on this thread, `deliver` is handed each with its answers."""

    def __init__(self, name: str, deliver: Deliver) -> None:
        super().__init__(name=name, daemon=True)
        self._deliver = deliver
        self._queue: SimpleQueue[Request | None] = SimpleQueue()
        self._several = False

    def put(self, request: Request) -> None:
        """Let a request wait for its turn."""
        self._queue.put(request)

    def end(self) -> None:
        """Carry out what waits, and end."""
        self._queue.put(None)

    def run(self) -> None:
        """Until the end is asked for."""
        try:
            while batch := self._next():
                connection.close_if_unusable_or_obsolete()  # after an error; then the next statement opens another
                self._deliver(batch, commit(batch))
        finally:
            connections.close_all()

    def _next(self) -> list[Request]:
        """The next batch; empty at the end."""
        batch: list[Request] = []
        one = self._queue.get()
        ends = monotonic() + GATHER_S if self._several else 0
        while one is not None:
            batch.append(one)
            if len(batch) == MOST_TOGETHER:
                break
            if self._queue.empty():
                if monotonic() >= ends:
                    break
                sleep(QUIET_S)
            try:
                one = self._queue.get_nowait()
            except Empty:
                break
        if one is None and batch:
            self._queue.put(None)  # the end comes after this batch
        self._several = len(batch) > 1
        return batch


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
