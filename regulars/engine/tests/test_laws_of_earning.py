"""The laws of earning: the generated code means what docs/rules say, and no fraction is lost.

Each law was seen to fail on a kernel made wrong on purpose:
- the second implementation: `>=` for `>` in a group's choice; the last of a tie won a group; a multiplier gave the
  whole instead of the part above one; `half_up` rounded halves down; a multiplier of two rules forgot the second's
  rate; the base left out shipping; points that paid a part were taken from the first lines only; a cap of one event
  was kept for the next; `every` counted refused conditions;
- carry: the fraction was dropped when a whole point was given;
- shares: what was left over went to the last lines.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from regulars.engine.entries import ACCRUAL
from regulars.engine.kernel import Kernel
from regulars.engine.rounding import share_out
from regulars.engine.tests.plain_earning import PlainEarning, is_earning, shared
from regulars.engine.tests.random_lives import FORWARD, Plan, live, lives, tell
from regulars.engine.tests.random_programmes import Lean, law, programmes, text_of
from regulars.programme.loading import load
from regulars.programme.promise import Programme


@law
@given(programmes(), lives(FORWARD, late=True))
def test_the_generated_code_and_a_slow_second_implementation_give_the_same(
    programme: Programme, story: list[Plan]
) -> None:
    life, plain = live(Kernel(programme), []), PlainEarning(programme)
    first = programme.tiers.levels[0].id if programme.tiers else ""
    ranks: list[tuple[int, str]] = []
    for event in live(Kernel(programme), story).events:
        before = len(ranks)
        outcome = tell(life, event)
        moved = [(move.day, move.target) for move in outcome.moves]
        ranks += [move for move, row in zip(moved, outcome.moves, strict=True) if not row.event]
        day = life.kernel.terms.zone.local(outcome.at)[0]
        tier = next((target for since, target in reversed(ranks) if since <= day), first)
        ranks[before:] = moved
        found = [
            (entry.currency, entry.rule.id, entry.amount, entry.granted, tuple(entry.shares()))
            for entry in outcome.entries
            if entry.kind == ACCRUAL and entry.rule
        ]
        if is_earning(event) and outcome.refusal is None:
            gains = plain.earn(replace(event, at=plain.counted_at(event)), tier)
            assert found == [(gain.currency, gain.rule, gain.amount, gain.granted, gain.shares) for gain in gains]
        else:
            assert not found


@law
@given(programmes(Lean(rounding="carry", caps=(0,), tiered=False)), lives(FORWARD))
def test_carry_gives_every_whole_point_as_soon_as_it_is_whole(programme: Programme, story: list[Plan]) -> None:
    life, plain = live(Kernel(programme), []), PlainEarning(programme)
    given: dict[str, int] = defaultdict(int)
    for event in live(Kernel(programme), story).events:
        for entry in tell(life, event).entries:
            given[entry.currency] += entry.amount if entry.kind == ACCRUAL else 0
        if is_earning(event):
            plain.earn(event, "")
        for currency, exact in plain.exact.items():
            assert 0 <= exact - given[currency] < 1


@law
@given(programmes())
def test_a_programme_written_as_a_file_and_loaded_again_is_the_same_programme(programme: Programme) -> None:
    loaded = load(text_of(programme))
    assert replace(loaded, text="", digest="", written=frozenset()) == programme
    assert Kernel(loaded).sources == Kernel(programme).sources


WEIGHTS = st.lists(st.integers(0, 50) | st.integers(0, 10**12), max_size=8)


@given(st.integers(0, 60) | st.integers(0, 10**12), WEIGHTS)
def test_shares_sum_to_the_whole_and_each_is_within_one_of_its_exact_part(total: int, weights: list[int]) -> None:
    parts = share_out(total, weights)
    assert len(parts) == len(weights)
    assert parts == shared(total, weights)
    if weights:
        assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        if whole := sum(weights):
            assert abs(part * whole - total * weight) < whole
            assert weight or not part
            if total <= whole:
                assert part <= weight


@given(st.integers(0, 10**6), WEIGHTS)
def test_equal_weights_never_differ_by_more_than_one_and_heavier_ones_never_get_less(
    total: int, weights: list[int]
) -> None:
    pairs = sorted(zip(weights, share_out(total, weights), strict=True))
    if sum(weights):
        for (lighter, less), (heavier, more) in pairwise(pairs):
            assert less - more <= (1 if lighter == heavier else 0)
