"""Many writers at once buy and spend while members join a household and leave it: the end is exact."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection

from regulars.engine.events import JOIN_IN, LEAVE_OUT
from regulars.exchange.earning.acting import redeem
from regulars.exchange.earning.housing import Moved, found, join, leave
from regulars.exchange.earning.refolding import refolder
from regulars.exchange.earning.tests.cast import NOW, fresh, purchase, rows, tell
from regulars.exchange.earning.tests.test_acting import by, member_with
from regulars.exchange.earning.tests.test_acting_at_once import Work, at_once
from regulars.exchange.ledger.assembling import assemble
from regulars.exchange.ledger.proving import prove
from regulars.ground.members.enrolling import accounts_of, given_accounts_of
from regulars.ground.members.households import members_of

pytestmark = pytest.mark.usefixtures("committed", "harbour")


def test_buying_and_spending_while_members_join_and_leave_ends_exact() -> None:
    people = [member_with(50, name) for name in ("ada", "bruno", "carmen", "dagny")]
    home = found(people[0], fresh("H"), by()).household
    works: list[Work] = []
    for turn in range(6):
        for who in people:
            works.append(lambda who=who: tell(purchase(who, "2024-06-01 12:00", 1_000)))  # type: ignore[misc]
            works.append(lambda who=who: redeem(who, 3, "points", by()))  # type: ignore[misc]
            if who != people[0]:
                if turn % 2:
                    works.append(lambda who=who: leave(who, 0, "", by()))  # type: ignore[misc]
                else:
                    works.append(lambda who=who: join(who, home.number, by()))  # type: ignore[misc]
    codes = Counter(at_once(works))
    assert set(codes) <= {"done", "in_household", "not_in_household", "insufficient_points"}
    assert codes["done"] >= 24
    accounts = [home.account, *given_accounts_of(people).values()]
    events = [row for account in accounts for row in rows("event", account)]
    assert sum(row["type"] == "purchase" for row in events) == 4 + 24
    balances = [row for account in accounts for row in rows("balance", account) if row["currency"] == "points"]
    assert sum(row["transit"] for row in balances) == 0
    for row in balances:
        # Whoever is in the household has nothing of their own, and it has all of theirs.
        inside = row["account_id"] in members_of(home.account)
        assert not inside or row["available"] == row["pending"] == row["held"] == row["debt"] == 0
    inside_then: set[int] = set()
    for row in rows("event", home.account, "id"):
        # Nothing lands in the household for somebody who is not in it at that moment.
        teller = json.loads(row["attributes"])["_by"]
        if row["type"] == JOIN_IN:
            inside_then.add(teller)
        assert teller in inside_then
        if row["type"] == LEAVE_OUT:
            inside_then.discard(teller)
    shares = assemble([home.account])[home.account].standing.shares
    assert sorted(shares) == sorted(members_of(home.account))
    assert {accounts_of([who])[who] for who in people} <= {*accounts}
    report = prove(accounts, also=refolder(NOW))
    assert report.differences == ()


def done_once(act: Callable[[], Moved]) -> None:
    """Twenty do the same at once: one of them does it, and all are answered alike."""
    moved: list[Moved] = []
    works: list[Work] = [lambda: moved.append(act())] * 20
    assert set(at_once(works)) == {"done"}
    assert len({(one.went, one.came) for one in moved}) == 1
    assert Counter(one.again for one in moved) == {False: 1, True: 19}


def test_the_same_joining_or_leaving_by_many_at_once_is_done_once() -> None:
    ada, before = member_with(50), member_with(20, "bruno")
    home = found(ada, "", by()).household
    for who in (before, member_with(20, "carmen")):  # accounts are locked in their order: the household's is between
        joins, leaves = by(), by()
        done_once(lambda who=who, joins=joins: join(who, home.number, joins))  # type: ignore[misc]
        done_once(lambda who=who, leaves=leaves: leave(who, 0, "", leaves))  # type: ignore[misc]
    assert members_of(home.account) == list(given_accounts_of([ada]).values())


@pytest.mark.parametrize("number", ["", "H"])
def test_opening_a_household_that_is_told_many_times_at_once_opens_one(number: str) -> None:
    ada, opening, before = member_with(50), by(), how_many_households()
    told = number and fresh(number)
    works: list[Work] = [lambda: found(ada, told, opening)] * 8
    assert set(at_once(works, 8)) == {"done"}
    assert how_many_households() == before + 1


def how_many_households() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM household")
        return int(cursor.fetchone()[0])
