"""A file becomes events: whole or not at all, in one order, the same from every format and in any pieces."""

from __future__ import annotations

import itertools
import tempfile
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.ground.activity import csv_lines, pieces, sources
from regulars.ground.activity.contract import FileRefused, Incoming
from regulars.ground.activity.files import Reading
from regulars.ground.activity.judging import judge
from regulars.ground.activity.mapping import Map, read_map
from regulars.ground.activity.tests.faults import FAULTS
from regulars.ground.activity.tests.shop import (
    ADA,
    BRUNO,
    CARMEN,
    DAGNY,
    TERMS,
    Row,
    codes,
    csv_file,
    json_file,
    line,
    lines_of,
    parquet_file,
    read,
)

WRITERS = {"csv": csv_file, "csv.gz": csv_file, "jsonl": json_file, "jsonl.gz": json_file, "parquet": parquet_file}
MAP = read_map(
    "map: 1\nattributes:\n  department: {type: text}\n  weight: {type: decimal}\n  staff: {type: boolean, on: order}\n",
    "shop.map.yaml",
)

FAULTY_MAP = read_map(
    "map: 1\nattributes:\n  weight: {type: decimal}\n  staff: {type: boolean, on: order}\n"
    "  guests: {type: integer, on: order}\n  due: {type: date, on: order}\n  deposit: {type: money, on: order}\n",
    "shop.map.yaml",
)

BASKETS = [
    line(ADA, "r1", line="1", sku="WINE", quantity="2", category="Wine"),
    line(BRUNO, "r2", line="1", at="2026-05-02 09:00:00"),
    line(ADA, "r1", line="2", net="1.05", quantity="1", category=""),
    line(ADA, "r0", line="1", at="2026-04-30 18:30:00", net="0.00", quantity="0"),
]


@pytest.mark.parametrize("kind", WRITERS)
def test_a_file_of_every_format_gives_the_same_events(kind: str, tmp_path: Path) -> None:
    events, rejects = read(WRITERS[kind](tmp_path / f"sales.{kind}", BASKETS))
    assert rejects == []
    by_id = {event.id: event for event in events}
    assert lines_of(by_id["r1"]) == {"1": 250, "2": 105}
    assert by_id["r1"].rows == [1, 3]
    assert by_id["r1"].columns == {"sku": ["WINE", None], "quantity": [2, 1], "category": ["Wine", None]}
    plain, _ = read(csv_file(tmp_path / "plain.csv", BASKETS))
    assert [event.digest() for event in events] == [event.digest() for event in plain]


def test_each_member_stands_together_oldest_first(tmp_path: Path) -> None:
    events, _ = read(csv_file(tmp_path / "sales.csv", BASKETS))
    members = [member for member, _ in itertools.groupby(events, lambda event: event.member)]
    assert sorted(members) == [ADA, BRUNO]
    assert [event.id for event in events if event.member == ADA] == ["r0", "r1"]


def test_one_bad_line_sets_its_whole_event_aside_and_no_other(tmp_path: Path) -> None:
    rows = [*BASKETS, line(ADA, "r1", line="3", net="-1.00")]
    events, (reject,) = read(csv_file(tmp_path / "sales.csv", rows))
    assert {event.id for event in events} == {"r0", "r2"}
    assert (reject.member, reject.event, reject.type, reject.codes) == (ADA, "r1", "purchase", ["negative_amount"])
    assert [(row.number, row.line) for row in reject.rows] == [(1, 2), (3, 4), (5, 6)]
    assert reject.faults[0].row == 2
    assert reject.rows[2].raw["net"] == "-1.00"


def test_the_order_in_which_a_return_bears_its_purchases_number_does_not_matter(tmp_path: Path) -> None:
    # The natural key is (event, type): an order is promised, shipped and delivered under one number.
    rows = [line(type="purchase"), line(type="return", original="r1", original_line="1", at="2026-05-03 10:00:00")]
    events, rejects = read(csv_file(tmp_path / "sales.csv", rows))
    assert ([event.type for event in events], rejects) == (["purchase", "return"], [])


