"""Unfolding: one event as JSON becomes the rows that the contract judges. docs/api.md shows its shape.

Numbers are read as they are written: no amount passes through a binary fraction.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Final

import msgspec

from regulars.doors.api.skimming import skim
from regulars.engine.events import PURCHASE, REDEMPTION
from regulars.ground.activity.contract import (
    ATTRIBUTE_KINDS,
    COLUMNS,
    EVENT_COLUMNS,
    LINE,
    LINE_COLUMNS,
    MAX_ID,
    MAX_LINES,
    Declared,
    Fault,
    Incoming,
    Terms,
)
from regulars.ground.activity.judging import judge, placed, too_many
from regulars.ground.activity.rejects import Reject, RejectedRow
from regulars.kit.conditions.refusal import nearest, quoted
from regulars.kit.json import encode, key_told_twice, keys_in, unreadable
from regulars.kit.speaking import worded
from regulars.kit.texts import storable
from regulars.programme.header import Attribute

MAX_EVENT_BYTES: Final = 1024 * 1024
#: A longer text is not even looked at: no column takes it.
LONGEST: Final = 2_000
#: Faults of an event's shape that are told; who repairs it has enough to do with them.
ENOUGH: Final = 20
_PLAIN: Final = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,2})?")
_OWN: Final = ("source", "attributes", "lines")
#: What is no news but moves points because somebody wants it, with the scope that it takes beside `events:write`.
COMMANDS: Final = {REDEMPTION: "points:spend"}
Row = dict[str, Any]


def exact(text: str) -> Decimal | str:
    """A JSON number that is not whole. One of an absurd size stays a text, which no column takes for a number."""
    return Decimal(text) if _PLAIN.fullmatch(text) else text


decode: Final = msgspec.json.Decoder(float_hook=exact).decode


def declared_by(attributes: Sequence[Attribute]) -> list[Declared]:
    """The attributes of lines and orders that a programme declares, as the contract takes them."""
    return [
        Declared(one.name, ATTRIBUTE_KINDS[one.type], one.scope)
        for one in attributes
        if one.scope != "member" and one.name not in COLUMNS
    ]


def unfold(
    raw: bytes | msgspec.Raw, source: str, terms: Terms, declared: Sequence[Declared], scopes: Collection[str]
) -> Incoming | Reject:
    """The event that a JSON object tells, or what is wrong with it. `source` is whose events this request tells,
    `scopes` what the key may do that tells them."""
    data = bytes(raw)
    if len(data) > MAX_EVENT_BYTES:
        said = worded(
            "This event has {bytes} bytes and at most {most} are read: split it.",
            bytes=len(data), most=MAX_EVENT_BYTES,
        )  # fmt: skip
        return _reject({}, [Fault("event_too_large", said)], {"json": _text(data)})
    try:
        told = decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        said = worded(
            "This event cannot be read as JSON ({why}): write it with a JSON serialiser.", why=unreadable(error)
        )
        return _reject({}, [Fault("bad_json", said)], {"json": _text(data)})
    if not isinstance(told, dict):
        said = worded("An event is a JSON object with `member`, `event` and `at`, its lines under `lines`.")
        return _reject({}, [Fault("bad_json", said)], {"json": _text(data)})
    twice = key_told_twice(data, keys_in(told))
    if twice is not None:
        said = worded("{key} stands twice in one object of this event: keep one of the two.", key=_named(twice))
        return _reject({}, [Fault("duplicate_key", said)], {"json": _text(data)})
    event = unfold_object(told, source, terms, declared)
    needed = COMMANDS.get(event.type) if isinstance(event, Incoming) else None
    if needed is None or needed in scopes:
        return event
    said = worded(
        "This key tells what happened, and may not move points: tell this with one that has the scope `{scope}`.",
        scope=needed,
    )
    return _reject(told, [Fault("missing_scope", said, "type")], _kept(told), terms)


def unfold_object(told: Row, source: str, terms: Terms, declared: Sequence[Declared]) -> Incoming | Reject:
    """The event that a decoded object tells (numbers that are not whole as `exact` reads them); else as `unfold`."""
    ordinary = skim(told, source, terms, declared)
    if ordinary is not None:
        return ordinary
    unfolding = _Unfolding(told, source, declared)
    faults = unfolding.faults
    judged = judge(unfolding.rows, terms, declared)
    if isinstance(judged, list):
        seen = {fault.column for fault in faults}
        whole = EVENT_COLUMNS.keys() | unfolding.of_order
        # What has no shape was not handed on, so it seems to be missing. Only lines have a place.
        faults += [
            replace(fault, row=None) if fault.column in whole else fault
            for fault in judged
            if fault.column not in seen and "lines" not in seen
        ]
    if isinstance(judged, Incoming) and not faults:
        return judged
    return _reject(told, faults, _kept(told), terms)


class _Unfolding:
    """The rows of an event, and what is wrong with its shape before any cell is read."""

    def __init__(self, told: Mapping[str, Any], source: str, declared: Sequence[Declared]) -> None:
        self.faults: list[Fault] = []
        self.of_line = {one.name for one in declared if one.on == LINE}
        self.of_order = {one.name for one in declared if one.on != LINE}
        self.rows: list[Row] = [self._cells(told, EVENT_COLUMNS, self.of_order, None)]
        if told.get("source") not in (None, "", source):
            said = worded(
                "This request tells the events of {source}: send another source's in one of their own.",
                source=_named(source),
            )
            self._fault("other_source", said, "source")
        for index, line in enumerate(self._lines(told)):
            if index == len(self.rows):
                self.rows.append({})
            if isinstance(line, dict):
                self.rows[index].update(self._cells(line, LINE_COLUMNS, self.of_line, index))
            else:
                self._fault("bad_json", worded("A line is a JSON object with at least `net`."), "lines", index)

    def _lines(self, told: Mapping[str, Any]) -> Sequence[Any]:
        lines = told.get("lines")
        if not isinstance(lines, list | None):
            self._fault("bad_json", worded("`lines` is an array with an object for each line item."), "lines")
            return ()
        if lines and len(lines) > MAX_LINES:
            self._fault("too_many_lines", too_many(len(lines)), "lines")
            return ()
        return lines or ()

    def _cells(self, told: Mapping[str, Any], columns: Mapping[str, Any], own: set[str], row: int | None) -> Row:
        cells: Row = {}
        for name, cell in told.items():
            if name in columns:
                kind = type(cell)  # mostly a short text or a number
                if (kind is str and len(cell) <= LONGEST) or kind is int or self._single(name, cell, row):
                    cells[name] = cell
            elif name not in _OWN or (row is not None and name != "attributes"):
                self._unknown(name, columns, row)
        attributes = told.get("attributes")
        if attributes is not None and not isinstance(attributes, dict):
            said = worded("`attributes` is a JSON object: a value for each name.")
            self._fault("bad_attribute", said, "attributes", row)
            attributes = None
        for name, cell in (attributes or {}).items():
            if name not in own:
                self._undeclared(name, own, row)
            elif self._single(name, cell, row):
                cells[name] = cell
        return cells

    def _single(self, name: str, cell: object, row: int | None) -> bool:
        if isinstance(cell, dict | list):
            said = worded("`{name}` holds an object or an array: give it a single value.", name=name)
            self._fault("bad_json", said, name, row)
        elif isinstance(cell, str) and len(cell) > LONGEST:
            self._fault(
                "bad_text", worded("`{name}` has {n} characters: shorten it.", name=name, n=len(cell)), name, row
            )
        else:
            return True
        return False

    def _unknown(self, name: str, columns: Mapping[str, Any], row: int | None) -> None:
        if len(self.faults) >= ENOUGH:
            return  # looking for the nearest name is work
        named = _named(name)
        if name in LINE_COLUMNS and row is None:
            said = worded("{name} belongs to a line: put it into an object of `lines`.", name=named)
        elif name in EVENT_COLUMNS or name == "source":
            said = worded("{name} belongs to the event: put it beside `lines`.", name=named)
        else:
            hint = nearest(name[:60], [*columns, "attributes"])
            said = worded("There is no field {name}. {hint} What is your own goes under `attributes`.",
                          name=named, hint=hint)  # fmt: skip
        self._fault("unknown_field", said, name[:60], row)

    def _undeclared(self, name: str, own: set[str], row: int | None) -> None:
        if len(self.faults) >= ENOUGH:
            return
        named, hint = _named(name), nearest(name[:60], sorted(own))
        if row is None:
            said = worded(
                "The programme declares no attribute {name} of events. {hint} Declare it under `programme.attributes`, "
                "or leave it out.",
                name=named, hint=hint,
            )  # fmt: skip
        else:
            said = worded(
                "The programme declares no attribute {name} of lines. {hint} Declare it under `programme.attributes`, "
                "or leave it out.",
                name=named, hint=hint,
            )  # fmt: skip
        self._fault("unknown_attribute", said, name[:60], row)

    def _fault(self, code: str, sentence: str, column: str = "", row: int | None = None) -> None:
        if len(self.faults) < ENOUGH:
            self.faults.append(Fault(code, sentence, column, row))


def _reject(told: Mapping[str, Any], faults: Sequence[Fault], kept: Row, terms: Terms | None = None) -> Reject:
    """What is set aside, in words that a database can keep. An event without an id is known by what it says."""
    event = _short(told.get("event")) or f"unnamed-{blake2b(encode(kept), digest_size=8).hexdigest()}"
    said = tuple(Fault(one.code, one.sentence, _text(one.column), one.row) for one in faults)
    at, store = placed([{name: _cell(told.get(name)) for name in ("at", "store")}], terms) if terms else (0, "")
    return Reject(
        _short(told.get("member")), event, _short(told.get("type")) or PURCHASE, said, (RejectedRow(0, 0, kept),), at,
        store,
    )  # fmt: skip


def _kept(told: Mapping[str, Any]) -> Row:
    """An event as it was told, without its dangers: single values as they are, what has no place as its JSON."""
    kept = _kept_line(told)
    lines = told.get("lines")
    if isinstance(lines, list):
        kept["lines"] = [_kept_line(line) if isinstance(line, dict) else _cell(line) for line in lines]
    return kept


def _kept_line(told: Mapping[str, Any]) -> Row:
    kept = {_text(name): _cell(value) for name, value in told.items()}
    if isinstance(told.get("attributes"), dict):
        kept["attributes"] = {_text(name): _cell(value) for name, value in told["attributes"].items()}
    return kept


def _cell(value: object) -> object:
    if isinstance(value, str):
        return _text(value)
    if not isinstance(value, dict | list):
        return value
    try:
        return _text(encode(value))
    except RecursionError:
        return "..."


def _short(value: object) -> str:
    return _text(str(value))[:MAX_ID] if isinstance(value, str | int) else ""


def _named(name: str) -> str:
    """A name as a sentence quotes it."""
    return quoted(_text(name))


def _text(value: str | bytes) -> str:
    """A text that PostgreSQL can keep, of a length that a person can read."""
    text = value[:LONGEST].decode("utf-8", "replace") if isinstance(value, bytes) else value
    kept: str = storable(text[:LONGEST])
    return kept
