"""A new version of the programme touches only later events; what is under way is kept."""

from __future__ import annotations

from datetime import date

import pytest

from regulars.engine.events import PURCHASE, Event
from regulars.engine.kernel import Kernel
from regulars.engine.standing import dump
from regulars.engine.tests.test_laws_of_the_fold import stored, told
from regulars.engine.tests.worked import Member, programme_text
from regulars.programme.loading import load

BASE = "earn: {rules: [{id: base, points: 1, per: 10.00}]}"


def under(member: Member, fragment: str) -> Member:
    """The member under another version from now on."""
    member.programme = load(programme_text(fragment))
    member.kernel = Kernel(member.programme)
    member.first = member.programme.currencies[0].id
    return member


def test_the_fraction_that_waits_is_kept_when_rates_become_finer() -> None:
    ada = Member(BASE)
    ada.does("2026-03-02", "buys 5.00")
    under(ada, "earn: {rules: [{id: base, points: 1, per: 30.00}]}")
    assert ada.does("2026-03-03", "buys 14.99") == "nothing"
    assert ada.does("2026-03-04", "buys 0.01") == "base 1"


def test_the_fraction_that_waits_is_rounded_up_for_the_member_when_rates_become_coarser() -> None:
    bruno = Member(BASE)
    bruno.does("2026-03-02", "buys 3.33")
    under(bruno, "earn: {rules: [{id: cups, points: 1/2, per: item}]}")
    assert bruno.does("2026-03-03", "buys 1.00 quantity 1") == "cups 1"


def test_a_return_takes_back_what_was_granted_not_what_the_rules_say_today() -> None:
    carmen = Member(BASE)
    carmen.does("2026-03-02", "buys 100.00 as lamp")
    under(carmen, "earn: {rules: [{id: base, points: 2, per: 10.00}]}")
    carmen.does("2026-03-03", "buys 100.00")
    assert carmen.does("2026-03-04", "returns lamp") == "base -10"


def test_a_return_takes_back_points_of_a_rule_that_is_gone() -> None:
    dagny = Member(BASE)
    dagny.does("2026-03-02", "buys 100.00 as lamp")
    under(dagny, "earn: {rules: [{id: other, points: 2, per: 10.00}]}")
    assert dagny.does("2026-03-04", "returns lamp") == "base -10"
    assert dagny.has() == "nothing"


def test_points_of_a_currency_that_is_gone_stay_where_they_are_and_can_be_taken_back() -> None:
    ada = Member(BASE)
    ada.does("2026-03-02", "buys 100.00 as lamp")
    under(ada, "currencies: [{id: miles}]\nearn: {rules: [{id: base, points: 1, per: 10.00}]}")
    assert ada.does("2026-03-03", "buys 50.00") == "base 5"
    assert ada.standing.purses["points"].available == 10
    assert ada.does("2026-03-04", "returns 50.00 of lamp") == "base -5 points"
    assert ada.standing.purses["points"].available == 5


def test_a_count_under_way_is_kept_when_the_rule_becomes_more_generous() -> None:
    bruno = Member("earn: {rules: [{id: tenth, points: 50, every: 10}]}")
    for day in range(2, 9):
        bruno.does(f"2026-03-0{day}", "buys 5.00")
    under(bruno, "earn: {rules: [{id: tenth, points: 50, every: 5}]}")
    assert bruno.does("2026-03-10", "buys 5.00") == "tenth 50"


def test_a_cap_lowered_below_what_was_given_gives_nothing_more_and_takes_nothing_back() -> None:
    carmen = Member(BASE)
    capped = (
        "earn: {rules: [{id: base, points: 1, per: 10.00}], caps: [{id: all, per: ever, most: 100, at_edge: clip}]}"
    )
    under(carmen, capped)
    carmen.does("2026-03-02", "buys 500.00")
    under(carmen, capped.replace("100", "20"))
    assert carmen.does("2026-03-03", "buys 500.00") == "cap all kept back 50 of base"
    assert carmen.has() == "50 points"


def test_a_return_gives_no_more_room_under_a_cap_than_had_been_used_of_it() -> None:
    rules = "{id: base, points: 1, per: 10.00}, {id: gift, points: 5}"
    capped = "earn: {rules: [%s], caps: [{id: all, rules: [%s], per: ever, most: 20, at_edge: clip}]}"
    dagny = Member(capped % (rules, "base"))
    assert dagny.does("2026-03-02", "buys 100.00 as lamp") == "base 10, gift 5"
    under(dagny, capped % (rules, "base, gift"))
    assert dagny.does("2026-03-03", "returns lamp") == "base -10, gift -5"
    dagny.does("2026-03-04", "buys 500.00")
    assert dagny.has() == "20 points"


LEVELS = "tiers: {counts: spend, window: {rolling_months: 12}, levels: [%s]}"
THREE = LEVELS % "{id: guest, at: 0}, {id: mate, at: 100.00}, {id: captain, at: 300.00}"


def moves(member: Member) -> list[tuple[str, str, str]]:
    """The tier moves of what the member did last."""
    return [(move.source, move.target, move.why) for move in member.outcome.moves]


def captain() -> Member:
    ada = Member(f"{BASE}\n{THREE}")
    ada.does("2026-03-02", "buys 400.00")
    assert moves(ada) == [("guest", "captain", "reached")]
    return ada


