"""Judging tiers: who is in another tier than before, and what such a member loses by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from regulars.kit.conditions import Condition
from regulars.programme.judging import Effect, Pair, more
from regulars.programme.promise import Programme
from regulars.programme.tiers import Level, Tiers

#: What gives members nothing by their tier: the tiers themselves, what is written about the promise, and what may be
#: taken, which is judged the other way round.
_NO_GIFT = ("tiers", "messages", "forfeiture")

#: The tier of before (None: none) and the one of now.
Move = tuple[str | None, str | None]


def window(old: list[Any], new: list[Any], pair: Pair) -> Effect:
    """The months in which progress counts; another kind of window is undecided."""
    return more(old[1], new[1], pair) if old[0] == new[0] else Effect.DIFFERS


def level_added(level: Level, pair: Pair) -> Effect:
    """One more tier is good unless whoever comes into it loses what the tier of before has."""
    return _moved([move for move in _moves(pair) if move[1] == level.id], pair)


def threshold(old: int, new: int, pair: Pair) -> Effect | None:
    """What reaches a tier: lower is good unless whoever comes into it, or leaves it for another, loses something. When
    something else counts than before, the tiers themselves say so."""
    if pair.old.tiers is None or pair.new.tiers is None or pair.old.tiers.counts != pair.new.tiers.counts:
        return None
    if new > old:
        return Effect.ADVERSE
    level = next(level for level in pair.new.tiers.levels if level.at == new)
    return _moved([move for move in _moves(pair) if level.id in move], pair)


def _moves(pair: Pair) -> set[Move]:
    """Every change of tier that some progress makes."""
    steps = {0} | {level.at for tiers in (pair.old.tiers, pair.new.tiers) if tiers for level in tiers.levels}
    moves = {(_tier_at(pair.old.tiers, step), _tier_at(pair.new.tiers, step)) for step in steps}
    return {move for move in moves if move[0] != move[1]}


def _tier_at(tiers: Tiers | None, progress: int) -> str | None:
    reached = [level for level in tiers.levels if level.at <= progress] if tiers else []
    return max(reached, key=lambda level: level.at).id if reached else None


def _moved(moves: list[Move], pair: Pair) -> Effect:
    """Good, unless a move loses anything that the new promise gives by tier, or lets points be taken that were safe."""
    if any(_loses(reason.when, (now, before)) for reason in pair.new.forfeiture for before, now in moves):
        return Effect.DEVALUING
    return Effect.ADVERSE if any(_loses(one, move) for one in _giving(pair.new) for move in moves) else Effect.GOOD


def _giving(programme: Programme) -> Iterator[Any]:
    """Every section of the promise that may give something by tier."""
    for field in fields(programme):
        if field.name not in _NO_GIFT:
            yield getattr(programme, field.name)


def _loses(part: Any, move: Move) -> bool:
    """Whether something in a part of the promise is had in the tier of before and no longer in that of now: by a
    condition, or by the tiers that it names. A condition that mixes the tier with other things counts as lost."""
    before, now = move
    if isinstance(part, Condition):
        return any(_condition_lost(one, move) for one in part.conjuncts())
    if isinstance(part, tuple):
        return any(_loses(one, move) for one in part)
    if not is_dataclass(part):
        return False
    named = getattr(part, "tiers", ())
    if before in named and now not in named:
        return True
    return any(_loses(getattr(part, field.name), move) for field in fields(part))


def _condition_lost(part: Condition, move: Move) -> bool:
    names = {name.name for name in part.names}
    if "tier" not in names:
        return False
    if names != {"tier"}:
        return True
    holds = part.function()
    before, now = (holds({"tier": tier}) for tier in move)
    return before and not now
