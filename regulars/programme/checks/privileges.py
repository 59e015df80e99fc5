"""What stands open to members beside points: rewards, moments, clubs, ways of being served, bringing friends.

Whoever stays longer, or rises higher, has it too, or something at least as good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import lcm
from typing import Any

from regulars.kit.conditions import Condition, Name, Scope, Type
from regulars.kit.conditions.tree import Has, Literal, Node, Not, both, either
from regulars.kit.speaking import Said, counted, listed, phrase, titled, worded
from regulars.programme.checks import as_good
from regulars.programme.checks.as_good import Answer
from regulars.programme.checks.cells import Cell, Cells, TooManyCells
from regulars.programme.checks.comparing import MOST_LOOKED_AT
from regulars.programme.checks.offering import one_of, tier_of
from regulars.programme.checks.texts import money
from regulars.programme.moments import Moment
from regulars.programme.promise import Programme

Rising = dict[str, Callable[[list[Any]], list[Any]]]

_CLUBS = Name("clubs", Type.TEXT_SET, Scope.MEMBER, title={"en": "the clubs"})


_WORTH = worded("Say what both are worth (`worth`, `value`), or open it to them as well.")
_SAME_WORDS = worded("Write the same `title` for both if they are the same, or open it to them as well.")
_SAME_TERMS = worded("Let both be tried, renewed and left on the same terms, or open it to them as well.")


@dataclass(frozen=True, slots=True)
class Thing:
    """Something at `path` that is open to whoever meets `when` (None: to all); `said` is what it is, in figures."""

    path: str
    said: Said
    when: Node | None
    item: Any


@dataclass(frozen=True, slots=True)
class Section:
    """Things of one kind, and how they are compared; `opens` says of whom `{thing}` is open to that it is.

    `plain`: nothing stands in for one. `mild`: that they cannot be compared is a warning. `alike` says what to do then.

    `covered(missing, left, shared)` says for things that one member lacks whether those that this one has `left`, alone
    or together with those that are `shared`, are as good.
    """

    path: str
    opens: str
    things: tuple[Thing, ...]
    covered: Callable[[list[Thing], list[Thing], list[Thing]], Iterator[tuple[Thing, Answer]]]
    plain: bool = False
    mild: bool = False
    alike: Said = _WORTH


@dataclass(frozen=True, slots=True)
class Denied:
    """What the less loyal of two may have, and the other, one of `steps` higher in `word`, has nothing as good as.

    `instead` is what the other alone has; `certain` is false where it could not be told. `cell` is what both share.
    """

    section: Section
    thing: Thing
    instead: tuple[Thing, ...]
    certain: bool
    word: str
    steps: tuple[Any, Any]
    cells: Cells
    cell: Cell


def sections(programme: Programme) -> list[Section]:
    """All that programmes open to members."""
    return [
        _rewards(programme), _moments(programme), _clubs(programme), _perks(programme), _friends(programme),
        _progress(programme), _spared(programme),
    ]  # fmt: skip


def denied(section: Section, rising: Rising) -> Iterator[Denied]:
    """Each thing of `section` that is denied to the more loyal, once; `rising` orders the values of what says loyalty.

    Raises TooManyCells.
    """
    cells, plain = Cells.of(Condition(thing.when) for thing in section.things if thing.when is not None)
    if cells.number() * len(section.things) > MOST_LOOKED_AT:
        raise TooManyCells(section.path)
    left = (condition.function() for condition in plain)
    holds = [None if thing.when is None else next(left) for thing in section.things]
    told: dict[str, Denied] = {}
    known: set[tuple[frozenset[int], frozenset[int]]] = set()
    for word, steps, cell in _steps(cells, rising):
        if section.plain and steps[0] is None:
            continue  # who is no member has no tier to reach, and no points to lose
        low, high = (_open(holds, {**cell, word: step}) for step in steps)
        if low <= high or (low, high) in known:
            continue
        known.add((low, high))
        missing, instead, shared = (
            [section.things[place] for place in sorted(some)] for some in (low - high, high - low, low & high)
        )
        for thing, answer in section.covered(missing, instead, shared):
            one = Denied(section, thing, tuple(instead), answer is False, word, steps, cells, cell)
            before = told.get(thing.path)
            if answer is not True and (before is None or (one.certain and not before.certain)):
                told[thing.path] = one
    yield from told.values()


def _steps(cells: Cells, rising: Rising) -> Iterator[tuple[str, tuple[Any, Any], Cell]]:
    """Each word that says loyalty, two steps of it, and what the two members have in common."""
    for word, order in rising.items():
        steps = list(pairwise(order(cells.values.get(word, []))))
        for cell in cells.each(but=(word,)) if steps else ():
            for both_ in steps:
                yield word, both_, cell


def _root(condition: Condition | None) -> Node | None:
    return None if condition is None else condition.root


def _open(holds: Sequence[Callable[[Cell], bool] | None], cell: Cell) -> frozenset[int]:
    return frozenset(place for place, one in enumerate(holds) if one is None or one(cell))


def _each(good: Callable[[Any, Any], Answer]) -> Callable[..., Iterator[tuple[Thing, Answer]]]:
    """Things of which one stands in for any number of others."""

    def covered(missing: list[Thing], left: list[Thing], shared: list[Thing]) -> Iterator[tuple[Thing, Answer]]:
        for thing in missing:
            answers = [good(one.item, thing.item) for one in (*left, *shared)]
            yield thing, True if True in answers else None if None in answers else False

    return covered


def _rewards(programme: Programme) -> Section:
    things = []
    for place, one in enumerate(programme.rewards):
        least, most = one.price.least, one.price.most
        points, title = titled(programme.currency(one.currency).title), titled(one.title)
        price = listed([least]) if least == most else phrase("{least} to {most}", least=least, most=most)
        said = (
            phrase("`{title}` for {price} {points}", title=title, price=price, points=points)
            if one.worth is None
            else phrase(
                "`{title}`, worth {worth}, for {price} {points}",
                title=title, worth=money(one.worth, programme), price=price, points=points,
            )
        )  # fmt: skip
        things.append(Thing(f"rewards[{place}].when", said, _root(one.when), one))
    return Section("rewards", phrase("may have {thing}"), tuple(things), _each(as_good.reward))


def _clubs(programme: Programme) -> Section:
    def good(one: Any, other: Any) -> Answer:
        return as_good.club(one, other, programme)

    things = []
    for place, one in enumerate(programme.clubs):
        said = counted(
            "`{title}` for {price} in one month", "`{title}` for {price} in {n} months", one.months,
            title=titled(one.title), price=money(one.price, programme),
        )  # fmt: skip
        if one.trial:
            said = counted(
                "{club}, after one day on trial for {price}", "{club}, after {n} days on trial for {price}",
                one.trial.days, club=said, price=money(one.trial.price or 0, programme),
            )  # fmt: skip
        things.append(Thing(f"clubs[{place}].when", said, _root(one.when), one))
    return Section("clubs", phrase("may join {thing}"), tuple(things), _each(good), alike=_SAME_TERMS)


def _perks(programme: Programme) -> Section:
    things = []
    for place, one in enumerate(programme.service.perks):
        parts = one_of(tier_of(programme), one.tiers)
        if one.clubs:
            parts.append(either([Has(_CLUBS, Literal(club, Type.TEXT), negated=False) for club in one.clubs]))
        parts += [one.when.root] if one.when else []
        title, minutes = titled(one.title), one.within_minutes
        said = (
            counted("`{title}` within one minute", "`{title}` within {n} minutes", minutes, title=title)
            if minutes
            else phrase("`{title}`", title=title)
        )
        path = f"service.perks[{place}]"
        things.append(Thing(f"{path}.{'tiers' if one.tiers else 'when'}", said, both(parts) if parts else None, one))
    return Section(
        "service.perks", phrase("have {thing}"), tuple(things), _each(as_good.perk), mild=True, alike=_SAME_WORDS
    )


def _friends(programme: Programme) -> Section:
    brings = programme.referrals
    things = [] if brings is None else [Thing("referrals.when", phrase("a friend"), _root(brings.when), brings)]
    return Section("referrals", phrase("may bring {thing}"), tuple(things), _each(lambda one, other: False))


def _progress(programme: Programme) -> Section:
    """Custom that makes progress towards a tier: there is one condition, and nothing stands in for it."""
    tiers = programme.tiers
    counts = phrase("progress towards a tier")
    things = [] if tiers is None else [Thing("tiers.when", counts, _root(tiers.when), tiers)]
    return Section("tiers", phrase("make {thing}"), tuple(things), _each(lambda one, other: False), plain=True)


def _spared(programme: Programme) -> Section:
    """Reasons for which points are taken away, turned round: whoever does not meet one is spared it."""
    things = [
        Thing(f"forfeiture[{place}].when", phrase("`{title}`", title=titled(one.title)), Not(one.when.root), one)
        for place, one in enumerate(programme.forfeiture)
    ]
    never = _each(lambda one, other: False)
    return Section("forfeiture", phrase("never lose points by {thing}"), tuple(things), never, plain=True)


def _moments(programme: Programme) -> Section:
    """Moments add up: on the same occasion all gifts together are compared."""

    def covered(missing: list[Thing], left: list[Thing], shared: list[Thing]) -> Iterator[tuple[Thing, Answer]]:
        stand_ins = {thing.path: [one for one in left if as_good.occasion(one.item, thing.item)] for thing in missing}
        for thing in missing:
            mine = stand_ins[thing.path]
            alike = [other for other in missing if stand_ins[other.path] == mine]
            answer = as_good.gifts(_gifts(mine), _gifts(alike), programme)
            open_ = any(as_good.occasion(one.item, thing.item) is None for one in left)
            split = any(one in mine for other in missing if other not in alike for one in stand_ins[other.path])
            yield thing, None if (answer is not True and open_) or (answer is True and split) else answer

    things = []
    for place, one in enumerate(programme.moments):
        said = phrase("`{title}` ({gifts})", title=titled(one.title), gifts=listed(_given(one, programme)))
        things.append(Thing(f"moments[{place}].when", said, _root(one.when), one))
    return Section("moments", phrase("are given {thing}"), tuple(things), covered)


@dataclass(frozen=True, slots=True)
class Fading:
    """The anniversary of `year`, at `path`, gives more than any later one; or nobody can tell."""

    path: str
    year: int
    certain: bool


def fading(programme: Programme) -> Iterator[Fading]:
    """Each named anniversary, or milestone of years, whose gifts nothing that comes later comes up to.

    The last one that is named may be a jubilee to wait for. Raises TooManyCells.
    """
    yearly = [(place, one) for place, one in enumerate(programme.moments) if _yearly(one)]
    cells, plain = Cells.of(one.when for _, one in yearly if one.when is not None)
    if cells.number() * len(yearly) > MOST_LOOKED_AT:
        raise TooManyCells("moments")
    left = (condition.function() for condition in plain)
    holds = [None if one.when is None else next(left) for _, one in yearly]
    told: dict[int, Fading] = {}
    for some in dict.fromkeys(_open(holds, cell) for cell in cells.each()):
        kept = [yearly[at] for at in sorted(some)]
        years = sorted({year for _, one in kept for year in _named(one)})
        if not years:
            continue
        again = lcm(*(one.milestone.at for _, one in kept if one.milestone))
        years.append((years[-1] // again + 1) * again)  # when all that comes again comes together
        given = {year: [gift for _, one in kept if _comes(one, year) for gift in one.gives] for year in years}
        for at, year in enumerate(years[:-1]):
            if year == years[-2] and year >= _JUBILEE:
                continue
            answers = [as_good.gifts(given[later], given[year], programme) for later in years[at + 1 :]]
            if True not in answers and (year not in told or None not in answers):
                place, one = next((place, one) for place, one in kept if year in _named(one))
                path = f"moments[{place}].{'milestone' if one.milestone else 'years'}"
                told[year] = Fading(path, year, None not in answers)
    yield from told.values()


#: From so many years on, the last anniversary that is named is one that members stay for.
_JUBILEE = 5


def _yearly(one: Moment) -> bool:
    return one.kind == "anniversary" or (one.milestone is not None and one.milestone.counts == "years")


def _named(one: Moment) -> tuple[int, ...]:
    """The years that are named and come once."""
    if one.milestone is None:
        return one.years
    return () if one.milestone.repeats else (one.milestone.at,)


def _comes(one: Moment, year: int) -> bool:
    if one.milestone is None:
        return not one.years or year in one.years
    return year == one.milestone.at or (one.milestone.repeats and year % one.milestone.at == 0)


def _gifts(things: list[Thing]) -> list[Any]:
    return [gift for thing in things for gift in thing.item.gives]


def _given(moment: Moment, programme: Programme) -> Iterator[Said]:
    titles = {one.id: titled(one.title) for one in programme.rewards}
    for gift in moment.gives:
        if gift.kind == "points":
            points = titled(programme.currency(gift.currency or "").title)
            yield phrase("{n} {points}", n=gift.points, points=points)
        elif gift.kind == "credit":
            yield money(gift.money or 0, programme)
        elif gift.kind == "reward":
            yield titles[gift.reward or ""]
        else:
            yield titled(gift.title or {})
