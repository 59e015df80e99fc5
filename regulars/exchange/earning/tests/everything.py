"""A life of everything: some members do all there is to do, by the till and at the desk, through some years and nights.

Of what came of it each row is changed in turn, and found (`test_refolding`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from regulars.engine.events import OPENING, WITHDRAWAL, OpenedLot, Opening
from regulars.exchange.earning import acting, housing
from regulars.exchange.earning.acting import By
from regulars.exchange.earning.merging import merge, unmerge
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.recording import carry_out, take
from regulars.exchange.earning.tests.cast import Line, fresh, notice, purchase, redemption, returned, us, visit
from regulars.ground.activity.contract import Act, Incoming
from regulars.ground.members.enrolling import Person, enrol

END = datetime(2026, 9, 1, 12, tzinfo=UTC)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def by(moment: str) -> By:
    return By("dagny@harbour.example", "desk", uuid4().hex, at(moment))


def heard(*events: Incoming, days_late: int = 0) -> None:
    """Each event is told a minute after it happened, or so many days."""
    for event in events:
        now = datetime.fromtimestamp(event.at // 1_000_000, UTC) + timedelta(days=days_late, minutes=1)
        settle_due(now)
        (result,) = take([event], "till", now, True)
        assert result.refusal is None, result


def everything(ada: str, bruno: str) -> None:
    """Two members do all there is to do, by the till and at the desk, through some years and nights."""
    first = purchase(ada, "2024-03-04 15:00", Line(70_000, "National"), Line(30_000, "Private"))
    second = purchase(ada, "2024-03-14 15:00", 60_000, Line(5_000, "Private"), store="quay", channel="shop")
    heard(first, second, purchase(bruno, "2024-03-15 10:00", 130_000), visit(bruno, "2024-03-16 10:00"))
    heard(returned(ada, "2024-03-17 15:00", second, {"1": 1_000}))
    heard(purchase(bruno, "2024-04-20 09:00", 2_500), days_late=3)
    heard(purchase(bruno, "2024-02-01 09:00", 1_200), days_late=90)
    heard(redemption(ada, "2024-04-25 15:00", 500), returned(ada, "2024-04-26 15:00", first, {"2": 9_000}))
    paid = purchase(ada, "2024-05-03 15:00", Line(20_000, "Private"), tendered=1_00)
    heard(redemption(ada, "2024-05-03 14:59", 100, original=paid.id), paid, returned(ada, "2024-05-20 15:00", paid))
    settle_due(at("2024-06-10 00:10"))
    spent = acting.redeem(ada, 40, "points", by("2024-06-11 10:00"))
    acting.cancel(ada, spent.event, by("2024-06-12 10:00"))
    held = acting.hold(ada, 60, "points", 14, by("2024-06-13 10:00")).event
    acting.capture(ada, held, 25, by("2024-06-14 10:00"))
    acting.release(ada, held, 5, by("2024-06-15 10:00"))
    acting.hold(bruno, 30, "points", 400, by("2024-06-15 10:00"))
    acting.bring_back(ada, paid_back(ada), {"1": 500}, by("2024-06-16 10:00"))
    acting.adjust(ada, 70, "points", "late-delivery", by("2024-06-17 10:00"))
    acting.adjust(ada, -7, "points", "wrong-price", by("2024-06-17 11:00"), reverses=1)
    acting.set_tier(bruno, "captain", at("2025-06-01 00:00").date(), "friend-of-the-house", by("2024-06-18 10:00"))
    acting.transfer(ada, bruno, 20, "points", by("2024-06-19 10:00"))
    for member, number in (("carmen", 1), ("dagny", 2)):
        brought_along(fresh(member), number)
    together(fresh("frida"), fresh("second"), fresh("gustav"))
    elsewhere(fresh("helga"), fresh("iris"), fresh("jon"))
    settle_due(at("2024-07-10 00:10"))
    heard(notice(ada, "2026-07-01 10:00"), notice(bruno, "2026-07-01 10:00"))
    settle_due(END)


def brought_along(member: str, number: int) -> None:
    """A member comes from another system; the second one spends, and another opening takes the place of theirs."""
    enrol([Person(member, joined_on=at("2019-05-04 00:00").date())], at("2024-07-01 09:00"))
    day = at("2024-07-01 00:00").toordinal()
    lots = [OpenedLot("points", 700, day - 90, day - 90, 0), OpenedLot("points", 30, day - 3, day + 11, 0)]
    told = Opening(lots, [], [(day - 90, 40_050)], day - 1_800, day - 3)
    act = Act(until_day=day + 200, opening=told)
    events = [Incoming(member, f"o{number}", OPENING, us("2024-07-01 10:00"), "", [], [], {}, {}, of="mate", act=act)]
    (opened,) = carry_out(events, "opening old", at("2024-07-01 10:00"))
    if number == 2:
        acting.redeem(member, 40, "points", by("2024-07-01 15:00"))
        two = [
            Incoming(
                member,
                "w2",
                WITHDRAWAL,
                us("2024-07-02 10:00"),
                "",
                [],
                [],
                {},
                {},
                original=str(opened.event),
                act=Act(),
            ),
            Incoming(member, "o3", OPENING, us("2024-07-02 10:00"), "", [], [], {}, {}, act=replace(act, until_day=0)),
        ]
        assert {done.refusal for done in carry_out(two, "opening old", at("2024-07-02 10:00"))} == {None}


def together(frida: str, second: str, gustav: str) -> None:
    """Two numbers are one member's and two again, and two members keep house until both have left it."""
    for member, day in ((frida, "20"), (second, "21"), (gustav, "22")):
        heard(purchase(member, f"2024-05-{day} 15:00", 70_000), purchase(member, f"2024-06-{day} 15:00", 20_000))
    acting.hold(second, 30, "points", 90, by("2024-06-23 10:00"))
    merge(second, frida, by("2024-06-24 10:00"))
    settle_due(at("2024-07-05 12:00"))
    unmerge(second, by("2024-07-05 13:00"))
    house = housing.found(frida, "", by("2024-07-06 10:00")).household.number
    housing.join(gustav, house, by("2024-07-07 10:00"))
    acting.hold(frida, 40, "points", 90, by("2024-07-07 11:00"))
    heard(purchase(gustav, "2024-07-08 15:00", 4_000))
    for member, day in ((gustav, "08"), (frida, "09")):
        housing.leave(member, 0, "points", by(f"2024-07-{day} 16:00"))


