"""The law of tiers: the kernel moves members as a calendar does that goes through their lives day by day.

It was seen to fail on a kernel made wrong on purpose: the window of twelve months was a day too long; grace ended a
day early; a fall to the level of the progress went below one step only; a year of membership began with the calendar's;
progress made in the grace days did not renew; points that wait counted at once; `advance` forgot the day that
leaves the window; the night looked at the progress of the new day; a move told the progress of an earlier day; a notice told much too
early allowed the fall; the notice of one fall served for the next.
"""

from __future__ import annotations

from hypothesis import assume, given

from regulars.engine.entries import ACCRUAL, ACTIVATION, AVAILABLE
from regulars.engine.events import TIER_NOTICE
from regulars.engine.kernel import Kernel
from regulars.engine.tests.plain_earning import PlainEarning, is_earning
from regulars.engine.tests.plain_tiers import PlainTiers
from regulars.engine.tests.random_lives import ACTS, FORWARD, Plan, live, lives, tell
from regulars.engine.tests.random_programmes import Lean, law, programmes
from regulars.programme.promise import Programme


@law
@given(programmes(Lean(tiered=True)) | programmes(Lean(tiered=True, counting=True)), lives(FORWARD))
def test_tiers_move_as_a_calendar_that_goes_day_by_day_moves_them(programme: Programme, story: list[Plan]) -> None:
    assert programme.tiers
    life, earning = live(Kernel(programme), []), PlainEarning(programme)
    counts = programme.tiers.counts
    currency = next((one for one in programme.currencies if one.id == counts), None)
    # Progress of points that lapse is taken back, and the calendar knows nothing of taking back.
    assume(not (currency and currency.pending and currency.pending.event and programme.tiers.pending_counts))
    later = currency is not None and currency.pending is not None and not programme.tiers.pending_counts
    plain: PlainTiers | None = None
    for event in live(Kernel(programme), story).events:
        outcome, day = tell(life, event), life.day(event)
        plain = plain or PlainTiers(programme.tiers, day)
        opened = {
            entry.day: entry.amount
            for entry in outcome.entries
            if later and entry.kind == ACTIVATION and entry.currency == counts and not entry.event
        }
        plain.nights(day, opened)
        if event.type == TIER_NOTICE:
            plain.tell()
        if is_earning(event):
            earning.earn(event, plain.tier)
        gained = earning.progress(event, plain.tier)
        if currency and not later:
            gained = sum(
                entry.amount for entry in outcome.entries if entry.kind == ACCRUAL and entry.currency == counts
            )
        if later:
            arrived = [entry for entry in outcome.entries if entry.event and entry.target == AVAILABLE]
            gained = sum(entry.amount for entry in arrived if entry.currency == counts)
        if gained:
            plain.gain(gained, event.id)
        found = [
            (move.day, move.event, move.source, move.target, move.why, move.progress, move.until_day)
            for move in outcome.moves
        ]
        assert found == plain.moves
        plain.moves.clear()


@law
@given(programmes(Lean(tiered=True)), lives(ACTS))
def test_a_tier_set_by_hand_is_lowered_by_nothing_but_a_hand_as_long_as_it_holds(
    programme: Programme, story: list[Plan]
) -> None:
    assert programme.tiers
    places = {level.id: place for place, level in enumerate(programme.tiers.levels)}
    life = live(Kernel(programme), story)
    floor, until = 0, 0
    for event, outcome in zip(life.events, life.outcomes, strict=True):
        for move in outcome.moves:
            if move.why == "set":
                floor, until = (places[event.of], event.until_day) if event.of else (0, 0)
                assert not event.of or (move.target, move.until_day) == (event.of, event.until_day)
            elif not until or move.day <= until:
                assert places[move.target] >= floor
