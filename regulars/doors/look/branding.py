"""A programme's own colours, turned into the stylesheet of its portal.

A shop gives one accent, and if it likes a paper and an ink. What stands on them (hover shades, tinted
grounds, the text on a button, the whole of the dark theme) is derived, and every pair of `tokens.PAIRS` is
brought to its contrast. The accent itself is never changed by day: a shop recognises its colour. When it
cannot be read on its paper the brand is refused, and the refusal names the nearest colour that can.
"""

from dataclasses import dataclass
from typing import Literal

from regulars.doors.look.contrast import (
    EDGE,
    TEXT,
    Rgb,
    contrast,
    darkened_until,
    least_contrast,
    lightened_until,
    lightness,
    mix,
    parse_hex,
    to_hex,
    with_lightness,
)
from regulars.doors.look.tokens import Palette, palettes

Typeface = Literal["serif", "sans"]

_WHITE: Rgb = (255, 255, 255)


@dataclass(frozen=True)
class Brand:
    """How a programme wishes to be seen by its members.

    `name` stands at the head of every page; the colours are written `#rrggbb`; `typeface` is that of name and
    headings. Where `paper` or `ink` is None the house's own is used.
    """

    name: str
    accent: str
    paper: str | None = None
    ink: str | None = None
    typeface: Typeface = "serif"


class BrandRefused(ValueError):
    """A brand that could not be read. `code` is stable; `figures` hold the colours and ratios of the sentence.

    Codes: `colour_malformed`, `paper_too_dark`, `accent_too_pale`, `ink_too_pale`. The last three carry
    `nearest`, a colour that would do.
    """

    def __init__(self, code: str, sentence: str, figures: dict[str, str]) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.figures = figures


def stylesheet(brand: Brand) -> str:
    """The brand as CSS: custom properties for light and dark, in layer `brand`, over those of tokens.css.

    Raises BrandRefused when a colour is malformed or cannot be read.
    """
    house, night = palettes()
    light, dark = brand_palettes(brand)
    changed = [name for name in light if (light[name], dark[name]) != (house[name], night[name])]
    lines = [f"    --{name}: light-dark({to_hex(light[name])}, {to_hex(dark[name])});" for name in changed]
    if brand.typeface == "sans":
        lines += ["    --font-heading: var(--font-text);", "    --heading-weight: 560;"]
    return "\n".join(["@layer brand {", "  :root {", *lines, "  }", "}", ""])


def brand_palettes(brand: Brand) -> tuple[Palette, Palette]:
    """Every colour of the portal by token name, for paper and for night, with the brand's in their places.

    Raises BrandRefused when a colour is malformed or cannot be read.
    """
    house, night = palettes()
    light = dict(house)
    if brand.paper:
        light |= _light_grounds(_read("paper", brand.paper))
        _check_paper(light)
    if brand.ink:
        light["ink"] = _read("ink", brand.ink)
    if brand.paper or brand.ink:
        light["ink-soft"] = darkened_until(mix(light["ink"], light["paper"], 0.28), TEXT, *_grounds(light))
    accent = _read("accent", brand.accent)
    _check_accent(accent, light["paper"])
    light |= _light_accent(accent, light)
    _check_ink(light)
    return light, night | _dark_accent(accent, night)


def _read(field: str, text: str) -> Rgb:
    try:
        return parse_hex(text)
    except ValueError:
        raise BrandRefused(
            "colour_malformed",
            f"{field} is {text!r}; write a colour as #rrggbb, for example #7a1f3d.",
            {"field": field, "value": text},
        ) from None


def _grounds(palette: Palette) -> tuple[Rgb, Rgb, Rgb]:
    return palette["paper"], palette["sheet"], palette["well"]


def _light_grounds(paper: Rgb) -> Palette:
    """A paper with the sheet that lies on it, the hollow pressed into it, and the lines drawn on it."""
    sheet = mix(paper, _WHITE, 0.75)
    return {
        "paper": paper,
        "sheet": sheet,
        "well": with_lightness(paper, lightness(paper) - 0.03),
        "rule": with_lightness(paper, lightness(paper) - 0.08),
        "edge": darkened_until(with_lightness(paper, 0.62), EDGE, paper, sheet),
    }


