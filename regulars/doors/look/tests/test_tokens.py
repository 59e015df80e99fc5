"""The stylesheets: every pair of colours can be read, every token exists, nothing is loaded from elsewhere."""

import re

import pytest

from regulars.doors.look.contrast import contrast
from regulars.doors.look.tokens import PAIRS, STYLESHEET, palettes

STATIC = STYLESHEET.parent
STYLESHEETS = sorted(STATIC.glob("*.css"))
LOCAL = {"air", "cover", "dot", "ground", "rail", "shade", "strip"}


@pytest.mark.parametrize(("theme", "palette"), list(zip(("light", "dark"), palettes(), strict=True)))
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_every_ink_can_be_read_on_every_ground_it_stands_on(
    theme: str, palette: dict[str, tuple[int, int, int]], ink: str, ground: str, least: float
) -> None:
    ratio = contrast(palette[ink], palette[ground])
    assert ratio >= least, f"{theme}: {ink} on {ground} is {ratio:.2f}:1"


def test_every_colour_of_the_tokens_has_a_day_and_a_night() -> None:
    source = STYLESHEET.read_text(encoding="utf-8")
    declared = set(re.findall(r"--([a-z-]+):\s*light-dark\(#", source))
    assert declared == set(palettes()[0]) == set(palettes()[1])


def test_every_token_that_is_used_is_defined() -> None:
    sources = {path.name: path.read_text(encoding="utf-8") for path in STYLESHEETS}
    defined = set(re.findall(r"--([a-z0-9-]+):", sources["tokens.css"]))
    used = {name for source in sources.values() for name in re.findall(r"var\(--([a-z0-9-]+)", source)}
    assert used - defined == LOCAL


def test_colours_are_written_in_tokens_css_and_nowhere_else() -> None:
    for path in STYLESHEETS:
        if path != STYLESHEET:
            assert not re.search(r"#[0-9a-f]{3,8}\b|rgb\(|oklch\(|hsl\(", path.read_text(encoding="utf-8")), path.name


def test_every_file_that_a_stylesheet_names_is_there() -> None:
    for path in STYLESHEETS:
        for name in re.findall(r'url\("([^"]+)"\)', path.read_text(encoding="utf-8")):
            assert (STATIC / name).is_file(), f"{path.name} names {name}"


def test_nothing_is_loaded_from_another_address() -> None:
    for path in [*STYLESHEETS, *STATIC.glob("*.js"), *STATIC.glob("*.svg")]:
        outside = re.findall(
            r"(?:https?:)?//[\w.]+", re.sub(r"xmlns=\"[^\"]+\"|<!--.*?-->", "", path.read_text("utf-8"))
        )
        assert not [address for address in outside if not address.startswith("// ")], path.name


def test_braces_are_balanced() -> None:
    for path in STYLESHEETS:
        source = path.read_text(encoding="utf-8")
        assert source.count("{") == source.count("}"), path.name
