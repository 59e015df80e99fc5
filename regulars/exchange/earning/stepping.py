"""Stepping: what one event of an account comes to, under the version it falls under. Pure.

Live posting and the proof that folds a history again both take each event through here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from regulars.engine.entries import CAPTURE as CAPTURED
from regulars.engine.entries import REDEMPTION as REDEEMED
from regulars.engine.entries import Outcome, Refusal
from regulars.engine.events import CAPTURE, REDEMPTION, RETURN, REVERSAL, UNMERGE_OUT, WITHDRAWAL
from regulars.engine.periods import period_key
from regulars.engine.standing import Standing
from regulars.engine.terms import CapTerms
from regulars.exchange.earning.elsewhere import ended_until, recorded_elsewhere
from regulars.exchange.earning.folding import Past, Unknown, days_late, kernel_event, refer
from regulars.ground.activity.contract import Incoming
from regulars.ground.publishing.versions import InForce, Versions
from regulars.kit.ids import text_of
from regulars.kit.speaking import worded


class Step(NamedTuple):
    """What the kernel of `version` makes of an event; what its row keeps of it; the event that it refers to."""

    version: InForce
    outcome: Outcome
    kept: dict[str, Any]
    original: UUID | None


#: How many points of a budget are left for an event, in a period; None: all that it asks.
Left = Callable[[CapTerms, int], int | None]


def step(
    promise: Versions, standing: Standing, past: Past | None, event: Incoming, id: UUID, recorded_us: int, left: Left,
    stands: bool = False,
) -> Step:  # fmt: skip
    """Fold one event into `standing`, which is changed in place, and into its `past`.

    `recorded_us` is when it was told, in microseconds, so that it may be late; 0 as of its own time. `left` is asked
    when a budget of all members may be drawn on. What `stands` was recorded before, and is folded again.
    """
    version, counted_at, late = falls_under(promise, event, recorded_us)
    told = kernel_event(event, text_of(id))
    told.stands = stands
    kept: dict[str, Any] = {}
    if counted_at != event.at:
        told.at = kept["counted_at"] = counted_at
    elif late:
        told.recorded_at, kept["late"] = recorded_us, True
    shared = version.kernel.terms.shared
    if shared and event.type in shared:
        told.allotted = {
            budget.id: points
            for budget, period in drawable(version, event.type, counted_at)
            if (points := left(budget, period)) is not None
        }
    original = None
    try:
        original = refer(past, event, told) if past else None
    except Unknown as unknown:
        sentence = worded("This return names a line that the purchase does not have.")
        refusal = Refusal("unknown_line", sentence, {"original": event.original, "line": unknown.line})
        return Step(version, Outcome(refusal=refusal), kept, None)
    origin = told.origin
    elsewhere = recorded_elsewhere(past, origin, original) if past and origin else {}
    outcome: Outcome = version.kernel.step(standing, told)
    if elsewhere:
        kept["origin"] = elsewhere
    if past and origin and "nets" in elsewhere:
        elsewhere |= ended_until(past, origin, outcome)
    if past:
        past.add(id, event, outcome)
    if original and event.type == RETURN and outcome.refusal is None:
        original.note(told.nets)
        kept["returned"] = told.nets
    _keep(kept, event, outcome)
    return Step(version, outcome, kept, _referred(event, original.id if original else None))


def falls_under(promise: Versions, event: Incoming, recorded_us: int) -> tuple[InForce, int, bool]:
    """The version that an event falls under, the instant as of which it counts, and whether it is told late.

    Within the window for late events it falls under the version of its own day, after it under that of the day of
    recording.
    """
    version = promise.at(event.at)
    late = days_late(version.kernel, event.at, recorded_us) if recorded_us else 0
    if late > version.kernel.terms.late_days:
        return promise.at(recorded_us), recorded_us, True
    return version, event.at, late > 0


def drawable(version: InForce, type: str, at: int) -> list[tuple[CapTerms, int]]:
    """The budgets of all members that an event which counts as of `at` (microseconds) may draw on, each with the
    period."""
    terms = version.kernel.terms
    day = terms.zone.local(at)[0]
    return [(budget, period_key(budget.per, day)) for budget in terms.shared.get(type, ())]


def _referred(event: Incoming, original: UUID | str | None) -> UUID | None:
    """The event of the same account that an event refers to."""
    if isinstance(original, UUID):
        return original
    if event.type in (REVERSAL, UNMERGE_OUT, WITHDRAWAL) and event.original:
        return UUID(event.original)
    return UUID(event.act.hold) if event.act is not None and event.act.hold else None


def _keep(kept: dict[str, Any], event: Incoming, outcome: Outcome) -> None:
    """What the event's row keeps of its outcome: what returns and explanations will ask for."""
    if outcome.progress:
        if outcome.progress is event.nets:
            kept["progressed"] = True
        else:
            kept["progress"] = list(outcome.progress)
    if outcome.apart:
        kept["apart"] = True
    if outcome.own:
        kept["own"] = True
    if outcome.parts:
        kept["parts"] = True
    if outcome.heeded:
        kept["heeded"] = True
    if outcome.over is not None:
        kept["over"] = [list(row) for row in outcome.over]
    if outcome.parted:
        kept["parted"] = True
    if outcome.worth:
        kept["worth"] = list(outcome.worth)
    if outcome.before is not None:
        kept["before"] = outcome.before
    if outcome.paid is not None:
        kept["paid"] = sorted(outcome.paid.items())
    if outcome.theirs:
        kept["theirs"] = [one.dump() for one in outcome.theirs]
    if outcome.back:
        kept["back"] = [list(row) for row in outcome.back]
    if event.type == CAPTURE:
        kept["captured"] = sum(entry.amount for entry in outcome.entries if entry.kind == CAPTURED)
    if event.type == REDEMPTION and event.act is not None and event.act.reward:
        # The event asked for a reward: its price, and what that is paid with, are the programme's.
        kept["spent"] = [[entry.currency, entry.amount] for entry in outcome.entries if entry.kind == REDEEMED]
    if outcome.pays:
        kept["pays"] = outcome.pays
    if outcome.counted:
        kept["counted"] = list(outcome.counted)
    if outcome.thresholds:
        kept["thresholds"] = dict(outcome.thresholds)
    if outcome.drawn:
        kept["drawn"] = [[one.budget, one.per, one.period, one.allotted, one.given, one.rules] for one in outcome.drawn]
    if outcome.clips:
        kept["clips"] = [list(clip) for clip in outcome.clips]
    if outcome.gone:
        kept["gone"] = [list(row) for row in outcome.gone]
    if outcome.righted:
        kept["righted"] = [list(row) for row in outcome.righted]
    if outcome.short:
        kept["short"] = dict(outcome.short)
    if outcome.lacking:
        kept["lacking"] = {id: list(points) for id, points in outcome.lacking.items()}
    if outcome.forgiven:
        kept["forgiven"] = [list(row) for row in outcome.forgiven]
