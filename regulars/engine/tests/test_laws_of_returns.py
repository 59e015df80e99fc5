"""The laws of returns: in how many parts a purchase comes back changes nothing, and nothing is left of it.

Each law was seen to fail on a kernel made wrong on purpose:
- parts and the whole: each part was rounded by itself; a part undid a counter; caps were given back twice; the rest of
  a purchase left its free lines' points behind;
- everything back: a rise that a later one stood on was kept; a tier renewed in its grace days was kept; progress of
  pending points was taken off that had never been counted;
- gifts to be reconsidered: a second return took them again; the line that has gone still counted; a multiplier kept its
  share of them;
- gifts by count: a return after the gift let the next visit earn it again; one of an earlier week of a streak did;
  so did one of a day for which another purchase stood.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from regulars.engine.entries import ACCRUAL, CLAWBACK, LAPSE
from regulars.engine.events import PURCHASE, REDEMPTION, RETURN, Event
from regulars.engine.kernel import Kernel
from regulars.engine.periods import period_key
from regulars.engine.standing import Standing, dump, load
from regulars.engine.streaks import JOINED
from regulars.engine.tests.random_lives import (
    BASKETS,
    DAY_MINUTES,
    MINUTE_US,
    MONTHS,
    OCCASIONS,
    RETURNS,
    SOON,
    WHOLE,
    Life,
    Plan,
    live,
    lives,
    note_spent,
    tell,
)
from regulars.engine.tests.random_programmes import Lean, law, programmes
from regulars.engine.tests.worked import Member, programme_text
from regulars.programme.earn import Rule
from regulars.programme.loading import load as loaded
from regulars.programme.promise import Programme


def undone(life: Life) -> Counter[str]:
    """What returns undid, by rule: points taken back, forgiven because they were spent already, or gone before."""
    found: Counter[str] = Counter()
    rules = {grant.seq: grant.rule for origin in life.origins for grant in origin.grants}
    for outcome in life.outcomes:
        for seq, points in outcome.gone:
            found[rules[seq]] += points
        for entry in outcome.entries:
            if entry.kind == CLAWBACK and entry.rule:
                found[entry.rule.id] += entry.amount
        for rule, points in outcome.forgiven:
            found[rule] += points
    return found


def outline(standing: Standing) -> dict[str, Any]:
    """A standing but for its numbering: how much there is of everything, and which tier.

    What returns left with the member is one sum by lot, in however many parts they did.
    """
    standing = load(dump(standing))
    left: Counter[int] = Counter()
    for counted in (*standing.counted_day.values(), *(streak.counted for streak in standing.streaks.values())):
        for period in filter(None, counted.values()):
            for spared in period.spared:
                left[spared.seq] += spared.points
            period.spared = []
    state = dump(standing)
    state["spared"] = left
    for purse_id, purse in standing.purses.items():
        state["purses"][purse_id] = (purse.available, purse.pending, purse.debt, purse.carry, purse.last_day)
    state["progress"] = sorted((day, amount) for day, amount in state["progress"] if amount)
    for part in ("seq", "ranks", "head"):
        del state[part]
    return state


@law
@given(programmes(), lives(), st.lists(st.lists(st.integers(0, 1_000), min_size=1, max_size=4), max_size=4), st.data())
def test_any_number_of_parts_takes_back_exactly_what_the_whole_does(
    programme: Programme, story: list[Plan], parts: list[list[int]], data: st.DataObject
) -> None:
    life = live(Kernel(programme), story)
    at = life.events[-1].at + MINUTE_US
    number = data.draw(st.integers(0, len(life.origins) - 1)) if life.origins else None
    if number is None:
        return
    found = []
    for shares in ([], parts):
        one = Life(life.kernel, life.standing.copy(), origins=[replace(origin) for origin in life.origins])
        one.ended = life.ended
        origin = one.origins[number]
        for share in [*shares, [1_000]]:
            left = [net - gone for net, gone in zip(origin.nets, origin.returned, strict=True)]
            nets = [rest * share[line % len(share)] // 1_000 for line, rest in enumerate(left)]
            outcome = tell(one, Event(RETURN, "back", at, nets=nets, origin=replace(origin)))
            assert outcome.refusal is None or not any(nets)
            note_spent(dict(life.lots), one.origins, None, outcome)
        life.kernel.settle(one.standing, life.kernel.terms.zone.local(at)[0])  # as the next event of that day would
        # Points that come back between the parts may be taken there, where in one return nothing of them is forgiven.
        rest = () if origin.spent else outline(one.standing)
        found.append((undone(one), [(spent.amount, spent.returned) for spent in origin.spent], rest))
        assert all(spent.amount == spent.returned for spent in origin.spent if sum(origin.nets))
    assert found[0] == found[1]


BY_DAYS = """
currencies: [{id: points, debt: yes}]
earn: {rules: [{id: second, points: 15, every: 2, count: days}]}
"""


def test_a_gift_that_its_day_keeps_goes_whole_with_the_last_purchase_in_however_many_parts() -> None:
    """Ada buys on two days, and twice on the second one, of which the first purchase had given the gift."""
    days = [Plan(PURCHASE, minutes, (10_000,), {"quantity": [1]}, currency="DKK") for minutes in (0, DAY_MINUTES, 9)]
    found = []
    for parts in ([10_000], [1_000, 9_000], [3_300, 3_300, 3_400]):
        life = live(Kernel(loaded(programme_text(BY_DAYS))), days)
        for net in parts:
            tell(life, Event(RETURN, "back", life.now, nets=[net], origin=replace(life.origins[1])))
        found.append(outline(life.standing))
        assert found[-1]["purses"]["points"][0] == found[-1]["spared"].total() == 15
        tell(life, Event(RETURN, "all", life.now, nets=[10_000], origin=replace(life.origins[2])))
        assert undone(life) == {"second": 15} and life.standing.purses["points"].available == 0
    assert found[0] == found[1] == found[2]


def test_points_that_paid_after_a_part_had_come_back_come_back_with_the_rest() -> None:
    """Half of Ada's purchase has come back when she pays for it with points: all of them are hers again in the end."""
    life = live(Kernel(loaded(programme_text("earn: {rules: [{id: base, points: 1, per: 10.00}]}"))), [
        Plan(PURCHASE, 0, (50_000,), {"quantity": [1]}, currency="DKK"),
        Plan(PURCHASE, 9, (8_000,), {"quantity": [1]}, currency="DKK"),
        Plan(RETURN, 9, which=1, shares=(500,)),
        Plan(REDEMPTION, 9, shares=(500,)),
    ])  # fmt: skip
    (spent,) = life.origins[1].spent
    back = []
    for net in (1_000, 3_000):
        outcome = tell(life, Event(RETURN, "back", life.now, nets=[net], origin=replace(life.origins[1])))
        note_spent(life.lots, life.origins, None, outcome)
        back.append(life.origins[1].spent[0].returned)
    assert (spent.amount, back) == (27, [16, 27])


