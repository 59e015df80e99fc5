"""Judging: which way each part of a promise is better for members.

A judge is told the old and the new value of something that differs, and both programmes. What it cannot decide
DIFFERS; None says that another judge speaks of it. Here stand the judges of any value; those of parts of a promise are
in `judging_earning`, `judging_tiers`, `judging_giving` and `judging_care`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from regulars.kit.conditions import Condition
from regulars.kit.conditions.implication import implies
from regulars.programme.promise import Programme


class Effect(IntEnum):
    """What a difference does to members; the worst of several counts.

    DIFFERS: nobody can say which way is better, so some may be worse off. ADVERSE: some get less, later or for a
    shorter time. DEVALUING: and so may those who earned points under the old promise, with those points.
    """

    NEUTRAL = 0
    GOOD = 1
    DIFFERS = 2
    ADVERSE = 3
    DEVALUING = 4


@dataclass(frozen=True, slots=True)
class Pair:
    """The two programmes that are compared."""

    old: Programme
    new: Programme


Judge = Callable[[Any, Any, Pair], Effect | None]


def undecided(old: Any, new: Any, pair: Pair) -> Effect:
    """Nobody can say."""
    return Effect.DIFFERS


def neutral(old: Any, new: Any, pair: Pair) -> Effect:
    """Another word for the same."""
    return Effect.NEUTRAL


def retitled(old: Mapping[str, str], new: Mapping[str, str], pair: Pair) -> Effect:
    """A title, by language, that is itself what is promised: other words may mean less. One more language, or other
    capitals and spaces, say the same."""
    before, after = ({tongue: said.casefold().split() for tongue, said in title.items()} for title in (old, new))
    same = all(after.get(tongue) == said for tongue, said in before.items())
    return Effect.NEUTRAL if same else Effect.DIFFERS


def more(old: Any, new: Any, pair: Pair) -> Effect:
    """More is better."""
    return Effect.GOOD if new > old else Effect.ADVERSE


def less(old: Any, new: Any, pair: Pair) -> Effect:
    """Less is better."""
    return Effect.GOOD if new < old else Effect.ADVERSE


def rising(*order: Any) -> Callable[[Any, Any, Pair], Effect]:
    """One of these words, the worst for members first."""
    return lambda old, new, pair: more(order.index(old), order.index(new), pair)


def wider(old: Condition | None, new: Condition | None, pair: Pair) -> Effect:
    """A condition that holds wherever the old one held is better; None always holds."""
    if new is None:
        return Effect.GOOD
    if old is None or not implies(old.root, new.root):
        return Effect.ADVERSE
    return Effect.NEUTRAL if implies(new.root, old.root) else Effect.GOOD


def longer(old: int | None, new: int | None, pair: Pair) -> Effect:
    """More is better; None has no end."""
    return Effect.GOOD if new is None or (old is not None and new > old) else Effect.ADVERSE


def lower(old: int | None, new: int | None, pair: Pair) -> Effect:
    """Less is better; None asks for nothing."""
    return Effect.GOOD if new is None or (old is not None and new < old) else Effect.ADVERSE


def sooner(old: int | None, new: int | None, pair: Pair) -> Effect:
    """Less is better; None is never."""
    return Effect.GOOD if new is not None and (old is None or new < old) else Effect.ADVERSE


def earlier_told(old: int | None, new: int | None, pair: Pair) -> Effect:
    """Days before which something is told: more is better; None tells nothing."""
    return Effect.GOOD if new is not None and (old is None or new > old) else Effect.ADVERSE


def fewer(old: tuple[Any, ...], new: tuple[Any, ...], pair: Pair) -> Effect:
    """Some of the old ones and no other is better; their order says nothing."""
    if set(old) == set(new):
        return Effect.NEUTRAL
    return Effect.GOOD if set(new) < set(old) else Effect.ADVERSE


@dataclass(frozen=True)
class Whole:
    """Judges a value with fields of its own, each by its judge: the worst of those that differ counts.

    `appears` and `ends` are for what was None and what becomes None. `untold` are fields that promise nothing.
    """

    judges: Mapping[str, Judge]
    appears: Effect
    ends: Effect
    untold: tuple[str, ...] = ()

    def __call__(self, old: Any, new: Any, pair: Pair) -> Effect:
        if old is None or new is None:
            return self.appears if old is None else self.ends
        told = [(judge, getattr(old, name), getattr(new, name)) for name, judge in self.judges.items()]
        found = [judge(before, after, pair) for judge, before, after in told if before != after]
        return max((effect for effect in found if effect is not None), default=Effect.NEUTRAL)


def fuller(old: tuple[Any, ...], new: tuple[Any, ...], pair: Pair) -> Effect:
    """All of the old ones and more is better; their order says nothing."""
    if set(old) == set(new):
        return Effect.NEUTRAL
    return Effect.GOOD if set(old) < set(new) else Effect.ADVERSE
