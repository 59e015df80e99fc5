"""One event as JSON: what it says, exactly, or everything that is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.doors.api import unfolding
from regulars.doors.api.skimming import skim
from regulars.doors.api.unfolding import ENOUGH, MAX_EVENT_BYTES, declared_by, unfold
from regulars.ground.access.keys import SCOPES
from regulars.ground.activity.contract import COLUMNS, LINE, ORDER, Declared, Fault, Incoming, Kind, Terms
from regulars.ground.activity.rejects import Reject
from regulars.kit.conditions.refusal import nearest
from regulars.programme.header import Attribute

TERMS = Terms("Europe/Berlin", "EUR", 2, 1_800_000_000_000_000)
DECLARED = [
    Declared("department", Kind.TEXT, LINE),
    Declared("weight", Kind.DECIMAL, LINE),
    Declared("gift", Kind.BOOLEAN, ORDER),
]
BASKET: dict[str, Any] = {
    "member": "ada",
    "event": "till-1",
    "at": "2026-03-01T14:30:00+01:00",
    "lines": [{"line": "1", "net": "12.50"}, {"line": "2", "net": "0.10", "quantity": 3}],
}


def read(told: object, source: str = "till") -> Incoming | Reject:
    return unfold(told if isinstance(told, bytes) else json.dumps(told).encode(), source, TERMS, DECLARED, SCOPES)


def taken(told: object) -> Incoming:
    event = read(told)
    assert isinstance(event, Incoming), event
    return event


def faults(told: object) -> list[tuple[str, str, int | None]]:
    event = read(told)
    assert isinstance(event, Reject)
    return [(fault.code, fault.column, fault.row) for fault in event.faults]


def holds_nul(value: object) -> bool:
    """Whether a NUL stands anywhere in what is set aside."""
    if isinstance(value, Reject):
        faults = [fault.sentence + fault.column for fault in value.faults]
        return holds_nul([value.member, value.event, value.type, value.rows[0].raw, faults])
    if isinstance(value, dict):
        return holds_nul([*value, *value.values()])
    return any(map(holds_nul, value)) if isinstance(value, list) else isinstance(value, str) and "\0" in value


def with_net(number: str) -> bytes:
    return json.dumps({**BASKET, "lines": [{"net": "?"}]}).replace('"?"', number).encode()


def test_an_event_is_read_with_its_lines() -> None:
    event = taken(BASKET)
    assert (event.member, event.id, event.type, event.currency) == ("ada", "till-1", "purchase", "EUR")
    assert event.at == 1_772_371_800_000_000
    assert (event.lines, event.nets, event.columns) == (["1", "2"], [1250, 10], {"quantity": [1, 3]})


def test_numbers_and_texts_of_an_amount_are_the_same_and_exact() -> None:
    for written in ("12.50", '"12.50"', "12.5", "1.25e1", "12.500000"):
        assert taken(with_net(written)).nets == [1250]
    assert taken(with_net("0.29")).nets == [29]  # 28.999... in binary
    assert taken(with_net("1234567890123.45")).nets == [123456789012345]  # not a float's 17 digits, but whole
    assert taken(with_net("3")).nets == [300]


@given(st.decimals(min_value=0, max_value=Decimal("9999999999999.99"), places=2))
def test_every_amount_comes_through_to_the_last_cent(amount: Decimal) -> None:
    assert taken(with_net(str(amount))).nets == taken(with_net(f'"{amount}"')).nets == [int(amount * 100)]


@pytest.mark.parametrize(
    "number",
    [
        "1e400",
        "1e-400",
        "-1e400",
        "1e-30000000",
        "1e99999999999999999999",
        "0.001",
        "-0.01",
        "9" * 400,
        "1." + "1" * 1500,
    ],
)
def test_an_absurd_number_is_refused_at_once(number: str) -> None:
    (code, column, row) = faults(with_net(number))[0]
    assert code in ("bad_amount", "negative_amount")
    assert (column, row) == ("net", 0)


@pytest.mark.parametrize("number", ["9" * 5000, "NaN", "Infinity", "01", "+1", "1."])
def test_what_json_does_not_write_as_a_number_spoils_its_event_alone(number: str) -> None:
    assert faults(with_net(number)) == [("bad_json", "", None)]


def test_attributes_are_taken_as_the_programme_declares_them() -> None:
    line = {"net": "1", "attributes": {"department": "FUEL", "weight": 1.50}}
    event = taken({**BASKET, "attributes": {"gift": True}, "lines": [line, {"net": "2"}]})
    assert event.attributes == {"gift": True}
    assert event.columns["department"] == ["FUEL", None]
    assert event.columns["weight"] == [Decimal("1.5"), None]


def test_an_attribute_that_is_not_declared_there_is_refused() -> None:
    assert faults({**BASKET, "attributes": {"department": "FUEL"}}) == [("unknown_attribute", "department", None)]
    line = {"net": "1", "attributes": {"departmint": "FUEL"}}
    rejected = read({**BASKET, "lines": [{"net": "1"}, line]})
    assert isinstance(rejected, Reject)
    assert (rejected.faults[0].code, rejected.faults[0].row) == ("unknown_attribute", 1)
    assert 'Did you mean "department"?' in rejected.faults[0].sentence


def test_a_misspelt_field_is_refused_with_the_nearest_name() -> None:
    rejected = read({**BASKET, "memebr": "ada"})
    assert isinstance(rejected, Reject)
    assert [fault.code for fault in rejected.faults] == ["unknown_field"]
    assert 'Did you mean "member"?' in rejected.faults[0].sentence


def test_a_field_in_the_wrong_place_is_told_its_place() -> None:
    assert "put it into an object of `lines`" in read({**BASKET, "net": "1"}).faults[0].sentence  # type: ignore[union-attr]
    lines = [{"net": "1", "member": "ada"}]
    assert "put it beside `lines`" in read({**BASKET, "lines": lines}).faults[0].sentence  # type: ignore[union-attr]


def test_the_event_may_name_the_source_of_its_request_and_no_other() -> None:
    assert taken({**BASKET, "source": "till"}).id == "till-1"
    assert faults({**BASKET, "source": "shop"}) == [("other_source", "source", None)]


def test_faults_of_the_event_have_no_line_and_those_of_a_line_have_theirs() -> None:
    broken = {"at": "yesterday", "event": "1", "lines": [{"net": "1"}, {"net": "x"}, {}]}
    assert set(faults(broken)) == {
        ("missing_value", "member", None),
        ("bad_date", "at", None),
        ("bad_amount", "net", 1),
        ("missing_value", "net", 2),
    }


@pytest.mark.parametrize("lines", [{}, "text", 5, True])
def test_lines_that_are_no_array_are_refused(lines: object) -> None:
    assert faults({**BASKET, "lines": lines}) == [("bad_json", "lines", None)]


@pytest.mark.parametrize("line", [[], "text", 5, None])
def test_a_line_that_is_no_object_is_refused_in_its_place(line: object) -> None:
    assert ("bad_json", "lines", 1) in faults({**BASKET, "lines": [{"net": "1"}, line]})


@pytest.mark.parametrize("cell", [{}, [], {"a": [1]}, ["x"]])
def test_a_field_holds_a_single_value(cell: object) -> None:
    assert faults({**BASKET, "member": cell}) == [("bad_json", "member", None)]
    assert faults({**BASKET, "attributes": {"gift": cell}}) == [("bad_json", "gift", None)]
    assert faults({**BASKET, "attributes": 5}) == [("bad_attribute", "attributes", None)]


def test_a_key_that_stands_twice_spoils_its_event() -> None:
    assert faults(json.dumps(BASKET).encode().replace(b"{", b'{"member": "bruno", ', 1)) == [
        ("duplicate_key", "", None)
    ]
    twice = json.dumps(BASKET).encode().replace(b'"net"', b'"net": "1.00", "net"', 1)
    assert faults(twice) == [("duplicate_key", "", None)]


@pytest.mark.parametrize("told", [5, None, "text", [BASKET], True])
def test_an_event_is_an_object(told: object) -> None:
    assert faults(told) == [("bad_json", "", None)]


@pytest.mark.parametrize(
    "raw", [b"", b"{", b'{"member":"\xff"}', b'{"a":' * 900 + b"1" + b"}" * 900, b'{"a":"\\ud800"}']
)
def test_what_cannot_be_read_at_all_is_set_aside_with_its_beginning(raw: bytes) -> None:
    rejected = read(raw)
    assert isinstance(rejected, Reject)
    assert rejected.faults[0].code in ("bad_json", "unknown_field")
    assert rejected.event.startswith("unnamed-") and rejected.rows[0].number == 0


def test_what_is_set_aside_can_be_kept_by_a_database() -> None:
    """PostgreSQL takes no NUL, in texts or in JSON."""
    told = {"member": "a\0da", "event": "x\0", "ty\0pe": "\0", "lines": [{"sk\0u": "\0", "net": ["\0"]}]}
    rejected = read(told)
    assert isinstance(rejected, Reject)
    assert not holds_nul(rejected)


def test_what_is_set_aside_is_kept_as_it_was_told() -> None:
    told = {**BASKET, "member": None, "store": "old-town", "lines": [{"net": 12.5, "sku": "A", "attributes": {"x": 1}}]}
    rejected = read(told)
    assert isinstance(rejected, Reject)
    assert json.loads(json.dumps(rejected.rows[0].raw, default=str)) == {
        **told, "lines": [{"net": "12.5", "sku": "A", "attributes": {"x": 1}}],
    }  # fmt: skip


def test_two_events_without_an_id_are_set_aside_side_by_side() -> None:
    first, again, other = read({"member": "ada"}), read({"member": "ada"}), read({"member": "bruno"})
    assert isinstance(first, Reject) and isinstance(again, Reject) and isinstance(other, Reject)
    assert first.event == again.event != other.event


@pytest.mark.parametrize(
    "told",
    [
        {**BASKET, **{f"field{n}": n for n in range(50_000)}},
        {**BASKET, "attributes": {f"attribute{n}": n for n in range(40_000)}},
        {**BASKET, "lines": [{}] * 200_000},
        {**BASKET, "type": "x" * 900_000},
        {**BASKET, "x" * 900_000: 1},
        {**BASKET, "store": "x" * 2_000_000},
    ],
    ids=["fields", "attributes", "lines", "type", "name", "bytes"],
)
def test_an_event_made_to_cost_work_is_refused_soon(told: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    sought: list[str] = []

    def sought_for(name: str, names: Sequence[str]) -> str:
        sought.append(name)
        return nearest(name, names)

    monkeypatch.setattr(unfolding, "nearest", sought_for)  # what takes time: every name beside every other
    rejected = read(told)
    assert isinstance(rejected, Reject)
    assert len(rejected.faults) <= ENOUGH
    assert len(json.dumps(rejected.rows[0].raw, default=str)) <= 2 * MAX_EVENT_BYTES
    assert len(sought) <= ENOUGH


def test_a_programmes_attributes_of_members_are_not_told_with_events() -> None:
    attributes = [Attribute("gift", "order", "boolean", {}), Attribute("vip", "member", "boolean", {})]
    assert declared_by(attributes) == [Declared("gift", Kind.BOOLEAN, "order")]


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)
FIELDS = st.sampled_from(
    ["member", "event", "at", "type", "lines", "attributes", "source", "net", "points", "original"]
)


@given(st.dictionaries(FIELDS | st.text(), JSONS, max_size=6))
def test_any_object_is_an_event_or_has_its_faults_and_both_can_be_kept(told: dict[str, Any]) -> None:
    event = read(told)
    if isinstance(event, Reject):
        assert event.faults and all(fault.code and fault.sentence for fault in event.faults)
        assert not holds_nul(event)
    else:
        msgspec.json.encode(event)


#: An ordinary purchase that says all it can, and what may stand anywhere in it.
FULL: dict[str, Any] = {
    **BASKET, "type": "purchase", "source": "till", "currency": "EUR", "store": "367", "channel": "web",
    "attributes": {"gift": "yes"},
    "lines": [
        {"line": "9", "sku": "A-1", "quantity": 2, "net": "12.50", "gross": 13, "tax": "0.10", "shipping": Decimal("0.5"),
         "regular_price": "13.00", "category": "bread", "brand": "Señal", "attributes": {"department": "Own", "weight": Decimal("2.5")}},
        {"line": "10", "net": 3, "attributes": {"department": "Own"}},
    ],
}  # fmt: skip
ANYTHING: list[Any] = [
    *("x" * 501, "x" * 201, "x" * 2_001, " ada", "ada ", "a\tb", "\n", "a\xa0", "", "\x00", "\ud83d", "ni\u00f1o", "٣.٠٠"),
    *(None, 0, 1, 7, -1, 10**9 + 1, 10**16, True, Decimal("1.5"), Decimal("12.5000"), [], {}, [{}], "true"),
    *("12.50", "12.5", "12", "1.005", "-1.00", "+1.00", "12345678901234.00", "1e3", "2.0", "10", "9", "2"),
    *("return", "visit", "purchase", "shop", "till", "USD", "EUR", {"gift": ""}, {"gift": True}, {"department": []}),
    *("2026-03-01T14:30:00.123456Z", "2026-03-01T14:30:00.5Z", "2026-03-01T14:30:00", "2026-03-01 14:30", "2026-02-30T14:30:00Z"),
    *("1971-12-31T23:59:59Z", "2099-01-01T00:00:00Z", "2026-03-01T14:30:60Z", "2026-03-01T14:30:00+16:30"),
    *("0001-01-01T00:00:00+15:00", "2026-03-01T14:30:00+1:00"),
]  # fmt: skip


def changed() -> Iterator[dict[str, Any]]:
    """The full purchase with one thing in it changed, missing, or more."""
    for place in (None, 0, 1):
        own = FULL if place is None else FULL["lines"][place]
        for name in sorted({*COLUMNS, *own, "lines", "nothing"}):
            for value in (*ANYTHING, Fault):
                one = {key: said for key, said in {**own, name: value}.items() if said is not Fault}
                lines = list(FULL["lines"])
                if place is not None:
                    lines[place] = one
                yield one if place is None else {**FULL, "lines": lines}


def test_what_is_skimmed_reads_as_if_it_was_judged_cell_by_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unfolding, "skim", lambda *_: None)
    skimmed = 0
    for told in changed():
        event = skim(told, "till", TERMS, DECLARED)
        if event is not None:
            skimmed += 1
            assert unfolding.unfold_object(told, "till", TERMS, DECLARED) == event, told
    assert skimmed > 100


def test_a_members_number_is_composed_however_it_is_read() -> None:
    told = BASKET | {"member": "cafe\u0301"}
    skimmed = skim(told, "till", TERMS, DECLARED)
    assert skimmed and skimmed.member == taken(told | {"member": " cafe\u0301"}).member == "caf\u00e9"


def test_an_ordinary_purchase_is_skimmed() -> None:
    assert skim(BASKET, "till", TERMS, DECLARED) is not None
    assert skim(FULL, "till", TERMS, DECLARED) is not None
