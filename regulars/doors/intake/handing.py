"""Handing over: a request goes to Django, which works in threads (WSGI), and its answer comes back."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from typing import Any

#: A body up to this length is whole before a thread takes the request: who is slow to send it holds none. Django reads
#: no form that is longer, and nothing of a longer body before it has seen a key.
WHOLE_BYTES = 2_621_440
#: Seconds in which the next part of a longer one has to come.
PATIENCE_S = 30.0
#: What nobody wants is read all the same before an answer, up to so many bytes and seconds: an answer to somebody who
#: still speaks is lost, and a proxy makes a 502 of it (RFC 9112, 9.6). Beyond that the connection is closed on them.
UNWANTED_BYTES, UNWANTED_S = 64 * 1024 * 1024, 15.0

Environ = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Wsgi = Callable[[Environ, Callable[..., Any]], Any]


class Body:
    """The body of a request as a thread reads it: what was not gathered is fetched when it is asked for."""

    def __init__(self, receive: Receive, environ: Environ, loop: asyncio.AbstractEventLoop) -> None:
        self._receive = receive
        self._loop = loop
        self._held = b""
        length = environ.get("CONTENT_LENGTH", "")
        chunked = "HTTP_TRANSFER_ENCODING" in environ
        self._stated = int(length) if length.isdecimal() else UNWANTED_BYTES if chunked else 0
        self._came = 0
        self._over = False
        # Who waits to be asked for a body is answered instead, and sends none (RFC 9110, 10.1.1).
        self._waits = environ.get("HTTP_EXPECT", "").strip().lower() == "100-continue"

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes (-1: all that come); fewer only at the end, also one that came too soon."""
        while not self._over and (size < 0 or len(self._held) < size):
            self._fetch()
        size = len(self._held) if size < 0 else size
        told, self._held = self._held[:size], self._held[size:]
        return told

    def readline(self, size: int = -1) -> bytes:
        """Up to the end of a line."""
        while not self._over and b"\n" not in self._held and (size < 0 or len(self._held) < size):
            self._fetch()
        end = self._held.find(b"\n") + 1 or len(self._held)
        return self.read(end if size < 0 else min(end, size))

    async def gather(self, length: int) -> None:
        """Wait for so many bytes, on the event loop."""
        while not self._over and len(self._held) < length:
            self._hold(await self._next())

    async def discard(self) -> None:
        """Read what still comes, and throw it away, so that the sender hears the answer."""
        self._held = b""
        if self._waits or self._stated > UNWANTED_BYTES:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(UNWANTED_S):
                while not self._over and self._came < self._stated:
                    self._hold(await self._next())
                    self._held = b""

    def _fetch(self) -> None:
        self._hold(asyncio.run_coroutine_threadsafe(self._next(), self._loop).result())

    async def _next(self) -> bytes:
        """The next part; empty at the end, and when a caller hung up, or fell asleep: what came is all there is."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while not self._over:
                    message = await self._receive()
                    self._over = not message.get("more_body", False)
                    if part := message.get("body", b""):
                        return bytes(part)
        return b""

    def _hold(self, part: bytes) -> None:
        self._over, self._waits = self._over or not part, False
        self._came += len(part)
        self._held += part


class Handover:
    """Lets `application` answer, on the threads of `pool`."""

    def __init__(self, application: Wsgi, pool: Executor) -> None:
        self._application = application
        self._pool = pool

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request."""
        loop = asyncio.get_running_loop()
        environ = environ_of(scope)
        body = environ["wsgi.input"] = Body(receive, environ, loop)
        length = environ.get("CONTENT_LENGTH", "")
        if length.isdecimal() and int(length) <= WHOLE_BYTES:
            await body.gather(int(length))
        status, headers, answer = await loop.run_in_executor(self._pool, self._answered, environ)
        await body.discard()
        if isinstance(answer, bytes):
            await send_whole(send, status, headers, answer)
            return
        parts, gone = iter(answer), asyncio.create_task(_gone(receive))
        try:
            await send({"type": "http.response.start", "status": status, "headers": _encoded(headers)})
            while not gone.done() and (part := await loop.run_in_executor(self._pool, _next, parts)):
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body"})
        finally:
            gone.cancel()
            await loop.run_in_executor(self._pool, answer.close)

    def _answered(self, environ: Environ) -> tuple[int, list[tuple[str, str]], Any]:
        """Status, headers, and the whole body, or what gives it part by part where it is not made at once."""
        begun: list[Any] = []
        answer = self._application(environ, lambda status, headers, error=None: begun.extend((status, headers)))
        body = answer if getattr(answer, "streaming", True) else _whole(answer)
        status, headers = begun
        return int(status.split(" ", 1)[0]), headers, body


async def send_whole(send: Send, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> None:
    """Send an answer that is whole."""
    await send({"type": "http.response.start", "status": status, "headers": _encoded(headers)})
    await send({"type": "http.response.body", "body": body})


def environ_of(scope: Any) -> Environ:
    """A request (an ASGI scope) as WSGI has it. What a caller names with an underscore is passed over: it would look
    like another header, one that a proxy vouches for."""
    host, port = scope["server"]
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": scope["client"][0] if scope["client"] else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" not in name:
            key, told = _key(name.decode("latin-1")), value.decode("latin-1")
            environ[key] = f"{environ[key]},{told}" if key in environ else told
    return environ


def _encoded(headers: Sequence[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers]


async def _gone(receive: Receive) -> None:
    """Until the caller is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _key(name: str) -> str:
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def _whole(answer: Any) -> bytes:
    try:
        return b"".join(answer)
    finally:
        answer.close()


def _next(parts: Iterator[bytes]) -> bytes:
    """The next part that is not empty; empty at the end."""
    return next((part for part in parts if part), b"")
