"""Seen: what stands for a page on which somebody agreed to something, so that nothing else is done in its place."""

from __future__ import annotations

from hashlib import blake2b


def seen_as(*parts: object) -> str:
    """A short text for what a page shows: the same for the same parts (texts, dataclasses and sequences of texts), in
    one language."""
    return blake2b(repr(parts).encode(), digest_size=16).hexdigest()
