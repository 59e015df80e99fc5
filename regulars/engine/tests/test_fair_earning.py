"""LP-4 against earning itself: where the check is silent no basket that one can think of earns a higher tier less,
and where it is not, the basket that it tells does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations_with_replacement, pairwise, product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engine.events import PURCHASE, Event
from regulars.engine.tests.plain_earning import PlainEarning
from regulars.programme.checks.cells import Undecided
from regulars.programme.checks.giving import givings
from regulars.programme.checks.outearning import EarnsLess, Outearning
from regulars.programme.loading import load
from regulars.programme.promise import Programme

TIERS = ("guest", "friend", "family")
SHOP = """\
regulars: 1
programme: {id: shop, name: Shop, zone: Europe/Berlin, money: EUR, languages: [en]}
currencies: [{id: points, title: points, rounding: order}]
tiers:
  counts: spend
  window: {rolling_months: 12}
  levels: [{id: guest, title: Guest, at: 0}, {id: friend, title: Friend, at: 100}, {id: family, title: Family, at: 900}]
earn:
  rules:
"""
#: Brand, minor units and items of a line.
Line = tuple[str, int, int]
LINES: list[Line] = [
    ("oak", 1, 1), ("oak", 400, 4), ("oak", 3_000, 1), ("elm", 500, 1), ("elm", 501, 4), ("elm", 3_000, 1), ("none", 1, 1)
]  # fmt: skip
BASKETS = [[line] for line in LINES] + [list(two) for two in combinations_with_replacement(LINES, 2)]

what = st.sampled_from(["points: 2, per: 0.01", "points: 3, per: 0.01", "points: 500", "points: 900, per: item"])
more = st.sampled_from(["times: 2, of: [r0]", "times: 3, of: [r1]", "times: 2, of: [r0, r1]"])
who = st.sampled_from(['tier == "friend"', 'tier == "family"', 'tier in ("friend", "family")', 'tier != "family"'])
where = st.sampled_from(["", 'brand == "oak"', 'brand == "elm"', "net <= 5.00", "net > 5.00", "quantity >= 2"])
when = st.sampled_from(["", "", "", "total > 10.00", "total <= 10.00", "lines < 2"])
whole = st.sampled_from([
    "", "", 'any(brand == "oak")', 'any(brand in ("oak", "elm"))', "all(net > 5.00)", 'not any(brand == "elm")',
    'count(brand == "elm") >= 2', 'spend(brand == "oak") > 4.00', "count(quantity >= 2) == 1",
])  # fmt: skip


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Two to four rules, some of them by tier, perhaps a multiplier, a group, a cap for a single basket."""
    text, rates = "", []
    for number in range(draw(st.integers(2, 4))):
        given_ = draw(what)
        parts = [draw(who) if draw(st.booleans()) else "", draw(when), draw(where if "per" in given_ else whole)]
        said = " and ".join(part for part in parts if part)
        text += f"    - {{id: r{number}, title: r, {given_}{f', when: {said!r}' if said else ''}}}\n"
        rates += ["per" in given_]
    ids = [f"r{number}" for number in range(len(rates))]
    if draw(st.booleans()) and rates[0] == rates[1]:
        text += f"    - {{id: more, title: more, {draw(more)}, when: '{draw(who)}'}}\n"
    if draw(st.booleans()):
        text += f"  groups: [{{id: best, best_of: [{', '.join(draw(st.permutations(ids))[:2])}]}}]\n"
    if draw(st.booleans()):
        some = draw(st.sampled_from([["r0"], ["r1"], ids[:2], ids[1:]]))
        edge = draw(st.sampled_from(["clip", "clip", "refuse"]))
        text += f"  caps: [{{id: c, title: c, rules: [{', '.join(some)}], per: event, most: 1000, at_edge: {edge}}}]\n"
    return text


def without_ceilings(programme: Programme) -> Programme:
    """Without the caps that clip everything, which examples leave out as they take from both alike."""
    every = {rule.id for rule in programme.earn.rules}
    kept = tuple(cap for cap in programme.earn.caps if cap.at_edge == "refuse" or not every.issubset(cap.rules))
    return replace(programme, earn=replace(programme.earn, caps=kept))


def earned(programme: Programme, tier: str, lines: Sequence[Line]) -> int:
    """What the plain engine gives for one purchase."""
    columns: dict[str, list[Any]] = {
        "brand": [brand if brand != "none" else None for brand, _, _ in lines],
        "quantity": [items for _, _, items in lines],
    }
    event = Event(PURCHASE, "e", 0, "EUR", [money for _, money, _ in lines], columns)
    return sum(gain.amount for gain in PlainEarning(programme).earn(event, tier))


def told(less: EarnsLess) -> list[Line]:
    """The lines of the basket that a finding tells, each of several alike by itself."""
    lines: list[Line] = []
    for cell, (count, money, items) in zip(less.lines, less.verdict.custom.lines, strict=True):
        for at in range(count):
            share = [amount // count + (at < amount % count) for amount in (money, items)]
            lines.append((cell.get("brand") or "none", *share))
    return lines


@settings(deadline=None, max_examples=60)
@given(rules())
def test_lp_4_blames_what_is_unfair_and_nothing_else(written: str) -> None:
    try:
        programme = load(SHOP + written)
    except ValueError:
        return  # a multiplier of a group that is not complete, and the like
    try:
        found = [less for one in givings(programme, ("tier",)) for less in Outearning(one).found("tier", list(TIERS))]
    except Undecided:
        return
    for less in found:
        lower, higher = (earned(without_ceilings(programme), step, told(less)) for step in less.steps)
        assert lower > higher, (written, less)
    for (lower, higher), lines in product(pairwise(TIERS), () if found else BASKETS):
        assert earned(programme, lower, lines) <= earned(programme, higher, lines), (written, lower, lines)
