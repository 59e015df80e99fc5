"""A light load generator: one thread, one epoll, requests that are ready bytes. It runs beside what it measures."""

from __future__ import annotations

import re
import select
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Load:
    """What came of a run: seconds it took, milliseconds of each request, and how many were not answered with 200."""

    seconds: float
    waits_ms: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return len(self.waits_ms) / self.seconds

    def percentile(self, share: float) -> float:
        """The wait that so large a share of the requests did not exceed, in milliseconds."""
        waits = sorted(self.waits_ms)
        return waits[min(len(waits) - 1, int(len(waits) * share))]


def request(path: str, key: str, body: bytes, kind: str = "application/json") -> bytes:
    """A request to post as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


_LENGTH = re.compile(rb"\ncontent-length: *([0-9]+)", re.IGNORECASE)


class _Talk:
    """One connection: what is asked on it, and since when."""

    __slots__ = ("_answer", "_hear", "_say", "_socket", "good", "since")

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._say, self._hear = self._socket.sendall, self._socket.recv
        self._answer, self.since, self.good = b"", 0.0, False

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def ask(self, data: bytes, since: float) -> None:
        self.since = since
        self._say(data)

    def hear(self) -> bool:
        """Whether the answer is whole."""
        part = self._hear(65536)
        if not part:
            raise ConnectionError("the server hung up")
        answer = self._answer + part if self._answer else part
        end = answer.find(b"\r\n\r\n")
        if end < 0 or len(answer) < end + 4 + int(_LENGTH.search(answer, 0, end)[1]):  # type: ignore[index]
            self._answer = answer
            return False
        self._answer, self.good = b"", answer.startswith(b"200", 9)
        return True


def run(port: int, requests: Iterator[bytes], connections: int, seconds: float, per_second: float = 0) -> Load:
    """Ask for so many seconds, or until there is nothing more to ask, over so many connections: as fast as answers come,
    or at an even rate `per_second`.

    At a rate the wait counts from the moment at which a request was due, whether a connection was free or not.
    """
    talks = [_Talk(port) for _ in range(connections)]
    by_number = {talk.fileno(): talk for talk in talks}
    free = list(talks)
    load = Load(0)
    with select.epoll() as poll:
        for number in by_number:
            poll.register(number, select.EPOLLIN)
        began = time.perf_counter()
        ends, due, busy = began + seconds, began, 0
        while True:
            now = time.perf_counter()
            while free and now < ends and (not per_second or due <= now):
                data = next(requests, None)
                if data is None:
                    ends = now
                    break
                free.pop().ask(data, due if per_second else now)
                busy += 1
                due += 1 / per_second if per_second else 0
            if now >= ends and not busy:
                break
            wait = max(0.0, min(due, ends) - now) if per_second and free and now < ends else 1.0
            for number, _ in poll.poll(wait):
                talk = by_number[number]
                if talk.hear():
                    load.waits_ms.append((time.perf_counter() - talk.since) * 1000)
                    load.failed += not talk.good
                    free.append(talk)
                    busy -= 1
        load.seconds = time.perf_counter() - began
    for talk in talks:
        talk.close()
    return load
