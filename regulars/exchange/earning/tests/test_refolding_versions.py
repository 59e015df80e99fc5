"""Nights under several versions: what fell due by time alone is folded again by the version that wrote it down."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import psycopg
import pytest

from regulars.engine.tests.worked import programme_text
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.recording import take
from regulars.exchange.earning.refolding import refolder
from regulars.exchange.earning.tests.cast import account, fresh, purchase, rows, visit
from regulars.exchange.ledger.proving import prove
from regulars.ground.publishing.versions import publish

END = datetime(2025, 9, 1, 12, tzinfo=UTC)
#: When each version begins; points last so many months after the last activity, and tiers look back so many.
VERSIONS = ((datetime(2023, 1, 1, tzinfo=UTC), 2, 3), (datetime(2024, 3, 15, tzinfo=UTC), 3, 2),
            (datetime(2024, 8, 1, tzinfo=UTC), 1, 6))  # fmt: skip
TEXT = (
    "programme: {zone: UTC}\n"
    "currencies: [{id: points, pending: {days: 3}, expiry: {after: inactivity, months: %s, notice: none}}]\n"
    "earn: {rules: [{id: base, points: 1, per: 1.00}]}\n"
    "tiers: {counts: spend, window: {rolling_months: %s}, levels: [{id: guest, at: 0}, {id: mate, at: 30.00}]}"
)


@pytest.fixture
def three_versions(committed: None) -> None:
    base, now = None, datetime(2022, 12, 1, tzinfo=UTC)
    for begins, expiry, window in VERSIONS:
        text = programme_text(TEXT % (expiry, window))
        base = publish(text, begins, "keeper", now, base, keep_notice=False, allow_devaluation=True)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def bought(member: str, moment: str) -> None:
    (result,) = take([purchase(member, moment, 4_000, currency="DKK")], "till", at(moment), True)
    assert result.refusal is None


def lapsed(member: str) -> list[tuple[str, int]]:
    """(day of dating, version) of what expired."""
    return [
        (f"{row['at']:%Y-%m-%d}", row["version"])
        for row in rows("entry", account(member), "seq") if row["kind"] == "expiry"
    ]  # fmt: skip


def faults(*members: str) -> list[str]:
    return [str(one) for one in prove(map(account, members), also=refolder(END)).differences]


def test_each_version_settles_its_nights_and_all_of_them_fold_again(
    three_versions: None, owner: psycopg.Connection
) -> None:
    ada, bruno, carmen = fresh("ada"), fresh("bruno"), fresh("carmen")
    bought(ada, "2024-01-05 10:00")
    bought(carmen, "2024-01-06 10:00")
    bought(bruno, "2024-01-20 10:00")
    settle_due(at("2024-01-12 00:10"))
    # Carmen's night is run for everybody else: hers comes when another version is in force.
    settle_due(at("2024-03-10 00:10"))
    settle_due(at("2024-03-25 00:10"))
    assert lapsed(ada) == [("2024-03-10", 1)], "two months after the 9th, when they became available"
    assert lapsed(bruno) == [], "the second version gives three"
    settle_due(at("2024-05-01 00:10"))
    assert lapsed(bruno) == [("2024-04-25", 2)]
    bought(ada, "2024-07-20 10:00")
    settle_due(at("2024-10-01 00:10"))
    assert lapsed(ada) == [("2024-03-10", 1), ("2024-08-25", 3)]
    assert {row["version"] for row in rows("tier_move", account(ada))} > {1}
    assert faults(ada, bruno, carmen) == []
    # Who says that another version wrote it, says what that one would not have written.
    for member, wrote, other in ((ada, 1, 2), (ada, 3, 2), (bruno, 2, 1), (bruno, 2, 3)):
        change = "UPDATE entry SET version = %s WHERE account_id = %s AND kind = 'expiry' AND version = %s"
        assert owner.execute(change, [other, account(member), wrote]).rowcount == 1
        assert faults(member), (member, wrote, other)
        owner.execute(change, [wrote, account(member), other])
    assert faults(ada, bruno, carmen) == []


@pytest.mark.parametrize("seed", (2, 3, 4, 5))
def test_whenever_nights_and_versions_come_the_history_folds_again(three_versions: None, seed: int) -> None:
    chance, people, now = Random(seed), [fresh(name) for name in ("ada", "bruno", "carmen")], at("2024-01-05 10:00")
    for _ in range(60):
        now += timedelta(days=chance.choice((0, 1, 2, 5, 9, 20)), minutes=7)
        who, moment = chance.choice(people), f"{now - timedelta(days=chance.choice((0, 0, 0, 4, 30))):%Y-%m-%d %H:%M}"
        what = chance.random()
        if what < 0.45:
            take([purchase(who, moment, chance.choice((500, 4_000)), currency="DKK")], "till", now, True)
        elif what < 0.6:
            take([replace(visit(who, moment), currency="DKK")], "till", now, True)
        else:
            settle_due(now)
    settle_due(END)
    assert {row["version"] for who in people for row in rows("entry", account(who))} == {1, 2, 3}
    assert faults(*people) == []
