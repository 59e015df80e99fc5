"""Perks need no money, staff may put things right, and what they are measured by is written down."""

from __future__ import annotations

import pytest

from regulars.programme.loading import load
from regulars.programme.service import Perk, Service, Target
from regulars.programme.tests.shops import SMALL, errors

CLUB = "clubs:\n  - {id: loaf, title: Bread Club, price: 49, gives: {goods: a loaf, worth: 32}}\n"
QUEUE = (
    CLUB + "service:\n  authority: 200\n  perks:\n"
    "    - {id: queue, title: You are next, kind: priority_queue, tiers: friend}\n  targets:\n    - {measure: sales}\n"
)

#: What is replaced, by what, and the code of the problem it makes.
REFUSED = [
    ("tiers: friend", "tiers: captain", "unknown_reference"),
    ("tiers: friend", "clubs: cake", "unknown_reference"),
    ("tiers: friend", "when: total > 5", "condition_wrong_scope"),
    ("kind: priority_queue", "kind: usual, within_minutes: 5", "misplaced_key"),
    ("kind: priority_queue", "kind: throne", "not_a_choice"),
    ("authority: 200", "authority: 0", "out_of_range"),
    ("measure: sales", "measure: smiles", "not_a_choice"),
    ("  targets:", "    - {id: queue, title: Again, kind: usual}\n  targets:", "duplicate_id"),
]


def service(old: str = "", new: str = "") -> Service:
    return load(SMALL + QUEUE.replace(old, new, 1)).service


def test_without_the_section_there_are_no_perks_and_staff_must_ask() -> None:
    assert load(SMALL).service == Service((), None, ())


def test_a_perk_is_for_tiers_or_clubs_and_staff_may_give_up_to_a_limit() -> None:
    read = service()
    assert read.authority == 20000
    (queue,) = read.perks
    assert queue == Perk(
        "queue", dict.fromkeys(("en", "da"), "You are next"), "priority_queue", ("friend",), (), None, None
    )
    (both,) = service("tiers: friend", "clubs: [loaf], within_minutes: 5").perks
    assert (both.clubs, both.tiers, both.within_minutes) == (("loaf",), (), 5)


def test_a_target_is_the_teams_and_pays_nobody_unless_the_file_says_so() -> None:
    assert service().targets == (Target("sales", "team", False),)
    hard = service("{measure: sales}", "{measure: handle_time, of: person, pays: yes}")
    assert hard.targets == (Target("handle_time", "person", True),)


@pytest.mark.parametrize(("old", "new", "code"), REFUSED)
def test_what_is_wrong_with_service_is_said_by_name(old: str, new: str, code: str) -> None:
    assert [problem.code for problem in errors(SMALL + QUEUE.replace(old, new, 1))] == [code]
