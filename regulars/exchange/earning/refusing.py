"""Refusing: what a batch could not take, each event with its reason, on its way into the quarantine."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from typing import Any

from regulars.engine.entries import Refusal
from regulars.ground.activity.contract import Incoming
from regulars.ground.activity.recording import Key, quarantine
from regulars.kit.speaking import worded


class Refused:
    """The events that a batch could not take, in the order told."""

    def __init__(self) -> None:
        self._told: list[tuple[Key, bool, Incoming, Refusal]] = []

    def __len__(self) -> int:
        return len(self._told)

    def add(self, source: str, event: Incoming, refusal: Refusal, taken: Container[Key]) -> None:
        """One more; `taken` are the keys that the batch has taken until now."""
        key = source, event.id, event.type
        self._told.append((key, key in taken, event, refusal))

    def set_aside(self, taken: Container[Key], now: datetime, mended: bool) -> None:
        """Keep those in quarantine that the batch has taken after it refused them (`mended`: they are released when
        its keys are), or else all others, which wait. `taken` are all the keys that it has taken."""
        found: dict[str, list[tuple[Incoming, str, list[dict[str, Any]]]]] = {}
        for key, before, event, refusal in self._told:
            if (key in taken and not before) == mended:
                found.setdefault(key[0], []).append((event, refusal.code, [reason_of(refusal)]))
        for source, own in found.items():
            quarantine(source, own, now)


def reason_of(refusal: Refusal) -> dict[str, Any]:
    """A refusal as the quarantine keeps it."""
    return {"code": refusal.code, "sentence": refusal.sentence, **refusal.figures}


def unkept(event: Incoming, error: Exception) -> Refusal:
    """Why an event is not taken that the database cannot keep."""
    sentence = worded(
        "The database cannot keep this event ({error}): look for a figure that cannot be meant.", error=str(error)
    )
    return Refusal("cannot_be_kept", sentence, {"event": event.id})
