"""Amounts by day: a flat list says what a dict would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from regulars.engine.amounts import Amounts

DAYS = st.integers(739_000, 739_005)
PUTS = st.lists(st.tuples(DAYS, st.integers(-3, 739_005)))  # an amount may look like a day


@given(puts=PUTS, added=PUTS, within=PUTS, most=st.integers(-3, 739_010), asked=DAYS)
def test_amounts_are_told_as_they_were_put_in_the_order_of_their_days_coming(
    puts: list[tuple[int, int]], added: list[tuple[int, int]], within: list[tuple[int, int]], most: int, asked: int
) -> None:
    amounts, plain = Amounts(), dict[int, int]()
    for day, amount in puts:
        amounts.put(day, amount)
        plain[day] = amount
    for day, amount in added:
        amounts.add(day, amount)
        plain[day] = plain.get(day, 0) + amount
    for day, amount in within:
        fits = plain.get(day, 0) + amount <= most
        assert amounts.add_within(day, amount, most) is fits
        if fits:
            plain[day] = plain.get(day, 0) + amount
    assert [*amounts] == [*plain.items()] and len(amounts) == len(plain)
    assert (amounts.has(asked), amounts.get(asked)) == (asked in plain, plain.get(asked, 0))
    assert amounts == Amounts.of(plain.items()) == Amounts([*amounts.flat])
    assert [amounts.since(head) for head in range(len(plain) + 1)] == [
        sum([*plain.values()][head:]) for head in range(len(plain) + 1)
    ]
