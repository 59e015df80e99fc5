"""Colours, measured the way WCAG 2.2 measures them, and moved only as far as legibility asks.

A colour is three whole numbers from 0 to 255 (sRGB). Lightness is changed in OKLCH, where a step looks
equally large for every hue, so that a darker burgundy is still that burgundy.
"""

import math
import re

Rgb = tuple[int, int, int]

TEXT = 4.5
"""The least contrast between text and what it stands on (WCAG 1.4.3, level AA)."""

EDGE = 3.0
"""The least contrast of an input's border, a focus ring or a drawn bar (WCAG 1.4.11)."""

_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


def parse_hex(text: str) -> Rgb:
    """Read `#abc` or `#aabbcc`. Raises ValueError for anything else."""
    if not _HEX.fullmatch(text):
        raise ValueError(f"{text!r} is not a colour written as #rrggbb")
    digits = text[1:] if len(text) == 7 else "".join(d + d for d in text[1:])
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def to_hex(colour: Rgb) -> str:
    """Write a colour as `#rrggbb`, in lower case."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def luminance(colour: Rgb) -> float:
    """Relative luminance after WCAG: 0 for black, 1 for white."""
    red, green, blue = (_to_linear(channel) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """Contrast ratio after WCAG: 1 for equal colours, 21 for black on white. Symmetrical."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def least_contrast(colour: Rgb, *grounds: Rgb) -> float:
    """The contrast of a colour on the ground where it is hardest to read."""
    return min(contrast(colour, ground) for ground in grounds)


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """The colour `share` of the way (0 to 1) from one colour to another."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def lightness(colour: Rgb) -> float:
    """Lightness as it is perceived (OKLCH): 0 for black, 1 for white."""
    return _to_oklch(colour)[0]


def with_lightness(colour: Rgb, wanted: float) -> Rgb:
    """The same hue at another lightness (0 to 1), as colourful as a screen can show it there."""
    _, chroma, hue = _to_oklch(colour)
    return _from_oklch(min(max(wanted, 0.0), 1.0), chroma, hue)


def darkened_until(colour: Rgb, wanted: float, *grounds: Rgb) -> Rgb:
    """The nearest colour, at most as light, that reaches a contrast on every ground.

    Black when nothing reaches it, which cannot happen on grounds that black is read on.
    """
    return _moved_until(colour, wanted, grounds, end=0.0)


def lightened_until(colour: Rgb, wanted: float, *grounds: Rgb) -> Rgb:
    """The nearest colour, at least as light, that reaches a contrast on every ground; white at the end."""
    return _moved_until(colour, wanted, grounds, end=1.0)


def _moved_until(colour: Rgb, wanted: float, grounds: tuple[Rgb, ...], end: float) -> Rgb:
    """Halve the way between a lightness that falls short and one that reaches the contrast."""
    if least_contrast(colour, *grounds) >= wanted:
        return colour
    short, reaching = lightness(colour), end
    nearest = with_lightness(colour, end)
    for _ in range(10):
        middle = (short + reaching) / 2
        candidate = with_lightness(colour, middle)
        if least_contrast(candidate, *grounds) >= wanted:
            reaching, nearest = middle, candidate
        else:
            short = middle
    return nearest


def _to_linear(channel: int) -> float:
    value = channel / 255
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _from_linear(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)


def _to_oklch(colour: Rgb) -> tuple[float, float, float]:
    red, green, blue = (_to_linear(channel) for channel in colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    light = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return light, math.hypot(a, b), math.atan2(b, a)


def _from_oklch(light: float, chroma: float, hue: float) -> Rgb:
    """The sRGB colour; chroma gives way until the colour exists on a screen."""
    for share in range(32, -1, -1):
        linear = _oklch_to_linear(light, chroma * share / 32, hue)
        if all(-0.0005 <= value <= 1.0005 for value in linear):
            break
    red, green, blue = (round(255 * _from_linear(min(max(value, 0.0), 1.0))) for value in linear)
    return red, green, blue


def _oklch_to_linear(light: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
