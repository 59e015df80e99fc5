"""Points that wait for a parcel, of members who joined a household, or left it, before the parcel came."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from regulars.exchange.earning.housing import found, join, leave
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.tests.cast import delivery, fresh, purchase, returned
from regulars.exchange.earning.tests.test_merging import by, heard, on, pots, whole
from regulars.ground.activity.contract import Incoming
from regulars.ground.members.enrolling import Person, enrol

pytestmark = pytest.mark.usefixtures("parcels")


def bought(member: str, when: str, net: int) -> Incoming:
    return purchase(member, when, net, currency="DKK")


def before(ada: str, bruno: str, tea: Incoming) -> str:
    """Ada buys tea, joins Bruno and leaves him again; answers the number of the household."""
    heard(tea)
    home = found(bruno, "", by("2024-03-02 10:00")).household
    join(ada, home.number, by("2024-03-02 10:00"))
    leave(ada, 0, "", by("2024-03-03 10:00"))
    return home.number


def inside(ada: str, bruno: str, tea: Incoming) -> str:
    """Ada lives with Bruno when she buys tea, and leaves him then; answers the number of the household."""
    home = found(bruno, "", by("2024-02-02 10:00")).household
    join(ada, home.number, by("2024-02-02 10:00"))
    heard(tea)
    leave(ada, 0, "", by("2024-03-03 10:00"))
    return home.number


def cast() -> tuple[str, str, Incoming]:
    ada, bruno = fresh("ada"), fresh("bruno")
    enrol([Person(ada), Person(bruno)], on("2024-01-01 10:00"))
    return ada, bruno, bought(ada, "2024-03-01 15:00", 10_000)


@pytest.mark.parametrize("lives", [before, inside])
def test_what_is_delivered_after_leaving_a_household_can_be_spent(lives: Callable[[str, str, Incoming], str]) -> None:
    ada, bruno, tea = cast()
    home = lives(ada, bruno, tea)
    assert pots(ada) == {"pending": 10}
    heard(delivery(ada, "2024-03-04 15:00", tea))
    assert pots(ada) == {"available": 10}
    heard(returned(ada, "2024-03-05 15:00", tea))
    assert pots(ada) == {}
    whole(ada, bruno, home)


@pytest.mark.parametrize("lives", [before, inside])
def test_what_waited_in_vain_after_leaving_a_household_is_not_taken_from_anything_else(
    lives: Callable[[str, str, Incoming], str],
) -> None:
    ada, bruno, tea = cast()
    home = lives(ada, bruno, tea)
    settle_due(on("2024-04-05 10:00"))
    heard(bought(ada, "2024-04-05 15:00", 6_000), returned(ada, "2024-04-06 15:00", tea))
    assert pots(ada) == {"pending": 6}
    whole(ada, bruno, home)


@pytest.mark.parametrize("delivered", [True, False])
def test_of_a_lot_that_waited_in_two_accounts_only_what_lapsed_is_gone(delivered: bool) -> None:
    """Ada leaves one point of her tea with Bruno, where it waits in vain; a return takes all that is still there."""
    ada, bruno, tea = cast()
    home = found(bruno, "", by("2024-02-02 10:00")).household.number
    join(ada, home, by("2024-02-02 10:00"))
    heard(tea)
    leave(ada, 9, "points", by("2024-03-03 10:00"))
    assert (pots(ada), pots(home)) == ({"pending": 9}, {"pending": 1})
    if delivered:
        heard(delivery(ada, "2024-03-04 15:00", tea))
    settle_due(on("2024-05-05 10:00"))
    assert (pots(ada), pots(home)) == ({"available": 9} if delivered else {}, {})
    heard(bought(ada, "2024-05-06 15:00", 5_000), returned(ada, "2024-05-06 16:00", tea))
    assert pots(ada) == {"pending": 5} and pots(home) == {}
    whole(ada, bruno, home)


@pytest.mark.parametrize("lives", [before, inside])
def test_a_purchase_from_before_leaving_takes_its_own_points_before_others(
    lives: Callable[[str, str, Incoming], str],
) -> None:
    ada, bruno, tea = cast()
    home = lives(ada, bruno, tea)
    heard(delivery(ada, "2024-03-04 15:00", tea), bought(ada, "2024-03-05 15:00", 6_000))
    heard(returned(ada, "2024-03-06 15:00", tea, {"1": 5_000}))
    assert pots(ada) == {"available": 5, "pending": 6}
    whole(ada, bruno, home)
