"""Drafting: what a keeper is writing, kept as a row until it is published or thrown away.

Each keeper has one draft. One for all would be fewer rows and worse manners: two people would type into each other's
text. Whose was written from an older version is told when it is published (`base_outdated`).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from regulars.ground.publishing.models import ProgrammeDraft, ProgrammeVersion


class SavedElsewhere(Exception):
    """Another window of the same keeper saved the draft meanwhile: `saved_at`. Nothing was overwritten."""

    def __init__(self, saved_at: datetime) -> None:
        super().__init__(f"The draft was saved in another window at {saved_at}.")
        self.saved_at = saved_at


def draft_of(staff: int) -> ProgrammeDraft | None:
    """What this keeper is writing, None when nothing."""
    return ProgrammeDraft.objects.filter(staff_id=staff).first()


def keep(
    staff: int, base: int | None, text: str, window: UUID, seen: UUID | None, now: datetime, *, over: bool = False
) -> ProgrammeDraft:
    """Save a draft as it stands, sound or not, in place of the keeper's last one.

    `window` is the one that saves, `base` the version that its text was written from, and `seen` the window whose text
    it began from (None: there was no draft). A draft that goes on keeps its own base. Line ends become those of a file.
    Raises SavedElsewhere when a third one saved meanwhile, unless `over` says to replace it.
    """
    told = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\N{REPLACEMENT CHARACTER}")
    with transaction.atomic():
        kept = ProgrammeDraft.objects.select_for_update().filter(staff_id=staff).first()
        if kept and not over and kept.saved_in not in (window, seen) and kept.text != told:
            raise SavedElsewhere(kept.saved_at)
        if kept and not over:
            base = kept.base
        draft = ProgrammeDraft(staff_id=staff, base=base, text=told, saved_at=now, saved_in=window)
        ProgrammeDraft.objects.bulk_create(
            [draft], update_conflicts=True, unique_fields=["staff_id"],
            update_fields=["base", "text", "saved_at", "saved_in"],
        )  # fmt: skip
    return draft


def rebase(staff: int) -> None:
    """Say that the draft has been made to agree with the latest version: it is taken as written from that one."""
    latest = ProgrammeVersion.standing().last()
    ProgrammeDraft.objects.filter(staff_id=staff).update(base=latest.number if latest else None)


def take(staff: int, text: str, window: UUID, now: datetime) -> bool:
    """Begin a draft with this text, to go on from the latest version; False, and nothing done, where one is kept."""
    latest = ProgrammeVersion.standing().last()
    base = latest.number if latest else None
    _, begun = ProgrammeDraft.objects.get_or_create(
        staff_id=staff, defaults={"base": base, "text": text, "saved_at": now, "saved_in": window}
    )
    return begun


def discard(staff: int) -> None:
    """Throw a draft away."""
    ProgrammeDraft.objects.filter(staff_id=staff).delete()