def elsewhere(helga: str, iris: str, jon: str) -> None:
    """Helga has Iris' number as well, and keeps house with Jon for some days: they tell of what is in other accounts,
    and of visits, of which nothing comes."""
    tea, fuel = (
        purchase(iris, "2024-05-20 15:00", 70_000),
        purchase(iris, "2024-05-21 15:00", Line(4_000, None, "FUEL")),
    )
    heard(tea, fuel, purchase(helga, "2024-05-22 15:00", 90_000), purchase(jon, "2024-05-22 16:00", 70_000))
    settle_due(at("2024-06-10 00:10"))
    spent = acting.redeem(iris, 40, "points", by("2024-06-21 10:00"))
    merge(iris, helga, by("2024-06-24 10:00"))
    heard(purchase(iris, "2024-06-25 15:00", 3_000), visit(iris, "2024-06-25 16:00"))
    heard(returned(helga, "2024-06-26 15:00", fuel, {"1": 1_000}), returned(iris, "2024-06-27 15:00", tea, {"1": 900}))
    acting.cancel(helga, spent.event, by("2024-06-29 10:00"))
    acting.redeem_reward(helga, "coffee", by("2024-06-29 11:00"), {"birthday_month": 6})
    house = housing.found(helga, "", by("2024-07-01 10:00")).household.number
    housing.join(jon, house, by("2024-07-01 11:00"))
    fish = purchase(jon, "2024-07-02 15:00", 14_000)
    heard(
        fish, visit(jon, "2024-07-02 16:00"), visit(iris, "2024-07-02 17:00"), returned(jon, "2024-07-02 18:00", fuel)
    )
    housing.leave(jon, 0, "points", by("2024-07-03 16:00"))
    heard(returned(jon, "2024-07-04 15:00", fish, {"1": 1_000}), visit(jon, "2024-07-04 16:00"))


def paid_back(ada: str) -> str:
    """A purchase that the desk told itself, so that the desk can take it back."""
    event = purchase(ada, "2024-06-16 09:00", 4_000, 1_000)
    take([event], "desk", at("2024-06-16 09:00"), True)
    return event.id
