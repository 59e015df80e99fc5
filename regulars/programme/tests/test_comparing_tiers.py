"""A tier that comes, or is reached sooner, is good only for whoever loses nothing by being in it."""

from __future__ import annotations

import pytest

from regulars.programme.checks.sampling import good_programme
from regulars.programme.comparing import Difference, differences
from regulars.programme.judging import Effect
from regulars.programme.loading import load
from regulars.programme.notice import owed
from regulars.programme.tests.shops import edited

GOOD, ADVERSE, DEVALUING = Effect.GOOD, Effect.ADVERSE, Effect.DEVALUING

_ALL = good_programme()
_FRIENDS = _ALL[_ALL.index("    - id: friends") : _ALL.index("\ntiers:")]
#: Ada's bakery, in which no rule asks for a tier.
BAKERY = edited(_FRIENDS, "", _ALL)
FAMILY = "    - {id: family, title: Family, at: 6000}\n"
TOP = FAMILY + "    - {id: top, title: Top, at: 9000}\n"
USUAL = "your usual is kept for you, kind: usual"

#: What only the family has: an edit of the bakery, and the tier that has it there.
GIVEN = {
    "perk": (USUAL, USUAL + ", tiers: family"),
    "perk_when": (USUAL, USUAL + ", when: 'tier == \"family\"'"),
    "reward": ("costs: 9.00}", "costs: 9.00, when: 'tier == \"family\"'}"),
    "club": ("    price: 588.00\n", '    price: 588.00\n    when: tier == "family"\n'),
    "moment": ("    kind: anniversary\n", '    kind: anniversary\n    when: tier == "family"\n'),
    "offer": ("{tenure_days: {least: 730}}", "{tenure_days: {least: 730}, tiers: family}"),
    "offer_when": ("{tenure_days: {least: 730}}", "{tenure_days: {least: 730}, when: 'tier == \"family\"'}"),
    "referrals": ("  shows_reward: yes\n", '  shows_reward: yes\n  when: tier == "family"\n'),
}  # fmt: skip


def found(old: str, new: str) -> dict[str, Difference]:
    return {f"{one.kind} {one.id}": one for one in differences(load(old), load(new))}


@pytest.mark.parametrize("name", GIVEN)
def test_a_tier_above_the_family_takes_what_only_the_family_has(name: str) -> None:
    """Ada has spent 9000: in the new tier she has no usual, no loaf, no club any more."""
    old = edited(*GIVEN[name], BAKERY)
    assert found(old, edited(FAMILY, TOP, old))["level top"].effect is ADVERSE
    assert owed(load(old), load(edited(FAMILY, TOP, old))).notice_days == 60


@pytest.mark.parametrize("name", GIVEN)
def test_a_tier_that_has_all_that_the_family_has_takes_nothing(name: str) -> None:
    before, after = GIVEN[name]
    old = edited(before, after, BAKERY)
    both = after.replace("tiers: family", "tiers: [family, top]").replace(
        'tier == "family"', 'tier in ("family", "top")'
    )
    told = found(old, edited(FAMILY, TOP, edited(before, both, BAKERY)))
    assert told["level top"].effect is GOOD
    assert owed(load(BAKERY), load(edited(FAMILY, TOP, BAKERY))).notice_days == 0


def test_a_lower_threshold_takes_what_the_tier_just_left_has() -> None:
    """Bruno has spent 3000 and is a friend; as one of the family he would not have his usual."""
    lower = FAMILY.replace("6000", "2100")
    friends = edited(USUAL, USUAL + ", tiers: friend", BAKERY)
    assert found(friends, edited(FAMILY, lower, friends))["level family"].effect is ADVERSE
    both = edited(USUAL, USUAL + ", tiers: [friend, family]", BAKERY)
    assert found(both, edited(FAMILY, lower, both))["level family"].effect is GOOD


def test_a_tier_between_two_takes_what_the_one_below_has_from_those_who_were_in_it() -> None:
    between = "    - {id: cousin, title: Cousin, at: 4000}\n" + FAMILY
    friends = edited(USUAL, USUAL + ", tiers: [friend, family]", BAKERY)
    assert found(friends, edited(FAMILY, between, friends))["level cousin"].effect is ADVERSE
    family = edited(USUAL, USUAL + ", tiers: family", BAKERY)
    assert found(family, edited(FAMILY, between, family))["level cousin"].effect is GOOD


def test_two_new_tiers_are_measured_by_the_tier_that_was_there_before() -> None:
    old = edited(USUAL, USUAL + ", tiers: family", BAKERY)
    higher = TOP + "    - {id: summit, title: Summit, at: 12000}\n"
    told = found(old, edited(FAMILY, higher, old))
    assert (told["level top"].effect, told["level summit"].effect) == (ADVERSE, ADVERSE)


def test_a_tier_in_which_points_may_be_taken_that_were_safe_below_it_devalues_them() -> None:
    safe = edited("    when: newsletter\n", '    when: tier in ("guest", "top")\n', edited(FAMILY, TOP, BAKERY))
    old = edited("    when: newsletter\n", '    when: tier == "guest"\n', BAKERY)
    assert found(old, safe)["level top"].effect is DEVALUING
