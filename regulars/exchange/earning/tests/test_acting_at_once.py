"""A hundred writers at once, spending, holding, buying and giving away: the end is exact, and nobody has to try again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection, connections

from regulars.exchange.earning.acting import ActRefused, adjust, cancel, capture, hold, redeem, release, transfer
from regulars.exchange.earning.tests.cast import account, purchase, rows, tell
from regulars.exchange.earning.tests.test_acting import by, member_with, pots
from regulars.exchange.ledger.assembling import assemble
from regulars.exchange.ledger.proving import prove

pytestmark = pytest.mark.usefixtures("committed", "harbour")
#: Each a thread and a connection; the server of the tests takes a hundred.
WORKERS, MOST = 20, 90
Work = Callable[[], object]


def at_once(works: Sequence[Work], workers: int = WORKERS) -> list[str]:
    """Run the works on so many connections that start together; `done`, or the code of a refusal, of each."""
    barrier = Barrier(workers)

    def run(share: Sequence[Work]) -> list[str]:
        told = []
        try:
            barrier.wait()
            for work in share:
                try:
                    work()
                    told.append("done")
                except ActRefused as refused:
                    told.append(refused.refusal.code)
        finally:
            connections.close_all()
        return told

    with ThreadPoolExecutor(workers) as pool:
        return [code for share in pool.map(run, [works[start::workers] for start in range(workers)]) for code in share]


def whole(*members: str) -> None:
    accounts = [account(member) for member in members]
    assert prove(accounts).differences == ()
    for held in assemble(accounts).values():
        purse = held.standing.purse("points")
        assert held.pots["points"]["available"] == sum(lot.left for lot in purse.open) == purse.available


def test_a_hundred_writers_on_one_member_spend_no_point_twice() -> None:
    ada = member_with(500)
    redemptions: list[Work] = [lambda: redeem(ada, 7, "", by()) for _ in range(40)]
    holds: list[Work] = [lambda: hold(ada, 11, "", 14, by()) for _ in range(30)]
    purchases: list[Work] = [lambda: tell(purchase(ada, "2024-06-01 12:00", 1_000)) for _ in range(30)]
    works = [work for trio in zip(redemptions, holds, purchases, strict=False) for work in trio] + redemptions[30:]
    codes = Counter(at_once(works, MOST))
    assert set(codes) == {"done", "insufficient_points"} and codes.total() == 100
    end = pots(ada)
    assert end["redeemed"] % 7 == 0 and end["held"] % 11 == 0
    # Whoever asked for 7 or 11 was served as long as there were so many: less than that is left.
    assert end["redeemed"] + end["held"] + end.get("available", 0) == 500 and end.get("available", 0) < 11
    assert end["redeemed"] // 7 + end["held"] // 11 + 30 == codes["done"]
    assert end["pending"] == 450  # a point for every dollar, and 50 on every tenth visit
    whole(ada)


def test_many_who_correct_one_movement_at_once_put_right_no_more_than_it_moved() -> None:
    ada = member_with(100)
    redeem(ada, 10, "", by())
    (spent,) = [row["seq"] for row in rows("entry", account(ada)) if row["kind"] == "redemption"]
    works: list[Work] = [lambda: adjust(ada, 1, "points", "mistake", by(), spent) for _ in range(25)]
    assert Counter(at_once(works)) == {"done": 10, "correction_exceeds": 15}
    assert pots(ada)["available"] == 100
    whole(ada)


def test_transfers_in_both_directions_neither_wait_for_each_other_nor_lose_a_point() -> None:
    people = [member_with(40, name) for name in ("ada", "bruno", "carmen")]
    pairs = [(left, right) for left in people for right in people if left != right]
    works: list[Work] = [
        lambda pair=pair, points=points: transfer(*pair, points, "", by())  # type: ignore[misc]
        for points in (1, 3, 9, 27, 2, 5, 8, 30, 4, 40)
        for pair in pairs
    ]
    works += [lambda who=who: redeem(who, 1, "", by()) for who in people * 5]  # type: ignore[misc]
    codes = Counter(at_once(works))
    assert set(codes) <= {"done", "insufficient_points"} and codes["done"] > 15
    ends = [pots(who) for who in people]
    assert sum(end.get("transit", 0) for end in ends) == 0
    assert sum(end.get("available", 0) + end.get("redeemed", 0) for end in ends) == 120
    whole(*people)


def test_the_same_act_by_many_at_once_is_done_once_and_answered_alike() -> None:
    ada, bruno, told, gift = member_with(100), member_with(1, "bruno"), by(), by()
    found: list[object] = []
    works: list[Work] = [lambda: found.append(redeem(ada, 30, "", told).event) for _ in range(20)]
    works += [lambda: found.append(transfer(ada, bruno, 20, "", gift).received) for _ in range(20)]
    assert set(at_once(works)) == {"done"}
    assert len(set(found)) == 2
    assert pots(ada) == {"available": 50, "redeemed": 30, "transit": 20}
    whole(ada, bruno)


def test_one_hold_is_answered_to_its_last_point_and_no_further() -> None:
    ada = member_with(100)
    held, spent = hold(ada, 60, "", 14, by()).event, redeem(ada, 10, "", by()).event
    works: list[Work] = [lambda: capture(ada, held, 7, by()) for _ in range(20)]
    works += [lambda: release(ada, held, 5, by()) for _ in range(20)]
    works += [lambda: cancel(ada, spent, by()) for _ in range(10)]
    works += [lambda: adjust(ada, 1, "", "thanks", by()) for _ in range(10)]
    codes = Counter(at_once(works))
    assert set(codes) <= {"done", "hold_exceeded", "unknown_hold", "already_reversed"}
    assert codes["already_reversed"] == 9
    end = pots(ada)
    assert end.get("held", 0) < 5 and end["redeemed"] % 7 == 0
    assert end["available"] + end.get("held", 0) + end["redeemed"] == 110
    whole(ada)


def test_events_of_an_account_have_ids_in_the_order_in_which_they_were_recorded() -> None:
    ada = member_with(100)
    early = datetime(2024, 5, 1, tzinfo=UTC)
    redeem(ada, 1, "", by())
    redeem(ada, 1, "", by(on=early))  # a clock that is behind
    at_once([lambda: redeem(ada, 1, "", by()) for _ in range(40)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT event_id FROM entry WHERE account_id = %s ORDER BY seq", [account(ada)])
        ids = [id for (id,) in cursor.fetchall() if id]
    assert ids == sorted(ids) and len(ids) > 40
