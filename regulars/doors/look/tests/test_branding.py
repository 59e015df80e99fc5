"""Any brand is either readable in every pair of colours, or refused with a colour that would do."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.doors.look.branding import Brand, BrandRefused, brand_palettes, stylesheet
from regulars.doors.look.contrast import TEXT, contrast, parse_hex, to_hex
from regulars.doors.look.tokens import PAIRS, palettes

channels = st.integers(0, 255)
hexes = st.builds(lambda *rgb: to_hex(rgb), channels, channels, channels)
pale = st.integers(225, 255)
papers = st.builds(lambda *rgb: to_hex(rgb), pale, pale, pale)
CODES = {"paper_too_dark", "accent_too_pale", "ink_too_pale"}


def assert_readable(brand: Brand) -> None:
    for palette in brand_palettes(brand):
        for ink, ground, least in PAIRS:
            assert contrast(palette[ink], palette[ground]) >= least, (brand, ink, ground)


@given(hexes)
def test_any_accent_is_readable_everywhere_or_refused_with_one_that_is(accent: str) -> None:
    try:
        assert_readable(Brand("Harbour", accent))
    except BrandRefused as refused:
        assert refused.code == "accent_too_pale"
        assert contrast(parse_hex(accent), palettes()[0]["paper"]) < TEXT
        assert_readable(Brand("Harbour", refused.figures["nearest"]))


@given(hexes, st.none() | papers | hexes, st.none() | hexes)
def test_any_accent_paper_and_ink_are_readable_or_lead_to_some_that_are(
    accent: str, paper: str | None, ink: str | None
) -> None:
    fields = {"accent": accent, "paper": paper, "ink": ink}
    for _ in range(4):
        try:
            assert_readable(Brand("Harbour", **fields))  # type: ignore[arg-type]
            return
        except BrandRefused as refused:
            assert refused.code in CODES
            fields[refused.code.split("_")[0]] = refused.figures["nearest"]
    pytest.fail(f"following the advice led nowhere: {fields}")


@given(hexes)
def test_an_accent_that_is_accepted_is_never_changed_by_day(accent: str) -> None:
    try:
        light, _ = brand_palettes(Brand("Harbour", accent))
    except BrandRefused:
        return
    assert to_hex(light["accent"]) == accent


def test_a_yellow_accent_is_refused_with_its_ratio_and_the_nearest_that_can_be_read() -> None:
    with pytest.raises(BrandRefused) as caught:
        stylesheet(Brand("Harbour", "#ffcc00"))
    refused = caught.value
    assert refused.code == "accent_too_pale"
    assert refused.figures["ratio"] == "1.34"
    assert refused.figures["nearest"] in refused.sentence
    nearest = contrast(parse_hex(refused.figures["nearest"]), palettes()[0]["paper"])
    assert TEXT <= nearest < TEXT + 0.2


def test_a_dark_paper_is_refused_because_a_warning_could_not_be_read_on_it() -> None:
    with pytest.raises(BrandRefused) as caught:
        stylesheet(Brand("Harbour", "#1f4d5c", paper="#404040"))
    assert caught.value.code == "paper_too_dark"


def test_a_pale_ink_is_refused() -> None:
    with pytest.raises(BrandRefused) as caught:
        stylesheet(Brand("Harbour", "#1f4d5c", ink="#b0b0b0"))
    assert caught.value.code == "ink_too_pale"


@pytest.mark.parametrize("field", ["accent", "paper", "ink"])
def test_a_colour_that_is_none_names_its_field(field: str) -> None:
    fields = {"accent": "#1f4d5c", field: "burgundy"}
    with pytest.raises(BrandRefused) as caught:
        stylesheet(Brand("Harbour", **fields))  # type: ignore[arg-type]
    assert caught.value.code == "colour_malformed"
    assert caught.value.figures == {"field": field, "value": "burgundy"}


def test_the_house_colours_come_back_unchanged_but_for_what_the_accent_decides() -> None:
    light, dark = brand_palettes(Brand("Harbour", "#1f3f73"))
    house, night = palettes()
    decided = {"accent", "accent-strong", "accent-ink", "accent-soft", "on-accent", "chart", "chart-soft"}
    assert {name for name in house if light[name] != house[name]} <= decided
    assert {name for name in night if dark[name] != night[name]} <= decided


def test_the_stylesheet_holds_custom_properties_in_the_brand_layer_and_nothing_else() -> None:
    css = stylesheet(Brand("</style><script>", "#1f3f73", paper="#fbf6f3", typeface="sans"))
    lines = css.strip().splitlines()
    assert lines[0] == "@layer brand {"
    assert lines[1] == "  :root {"
    assert lines[-2:] == ["  }", "}"]
    assert "--accent: light-dark(#1f3f73, " in css
    assert "--font-heading: var(--font-text);" in css
    assert all(re.fullmatch(r"    --[a-z-]+: [\w#(),.\- ]+;", line) for line in lines[2:-2])
    assert "script" not in css
