"""Ada and Bruno are one, keep a household, and go their own ways again, in any order: whoever spent nothing owes nothing,
and whoever calls off what they spent and brings back what they bought has nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from regulars.engine.entries import Refusal
from regulars.exchange.earning.acting import ActRefused, cancel, redeem
from regulars.exchange.earning.housing import found, join, leave
from regulars.exchange.earning.merging import merge, unmerge
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.recording import take
from regulars.exchange.earning.tests.cast import SOURCE, fresh, purchase, returned
from regulars.exchange.earning.tests.test_housing import tallies
from regulars.exchange.earning.tests.test_merging import by, on, pots, whole
from regulars.exchange.earning.tests.test_returning import promised
from regulars.ground.activity.contract import Incoming
from regulars.ground.members.enrolling import Person, accounts_of, enrol
from regulars.ground.publishing.versions import publish

ALL = ("buys", "buys", "brings back", "joins", "joins others", "leaves", "merges", "parts", "sleeps")
Steps = list[tuple[str, int, int]]


def steps(*acts: str) -> st.SearchStrategy[Steps]:
    """What may happen, by whom (0 or 1), with so many days before it."""
    step = st.tuples(st.sampled_from((*ALL, *acts)), st.sampled_from((0, 1)), st.sampled_from((0, 1, 3, 9, 20)))
    return st.lists(step, min_size=4, max_size=24)


FOR_EVER = """# regulars: allow HOUSE-1 because this is a test
regulars: 1
programme: {id: travels, name: Travels, zone: Europe/Berlin, money: USD, languages: [en]}
currencies:
  - id: points
    title: points
    value: 0.01
    # regulars: allow CAP-1, CAP-2, CAP-3 because this is a test
    debt: true
earn:
  rules:
    - {id: base, title: base, currency: points, points: 1, per: 1.00}
