"""Budgets of all members in a backtest: what is drawn in order of time, whoever is folded first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engine.budgets import Source, drawn_by_lot, lapsed
from regulars.engine.entries import Outcome
from regulars.engine.kernel import compile as compile_programme
from regulars.engine.periods import period_key
from regulars.engine.tests.worked import programme_text
from regulars.exchange.budgets.tests.test_drawing import BEGINS
from regulars.exchange.budgets.tests.test_drawing import given as drawn_live
from regulars.exchange.earning import allotting
from regulars.exchange.earning import backtest as backtesting
from regulars.exchange.earning.allotting import settled
from regulars.exchange.earning.backtest import Trial, backtest
from regulars.exchange.earning.behaving import AS_TOLD
from regulars.exchange.earning.folding import Past, Unknown, kernel_event, refer
from regulars.exchange.earning.replaying import Allotted, Drawn, demands, replay
from regulars.exchange.earning.tests.cast import fresh, tell
from regulars.exchange.earning.tests.lives import a_life
from regulars.exchange.earning.tests.test_backtest import MAP, a_year
from regulars.ground.activity.contract import Incoming, Terms
from regulars.ground.activity.files import Reading
from regulars.ground.activity.mapping import read_map
from regulars.ground.publishing.versions import publish
from regulars.programme.loading import load

#: What is drawn today decides the tier, and the tier what is asked tomorrow.
TEXT = """
programme: {money: DKK}
currencies: [{id: points, debt: yesWAITS}]
earn:
  rules:
    - {id: base, points: 1, per: 10.00}
    - {id: launch, times: 3, of: [base]}
    - {id: gold, times: 2, of: [base], when: tier == "gold"}
  caps:
    - {id: daily, per: day, most: 900, at_edge: clip}
  budgets:
    - {id: campaign, rules: [launch, gold], per: year, most: MOST, at_edge: EDGE}
    - {id: spring, per: month, most: 700, at_edge: clip}
tiers:
  counts: points
  window: balance
  levels: [{id: plain, at: 0}, {id: gold, at: 300}]
"""


#: What waits for a parcel that does not come is there for others again.
WAITS = ", pending: {until: order delivered, within_days: 30}"


def promised(most: int, edge: str, waits: str = "") -> str:
    return programme_text(TEXT.replace("MOST", str(most)).replace("EDGE", edge).replace("WAITS", waits))


def lives(random: Random) -> list[Incoming]:
    """What four members do, each once, in order of time, then of member and event."""
    told = [event for name in "abcd" for event in a_life(fresh(name), random, "DKK", events=random.choice((5, 20)))]
    once = {(event.id, event.type): event for event in told}
    return sorted(once.values(), key=lambda event: (event.at, event.member, event.id, event.type))


def in_turn(text: str, events: list[Incoming]) -> Counter[tuple[str, str]]:
    """Points given by member and rule, returns taken off, when all are folded side by side, event by event."""
    kernel = compile_programme(load(text))
    budgets = kernel.terms.programme.earn.budgets
    left: dict[tuple[str, int], int] = {}
    standings = {event.member: kernel.open() for event in events}
    pasts = {member: Past() for member in standings}
    given: Counter[tuple[str, str]] = Counter()
    lots: dict[str, dict[int, list[Source]]] = {member: {} for member in standings}

    def moved(member: str, outcome: Outcome) -> None:
        for draw in (*(draw for _, draw in lapsed(outcome, lots[member])), *outcome.drawn):
            most = next(one.most for one in budgets if one.id == draw.budget)
            left[draw.budget, draw.period] = left.get((draw.budget, draw.period), most) - draw.given
        lots[member].update(drawn_by_lot(outcome))

    for event in events:
        told, past = kernel_event(event, event.id), pasts[event.member]
        day = kernel.terms.zone.local(event.at)[0]
        for member, standing in standings.items():
            if kernel.due(standing) <= day:
                outcome = kernel.settle(standing, day)
                pasts[member].add("", None, outcome)
                moved(member, outcome)
        told.allotted = {one.id: left.get((one.id, period_key(one.per, day)), one.most) for one in budgets}
        try:
            original = refer(past, event, told)
        except Unknown:
            continue
        outcome = kernel.step(standings[event.member], told)
        past.add(event.id, event, outcome)
        if original and event.type == "return" and outcome.refusal is None:
            original.note(told.nets)
        moved(event.member, outcome)
        count(given, event.member, [(one.kind, one.rule and one.rule.id, one.amount) for one in outcome.entries])
    assert all(points >= 0 for points in left.values())
    return given


def count(given: Counter[tuple[str, str]], member: str, entries: list[tuple[str, str | None, int]]) -> None:
    for kind, rule, amount in entries:
        if kind in ("accrual", "clawback"):
            given[member, rule or ""] += amount if kind == "accrual" else -amount


@settings(max_examples=max(15, settings().max_examples // 8))
@given(
    seed=st.integers(0, 1 << 32),
    most=st.sampled_from((1, 40, 400, 4_000)),
    edge=st.sampled_from(("clip", "refuse")),
    waits=st.sampled_from(("", WAITS)),
)
def test_members_folded_one_by_one_draw_what_they_draw_in_turn(seed: int, most: int, edge: str, waits: str) -> None:
    text, events = promised(most, edge, waits), lives(Random(seed))
    programme = load(text)
    kernel = compile_programme(programme)
    by_member = {
        member: list(own) for member, own in groupby(sorted(events, key=lambda one: one.member), lambda one: one.member)
    }

    def fold(allotted: Allotted) -> Iterator[Drawn]:
        for own in by_member.values():
            yield from demands(kernel, own, AS_TOLD, 0, allotted)

    allotted = settled(fold, programme)
    found: Counter[tuple[str, str]] = Counter()
    for member, own in by_member.items():
        _, _, table = replay(kernel, own, AS_TOLD, 0, allotted)
        count(found, member, [(one.kind, one.rule and one.rule.id, one.amount) for one in table.entries])
    assert +found == +in_turn(text, events)


def test_what_is_told_live_in_order_of_time_draws_the_same(db: None) -> None:
    text, events = promised(400, "clip"), lives(Random(11))
    publish(text, BEGINS, "keeper", BEGINS)
    for event in events:
        tell(event)
    for member in {event.member for event in events}:
        told = {rule: points for (who, rule), points in in_turn(text, events).items() if who == member}
        assert drawn_live(member) == told.get("launch", 0)


def test_how_members_are_shared_changes_nothing_and_all_of_a_budget_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allotting, "WORTH_SHARING", 0)
    monkeypatch.setattr(backtesting, "WORTH_SHARING", 0)
    programme, path = load(promised(3_000, "clip")), a_year(tmp_path / "year.csv", members=12)
    terms = Terms("Europe/Copenhagen", "DKK", 2, 1_800_000_000_000_000)
    found = []
    for place, (batch, processes) in enumerate(((50, 2), (10_000, 1))):
        out = tmp_path / str(place)
        with Reading(path, terms, read_map(MAP, "map.yaml"), batch_events=batch, resident_rows=300) as reading:
            backtest(programme, reading, out, lambda done, whole: None, Trial(AS_TOLD), processes)
        found.append(pl.read_parquet(out / "entries.parquet"))
    assert found[0].equals(found[1])
    accruals = found[0].filter((pl.col("kind") == "accrual") & pl.col("rule").is_in(["launch", "gold"]))
    assert accruals["amount"].sum() == 3_000
