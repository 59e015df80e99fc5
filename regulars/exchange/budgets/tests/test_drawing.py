"""Budgets of all members, drawn live: exactly what there is, whoever comes, and the ledger knows why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Barrier

import psycopg
import pytest
from django.db import connection, connections

from regulars.engine.tests.worked import programme_text
from regulars.exchange.budgets import leasing
from regulars.exchange.budgets.agreeing import budgets_agree
from regulars.exchange.budgets.recounting import recount
from regulars.exchange.earning.acting import By, bring_back
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.quoting import quote
from regulars.exchange.earning.recording import Result
from regulars.exchange.earning.refolding import refolder
from regulars.exchange.earning.tests.cast import (
    NOW,
    SOURCE,
    account,
    delivery,
    fresh,
    pots,
    purchase,
    returned,
    rows,
    tell,
    visit,
)
from regulars.exchange.ledger.proving import prove
from regulars.exchange.ledger.reasons import why
from regulars.exchange.ledger.statement import statement
from regulars.ground.activity.contract import Incoming
from regulars.ground.publishing.versions import publish
from regulars.kit.json import decode

SQL = Path(leasing.__file__).parent / "sql"
BEGINS = datetime(2016, 1, 1, tzinfo=UTC)
LAUNCH = """
programme: {money: USD}
earn:
  rules:
    - {id: base, points: 1, per: 1.00}
    - {id: launch, times: 2, of: [base]}
  budgets:
    - {id: campaign, rules: [launch], per: month, most: MOST, at_edge: EDGE}
"""


def launch(most: int, edge: str = "clip", begins: datetime = BEGINS, base: int | None = None) -> int:
    """A programme that doubles points, with so many for all members together in a month."""
    text = programme_text(LAUNCH.replace("MOST", str(most)).replace("EDGE", edge))
    return publish(text, begins, "keeper", begins, base, keep_notice=False)


def buys(member: str, dollars: int, when: str = "2024-03-07 15:00") -> Incoming:
    return purchase(member, when, dollars * 100)


def given(*members: str) -> int:
    """The points that the rule under the budget gave, less what returns took back."""
    signs = {"accrual": 1, "clawback": -1}
    found = [row for member in members for row in rows("entry", account(member)) if row["rule"] == "launch"]
    return sum(signs[row["kind"]] * row["amount"] for row in found)


def there() -> dict[int, int]:
    """What is left by period, wherever it lies."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.period, p.left_over + coalesce((SELECT sum(l.left_over) FROM budget_lease l"
            " WHERE (l.budget, l.per, l.period) = (p.budget, p.per, p.period)), 0)::bigint FROM budget_pool p ORDER BY 1"
        )
        return dict(cursor.fetchall())


def sound(*members: str) -> None:
    """All that is proved of the ledger holds, the histories folded again among it, and the budgets agree."""
    assert prove([account(member) for member in members], also=refolder(NOW)).differences == ()
    assert budgets_agree() == []


MARCH = 2024 * 12 + 2


def test_who_comes_when_a_budget_is_used_up_gets_nothing_of_it_and_reads_why(db: None) -> None:
    launch(100)
    ada, bruno, carmen = fresh("ada"), fresh("bruno"), fresh("carmen")
    assert tell(buys(ada, 70))[0].points == {"points": 140}
    short = tell(buys(bruno, 70))[0]
    assert short.points == {"points": 100}
    assert short.outcome and [tuple(clip) for clip in short.outcome.clips] == [("campaign", "launch", 40)]
    assert tell(buys(carmen, 70))[0].points == {"points": 70}
    (event,) = rows("event", account(bruno))
    assert decode(event["outcome"])["drawn"] == [["campaign", "month", MARCH, 30, 30, ["launch"]]]
    assert there() == {MARCH: 0}
    sound(ada, bruno, carmen)
    quoted = quote(buys(ada, 30), account(ada), "en")
    assert [(one.rule, one.points) for one in quoted.given] == [("base", 30)]
    assert [(one.cap, one.points) for one in quoted.held_back] == [("campaign", 30)]
    assert quote(buys(ada, 30, "2024-04-07 15:00"), account(ada), "en").held_back == ()
    (line,) = [line for line in statement(account(bruno)) if line.reason.rule == "launch"]
    assert "40 more were not given: campaign." in why(line.reason, "en")


def test_every_period_has_its_own(db: None) -> None:
    launch(100)
    ada = fresh("ada")
    tell(buys(ada, 150), buys(ada, 60, "2024-04-01 15:00"))
    assert there() == {MARCH: 0, MARCH + 1: 40}
    sound(ada)


def test_one_that_refuses_keeps_what_is_left_for_an_event_that_fits(db: None) -> None:
    launch(100, "refuse")
    ada, bruno, carmen = fresh("ada"), fresh("bruno"), fresh("carmen")
    results = tell(buys(ada, 70), buys(bruno, 70), buys(carmen, 30))
    assert [result.points["points"] for result in results] == [140, 70, 60]
    assert there() == {MARCH: 0}
    sound(ada, bruno, carmen)