def test_rows_that_disagree_about_an_attribute_of_the_event_set_it_aside(tmp_path: Path) -> None:
    rows = [line(line="1", staff=""), line(line="2", staff="yes"), line(event="r2", line="1", staff="no")]
    staff = "map: 1\nattributes:\n  staff: {type: boolean, on: order}\n"
    events, _ = read(csv_file(tmp_path / "sales.csv", rows), staff)
    assert {event.id: event.attributes for event in events} == {"r1": {"staff": True}, "r2": {"staff": False}}
    events, rejects = read(csv_file(tmp_path / "sales.csv", [*rows, line(event="r2", line="2", staff="yes")]), staff)
    assert ([event.id for event in events], codes(rejects)) == (["r1"], {"r2": ["inconsistent_event"]})


def test_an_event_of_two_members_is_taken_for_neither(tmp_path: Path) -> None:
    rows = [line(ADA, "r1", line="1"), line(BRUNO, "r1", line="2"), line(CARMEN, "r2")]
    for resident in (1, 1_000):
        events, rejects = read(csv_file(tmp_path / "sales.csv", rows), resident_rows=resident)
        assert [event.id for event in events] == ["r2"]
        assert {reject.member: reject.codes for reject in rejects} == {
            ADA: ["inconsistent_event"],
            BRUNO: ["inconsistent_event"],
        }


def test_rows_without_an_event_are_told_one_by_one(tmp_path: Path) -> None:
    rows = [line(event=""), line(), line(event="")]
    events, rejects = read(csv_file(tmp_path / "sales.csv", rows))
    assert [event.id for event in events] == ["r1"]
    assert [(reject.codes, [row.number for row in reject.rows]) for reject in rejects] == [
        (["missing_value"], [1]),
        (["missing_value"], [3]),
    ]


def test_a_parquet_file_may_hold_typed_columns(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "member": [1, 1, 2], "event": [10, 10, 11], "line": [1, 2, 1],
            "at": [datetime(2026, 5, 1, 10)] * 2 + [datetime(2026, 5, 1, 11)],
            "net": [Decimal("2.50"), Decimal("1.05"), Decimal("-3.00")], "quantity": [1.0, None, 2.0], "tax": [0, 1, None],
            "weight": [0.1, 1.5, None], "staff": [True, True, None], "department": ["cellar", None, None],
        }
    ).with_columns(pl.col("at").dt.cast_time_unit("ns"))  # fmt: skip
    frame.write_parquet(tmp_path / "sales.parquet")
    (event,), (reject,) = read(tmp_path / "sales.parquet", MAP)
    assert (event.member, event.id, event.nets, event.attributes) == ("1", "10", [250, 105], {"staff": True})
    assert event.columns == {
        "quantity": [1, 1], "tax": [0, 100], "weight": [Decimal("0.1"), Decimal("1.5")], "department": ["cellar", None],
    }  # fmt: skip
    assert datetime.fromtimestamp(event.at / 1e6, UTC) == datetime(2026, 5, 1, 8, tzinfo=UTC)
    assert (reject.codes, reject.rows[0].number, reject.rows[0].line) == (["negative_amount"], 3, 0)


def test_times_of_a_parquet_file_keep_their_zone(tmp_path: Path) -> None:
    at = datetime(2026, 5, 1, 10, tzinfo=UTC)
    pl.DataFrame([line(at=at)]).with_columns(pl.col("at").dt.convert_time_zone("Asia/Tokyo")).write_parquet(
        tmp_path / "sales.parquet"
    )
    (event,), _ = read(tmp_path / "sales.parquet")
    assert datetime.fromtimestamp(event.at / 1e6, UTC) == at


def test_floating_amounts_are_refused_without_a_stated_rounding(tmp_path: Path) -> None:
    path = parquet_file(tmp_path / "sales.parquet", [line(net=2.675), line(net=0.1 + 0.2, line="2")])
    with pytest.raises(FileRefused) as refusal:
        read(path)
    assert [fault.code for fault in refusal.value.faults] == ["bad_amount"]
    assert "round: half_even" in str(refusal.value)
    (event,), _ = read(path, "map: 1\ncolumns:\n  net: {from: net, round: half_even}\n")
    assert event.nets == [268, 30]


