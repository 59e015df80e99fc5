"""Shapes: the event as a JSON Schema, written from the contract's own columns."""

from __future__ import annotations

from typing import Any

from regulars.engine.events import PURCHASE, TYPES
from regulars.ground.activity.contract import (
    EVENT_COLUMNS,
    LINE_COLUMNS,
    MAX_ID,
    MAX_LINES,
    MAX_POINTS,
    MAX_QUANTITY,
    MAX_TEXT,
    MAX_WHOLE_DIGITS,
    REQUIRED,
    Kind,
)

Schema = dict[str, Any]

_AMOUNT = rf"^[0-9]{{1,{MAX_WHOLE_DIGITS}}}(\.[0-9]{{1,9}})?$"
_KINDS: dict[Kind, Schema] = {
    Kind.ID: {"type": ["string", "integer"], "minLength": 1, "maxLength": MAX_ID},
    Kind.TEXT: {"type": ["string", "integer", "null"], "maxLength": MAX_TEXT},
    Kind.TIME: {"type": "string"},
    Kind.TYPE: {"type": "string", "enum": list(TYPES), "default": PURCHASE},
    Kind.CURRENCY: {"type": "string", "pattern": "^[A-Z]{3}$"},
    Kind.MONEY: {"type": ["string", "number", "null"], "pattern": _AMOUNT, "minimum": 0},
    Kind.QUANTITY: {"type": "integer", "minimum": 0, "maximum": MAX_QUANTITY, "default": 1},
    Kind.POINTS: {"type": "integer", "minimum": 1, "maximum": MAX_POINTS},
}
SAID = {
    "member": "The member's number.",
    "event": "The source's own id of the event: the same id again is the same event.",
    "at": "When it happened, as 2026-11-23T14:30:00+01:00; without a zone it is the programme's local time.",
    "type": "What happened.",
    "currency": "ISO 4217; the programme's when left out, and no other.",
    "tendered_points": "The part of the bill that was paid with points, as money.",
    "store": "Where.",
    "channel": "By which way: till, web, app ...",
    "original": "The id of the event that a return (a complaint, a delivery ...) refers to.",
    "points": "How many points a redemption spends.",
    "points_currency": "Of which currency of the programme.",
    "line": "The line's id, unique in the event; its place when no line has one.",
    "sku": "What was bought.",
    "quantity": "How many.",
    "net": "What was paid for the line: after discount, with tax as the programme counts it, without shipping.",
    "gross": "Before discount; `net` when left out.",
    "tax": "The tax in it.",
    "shipping": "Shipping, beside `net`.",
    "regular_price": "What it costs without any offer.",
    "category": "The kind of goods.",
    "brand": "Whose brand.",
    "original_line": "The line of the purchase that a line of a return takes back.",
}
ATTRIBUTES: Schema = {
    "type": "object",
    "description": "Values of the programme's own attributes, by name.",
    "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
}


def _properties(columns: dict[str, Kind]) -> Schema:
    return {name: {**_KINDS[kind], "description": SAID[name]} for name, kind in columns.items()}


LINE: Schema = {
    "title": "Line",
    "type": "object",
    "description": "One line item. Amounts are decimals in major units, as a text or a number; they are read exactly.",
    "properties": {**_properties(LINE_COLUMNS), "attributes": ATTRIBUTES},
    "required": ["net"],
    "additionalProperties": False,
}
EVENT: Schema = {
    "title": "Event",
    "type": "object",
    "description": "One thing that happened between a member and the shop. docs/events.md is the contract.",
    "properties": {
        **_properties(EVENT_COLUMNS),
        "source": {"type": "string", "description": "Whose event it is, if not the request's; all of one source."},
        "attributes": ATTRIBUTES,
        "lines": {"type": "array", "maxItems": MAX_LINES, "items": {"$ref": "#/components/schemas/Line"}},
    },
    "required": list(REQUIRED),
    "additionalProperties": False,
}
BASKET: Schema = {
    **EVENT,
    "title": "Basket",
    "description": "A purchase that has not happened. `event` may be left out, `at` is now, `member` a newcomer.",
    "required": ["lines"],
}
EVENTS: Schema = {
    "anyOf": [
        {"$ref": "#/components/schemas/Event"},
        {"type": "array", "maxItems": 10_000, "items": {"$ref": "#/components/schemas/Event"}},
        {
            "type": "object",
            "properties": {
                "source": {"type": "string"},
                "events": {"type": "array", "maxItems": 10_000, "items": {"$ref": "#/components/schemas/Event"}},
            },
            "required": ["events"],
            "additionalProperties": False,
        },
    ]
}
