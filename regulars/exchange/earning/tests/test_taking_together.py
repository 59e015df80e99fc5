"""Several callers in one transaction: each gets what it would have got alone, one after the other."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from regulars.exchange.earning.recording import DUPLICATE, Result, Telling, take, take_together
from regulars.exchange.earning.tests.cast import NOW, Line, account, fresh, pots, purchase, redemption, returned
from regulars.exchange.ledger.proving import prove
from regulars.ground.members.enrolling import accounts_of
from regulars.ground.publishing.versions import versions

pytestmark = pytest.mark.usefixtures("harbour")


def tellings(ada: str, bruno: str) -> list[Telling]:
    """A till, the shop and the till again, about the same two members."""
    bought = purchase(ada, "2024-03-04 15:00", Line(5_000), Line(2_000, "Private"))
    named = purchase(ada, "2024-03-05 10:00", Line(9_900))
    named.id = bought.id  # the shop's own receipt of that number
    spent = redemption(ada, "2024-04-08 09:00", 30, id=bought.id)
    return [
        Telling([bought, purchase(bruno, "2024-03-04 16:00", Line(700))], "till", True, True),
        Telling([named, returned(ada, "2024-03-06 10:00", named, {"1": 900})], "shop", False, True),
        Telling([spent, bought, replace(named, member=bruno)], "till", False, True),
        Telling([returned(ada, "2024-04-09 10:00", bought)], "till", False, True),
        Telling(
            [redemption(ada, "2024-04-10 09:00", 10_000), purchase("nobody", "2024-04-10", Line(100))], "shop", False
        ),
    ]


def told(results: list[list[Result]]) -> list[list[tuple[Any, ...]]]:
    return [[(one.status, one.points, one.refusal and one.refusal.code) for one in own] for own in results]


def one_by_one(asked: list[Telling]) -> list[list[Result]]:
    return [take(one.events, one.source, NOW, one.create, one.history) for one in asked]


def whole(asked: list[Telling]) -> list[list[Result]]:
    return take_together(asked, NOW, versions())


def after_the_first(asked: list[Telling]) -> list[list[Result]]:
    return one_by_one(asked[:1]) + take_together(asked[1:], NOW, versions())


@pytest.mark.parametrize("way", [whole, after_the_first])
def test_together_is_one_after_the_other(way: Callable[[list[Telling]], list[list[Result]]]) -> None:
    """Also where one caller spends what another's purchase is told to have earned, and a third brings that back."""
    ada, bruno, twin, other = fresh("ada"), fresh("bruno"), fresh("ada"), fresh("bruno")
    assert told(way(tellings(ada, bruno))) == told(one_by_one(tellings(twin, other)))
    assert pots(ada) == pots(twin) and pots(bruno) == pots(other)
    assert prove([account(name) for name in (ada, bruno)]).differences == ()


def test_a_caller_may_enrol_for_all_of_a_batch() -> None:
    ada = fresh("ada")
    first, second = (purchase(ada, when, Line(1_000)) for when in ("2024-03-04", "2024-03-02"))
    results = take_together([Telling([first], "till", False), Telling([second], "shop", True)], NOW, versions())
    assert [one.status for own in results for one in own] == ["recorded", "recorded"]


def test_the_same_event_of_two_callers_is_recorded_once() -> None:
    event = purchase(fresh("ada"), "2024-03-04", Line(1_000))
    (first,), (again,) = take_together(
        [Telling([event], "till", True), Telling([replace(event)], "till", True)], NOW, versions()
    )
    assert (again.status, again.event) == (DUPLICATE, first.event)


def test_what_cannot_be_kept_leaves_nothing_of_the_whole_batch() -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    huge = [purchase(bruno, "2024-03-04", Line(1 << 62)) for _ in range(2)]
    with pytest.raises((DatabaseError, struct.error)), transaction.atomic():
        take_together(
            [Telling([purchase(ada, "2024-03-04", Line(1_000))], "till", True), Telling(huge, "till", True)],
            NOW, versions(),
        )  # fmt: skip
    assert accounts_of([ada, bruno]) == {}
