"""Budgets of all members: never more than is left, what was drawn is what was given, and a return gives it back."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from regulars.engine.entries import ACCRUAL, Outcome
from regulars.engine.events import PURCHASE, RETURN, Event
from regulars.engine.kernel import Kernel
from regulars.engine.tests.random_lives import origin_of
from regulars.engine.tests.worked import programme_text
from regulars.programme.loading import load

NOON = 1_770_000_000_000_000
DAY = 86_400_000_000
EDGES = st.sampled_from(("clip", "refuse"))
SOME = st.sampled_from(("[base]", "[double]", "[base, double]", "[gift, double]", "[base, double, gift]"))


@st.composite
def shops(draw: st.DrawFn) -> Kernel:
    """Three rules under one or two budgets and perhaps a cap, with every rounding."""
    rounding = draw(st.sampled_from(("carry", "order", "line")))
    budgets = [
        f"{{id: b{place}, rules: {draw(SOME)}, per: month, most: 1000, at_edge: {draw(EDGES)}}}"
        for place in range(draw(st.integers(1, 2)))
    ]
    cap = draw(st.sampled_from(("", f"  caps: [{{id: daily, per: day, most: 40, at_edge: {draw(EDGES)}}}]\n")))
    text = (
        f"currencies: [{{id: points, debt: yes, rounding: {rounding}}}]\nearn:\n  rules:\n"
        "    - {id: base, points: 1, per: 3.00}\n    - {id: double, times: 2.5, of: [base]}\n"
        f"    - {{id: gift, points: 7}}\n{cap}  budgets: [{', '.join(budgets)}]\n"
    )
    return Kernel(load(programme_text(text)))


PURCHASES = st.lists(
    st.tuples(st.lists(st.integers(0, 9_000), min_size=1, max_size=4), st.integers(0, 90), st.integers(0, 90)),
    min_size=1, max_size=6,
)  # fmt: skip


def bought(place: int, nets: list[int], left: dict[str, int] | None) -> Event:
    columns: dict[str, list[Any]] = {"quantity": [1] * len(nets)}
    return Event(PURCHASE, f"e{place}", NOON + place * DAY // 3, "DKK", nets, columns, allotted=left)


def by_rule(outcome: Outcome) -> Counter[str]:
    found: Counter[str] = Counter()
    for entry in outcome.entries:
        if entry.kind == ACCRUAL and entry.rule:
            found[entry.rule.id] += entry.amount
    return found


@given(kernel=shops(), told=PURCHASES)
def test_an_event_draws_what_its_rules_gave_and_never_more_than_is_left(kernel: Kernel, told: Any) -> None:
    standing = kernel.open()
    budgets = kernel.terms.budgets["points"]
    days: Counter[int] = Counter()
    for place, (nets, first, second) in enumerate(told):
        left = {"b0": first, "b1": second}
        outcome = kernel.step(standing, bought(place, nets, left))
        given_now = by_rule(outcome)
        drawn = {draw.budget: draw for draw in outcome.drawn}
        for budget in budgets:
            points = sum(given_now[rule] for rule in budget.rules)
            draw = drawn.get(budget.id)
            assert points <= left[budget.id]
            assert points == (draw.given if draw else 0)
            if draw and budget.refuse and draw.asked > left[budget.id]:
                assert points == 0
            if draw and draw.asked <= left[budget.id]:
                assert draw.allotted == draw.asked
        days[kernel.terms.zone.local(NOON + place * DAY // 3)[0]] += sum(given_now.values())
    # What budgets held back does not count under the member's own caps.
    for cap in kernel.terms.caps["points"]:
        used = {day: points for day, points in standing.used.get(cap.id, ()) if points}
        assert used == {day: points for day, points in days.items() if points}


@given(kernel=shops(), told=PURCHASES)
def test_what_was_allotted_says_all_that_a_replay_must_know(kernel: Kernel, told: Any) -> None:
    standing, again = kernel.open(), kernel.open()
    for place, (nets, first, second) in enumerate(told):
        once = kernel.step(standing, bought(place, nets, {"b0": first, "b1": second}))
        kept = {draw.budget: draw.allotted for draw in once.drawn}
        twice = kernel.step(again, bought(place, nets, kept))
        assert (once.entries, once.clips) == (twice.entries, twice.clips)
        assert [(draw.budget, draw.allotted, draw.given) for draw in once.drawn] == [
            (draw.budget, draw.allotted, draw.given) for draw in twice.drawn
        ]


@given(
    kernel=shops(),
    nets=st.lists(st.integers(1, 9_000), min_size=1, max_size=4),
    left=st.integers(0, 90),
    part=st.integers(1, 99),
)
def test_a_purchase_that_comes_back_in_two_parts_gives_back_all_that_it_drew(
    kernel: Kernel, nets: list[int], left: int, part: int
) -> None:
    standing = kernel.open()
    event = bought(0, nets, {"b0": left, "b1": left})
    outcome = kernel.step(standing, event)
    origin = origin_of(event, outcome)
    drawn: Counter[tuple[str, int]] = Counter()
    for draw in outcome.drawn:
        drawn[draw.budget, draw.period] += draw.given
    first = [net * part // 100 for net in nets]
    for place, back in enumerate((first, [net - gone for net, gone in zip(nets, first, strict=True)])):
        came = kernel.step(standing, Event(RETURN, f"r{place}", NOON + (40 + place) * DAY, nets=back, origin=origin))
        assert came.refusal is None or not any(back)
        origin.returned = [gone + now for gone, now in zip(origin.returned, back, strict=True)]
        for draw in came.drawn:
            assert draw.given < 0
            drawn[draw.budget, draw.period] += draw.given
    assert +drawn == Counter() and -drawn == Counter()
