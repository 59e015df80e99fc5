"""Several files are read as if they were one."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

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
    parquet_file,
    saved,
)

WRITERS = {"csv": csv_file, "csv.gz": csv_file, "jsonl": json_file, "parquet": parquet_file}
ROWS = [
    line(ADA, "r1", line="1"),
    line(BRUNO, "r2", line="1", at="2026-05-02 09:00:00"),
    line(ADA, "r1", line="2", net="1.05"),
    line(ADA, "r0", line="1", at="2026-04-30 18:30:00"),
    line(BRUNO, "r3", line="1", net="-2.00"),
]


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("resident", [2, 1_000])
def test_rows_divided_over_files_make_the_same_events(kind: str, resident: int, tmp_path: Path) -> None:
    whole = WRITERS[kind](tmp_path / f"whole.{kind}", ROWS)
    parts = [WRITERS[kind](tmp_path / f"part-{n}.{kind}", ROWS[n : n + 2]) for n in (0, 2, 4)]
    found = []
    for paths in (whole, parts):
        with Reading(paths, TERMS, resident_rows=resident) as reading:
            batches = list(reading.batches())
        rejects = [reject for batch in batches for reject in batch.rejects]
        events = [(event.digest(), list(event.rows)) for batch in batches for event in batch.events]
        found.append((events, codes(rejects), [row.number for reject in rejects for row in reject.rows]))
    assert found[0] == found[1]
    assert len(found[0][0]) == 3 and found[0][1:] == ({"r3": ["negative_amount"]}, [5])


@pytest.mark.parametrize("second", ["member,event,at,line,net,brand\n", '{"member": "ada"}\n'])
def test_a_file_that_does_not_go_with_the_first_is_refused_by_name(second: str, tmp_path: Path) -> None:
    first = csv_file(tmp_path / "january.csv", ROWS)
    with pytest.raises(FileRefused) as refused:
        Reading([first, saved(tmp_path / "february.csv", second)], TERMS)
    assert [fault.code for fault in refused.value.faults] == ["files_differ"]
    assert "february.csv" in str(refused.value) and "january.csv" in str(refused.value)


def test_each_file_that_breaks_off_is_named(tmp_path: Path) -> None:
    def broken(name: str, *rows: dict[str, str]) -> Path:
        path = csv_file(tmp_path / name, [*rows, line(ADA, f"last of {name}")])
        path.write_bytes(path.read_bytes()[:-20])
        return path

    paths = [broken("one.csv", ROWS[0]), csv_file(tmp_path / "two.csv", ROWS[1:2]), broken("three.csv", ROWS[3])]
    with Reading(paths, TERMS) as reading:
        batches = list(reading.batches())
    # The row before the break goes too: more of its event may be missing.
    assert [event.id for batch in batches for event in batch.events] == ["r2"]
    told = [fault.sentence for batch in batches for reject in batch.rejects for fault in reject.faults]
    assert sum("one.csv" in sentence for sentence in told) == sum("three.csv" in sentence for sentence in told) == 2


def test_a_sheaf_makes_its_events_elsewhere(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "sales.csv", ROWS)
    with Reading(path, TERMS) as reading:
        here = [event for batch in reading.batches() for event in batch.events]
    with Reading(path, TERMS) as reading:
        sheaves = [pickle.loads(pickle.dumps(sheaf)) for sheaf in reading.sheaves()]
    assert [event for sheaf in sheaves for event in sheaf.events()] == here
