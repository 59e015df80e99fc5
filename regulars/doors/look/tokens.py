"""Reads the colours of `static/look/tokens.css`, which is the one place where they are written."""

import re
from functools import cache
from pathlib import Path

from regulars.doors.look.contrast import EDGE, TEXT, Rgb, parse_hex

STYLESHEET = Path(__file__).parent / "static" / "look" / "tokens.css"

_COLOUR = re.compile(r"--([a-z-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)")

Palette = dict[str, Rgb]

PAIRS: tuple[tuple[str, str, float], ...] = (
    *((ink, ground, TEXT) for ink in ("ink", "ink-soft", "accent-ink") for ground in ("paper", "sheet", "well")),
    ("ink", "accent-soft", TEXT),
    ("accent-ink", "accent-soft", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    *((ink, ground, TEXT) for ink in ("attention", "danger") for ground in ("paper", "sheet", "well")),
    *((ink, "attention-soft", TEXT) for ink in ("attention", "ink")),
    *((ink, "danger-soft", TEXT) for ink in ("danger", "ink")),
    *((mark, ground, EDGE) for mark in ("edge", "chart", "attention-mark") for ground in ("paper", "sheet")),
)
"""What is drawn on what: the name of the ink, of the ground, and the least contrast between them."""


@cache
def palettes() -> tuple[Palette, Palette]:
    """The house's own colours by name without the dashes (`accent-ink`): for light paper, and for night."""
    written = _COLOUR.findall(STYLESHEET.read_text(encoding="utf-8"))
    light = {name: parse_hex(day) for name, day, _ in written}
    dark = {name: parse_hex(night) for name, _, night in written}
    return light, dark