"""


class Travellers:
    """Two members with two households at hand, and what they have bought."""

    def __init__(self) -> None:
        self.now = on("2026-05-01 10:00")
        self.numbers = [fresh(name) for name in ("ada", "bruno", "carmen", "dan")]
        enrol([Person(number) for number in self.numbers], self.now)
        self.homes = [found(number, "", by(self._time())).household.number for number in self.numbers[2:]]
        self.bought: list[tuple[int, Incoming]] = []
        #: To whom the number of somebody leads who was merged: what it tells is theirs.
        self.merged: dict[int, int] = {}
        self.spent: list[tuple[int, UUID]] = []
        #: Somebody spent more in a household than they gave, so that others had less.
        self.overspent = False

    def does(self, what: str, who: int, days: int) -> None:
        """Let days pass, and then something be told, whether that can be done or not."""
        self.now += timedelta(days=days, minutes=1)
        number, other = self.numbers[who], self.numbers[1 - who]
        try:
            if what == "buys":
                self.bought.append((self.merged.get(who, who), purchase(number, self._time(), 6_000, 4_000)))
                self._tell(self.bought[-1][1])
            elif what == "spends":
                done = redeem(number, 10 + 10 * days, "points", by(self._time()))
                self.spent.append((self.merged.get(who, who), done.event))
            elif what == "pays" and self.bought:
                whose, one = self.bought[len(self.bought) * days // 21]
                paid = redeem(self.numbers[whose], 30, "points", replace(by(self._time()), source=SOURCE), one.id)
                self.spent.append((self.merged.get(whose, whose), paid.event))
            elif what == "calls off" and self.spent:
                whose, spent = self.spent[len(self.spent) * days // 21]
                cancel(self.numbers[whose], spent, by(self._time()))
            elif what == "brings back" and self.bought:
                whose, one = self.bought[len(self.bought) * days // 21]
                self._tell(returned(self.numbers[whose], self._time(), one, {"1": 2_000}))
            elif what in ("joins", "joins others"):
                join(number, self.homes[what == "joins others"], by(self._time()))
            elif what == "leaves":
                leave(number, 0, "", by(self._time()))
            elif what == "merges":
                merge(number, other, by(self._time()))
                self.merged[who] = 1 - who
            elif what == "parts":
                unmerge(number, by(self._time()))
                del self.merged[who]
            else:
                settle_due(self.now)
        except ActRefused:
            pass
        there = [home for home in self.homes if accounts_of([home]).get(home)]
        self.overspent |= any(points < 0 for home in there for points in tallies(home).values())

    def go_their_ways(self) -> None:
        """Everybody leaves, and those who are one are two again."""
        for what in ("leaves", "parts", "leaves"):
            for who in (0, 1):
                self.does(what, who, 0)

    def calls_all_off(self) -> Iterator[str]:
        """Everything that was spent is called off, under the number that spent it."""
        for whose, spent in self.spent:
            self.now += timedelta(minutes=1)
            try:
                cancel(self.numbers[whose], spent, by(self._time()))
            except ActRefused as refused:
                yield refused.refusal.code

    def brings_all_back(self) -> Iterator[Refusal | None]:
        """Everything comes back, under the number that bought it."""
        for whose, one in self.bought:
            self.now += timedelta(minutes=1)
            yield self._tell(returned(self.numbers[whose], self._time(), one))

    def _tell(self, event: Incoming) -> Refusal | None:
        (result,) = take([event], SOURCE, self.now, False)
        return result.refusal

    def _time(self) -> str:
        return self.now.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "minutes")


@pytest.fixture(params=["", "\n    pending: {days: 5}"])
def _a_month(request: pytest.FixtureRequest, harbour: int) -> None:
    """Points are good for a month, at once or after some days, and what a return cannot take is owed."""
    promised(harbour, f"true{request.param}")


@pytest.mark.usefixtures("_a_month")
@settings(
    max_examples=max(4, settings().max_examples // 8),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@example([("joins", 0, 0), ("buys", 0, 0), ("leaves", 0, 0), ("merges", 0, 0)])
@example([("joins", 0, 0), ("buys", 0, 0), ("leaves", 0, 0), ("joins others", 0, 0)])
@example([("buys", 0, 0), ("merges", 0, 0), ("joins", 1, 0), ("leaves", 1, 0), ("parts", 0, 0)])
@example(
    [
        ("buys", 0, 0),
        ("buys", 1, 9),
        ("merges", 1, 0),
        ("joins", 0, 0),
        ("leaves", 0, 0),
        ("parts", 1, 0),
        ("sleeps", 0, 20),
        ("sleeps", 0, 20),
    ]
)
@given(steps=steps())
def test_whoever_spent_nothing_owes_nothing_wherever_their_points_were(steps: Steps) -> None:
    two = Travellers()
    for step in steps:
        two.does(*step)
    assert all(refusal is None for refusal in two.brings_all_back())
    assert [pots(number) for number in two.numbers] == [{}, {}, {}, {}]
    whole(*two.numbers, *two.homes)


@pytest.fixture
def _for_ever(db: None) -> None:
    """A point for each euro, at once and without an end."""
    publish(FOR_EVER, datetime(2016, 1, 1, tzinfo=UTC), "keeper", datetime(2016, 1, 1, tzinfo=UTC))


@pytest.mark.usefixtures("_for_ever")
@settings(
    max_examples=max(4, settings().max_examples // 8),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@example([("buys", 1, 0), ("merges", 1, 0), ("joins", 0, 0), ("brings back", 1, 0)])
@example([("joins", 0, 0), ("buys", 0, 0), ("leaves", 0, 0), ("merges", 0, 0), ("brings back", 0, 0)])
@example([("joins", 1, 0), ("buys", 1, 0), ("leaves", 1, 0), ("merges", 1, 0), ("joins", 0, 0), ("brings back", 1, 0)])
@example([("buys", 0, 0), ("joins", 0, 0), ("spends", 0, 0), ("leaves", 0, 0), ("merges", 0, 0), ("calls off", 0, 0)])
@example([("buys", 0, 0), ("spends", 0, 3), ("merges", 0, 0), ("joins", 1, 0), ("calls off", 0, 0)])
@example([("buys", 1, 0), ("spends", 1, 3), ("merges", 1, 0), ("joins", 0, 0), ("brings back", 1, 0)])
@given(steps=steps("spends", "spends", "pays", "calls off"))
def test_whoever_calls_all_off_and_brings_all_back_has_nothing_once_they_went_their_ways(steps: Steps) -> None:
    two = Travellers()
    for step in steps:
        two.does(*step)
    two.go_their_ways()
    assume(not two.overspent)
    assert {*two.calls_all_off()} <= {"already_reversed"}
    assert {refusal and refusal.code for refusal in two.brings_all_back()} <= {None, "nothing_to_return"}
    assert [pots(number) for number in two.numbers] == [{}, {}, {}, {}]
    whole(*two.numbers, *two.homes)
