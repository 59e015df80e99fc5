"""The ledger beside a backtest: the same events give the same entries, and what was changed behind it is named."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
from django.db import connection

from regulars.exchange.earning.backtest import Backtested, write_summary
from regulars.exchange.earning.matching import NoBacktest, match
from regulars.exchange.earning.tests.cast import NOW, tell
from regulars.exchange.earning.tests.lives import a_life_by_mail
from regulars.exchange.earning.tests.test_backtest import MAP, a_year, csv_file, run
from regulars.ground.activity.contract import Incoming, Terms
from regulars.ground.activity.files import Reading
from regulars.ground.activity.mapping import read_map
from regulars.ground.publishing.versions import versions
from regulars.kit.zones import from_microseconds


@pytest.fixture
def both(committed: None, harbour: int, tmp_path: Path) -> Path:
    """A year posted live, in batches, and the folder of its backtest."""
    file, programme = a_year(tmp_path / "year.csv", members=6), versions().latest.kernel.terms.programme
    write_summary(run(file, tmp_path / "out", programme), tmp_path / "out")
    terms = Terms(programme.header.zone, programme.header.money, 2, int(NOW.timestamp()) * 1_000_000)
    with Reading(file, terms, read_map(MAP, "map.yaml"), batch_events=17) as reading:
        for batch in reading.batches():
            tell(*batch.events)
    return tmp_path / "out"


def test_a_year_posted_live_equals_its_backtest_share_for_share(both: Path) -> None:
    found = match(both)
    assert found.differences == ()
    assert found.members == 6 and found.shares > 200


def as_rows(event: Incoming) -> list[dict[str, Any]]:
    """An event as a file tells it: a row for each line, or one."""
    whole = {
        "member": event.member, "event": event.id, "at": from_microseconds(event.at).isoformat(), "type": event.type,
        "original": event.original, "points": event.points or "", "points_currency": event.of,
    }  # fmt: skip
    originals = event.columns.get("original_line", [""] * len(event.lines))
    lines = zip(event.lines, event.nets, originals, event.columns.get("quantity", ()), strict=False)
    return [
        {**whole, "line": line, "net": f"{net // 100}.{net % 100:02}", "original_line": of, "quantity": quantity}
        for line, net, of, quantity in lines
    ] or [whole]


def test_parcels_that_arrive_and_points_that_pay_for_them_equal_their_backtest(
    committed: None, parcels: int, tmp_path: Path
) -> None:
    random, programme = Random(5), versions().latest.kernel.terms.programme
    lives = [a_life_by_mail(who, random, events=40) for who in ("ada", "bruno", "carmen")]
    told = {(event.id, event.type): event for life in lives for event in life}
    file = csv_file(tmp_path / "parcels.csv", *(row for event in told.values() for row in as_rows(event)))
    write_summary(run(file, tmp_path / "out", programme), tmp_path / "out")
    terms = Terms(programme.header.zone, programme.header.money, 2, int(NOW.timestamp()) * 1_000_000)
    with Reading(file, terms, read_map(MAP, "map.yaml"), batch_events=13) as reading:
        for batch in reading.batches():
            tell(*batch.events)
    found = match(tmp_path / "out")
    assert found.differences == ()
    assert found.members == 3 and found.shares > 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT kind FROM entry")
        assert {"reversal", "lapse", "activation", "clawback"} <= {kind for (kind,) in cursor.fetchall()}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("base = base + 1", "the ledger nothing"),
        ("granted = granted + 1", "the ledger nothing"),
        ("rule = 'own-brand'", "own-brand"),
        ("at = at + interval '1 minute'", "the backtest has nothing"),
        ("shares[1] = shares[1] + 1", "line 1"),
    ],
)
def test_a_reason_that_was_changed_is_named(both: Path, owner: psycopg.Connection, change: str, told: str) -> None:
    first = "(account_id, seq) = (SELECT account_id, seq FROM entry WHERE rule = 'base' ORDER BY at LIMIT 1)"
    owner.execute(f"UPDATE entry SET {change} WHERE {first}")
    assert told in " ".join(match(both).differences)


def test_a_member_whom_the_ledger_does_not_know_is_named(harbour: int, tmp_path: Path) -> None:
    programme = versions().latest.kernel.terms.programme
    write_summary(run(a_year(tmp_path / "year.csv", members=5), tmp_path, programme), tmp_path)
    assert "member Ada: is in the backtest and not in the ledger" in match(tmp_path).differences


def test_a_folder_without_a_backtest_is_refused(harbour: int, tmp_path: Path) -> None:
    with pytest.raises(NoBacktest, match="regulars backtest"):
        match(tmp_path)
    write_summary(Backtested(), tmp_path)
    with pytest.raises(NoBacktest):
        match(tmp_path)
