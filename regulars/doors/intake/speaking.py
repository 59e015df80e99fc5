"""Speaking: a connection, as uvicorn has it, and the short way of a request to take events.

uvicorn reads and orders the requests of a connection, keeps it open and closes it. A request that may go the short way
has no task of its own and no messages: its body is gathered, it waits for its answer, and that is written. What is
rare (a body that comes in parts, a caller who waits to be asked for it) is the same here and there.
"""

from __future__ import annotations

import logging
import sys
from asyncio import TimerHandle, Transport
from collections.abc import Sequence
from time import perf_counter
from typing import Any

from django.conf import settings
from httptools import HttpParserCallbackError, HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from regulars.doors.api.problems import Problem
from regulars.doors.intake.admitting import PATH, Asked, Head, asked
from regulars.doors.intake.application import Application
from regulars.doors.intake.committing import Answer, Request, refused
from regulars.doors.look.policy import POLICY
from regulars.doors.watch.requests import watched

logger = logging.getLogger(__name__)
#: Seconds in which a body has to be whole: until then it keeps its room, also that of a caller who went without a word.
BODY_S = 120.0
#: Seconds in which what stands before a body has to be whole, and how long it may be.
HEAD_S, HEAD_BYTES = 30.0, 64 * 1024
#: Seconds that a connection may rest between two requests: longer than proxies keep one (60 s, mostly).
REST_S = 75.0
#: How often one looks whether that time is over.
LOOK_S = 5.0
OPERATION = PATH.removeprefix("/")


