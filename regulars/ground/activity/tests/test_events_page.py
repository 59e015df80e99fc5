"""docs/events.md is the contract: everything the code knows stands there, and its examples run."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from inspect import getsource
from pathlib import Path

import regulars
from regulars.engine.events import TYPES
from regulars.ground.activity import contract, mapping
from regulars.ground.activity.sources import check_columns
from regulars.ground.activity.tests.shop import read, saved

HERE = Path(contract.__file__).parent
DOCS = Path(regulars.__file__).parent.parent / "docs"
PAGE, MIGRATING = ((DOCS / name).read_text(encoding="utf-8") for name in ("events.md", "migrating.md"))
#: A code is the first thing that is said of a fault.
CODE = re.compile(r'(?:Fault|Unreadable|_fault|_complaint)\(\s*(?:one, )?"([a-z_]+)"')
MAP_CODE = re.compile(r'_problem\(\s*[^()"]+?,\s*"([a-z_]+)"')


def examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def rows_of_tables() -> set[str]:
    return set(re.findall(r"^\| `([^`]+)`", PAGE, re.MULTILINE))


def test_every_column_and_type_has_a_row() -> None:
    assert set(contract.COLUMNS) | set(TYPES) <= rows_of_tables()


def test_every_code_of_a_fault_has_a_row() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("*.py") if path.stem != "openings")
    codes = set(CODE.findall(sources)) | {"missing_value", "set_aside_with_event"}
    assert len(codes) > 20
    assert codes <= rows_of_tables()


def test_every_code_of_a_fault_in_a_file_of_openings_is_told_beside_it() -> None:
    codes = set(CODE.findall((HERE / "openings.py").read_text(encoding="utf-8") + getsource(check_columns)))
    assert len(codes) > 10
    assert {code for code in codes if f"`{code}`" not in MIGRATING} == set()


def test_every_code_of_a_mistake_in_a_map_is_named() -> None:
    codes = set(MAP_CODE.findall(Path(mapping.__file__).read_text(encoding="utf-8")))
    assert len(codes) > 10
    assert all(f"`{code}`" in PAGE for code in codes)


def test_every_key_of_the_map_is_explained() -> None:
    keys = {"map", "columns", "attributes", "ignore", "separator", "decimal", *mapping.DERIVATIONS}
    keys |= {extra for extras in mapping.EXTRAS.values() for extra in extras}
    assert all(re.search(rf"`{{?{key}[`:]", PAGE) for key in keys)
    assert all(
        f"`{word}`" in PAGE for word in (*mapping.ROUNDINGS, *contract.ATTRIBUTE_KINDS, contract.LINE, contract.ORDER)
    )


def test_the_examples_say_the_same_in_both_formats(tmp_path: Path) -> None:
    csv, rejects = read(saved(tmp_path / "sales.csv", examples("csv")[0]))
    assert rejects == []
    assert {event.id: event.nets for event in csv} == {"R-20931": [1780, 295], "R-20932": [890]}
    lines, rejects = read(saved(tmp_path / "sales.jsonl", examples("jsonl")[0]))
    assert [event.digest() for event in lines] == [event.digest() for event in csv]


def test_the_example_of_a_map_does_what_the_page_says(tmp_path: Path) -> None:
    (event,), rejects = read(saved(tmp_path / "till.csv", examples("csv")[1]), examples("yaml")[0])
    assert rejects == []
    assert (event.member, event.id, event.nets, event.store) == ("4711", "7-2-815", [1780, 295], "7")
    assert (event.columns["department"], event.attributes) == (["Cellar", "Bakery"], {"staff": False})
    assert datetime.fromtimestamp(event.at / 1e6, UTC) == datetime(2026, 5, 4, 15, 12, tzinfo=UTC)


def test_the_limits_stand_as_they_are() -> None:
    said = " ".join(PAGE.split())
    assert f"at most {contract.MAX_LINES:,} rows" in said
    assert f"at most {contract.MAX_ID} characters, other texts {contract.MAX_TEXT}" in said
    assert f"At most {contract.MAX_WHOLE_DIGITS} digits" in said
    assert f"from 0 to {contract.MAX_QUANTITY:,}" in said