def _light_accent(accent: Rgb, light: Palette) -> Palette:
    """The accent by day, unchanged as a ground; as ink on a tinted ground it may be a little darker."""
    paper, sheet, well = _grounds(light)
    soft = mix(sheet, accent, 0.1)
    hover = mix(accent, paper, 0.18) if lightness(accent) < 0.3 else with_lightness(accent, lightness(accent) - 0.07)
    return {
        "accent": accent,
        "accent-strong": darkened_until(hover, TEXT, sheet),
        "accent-ink": darkened_until(accent, TEXT, paper, sheet, well, soft),
        "accent-soft": soft,
        "on-accent": sheet,
        "chart": darkened_until(mix(accent, paper, 0.4), EDGE, paper, sheet),
        "chart-soft": mix(paper, accent, 0.14),
    }


def _dark_accent(accent: Rgb, night: Palette) -> Palette:
    """The accent as it looks by night: the same hue, light enough to be read on a dark ground."""
    grounds = _grounds(night)
    lit = lightened_until(with_lightness(accent, max(lightness(accent), 0.74)), TEXT, *grounds)
    soft = mix(night["sheet"], lit, 0.12)
    return {
        "accent": lit,
        "accent-strong": with_lightness(lit, lightness(lit) + 0.08),
        "accent-ink": lightened_until(lit, TEXT, *grounds, soft),
        "accent-soft": soft,
        "on-accent": night["paper"],
        "chart": lightened_until(mix(lit, night["paper"], 0.35), EDGE, night["paper"], night["sheet"]),
        "chart-soft": mix(night["sheet"], lit, 0.16),
    }


def _check_paper(light: Palette) -> None:
    """Amber and red mean the same on every paper, so a paper must be light enough to carry them."""
    paper, nearest = light["paper"], light
    for step in range(1, 101):
        if _carries_signals(nearest):
            break
        nearest = light | _light_grounds(mix(paper, _WHITE, step / 100))
    if nearest is not light:
        wanted = to_hex(nearest["paper"])
        raise BrandRefused(
            "paper_too_dark",
            f"On paper {to_hex(paper)} a warning could not be read. {wanted} is the nearest that is light enough; "
            "the dark theme has a dark paper of its own.",
            {"paper": to_hex(paper), "nearest": wanted},
        )


def _carries_signals(light: Palette) -> bool:
    words = min(least_contrast(light[name], *_grounds(light)) for name in ("attention", "danger"))
    return words >= TEXT and least_contrast(light["attention-mark"], light["paper"], light["sheet"]) >= EDGE


def _check_accent(accent: Rgb, paper: Rgb) -> None:
    ratio = contrast(accent, paper)
    if ratio < TEXT:
        nearest = to_hex(darkened_until(accent, TEXT, paper))
        raise BrandRefused(
            "accent_too_pale",
            f"Accent {to_hex(accent)} reaches {ratio:.2f}:1 on paper {to_hex(paper)}, and text needs 4.5:1. "
            f"{nearest} is the nearest that does.",
            {"accent": to_hex(accent), "paper": to_hex(paper), "ratio": f"{ratio:.2f}", "nearest": nearest},
        )


def _check_ink(light: Palette) -> None:
    ink = light["ink"]
    grounds = [*_grounds(light), light["accent-soft"], light["attention-soft"], light["danger-soft"]]
    ratio = least_contrast(ink, *grounds)
    if ratio < TEXT:
        nearest = to_hex(darkened_until(ink, TEXT, *grounds))
        raise BrandRefused(
            "ink_too_pale",
            f"Ink {to_hex(ink)} reaches {ratio:.2f}:1 where it is hardest to read, and text needs 4.5:1. "
            f"{nearest} is the nearest that does.",
            {"ink": to_hex(ink), "ratio": f"{ratio:.2f}", "nearest": nearest},
        )
