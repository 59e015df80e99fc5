"""Laws of comparing, over any two programmes."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from regulars.engine.tests.random_programmes import programmes
from regulars.programme.comparing import ADDED, CHANGED, REMOVED, differences
from regulars.programme.judging import Effect
from regulars.programme.promise import Programme

SWAPPED = {ADDED: REMOVED, REMOVED: ADDED, CHANGED: CHANGED}


@given(programmes())
def test_a_programme_compared_with_itself_differs_in_nothing(made: Programme) -> None:
    assert differences(made, replace(made)) == ()


@given(programmes(), programmes())
def test_what_is_good_one_way_is_adverse_the_other_way(old: Programme, new: Programme) -> None:
    there = {(one.kind, one.id): one for one in differences(old, new)}
    back = {(one.kind, one.id): one for one in differences(new, old)}
    assert there.keys() == back.keys()
    for name, one in there.items():
        other = back[name]
        assert other.change == SWAPPED[one.change]
        assert (one.old, one.new) == (other.new, other.old)
        for mine, theirs in ((one, other), (other, one)):
            if mine.effect is Effect.GOOD:
                assert theirs.adverse, (name, mine.aspects)