class Wire(HttpToolsProtocol):
    """One connection."""

    app: Application
    _short: Short | None = None
    _speaks, _begun = False, 0  # a head has begun and is not whole; how many have begun
    _spoken = 0  # bytes of it
    _heard, _left = b"", b""  # what is being read, and what its reader left
    _again = False  # a head is read a second time

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Somebody came: who says nothing is let go."""
        super().connection_made(transport)
        self._due: float | None = self.loop.time() + HEAD_S  # when to hang up, unless something comes
        self._look_again()

    def connection_lost(self, exc: Exception | None) -> None:
        """The caller is gone. What is carried out is carried out; what was not whole is not begun."""
        super().connection_lost(exc)
        self._timer.cancel()
        if self._short is not None:
            self._short.leave()

    def data_received(self, data: bytes) -> None:
        """Some of what a caller says."""
        before, self._heard = self._begun if self._speaks else 0, data
        while self._heard:  # more than once where a reader left off, see below
            data, self._left = self._heard, b""
            super().data_received(data)
            self._heard = self._left
        if self._speaks:
            self._spoken += len(data) if before == self._begun else 0  # else another's end stood before its beginning
            if self._spoken > HEAD_BYTES:
                self.send_400_response("Its headers are too long.")
        else:
            self._wait()

    def _unsupported_upgrade_warning(self) -> None:
        """A caller would rather speak another protocol (Java's does, by itself): none is spoken here, and the request
        is served as it is (RFC 9110, 7.8). Its reader leaves off before the body: a new one reads that, and what
        follows."""
        error = sys.exc_info()[1]
        assert isinstance(error, HttpParserUpgrade)
        self._left = self._heard[error.args[0] :]
        self.parser = HttpRequestParser(self)
        if framing := _framing(self.headers):
            self._again = True
            self.parser.feed_data(b"POST / HTTP/1.1\r\n%b\r\n" % framing)
            self._again = False

    def on_url(self, url: bytes) -> None:
        """What is asked for."""
        if not self._again:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One line of the head."""
        if not self._again:
            super().on_header(name, value)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP; a fault of ours on the way is told to whoever looks after the server."""
        error = sys.exc_info()[1]
        fault = error.__context__ if isinstance(error, HttpParserCallbackError) else None
        if fault is not None and not isinstance(fault, HttpParserError):
            logger.error("A request could not be read", exc_info=fault)
        super().send_400_response(msg)

    def on_message_begin(self) -> None:
        """A request begins."""
        if self._again:
            return
        super().on_message_begin()
        self._speaks, self._spoken = True, 0
        self._begun += 1
        self._due = self.loop.time() + HEAD_S

    def on_headers_complete(self) -> None:
        """Its headers are whole."""
        if self._again:
            return
        self._speaks, self._due = False, None
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Some of its body: that of the short way has its room, and is not held back."""
        if self._short is not None and self._short.cycle is self.cycle:
            self.cycle.body += body
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """It is whole, unless its reader only leaves off before its body."""
        if self.parser.should_upgrade() and _framing(self.headers):
            return
        super().on_message_complete()
        if self._short is not None and self._short.cycle is self.cycle:
            self._short.go()

    def on_response_complete(self) -> None:
        """It is answered. uvicorn makes and cancels a timer for each request; here a connection has one."""
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            self._wait()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        self._due = self.loop.time() + REST_S

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Begin with a request whose turn it is (uvicorn's name for it)."""
        if (told := asked(cycle.scope)) is None:
            super()._start_asgi_task(cycle, app)
        elif self.app.gate.knows(told.token):
            self._begin(cycle, told)
        else:
            task = self.loop.create_task(self._introduced(cycle, told))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _introduced(self, cycle: RequestResponseCycle, told: Asked) -> None:
        await self.app.introduce(told.token)
        if not cycle.disconnected:
            self._begin(cycle, told)
            self._wait()

    def _wait(self) -> None:
        """Whoever was let in later than they spoke may have fallen silent in the middle of a body: it has its time."""
        if self._short is not None:
            self._short.wait()

    def _begin(self, cycle: RequestResponseCycle, told: Asked) -> None:
        head = self.app.gate.admit(told)
        if head is None:
            super()._start_asgi_task(cycle, self.app)
        elif not self.app.room.enter(head.length):
            super()._start_asgi_task(cycle, self.app.refuse)
        else:
            self._short = Short(self, cycle, head, _HSTS_S > 0 and _secure(cycle.scope["scheme"], told))
            self.flow.resume_reading()
            if cycle.waiting_for_100_continue:
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            if not cycle.more_body:
                self._short.go()

    def _look_again(self) -> None:
        if self._due is not None and self.loop.time() >= self._due:
            self.transport.close()
        else:
            self._timer = self.loop.call_later(LOOK_S, self._look_again)


class Short:
    """A request on the short way, and the room it takes until it is answered."""

    __slots__ = ("_began", "_head", "_secure", "_timer", "_wire", "cycle")

    def __init__(self, wire: Wire, cycle: RequestResponseCycle, head: Head, secure: bool) -> None:
        self._wire, self.cycle, self._head, self._secure = wire, cycle, head, secure
        self._began = perf_counter()
        self._timer: TimerHandle | None = None

    def wait(self) -> None:
        """Its body is not whole yet: it has its time."""
        if self.cycle.more_body and self._timer is None:
            self._timer = self._wire.loop.call_later(BODY_S, self._give_up)

    def go(self) -> None:
        """Its body is whole: let it be carried out."""
        self._stop()
        self._wire.app.take(Request(self._head, bytes(self.cycle.body), self.answer))

    def leave(self) -> None:
        """Its caller is gone."""
        if self.cycle.more_body:
            self._stop()
            self._wire.app.room.leave(self._head.length)

    def answer(self, answer: Answer) -> None:
        """What came of it, once the transaction that holds it is over."""
        wire, cycle = self._wire, self.cycle
        wire.app.room.leave(self._head.length)
        if cycle.disconnected:
            return
        cycle.response_started = cycle.response_complete = True
        parts = [STATUS_LINE[answer.status]]
        for name, value in wire.server_state.default_headers:
            parts += name, b": ", value, b"\r\n"
        parts += [f"{name}: {value}\r\n".encode("latin-1") for name, value in answer.headers.items()]
        parts += _HSTS if self._secure else b"", b"" if cycle.keep_alive else b"connection: close\r\n"
        parts += _HEADERS, b"%d\r\n\r\n" % len(answer.body), answer.body
        wire.transport.write(b"".join(parts))
        watched(OPERATION, "POST", answer.status, perf_counter() - self._began)
        wire._short = None
        if not cycle.keep_alive:
            wire.transport.close()
        wire.on_response_complete()

    def _give_up(self) -> None:
        self.cycle.keep_alive = False
        self.answer(refused(Problem("incomplete_body", figures={"stated": self._head.length})))

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


#: What Django's middleware adds to every answer, and the beginning of the last header.
_HEADERS = (
    "".join(
        f"{name}: {value}\r\n"
        for name, value in (
            ("Content-Security-Policy", POLICY),
            ("X-Frame-Options", settings.X_FRAME_OPTIONS),
            ("Vary", "Accept-Language"),
            ("Content-Language", settings.LANGUAGE_CODE),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", settings.SECURE_REFERRER_POLICY),
            ("Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY),
        )
    ).encode("latin-1")
    + b"Content-Length: "
)
_HSTS_S = settings.SECURE_HSTS_SECONDS
_HSTS = f"Strict-Transport-Security: max-age={_HSTS_S}\r\n".encode("latin-1")


def _framing(headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    """The lines of a head that say how long the body is; nothing where there is none."""
    return b"".join(
        b"%b: %b\r\n" % (name, value)
        for name, value in headers
        if name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0 "))
    )


def _secure(scheme: str, told: Asked) -> bool:
    """Whether a request came by https, so that its answer asks for that from now on."""
    forwarded = told.headers.get("x-forwarded-proto", "").partition(",")[0].strip()
    return "https" in (scheme, forwarded)