def test_a_tier_that_a_version_no_longer_has_becomes_its_highest_one() -> None:
    ada = under(captain(), f"{BASE}\n{LEVELS % '{id: guest, at: 0}, {id: mate, at: 100.00}'}")
    ada.does("2026-03-03", "buys 5.00")
    assert moves(ada) == [("captain", "mate", "version")]
    assert ada.kernel.settle(ada.standing, ada.standing.day + 800).moves[-1].target == "guest"


def test_a_tier_keeps_its_id_wherever_a_version_puts_it() -> None:
    wanted = "{id: guest, at: 0}, {id: bosun, at: 50.00}, {id: mate, at: 100.00}, {id: captain, at: 300.00}"
    ada = under(captain(), f"{BASE}\n{LEVELS % wanted}")
    ada.does("2026-03-03", "buys 5.00")
    assert moves(ada) == []
    assert (ada.standing.tier, ada.standing.ranks[-1][1]) == (3, 3)


def test_a_tier_of_another_name_is_told_and_one_stays_where_one_stood() -> None:
    ada = under(
        captain(), f"{BASE}\n{LEVELS % '{id: guest, at: 0}, {id: mate, at: 100.00}, {id: admiral, at: 300.00}'}"
    )
    assert [move.why for move in ada.kernel.settle(ada.standing, ada.standing.day + 1).moves] == ["version"]
    assert ada.standing.tier == 2


def test_no_return_lowers_a_tier_that_was_set_by_hand_when_a_version_has_none_above_it() -> None:
    ada = Member(f"{BASE}\n{THREE}")
    ada.does("2026-03-01", "becomes mate because friend")
    assert ada.does("2026-03-02", "buys 400.00 as boat") == "base 40, reached captain"
    under(ada, f"{BASE}\n{LEVELS % '{id: guest, at: 0}, {id: mate, at: 100.00}'}")
    assert ada.does("2026-03-03", "returns boat") == "version mate, base -40"
    assert ada.has() == "mate until 2027-03-02"


def test_a_version_without_tiers_ends_them_and_the_night_goes_on() -> None:
    ada = under(captain(), BASE)
    ada.does("2026-03-03", "buys 5.00")
    assert moves(ada) == [("captain", "", "version")]
    assert ada.kernel.settle(ada.standing, ada.standing.day + 800).moves == []


def test_points_are_spent_from_the_only_currency_there_is_unless_one_is_named() -> None:
    ada = Member(BASE)
    ada.does("2026-03-02", "buys 100.00")
    spent = ada.kernel.step(ada.standing, Event("redemption", "r", 1_772_700_000_000_000, points=4))
    assert (spent.refusal, spent.entries[-1].currency, spent.entries[-1].amount) == (None, "points", 4)
    under(
        ada,
        "currencies: [{id: points}, {id: miles}]\nearn: {rules: [{id: base, currency: points, points: 1, per: 10.00}]}",
    )
    unclear = ada.kernel.step(ada.standing, Event("redemption", "s", 1_772_700_000_000_000, points=4))
    assert unclear.refusal is not None and "say points or miles" in unclear.refusal.sentence


def test_a_thousand_multipliers_upon_one_another_are_compiled_and_counted() -> None:
    rules = "".join(f"    - {{id: r{n}, times: 2, of: [{f'r{n - 1}' if n else 'base'}]}}\n" for n in range(1_000))
    ada = Member(f"earn:\n  rules:\n    - {{id: base, points: 1, per: 10.00}}\n{rules}")
    assert ada.does("2026-03-02", "buys 10.00").startswith("base 1, r0 1, r1 1")
    assert ada.standing.purse("points").available == 1_001


def test_a_tier_reached_while_tiers_never_fell_is_kept_and_one_with_an_end_loses_that() -> None:
    never = f"{BASE}\n{THREE[:-1]}, fall: never}}"
    ada = under(captain(), never)
    assert ada.has() == "40 points, captain until 2027-03-02"
    ada.does("2027-03-03", "sleeps")
    assert moves(ada) == [("captain", "captain", "renewed")]
    under(ada, f"{BASE}\n{THREE}")
    ada.does("2040-01-01", "sleeps")
    assert ada.has() == "40 points, captain without end"


@pytest.mark.parametrize(
    "tiers", ["", "tiers: {counts: spend, window: {rolling_months: 3}, levels: [{id: guest, at: 0}]}"]
)
def test_what_falls_due_under_another_version_is_the_same_whether_the_account_was_stored_or_not(tiers: str) -> None:
    text = (
        "currencies: [{id: points, expiry: {after: inactivity, months: %s, notice: none}}]\n"
        "earn: {rules: [{id: base, points: 1, per: 1.00}]}\n" + tiers
    )
    first, second = (Kernel(load(programme_text(text % months))) for months in (3, 1))
    day, at = date(2024, 1, 5).toordinal(), 1_704_450_000_000_000
    in_memory = first.open()
    first.step(in_memory, Event(PURCHASE, "p1", at, "DKK", [2_000], {"quantity": [1]}))
    first.settle(in_memory, day + 20)
    from_rows = stored(in_memory)
    outcomes = [second.settle(standing, day + 40) for standing in (in_memory, from_rows)]
    assert told(outcomes[0]) == told(outcomes[1])
    assert [entry.kind for entry in outcomes[0].entries] == ["expiry"]
    assert dump(in_memory) == dump(from_rows)
