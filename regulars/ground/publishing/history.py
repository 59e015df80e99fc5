"""History: every published version, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from regulars.ground.publishing.models import ProgrammeClosing, ProgrammeVersion

IN_FORCE, TO_COME, PAST, WITHDRAWN, REPLACED = "in_force", "to_come", "past", "withdrawn", "replaced"


@dataclass(frozen=True, slots=True)
class Published:
    """A version and its `state` at an instant. `until` is when the next one that stands begins (None: open end, or
    withdrawn). `closing` says who withdrew or replaced it, when and why (None for most)."""

    version: ProgrammeVersion
    state: str
    until: datetime | None
    closing: ProgrammeClosing | None

    @property
    def number(self) -> int:
        """Its number, from 1."""
        return self.version.number


def history(now: datetime) -> list[Published]:
    """Every version, the newest first, without their texts (which are read when asked for)."""
    closings = {closing.number: closing for closing in ProgrammeClosing.objects.all()}
    found: list[Published] = []
    until: datetime | None = None
    for version in ProgrammeVersion.objects.order_by("-number").defer("text"):
        closing = closings.get(version.number)
        if closing and closing.replaced_by is None:
            found.append(Published(version, WITHDRAWN, None, closing))
            continue
        begun, over = version.effective_at <= now, until is not None and until <= now
        state = REPLACED if closing else PAST if over else IN_FORCE if begun else TO_COME
        found.append(Published(version, state, until, closing))
        until = version.effective_at
    return found
