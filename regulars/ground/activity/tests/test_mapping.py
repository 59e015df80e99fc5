"""The map: what it can say, what it does to a file, and how it is told what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.ground.activity.contract import FileRefused, Kind
from regulars.ground.activity.deriving import RAW, bind
from regulars.ground.activity.mapping import MapError, read_map
from regulars.ground.activity.parsing import cells_of
from regulars.ground.activity.tests.shop import ADA, TERMS, Row, codes, csv_file, json_file, parquet_file, read

TILL: Row = {
    "Store": "7", "Till": "2", "Receipt": "0815", "Card": ADA, "When": "01.05.2026 10:30", "Kind": "S", "Article": "WINE",
    "Paid": "2.50", "Saved": "0.50", "Cents": "125", "Group": "Wine",
}  # fmt: skip
MAP = """
map: 1
columns:
  member: Card
  event: {join: [Store, Till, Receipt], with: "/"}
  at: {from: When, format: "%d.%m.%Y %H:%M", zone: Europe/Lisbon}
  type: {from: Kind, values: {S: purchase, R: return}}
  currency: {always: EUR}
  sku: Article
  net: Paid
  gross: {sum: [Paid, Saved]}
  tax: {from: Cents, scale: 0.01}
  store: Store
attributes:
  group: {from: Group, type: text}
  till: {from: Till, type: integer, on: order}
