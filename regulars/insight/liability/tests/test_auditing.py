"""The auditor gets every entry of a month, and totals that prove that none is missing."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest

from regulars.engine.tests.worked import programme_text
from regulars.exchange.earning.acting import cancel, redeem
from regulars.exchange.earning.tests.cast import account, fresh, purchase, rows, tell, visit
from regulars.exchange.earning.tests.lives import a_life
from regulars.exchange.earning.tests.test_merging import by
from regulars.ground.publishing.versions import publish, versions
from regulars.insight.liability import auditing
from regulars.insight.liability.auditing import CSV, PARQUET, audit_month
from regulars.insight.liability.closing import books, close, seen_of
from regulars.insight.liability.months import open_months
from regulars.insight.liability.movements import month_named
from regulars.insight.liability.rolling import EARNED, GIVEN, REDEEMED, State
from regulars.kit.zones import microseconds

PRESENT = datetime(2034, 1, 1, tzinfo=UTC)


@pytest.fixture
def ada(harbour: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """Ada has a long life, which is read a few entries at a time."""
    monkeypatch.setattr(auditing, "PAGE", 3)
    ada = fresh("ada")
    tell(*a_life(ada, Random(5), "USD", 40))
    return ada


def months(ada: str) -> list[str]:
    return sorted({f"{row['at']:%Y-%m}" for table in ("entry", "tier_move") for row in rows(table, account(ada))})


def proof(folder: Path, month: str, format: str = CSV) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / f"proof-{month}-{format}.json").read_text())
    return found


def test_over_all_months_every_entry_is_written_once_and_each_month_begins_where_the_last_ended(
    ada: str, tmp_path: Path
) -> None:
    seen: list[tuple[int, int]] = []
    moves: list[tuple[int, int]] = []
    closing = 0
    for name in [months(ada)[0][:5] + "01", *months(ada)]:
        written = audit_month(versions(), month_named(name), CSV, tmp_path, PRESENT)
        with written.files[0].open(newline="") as file:
            found = list(csv.DictReader(file))
        seen += [(int(row["account"]), int(row["seq"])) for row in found]
        with written.files[1].open(newline="") as file:
            moves += [(int(row["account"]), int(row["seq"])) for row in csv.DictReader(file)]
        told = proof(tmp_path, name)
        assert written.agrees and told["entries"] == len(found) == written.entries
        assert told["files"] == {file.name: sha256(file.read_bytes()).hexdigest() for file in written.files[:-1]}
        assert [*told["files"]] == [f"entries-{name}.csv", f"moves-{name}.csv"]
        points = told["currencies"].get("points", {"opening": 0, "moved": [], "closing": 0})
        assert points["opening"] == closing
        assert points["closing"] == closing + sum(one["effect"] for one in points["moved"])
        closing = points["closing"]
    everything = [(row["account_id"], row["seq"]) for row in rows("entry", account(ada))]
    assert sorted(set(seen)) == sorted(everything)
    numbers = [number for _, number in everything]
    assert moves and sorted(numbers) != [*range(1, len(numbers) + 1)], "tier moves are numbered with the entries"
    assert sorted({*seen, *moves}) == [(account(ada), one) for one in range(1, len(numbers) + len(set(moves)) + 1)]
    (balance,) = rows("balance", account(ada))
    assert closing == balance["available"] + balance["pending"] + balance["held"]


def test_parquet_says_the_same_as_csv(ada: str, tmp_path: Path) -> None:
    name = max(months(ada), key=lambda name: sum(f"{r['at']:%Y-%m}" == name for r in rows("entry", account(ada))))
    as_csv = audit_month(versions(), month_named(name), CSV, tmp_path, PRESENT)
    as_parquet = audit_month(versions(), month_named(name), PARQUET, tmp_path, PRESENT)
    # Both into one folder: each keeps the proof of its own files.
    said, beside = proof(tmp_path, name), proof(tmp_path, name, PARQUET)
    assert beside["currencies"] == said["currencies"] and as_parquet.agrees
    assert (list(said["files"]), list(beside["files"])) == (
        [f.name for f in as_csv.files[:-1]],
        [f.name for f in as_parquet.files[:-1]],
    )
    entries = [file for file in as_parquet.files if file.name.startswith("entries")]
    table = pl.read_parquet(entries)
    assert table.height == as_csv.entries > 3 and len(entries) > 1
    assert table["amount"].sum() == sum(one["points"] for one in said["currencies"]["points"]["moved"])
    assert set(table.columns) == set(csv.DictReader(as_csv.files[0].open()).fieldnames or ())


def test_the_proof_of_a_closed_month_holds_its_closing(ada: str, tmp_path: Path) -> None:
    name = months(ada)[2]
    known, number = versions(), month_named(name)
    audit_month(known, number, CSV, tmp_path, PRESENT)
    assert proof(tmp_path, name)["closing"] is None
    *_, closed = close(known, number, seen_of(books(known, PRESENT), number), "frida", PRESENT)
    audit_month(known, number, CSV, tmp_path, PRESENT)
    told = proof(tmp_path, name)
    assert (told["closing"]["digest"], told["closing"]["sound"]) == (closed.digest, True)
    kept = told["closing"]
    parts = [
        name,
        microseconds(datetime.fromisoformat(kept["at"])),
        *(kept[one] for one in ("by", "version", "figures", "state", "after")),
    ]
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert sha256(text.encode()).hexdigest() == kept["digest"], "as docs/finance.md says how to make it again"
    assert told["closing"]["figures"]["currencies"]["points"]["closing"] == told["currencies"]["points"]["closing"]


def test_an_entry_that_is_not_written_is_noticed(ada: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = auditing._pages
    monkeypatch.setattr(auditing, "_pages", lambda *span: (rows[1:] for rows in whole(*span)))
    assert not audit_month(versions(), month_named(months(ada)[0]), CSV, tmp_path, PRESENT).agrees


def test_each_entry_is_in_the_line_and_with_the_sign_in_which_the_books_count_it(corner: int, tmp_path: Path) -> None:
    ada = fresh("ada")
    tell(visit(ada, "2026-05-04 15:00"), purchase(ada, "2026-05-04 16:00", 12_000, currency="DKK"))
    spent = redeem(ada, 4, "points", by("2026-05-21 10:00"))
    assert spent.event is not None
    cancel(ada, spent.event, by("2026-05-22 10:00"))
    known, may = versions(), month_named("2026-05")
    written = audit_month(known, may, CSV, tmp_path, PRESENT)
    (month,) = [one for one in open_months(known, PRESENT, None, State()).months if one.number == may]
    told = proof(tmp_path, "2026-05")["currencies"]
    for currency, one in month.currencies.items():
        lines = {line: points for line, points in told[currency]["lines"].items() if points}
        assert lines == {line: points for line, points in one.points.items() if points}
    assert told["points"]["lines"] == {EARNED: 36, GIVEN: 5, REDEEMED: 0}
    with written.files[0].open(newline="") as file:
        counted = [(row["line"], int(row["counted"])) for row in csv.DictReader(file) if row["currency"] == "points"]
    assert {(GIVEN, 5), (REDEEMED, 4), (REDEEMED, -4)} <= set(counted)


@pytest.mark.parametrize("zones", [("Pacific/Auckland", "America/New_York"), ("America/New_York", "Pacific/Auckland")])
def test_where_the_zone_changes_every_entry_is_in_one_month_and_in_that_of_the_books(
    db: None, tmp_path: Path, zones: tuple[str, str]
) -> None:
    begins, base = datetime(2026, 1, 1, tzinfo=UTC), None
    for zone, since in zip(zones, (begins, datetime(2026, 6, 1, 6, tzinfo=UTC)), strict=True):
        text = (
            f"programme: {{zone: {zone}, money: USD}}\ncurrencies: [{{id: points, value: 0.01}}]\n"
            "earn: {rules: [{id: base, points: 1, per: 1.00}]}\n"
        )
        base = publish(programme_text(text), since, "keeper", begins, base)
    ada = fresh("ada")
    days = ("05-10", "05-31", "06-01", "06-10")
    tell(*(purchase(ada, f"2026-{day} {hour:02}:00", 1_000) for day in days for hour in (2, 5, 11, 13, 20)))
    books = {one.number: one.currencies["points"] for one in open_months(versions(), PRESENT, None, State()).months}
    seen = []
    for name in ("2026-05", "2026-06"):
        written = audit_month(versions(), month_named(name), CSV, tmp_path, PRESENT)
        with written.files[0].open(newline="") as file:
            seen += [row["seq"] for row in csv.DictReader(file)]
        points, one = proof(tmp_path, name)["currencies"]["points"], books[month_named(name)]
        assert written.agrees and (points["opening"], points["closing"]) == (one.opening, one.closing)
    assert len(seen) == len(set(seen)) == len(rows("entry", account(ada))) == 20
