"""Files as they really come: cut off, compressed, quoted, in the wrong encoding."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path

import polars as pl
import pytest

from regulars.ground.activity import csv_lines, pieces
from regulars.ground.activity.contract import FileRefused
from regulars.ground.activity.files import Reading
from regulars.ground.activity.tests.shop import (
    ADA,
    BRUNO,
    TERMS,
    codes,
    csv_file,
    json_file,
    line,
    lines_of,
    parquet_file,
    read,
    saved,
)

HEAD = "member,event,at,line,net,brand\n"
ROW = "ada,{event},2026-05-01 10:00:00,{line},2.50,{brand}\n"
SALES = [line(ADA, f"r{number // 2}", line=str(number), brand="Own") for number in range(400)]


def row(event: str = "r1", line: str = "1", brand: str = "Own") -> str:
    return ROW.format(event=event, line=line, brand=brand)


def refusal_of(path: Path, mapped: str | None = None) -> dict[str, str]:
    with pytest.raises(FileRefused) as refusal:
        read(path, mapped)
    return {fault.code: fault.sentence for fault in refusal.value.faults}


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "jsonl", "jsonl.gz"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_of_a_file_that_ends_in_the_middle_what_was_whole_is_kept(kind: str, share: float, tmp_path: Path) -> None:
    path = (csv_file if kind.startswith("csv") else json_file)(tmp_path / f"sales.{kind}", SALES)
    whole, _ = read(path)
    data = path.read_bytes()
    cut = int(len(data) * share)
    # In the middle of a line, and not in its last cell, where a cut cannot be seen.
    while not kind.endswith("gz") and b"10:00" not in data[data.rfind(b"\n", 0, cut) : cut][-8:]:
        cut += 1
    path.write_bytes(data[:cut])
    with Reading(path, TERMS) as reading:
        batches = list(reading.batches())
    events = [event for batch in batches for event in batch.events]
    rejects = [reject for batch in batches for reject in batch.rejects]
    assert reading.truncated is not None
    place = reading.rows + kind.startswith("csv")
    assert f"It was read through row {reading.rows} (line {place})" in reading.truncated.sentence
    # The event of the last row may have lost lines: it is set aside; every other is as it was.
    assert [reject.codes for reject in rejects] == [["file_truncated"], ["file_truncated"]]
    assert rejects[0].rows[-1].number == reading.rows
    assert rejects[1].rows == ()
    assert {event.id: event.digest() for event in events}.items() <= {
        event.id: event.digest() for event in whole
    }.items()
    assert len(events) == (reading.rows - len(rejects[0].rows)) / 2
    assert len(events) > 20


def test_a_parquet_file_that_ends_in_the_middle_is_refused_whole(tmp_path: Path) -> None:
    path = parquet_file(tmp_path / "sales.parquet", SALES)
    path.write_bytes(path.read_bytes()[:-40])
    assert "none of it can be read" in refusal_of(path)["file_truncated"]
    saved(tmp_path / "sales.parquet.gz", b"PAR1" + bytes(2000))
    path = tmp_path / "sales.parquet.gz"
    path.write_bytes(path.read_bytes()[:-10])
    assert "none of it can be read" in refusal_of(path)["file_truncated"]


def test_a_parquet_file_may_be_compressed(tmp_path: Path) -> None:
    plain = parquet_file(tmp_path / "sales.parquet", SALES)
    packed = saved(tmp_path / "packed.gz", plain.read_bytes())
    assert [event.digest() for event in read(packed)[0]] == [event.digest() for event in read(plain)[0]]


def test_a_damaged_gzip_file_is_refused(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "sales.csv.gz", SALES)
    data = bytearray(path.read_bytes())
    data[-6] ^= 255
    path.write_bytes(bytes(data))
    assert list(refusal_of(path)) == ["file_damaged"]


def test_the_last_cell_before_a_compressed_file_breaks_off_is_not_trusted(tmp_path: Path) -> None:
    packer = zlib.compressobj(wbits=31)
    text = HEAD + row("r0") + row("r1") + row("r2", brand="Ow").rstrip("\n")
    path = tmp_path / "sales.csv.gz"
    path.write_bytes(packer.compress(text.encode()) + packer.flush(zlib.Z_SYNC_FLUSH))
    events, rejects = read(path)
    assert [event.id for event in events] == ["r0"]
    assert [(reject.event, reject.codes) for reject in rejects] == [
        ("r1", ["file_truncated"]),
        ("", ["file_truncated"]),
    ]


def test_gzip_members_may_follow_one_another(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv.gz"
    path.write_bytes(gzip.compress((HEAD + row("r1")).encode()) + gzip.compress(row("r2").encode()))
    assert [event.id for event in read(path)[0]] == ["r1", "r2"]


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", "\n\n"])
def test_an_empty_file_is_refused(text: str, tmp_path: Path) -> None:
    assert list(refusal_of(saved(tmp_path / "sales.csv", text))) == ["empty_file"]


def test_a_file_with_nothing_but_a_header_has_no_events(tmp_path: Path) -> None:
    for text in (HEAD, HEAD.strip(), "\ufeff" + HEAD, HEAD.replace("\n", "\r\n")):
        assert read(saved(tmp_path / "sales.csv", text)) == ([], [])


@pytest.mark.parametrize(
    ("head", "part"),
    [("member,event,at,net,net\n", '"net"'), ("member,,at,net\n", '""'), ("member;event;at;net\n", "separator")],
)
def test_a_header_that_cannot_be_right_is_refused(head: str, part: str, tmp_path: Path) -> None:
    assert part in refusal_of(saved(tmp_path / "sales.csv", head + "1,2,3\n"))["bad_header"]


def test_one_json_list_is_refused_as_what_it_is_whatever_the_file_is_called(tmp_path: Path) -> None:
    for name in ("sales.jsonl", "sales.json", "sales.csv"):
        assert "JSON Lines" in refusal_of(saved(tmp_path / name, '\ufeff [{"member": "M-1"}]'))["json_list"]


def test_a_header_in_another_encoding_is_refused(tmp_path: Path) -> None:
    assert "UTF-8" in refusal_of(saved(tmp_path / "sales.csv", "mitglied,beträge\n".encode("latin-1")))["bad_header"]
    assert "bad_header" in refusal_of(saved(tmp_path / "sales.csv", (HEAD + row()).encode("utf-16")))


def test_the_map_may_state_another_separator_and_a_decimal_comma(tmp_path: Path) -> None:
    text = "member;event;at;line;net;tax\nada;r1;2026-05-01;1;1234,50;\nada;r2;2026-05-01;1;1.234,50;0,1\nada;r3;2026-05-01;1;12.50;\n"
    events, rejects = read(saved(tmp_path / "sales.csv", text), 'map: 1\nseparator: ";"\ndecimal: ","\n')
    assert [(event.id, event.nets) for event in events] == [("r1", [123450])]
    assert codes(rejects) == {"r2": ["bad_amount"], "r3": ["bad_amount"]}


def test_the_last_line_may_lack_its_end(tmp_path: Path) -> None:
    events, rejects = read(saved(tmp_path / "sales.csv", (HEAD + row("r1") + row("r2")).rstrip("\n")))
    assert ([event.id for event in events], rejects) == (["r1", "r2"], [])


def test_rows_with_too_few_or_too_many_cells_set_their_event_aside(tmp_path: Path) -> None:
    text = HEAD + row("r1") + "ada,r2,2026-05-01\n" + row("r3", brand="Own,and more") + row("r2", line="2") + row("r4")
    events, rejects = read(saved(tmp_path / "sales.csv", text))
    assert [event.id for event in events] == ["r1", "r4"]
    assert codes(rejects) == {"r2": ["bad_row"], "r3": ["bad_row"]}
    assert [(item.number, item.line) for reject in rejects for item in reject.rows] == [(2, 3), (4, 5), (3, 4)]


def test_rows_that_lack_and_exceed_by_one_cell_do_not_make_up_for_each_other(tmp_path: Path) -> None:
    text = HEAD + "ada,r1,2026-05-01,1,2.50\n" + row("r2", brand='"a,b"')
    events, rejects = read(saved(tmp_path / "sales.csv", text))
    assert ([event.columns["brand"] for event in events], codes(rejects)) == ([["a,b"]], {"r1": ["bad_row"]})


def test_quoted_cells_may_hold_separators_quotes_and_lines(tmp_path: Path) -> None:
    brands = ['5" nails', "a,b", "two\nlines", "two\r\nlines", '"', "plain"]
    sales = [line(event=f"r{number}", brand=brand) for number, brand in enumerate(brands)] + [
        line(event="bad", net="x")
    ]
    events, (reject,) = read(csv_file(tmp_path / "sales.csv", sales))
    assert {event.id: event.columns["brand"][0] for event in events} == {
        f"r{n}": brand for n, brand in enumerate(brands)
    }
    # The physical line counts the lines inside quoted cells.
    assert (reject.rows[0].number, reject.rows[0].line) == (7, 10)


def test_quotes_inside_plain_cells_are_letters(tmp_path: Path) -> None:
    text = HEAD + row("r1", brand='5" nails') + row("r2", brand='6" nails') + row("r3", brand="3' rod")
    events, rejects = read(saved(tmp_path / "sales.csv", text))
    assert [event.columns["brand"] for event in events] == [['5" nails'], ['6" nails'], ["3' rod"]]
    assert rejects == []


def test_lines_with_nothing_on_them_are_passed_over_and_counted(tmp_path: Path) -> None:
    text = HEAD + "\n" + row("r1") + "\n\r\n" + row("bad").replace("2.50", "x") + "\n"
    events, (reject,) = read(saved(tmp_path / "sales.csv", text))
    assert ([event.rows for event in events], reject.rows[0].number, reject.rows[0].line) == ([[1]], 2, 6)


def test_a_row_in_another_encoding_is_set_aside_alone(tmp_path: Path) -> None:
    data = (
        HEAD.encode()
        + row("r1", brand="Käse").encode()
        + row("r2", brand="Käse").encode("latin-1")
        + row("r3").encode()
    )
    events, rejects = read(saved(tmp_path / "sales.csv", data))
    assert ([event.id for event in events], codes(rejects)) == (["r1", "r3"], {"r2": ["bad_text"]})


@pytest.mark.parametrize("rest", [row("r3") * 3, row("r3") * 9_000, row("r3").rstrip("\n"), ""])
def test_a_quote_that_is_never_closed_is_found_and_what_stands_before_is_kept(rest: str, tmp_path: Path) -> None:
    text = HEAD + row("r0") + row("r1") + 'ada,r2,2026-05-01 10:00:00,1,2.50,"Own\n' + rest
    events, rejects = read(saved(tmp_path / "sales.csv", text))
    assert [event.id for event in events] == ["r0"]
    assert rejects[-1].codes == ["file_truncated"]
    assert "a quote opened on line 4 is never closed" in rejects[-1].faults[0].sentence


def test_a_line_that_is_not_json_is_told_alone(tmp_path: Path) -> None:
    good = '{"member": "ada", "event": "%s", "at": "2026-05-01", "line": 1, "net": 2.5, "brand": %s}\n'
    text = (
        good % ("r1", '"Own"')
        + "{not json}\n"
        + "\n"
        + good % ("r2", '["Own"]')
        + good % ("r3", "true")
        + "[1]\n"
        + good % ("r4", "null")
    )
    events, rejects = read(saved(tmp_path / "sales.jsonl", text))
    assert [event.id for event in events] == ["r1", "r3", "r4"]
    assert [(reject.event, reject.codes, reject.rows[0].number, reject.rows[0].line) for reject in rejects] == [
        ("", ["bad_json"], 2, 2), ("", ["bad_json"], 5, 6), ("r2", ["bad_json"], 3, 4),
    ]  # fmt: skip


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 1])
def test_a_single_line_that_breaks_off_is_told_as_that_and_not_as_missing_columns(share: float, tmp_path: Path) -> None:
    line = '{"member": "ada", "event": "r1", "at": "2026-05-01", "net": -2.5'
    cut = line[: int(len(line) * share)].rstrip("5")
    for text in (cut, "\n" + cut):
        told = refusal_of(saved(tmp_path / "sales.jsonl", text))
        assert list(told) == ["file_truncated"]
        assert f"line {1 + text.count(chr(10))} breaks off. No row before that is whole" in told["file_truncated"]
    told = refusal_of(saved(tmp_path / "sales.jsonl", f"{cut}\n"))
    assert told.keys() == {"bad_json"} and "Line 1: The line is not one JSON object (" in told["bad_json"]
    assert "it ends in the middle" in told["bad_json"] or "a number is not written" in told["bad_json"]


def test_a_last_line_that_is_wrong_and_not_cut_is_told_alone(tmp_path: Path) -> None:
    """Nothing of the event before it is missing."""
    good = '{"member": "ada", "event": "r1", "at": "2026-05-01", "net": 2.5}'
    twice = good.replace("r1", "r2").replace("2.5", '2.5, "net": 3')
    for last, code in ((f"{good}]", "bad_json"), (twice, "duplicate_key")):
        events, rejects = read(saved(tmp_path / "sales.jsonl", f"{good}\n{last}"))
        assert ([event.id for event in events], [reject.codes for reject in rejects]) == (["r1"], [[code]])
    assert list(refusal_of(saved(tmp_path / "sales.jsonl", f"{good}]"))) == ["bad_json"]


def test_of_a_file_that_breaks_off_in_its_first_row_nothing_is_said_to_be_read(tmp_path: Path) -> None:
    events, rejects = read(saved(tmp_path / "sales.csv", HEAD + 'ada,"r1,2026-05-01\n'))
    assert (events, [reject.codes for reject in rejects]) == ([], [["file_truncated"]])
    assert "No row before that is whole, so nothing of it was taken" in rejects[0].faults[0].sentence


def test_an_event_in_which_a_key_stands_twice_is_set_aside_whole(tmp_path: Path) -> None:
    """Nobody knows which of two amounts Ada paid."""
    good = '{"member": "ada", "event": "%s", "at": "2026-05-01", "line": %d, "net": 2.5%s}\n'
    text = good % ("r1", 1, "") + good % ("r1", 2, ', "net": 25.0') + good % ("r2", 1, "")
    events, rejects = read(saved(tmp_path / "sales.jsonl", text))
    assert [event.id for event in events] == ["r2"]
    assert [(reject.event, reject.codes[-1], len(reject.rows)) for reject in rejects] == [("r1", "duplicate_key", 2)]
    assert '"net" stands twice' in rejects[0].faults[-1].sentence


def test_the_name_of_a_file_does_not_decide_what_it_is(tmp_path: Path) -> None:
    frame = io.BytesIO()
    pl.DataFrame([line()]).write_parquet(frame)
    for data in (frame.getvalue(), HEAD + row(), '{"member":"ada","event":"r1","at":"2026-05-01","net":"1"}'):
        assert [event.id for event in read(saved(tmp_path / "sales.txt", data))[0]] == ["r1"]


def test_small_blocks_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sales = [line(BRUNO, f"r{number}", brand=brand) for number, brand in enumerate(["a,b", "c\nd", 'e"f', "g", ""] * 8)]
    sales[11] |= {"net": "x"}
    for writer in (csv_file, json_file):
        expected = read(writer(tmp_path / "sales", sales))
        for size in (1, 7, 64, 500):
            monkeypatch.setattr(pieces, "BLOCK_BYTES", size)
            assert read(tmp_path / "sales") == expected


def test_a_record_of_many_megabytes_is_not_held_in_memory_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "BLOCK_BYTES", 500)
    monkeypatch.setattr(csv_lines, "MAX_RECORD_BYTES", 2_000)
    text = HEAD + row("r0", brand='5" nails') + "".join(row(f"r{number}") for number in range(1, 100))
    events, rejects = read(saved(tmp_path / "sales.csv", text))
    assert (len(events), rejects) == (100, [])
    assert lines_of(events[0]) == {"1": 250}
