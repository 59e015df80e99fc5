"""Judging how members are treated: which way service, contact, trust, arrears, the ways in and out, what may be taken
away and what is kept are better for them."""

from __future__ import annotations

from typing import Any

from regulars.kit.conditions import Condition
from regulars.kit.conditions.implication import implies
from regulars.programme.arrears import PRESSING, Stage
from regulars.programme.contact import Hours, Limit
from regulars.programme.data import Table
from regulars.programme.flows import Flow, Step
from regulars.programme.judging import Effect, Pair, less, more

# Judges of contact


def quieter(old: Hours, new: Hours, pair: Pair) -> Effect:
    """Hours in which members are spoken to: within the old ones is better."""
    return Effect.GOOD if new.start >= old.start and new.end <= old.end else Effect.ADVERSE


def rarer(old: Limit, new: Limit, pair: Pair) -> Effect:
    """At most so many in so many days: fewer in as long a time is better."""
    return Effect.GOOD if _bounds(new, old) else Effect.ADVERSE


def bounds(old: tuple[Limit, ...], new: tuple[Limit, ...], pair: Pair) -> Effect:
    """Several of them, which all hold: better where each of the old ones follows from a new one."""
    if set(old) == set(new):
        return Effect.NEUTRAL
    return Effect.GOOD if all(any(_bounds(now, was) for now in new) for was in old) else Effect.ADVERSE


def _bounds(new: Limit, old: Limit) -> bool:
    """Whether whoever keeps `new` keeps `old` as well."""
    return new.most <= old.most and new.days >= old.days


# Judges of trust


def claims(old: list[int], new: list[int], pair: Pair) -> Effect:
    """How many claims in how many months: more in as short a time is better."""
    (most, months), (most_now, months_now) = old, new
    return Effect.GOOD if most_now >= most and months_now <= months else Effect.ADVERSE


# Judges of arrears


def action(old: str, new: str, pair: Pair) -> Effect:
    """What is done: something that does not press instead of something that does is better."""
    if (old in PRESSING) != (new in PRESSING):
        return Effect.ADVERSE if new in PRESSING else Effect.GOOD
    if old in PRESSING:
        return less(PRESSING.index(old), PRESSING.index(new), pair)
    return Effect.DIFFERS


def stage_added(stage: Stage, pair: Pair) -> Effect:
    """One more that presses is adverse; what another word does nobody can say."""
    return Effect.ADVERSE if stage.action in PRESSING else Effect.DIFFERS


def stage_removed(stage: Stage, pair: Pair) -> Effect:
    """One less that presses is good."""
    return Effect.GOOD if stage.action in PRESSING else Effect.DIFFERS


def kept(old: bool, new: bool, pair: Pair) -> Effect:
    """Points that no longer stay are taken from what was earned already."""
    return Effect.GOOD if new else Effect.DEVALUING


# Judges of the ways in and out

_HARDER = {"equal": 0, "smaller": 1, "hidden": 2}


def way(old: tuple[Step, ...], new: tuple[Step, ...], pair: Pair) -> Effect:
    """The steps: shorter, with less asked and nothing in the way, is better. Other titles are other words."""
    before, after = _burdens(old), _burdens(new)
    if before == after:
        return Effect.NEUTRAL
    return Effect.ADVERSE if any(now > was for was, now in zip(before, after, strict=True)) else Effect.GOOD


def _burdens(steps: tuple[Step, ...]) -> tuple[int, ...]:
    """What a way costs whoever goes it, each figure the less the better."""
    shortest = Flow((), None, acknowledged=True, steps=steps).shortest()
    return (
        len(shortest),
        sum(step.clicks for step in shortest),
        len({asked for step in shortest for asked in step.asks}),
        sum(step.kind == "save_offer" for step in steps),
        sum(step.kind == "save_offer" and not step.goes_at_once for step in steps),
        sum(step.kind in ("call", "wait") for step in steps),
        sum(step.kind in ("choice", "reason") for step in steps),
        max(_HARDER[step.decline] for step in steps),
        sum(step.preticked for step in steps),
        sum(step.countdown for step in steps),
    )


# Judges of what may be taken away


def narrower(old: Condition, new: Condition, pair: Pair) -> Effect:
    """When points may be taken: wherever it held before and nowhere else is better; anything else reaches points
    already earned."""
    if not implies(new.root, old.root):
        return Effect.DEVALUING
    return Effect.NEUTRAL if implies(old.root, new.root) else Effect.GOOD


def shown(old: Any, new: Any, pair: Pair) -> Effect:
    """Whether anything is shown for it; what exactly is undecided."""
    if old is None or new is None:
        return Effect.GOOD if old is None else Effect.ADVERSE
    return Effect.DIFFERS


def taking_added(reason: Any, pair: Pair) -> Effect:
    """One more reason reaches points that were earned without it."""
    return Effect.DEVALUING


def better_gone(record: Any, pair: Pair) -> Effect:
    """What weighs on members is better gone."""
    return Effect.GOOD


def worse_come(record: Any, pair: Pair) -> Effect:
    """What weighs on members is worse once it is there."""
    return Effect.ADVERSE


# Judges of what is kept


def basis(old: str, new: str, pair: Pair) -> Effect:
    """By consent one may say no; what another right brings is undecided."""
    if "consent" not in (old, new):
        return Effect.DIFFERS
    return Effect.GOOD if new == "consent" else Effect.ADVERSE


def table_added(table: Table, pair: Pair) -> Effect:
    """One more kind of record is worse where it says who somebody is."""
    return Effect.ADVERSE if table.personal or table.sensitive or table.free_text else Effect.NEUTRAL


def table_removed(table: Table, pair: Pair) -> Effect:
    """One less is better where it said who somebody is."""
    return Effect.GOOD if table.personal or table.sensitive or table.free_text else Effect.NEUTRAL


def authority(old: int | None, new: int | None, pair: Pair) -> Effect:
    """What staff may give without asking: more is better, None is nothing."""
    return more(old or 0, new or 0, pair)


def undecided_come(record: Any, pair: Pair) -> Effect:
    """Nobody can say what the pages did before."""
    return Effect.DIFFERS
