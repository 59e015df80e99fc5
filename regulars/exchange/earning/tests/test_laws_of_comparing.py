"""Laws of comparing, over any two programmes.

The last law was seen to fail with a judge made wrong on purpose: a lower rate as good, a narrower condition as good, a
longer period of a cap as good, tax that counts no more as good, and rounding by line as good.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engine.entries import ACCRUAL
from regulars.engine.events import Event
from regulars.engine.kernel import Kernel
from regulars.engine.tests.random_lives import FORWARD, Plan, live, lives, tell
from regulars.engine.tests.random_programmes import Lean, conditions, programmes
from regulars.kit.conditions import Scope
from regulars.programme.comparing import ADDED, CHANGED, REMOVED, differences
from regulars.programme.earn import Cap, Rule
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


@given(programmes(Lean(tiered=False)), lives(FORWARD), st.integers(0, 2**32 - 1))
@settings(max_examples=100)
def test_who_is_told_that_nothing_gets_worse_collects_no_less(old: Programme, story: list[Plan], seed: int) -> None:
    """Where there are tiers, groups, counting and caps that refuse, more of one may be less of another: docs/compare.md.
    Fractions beside a cap fall differently by a point; so either caps change, or there are none."""
    chance = Random(seed)
    old = _plain(old, capped=chance.random() < 0.3)
    new = _edited(old, chance)
    events = live(Kernel(old), story).events
    was, now = _collected(old, events), _collected(new, events)
    if not any(one.adverse for one in differences(old, new)):
        assert was <= now
    if not any(one.adverse for one in differences(new, old)):
        assert now <= was


def _collected(programme: Programme, events: list[Event]) -> Counter[str]:
    life = live(Kernel(programme), [])
    given: Counter[str] = Counter()
    for event in events:
        for entry in tell(life, event).entries:
            if entry.kind == ACCRUAL:
                given[entry.currency] += entry.amount
    return given


def _plain(programme: Programme, capped: bool) -> Programme:
    earn = programme.earn
    rules = tuple(replace(rule, every=None, count="events") for rule in earn.rules)
    caps = tuple(replace(cap, at_edge="clip") for cap in earn.caps) if capped else ()
    return replace(programme, earn=replace(earn, rules=rules, caps=caps, groups=()))


def _edited(programme: Programme, chance: Random) -> Programme:
    """The programme with one thing changed, for better or worse: one of its caps, or, without caps, anything else."""
    earn = programme.earn
    if earn.caps:
        return replace(programme, earn=replace(earn, caps=(_edited_cap(earn.caps[0], chance), *earn.caps[1:])))
    match chance.choice(("rule", "rule", "rule", "base", "currency")):
        case "rule":
            place = chance.randrange(len(earn.rules))
            rules = list(earn.rules)
            rules[place] = _edited_rule(rules[place], chance)
            return replace(programme, earn=replace(earn, rules=tuple(rules)))
        case "currency":
            one, *others = programme.currencies
            grain = chance.choice(("carry", "order", "line"))
            mode = "down" if grain == "carry" else chance.choice(("down", "half_up", "up"))
            return replace(programme, currencies=(replace(one, rounding=grain, mode=mode), *others))
    name = chance.choice(("amount", "tax", "shipping", "paid_with_points"))
    value = {"net": "gross", "gross": "net", True: False, False: True}[getattr(earn.base, name)]
    return replace(programme, earn=replace(earn, base=replace(earn.base, **{name: value})))


def _edited_rule(rule: Rule, chance: Random) -> Rule:
    if chance.random() < 0.5:
        scope = Scope.ORDER if rule.per_unit == "event" or rule.per_unit == "" else Scope.LINE
        parts = rule.when.conjuncts() if rule.when else []
        return replace(rule, when=chance.choice([None, *conditions(scope, False), *parts]))
    factor = chance.choice((Fraction(1, 2), Fraction(2), Fraction(3, 2)))
    if rule.times is not None:
        return replace(rule, times=max(Fraction(1), rule.times * factor))
    return replace(rule, points=rule.points * factor)


def _edited_cap(cap: Cap, chance: Random) -> Cap:
    if chance.random() < 0.5:
        return replace(cap, per=chance.choice(("event", "day", "week", "month", "year", "ever")))
    return replace(cap, most=max(1, cap.most + chance.choice((-2, 5))))
