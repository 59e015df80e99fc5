"""Keys of JSON that stand twice are found, wherever blanks and colons stand."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.kit.json import key_told_twice, keys_in


class Pairs(list[tuple[str, Any]]):
    """An object as it is written: its keys may stand twice."""


TEXTS = st.text(st.sampled_from('a": \t\\'), max_size=6)
VALUES = st.recursive(
    TEXTS | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.lists(st.tuples(TEXTS, inner), max_size=4).map(Pairs),
    max_leaves=8,
)


def written(value: Any, blank: str) -> str:
    if isinstance(value, Pairs):
        told = (f"{json.dumps(key)}{blank}:{written(one, blank)}" for key, one in value)
        return "{" + ",".join(told) + "}"
    if isinstance(value, list):
        return "[" + ",".join(written(one, blank) for one in value) + "]"
    return json.dumps(value)


def twice(value: Any) -> bool:
    inside = [one for _, one in value] if isinstance(value, Pairs) else value if isinstance(value, list) else []
    keys = [key for key, _ in value] if isinstance(value, Pairs) else []
    return len(set(keys)) < len(keys) or any(map(twice, inside))


@given(VALUES, st.sampled_from(["", " ", "\t", "\r\n"]))
def test_a_key_is_found_twice_if_and_only_if_it_stands_twice_in_one_object(value: Any, blank: str) -> None:
    data = written(value, blank).encode()
    found = key_told_twice(data, keys_in(msgspec.json.decode(data)))
    assert (found is not None) == twice(value)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b'{"net":1,"net":1}', "net"),
        (b'{"net":1,"\\u006eet":2}', "net"),
        (b'{"net" :1,"sku":"net\\":","net" :2}', "net"),
        (b'{"net":1,"sku":"net\\":"}', None),
        (b'{"lines":[{"net":1},{"net":2}]}', None),
        (b'{"lines":[{"net":1,"net":2}]}', "net"),
    ],
)
def test_it_is_named(data: bytes, key: str | None) -> None:
    assert key_told_twice(data, keys_in(msgspec.json.decode(data))) == key
