"""Many writers at once: nothing is lost, nothing is counted twice, and nobody has to try again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier

import pytest
from django.db import connections

from regulars.exchange.earning import persisting
from regulars.exchange.earning.recording import DUPLICATE, RECORDED, Result
from regulars.exchange.earning.tests.cast import account, fresh, pots, purchase, redemption, returned, rows, tell
from regulars.exchange.earning.tests.lives import a_life, shuffled
from regulars.exchange.ledger.proving import prove
from regulars.ground.activity.contract import Incoming

pytestmark = pytest.mark.usefixtures("committed", "harbour")


def at_once(works: Sequence[Callable[[], list[Result]]]) -> list[list[Result]]:
    """Run each work on a thread and a connection of its own, all started together; raises what any of them raised."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], list[Result]]) -> list[Result]:
        try:
            barrier.wait()
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_sixteen_writers_on_one_member_end_exact() -> None:
    ada = fresh("ada")
    # A Thursday each, 10.00 each: a point for every dollar, and 50 on every tenth of the 96 visits.
    shares = [
        [purchase(ada, f"2024-03-07 15:{writer:02}:{second:02}", 1_000) for second in range(6)] for writer in range(16)
    ]

    def work(share: list[Incoming]) -> Callable[[], list[Result]]:
        return lambda: [*tell(*share[:3]), *tell(share[3]), *tell(*share[4:])]

    results = at_once([work(share) for share in shares])
    assert all(result.status == RECORDED for share in results for result in share)
    assert len(rows("event", account(ada))) == 96
    assert rows("standing", account(ada))[0]["progress"] == 96_000
    # The daily cap of 500 holds however the writers came to pass.
    assert pots(ada) == {"pending": 500, "issued": -500}
    assert prove([account(ada)]).differences == ()


def test_sixteen_writers_cannot_spend_the_same_points_twice() -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-07 12:00", 10_000))
    results = at_once([lambda: tell(redemption(ada, "2024-04-11 12:00", 30)) for _ in range(16)])
    codes = Counter(result.refusal.code if result.refusal else result.status for share in results for result in share)
    assert codes == {RECORDED: 3, "insufficient_points": 13}
    assert pots(ada) == {"available": 10, "issued": -100, "redeemed": 90}
    assert prove([account(ada)]).differences == ()


def test_the_same_event_told_by_eight_at_once_is_recorded_once() -> None:
    ada = fresh("ada")
    event, other = purchase(ada, "2024-03-07 12:00", 1_000), purchase(ada, "2024-03-07 13:00", 1_000)
    results = at_once([lambda: tell(event, other) for _ in range(8)])
    assert Counter(share[0].status for share in results) == {RECORDED: 1, DUPLICATE: 7}
    assert len({share[0].event for share in results}) == 1
    assert pots(ada) == {"pending": 20, "issued": -20}
    assert prove([account(ada)]).differences == ()


def test_the_same_receipt_for_two_members_at_once_goes_to_one() -> None:
    people = [fresh("ada"), fresh("bruno")]
    event = purchase(people[0], "2024-03-07 12:00", 1_000)
    results = at_once(
        [lambda who=who: tell(purchase(who, "2024-03-07 12:00", 1_000, id=event.id)) for who in people * 4]
    )
    codes = Counter(result.refusal.code if result.refusal else result.status for share in results for result in share)
    assert codes == {RECORDED: 1, DUPLICATE: 3, "other_member": 4}
    assert sum(pots(who).get("pending", 0) for who in people) == 10


def test_many_writers_on_many_members_end_exact() -> None:
    """New members, new months, returns and repeats, every event told by two writers in two different batches."""
    random = Random(11)
    people = [fresh(f"member-{place}") for place in range(12)]
    lives = [a_life(who, random, "USD", events=25) for who in people]
    tellings = [shuffled(lives, random), shuffled(lives, random)]
    parts = [telling[start::4] for telling in tellings for start in range(4)]

    def work(batches: list[list[Incoming]]) -> Callable[[], list[Result]]:
        return lambda: [result for batch in batches for result in tell(*batch)]

    results = at_once([work(part) for part in parts])
    recorded = [result.event for share in results for result in share if result.status == RECORDED]
    assert len(set(recorded)) == len(recorded)
    assert sum(len(rows("event", account(who))) for who in people) == len(recorded)
    assert prove(account(who) for who in people).differences == ()


def test_returns_and_new_months_do_not_get_in_each_others_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Writers that have read the ledger while another one makes the partition of a new month never have to give way."""
    monkeypatch.setattr(persisting, "_TRIES", 1)
    people = [fresh(name) for name in ("ada", "bruno", "carmen", "dagny")]
    bought = [purchase(who, "2031-01-02 12:00", 5_000) for who in people]
    for event in bought:
        tell(event)
    for month in range(2, 7):
        works = [
            lambda who=who, event=event, month=month: tell(
                returned(who, f"2031-{month:02}-03 12:00", event, {"1": 100}),
                purchase(who, f"2031-{month:02}-06 12:00", 1_000),
            )
            for who, event in zip(people, bought, strict=True)
        ]
        assert {result.status for share in at_once(works) for result in share} == {RECORDED}
    assert prove(account(who) for who in people).differences == ()
