"""What no condition asks for is not carried through a backtest, and its absence changes nothing."""

from __future__ import annotations

from pathlib import Path

from regulars.exchange.earning.needing import unread
from regulars.exchange.earning.tests.test_backtest import MAP, a_year, programme, reading_of
from regulars.ground.activity.contract import Terms
from regulars.ground.activity.files import Reading
from regulars.ground.activity.mapping import read_map
from regulars.programme.loading import load


def test_texts_that_no_condition_mentions_are_unread() -> None:
    declared = read_map(MAP, "map.yaml").declared
    # Harbour asks for the department and the brand, the corner shop for the category.
    assert unread(programme(), declared) == {"sku", "category"}
    assert unread(programme("tests/programmes/corner.yaml"), declared) == {"sku", "brand", "department"}


def test_a_condition_counts_wherever_it_stands() -> None:
    text = programme().text
    counted = load(text.replace("tiers:\n  counts: spend\n", 'tiers:\n  counts: spend\n  when: sku != "BAG"\n'))
    assert unread(counted, ()) == {"category"}
    gift = text.replace("when: total >= 5.00", 'when: any(category == "rye")')
    assert unread(load(gift), ()) == {"sku"}


def test_an_unread_column_is_judged_and_left_out(tmp_path: Path) -> None:
    file = a_year(tmp_path / "year.csv", members=5)
    made = programme()
    with reading_of(file, made) as reading:
        whole = [event for batch in reading.batches() for event in batch.events]
    assert any("category" in event.columns for event in whole)
    terms = Terms("America/New_York", "USD", 2, 10**17)
    for resident in (100, 2_000_000):
        mapped = read_map(MAP, "map.yaml")
        with Reading(file, terms, mapped, unread=("category",), resident_rows=resident) as reading:
            less = [event for batch in reading.batches() for event in batch.events]
        for event in whole:
            event.columns.pop("category", None)
        assert less == whole


def test_an_unread_column_that_cannot_be_read_is_still_said(tmp_path: Path) -> None:
    file = tmp_path / "sales.csv"
    file.write_text(f"member,event,at,line,net,category\nAda,p1,2026-01-05 10:00:00,1,1.00,{'x' * 600}\n")
    with Reading(file, Terms("UTC", "USD", 2, 10**17), unread=("category",)) as reading:
        (batch,) = reading.batches()
    assert [reject.codes for reject in batch.rejects] == [["bad_text"]]