def test_what_a_return_takes_back_is_there_for_others_of_its_own_period(db: None) -> None:
    launch(100)
    ada, bruno = fresh("ada"), fresh("bruno")
    coat = buys(ada, 100)
    tell(coat)
    assert tell(buys(bruno, 50))[0].points == {"points": 50}
    tell(returned(ada, "2024-04-20 15:00", coat, {"1": 4_000}))
    assert there() == {MARCH: 40}
    assert tell(buys(bruno, 50))[0].points == {"points": 90}
    bring_back(ada, coat.id, {}, By("dagny", SOURCE, "back", datetime(2024, 5, 2, tzinfo=UTC)))
    assert there() == {MARCH: 60}
    sound(ada, bruno)


def test_what_is_told_again_or_refused_draws_nothing(db: None) -> None:
    launch(100)
    ada = fresh("ada")
    event = buys(ada, 30)
    tell(event)
    tell(event)
    tell(purchase(ada, "2024-03-07 15:00", 7_000, currency="EUR"))
    assert there() == {MARCH: 70}
    sound(ada)


def test_a_later_version_allows_more_or_less_and_counts_what_was_drawn(db: None) -> None:
    first = launch(1_000)
    second = launch(1_100, begins=datetime(2024, 3, 10, tzinfo=UTC), base=first)
    launch(500, begins=datetime(2024, 3, 20, tzinfo=UTC), base=second)
    people = [fresh(name) for name in ("ada", "bruno", "carmen")]
    tell(*(buys(who, 200) for who in people))
    assert there() == {MARCH: 400}
    tell(buys(people[0], 450, "2024-03-11 12:00"))
    assert there() == {MARCH: 50}
    assert tell(buys(people[1], 10, "2024-03-21 12:00"))[0].points == {"points": 10}
    assert there() == {MARCH: -550}
    sound(*people)


WAITING = """
programme: {money: USD}
currencies:
  - id: points
    pending: {until: order delivered, within_days: 10}
    expiry: {after: earning, months: 1, notice: none}
earn:
  rules:
    - {id: launch, points: 1, per: 1.00}
    - {id: loyal, points: 10, streak: {days: 2}}
"""
BUDGET = "  budgets: [{id: campaign, per: month, most: 100, at_edge: clip}]\n"


def test_what_waited_in_vain_is_there_for_others_whoever_finds_it_first(db: None) -> None:
    """The night, the member's next event, or one of the same batch; also when nothing is under the budget any more."""
    first = publish(programme_text(WAITING + BUDGET), BEGINS, "keeper", BEGINS, None, keep_notice=False)
    ada, bruno, carmen = fresh("ada"), fresh("bruno"), fresh("carmen")
    lamp, shade = buys(ada, 60, "2024-03-01 12:00"), buys(ada, 30, "2024-03-01 12:00")
    tell(lamp, shade, buys(bruno, 70, "2024-03-02 12:00"))
    assert there() == {MARCH: 0}
    tell(delivery(ada, "2024-03-05 12:00", shade), returned(ada, "2024-03-06 12:00", lamp, {"1": 2_000}))
    assert there() == {MARCH: 20}
    settle_due(datetime(2024, 3, 12, tzinfo=UTC))
    assert there() == {MARCH: 60}, "40 of the lamp's are there again, bruno's wait"
    sound(ada, bruno)
    tell(visit(bruno, "2024-03-14 12:00"))
    assert there() == {MARCH: 70}
    tell(
        buys(carmen, 70, "2024-03-14 12:00"), visit(carmen, "2024-03-26 12:00"), returned(ada, "2024-03-27 12:00", lamp)
    )
    assert there() == {MARCH: 70}, "what has lapsed does not come back a second time with its purchase"
    sound(ada, bruno, carmen)
    tell(buys(carmen, 20, "2024-03-28 12:00"), buys(bruno, 30, "2024-03-28 12:00"))
    assert there() == {MARCH: 20}
    begins = datetime(2024, 4, 2, tzinfo=UTC)
    publish(programme_text(WAITING), begins, "keeper", begins, first, keep_notice=False)
    tell(visit(carmen, "2024-04-20 12:00"))
    assert there() == {MARCH: 40}
    settle_due(datetime(2024, 4, 21, tzinfo=UTC))
    assert there() == {MARCH: 70}
    sound(ada, bruno, carmen)


def test_what_expired_or_was_spared_comes_back_with_the_purchase_that_it_was_for(db: None) -> None:
    text = WAITING.replace("pending: {until: order delivered, within_days: 10}", "debt: yes")
    publish(programme_text(text + BUDGET), BEGINS, "keeper", BEGINS, None, keep_notice=False)
    ada, bruno = fresh("ada"), fresh("bruno")
    coat = buys(ada, 40, "2024-03-01 12:00")
    day, tea, milk = (buys(bruno, 1, f"2024-03-{when} 12:00") for when in ("01", "02", "02"))
    tell(coat, day, tea, milk)
    assert there() == {MARCH: 100 - 40 - 13}
    settle_due(datetime(2024, 4, 3, tzinfo=UTC))
    assert "available" not in pots(ada)
    assert there() == {MARCH: 47}, "what expired was had"
    tell(returned(ada, "2024-04-04 12:00", coat, {"1": 3_000}), returned(bruno, "2024-04-04 12:00", tea))
    assert there() == {MARCH: 47 + 30 + 1}, "the gift of the second day stays, as the milk stands"
    tell(returned(bruno, "2024-04-05 12:00", milk))
    assert there() == {MARCH: 47 + 30 + 1 + 1 + 10}
    sound(ada, bruno)


