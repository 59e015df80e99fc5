"""Which code runs here: plain Python, or its hot path as C (docs/decisions/0017)."""

from __future__ import annotations

from regulars.kit import binding


def is_compiled() -> bool:
    """Whether the hot path runs as C. It is one library: all of its modules are compiled, or none is."""
    return not str(binding.__file__).endswith((".py", ".pyc"))
