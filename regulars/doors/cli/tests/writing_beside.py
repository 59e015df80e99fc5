"""Tills that write beside a migration: as the first program did, with its own statements, planned once, on its own
columns; or as this one does."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Any
from uuid import uuid4

import psycopg
from django.db import connections

from regulars.exchange.earning.recording import RECORDED, take
from regulars.exchange.earning.tests.cast import purchase

#: Of the points of a purchase all members together have so many in a month.
BUDGET = """  budgets:
    - {id: month, title: {en: of all, de: aller, es: de todos, da: alles}, rules: [base], per: month, most: 1000000, at_edge: clip}
"""
BAKERY = (Path(__file__).parents[4] / "tests" / "programmes" / "bakery.yaml").read_text(encoding="utf-8")
BAKERY = BAKERY.replace("tiers:\n", BUDGET + "tiers:\n", 1)
MEMBERS = {"Ada": 1, "Bruno": 2, "Carmen": 3}
TILLS = 4
NOW = datetime(2026, 5, 5, tzinfo=UTC)
#: A purchase of one euro: a point, on a day in May. Each statement as one row says it.
_ACCOUNT = "SELECT FROM account WHERE account_id = %(account)s FOR UPDATE"
_NUMBER = "SELECT seq + 1 FROM standing WHERE account_id = %(account)s"
_PURCHASE = (
    "INSERT INTO event (account_id, id, source, external_id, type, occurred_at, recorded_at, version, net, lines, outcome)"
    " VALUES (%(account)s, %(id)s, 'till', %(id)s::text, 'purchase', '2026-05-04 10:00Z', now(), 1, 100,"
    """ '{"net": [100], "line": ["1"], "quantity": [1]}', %(outcome)s)""",
    "INSERT INTO event_key (source, external_id, type, account_id, event_id, digest)"
    " VALUES ('till', %(id)s::text, 'purchase', %(account)s, %(id)s, '')",
    "INSERT INTO entry (account_id, seq, at, event_id, version, currency, kind, source, target, amount, rule, base,"
    " granted, shares, available_on, expires_on) VALUES (%(account)s, %(seq)s, '2026-05-04 10:00Z', %(id)s, 1, 'points',"
    " 'accrual', 'issued', 'available', 1, 'base', 100, 1, '{1}', '2026-05-04', '2026-11-04')",
    "INSERT INTO lot (account_id, currency, seq, amount, remaining, pending, earned_on, available_on, expires_on, version)"
    " VALUES (%(account)s, 'points', %(seq)s, 1, 1, false, '2026-05-04', '2026-05-04', '2026-11-04', 1)",
    "INSERT INTO balance AS b (account_id, currency, available, pending, debt, issued, redeemed, expired)"
    " VALUES (%(account)s, 'points', 1, 0, 0, -1, 0, 0) ON CONFLICT (account_id, currency)"
    " DO UPDATE SET available = b.available + 1, issued = b.issued - 1",
    "UPDATE standing SET seq = %(seq)s, progress = 100 * %(seq)s, last_on = '2026-05-04', due_on = '2026-11-05',"
    """ state = state || jsonb_build_object('seq', %(seq)s::int, 'day', 739740, 'progress', jsonb_build_array("""
    "jsonb_build_array(739740, 100 * %(seq)s::int)), 'purses', "
    """'{"points": {"debt": 0, "carry": [0, 100], "last": 739740, "notices": []}}'::jsonb)"""
    " WHERE account_id = %(account)s",
)
#: The same drawn on a budget, by a program that did not count yet what was drawn, out of the pool alone.
_MAY = 2026 * 12 + 4
_DRAWN = f'{{"drawn": [["month", "month", {_MAY}, 1, 1, ["base"]]]}}'
_DRAW = (
    f"INSERT INTO budget_pool AS p (budget, per, period, most, left_over) VALUES ('month', 'month', {_MAY}, 1000000, 999999)"
    " ON CONFLICT (budget, per, period) DO UPDATE SET left_over = p.left_over - 1"
)
_NOBODY = """{"seq": 0, "day": 0, "joined": 739740, "tier": [0, 0, 0], "ranks": [], "rises": [], "progress": [],
    "head": 0, "counts": {}, "counted_day": {}, "used": {}, "purses": {}}"""


def furnish(url: str) -> None:
    """Publish the bakery's programme and enrol its members, in the tables of the first program."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO programme_version (number, text, digest, effective_at, published_at, published_by)"
            " VALUES (1, %s, %s, '2016-01-01', '2016-01-01', 'keeper')",
            [BAKERY, sha256(BAKERY.encode()).hexdigest()],
        )
        connection.execute("SELECT ledger_partitions('2026-03-01', '2026-06-01')")
        for name, account in MEMBERS.items():
            told = {"account": account, "name": name, "nobody": _NOBODY}
            for statement in (
                "INSERT INTO account (account_id, opened_at) VALUES (%(account)s, now())",
                "INSERT INTO member (account_id, number, given_name, family_name, joined_on)"
                " VALUES (%(account)s, %(name)s, %(name)s, 'Ærø', '2026-05-04')",
                "INSERT INTO member_number (number, account_id) VALUES (%(name)s, %(account)s)",
                "INSERT INTO standing (account_id, seq, tier, progress, last_on, due_on, state)"
                " VALUES (%(account)s, 0, 'guest', 0, '0001-01-01', '9999-01-01', %(nobody)s)",
            ):
                connection.execute(statement, told)


