"""The laws of the fold: how the work is cut up, stored, repeated or shared out changes nothing.

Each law was seen to fail on a kernel made wrong on purpose:
- chunking: `dump` left out `counted_day`; `load` forgot the denominator of the carry; `hold` kept lots in the order they
  came in; lots that were left where they are had no first end, no first wait, or were read without those that had come
  since; the night went through purses in the order they were made;
- nights: `settle` dated what fell due on the day it ran; `settle` moved `standing.day`; a late event settled up to its
  own day only;
- too late: caps were those of the event's own day; the tier was;
- independence: the kernel kept the counts of counting rules in itself;
- replay: a step read the second of the event's own clock into the carry; `copy` shared the list of notices;
- refusals: a refused redemption counted as activity; a refused event set the day of joining.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from regulars.engine.ended import Ended
from regulars.engine.entries import Moved, Outcome
from regulars.engine.events import (
    ADJUSTMENT,
    CAPTURE,
    FORFEITURE,
    HOLD,
    OPENING,
    PURCHASE,
    REDEMPTION,
    RELEASE,
    RETURN,
    REVERSAL,
    TIER,
    TRANSFER_IN,
    TRANSFER_OUT,
    WITHDRAWAL,
    Event,
)
from regulars.engine.kernel import Kernel
from regulars.engine.standing import Standing, dump, load
from regulars.engine.tests.random_lives import ACTS, ALL, SOON, Life, Plan, live, lives, movements, tell
from regulars.engine.tests.random_programmes import Lean, law, programmes
from regulars.engine.tests.test_purse import columns
from regulars.programme.promise import Programme

CHOICES = st.integers(0, 2**25 - 1)


def told(outcome: Outcome) -> tuple[Any, ...]:
    """All that an outcome says."""
    return (
        movements([outcome]), list(outcome.progress), outcome.counted, outcome.clips, outcome.forgiven, outcome.moved,
        outcome.refusal,
    )  # fmt: skip


def stored(standing: Standing) -> Standing:
    """A standing that was kept as JSON beside the rows of its lots, which nobody reads before the fold looks at one; its
    keys and its lots came back in another order."""
    state = json.loads(json.dumps(dump(standing, lots=False), sort_keys=True))
    state["purses"] = dict(reversed(state["purses"].items()))
    kept = load(state)
    for id, purse in standing.purses.items():
        rows = columns(purse.open), columns(purse.waiting)
        kept.purse(id).leave(purse.available, purse.pending, lambda waiting, rows=rows: rows[waiting])
    return kept


@law
@given(programmes() | programmes(Lean(awaiting=True)), lives(late=True), CHOICES)
def test_folding_a_then_b_equals_folding_both_with_the_standing_stored_in_between(
    programme: Programme, story: list[Plan], cuts: int
) -> None:
    kernel = Kernel(programme)
    life = live(kernel, story)
    standing = kernel.open()
    for number, (event, outcome) in enumerate(zip(life.events, life.outcomes, strict=True)):
        if cuts >> number & 1:
            standing = stored(standing)
        assert told(kernel.step(standing, event)) == told(outcome)
    assert dump(standing) == dump(life.standing)


@law
@given(programmes() | programmes(Lean(awaiting=True)), lives(late=True), st.sampled_from((1, 3, 7, 30)), CHOICES)
def test_any_schedule_of_nights_gives_the_same_entries(
    programme: Programme, story: list[Plan], step: int, missed: int
) -> None:
    kernel = Kernel(programme)
    life = live(kernel, story)
    standing = kernel.open()
    outcomes: list[Outcome] = []
    ended = Ended()
    night = life.day(life.events[0])
    for event in life.events:
        while night <= life.day(event):
            if not missed >> night % 25 & 1:
                outcomes.append(kernel.settle(standing, night))
                ended = ended.after(outcomes[-1])
            night += step
        if event.origin:  # a host tells of what has ended by then
            event = replace(event, origin=replace(event.origin, ended=ended))
        outcomes.append(kernel.step(standing, event))
        ended = ended.after(outcomes[-1])
    assert movements(outcomes) == life.movements
    assert dump(standing) == dump(life.standing)


@law
@given(programmes(), lives(late=True))
def test_an_event_told_after_the_window_does_what_it_would_have_done_on_the_day_of_recording(
    programme: Programme, story: list[Plan]
) -> None:
    kernel = Kernel(programme)
    life = live(kernel, story)
    standing = kernel.open()
    for event, outcome in zip(life.events, life.outcomes, strict=True):
        late = kernel.terms.zone.local(event.recorded_at)[0] - kernel.terms.zone.local(event.at)[0]
        if late > programme.earn.late_days:
            event = replace(event, at=event.recorded_at)
        assert told(kernel.step(standing, event)) == told(outcome)
        assert outcome.at == event.at


@law
@given(programmes(), lives(late=True), lives(late=True), CHOICES)
def test_two_accounts_told_in_turns_move_as_each_of_them_alone(
    programme: Programme, of_ada: list[Plan], of_bruno: list[Plan], turns: int
) -> None:
    alone = [live(Kernel(programme), story, name=name) for name, story in (("a", of_ada), ("b", of_bruno))]
    kernel = Kernel(programme)
    standings = [kernel.open(), kernel.open()]
    places = [0, 0]
    for turn in range(sum(len(life.events) for life in alone)):
        who = turns >> turn % 25 & 1
        if places[who] == len(alone[who].events):
            who = 1 - who
        outcome = kernel.step(standings[who], alone[who].events[places[who]])
        assert told(outcome) == told(alone[who].outcomes[places[who]])
        places[who] += 1
    assert [dump(standing) for standing in standings] == [dump(life.standing) for life in alone]


@law
@given(programmes(), lives(late=True))
def test_the_same_events_again_give_the_same_and_are_left_as_they_were(programme: Programme, story: list[Plan]) -> None:
    life = live(Kernel(programme), story)
    spelled = [repr(event) for event in life.events]
    again = Life(life.kernel, life.kernel.open())
    again.outcomes = again.kernel.fold(again.standing, life.events)
    assert [told(outcome) for outcome in again.outcomes] == [told(outcome) for outcome in life.outcomes]
    assert dump(again.standing) == dump(life.standing)
    assert [repr(event) for event in life.events] == spelled


@law
@given(programmes(), lives(late=True))
def test_a_step_on_a_copy_leaves_the_original_alone(programme: Programme, story: list[Plan]) -> None:
    kernel = Kernel(programme)
    standing = kernel.open()
    for event in live(kernel, story).events:
        before = dump(standing)
        tried = kernel.step(standing.copy(), event)
        assert dump(standing) == before
        assert told(kernel.step(standing, event)) == told(tried)


def refusable(life: Life, at: int) -> list[Event]:
    """Events that must be refused, whatever came before."""
    most = max([purse.available + purse.pending + purse.held for purse in life.standing.purses.values()], default=0)
    found = [
        Event(PURCHASE, "dollars", at, "USD", [100], {"quantity": [1]}),
        Event(RETURN, "of nothing", at, nets=[100]),
        Event(REDEMPTION, "of nothing", at, of="doubloons", points=1),
        Event(REDEMPTION, "none", at, of="points", points=0),
        Event(REDEMPTION, "too much", at, of="points", points=most + 1),
        Event(HOLD, "too much", at, of="points", points=most + 1, within_days=1),
        Event(HOLD, "for ever", at, of="points", points=1),
        Event(CAPTURE, "of nothing", at, of="points", hold="nothing"),
        Event(TRANSFER_OUT, "too much", at, of="points", points=most + 1),
        Event(TRANSFER_IN, "nothing", at),
        Event(TRANSFER_IN, "doubloons", at, moved=[Moved("doubloons", "available", 1, 0, 0, "")]),
        Event(REVERSAL, "of nothing", at),
        Event(ADJUSTMENT, "nothing", at, of="points", reason="code", actor="a"),
        Event(ADJUSTMENT, "no reason", at, of="points", points=1, actor="a"),
        Event(FORFEITURE, "nobody", at, of="points", reason="code"),
        Event(FORFEITURE, "too much", at, of="points", points=most + 1, reason="code", actor="a"),
        Event(TIER, "no such", at, of="admiral", reason="code", actor="a"),
        Event(TIER, "over", at, of="gold", reason="code", actor="a", until_day=1),
        Event(TIER, "no reason", at, of="gold", actor="a"),
        Event(TIER, "nobody", at, of="gold", reason="code"),
        Event(RELEASE, "of nothing", at, of="stars", hold="nothing"),
        Event(OPENING, "of nothing", at),
        Event(WITHDRAWAL, "of nothing", at),
    ]
    for origin in life.origins[-1:]:
        nets = [net - gone + 1 for net, gone in zip(origin.nets, origin.returned, strict=True)]
        found += [Event(RETURN, "too much", at, nets=nets, origin=origin)] if nets else []
    return found


@law
@given(programmes(), lives(ALL[:-1]) | lives(ACTS[:-1], SOON))
def test_a_refused_event_changes_nothing_but_what_had_fallen_due(programme: Programme, story: list[Plan]) -> None:
    life = live(Kernel(programme), [])
    for event in live(Kernel(programme), story).events:
        for wrong in refusable(life, event.at):
            tried, night = life.standing.copy(), life.standing.copy()
            outcome = life.kernel.step(tried, wrong)
            assert outcome.refusal
            due = life.kernel.settle(night, life.day(wrong))
            assert told(outcome)[:-1] == told(due)[:-1]
            assert dump(tried) == dump(night)
        tell(life, event)
