"""What happened to one member, the latest first and page by page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from regulars.exchange.earning.acting import By, adjust, cancel, hold, redeem, transfer
from regulars.exchange.earning.housing import found, join, leave
from regulars.exchange.earning.merging import merge
from regulars.exchange.earning.tests.cast import account, fresh, purchase, redemption, returned, tell, visit
from regulars.ground.members.enrolling import own_accounts_of
from regulars.insight.journeys.last_visit import last_visits
from regulars.insight.journeys.timeline import Happened, Moved, timeline
from regulars.insight.journeys.year import Year, last_year

pytestmark = pytest.mark.usefixtures("harbour")


def told(member: str) -> list[str]:
    """Everything, one row per page or whatever stands together."""
    found: list[str] = []
    before = None
    while True:
        page = timeline(account(member), before, 1)
        found += [moment.type if isinstance(moment, Happened) else moment.target for moment in page.moments]
        if page.older is None:
            return found
        before = page.older


def test_a_purchase_says_what_it_was_for_and_what_it_gave() -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-04 15:00", 1000, 550, store="Quay"))
    (moment,) = timeline(account(ada), None, 10).moments
    assert isinstance(moment, Happened)
    assert (moment.type, moment.net, moment.lines, moment.store) == ("purchase", 1550, 2, "Quay")
    assert moment.points == {"points": 15}
    assert moment.at == datetime(2024, 3, 4, 15, tzinfo=UTC)


def test_a_return_and_a_redemption_take_points() -> None:
    ada = fresh("ada")
    first = purchase(ada, "2024-03-04 15:00", 10000)
    tell(first, redemption(ada, "2024-04-04 15:00", 40), returned(ada, "2024-04-05 15:00", first))
    events = [moment for moment in timeline(account(ada), None, 10).moments if isinstance(moment, Happened)]
    assert [(moment.type, moment.net, moment.points) for moment in events] == [
        ("return", 10000, {"points": -100}),  # all that was left, which tells no amount
        ("redemption", 0, {"points": -40}),
        ("purchase", 10000, {"points": 100}),
    ]


def test_twelve_months_are_less_what_came_back_whole_or_by_line() -> None:
    ada = fresh("ada")
    lamp, rug = purchase(ada, "2024-03-04 15:00", 10000), purchase(ada, "2024-03-05 15:00", 700)
    old = purchase(ada, "2023-03-05 15:00", 5000)
    tell(old, lamp, rug, returned(ada, "2024-03-06 15:00", lamp, {"1": 4000}))
    now = datetime(2024, 4, 1, 12, tzinfo=UTC)
    assert last_year(account(ada), "Europe/Berlin", now) == Year(6700, 2)
    tell(returned(ada, "2024-03-07 15:00", lamp), returned(ada, "2024-03-08 15:00", old))
    assert last_year(account(ada), "Europe/Berlin", now) == Year(700, 2)


def test_acts_say_what_came_to_the_member_and_what_went() -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    tell(purchase(ada, "2024-03-07 15:00", 10000), purchase(bruno, "2024-03-07 15:00", 100))

    def by(hour: int) -> By:
        return By("dagny", "desk", f"act-{hour}-{ada}", datetime(2024, 6, 1, hour, tzinfo=UTC))

    hold(ada, 20, "", 14, by(9))
    cancel(ada, redeem(ada, 30, "", by(10)).event, by(11))
    adjust(ada, -5, "", "wrong-price", by(12))
    transfer(ada, bruno, 40, "", by(13))
    events = [moment for moment in timeline(account(ada), None, 5).moments if isinstance(moment, Happened)]
    assert [(moment.type, moment.points) for moment in events] == [
        ("transfer out", {"points": -40}), ("adjustment", {"points": -5}), ("reversal", {"points": 30}),
        ("redemption", {"points": -30}), ("hold", {}),
    ]  # fmt: skip


def test_a_rise_stands_above_the_purchase_it_came_of() -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-04 15:00", 150000))
    rise, bought = timeline(account(ada), None, 10).moments
    assert isinstance(rise, Moved) and isinstance(bought, Happened)
    assert (rise.source, rise.target, rise.why, rise.at) == ("deckhand", "mate", "reached", bought.at)


def test_page_by_page_it_is_the_whole_and_nothing_twice() -> None:
    ada = fresh("ada")
    tell(*(purchase(ada, f"2024-03-{day:02} 15:00", 1000) for day in range(1, 8)), visit(ada, "2024-03-03 15:00"))
    whole = timeline(account(ada), None, 100)
    assert whole.older is None
    kinds = [moment.type for moment in whole.moments if isinstance(moment, Happened)]
    assert told(ada) == kinds and sorted(kinds) == ["purchase"] * 7 + ["visit"]


def test_what_happened_at_one_instant_stands_on_one_page() -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-01 15:00", 100), *(purchase(ada, "2024-03-02 15:00", 150000 + net) for net in range(3)))
    page = timeline(account(ada), None, 1)
    assert len([moment for moment in page.moments if isinstance(moment, Happened)]) == 3
    assert page.older == datetime(2024, 3, 2, 15, tzinfo=UTC)
    assert len(timeline(account(ada), page.older, 1).moments) == 1


def test_nobody_has_no_timeline() -> None:
    page = timeline(-1, None, 10)
    assert (list(page.moments), page.older) == ([], None)


def test_the_last_visit_is_the_latest_purchase_or_visit() -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    first = purchase(ada, "2024-03-04 15:00", 1000)
    tell(
        first,
        visit(ada, "2024-03-09 09:00"),
        returned(ada, "2024-03-10 09:00", first),
        purchase(bruno, "2024-01-01 09:00", 1),
    )
    assert last_visits([account(ada), account(bruno), -1]) == {
        account(ada): datetime(2024, 3, 9, 9, tzinfo=UTC),
        account(bruno): datetime(2024, 1, 1, 9, tzinfo=UTC),
    }


def kinds(member: str) -> list[str]:
    own = own_accounts_of([member])[member]
    return [
        moment.type if isinstance(moment, Happened) else f"{moment.why} {moment.target}"
        for moment in timeline(own, None, 50).moments
    ]


def test_in_a_household_a_member_has_their_own_past_and_what_their_number_told() -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    lamp = purchase(ada, "2024-03-04 15:00", 10000)
    tell(lamp, visit(bruno, "2024-03-05 15:00"))

    def by(day: int) -> By:
        return By("dagny", "desk", f"home-{day}-{ada}", datetime(2024, 4, day, tzinfo=UTC))

    home = found(ada, "", by(1)).household.number
    join(bruno, home, by(2))
    tell(purchase(bruno, "2024-04-03 15:00", 150000), purchase(ada, "2024-04-04 15:00", 500))
    tell(returned(ada, "2024-04-05 15:00", lamp, {"1": 4000}))  # recorded with the household
    assert kinds(ada) == ["return", "purchase", "reached mate", "household joined", "purchase"]
    assert kinds(bruno) == ["reached mate", "purchase", "household joined", "visit"]
    own = own_accounts_of([ada, bruno])
    now = datetime(2024, 5, 1, 12, tzinfo=UTC)
    assert last_year(own[ada], "Europe/Berlin", now) == Year(6500, 2)
    assert last_visits(list(own.values())) == {
        own[ada]: datetime(2024, 4, 4, 15, tzinfo=UTC), own[bruno]: datetime(2024, 4, 3, 15, tzinfo=UTC),
    }  # fmt: skip
    leave(ada, 0, "", by(6))
    tell(purchase(bruno, "2024-04-07 15:00", 400000))  # what the household reaches now is not hers
    assert kinds(ada) == [
        "left mate",
        "household left",
        *["return", "purchase", "reached mate", "household joined", "purchase"],
    ]
    assert last_year(own[ada], "Europe/Berlin", now) == Year(6500, 2)


def test_a_survivor_has_the_past_of_both_and_what_came_back_in_either() -> None:
    ada, second = fresh("ada"), fresh("ada")
    lamp, rug = purchase(second, "2024-03-04 15:00", 10000), purchase(ada, "2024-03-05 15:00", 700)
    tell(lamp, rug)
    merge(second, ada, By("dagny", "desk", f"one-{ada}", datetime(2024, 4, 1, tzinfo=UTC)))
    tell(returned(second, "2024-04-02 15:00", lamp, {"1": 4000}))
    assert kinds(ada) == ["return", "merge in", "purchase", "purchase"]
    now = datetime(2024, 5, 1, 12, tzinfo=UTC)
    assert last_year(account(ada), "Europe/Berlin", now) == Year(6700, 2)
