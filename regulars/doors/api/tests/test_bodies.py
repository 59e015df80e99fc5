"""From the bytes of a request to its events, whatever the bytes are."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.doors.api.bodies import JSON, MAX_BYTES, MAX_EVENTS, NDJSON, events_of, unzip
from regulars.doors.api.problems import Problem

ADA = b'{"member":"ada","event":"1","at":"2026-03-01"}'


def told(body: bytes, kind: str = JSON) -> list[bytes]:
    return [bytes(event) for event in events_of(body, kind).events]


def refused(body: bytes, kind: str = JSON) -> Problem:
    with pytest.raises(Problem) as caught:
        events_of(body, kind)
    return caught.value


def test_one_event_an_array_and_a_wrapped_array_tell_the_same_events() -> None:
    assert told(ADA) == [ADA]
    assert told(b"[" + ADA + b" , " + ADA + b"]") == [ADA, ADA]
    assert told(b'{"events": [' + ADA + b"]}") == [ADA]


def test_lines_tell_an_event_each_and_empty_lines_nothing() -> None:
    assert told(ADA + b"\r\n\n  \n" + ADA, NDJSON) == [ADA + b"\r", ADA]


def test_a_broken_line_is_the_matter_of_its_own_event() -> None:
    assert told(ADA + b"\n{oops\n" + ADA, NDJSON) == [ADA, b"{oops", ADA]


def test_a_byte_order_mark_before_the_json_is_passed_over() -> None:
    assert told(b"\xef\xbb\xbf" + ADA) == [ADA]


def test_the_source_may_stand_beside_the_events_or_in_a_single_one() -> None:
    assert events_of(b'{"source": "shop", "events": []}', JSON).source == "shop"
    assert events_of(b'{"source": "shop", "member": "ada"}', JSON).source == "shop"
    assert events_of(b'{"source": null, "events": []}', JSON).source == ""
    assert refused(b'{"source": 7, "events": []}').code == "not_events"
    assert refused(b'{"events": [{"at":"10:00"}], "source": ":", "events": []}').code == "duplicate_key"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b'{"member":"ada"',
        b"[" + ADA,
        b"[1,]",
        b"NaN",
        b"[NaN]",
        b"\xff\xfe{\x00}\x00",
        b"\x00",
        b"{} {}",
    ],
)
def test_a_body_that_is_no_json_is_refused_and_says_where(body: bytes) -> None:
    problem = refused(body)
    assert problem.code == "not_json"
    assert "byte" in problem.detail or "ends in the middle" in problem.detail


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b'[{"a":' * 50_000])
def test_a_body_that_nests_without_end_is_refused(body: bytes) -> None:
    assert "nests too deeply" in refused(body).detail


@pytest.mark.parametrize("body", [b"5", b"null", b'"text"', b'{"events": {}}', b'{"events": [], "event": "1"}'])
def test_json_without_events_is_refused(body: bytes) -> None:
    assert refused(body).code == "not_events"


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/json; charset=latin-1", "application/x-www-form-urlencoded"]
)
def test_only_json_in_utf_8_is_read(kind: str) -> None:
    assert refused(ADA, kind).code == "unsupported_type"


def test_the_charset_may_be_stated() -> None:
    assert told(ADA, 'application/json; charset="UTF-8"') == [ADA]


def test_ten_thousand_events_are_taken_and_one_more_is_not() -> None:
    many = b"[" + b",".join([ADA] * MAX_EVENTS) + b"]"
    assert len(told(many)) == MAX_EVENTS
    assert refused(many[:-1] + b"," + ADA + b"]").code == "too_many_events"
    assert refused(b"\n".join([ADA] * (MAX_EVENTS + 1)), NDJSON).code == "too_many_events"


@pytest.mark.parametrize("body", [b"[" + b"1," * 2_000_000 + b"1]", b"[" + b"{}," * 2_000_000 + b"{}]"])
def test_an_array_of_millions_of_nothings_is_refused_before_it_fills_the_memory(body: bytes) -> None:
    tracemalloc.start()
    assert refused(body).code == "too_many_events"
    assert tracemalloc.get_traced_memory()[1] < 4 * len(body)
    tracemalloc.stop()


def test_gzip_is_unpacked_whole_in_one_member_or_several() -> None:
    assert unzip(gzip.compress(ADA)) == ADA
    assert unzip(gzip.compress(ADA) + gzip.compress(ADA)) == ADA + ADA
    assert unzip(gzip.compress(b"")) == b""


@pytest.mark.parametrize("change", ["empty", "plain", "last byte gone", "trailer gone", "something after it"])
def test_gzip_that_is_cut_or_followed_by_something_is_refused(change: str) -> None:
    whole = gzip.compress(ADA)
    body = {"empty": b"", "plain": ADA, "last byte gone": whole[:-1], "trailer gone": whole[:-9]}.get(
        change, whole + b"x"
    )
    with pytest.raises(Problem) as caught:
        unzip(body)
    assert caught.value.code == "bad_gzip"


def test_a_bomb_is_refused_at_the_limit_and_never_unpacked_further() -> None:
    bomb = gzip.compress(bytes(3 * MAX_BYTES), 6)
    assert len(bomb) < MAX_BYTES // 20
    tracemalloc.start()
    with pytest.raises(Problem) as caught:
        unzip(bomb)
    assert caught.value.code == "body_too_large"
    assert tracemalloc.get_traced_memory()[1] < 2.5 * MAX_BYTES
    tracemalloc.stop()


def test_many_small_members_add_up_to_the_limit() -> None:
    with pytest.raises(Problem) as caught:
        unzip(gzip.compress(bytes(MAX_BYTES // 4)) * 5)
    assert caught.value.code == "body_too_large"


@given(st.lists(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text())))
def test_every_way_of_telling_events_tells_the_same(events: Sequence[dict[str, object]]) -> None:
    array = json.dumps(events).encode()
    lines = b"\n".join(json.dumps(event).encode() for event in events)
    wrapped = json.dumps({"events": events}).encode()
    assert [json.loads(event) for event in told(array)] == events
    assert told(wrapped) == told(array)
    assert told(lines, NDJSON) == told(array)


@given(st.binary(max_size=300))
def test_any_bytes_are_events_or_a_problem(body: bytes) -> None:
    for kind in (JSON, NDJSON):
        try:
            told(body, kind)
        except Problem as problem:
            assert problem.code in ("not_json", "not_events")
