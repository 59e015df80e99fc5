"""What points already earned buy: an attack on it is a devaluation however it is written, and a fair change is none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from regulars.programme.comparing import Difference, differences
from regulars.programme.judging import Effect
from regulars.programme.loading import load
from regulars.programme.tests.shops import HARBOUR, edited

GOOD, ADVERSE, DEVALUING = Effect.GOOD, Effect.ADVERSE, Effect.DEVALUING

DEMO = (Path(__file__).parents[3] / "programmes" / "harbour.yaml").read_text("utf-8")
COFFEE = "  - {id: coffee, title: a coffee, kind: product, points: 100, worth: 3.00}\n"
MUG = "  - {id: mug, title: a mug, kind: product, points: 600, worth: 18.00}\n"
FIVE_OFF = "  - {id: off, title: five off, kind: discount, points: 500, worth: 5.00, share: 0.5}\n"
SHOP = HARBOUR + "\nrewards:\n" + COFFEE + MUG + FIVE_OFF


def effects(old: str, new: str) -> dict[str, Effect]:
    return {f"{one.kind} {one.id}": one.effect for one in told(old, new)}


def told(old: str, new: str) -> tuple[Difference, ...]:
    return differences(load(old), load(new))


def with_coffee(*more: str) -> str:
    """The shop with something added to its coffee."""
    return edited(COFFEE, COFFEE.replace("}", f", {', '.join(more)}}}"), SHOP)


@pytest.mark.parametrize(
    "key",
    ["when: '\"nobody\" in segments'", "limit: {most: 1, per: ever}", "valid_days: 1"],
)
def test_whoever_closes_every_reward_takes_from_points_already_earned(key: str) -> None:
    begin = DEMO.index("\nrewards:\n")
    rewards = re.sub(r"\n    (limit|when|valid_days): [^\n]*", "", DEMO[begin:])
    old = DEMO[:begin] + rewards
    new = DEMO[:begin] + re.sub(r"\n    kind: \w+", lambda kind: f"{kind[0]}\n    {key}", rewards)
    found = effects(old, new)
    assert len(found) == rewards.count("\n    kind: ") and set(found.values()) == {DEVALUING}
    assert set(effects(new, old).values()) == {GOOD}


def test_when_the_cheap_rewards_go_a_dearer_one_that_stays_is_no_comfort() -> None:
    assert effects(SHOP, edited(COFFEE, "", SHOP)) == {"reward coffee": DEVALUING}


def test_a_coffee_that_becomes_a_donation_is_no_coffee() -> None:
    given = COFFEE.replace("kind: product", "kind: donation")
    (one,) = told(SHOP, edited(COFFEE, given, SHOP))
    assert [(aspect.name, aspect.effect) for aspect in one.aspects] == [("kind", DEVALUING)]
    renamed = given.replace("id: coffee", "id: gift")
    assert effects(SHOP, edited(COFFEE, renamed, SHOP))["reward coffee"] is DEVALUING


@pytest.mark.parametrize(
    "instead",
    [
        "points: 100, worth: 3.00", "points: 90, worth: 3.50", "points: {least: 80, most: 100}, worth: 3.00",
        "points: 100, worth: 3.00, fulfil_hours: 48",
    ],
)  # fmt: skip
def test_a_reward_that_is_replaced_by_one_as_good_is_a_choice_less(instead: str) -> None:
    other = "  - {id: tea, title: a tea, kind: product, points: 100, worth: 3.00}\n".replace(
        "points: 100, worth: 3.00", instead
    )
    assert effects(SHOP, edited(COFFEE, other, SHOP)) == {"reward coffee": ADVERSE, "reward tea": GOOD}


@pytest.mark.parametrize(
    "worse",
    [
        "points: 101, worth: 3.00", "points: 100, worth: 2.99", "points: 100",
        "points: {least: 100, most: 120}, worth: 3.00", "points: 100, worth: 3.00, valid_days: 30",
        "points: 100, worth: 3.00, limit: {most: 5, per: day}",
        "points: 100, worth: 3.00, when: 'tier == \"captain\"'",
    ],
)  # fmt: skip
def test_a_reward_that_is_replaced_by_a_worse_one_takes_from_points_already_earned(worse: str) -> None:
    other = f"  - {{id: tea, title: a tea, kind: product, {worse}}}\n"
    assert effects(SHOP, edited(COFFEE, other, SHOP)) == {"reward coffee": DEVALUING, "reward tea": GOOD}


@pytest.mark.parametrize("key", ["limit: {most: 1, per: week}", "valid_days: 10", "when: 'tier == \"captain\"'"])
def test_a_reward_that_is_narrowed_beside_one_as_good_is_adverse_and_widened_again_it_is_good(key: str) -> None:
    tea = "  - {id: tea, title: a tea, kind: product, points: 100, worth: 3.00}\n"
    assert effects(SHOP, with_coffee(key)) == {"reward coffee": DEVALUING}
    assert effects(SHOP + tea, with_coffee(key) + tea) == {"reward coffee": ADVERSE}
    assert effects(with_coffee(key), SHOP) == {"reward coffee": GOOD}


def test_one_more_reward_and_a_wider_condition_take_nothing() -> None:
    assert effects(edited(COFFEE, "", SHOP), SHOP) == {"reward coffee": GOOD}
    few, more = (f"when: 'tier in ({names})'" for names in ('"mate", "captain"', '"deckhand", "mate", "captain"'))
    assert effects(with_coffee(few), with_coffee(more)) == {"reward coffee": GOOD}
    assert effects(with_coffee(more), with_coffee(few)) == {"reward coffee": DEVALUING}


def test_a_smaller_share_of_the_bill_takes_and_a_larger_one_gives() -> None:
    assert effects(SHOP, edited("share: 0.5", "share: 0.1", SHOP)) == {"reward off": DEVALUING}
    assert effects(edited("share: 0.5", "share: 0.1", SHOP), SHOP) == {"reward off": GOOD}


def test_money_off_in_smaller_pieces_is_as_good_and_goods_are_not_cut() -> None:
    """Bruno's 500 points take off five times one dollar; six coffees are no mug, and one of the five is not five."""
    one_off = "  - {id: one, title: one off, kind: discount, points: 100, worth: 1.00, share: 0.5}\n"
    assert effects(SHOP, edited(FIVE_OFF, one_off, SHOP))["reward off"] is ADVERSE
    once = one_off.replace("share: 0.5", "share: 0.5, limit: {most: 1, per: day}")
    assert effects(SHOP, edited(FIVE_OFF, once, SHOP))["reward off"] is DEVALUING
    assert effects(SHOP, edited(MUG, "", SHOP)) == {"reward mug": DEVALUING}


