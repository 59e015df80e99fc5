"""Texts from outside, made fit for keeping: PostgreSQL takes no NUL and no half of a surrogate pair."""

from __future__ import annotations

from typing import Any

_MARK = "\N{REPLACEMENT CHARACTER}"


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
