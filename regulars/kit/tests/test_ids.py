"""Identifiers say when they were made, and those of one instant are in order."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from regulars.kit.ids import bytes_of, later, made_about, made_at, text_of, uuid7, uuid7s, uuid_of

INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC))


@given(INSTANTS, st.integers(-2_000, 2_000).map(lambda us: timedelta(microseconds=us)))
def test_an_identifier_says_its_instant_to_the_microsecond(at: datetime, off: timedelta) -> None:
    made = uuid7(at)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made_at(made, at) and made_about(made, at)
    assert made_at(made, at + off) == (not off)
    about = at.replace(microsecond=at.microsecond // 1_000 * 1_000)
    assert made_about(made, about) and (made_at(made, about) == (at == about))


@given(INSTANTS, st.integers(0, 50))
def test_identifiers_of_one_instant_are_different_and_ascend_and_come_before_those_of_the_next(
    at: datetime, count: int
) -> None:
    made = uuid7s(at, count)
    assert len({*made}) == count and made == sorted(made)
    assert all(one < uuid7(at + timedelta(microseconds=1)) for one in made)


@given(st.integers(0, (1 << 128) - 2))
def test_an_identifier_made_and_written_the_short_way_is_one_of_pythons_own(value: int) -> None:
    made, own = uuid_of(value), UUID(int=value)
    assert (made, hash(made), text_of(made), bytes_of(made)) == (own, hash(own), str(own), own.bytes)
    assert pickle.loads(pickle.dumps(made)) == own and made.is_safe is own.is_safe
    assert (
        later(own, None) is own and later(own, own).int == value + 1 and later(uuid_of(value + 1), own).int == value + 1
    )