def test_json_numbers_are_read_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "sales.jsonl"
    base = '{"member": 7, "event": 12345678901234567890123, "at": "2026-05-01T10:00:00Z", "line": %d, "net": %s}\n'
    path.write_text(
        "".join(base % (number, net) for number, net in enumerate(["1234567890123.45", "1.10", "2E1", "0.1e1"]))
    )
    (event,), _ = read(path)
    assert (event.member, event.id) == ("7", "12345678901234567890123")
    assert event.nets == [123456789012345, 110, 2000, 100]
    path.write_text(base % (1, "0.10000000000000000001"))
    assert codes(read(path)[1]) == {"12345678901234567890123": ["bad_amount"]}


def test_json_lines_may_leave_columns_out_until_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "BLOCK_BYTES", 200)
    rows = [line(ADA, f"r{number}") for number in range(20)] + [line(BRUNO, "late", brand="Own", tax="0.10")]
    events, rejects = read(json_file(tmp_path / "sales.jsonl", rows))
    assert (len(events), rejects) == (21, [])
    assert next(event for event in events if event.id == "late").columns == {
        "quantity": [1],
        "brand": ["Own"],
        "tax": [10],
    }


def test_an_unknown_column_stops_the_file_and_names_the_nearest(tmp_path: Path) -> None:
    for path in (
        csv_file(tmp_path / "sales.csv", [line(brnad="Own")]),
        json_file(tmp_path / "a.jsonl", [line(brnad="Own")]),
    ):
        with pytest.raises(FileRefused) as refusal:
            read(path)
        (fault,) = refusal.value.faults
        assert (fault.code, fault.column) == ("unknown_column", "brnad")
        assert 'Did you mean "brand"?' in fault.sentence


