"""The law of tiers: the kernel moves members as a calendar does that goes through their lives day by day.

It was seen to fail on a kernel made wrong on purpose: the window of twelve months was a day too long; grace ended a
day early; a fall to the level of the progress went below one step only; a year of membership began with the calendar's;
progress made in the grace days did not renew; points that wait counted at once; `advance` forgot the day that
leaves the window; the night looked at the progress of the new day; a move told the progress of an earlier day; a notice told much too
early allowed the fall; the notice of one fall served for the next.

That of tiers that follow a balance: it was looked at after purchases alone; grace that began in a night ended a day
late; points that wait counted where they should not; below the step that was fallen no grace began.
"""

from __future__ import annotations

from hypothesis import assume, given

from regulars.engine.entries import ACCRUAL, ACTIVATION, AVAILABLE, PENDING, Entry
from regulars.engine.events import TIER_NOTICE
from regulars.engine.kernel import Kernel
from regulars.engine.tests.plain_earning import PlainEarning, is_earning
from regulars.engine.tests.plain_tiers import PlainTiers
from regulars.engine.tests.random_lives import ACTS, FORWARD, Plan, live, lives, numbered, tell
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
@given(programmes(Lean(tiered=True, balanced=True)), lives())
def test_a_tier_that_follows_a_balance_stands_where_that_is_or_on_its_way_there(
    programme: Programme, story: list[Plan]
) -> None:
    tiers = programme.tiers
    assert tiers
    pots = {AVAILABLE, PENDING} if tiers.pending_counts else {AVAILABLE}
    places = {level.id: place for place, level in enumerate(tiers.levels)}
    life, has, ended, set_to, set_until = live(Kernel(programme), []), 0, 0, 0, 0
    for event in live(Kernel(programme), story).events:
        outcome = tell(life, event)
        fallen = (0, "")
        for row in numbered(outcome):
            if isinstance(row, Entry):
                if row.currency == tiers.counts:
                    has += row.amount * ((row.target in pots) - (row.source in pots))
                continue
            assert row.progress == has
            # Below the step that was fallen, and that is not carried either, grace begins in the same night.
            assert not fallen[0] or (row.why, row.day, row.event) == ("grace", fallen[0], "")
            carried = sum(has >= level.at for level in tiers.levels[1:])
            source, target = places[row.source], places[row.target]
            floor = set_to if not set_until or row.day <= set_until else 0
            if row.why == "grace":
                assert carried < source == target
                ended = row.until_day
                # What an event or a fall brings about still has the rest of that day.
                assert ended == row.day - (not row.event and fallen != (row.day, row.source))
                fallen = (0, "")
            elif row.why in ("reached", "renewed"):
                assert carried == target or tiers.fall == "never"
            elif row.why == "fell":
                last = ended + tiers.grace_days
                assert row.day == last + 1 if tiers.notice is None else row.day > last
                lowest = min(source - 1, carried) if tiers.fall == "to_level" else source - 1
                assert target == max(lowest, floor)
                fallen = (row.day, row.target) if target > max(carried, floor) else (0, "")
            elif row.why == "set":
                set_to, set_until = (target, row.until_day) if event.of else (0, 0)
        assert not fallen[0]
        standing, carried = life.standing, sum(has >= level.at for level in tiers.levels[1:])
        assert standing.tier >= carried
        if outcome.refusal is None and standing.tier > carried:
            assert standing.grace_until or standing.floor or tiers.fall == "never"


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
