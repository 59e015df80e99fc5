"""Months that are over are read once: figures out of what is kept are those of a reading of everything, always."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from random import Random

import psycopg
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.tests.cast import fresh, purchase, redemption, tell
from regulars.exchange.earning.tests.lives import a_life, shuffled
from regulars.ground.publishing.versions import publish, versions
from regulars.insight.liability import movements as reading
from regulars.insight.liability.agreeing import read_anew
from regulars.insight.liability.keeping import CalendarMonth
from regulars.insight.liability.movements import LedgerUnsound, Movements, month_named, movements

MAY, JUNE = month_named("2026-05"), month_named("2026-06")


def whole(last: int) -> Movements:
    """Everything read, and nothing kept of it."""
    with transaction.atomic():
        found = movements(versions(), last, afresh=True)
        transaction.set_rollback(True)
    return found


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The calendar months that each reading had to read, less the running one."""
    found: list[list[str]] = []
    keep = reading.keep

    def noted(key: str, months: Mapping[date, CalendarMonth]) -> None:
        found.append([f"{day:%Y-%m}" for day in months])
        keep(key, months)

    monkeypatch.setattr(reading, "keep", noted)
    return found


def test_a_month_that_is_over_is_read_once_and_again_when_something_comes_late(
    harbour: int, read: list[list[str]]
) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2026-03-06 15:00", 20_000), purchase(ada, "2026-05-04 15:00", 40_000))
    settle_due(datetime(2026, 6, 1, tzinfo=UTC))
    movements(versions(), JUNE)
    movements(versions(), JUNE)
    tell(purchase(ada, "2026-06-04 15:00", 3_000))
    before = movements(versions(), JUNE)
    assert read == [["2026-03", "2026-05"], [], []]
    tell(purchase(ada, "2026-04-30 15:00", 1_000))
    tell(redemption(ada, "2026-05-20 15:00", 100))
    after = movements(versions(), JUNE)
    assert read[3:] == [["2026-04", "2026-05"]]
    assert before != after == whole(JUNE)
    movements(versions(), JUNE)
    movements(versions(), JUNE + 1)
    assert read[-2:] == [[], ["2026-06"]], "June is over, and kept"


def test_terms_of_another_version_are_read_under_anew(harbour: int, read: list[list[str]]) -> None:
    tell(purchase(fresh("ada"), "2026-03-06 15:00", 20_000))
    movements(versions(), MAY)
    text = versions().latest.text.replace("name: ", "name: New ", 1)
    publish(text, datetime(2026, 5, 1, tzinfo=UTC), "keeper", datetime(2026, 4, 1, tzinfo=UTC), harbour)
    assert movements(versions(), MAY) == whole(MAY)
    assert read[:2] == [["2026-03"], ["2026-03"]]


def test_what_is_not_kept_is_read_also_where_numbers_were_changed_by_hand(
    committed: None, harbour: int, owner: psycopg.Connection
) -> None:
    tell(purchase(fresh("ada"), "2026-03-06 15:00", 20_000), purchase(fresh("bruno"), "2026-04-06 15:00", 20_000))
    movements(versions(), JUNE)
    owner.execute("UPDATE standing SET seq = seq + 5")
    owner.execute("DELETE FROM month_moved WHERE month = '2026-03-01'")
    assert movements(versions(), JUNE) == whole(JUNE)


@pytest.mark.parametrize(
    "change",
    [
        "entries = entries + 1",
        "moved = jsonb_set(moved, '{0,4}', '7')",
        "moved = moved - 0",
        "sales = jsonb_set(sales, '{0,1}', '1')",
        "month = '2026-02-01'",
        "terms = 'x'",
    ],
)
def test_what_is_kept_is_believed_as_it_was_kept_and_read_again_when_it_was_changed_by_hand(
    committed: None, harbour: int, owner: psycopg.Connection, read: list[list[str]], change: str
) -> None:
    tell(purchase(fresh("ada"), "2026-03-06 15:00", 20_000), purchase(fresh("bruno"), "2026-04-06 15:00", 20_000))
    movements(versions(), JUNE)
    owner.execute(f"UPDATE month_moved SET {change} WHERE month = '2026-03-01'")
    assert movements(versions(), JUNE) == whole(JUNE)
    assert movements(versions(), JUNE) == whole(JUNE)
    assert [one for one in read if one != ["2026-03", "2026-04"]] == [["2026-03"], []]


def test_a_proof_leaves_nothing_of_what_was_changed_by_hand_and_put_right(
    committed: None, harbour: int, owner: psycopg.Connection
) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2026-03-06 15:00", 20_000))
    right = movements(versions(), JUNE)
    owner.execute("UPDATE entry SET amount = amount + 7")
    assert movements(versions(), JUNE, afresh=True) != right
    owner.execute("UPDATE entry SET amount = amount - 7")
    assert movements(versions(), JUNE) != right  # it is believed as it was kept
    read_anew(datetime(2026, 6, 20, tzinfo=UTC))
    assert movements(versions(), JUNE) == right


def test_of_a_ledger_that_cannot_be_counted_nothing_is_kept(
    committed: None, harbour: int, owner: psycopg.Connection
) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2026-03-06 15:00", 20_000))
    movements(versions(), JUNE)
    owner.execute("UPDATE entry SET target = 'held'")
    movements(versions(), JUNE)  # not read again
    read_anew(datetime(2026, 6, 20, tzinfo=UTC))
    with pytest.raises(LedgerUnsound):
        movements(versions(), JUNE)


@settings(
    max_examples=max(4, settings().max_examples // 25), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10**9))
def test_whatever_comes_in_whatever_order_what_is_kept_and_what_is_new_make_the_whole(corner: int, seed: int) -> None:
    random = Random(seed)
    now = datetime(2025, 1, 1, tzinfo=UTC)
    for batch in shuffled([a_life(fresh("ada"), random, "DKK", 20) for _ in range(3)], random):
        tell(*batch)
        if random.random() < 0.4:
            settle_due(now)
        if random.random() < 0.5:
            last = random.randrange(month_named("2024-03"), month_named("2027-06"))
            assert movements(versions(), last) == whole(last)
