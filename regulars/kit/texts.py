"""Texts from outside, made fit for keeping: PostgreSQL takes no NUL and no half of a surrogate pair; and told apart by
what people see of them."""

from __future__ import annotations

import unicodedata
from typing import Any

_MARK = "\N{REPLACEMENT CHARACTER}"
#: What takes no ink: the joiners inside a word (U+200C, U+200D), which Persian and Sinhala names are written with, and
#: letters that are blank (Braille, Hangul fillers).
_UNSEEN = str.maketrans("", "", " \u200c\u200d\u2800\u115f\u1160\u3164\uffa0")


def composed(text: str) -> str:
    """The text with every letter and its accent as one (NFC): é, also where it was written as e and U+0301."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def spellings(text: str) -> tuple[str, ...]:
    """How the same text may have been written down: as it stands, with letters and accents as one, and apart."""
    if text.isascii():
        return (text,)
    return tuple(dict.fromkeys((text, composed(text), unicodedata.normalize("NFD", text))))


def seen(text: str) -> str:
    """What is left of a text without all that takes no ink."""
    return text.translate(_UNSEEN)


def storable(value: Any) -> Any:
    """`value` (a text, or lists and mappings of texts and other values) with a mark for what cannot be kept."""
    if isinstance(value, str):
        return value.replace("\0", _MARK) if value.isascii() else _whole(value)
    if isinstance(value, dict):
        return {storable(name): storable(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [storable(inner) for inner in value]
    return value


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", _MARK)