# A purchase that cost nothing cannot come back.
PAID = [plan for plan in BASKETS if sum(plan.nets)]
BOUGHT = lives([PAID], (*SOON, *MONTHS)).map(lambda story: [plan for plan in story if sum(plan.nets)][:8])


def all_back(life: Life, order: Sequence[int], days: int) -> None:
    """Every purchase comes back whole, in some order, a few minutes apart, beginning `days` after the last one."""
    at = life.now + days * DAY_MINUTES * MINUTE_US
    for number in order:
        origin = life.origins[number]
        at += MINUTE_US
        tell(life, Event(RETURN, f"back {number}", at, nets=list(origin.nets), origin=replace(origin)))


@law
@given(
    programmes(Lean(tiered=True)) | programmes(Lean(tiered=True, counting=True, waiting=True)),
    BOUGHT,
    st.sampled_from((0, 2, 20, 70, 400)),
    st.data(),
)
def test_when_all_comes_back_nothing_is_left_of_points_progress_tiers_caps_and_counts(
    programme: Programme, story: list[Plan], days: int, data: st.DataObject
) -> None:
    assume(story)
    # Points that expired after they had counted are beyond what can be told apart.
    assume(not programme.tiers or programme.tiers.pending_counts or not programme.currency("stars").expiry)
    life = live(Kernel(programme), story)
    order = data.draw(st.permutations(range(len(life.origins))))
    all_back(life, order, days)
    granted: Counter[str] = Counter()
    for outcome in life.outcomes:
        for entry in outcome.entries:
            if entry.kind == ACCRUAL and entry.rule:
                granted[entry.rule.id] += entry.amount
    lapsed = [entry for outcome in life.outcomes for entry in outcome.entries if entry.kind == LAPSE]
    assume(not lapsed)  # what waited in vain is left alone by a return
    assert undone(life) == granted
    standing = life.standing
    assert standing.tier == 0
    assert standing.tier_until == standing.grace_until == standing.total == 0
    assert sum(amount for _, amount in standing.progress) == 0
    assert not any(standing.counts.values())
    assert not any(one.counted or one.gifts for one in standing.streaks.values())
    assert not any(points for periods in standing.used.values() for _, points in periods)
    assert not any(purse.available or purse.pending for purse in standing.purses.values())
    if not life.kernel.terms.counted_by:  # a gift by days or periods leaves its fraction
        assert not any(purse.carry for purse in standing.purses.values())