class Tills:
    """While inside, `TILLS` writers sell to the same few members, each purchase in a transaction of its own, `drawing` on
    a budget or not.

    `sold` counts by till what was committed; `errors` is what a till would have to handle.
    """

    def __init__(self, url: str, drawing: bool = False) -> None:
        self._told = {"outcome": _DRAWN if drawing else "{}"}
        self._statements = (*_PURCHASE, _DRAW) if drawing else _PURCHASE
        self.sold = [0] * TILLS
        self.errors: list[BaseException] = []
        self._url, self._over = url, Event()
        self._threads = [Thread(target=self._sell, args=(till,)) for till in range(TILLS)]

    def all_go_on(self) -> None:
        """Wait until every till has sold to everybody once more."""
        enough = [sold + 2 * len(MEMBERS) for sold in self.sold]
        for _ in range(6_000):
            assert self.errors == [], self.errors
            if all(sold >= wanted for sold, wanted in zip(self.sold, enough, strict=True)):
                return
            time.sleep(0.005)
        raise AssertionError(f"the tills stand still: {self.sold} of {enough}")

    def _sell(self, till: int) -> None:
        try:
            with psycopg.connect(self._url) as connection:
                while not self._over.is_set():
                    self.sell_to(list(MEMBERS)[(till + self.sold[till]) % len(MEMBERS)], connection)
                    self.sold[till] += 1
        except BaseException as error:  # noqa: BLE001 the test says what came of each till
            self.errors.append(error)
        finally:
            connections.close_all()

    def sell_to(self, member: str, connection: psycopg.Connection[Any]) -> None:
        """One purchase."""
        told: dict[str, Any] = {"account": MEMBERS[member], "id": uuid4(), **self._told}
        with connection.transaction():
            connection.execute(_ACCOUNT, told, prepare=True)
            (told["seq"],) = connection.execute(_NUMBER, told, prepare=True).fetchone() or (None,)
            for statement in self._statements:
                connection.execute(statement, told, prepare=True)

    def __enter__(self) -> Tills:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


class TodaysTills(Tills):
    """The same, each purchase taken as this program takes it."""

    def sell_to(self, member: str, connection: psycopg.Connection[Any]) -> None:
        """One purchase."""
        (result,) = take([purchase(member, "2026-05-04 10:00", 100, currency="EUR")], "till", NOW, create=False)
        assert result.status == RECORDED
