"""Folding: names without what people leave out when they type them."""

from __future__ import annotations

import unicodedata

#: Letters that are one with a mark or two in one, and that Unicode does not take apart.
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_SILENT = str.maketrans(dict.fromkeys("'’‘ʼ`´"))


def folded(text: str) -> str:
    """The text without capitals, accents, apostrophes and punctuation, its words one space apart.

    `Jordán` and `jordan` fold to the same, as do `Ærø` and `aero`, `O'Brien` and `obrien`, `Weiß, Eva` and `weiss eva`.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_SILENT).casefold().translate(_LETTERS))
    letters = (sign for sign in plain if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in letters).split())


def name_keys(given: str, family: str) -> tuple[str, str]:
    """What a person is found by: the folded name with the family's first, and with the given one first."""
    return folded(f"{family} {given}"), folded(f"{given} {family}")