def test_what_states_no_worth_is_replaced_only_by_what_is_called_the_same() -> None:
    ride = "  - {id: ride, title: a ride, kind: service, points: 100}\n"
    tram = ride.replace("id: ride", "id: tram")
    assert effects(SHOP + ride, SHOP + tram)["reward ride"] is ADVERSE
    assert effects(SHOP + ride, SHOP + tram.replace("a ride", "a wave"))["reward ride"] is DEVALUING


def test_money_off_that_states_no_worth_is_worth_what_the_points_are() -> None:
    old = "  - {id: bill, title: off the bill, kind: credit, points: 400}\n"
    new = "  - {id: till, title: off at the till, kind: credit, points: 400, worth: 4.00}\n"
    assert effects(SHOP + old, SHOP + new)["reward bill"] is ADVERSE
    assert effects(SHOP + old, SHOP + new.replace("4.00", "3.99"))["reward bill"] is DEVALUING


MILL = """partners:
  - id: mill
    title: the mill
    currency: points
    BUYS
    settlement: {every: month, issued: 0.01}
    card_linking: never
"""


def test_a_partner_that_takes_points_no_longer_takes_from_them_unless_another_does() -> None:
    begin, end = "burns: {points: 100, worth: 1.00}", "earns: {points: 1, per: 10.00}"
    both = MILL.replace("BUYS", f"{begin}\n    {end}")
    other = "\n".join(MILL.replace("BUYS", begin).replace("mill", "dairy").split("\n")[1:])
    assert effects(SHOP + both, SHOP + MILL.replace("BUYS", end)) == {"partner mill": DEVALUING}
    assert effects(SHOP + both, SHOP) == {"partner mill": DEVALUING}
    assert effects(SHOP + MILL.replace("BUYS", end), SHOP) == {"partner mill": ADVERSE}
    assert effects(SHOP + both + other, SHOP + "partners:\n" + other) == {"partner mill": ADVERSE}
    assert effects(SHOP + both + other, SHOP + MILL.replace("BUYS", end) + other) == {"partner mill": ADVERSE}
