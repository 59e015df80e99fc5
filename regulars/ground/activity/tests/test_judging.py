"""The contract, event by event: what is taken, and the code of everything that is not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from regulars.engine.events import TYPES
from regulars.ground.activity.contract import LINE, ORDER, Declared, Fault, Incoming, Kind, Terms
from regulars.ground.activity.judging import judge
from regulars.ground.activity.tests.faults import FAULTS
from regulars.ground.activity.tests.shop import ADA, BRUNO, NOW, TERMS, line

DECLARED = (
    Declared("department", Kind.TEXT, LINE),
    Declared("weight", Kind.DECIMAL, LINE),
    Declared("staff", Kind.BOOLEAN, ORDER),
    Declared("guests", Kind.INTEGER, ORDER),
    Declared("due", Kind.DATE, ORDER),
    Declared("deposit", Kind.MONEY, ORDER),
)


def taken(*rows: dict[str, Any], terms: Terms = TERMS) -> Incoming:
    event = judge(rows, terms, DECLARED)
    assert isinstance(event, Incoming), event
    return event


def refused(*rows: dict[str, Any], terms: Terms = TERMS) -> list[Fault]:
    faults = judge(rows, terms, DECLARED)
    assert isinstance(faults, list), faults
    return faults


def code_of(**cells: Any) -> str:
    (fault,) = refused(line(**cells))
    return fault.code


def test_a_plain_purchase_is_taken_with_its_defaults() -> None:
    event = taken({"member": ADA, "event": "r1", "at": "2026-05-01 10:00:00", "net": "2.50"})
    assert (event.type, event.currency, event.lines, event.nets) == ("purchase", "EUR", ["1"], [250])
    assert event.columns == {"quantity": [1]}
    assert (event.store, event.tendered, event.points, event.original, event.attributes) == ("", 0, 0, "", {})


def test_every_column_of_the_contract_is_kept() -> None:
    event = taken(
        line(
            type="purchase", currency="EUR", sku="WINE-1", quantity="2", gross="3.00", tax="0.40", shipping="1.00",
            tendered_points="0.50", category="Wine", brand="Own", regular_price="1.60", store="north", channel="shop",
            department="cellar", weight="1.500", staff="no", guests="4", due="2026-05-02", deposit="-1.00",
        )
    )  # fmt: skip
    assert event.columns == {
        "sku": ["WINE-1"], "quantity": [2], "gross": [300], "tax": [40], "shipping": [100], "regular_price": [160],
        "category": ["Wine"], "brand": ["Own"], "department": ["cellar"], "weight": [Decimal("1.5")],
    }  # fmt: skip
    assert event.attributes == {"staff": False, "guests": 4, "due": date(2026, 5, 2), "deposit": -100}
    assert (event.tendered, event.store, event.channel) == (50, "north", "shop")


@pytest.mark.parametrize(("cells", "said"), [
    ({"at": "2026-02-30"}, '`at` is "2026-02-30", and there is no such day: write one of the calendar'),
    ({"at": "2026-02-29 10:00:00"}, '`at` is "2026-02-29 10:00:00", and there is no such day'),
    ({"at": "2026-13-01T10:00:00Z"}, "there is no such day"), ({"due": "2025-04-31"}, "there is no such day"),
    ({"at": "2026-02-28 25:00"}, "write a time like"), ({"at": "1.2.2026"}, "write a time like"),
    ({"net": "1,000.00"}, '`net` holds "1,000.00", with separators between its thousands: leave them out and write 1000.00.'),
    ({"net": "1.000,00"}, "write 1000.00."), ({"net": "1 000.5"}, "write 1000.5."), ({"net": "12'345"}, "write 12345."),
    ({"net": "-1,234,567.89"}, "write -1234567.89."), ({"net": "1\u00a0000"}, "write 1000."),
    ({"deposit": "1,000"}, "write 1000."), ({"net": "12,50"}, "which is not an amount"),
    ({"net": "1,000,00"}, "which is not an amount"), ({"net": "1,00,000"}, "which is not an amount"),
    ({"net": "99,999,999,999,999"}, "at most 13 digits"),
])  # fmt: skip
def test_of_days_that_there_are_not_and_separators_of_thousands_it_is_said_what_they_are(
    cells: dict[str, Any], said: str
) -> None:
    (fault,) = refused(line(**cells))
    assert said in fault.sentence


def test_gaps_are_filled_where_another_line_says_something() -> None:
    event = taken(line(line="1", gross="3.00", tax="0.10", category="Wine"), line(line="2", net="1.00"))
    assert event.columns["gross"] == [300, 100]
    assert event.columns["tax"] == [10, 0]
    assert event.columns["category"] == ["Wine", None]


def test_lines_stand_in_the_order_of_their_ids() -> None:
    event = taken(line(line="10", net="1.00"), line(line="9", net="2.00"), line(line="b", net="3.00"))
    assert (event.lines, event.nets) == (["9", "b", "10"], [200, 300, 100])


def test_lines_without_ids_are_numbered_as_they_stand() -> None:
    rows = [{key: cell for key, cell in line(net=net).items() if key != "line"} for net in ("3.00", "1.00")]
    assert (taken(*rows).lines, taken(*rows).nets) == (["1", "2"], [300, 100])


def test_a_visit_needs_no_line() -> None:
    event = taken({"member": ADA, "event": "v1", "at": "2026-05-01 10:00", "type": "visit"})
    assert (event.lines, event.nets, event.columns) == ([], [], {})


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_of_the_house_is_taken(kind: str) -> None:
    extra = {"return": {"original": "r0", "original_line": "1"}, "redemption": {"points": "100"}}.get(kind, {})
    assert taken(line(type=kind, **extra)).type == kind


def test_a_redemption_asks_for_points_of_a_currency() -> None:
    row = {"member": ADA, "event": "p1", "at": "2026-05-01 10:00", "type": "redemption", "points": 300}
    assert (taken(row).points, taken(row | {"points_currency": "stars"}).of) == (300, "stars")


def test_what_is_zero_is_valid() -> None:
    event = taken(line(net="0.00", quantity="0"))
    assert (event.nets, event.columns["quantity"]) == ([0], [0])


def test_rows_may_leave_the_facts_of_the_event_to_another_row() -> None:
    first, second = (
        line(line="1", store="north", tendered_points="1.00"),
        line(line="2", store="", tendered_points=None),
    )
    assert (taken(second, first).store, taken(second, first).tendered) == ("north", 100)


@pytest.mark.parametrize(("cells", "code"), FAULTS)
def test_each_fault_has_its_code(cells: dict[str, Any], code: str) -> None:
    assert code_of(**cells) == code


def test_a_message_names_the_column_quotes_the_cell_and_says_what_to_do() -> None:
    (fault,) = refused(line(type="retrun"))
    assert (fault.column, fault.row) == ("type", 0)
    assert fault.sentence == 'There is no type "retrun". Did you mean "return"?'


def test_two_lines_with_one_id_are_refused_with_their_row() -> None:
    (fault,) = refused(line(line="1"), line(line="2"), line(line="1"))
    assert (fault.code, fault.row) == ("duplicate_line", 2)


@pytest.mark.parametrize(
    ("column", "value"), [("member", BRUNO), ("at", "2026-05-01 11:00"), ("store", "south"), ("staff", "yes")]
)
def test_rows_that_disagree_about_the_event_are_refused(column: str, value: str) -> None:
    first = line(line="1", store="north", staff="no")
    (fault,) = refused(first, line(line="2", store="north", staff="no") | {column: value})
    assert (fault.code, fault.column, fault.row) == ("inconsistent_event", column, 1)


def test_the_same_instant_in_two_spellings_does_not_disagree() -> None:
    event = taken(line(line="1", at="2026-05-01T10:00:00+02:00"), line(line="2", at="2026-05-01T08:00Z"))
    assert datetime.fromtimestamp(event.at / 1e6, UTC) == datetime(2026, 5, 1, 8, tzinfo=UTC)


def test_a_thousand_rows_make_an_event_and_one_more_does_not() -> None:
    rows = [line(line=str(number)) for number in range(1001)]
    assert len(taken(*rows[:1000]).lines) == 1000
    assert [fault.code for fault in refused(*rows)] == ["too_many_lines"]


def test_every_fault_of_an_event_is_told() -> None:
    faults = refused(line(line="1", net="x", quantity="-1"), line(line="2", at="never"))
    assert [(fault.code, fault.row) for fault in faults] == [("bad_quantity", 0), ("bad_amount", 0), ("bad_date", 1)]


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-05-01 10:00:00", "2026-05-01T08:00:00"),  # summer time
        ("2026-01-01 10:00:00", "2026-01-01T09:00:00"),  # winter time
        ("2025-10-26 02:30:00", "2025-10-26T00:30:00"),  # the clock shows it twice: the first is meant
        ("2026-03-29 02:30:00", "2026-03-29T01:30:00"),  # the clock jumps over it: as far behind the jump
        ("2026-05-01", "2026-04-30T22:00:00"),  # a day begins at its midnight
        ("2026-05-01T10:00:00.1234567", "2026-05-01T08:00:00.123456"),  # cut to microseconds
    ],
)  # fmt: skip
def test_a_time_without_a_zone_is_the_programmes(local: str, utc: str) -> None:
    at = taken(line(at=local)).at
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at) == datetime.fromisoformat(utc + "+00:00")


def test_times_with_a_zone_keep_it() -> None:
    aware = datetime(2026, 5, 1, 10, tzinfo=timezone(timedelta(hours=-5)))
    assert taken(line(at=aware)).at == taken(line(at="2026-05-01T10:00-0500")).at == int(aware.timestamp()) * 1_000_000


def test_a_till_may_be_five_minutes_ahead() -> None:
    assert taken(line(at=(NOW + timedelta(minutes=5)).isoformat())).at == TERMS.now + 300_000_000


@pytest.mark.parametrize(
    ("money", "digits", "text", "minor"),
    [("JPY", 0, "1200", 1200), ("KWD", 3, "1.250", 1250), ("EUR", 2, "12.5000", 1250), ("EUR", 2, "+7", 700)],
)
def test_amounts_have_the_decimals_of_their_currency(money: str, digits: int, text: str, minor: int) -> None:
    assert taken(line(net=text), terms=Terms("UTC", money, digits, TERMS.now)).nets == [minor]
