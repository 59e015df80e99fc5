"""The ledger beside a backtest: the same events give the same entries, and what was changed behind it is named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
from django.db import connection

from regulars.exchange.budgets.leasing import Leases
from regulars.exchange.budgets.tests.test_drawing import buys, launch
from regulars.exchange.earning.backtest import Backtested, write_summary
from regulars.exchange.earning.matching import NoBacktest, match
from regulars.exchange.earning.tests.cast import NOW, returned, tell
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
    found = match(both, NOW)
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
    found = match(tmp_path / "out", NOW)
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
    assert told in " ".join(match(both, NOW).differences)


def test_a_member_whom_the_ledger_does_not_know_is_named(harbour: int, tmp_path: Path) -> None:
    programme = versions().latest.kernel.terms.programme
    write_summary(run(a_year(tmp_path / "year.csv", members=5), tmp_path, programme), tmp_path)
    assert "member Ada: is in the backtest and not in the ledger" in match(tmp_path, NOW).differences


def test_a_folder_without_a_backtest_is_refused(harbour: int, tmp_path: Path) -> None:
    with pytest.raises(NoBacktest, match="regulars backtest"):
        match(tmp_path, NOW)
    write_summary(Backtested(), tmp_path)
    with pytest.raises(NoBacktest):
        match(tmp_path, NOW)


#: In order of time; live they are told from the last to the first.
BOUGHT = (
    ("ada", 70, "2024-03-07 12:00"), ("bruno", 60, "2024-03-08 12:00"), ("carmen", 50, "2024-03-09 12:00"),
    ("ada", 5, "2024-03-10 12:00"), ("dagny", 20, "2024-04-09 12:00"),
)  # fmt: skip


def other_order(
    folder: Path, most: int = 100, edge: str = "clip", bought: Sequence[tuple[str, int, str]] = BOUGHT
) -> Path:
    """Purchases told live with the last member first, and the folder of their backtest in order of time."""
    launch(most, edge)
    events = [buys(*one) for one in bought]
    ada = events[0]
    events.append(returned("ada", "2024-03-12 12:00", ada, {"1": 3_000}))
    for event in sorted(events, key=lambda event: (-ord(event.member[0]), event.at)):
        tell(event)
    file = csv_file(folder / "told.csv", *(row for event in events for row in as_rows(event)))
    write_summary(run(file, folder / "out", versions().latest.kernel.terms.programme), folder / "out")
    return folder / "out"


@pytest.mark.parametrize("edge", ["clip", "refuse"])
def test_what_was_drawn_in_another_order_is_told_apart(committed: None, tmp_path: Path, edge: str) -> None:
    found = match(other_order(tmp_path, edge=edge), NOW)
    assert found.differences == ()
    bruno = {"bruno:"} if edge == "clip" else set()  # what he asks does not fit as a whole, whoever comes first
    assert {line.split()[1] for line in found.of_order} == {"ada:", "carmen:"} | bruno
    assert all("launch" in line for line in found.of_order)


def test_of_a_budget_for_everybody_no_order_is_spoken(committed: None, tmp_path: Path) -> None:
    found = match(other_order(tmp_path, most=1_000), NOW)
    assert (found.differences, found.of_order) == ((), ())


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entry SET amount = amount - 1 WHERE rule = 'launch' AND kind = 'accrual'",
        "UPDATE entry SET rule = 'base' WHERE rule = 'launch' AND kind = 'accrual'",
        "UPDATE event SET outcome = jsonb_set(outcome, '{drawn,0,3}', '3') WHERE outcome ? 'drawn' AND type = 'purchase'",
        "UPDATE budget_pool SET left_over = left_over - 1",
    ],
)
def test_beside_another_order_what_was_changed_is_a_difference_all_the_same(
    committed: None, tmp_path: Path, owner: psycopg.Connection, change: str
) -> None:
    folder = other_order(tmp_path)
    owner.execute(change)  # type: ignore[arg-type]
    assert match(folder, NOW).differences


def test_a_purchase_that_the_file_tells_otherwise_is_named_beside_another_order(
    committed: None, tmp_path: Path
) -> None:
    folder = other_order(tmp_path)
    text = (tmp_path / "told.csv").read_text(encoding="utf-8").replace("60.00", "61.00")
    (tmp_path / "told.csv").write_text(text, encoding="utf-8")
    write_summary(run(tmp_path / "told.csv", folder, versions().latest.kernel.terms.programme), folder)
    found = match(folder, NOW)
    assert {line.split()[1] for line in found.differences} == {"bruno:"}
    assert "61, the ledger's events in its order nothing" in " ".join(found.differences)
    assert not any("rule base" in line for line in found.of_order), "that is no matter of order"


def test_an_event_that_was_allotted_less_though_there_was_enough_is_no_matter_of_order(
    committed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ledger that agrees with itself, and gave somebody too little."""
    left, take = Leases.left, Leases._take
    monkeypatch.setattr(Leases, "left", lambda *told: left(*told) and min(7, left(*told)))
    monkeypatch.setattr(
        Leases, "_take", lambda self, key, bucket, draw: take(self, key, bucket, draw._replace(asked=0))
    )
    folder = other_order(tmp_path, most=1_000, bought=BOUGHT[:3])
    found = match(folder, NOW)
    assert found.of_order == () and "were ever drawn" in " ".join(found.differences)
