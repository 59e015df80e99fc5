"""Folding: an incoming event as the kernel takes it, and the purchase that a return refers to. Pure.

Live posting and the backtest both come through here, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.engine.entries import ACCRUAL, Outcome
from regulars.engine.events import Event, Grant, Origin
from regulars.ground.activity.contract import Incoming


def kernel_event(event: Incoming, id: str) -> Event:
    """An incoming event as the kernel takes it."""
    attributes = event.attributes
    if event.store or event.channel:
        attributes = {**attributes, "store": event.store or None, "channel": event.channel or None}
    return Event(
        event.type, id, event.at, event.currency, event.nets, event.columns, attributes, event.tendered,
        event.points, event.of,
    )  # fmt: skip


@dataclass(slots=True)
class Original:
    """A purchase and what the kernel must know to take it back; `lines` are the ids of its lines."""

    account: int
    id: UUID
    lines: Sequence[str]
    origin: Origin

    def brought_back(self, event: Incoming) -> list[int] | None:
        """What a return brings back of each line, in minor units; None when it names a line that is not there.

        A return without lines brings back all that is left.
        """
        if not event.lines:
            return [net - gone for net, gone in zip(self.origin.nets, self.origin.returned, strict=True)]
        place = {line: index for index, line in enumerate(self.lines)}
        nets = [0] * len(self.lines)
        named = event.columns.get("original_line") or event.lines
        for line, net in zip(named, event.nets, strict=True):
            index = place.get(line)
            if index is None:
                return None
            nets[index] += net
        return nets

    def note(self, nets: Sequence[int]) -> None:
        """Remember what came back, for the next return of the same purchase."""
        self.origin.returned = [gone + now for gone, now in zip(self.origin.returned, nets, strict=True)]


def as_original(account: int, id: UUID, event: Incoming, outcome: Outcome) -> Original:
    """A purchase of the batch at hand, for returns later in the same batch."""
    grants = [
        Grant(entry.seq, entry.currency, entry.rule.id, entry.amount, entry.shares())
        for entry in outcome.entries
        if entry.kind == ACCRUAL and entry.rule and entry.event
    ]
    nothing = [0] * len(event.nets)
    progress, counted = list(outcome.progress), outcome.counted
    origin = Origin(str(id), event.at, event.nets, nothing, grants, progress, counted, thresholds=outcome.thresholds)
    return Original(account, id, event.lines, origin)
