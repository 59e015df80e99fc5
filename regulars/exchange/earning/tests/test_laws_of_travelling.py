"""Ada and Bruno are one, keep a household, and go their own ways again, in any order: whoever spent nothing owes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from regulars.engine.entries import Refusal
from regulars.exchange.earning.acting import ActRefused
from regulars.exchange.earning.housing import found, join, leave
from regulars.exchange.earning.merging import merge, unmerge
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.recording import take
from regulars.exchange.earning.tests.cast import SOURCE, fresh, purchase, returned
from regulars.exchange.earning.tests.test_merging import by, on, pots, whole
from regulars.exchange.earning.tests.test_returning import promised
from regulars.ground.activity.contract import Incoming
from regulars.ground.members.enrolling import Person, enrol

#: What may happen, by whom (0 or 1), with so many days before it.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("buys", "buys", "brings back", "joins", "joins others", "leaves", "merges", "parts", "sleeps")),
        st.sampled_from((0, 1)), st.sampled_from((0, 1, 3, 9, 20)),
    ),
    min_size=4, max_size=24,
)  # fmt: skip


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

    def does(self, what: str, who: int, days: int) -> None:
        """Let days pass, and then something be told, whether that can be done or not."""
        self.now += timedelta(days=days, minutes=1)
        number, other = self.numbers[who], self.numbers[1 - who]
        try:
            if what == "buys":
                self.bought.append((self.merged.get(who, who), purchase(number, self._time(), 6_000, 4_000)))
                self._tell(self.bought[-1][1])
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
@given(steps=STEPS)
def test_whoever_spent_nothing_owes_nothing_wherever_their_points_were(steps: list[tuple[str, int, int]]) -> None:
    two = Travellers()
    for step in steps:
        two.does(*step)
    assert all(refusal is None for refusal in two.brings_all_back())
    assert [pots(number) for number in two.numbers] == [{}, {}, {}, {}]
    whole(*two.numbers, *two.homes)
