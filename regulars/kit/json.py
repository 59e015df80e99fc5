"""JSON as bytes, fast and exact: decimals stay decimals in text, whole numbers stay whole."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import msgspec

from regulars.kit.speaking import phrase


def _plain(value: Any) -> str:
    """A text that can be said in other languages, as it stands. Raises TypeError for what is no text."""
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"JSON has nothing for {type(value).__name__}")


encode: Final = msgspec.json.Encoder(decimal_format="string", enc_hook=_plain).encode
decode: Final = msgspec.json.Decoder().decode


def key_told_twice(data: bytes, keys: int) -> str | None:
    """The first key that stands twice in one object of `data`, in which a decoder found so many `keys`; None if none.

    A decoder keeps the last of two values and says nothing. Every key is followed by a colon, so where as many colons
    follow a quotation mark as there are keys, and none follows a blank, no key was lost. Only where texts hold such
    colons as well is `data` read once more.
    """
    if data.count(b'":') == keys and b" :" not in data:
        if not (b"\t" in data or b"\n" in data or b"\r" in data):
            return None
        if b"\t:" not in data and b"\n:" not in data and b"\r:" not in data:
            return None
    try:
        json.loads(data.decode(), object_pairs_hook=_once, parse_int=str, parse_float=str)
    except _Twice as twice:
        return str(twice)
    except RecursionError:  # what nests so deeply is refused for that
        return None
    return None


#: What the decoder finds, in its own words: the reader's come from the catalogues.
_FOUND: Final = {
    "invalid character": lambda n: phrase("a character cannot stand where it does, at byte {n}", n=n),
    "invalid number": lambda n: phrase("a number is not written as JSON writes numbers, at byte {n}", n=n),
    "trailing characters": lambda n: phrase("something follows after its end, at byte {n}", n=n),
    "trailing comma in object": lambda n: phrase("an object ends with a comma, at byte {n}", n=n),
    "trailing comma in array": lambda n: phrase("an array ends with a comma, at byte {n}", n=n),
    "expected ':'": lambda n: phrase("a colon is missing at byte {n}", n=n),
    "expected ',' or '}'": lambda n: phrase("a comma, or the end of an object, is missing at byte {n}", n=n),
    "expected ',' or ']'": lambda n: phrase("a comma, or the end of an array, is missing at byte {n}", n=n),
    "object keys must be strings": lambda n: phrase("a key does not stand between quotes, at byte {n}", n=n),
}
_MALFORMED: Final = re.compile(r"JSON is malformed: (.*) \(byte ([0-9]+)\)")


def unreadable(error: Exception) -> str:
    """Why data is not JSON, as a part of a sentence, from what `decode` raised: msgspec.DecodeError,
    UnicodeDecodeError or RecursionError. None of the words that were read are in it."""
    if isinstance(error, RecursionError):
        return phrase("it nests too deeply")
    if isinstance(error, UnicodeDecodeError):
        return phrase("it is not UTF-8")
    if "truncated" in str(error):
        return phrase("it ends in the middle")
    if "out of range" in str(error):
        return phrase("a number is beyond all bounds")
    found = _MALFORMED.match(str(error))
    if found is None:
        return phrase("it is something else")
    reason, place = found[1], int(found[2])
    if reason in _FOUND:
        return _FOUND[reason](place)
    return phrase("a text has an escape that there is not, at byte {n}", n=place)


def breaks_off(error: Exception, data: bytes) -> bool:
    """Whether `data` ends before what it tells does, from what `decode` raised."""
    return "truncated" in str(error) or str(error).endswith(f"invalid number (byte {len(data)})")


class _Twice(Exception):
    """The key that stands twice."""


def keys_in(value: Any) -> int:
    """How many keys stand in a decoded value and all that is in it."""
    count, waiting = 0, [value]
    for one in waiting:  # which grows
        inside = one
        if isinstance(one, dict):
            count += len(one)
            inside = one.values()
        elif not isinstance(one, list):
            continue
        for inner in inside:
            kind = type(inner)
            if kind is dict or kind is list:
                waiting.append(inner)
    return count


def _once(pairs: list[tuple[str, Any]]) -> None:
    if len({key for key, _ in pairs}) < len(pairs):
        names = [key for key, _ in pairs]
        raise _Twice(next(key for place, key in enumerate(names) if key in names[:place]))