@law
@given(programmes(Lean(reconsidered=True)), lives((PAID, PAID, RETURNS), (*SOON, *MONTHS)))
def test_a_gift_that_is_reconsidered_is_there_whole_while_what_is_left_meets_its_threshold_and_then_gone_whole(
    programme: Programme, story: list[Plan]
) -> None:
    life = live(Kernel(programme), [])
    rules = {rule.id: rule for rule in programme.earn.rules}
    given: dict[str, Counter[str]] = {}
    fell: set[tuple[str, str]] = set()
    taken: Counter[tuple[str, str]] = Counter()
    for event in live(Kernel(programme), story).events:
        outcome = tell(life, event)
        if event.type == PURCHASE:
            gifts = [entry for entry in outcome.entries if entry.kind == ACCRUAL and entry.rule]
            given[event.id] = Counter({entry.rule.id: entry.amount for entry in gifts if entry.rule})
        if outcome.refusal or not event.origin:
            continue
        origin = event.origin
        left = [net - gone - now for net, gone, now in zip(origin.nets, origin.returned, event.nets, strict=True)]
        lines = [{"net": rest} for rest, net in zip(left, origin.nets, strict=True) if rest or not net]
        values = {"total": sum(left), "lines": len(lines), "segments": ("vip",)}
        for entry in outcome.entries:
            if entry.kind == CLAWBACK and entry.rule:
                taken[origin.event, entry.rule.id] += entry.amount
        for id, points in outcome.forgiven:
            taken[origin.event, id] += points
        for seq, points in outcome.gone:
            taken[origin.event, next(grant.rule for grant in origin.grants if grant.seq == seq)] += points
        lapsed = {grant.rule for grant in origin.grants if grant.seq in life.ended.lapsed}
        for id, amount in given[origin.event].items():
            rule = rules[id]
            while len(rule.of) == 1:
                rule = rules[rule.of[0]]
            if rule.on_return == "reconsider" and rule.when:
                if not any(left) or not rule.when.function()(values, lines):
                    fell.add((origin.event, id))
                assert id in lapsed or taken[origin.event, id] == (amount if (origin.event, id) in fell else 0)


@law
@given(programmes(Lean(caps=(0,), tiered=False, rounding="order")), lives((BASKETS, OCCASIONS, WHOLE, RETURNS), SOON))
def test_a_gift_by_count_is_never_given_for_fewer_events_than_stay(programme: Programme, story: list[Plan]) -> None:
    life = live(Kernel(programme), [])
    rules = {rule.id: rule for rule in programme.earn.rules if rule.every or rule.streak}
    # Of a streak or of days a period counts once, as long as one event stands for it, and a gift is for so many periods.
    every = {id: rule.streak.length if rule.streak else rule.every or 0 for id, rule in rules.items()}
    stand: dict[str, dict[object, set[str]]] = {rule: {} for rule in every}
    gifts: dict[str, set[object]] = {rule: set() for rule in every}
    for event in live(Kernel(programme), story).events:
        outcome = tell(life, event)
        day = life.kernel.terms.zone.local(outcome.at)[0]
        keys = {id: _period(rule, event.id, day) for id, rule in rules.items()}
        for named in set(outcome.counted):
            rule = named.removeprefix(JOINED)
            stand[rule].setdefault(keys[rule], set()).add(event.id)
        for entry in outcome.entries:
            if entry.kind == ACCRUAL and entry.rule and entry.rule.id in every:
                rule = entry.rule.id
                gifts[rule].add(keys[rule])
                assert len(stand[rule]) >= every[rule] * len(gifts[rule])
        if outcome.refusal is None and event.origin and any(event.nets):
            gone = [before + now for before, now in zip(event.origin.returned, event.nets, strict=True)]
            for rule, periods in stand.items() if gone == list(event.origin.nets) else ():
                for key in list(periods):
                    periods[key].discard(event.origin.event)
                    if not periods[key]:
                        del periods[key]
                        gifts[rule].discard(key)


def _period(rule: Rule, event: str, day: int) -> object:
    if rule.streak:
        return period_key(rule.streak.per, day)
    return day if rule.count == "days" else event


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from("ABC"), st.integers(1, 9)), max_size=12))
def test_who_spent_nothing_owes_nothing_when_everything_has_come_back(
    steps: Sequence[tuple[int, str, int]],
) -> None:
    ada = Member(
        "currencies: [{id: points, pending: {days: 14}, debt: yes,"
        " expiry: {after: earning, months: 1, notice: none}}]\n"
        "earn: {rules: [{id: base, points: 1, per: 10.00}]}\n"
    )
    left: dict[str, int] = {}
    today = date(2026, 3, 2)
    for days, name, part in steps:
        today += timedelta(days=days)
        if name not in left:
            ada.does(f"{today} 12:00", f"buys 100.00 as {name}")
            left[name] = 10
        elif left[name] > part:
            ada.does(f"{today} 12:00", f"returns {part}0.00 of {name}")
            left[name] -= part
    for name in left:
        ada.does(f"{today} 13:00", f"returns {name}")
    assert ada.standing.purse("points").debt == 0


def test_progress_that_a_correction_took_is_not_lost_again_with_the_return() -> None:
    ada = Member(
        "currencies: [{id: miles, kind: qualifying}, {id: points}]\n"
        "earn: {rules: [{id: base, currency: miles, points: 1, per: 10.00}]}\n"
        "tiers: {counts: miles, window: calendar_year, levels: [{id: guest, at: 0}, {id: gold, at: 100}]}\n"
    )
    progress = []
    for day, what in enumerate(
        ("buys 50.00", "buys 100.00 as lamp", "loses 4 because wrong-price correcting 2", "returns lamp"), start=2
    ):
        ada.does(f"2026-03-{day:02}", what)
        progress.append(ada.standing.total)
    assert progress == [5, 15, 11, 5]
