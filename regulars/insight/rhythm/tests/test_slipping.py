"""Who is slipping, read from purchases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from regulars.exchange.earning.acting import By
from regulars.exchange.earning.housing import found as found_home
from regulars.exchange.earning.housing import join, leave
from regulars.exchange.earning.merging import merge
from regulars.exchange.earning.tests.cast import account, fresh, purchase, returned, tell
from regulars.ground.members.enrolling import given_accounts_of
from regulars.insight.journeys.year import last_year
from regulars.insight.rhythm.rules import Rhythm
from regulars.insight.rhythm.slipping import Slipping, rhythm_of, slipping

pytestmark = pytest.mark.usefixtures("harbour")

ZONE = "America/New_York"
NOW = datetime(2022, 6, 30, 16, tzinfo=UTC)


def bought(member: str, net: int, last: date, *gaps: int) -> str:
    """Purchases of the same amount on `last`, and before it one per gap; answers the member."""
    day = last
    tell(
        purchase(member, f"{day} 16:00", net),
        *(purchase(member, f"{(day := day - timedelta(gap))} 16:00", net) for gap in gaps),
    )
    return member


def found(*members: str) -> list[Slipping]:
    accounts = {account(member) for member in members}
    return [one for one in slipping(ZONE, NOW) if one.account in accounts]


def test_ada_slips_and_carmen_who_was_here_lately_does_not() -> None:
    ada = bought(fresh("ada"), 1000, date(2022, 6, 10), 7, 7, 7, 7)
    carmen = bought(fresh("carmen"), 1000, date(2022, 6, 29), 7, 7, 7, 7)
    assert found(ada, carmen) == [Slipping(account(ada), Rhythm(7, 7, 20), 5000)]


def test_whoever_bought_for_most_comes_first() -> None:
    ada = bought(fresh("ada"), 1000, date(2022, 6, 10), 7, 7, 7, 7)
    bruno = bought(fresh("bruno"), 3000, date(2022, 6, 10), 7, 7, 7, 7)
    assert [one.account for one in found(ada, bruno)] == [account(bruno), account(ada)]


def test_what_was_brought_back_is_not_what_somebody_bought_for() -> None:
    ada = bought(fresh("ada"), 1000, date(2022, 6, 10), 7, 7, 7, 7)
    lamp, rug = purchase(ada, "2022-05-01 16:00", 5000), purchase(ada, "2021-06-30 03:59", 9000)
    tell(lamp, rug, returned(ada, "2022-05-02 16:00", lamp, {"1": 3000}), returned(ada, "2022-05-03 16:00", rug))
    # The rug was bought a minute before the twelve months began.
    assert [one.spent for one in found(ada)] == [7000]
    tell(returned(ada, "2022-05-04 16:00", lamp))  # all that was left of it
    assert [one.spent for one in found(ada)] == [5000]


def test_dagny_who_bought_on_four_days_has_no_rhythm_yet() -> None:
    dagny = bought(fresh("dagny"), 1000, date(2022, 6, 10), 7, 7, 7)
    assert found(dagny) == []
    assert rhythm_of(account(dagny), ZONE, NOW) is None


def test_two_purchases_on_one_day_of_the_shop_are_one_day() -> None:
    ada = fresh("ada")
    bought(ada, 1000, date(2022, 6, 10), 7, 7, 7)
    tell(purchase(ada, "2022-06-11 03:00", 1000))  # still the tenth in New York
    assert found(ada) == []


def test_what_was_bought_more_than_a_year_ago_no_longer_counts() -> None:
    ada = bought(fresh("ada"), 1000, date(2022, 6, 10), 7, 7, 7, 400)
    assert found(ada) == []


def test_other_events_are_no_purchases() -> None:
    ada = fresh("ada")
    first = purchase(ada, "2022-05-13 16:00", 1000)
    tell(first, *(purchase(ada, f"2022-{day} 16:00", 1000) for day in ("05-20", "05-27", "06-03", "06-10")))
    (before,) = found(ada)
    tell(returned(ada, "2022-06-28 16:00", first))
    assert found(ada) == [replace(before, spent=before.spent - 1000)]


def test_the_rhythm_of_one_is_the_rhythm_among_all() -> None:
    ada = bought(fresh("ada"), 1000, date(2022, 6, 10), 3, 9, 4, 12, 5)
    (one,) = found(ada)
    assert rhythm_of(account(ada), ZONE, NOW) == one.rhythm


def by(moment: str) -> By:
    return By("dagny@harbour.example", "desk", uuid4().hex, datetime.fromisoformat(moment).replace(tzinfo=UTC))


def among_all(*members: str) -> list[Slipping]:
    """Those of the members who slip, by what is known of each by themselves; and that the list says the same."""
    own = given_accounts_of(members)
    alone = [
        Slipping(one, known, last_year(one, ZONE, NOW).spent)
        for one in own.values()
        if (known := rhythm_of(one, ZONE, NOW)) and known.slipping
    ]
    listed = [one for one in slipping(ZONE, NOW) if one.account in own.values()]
    assert listed == sorted(alone, key=lambda one: (-one.spent, one.account))
    return listed


def test_housemates_are_judged_each_by_what_they_bought_at_home_and_before() -> None:
    ada, bruno = (
        bought(fresh("ada"), 1000, date(2022, 5, 30), 7, 7),
        bought(fresh("bruno"), 900, date(2022, 6, 10), 7, 7),
    )
    home = found_home(ada, "", by("2022-06-12 12:00")).household.number
    join(bruno, home, by("2022-06-12 12:00"))
    assert among_all(ada, bruno) == [], "three days make no rhythm"
    rug = purchase(ada, "2022-06-13 16:00", 5000)
    tell(purchase(ada, "2022-06-12 16:00", 1000), rug, purchase(home, "2022-06-20 16:00", 1000))
    tell(*(purchase(bruno, f"2022-06-{day} 16:00", 900) for day in (13, 28)))
    tell(returned(ada, "2022-06-28 16:00", rug, {"1": 2000}))
    (one,) = among_all(ada, bruno)
    assert (one.account, one.rhythm.away, one.spent) == (given_accounts_of([ada])[ada], 17, 7000)
    assert account(home) not in {one.account for one in slipping(ZONE, NOW)}, "nobody is the household itself"
    leave(bruno, 0, "", by("2022-06-29 12:00"))
    assert among_all(ada, bruno) == [one]


def test_who_has_two_numbers_is_one_and_judged_by_both() -> None:
    ada, second, third = (bought(fresh("ada"), 1000, date(2022, 6, day), 14, 14) for day in (3, 10, 8))
    lamp = purchase(second, "2022-06-09 16:00", 5000)
    tell(lamp)
    merge(third, second, by("2022-06-12 12:00"))
    merge(second, ada, by("2022-06-12 13:00"))
    tell(returned(ada, "2022-06-13 16:00", lamp))
    (one,) = among_all(ada)
    assert (one.account, one.rhythm.away, one.spent) == (account(ada), 20, 9000)
    assert not {one.account for one in slipping(ZONE, NOW)} & {*given_accounts_of([second, third]).values()}
    tell(purchase(third, "2022-06-29 16:00", 1000))
    assert among_all(ada) == []