def test_what_was_drawn_and_lapsed_before_buckets_kept_it_is_counted_by_the_migrations(
    committed: None, owner: psycopg.Connection
) -> None:
    publish(programme_text(WAITING + BUDGET), BEGINS, "keeper", BEGINS, None, keep_notice=False)
    people = [fresh(name) for name in ("ada", "bruno", "carmen")]
    tell(*(buys(who, 30, f"2024-03-0{day} 12:00") for day, who in enumerate(people, 1)))
    settle_due(datetime(2024, 3, 13, tzinfo=UTC))
    assert there() == {MARCH: 10 + 30 + 30}
    with owner.transaction():  # as it was: the lapse of two was given back to nobody
        owner.execute("ALTER TABLE budget_lease DROP COLUMN drawn")
        owner.execute("UPDATE budget_pool SET left_over = left_over - 60")
        owner.execute(SQL.joinpath("drawn.sql").read_bytes())
    assert recount() == []
    assert there() == {MARCH: 70}
    sound(*people)


def at_once(works: Sequence[Callable[[], list[Result]]]) -> list[list[Result]]:
    barrier = Barrier(len(works))

    def run(work: Callable[[], list[Result]]) -> list[Result]:
        try:
            barrier.wait()
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_thirty_two_writers_draw_exactly_what_there_is(committed: None) -> None:
    """In batches and one by one, with returns, of a budget of which they ask for more than there is."""
    most = 4_000
    launch(most, "refuse")
    people = [fresh(f"member-{place}") for place in range(40)]
    tell(*(buys(who, 1, "2024-01-07 12:00") for who in people))

    def work(place: int) -> Callable[[], list[Result]]:
        random = Random(place)
        mine = random.sample(people, 4)
        bought = [buys(who, random.choice((10, 30, 75)), f"2024-03-07 12:00:{place:02}") for who in mine]
        back = [returned(event.member, "2024-03-08 12:00", event) for event in bought[:1]]
        again = [buys(who, 40, f"2024-03-09 12:00:{place:02}") for who in random.sample(people, 3)]
        return lambda: [*tell(*bought[:3]), *tell(bought[3]), *tell(*back, *again)]

    results = at_once([work(place) for place in range(32)])
    assert {result.status for share in results for result in share} == {"recorded"}
    assert given(*people) - 40 <= most
    # Whoever comes now has what is left, to the last point.
    tell(buys(people[0], 1, "2024-03-11 12:00"), *(buys(who, 20, "2024-03-11 12:00") for who in people))
    tell(*(buys(who, 1, "2024-03-12 12:00") for who in people[:4] for _ in range(20)))
    assert given(*people) - 40 == most
    assert there()[MARCH] == 0
    sound(*people)


def test_forty_eight_who_ask_for_more_than_there_is_are_given_all_of_it(committed: None) -> None:
    """Nobody comes after them, so nothing may be left in a block that another one did not use."""
    launch(3_000)
    people = [fresh(f"member-{place}") for place in range(48)]
    shares = [people[start::32] for start in range(32)]
    at_once([lambda share=share: [one for who in share for one in tell(buys(who, 100))] for share in shares])
    assert given(*people) == 3_000
    assert there() == {MARCH: 0}
    sound(*people)


def test_many_writers_on_the_lease_of_one_bucket_lose_nothing(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leasing, "BUCKETS", 1)
    launch(500_000)
    people = [fresh(f"member-{place}") for place in range(16)]
    at_once([lambda who=who: [one for _ in range(5) for one in tell(buys(who, 10))] for who in people])
    assert given(*people) == 800
    assert there() == {MARCH: 499_200}


def test_a_purchase_in_the_middle_of_a_budget_locks_nothing_but_the_lease_of_its_bucket(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    launch(1_000_000)
    ada = fresh("ada")
    tell(buys(ada, 10))
    seen: list[int] = []
    hold = leasing.Leases.hold
    monkeypatch.setattr(leasing.Leases, "hold", lambda self, *asked: (seen.append(self.reach), hold(self, *asked))[1])
    tell(buys(ada, 10))
    assert seen == [leasing.OWN]
    assert pots(ada)["available"] == 40


def test_when_it_is_used_up_nobody_waits_for_anybody(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    launch(10)
    ada = fresh("ada")
    tell(buys(ada, 30), buys(ada, 30))
    seen: list[int] = []
    hold = leasing.Leases.hold
    monkeypatch.setattr(leasing.Leases, "hold", lambda self, *asked: (seen.append(self.reach), hold(self, *asked))[1])
    tell(buys(fresh("bruno"), 10))
    assert seen == [leasing.OWN]