def test_missing_columns_stop_the_file(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refusal:
        read(csv_file(tmp_path / "sales.csv", [{"event": "r1", "sku": "WINE"}]))
    assert [(fault.code, fault.column) for fault in refusal.value.faults] == [
        ("missing_column", "member"), ("missing_column", "at"), ("missing_column", "net"),
    ]  # fmt: skip


def test_batches_can_be_resumed_where_they_were_left(tmp_path: Path) -> None:
    rows = [line(member, f"{member}{number}") for number in range(7) for member in (ADA, BRUNO, CARMEN, DAGNY)]
    rows += [line(ADA, "bad", net="x")]
    path = csv_file(tmp_path / "sales.csv", rows)
    with Reading(path, TERMS, batch_events=5) as reading:
        batches = list(reading.batches())
    assert [batch.number for batch in batches] == list(range(len(batches)))
    assert (batches[-1].rows_read, batches[-1].rows_total) == (29, 29)
    for start in range(len(batches) + 1):
        with Reading(path, TERMS, batch_events=5) as reading:
            assert list(reading.batches(start)) == batches[start:]


def test_a_batch_ends_between_members_when_it_can(tmp_path: Path) -> None:
    rows = [line(member, f"{member}{number}") for member in (ADA, BRUNO) for number in range(6)]
    with Reading(csv_file(tmp_path / "sales.csv", rows), TERMS, batch_events=4) as reading:
        assert [len(batch.events) for batch in reading.batches()] == [6, 6]
    rows = [line(ADA, f"r{number}") for number in range(20)]
    with Reading(csv_file(tmp_path / "sales.csv", rows), TERMS, batch_events=4) as reading:
        assert [len(batch.events) for batch in reading.batches()] == [8, 8, 4]


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    told: list[float] = []
    with Reading(csv_file(tmp_path / "sales.csv", BASKETS), TERMS, progress=told.append) as reading:
        assert reading.rows == 4
    assert told[-1] == 1.0


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_every_fault_is_found_in_a_file_too(kind: str, tmp_path: Path) -> None:
    # Cells of other types are for JSON and Parquet, where a column has one type: here all cells are texts.
    texts = [
        (cells, code) for cells, code in FAULTS if all(cell is None or isinstance(cell, str) for cell in cells.values())
    ]
    texts = [(cells, code) for cells, code in texts if "\ud800" not in cells.values() and "event" not in cells]
    names = {name for cells, _ in texts for name in cells}
    rows = [
        line(event=f"r{number}") | dict.fromkeys(names - line().keys()) | cells
        for number, (cells, _) in enumerate(texts)
    ]
    rows += [line(event="good") | dict.fromkeys(names - line().keys())]
    events, rejects = read(WRITERS[kind](tmp_path / f"sales.{kind}", rows), FAULTY_MAP)
    assert [event.id for event in events] == ["good"]
    assert codes(rejects) == {f"r{number}": [code] for number, (_, code) in enumerate(texts)}


def test_only_an_event_of_one_row_may_have_no_lines(tmp_path: Path) -> None:
    rows = [line(type="visit", net=""), line(event="r2", type="visit", net="", line="")]
    rows += [line(type="visit", net="", line="2")]
    events, rejects = read(csv_file(tmp_path / "sales.csv", rows))
    assert ([event.id for event in events], codes(rejects)) == (["r2"], {"r1": ["missing_value"]})


CELLS: dict[str, st.SearchStrategy[Any]] = {
    "member": st.sampled_from([ADA, BRUNO, " carmen ", ""]),
    "event": st.sampled_from(["r1", "r2", "r3", "r4", "\t", "ø" * 150]),
    "at": st.sampled_from(["2026-05-01 10:00:00", "2026-05-01", "2026-05-01T10:00+02:00", "2026-03-29 02:30", "2026-05-01T08:00:00Z", "2025-10-26T02:30:00.5", "soon", "2026-06-02", "", "1971-01-01", "2026-05-01 23:59:60"]),
    "type": st.sampled_from(["", "purchase", "visit", "return", "redemption", "vsit"]),
    "currency": st.sampled_from(["", "EUR", "EUR", "USD"]),
    "line": st.sampled_from(["1", "2", "3", "10", "b", ""]),
    "quantity": st.sampled_from(["", "0", "1", "2.0", "1.5", "-1", "1000000001"]),
    "net": st.sampled_from(["0", "1.5", "2.50", "1.500", "-1", "-0.00", "0.005", "x", "", "+3", "9999999999999.99", "99999999999999"]),
    "tax": st.sampled_from(["", "", "0.10", "0.1 ", ".5"]),
    "gross": st.sampled_from(["", "4.00", "-4"]),
    "store": st.sampled_from(["", "north", "south"]),
    "brand": st.sampled_from(["", "Own", " Own", "O\0wn", "ø" * 260, "x" * 501]),
    "original": st.sampled_from(["", "r0"]),
    "original_line": st.sampled_from(["", "1"]),
    "points": st.sampled_from(["", "", "100", "0", "ten"]),
    "department": st.sampled_from(["", "cellar"]),
    "weight": st.sampled_from(["", "1.50", "1.5", "1e3", "0.1234567891"]),
    "staff": st.sampled_from(["", "yes", "No", "perhaps"]),
}  # fmt: skip
#: What most cells of a file look like: with everything random no event would ever be whole.
USUAL = {"member": ADA, "at": "2026-05-01 10:00:00", "type": "purchase", "line": "1", "net": "2.50"}


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    names = draw(st.sets(st.sampled_from(sorted(CELLS)), max_size=6)) | {"member", "event", "at", "net"}
    odd = draw(st.sets(st.sampled_from(sorted(names)), max_size=3))
    rows: list[Row] = []
    for number in range(draw(st.integers(1, 10))):
        row = {name: USUAL.get(name, "") for name in sorted(names)} | {"event": f"r{draw(st.integers(1, 4))}"}
        if "line" in names:
            row["line"] = str(number)
        rows.append(row | {name: draw(CELLS[name]) for name in sorted(odd)})
    return rows


def judged(rows: list[Row], mapped: Map) -> tuple[dict[Any, Incoming], set[Any]]:
    """What the contract says of rows, event by event, without any file."""
    units: dict[Any, list[Row]] = defaultdict(list)
    members: dict[Any, set[str]] = defaultdict(set)
    for number, row in enumerate(rows):
        member, event, kind = (str(row.get(name, "")).strip(" \t\r\n") for name in ("member", "event", "type"))
        key = (event, kind or "purchase")
        units[(member, *key) if event else (member, number)].append(row)
        if event:
            members[key].add(member)
    events, refused = {}, set()
    for key, unit in units.items():
        verdict = judge(unit, TERMS, mapped.declared)
        if isinstance(verdict, Incoming) and len(members[key[1:]]) == 1:
            events[key] = verdict
        else:
            refused.add(key)
    return events, refused


@given(
    rows=tables(),
    kind=st.sampled_from(["csv", "jsonl", "parquet"]),
    resident=st.sampled_from([2, 1_000]),
    random=st.randoms(use_true_random=False),
)
def test_a_file_says_what_its_events_say_one_by_one(rows: list[Row], kind: str, resident: int, random: Any) -> None:
    mapped = Map(
        declared=MAP.declared, derivations={name: one for name, one in MAP.derivations.items() if name in rows[0]}
    )
    expected, refused = judged(rows, mapped)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        # Small pieces, so that events lie across them.
        patch.setattr(pieces, "BLOCK_BYTES", random.randint(1, 400))
        patch.setattr(sources, "PIECE_ROWS", random.randint(1, 5))
        events, rejects = read(WRITERS[kind](Path(folder) / f"sales.{kind}", rows), mapped, resident_rows=resident)
    assert len(rejects) == len(refused)
    assert len(events) == len(expected)
    for event in events:
        told = expected[event.member, event.id, event.type]
        told.rows = event.rows
        assert event == told
    told_rows = [row.number for reject in rejects for row in reject.rows] + [
        row for event in events for row in event.rows
    ]
    assert sorted(told_rows) == list(range(1, len(rows) + 1))


@given(rows=tables(), random=st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_the_size_of_pieces_changes_an_event(rows: list[Row], random: Any) -> None:
    if "line" not in rows[0]:
        rows = [row | {"line": str(number)} for number, row in enumerate(rows)]
    mapped = Map(
        declared=MAP.declared, derivations={name: one for name, one in MAP.derivations.items() if name in rows[0]}
    )
    digests = []
    for resident, block in ((1_000, 8_000_000), (2, 150), (1_000, 150)):
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            patch.setattr(pieces, "BLOCK_BYTES", block)
            events, rejects = read(csv_file(Path(folder) / "a.csv", rows), mapped, resident_rows=resident)
        digests.append(
            (
                [event.digest() for event in events],
                sorted((reject.member, reject.event, reject.type) for reject in rejects),
            )
        )
        rows = random.sample(rows, len(rows))
    assert digests[0] == digests[1] == digests[2]


def test_a_clock_that_is_moved_on_takes_what_lay_in_the_future(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "sales.csv", [line(at="2026-06-02 10:00:00")])
    assert codes(read(path)[1]) == {"r1": ["future_date"]}
    later = TERMS.__class__(
        TERMS.zone, TERMS.money, TERMS.digits, TERMS.now + int(timedelta(days=1) / timedelta(microseconds=1))
    )
    assert len(read(path, terms=later)[0]) == 1


def test_pieces_of_a_csv_file_end_where_records_end() -> None:
    assert csv_lines._record_end(b'a,"x\ny"\nb,"c') == len(b'a,"x\ny"\n')
    assert csv_lines._record_end(b'a,"x\ny') == 0


def test_a_file_whose_lines_end_with_cr_alone_is_refused_and_not_read_as_nothing(tmp_path: Path) -> None:
    text = csv_file(tmp_path / "lf.csv", BASKETS).read_text()
    (tmp_path / "cr.csv").write_bytes(text.replace("\n", "\r").encode())
    with pytest.raises(FileRefused) as refused:
        read(tmp_path / "cr.csv")
    assert [fault.code for fault in refused.value.faults] == ["bad_header"]
    assert "CRLF" in refused.value.faults[0].sentence
    (tmp_path / "crlf.csv").write_bytes(text.replace("\n", "\r\n").encode())
    assert read(tmp_path / "crlf.csv") == read(tmp_path / "lf.csv")
