"""Bruno is merged into Ada, who keeps a household with Carmen for a while; then all go their own ways again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from regulars.exchange.earning.acting import By, cancel, capture, hold, redeem
from regulars.exchange.earning.housing import found, join, leave
from regulars.exchange.earning.merging import merge, unmerge
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.recording import take
from regulars.exchange.earning.tests.cast import SOURCE, delivery, fresh, purchase, returned
from regulars.exchange.earning.tests.test_housing import refused
from regulars.exchange.earning.tests.test_laws_of_travelling import FOR_EVER
from regulars.exchange.earning.tests.test_merging import by, on, pots, whole
from regulars.exchange.earning.tests.test_returning import LOYAL, promised
from regulars.ground.activity.contract import Incoming
from regulars.ground.members.enrolling import Person, enrol
from regulars.ground.publishing.versions import publish

Clock = Callable[[], By]


@pytest.fixture
def clock() -> Clock:
    """Each act is a minute after the one before."""
    now = on("2026-05-01 10:00")

    def tick() -> By:
        nonlocal now
        now += timedelta(minutes=1)
        return by(now.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "minutes"))

    return tick


@pytest.fixture
def _for_ever(db: None) -> None:
    publish(FOR_EVER, datetime(2016, 1, 1, tzinfo=UTC), "keeper", datetime(2016, 1, 1, tzinfo=UTC))


@pytest.fixture
def _for_a_month_unused(db: None) -> None:
    """Points end a month after the last time that anything was done."""
    text = FOR_EVER.replace(
        "    debt: true\n", "    debt: true\n    expiry: {after: inactivity, months: 1, notice: none}\n"
    )
    publish(text, datetime(2016, 1, 1, tzinfo=UTC), "keeper", datetime(2016, 1, 1, tzinfo=UTC))


def people(*names: str) -> list[str]:
    numbers = [fresh(name) for name in names]
    enrol([Person(number) for number in numbers], on("2026-05-01 09:00"))
    return numbers


def together(clock: Clock) -> tuple[str, str, str, str]:
    """Ada, Bruno and Carmen, who has a household; its number."""
    ada, bruno, carmen = people("ada", "bruno", "carmen")
    return ada, bruno, carmen, found(carmen, "", clock()).household.number


def tell(event: Incoming, clock: Clock) -> Incoming:
    (result,) = take([event], SOURCE, clock().now, False)
    assert result.refusal is None, result.refusal
    return event


def buys(member: str, clock: Clock, cents: int = 10_000) -> Incoming:
    return tell(purchase(member, time(clock), cents), clock)


def brings_back(member: str, bought: Incoming, clock: Clock) -> None:
    tell(returned(member, time(clock), bought), clock)


def time(clock: Clock) -> str:
    return clock().now.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "minutes")


@pytest.mark.usefixtures("_for_ever")
def test_what_the_survivor_captured_in_a_household_is_theirs_though_the_other_one_had_set_it_aside(
    clock: Clock,
) -> None:
    ada, bruno, carmen, home = together(clock)
    bought = [buys(ada, clock), buys(bruno, clock)]
    held = hold(bruno, 30, "points", 14, clock()).event
    merge(bruno, ada, clock())
    join(ada, home, clock())
    captured = capture(ada, held, 0, clock()).event
    leave(ada, 0, "", clock())
    unmerge(bruno, clock())
    assert (pots(ada), pots(bruno)) == ({"available": 70}, {"available": 100})
    assert refused(cancel, bruno, captured, clock())[0] == "unknown_original"
    cancel(ada, captured, clock())
    for member, one in zip((ada, bruno), bought, strict=True):
        brings_back(member, one, clock)
    assert pots(ada) == pots(bruno) == {}
    whole(ada, bruno, carmen, home)


@pytest.mark.usefixtures("_for_ever")
@pytest.mark.parametrize("pays", ["Ada", "Carmen"])
def test_what_a_return_left_owing_in_a_household_is_asked_of_nobody_once_it_was_paid_there(
    pays: str, clock: Clock
) -> None:
    ada, bruno, carmen, home = together(clock)
    lamp = buys(bruno, clock)
    merge(bruno, ada, clock())
    join(ada, home, clock())
    redeem(ada, 100, "points", clock())
    brings_back(bruno, lamp, clock)
    assert pots(home) == {"debt": -100}
    buys(ada if pays == "Ada" else carmen, clock)
    leave(ada, 0, "", clock())
    unmerge(bruno, clock())
    assert pots(ada) == pots(bruno) == pots(home) == {}
    whole(ada, bruno, carmen, home)


@pytest.mark.usefixtures("_for_ever")
def test_what_others_lost_in_a_household_is_not_the_survivors_when_the_two_are_two_again(clock: Clock) -> None:
    ada, bruno, carmen, home = together(clock)
    lamp = buys(bruno, clock)
    redeem(bruno, 100, "points", clock())
    merge(bruno, ada, clock())
    buys(carmen, clock)
    join(ada, home, clock())
    brings_back(bruno, lamp, clock)  # Carmen's hundred points are taken for it
    leave(ada, 0, "", clock())
    unmerge(bruno, clock())
    assert pots(ada) == pots(bruno) == pots(home) == {}
    whole(ada, bruno, carmen, home)


@pytest.mark.usefixtures("_for_ever")
def test_what_two_households_noted_is_read_in_the_order_in_which_they_were_left(clock: Clock) -> None:
    ada, bruno, carmen, dan = people("ada", "bruno", "carmen", "dan")
    homes = [found(one, "", clock()).household.number for one in (carmen, dan)]
    lamp = buys(bruno, clock)
    tea = redeem(bruno, 100, "points", clock()).event
    chair = buys(ada, clock)
    merge(bruno, ada, clock())
    join(ada, homes[0], clock())
    tell(returned(bruno, time(clock), lamp, {"1": 3_000}), clock)
    leave(ada, 0, "", clock())
    join(ada, homes[1], clock())
    cancel(bruno, tea, clock())
    leave(ada, 0, "", clock())
    unmerge(bruno, clock())
    assert (pots(ada), pots(bruno)) == ({"available": 100}, {"available": 70})
    whole(ada, bruno, carmen, dan, *homes)
    brings_back(ada, chair, clock)
    brings_back(bruno, lamp, clock)
    assert pots(ada) == pots(bruno) == {}


def test_a_gift_for_days_that_came_along_from_a_household_is_taken_back_and_the_proof_is_silent(
    harbour: int, clock: Clock
) -> None:
    promised(harbour, "true", LOYAL)
    carmen, dan = people("carmen", "dan")
    home = found(carmen, "", clock()).household.number
    bought = [buys(carmen, clock), *(buys(carmen, lambda: by("2026-05-02 10:00")) for _ in range(2))]
    leave(carmen, 0, "", by("2026-05-03 10:00"))
    for one in bought[1:]:
        brings_back(carmen, one, lambda: by("2026-05-04 10:00"))
    whole(carmen, dan, home)


def test_what_fell_due_in_a_household_before_the_night_was_settled_is_known_when_they_leave_it(harbour: int) -> None:
    promised(harbour, "true")
    ada, bruno, carmen, home = together(lambda: by("2026-05-01 10:00"))
    lamp = buys(bruno, lambda: by("2026-05-01 11:00"))
    merge(bruno, ada, by("2026-05-02 10:00"))
    join(ada, home, by("2026-05-03 10:00"))
    buys(ada, lambda: by("2026-06-20 10:00"), 3_000)
    before = pots(home)["available"]
    leave(ada, 0, "", by("2026-06-20 11:00"))
    unmerge(bruno, by("2026-06-20 12:00"))
    assert (pots(ada), pots(bruno)) == ({"available": before}, {})  # Bruno's have ended
    brings_back(bruno, lamp, lambda: by("2026-06-21 10:00"))
    assert pots(bruno) == {}
    whole(ada, bruno, carmen, home)


@pytest.mark.usefixtures("_for_a_month_unused")
def test_points_that_ended_in_a_household_as_nobody_used_it_are_asked_of_nobody(clock: Clock) -> None:
    ada, bruno, carmen, home = together(clock)
    lamp = buys(bruno, clock)
    merge(bruno, ada, clock())
    join(ada, home, clock())
    leave(ada, 0, "", by("2026-07-20 10:00"))
    unmerge(bruno, by("2026-07-20 11:00"))
    assert pots(ada) == pots(bruno) == pots(home) == {}
    brings_back(bruno, lamp, lambda: by("2026-07-21 10:00"))
    assert pots(bruno) == {}
    whole(ada, bruno, carmen, home)


@pytest.fixture
def _until_delivered(db: None) -> None:
    """Points wait for the parcel, ten days at most."""
    text = FOR_EVER.replace(
        "    debt: true\n", "    debt: true\n    pending: {until: order delivered, within_days: 10}\n"
    )
    publish(text, datetime(2016, 1, 1, tzinfo=UTC), "keeper", datetime(2016, 1, 1, tzinfo=UTC))


@pytest.mark.usefixtures("_until_delivered")
@pytest.mark.parametrize("in_a_household", [False, True])
@pytest.mark.parametrize("comes", ["before", "meanwhile", "never"])
def test_what_waited_for_a_parcel_is_whose_it_was_and_as_far_as_it_was(
    comes: str, in_a_household: bool, clock: Clock
) -> None:
    ada, bruno, carmen, home = together(clock)
    hers, his = buys(ada, clock), buys(bruno, clock)
    tell(delivery(ada, time(clock), hers), clock)
    if comes == "before":
        tell(delivery(bruno, time(clock), his), clock)
    merge(bruno, ada, clock())
    if in_a_household:
        join(ada, home, clock())
    if comes == "meanwhile":
        tell(delivery(bruno, time(clock), his), clock)
    if in_a_household:
        leave(ada, 0, "", by("2026-05-20 10:00"))
    unmerge(bruno, by("2026-05-20 11:00"))
    settle_due(on("2026-05-21 10:00"))
    assert (pots(ada), pots(bruno)) == ({"available": 100}, {} if comes == "never" else {"available": 100})
    whole(ada, bruno, carmen, home)


@pytest.mark.parametrize("in_a_household", [False, True])
def test_a_hold_that_lapsed_meanwhile_gives_its_points_to_whoever_had_set_them_aside(
    in_a_household: bool, harbour: int
) -> None:
    promised(harbour, "true")
    ada, bruno, carmen, home = together(lambda: by("2026-05-01 10:00"))
    for member in (ada, bruno):
        buys(member, lambda: by("2026-05-01 11:00"))
    half = pots(bruno)["available"] // 2
    hold(bruno, half, "points", 14, by("2026-05-20 10:00"))
    merge(bruno, ada, by("2026-05-21 10:00"))
    if in_a_household:
        join(ada, home, by("2026-05-21 11:00"))
    settle_due(on("2026-06-05 10:00"))  # the first month is over, and so is the hold
    if in_a_household:
        leave(ada, 0, "", by("2026-06-05 11:00"))
    unmerge(bruno, by("2026-06-05 12:00"))
    assert (pots(ada), pots(bruno)) == ({}, {"available": half})
    settle_due(on("2026-07-01 10:00"))
    assert pots(ada) == pots(bruno) == {}
    whole(ada, bruno, carmen, home)
