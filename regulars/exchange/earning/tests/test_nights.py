"""The night settles what fell due, once, whoever runs it and however often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from random import Random
from threading import Barrier

from django.db import connection, connections

from regulars.engine.standing import dump
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.tests.cast import Line, account, fresh, pots, purchase, rows, tell
from regulars.exchange.earning.tests.lives import a_life, fold
from regulars.exchange.ledger.assembling import assemble
from regulars.exchange.ledger.proving import prove
from regulars.ground.publishing.versions import publish, versions


def kinds(member: str) -> list[tuple[str, date]]:
    return [(row["kind"], row["at"].date()) for row in rows("entry", account(member), "seq")]


def test_points_become_available_in_the_night_they_are_due(harbour: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-07 15:00", 10_000))
    assert rows("standing", account(ada))[0]["due_on"] == date(2024, 3, 22)
    # In New York it is still the evening of the 21st.
    assert settle_due(datetime(2024, 3, 22, 3, 59, tzinfo=UTC)) == 0
    assert pots(ada) == {"pending": 100, "issued": -100}
    assert settle_due(datetime(2024, 3, 22, 4, 0, tzinfo=UTC)) == 1
    assert pots(ada) == {"available": 100, "issued": -100}
    assert kinds(ada)[-1] == ("activation", date(2024, 3, 22))
    assert settle_due(datetime(2024, 3, 22, 4, 0, tzinfo=UTC)) == 0


def test_a_late_night_dates_everything_when_it_was_due(harbour: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-07 15:00", 150_000))
    assert rows("standing", account(ada))[0]["tier"] == "mate"
    assert settle_due(datetime(2030, 1, 1, tzinfo=UTC)) == 1
    assert pots(ada) == {"available": 500, "issued": -500}, "nothing expires without a notice"
    assert kinds(ada)[1:] == [("activation", date(2024, 3, 22))]
    assert [(row["why"], row["at"].date()) for row in rows("tier_move", account(ada), "seq")] == [
        ("reached", date(2024, 3, 7)), ("grace", date(2025, 3, 8)), ("fell", date(2025, 5, 7)),
    ]  # fmt: skip
    assert rows("standing", account(ada))[0]["due_on"] == date(9999, 12, 31)


def test_the_night_expires_each_lot_on_its_day(corner: int) -> None:
    ada = fresh("ada")
    tell(
        purchase(ada, "2024-01-31 12:00", Line(10_000, category="rye"), currency="DKK"),
        purchase(ada, "2024-08-30 12:00", 4_000, currency="DKK"),
    )
    assert settle_due(datetime(2024, 8, 1, 12, tzinfo=UTC)) == 0, "the second purchase settled what the first one left"
    assert settle_due(datetime(2025, 2, 28, 22, 59, tzinfo=UTC)) == 1
    assert settle_due(datetime(2025, 2, 28, 23, 0, tzinfo=UTC)) == 1
    assert [(row["amount"], row["at"]) for row in rows("entry", account(ada), "seq") if row["kind"] == "expiry"] == [
        (30, datetime(2024, 7, 31, 22, tzinfo=UTC)), (4, datetime(2025, 2, 28, 23, tzinfo=UTC)),
    ]  # fmt: skip


def test_small_batches_settle_everyone(harbour: int) -> None:
    people = [fresh("ada") for _ in range(7)]
    tell(*(purchase(who, f"2024-03-{7 + place:02} 15:00", 10_000) for place, who in enumerate(people)))
    assert settle_due(datetime(2024, 5, 1, tzinfo=UTC), limit_accounts=2) == 7
    assert {tuple(pots(who)) for who in people} == {("available", "issued")}


def test_nights_change_nothing_of_what_the_fold_says(harbour: int) -> None:
    random = Random(3)
    ada = fresh("ada")
    life = sorted(a_life(ada, random, "USD", events=40), key=lambda event: event.at)
    for event in life:
        settle_due(datetime.fromtimestamp(event.at / 1_000_000, UTC))
        tell(event)
    until = life[-1].at + 400 * 86_400_000_000
    settle_due(datetime.fromtimestamp(until / 1_000_000, UTC))
    kernel = versions().latest.kernel
    folded = fold(kernel, life)
    kernel.settle(folded.standing, kernel.terms.zone.local(until)[0])
    assert dump(assemble([account(ada)])[account(ada)].standing) == dump(folded.standing)
    assert prove([account(ada)]).differences == ()


def test_without_a_programme_nothing_is_due(db: None) -> None:
    assert settle_due(datetime(2024, 5, 1, tzinfo=UTC)) == 0


def test_nights_and_sales_at_once_end_exact(committed: None, harbour: int) -> None:
    people = [fresh("ada") for _ in range(12)]
    tell(*(purchase(who, "2024-03-07 15:00", 10_000) for who in people))
    barrier = Barrier(6)

    def night(_: int) -> int:
        try:
            barrier.wait()
            return settle_due(datetime(2024, 4, 1, tzinfo=UTC), limit_accounts=3)
        finally:
            connections.close_all()

    def sell(place: int) -> int:
        try:
            barrier.wait()
            for who in people[place::2]:
                tell(purchase(who, "2024-04-04 15:00", 10_000))
            return 0
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        nights = [pool.submit(night, place) for place in range(4)]
        sales = [pool.submit(sell, place) for place in range(2)]
        assert sum(work.result() for work in nights) <= len(people)
        assert [work.result() for work in sales] == [0, 0]
    assert [pots(who) for who in people] == [{"available": 100, "pending": 100, "issued": -200}] * len(people)
    assert prove(account(who) for who in people).differences == ()


def test_the_due_accounts_are_found_by_their_index(harbour: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(
            "EXPLAIN SELECT due_on, account_id FROM standing WHERE due_on <= %s AND (due_on, account_id) > (%s, %s)"
            " ORDER BY due_on, account_id LIMIT 500",
            [date(2024, 5, 1), date.min, 0],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "standing_due" in plan and "Sort" not in plan


def test_a_version_with_fewer_tiers_stops_neither_the_night_nor_anybodys_purchase(harbour: int) -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    tell(purchase(ada, "2026-03-01 15:00", 400_000), purchase(bruno, "2026-03-01 15:00", 1_000))
    text = versions().latest.kernel.terms.programme.text
    fewer = "".join(line for line in text.splitlines(keepends=True) if "{id: captain," not in line)
    rule = fewer.index("    - id: captains-tenth")
    fewer = fewer[:rule] + fewer[fewer.index("    - id: tenth-visit") :]
    fewer = fewer.replace('when: tier in ("mate", "captain")', 'when: tier == "mate"')
    begins = datetime(2026, 4, 1, tzinfo=UTC)
    publish(fewer, begins, "keeper", datetime(2025, 12, 30, tzinfo=UTC), harbour, allow_devaluation=True)
    settle_due(datetime(2026, 4, 2, tzinfo=UTC))
    assert [one.status for one in tell(purchase(ada, "2026-04-03 15:00", 500), purchase(bruno, "2026-04-03 15:00", 500))] == [
        "recorded", "recorded",
    ]  # fmt: skip
    moves = [(row["source"], row["target"], row["why"]) for row in rows("tier_move", account(ada), "seq")]
    assert moves == [("deckhand", "captain", "reached"), ("captain", "mate", "version")]
    assert prove([account(ada), account(bruno)]).differences == ()
