"""Attesting: what the row of an event keeps that nothing else says: neither its telling nor its account's history.

A purchase that a till tells on its day keeps nothing of the kind: its telling has a digest, and all that came of it
is folded again. Other events know more: that they were told late, by whose number, what had become of a purchase in
another account. Of these a digest stands beside their key, in another row, so that neither can be changed alone. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from hashlib import blake2b
from typing import Any, Final

import msgspec

from regulars.engine.events import NOTICE, TIER_NOTICE
from regulars.ground.activity.contract import Act, Incoming
from regulars.ground.activity.recording import stated
from regulars.kit.json import decode, encode

#: Acts of the house that tell of an earlier moment, which their digest leaves out: when a message had arrived.
OF_BEFORE: Final = (NOTICE, TIER_NOTICE)
#: So many bytes stand for what is kept.
SIZE = 8
#: What an outcome keeps because no fold could find it by itself.
_RARE = frozenset({"counted_at", "heeded", "origin", "over", "paid", "parted", "parts", "short"})
_FOUND = _RARE | {"late"}
#: What an event is besides what was told: the names under which its row keeps that.
_BESIDES = frozenset({"_by", "_number", *(f"_{field.name}" for field in fields(Act))})
_sorted = msgspec.json.Encoder(order="sorted").encode


def attest(
    event: Incoming, kept: Mapping[str, Any], recorded_us: int, follows: bool, with_moment: bool = True
) -> bytes:
    """The digest of what the row of an event keeps beyond what was told, `kept` being its outcome; empty for a row that
    keeps no more.

    `recorded_us` is when it was recorded, in microseconds. That its id says, unless it `follows` that of the account's
    event before by one: then the clock had stood still. Acts `OF_BEFORE` keep their moment here, but for those from
    before they did (not `with_moment`).
    """
    plain = event.act is None and not (event.by or event.number or follows)
    if plain and _FOUND.isdisjoint(kept):
        return b""
    if plain and kept.get("late") is True and _RARE.isdisjoint(kept):
        return _TOLD_LATE
    found = {name: kept[name] for name in _FOUND if name in kept}
    _, attributes = stated(event)
    # An act that asked for nothing of its own looks like what a till tells.
    besides = {} if _BESIDES.isdisjoint(attributes) else attributes
    at = [event.at] if with_moment and event.act is not None and event.type in OF_BEFORE else []
    return _digest(found, besides, recorded_us if follows else 0, *at) if found or besides or follows or at else b""


def _digest(found: Mapping[str, Any], besides: Mapping[str, Any], *moments: int) -> bytes:
    told = decode(encode([found, besides, *moments]))  # as JSON gives it back
    return blake2b(_sorted(told), digest_size=SIZE).digest()


#: What comes a day late from a till has always the same to say.
_TOLD_LATE = _digest({"late": True}, {}, 0)
