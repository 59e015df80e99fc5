"""Thirty-two writers on a thousand members, doing all there is to do, while the night comes over them: the end is exact.

Half of what is done meets on a few members, and purchases come in batches over many. Nobody has to try again, not even
inside: `persisting` may try once. What the writers were told adds up to what the ledger holds, in every pot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from random import Random
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection, connections

from regulars.engine.events import OPENING, OpenedLot, Opening
from regulars.exchange.earning import acting, persisting
from regulars.exchange.earning.acting import ActRefused, Done
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.recording import carry_out, take
from regulars.exchange.earning.refolding import keys_agree, refolder
from regulars.exchange.earning.tests.cast import fresh, purchase
from regulars.exchange.earning.tests.test_acting import by
from regulars.exchange.ledger.assembling import POTS
from regulars.exchange.ledger.proving import prove
from regulars.ground.activity.contract import Act, Incoming
from regulars.ground.members.enrolling import Person, enrol
from regulars.kit.zones import microseconds

pytestmark = pytest.mark.usefixtures("committed", "harbour")
WRITERS, ACTS, MEMBERS, BUSY = 32, 16, 1_000, 12
OPENED = datetime(2024, 5, 1, 12, tzinfo=UTC)
NOW = datetime(2024, 6, 1, 15, tzinfo=UTC)
#: What a refusal may say here; anything else, and every other error, is a fault.
REFUSALS = {
    "insufficient_points",
    "hold_exceeded",
    "unknown_hold",
    "already_reversed",
    "same_account",
    "return_exceeds_purchase",
}


class Writer:
    """One of them: what it holds and spent, and what it was told, summed up by pot."""

    def __init__(self, name: int, people: list[str]) -> None:
        self.random, self.people = Random(name), people
        self.holds: list[tuple[str, UUID, int]] = []
        self.spent: list[tuple[str, UUID, int]] = []
        self.bought: list[tuple[str, str]] = []
        self.moved: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()

    def work(self) -> None:
        """So many acts; the night comes between some of them."""
        for _ in range(ACTS):
            try:
                self.random.choice((
                    self.buys, self.buys, self.redeems, self.redeems, self.holds_some, self.captures, self.releases,
                    self.cancels, self.sends, self.sends, self.is_given, self.brings_back, self.sleeps,
                ))()  # fmt: skip
                self.codes["done"] += 1
            except ActRefused as refused:
                self.codes[refused.refusal.code] += 1

    def who(self) -> str:
        return self.random.choice(self.people[:BUSY] if self.random.random() < 0.5 else self.people)

    def buys(self) -> None:
        told = [purchase(self.who(), "2024-06-01 12:00", 1_000) for _ in range(8)]
        results = take(told, "desk", NOW, False)
        assert {result.status for result in results} == {"recorded"}
        self.moved["bought"] += len(results)
        self.bought += [(event.member, event.id) for event in told]

    def redeems(self) -> None:
        member, points = self.who(), self.random.randint(1, 90)
        self.spent.append((member, acting.redeem(member, points, "points", by()).event, points))
        self.moved["redeemed"] += points

    def holds_some(self) -> None:
        member, points = self.who(), self.random.randint(3, 60)
        self.holds.append((member, acting.hold(member, points, "points", 30, by()).event, points))
        self.moved["held"] += points

    def captures(self) -> None:
        self._answers(acting.capture, "redeemed")

    def releases(self) -> None:
        self._answers(acting.release, "")

    def _answers(self, act: Callable[..., Done], pot: str) -> None:
        if self.holds:
            member, hold, _ = self.random.choice(self.holds)
            act(member, hold, 3, by())
            self.moved["held"] -= 3
            self.moved[pot] += 3

    def cancels(self) -> None:
        if self.spent:
            member, spent, points = self.random.choice(self.spent)
            acting.cancel(member, spent, by())
            self.moved["redeemed"] -= points

    def sends(self) -> None:
        acting.transfer(self.who(), self.who(), self.random.randint(1, 60), "points", by())

    def is_given(self) -> None:
        points = self.random.choice((9, 9, -4))
        acting.adjust(self.who(), points, "points", "thanks", by())
        self.moved["given"] += points

    def brings_back(self) -> None:
        if self.bought:
            member, bought = self.random.choice(self.bought)
            acting.bring_back(member, bought, {"1": 400}, by())

    def sleeps(self) -> None:
        settle_due(NOW, limit_accounts=40)


def sums() -> dict[str, int]:
    """What is in each pot, over everybody."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(f'sum({pot})::bigint' for pot in POTS)} FROM balance WHERE currency = 'points'"
        )
        return dict(zip(POTS, cursor.fetchone(), strict=True))


def test_thirty_two_writers_on_a_thousand_members_end_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    people = [fresh("member") for _ in range(MEMBERS)]
    accounts = enrol([Person(member, joined_on=OPENED.date()) for member in people], OPENED)
    day = OPENED.date().toordinal()
    # Half of what they bring along waits until a night that is still to come.
    opening = Opening(
        [OpenedLot("points", 200, day, day, 0), OpenedLot("points", 50, day, day + 20, 0)], [], [], day, day
    )
    opened = [
        Incoming(member, f"o-{member}", OPENING, microseconds(OPENED), "", [], [], {}, {}, act=Act(opening=opening))
        for member in people
    ]
    assert {result.refusal for result in carry_out(opened, "opening old", OPENED)} == {None}

    monkeypatch.setattr(persisting, "_TRIES", 1)
    writers = [Writer(name, people) for name in range(WRITERS)]
    barrier = Barrier(WRITERS)

    def run(writer: Writer) -> None:
        try:
            barrier.wait()
            writer.work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(run, writers))
    codes = sum((writer.codes for writer in writers), Counter[str]())
    assert set(codes) <= {"done", *REFUSALS} and codes.total() == WRITERS * ACTS and codes["done"] > WRITERS * ACTS // 2
    settle_due(NOW)
    moved, end = sum((writer.moved for writer in writers), Counter[str]()), sums()
    assert sum(end.values()) == 0 == end["transit"]
    assert {pot: end[pot] for pot in ("redeemed", "held")} == {pot: moved[pot] for pot in ("redeemed", "held")}
    given = 250 * MEMBERS + moved["given"]
    assert end["available"] + end["held"] + end["redeemed"] + end["expired"] == given
    proof = prove(accounts.values(), also=refolder(NOW))
    assert (proof.accounts, proof.differences, keys_agree()) == (MEMBERS, (), [])
