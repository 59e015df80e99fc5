"""The ledger beside a backtest: the same events give the same entries, and what was changed behind it is named."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from regulars.exchange.earning.backtest import Backtested, write_summary
from regulars.exchange.earning.matching import NoBacktest, match
from regulars.exchange.earning.tests.cast import NOW, tell
from regulars.exchange.earning.tests.test_backtest import MAP, a_year, run
from regulars.ground.activity.contract import Terms
from regulars.ground.activity.files import Reading
from regulars.ground.activity.mapping import read_map
from regulars.ground.publishing.versions import versions


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
