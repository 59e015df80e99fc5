"""Bodies: the bytes of a request, unpacked and cut into events. Numbers are not looked at yet.

What is not JSON as a whole is refused here. A single event that cannot be read stays a matter of its own: it comes
out as its bytes, and `unfolding` says what is wrong with it.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from django.http import HttpRequest, UnreadablePostError

from regulars.doors.api.problems import Problem
from regulars.doors.api.unfolding import MAX_EVENT_BYTES, decode
from regulars.kit.json import key_told_twice, keys_in, unreadable
from regulars.kit.speaking import listed, worded

MAX_BYTES: Final = 32 * 1024 * 1024
MAX_EVENTS: Final = 10_000
JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"
_BOM: Final = b"\xef\xbb\xbf"
_BLANK: Final = b" \t\r\n"
_read_list: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode
_read_object: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class Told:
    """The events of a body, each as the bytes of its JSON, and the source that the body names for all ("": none)."""

    __slots__ = ("events", "source")

    def __init__(self, events: Sequence[bytes | msgspec.Raw], source: str = "") -> None:
        self.events = events
        self.source = source


def read_body(request: HttpRequest) -> bytes:
    """The body of a request, unpacked if it came as gzip: at most MAX_BYTES, packed and unpacked. Raises Problem."""
    if request.headers.get("Transfer-Encoding"):
        raise Problem("length_required")
    length = int(request.headers.get("Content-Length") or 0)
    if length > MAX_BYTES:
        raise _too_large()
    try:
        body: bytes = request.read(length)
    except UnreadablePostError:
        body = b""
    if len(body) < length:
        raise Problem("incomplete_body", figures={"stated": length, "received": len(body)})
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        return unzip(body)
    if encoding != "identity":
        raise Problem("unsupported_encoding", headers={"Accept-Encoding": "gzip"})
    return body


def unzip(body: bytes) -> bytes:
    """Gzip data of one or several members, unpacked. Raises Problem `bad_gzip` or `body_too_large`."""
    whole = bytearray()
    while body or not whole:
        member = zlib.decompressobj(wbits=31)
        try:
            whole += member.decompress(body, MAX_BYTES + 1 - len(whole))
        except zlib.error:
            raise Problem("bad_gzip") from None
        if len(whole) > MAX_BYTES:
            raise _too_large()
        if not member.eof:
            raise Problem("bad_gzip")
        body = member.unused_data
        if not whole and not body:
            break
    return bytes(whole)


def events_of(body: bytes, content_type: str) -> Told:
    """The events in a body of that content type. Raises Problem when it cannot be read at all."""
    kind = _kind(content_type, JSON, NDJSON)
    body = body.removeprefix(_BOM)
    told = _lines(body) if kind == NDJSON else _document(body)
    if len(told.events) > MAX_EVENTS:
        raise Problem("too_many_events", figures={"most": MAX_EVENTS})
    return told


def object_of(body: bytes, content_type: str, remedy: str) -> dict[str, Any]:
    """The one JSON object in a body, its numbers as `unfolding.exact` reads them. Raises Problem.

    `remedy` is said of what is no object.
    """
    _kind(content_type, JSON)
    if len(body) > MAX_EVENT_BYTES:
        raise Problem("body_too_large", worded("Send a smaller body."), {"most_bytes": MAX_EVENT_BYTES})
    try:
        told = decode(body := body.removeprefix(_BOM))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _not_json(error) from None
    if not isinstance(told, dict):
        raise Problem("not_events", remedy)
    twice = key_told_twice(body, keys_in(told))
    if twice is not None:
        raise Problem("duplicate_key", figures={"key": twice[:80]})
    return told


def _kind(content_type: str, *taken: str) -> str:
    """The media type of a body, when it is one of those taken."""
    kind, _, parameters = content_type.partition(";")
    kind = kind.strip().lower()
    charset = parameters.lower().partition("charset=")[2].strip(' "')
    if charset not in ("", "utf-8", "utf8") or kind not in taken:
        remedy = worded("Send {types}, in UTF-8.", types=listed([f"`{one}`" for one in taken], "or"))
        raise Problem("unsupported_type", remedy, {"content_type": content_type[:200]})
    return kind


def _lines(body: bytes) -> Told:
    """Each line is an event of its own, whatever stands in it; empty lines are passed over."""
    lines = body.split(b"\n", 2 * MAX_EVENTS)
    return Told([line for line in lines if line.strip(_BLANK)])


def _document(body: bytes) -> Told:
    # Every value of an array becomes an object in memory before any is looked at. Events have no more than one comma
    # in eight bytes (`"sku":1,` is the shortest field); a body that has was made to fill the memory.
    if body.count(b",") > MAX_EVENTS * 10 + len(body) // 8:
        raise Problem("too_many_events", figures={"most": MAX_EVENTS})
    try:
        start = body.lstrip(_BLANK)[:1]
        if start == b"[":
            return Told(_read_list(body))
        if start != b"{":
            msgspec.json.decode(body)
            raise Problem("not_events")
        fields = _read_object(body)
        return _wrapped(fields, body) if "events" in fields else Told([body], _source(fields))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _not_json(error) from None


def _wrapped(fields: dict[str, msgspec.Raw], body: bytes) -> Told:
    others = fields.keys() - {"events", "source"}
    if others or not bytes(fields["events"]).lstrip(_BLANK).startswith(b"["):
        raise Problem("not_events", figures={"unknown": sorted(name[:80] for name in others)[:10]} if others else None)
    # Outside of the values each key has one colon; a value that a later one replaced left its own behind.
    if body.count(b":") - sum(bytes(value).count(b":") for value in fields.values()) > len(fields):
        raise Problem("duplicate_key")
    return Told(_read_list(fields["events"]), _source(fields))


def _source(fields: dict[str, msgspec.Raw]) -> str:
    named = msgspec.json.decode(fields["source"]) if "source" in fields else ""
    if named is not None and not isinstance(named, str):
        remedy = worded("`source` is a text: the name under which the source's events are known.")
        raise Problem("not_events", remedy)
    return named or ""


def _not_json(error: Exception) -> Problem:
    """What a reader of JSON says, without the words it quotes."""
    detail = worded("{why}. Send UTF-8 JSON; a serialiser writes it correctly.", why=unreadable(error))
    return Problem("not_json", detail)


def _too_large() -> Problem:
    return Problem("body_too_large", figures={"most_bytes": MAX_BYTES})