"""


def problems(text: str) -> list[tuple[str, int, int]]:
    with pytest.raises(MapError) as error:
        read_map(text, "shop.map.yaml")
    return [(problem.code, problem.line, problem.column) for problem in error.value.problems]


def with_columns(text: str) -> str:
    return f"map: 1\ncolumns:\n  {text}\n"


def test_a_map_makes_an_event_of_a_tills_own_columns(tmp_path: Path) -> None:
    (event,), _ = read(csv_file(tmp_path / "till.csv", [TILL]), MAP)
    assert (event.member, event.id, event.type, event.store) == (ADA, "7/2/0815", "purchase", "7")
    assert datetime.fromtimestamp(event.at / 1e6, UTC) == datetime(2026, 5, 1, 9, 30, tzinfo=UTC)
    assert (event.nets, event.columns["gross"], event.columns["tax"]) == ([250], [300], [125])
    assert (event.columns["group"], event.attributes) == (["Wine"], {"till": 2})


def test_what_a_derivation_cannot_make_sets_the_event_aside(tmp_path: Path) -> None:
    odd = [
        {"Kind": "X"}, {"When": "2026-05-01"}, {"Saved": "some"}, {"Cents": "1.5"}, {"Receipt": ""}, {"Saved": ""}, {"Cents": ""},
    ]  # fmt: skip
    rows = [TILL | {"Receipt": str(number)} | cells for number, cells in enumerate(odd)]
    events, rejects = read(csv_file(tmp_path / "till.csv", rows), MAP)
    assert {event.id for event in events} == {"7/2/5", "7/2/6"}
    assert codes(rejects) == {
        "7/2/0": ["unmapped_value"], "7/2/1": ["bad_date"], "7/2/2": ["bad_amount"], "7/2/3": ["bad_amount"], "": ["missing_value"],
    }  # fmt: skip
    said = next(reject for reject in rejects if reject.event == "7/2/0").faults[0].sentence
    assert said == '`type` comes from "X", which `values` does not list: add it to the map.'
    # When and where it was is told all the same, as far as it could be read.
    placed = {reject.event: (reject.at, reject.store) for reject in rejects}
    half_past_nine = int(datetime(2026, 5, 1, 9, 30, tzinfo=UTC).timestamp()) * 1_000_000
    assert placed["7/2/0"] == placed[""] == (half_past_nine, "7") and placed["7/2/1"] == (0, "7")


def test_what_is_no_day_or_groups_its_thousands_is_told_as_that(tmp_path: Path) -> None:
    rows = [TILL | {"Receipt": "0"} | {"When": "30.02.2026 10:30"}, TILL | {"Receipt": "1"} | {"Saved": "1,000.00"}]
    _, rejects = read(csv_file(tmp_path / "till.csv", rows), MAP)
    said = {reject.event: reject.faults[0].sentence for reject in rejects}
    assert said["7/2/0"].endswith("which does not look as `format` in the map says, or is no day of the calendar.")
    assert said["7/2/1"].endswith("with separators between its thousands: leave them out in the source.")


def test_a_column_under_its_own_name_is_taken_unless_the_map_uses_it_otherwise(tmp_path: Path) -> None:
    row = {"member": ADA, "event": "r1", "at": "2026-05-01", "net": "1.00", "brand": "Own", "store": "7"}
    (event,), _ = read(csv_file(tmp_path / "a.csv", [row]), "map: 1\nattributes:\n  house: {from: brand, type: text}\n")
    assert event.columns == {"quantity": [1], "house": ["Own"]}
    assert event.store == "7"


def test_columns_that_are_ignored_are_not_read(tmp_path: Path) -> None:
    row = {"member": ADA, "event": "r1", "at": "2026-05-01", "net": "1.00", "Week": "7", "store": "7"}
    path = csv_file(tmp_path / "a.csv", [row])
    assert read(path, "map: 1\nignore: [Week, store]\n")[0][0].store == ""
    assert read(path, "map: 1\nignore: others\n")[0][0].store == "7"
    with pytest.raises(FileRefused):
        read(path, "map: 1\nignore: [store]\n")


def test_a_default_fills_what_is_empty(tmp_path: Path) -> None:
    rows = [
        {"member": ADA, "event": f"r{number}", "at": "2026-05-01", "net": "1", "channel": one}
        for number, one in enumerate(["app", " ", ""])
    ]
    events, _ = read(csv_file(tmp_path / "a.csv", rows), with_columns("channel: {from: channel, default: shop}"))
    assert [event.channel for event in events] == ["app", "shop", "shop"]


def test_a_map_names_the_column_a_file_lacks_with_its_own_line(tmp_path: Path) -> None:
    row = {"member": ADA, "event": "r1", "at": "2026-05-01", "Amuont": "1"}
    with pytest.raises(FileRefused) as refusal:
        read(csv_file(tmp_path / "a.csv", [row]), with_columns("net: Amount"))
    unknown, missing = refusal.value.faults
    assert (unknown.code, unknown.column) == ("unknown_column", "Amuont")
    assert missing.code == "missing_column"
    assert 'from "Amount" (shop.map.yaml, line 3)' in missing.sentence
    assert 'Did you mean "Amuont"?' in missing.sentence


def test_columns_of_an_impossible_type_stop_the_file(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"member": [1.5], "event": ["r1"], "at": [True], "net": [date(2026, 5, 1)], "quantity": [[1]], "type": [1]}
    )
    frame.write_parquet(tmp_path / "a.parquet")
    with pytest.raises(FileRefused) as refusal:
        read(tmp_path / "a.parquet")
    assert sorted(fault.code for fault in refusal.value.faults) == [
        "bad_amount", "bad_date", "bad_quantity", "bad_text", "unknown_type",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("columns:\n  net: a\n", ("map_version", 1, 1)),
        ("map: 2\n", ("map_version", 1, 6)),
        ("- map\n", ("not_a_table", 1, 1)),
        ("map: 1\ncolums: {}\n", ("unknown_key", 2, 1)),
        (with_columns("nett: a"), ("unknown_column", 3, 3)),
        (with_columns("net: {form: a}"), ("unknown_key", 3, 9)),
        (with_columns("net: {from: a, sum: [b, c]}"), ("one_derivation", 3, 3)),
        (with_columns("net: [a]"), ("not_a_table", 3, 8)),
        (with_columns("net:"), ("not_a_text", 3, 7)),
        (with_columns("event: {join: a}"), ("not_a_list", 3, 17)),
        (with_columns("event: {join: [a]}"), ("too_few", 3, 17)),
        (with_columns("event: {sum: [a, b]}"), ("key_not_here", 3, 3)),
        (with_columns("net: {from: a, round: up}"), ("unknown_value", 3, 25)),
        (with_columns("event: {from: a, round: down}"), ("key_not_here", 3, 27)),
        (with_columns("net: {from: a, format: '%Y'}"), ("key_not_here", 3, 26)),
        (with_columns("net: {sum: [a, b], default: 0}"), ("key_not_here", 3, 31)),
        (with_columns("net: {from: a, round: down, default: 0}"), ("key_not_here", 3, 40)),
        (with_columns("net: {from: a, scale: 0}"), ("bad_scale", 3, 25)),
        (with_columns("net: {from: a, scale: 1e3}"), ("bad_scale", 3, 25)),
        (with_columns("at: {from: a, zone: Europe/Berln}"), ("bad_zone", 3, 23)),
        (with_columns("net: a\n  net: b"), ("duplicate_key", 4, 3)),
        ("map: 1\nattributes:\n  Group: {type: text}\n", ("bad_name", 3, 3)),
        ("map: 1\nattributes:\n  brand: {type: text}\n", ("bad_name", 3, 3)),
        ("map: 1\nattributes:\n  group: {from: a}\n", ("missing_key", 3, 3)),
        ("map: 1\nattributes:\n  group: {type: string}\n", ("unknown_value", 3, 17)),
        ("map: 1\nattributes:\n  group: {type: text, on: event}\n", ("unknown_value", 3, 27)),
        ("map: 1\nseparator: ':'\n", ("unknown_value", 2, 12)),
        ("map: 1\nignore: week\n", ("not_a_list", 2, 9)),
        ("", ("file_empty", 1, 1)),
        ("map: 1\n\tcolumns: {}\n", ("tab_indentation", 2, 1)),
    ],
)
def test_each_mistake_in_a_map_has_its_code_and_place(text: str, expected: tuple[str, int, int]) -> None:
    assert problems(text)[0] == expected


def test_all_mistakes_of_a_map_are_told_with_a_caret_and_a_remedy() -> None:
    with pytest.raises(MapError) as error:
        read_map(with_columns("nett: a\n  at: {from: b, zoen: UTC}"), "shop.map.yaml")
    text = str(error.value)
    assert "shop.map.yaml:3:3" in text
    assert 'Did you mean "net"?' in text
    assert 'Did you mean "zone"?' in text


ROUNDED = {"half_even": ROUND_HALF_EVEN, "half_up": ROUND_HALF_UP, "down": ROUND_DOWN}
NUMBERS = st.decimals(0, 1_000_000, places=4) | st.decimals(0, 10, places=9)


@given(
    how=st.sampled_from(["from", "sum", "difference"]),
    numbers=st.lists(NUMBERS, min_size=2, max_size=2),
    rounding=st.sampled_from(sorted(ROUNDED)),
    scale=st.sampled_from(["1", "0.01", "100", "0.333333333", "12.5"]),
    typed=st.booleans(),
)
def test_amounts_are_counted_exactly_and_rounded_once(
    how: str, numbers: list[Decimal], rounding: str, scale: str, typed: bool
) -> None:
    sources = {"from": "a", "sum": "[a, b]", "difference": "[a, b]"}[how]
    mapped = read_map(
        with_columns(f"net: {{{how}: {sources}, round: {rounding}, scale: {scale}}}") + "ignore: others\n", "m"
    )
    dtype = pl.Decimal(38, 9) if typed else pl.String
    told = {
        name: pl.Series([number if typed else format(number, "f")], dtype=dtype)
        for name, number in zip("ab", numbers, strict=True)
    }
    frame = pl.DataFrame({"member": ["m"], "event": ["e"], "at": ["2026-05-01"], **told})
    bound = bind(frame.schema, mapped, TERMS)
    minor = cells_of(frame.rename(lambda name: RAW + name), bound)["net"].item()
    first, second = map(Fraction, numbers)
    exact = {"from": first, "sum": first + second, "difference": first - second}[how] * Fraction(scale) * 100
    if exact >= 0:
        assert minor == _rounded(exact, rounding)
    else:
        assert minor <= 0


def _rounded(exact: Fraction, rounding: str) -> int:
    whole, rest = divmod(exact.numerator, exact.denominator)
    twice = 2 * rest
    if rounding == "down" or twice < exact.denominator:
        return whole
    return whole + (twice > exact.denominator or rounding == "half_up" or whole % 2)


@pytest.mark.parametrize(("value", "rounding", "minor"), [
    (2.675, "half_even", 268), (2.665, "half_even", 266), (2.665, "half_up", 267), (0.1 + 0.2, "down", 30), (1.005, "half_up", 101),
    (8.32999999, "half_even", 833), (1e-05, "half_even", 0), (1.0000000000000002, "half_up", 100),
])  # fmt: skip
@pytest.mark.parametrize("writer", [parquet_file, csv_file, json_file])
def test_a_float_is_read_as_the_decimal_it_stands_for(
    value: float, rounding: str, minor: int, writer: Callable[[Path, list[Row]], Path], tmp_path: Path
) -> None:
    row = {"member": ADA, "event": "r1", "at": "2026-05-01", "net": value}
    (event,), _ = read(writer(tmp_path / "sales", [row]), with_columns(f"net: {{from: net, round: {rounding}}}"))
    assert event.nets == [minor]


def test_floats_that_are_no_numbers_set_their_event_aside(tmp_path: Path) -> None:
    values = [float("nan"), float("inf"), 1e30, -0.004, None]
    rows = [
        {"member": ADA, "event": f"r{number}", "at": "2026-05-01", "net": value} for number, value in enumerate(values)
    ]
    events, rejects = read(
        parquet_file(tmp_path / "a.parquet", rows), with_columns("net: {from: net, round: half_even}")
    )
    assert codes(rejects) == {"r0": ["bad_amount"], "r1": ["bad_amount"], "r2": ["bad_amount"], "r4": ["missing_value"]}
    assert [event.nets for event in events] == [[0]]


def test_a_map_knows_the_kinds_of_its_attributes() -> None:
    (declared,) = read_map("map: 1\nattributes:\n  due: {type: date, on: order}\n", "m").declared
    assert (declared.name, declared.kind, declared.on) == ("due", Kind.DATE, "order")
