"""Colour arithmetic against published figures, and its laws over any colour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.doors.look.contrast import (
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

BLACK, WHITE = (0, 0, 0), (255, 255, 255)
channels = st.integers(0, 255)
colours = st.tuples(channels, channels, channels)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#fff", 4.0),
    ],
)
def test_the_ratios_are_those_that_wcag_publishes(one: str, other: str, ratio: float) -> None:
    assert round(contrast(parse_hex(one), parse_hex(other)), 2) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("text", ["", "red", "#12", "#12345g", "123456", "#1234567", "#123456\n"])
def test_what_is_not_a_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        parse_hex(text)


def test_three_digits_stand_for_six() -> None:
    assert parse_hex("#A1f") == parse_hex("#aa11ff")


@given(colours)
def test_a_colour_survives_being_written_down(colour: Rgb) -> None:
    assert parse_hex(to_hex(colour)) == colour


@given(colours, colours)
def test_contrast_does_not_care_which_is_the_ground(one: Rgb, other: Rgb) -> None:
    assert contrast(one, other) == contrast(other, one) >= 1


@given(colours)
def test_asking_for_the_lightness_it_has_changes_a_colour_by_a_hair_at_most(colour: Rgb) -> None:
    again = with_lightness(colour, lightness(colour))
    assert max(abs(a - b) for a, b in zip(colour, again, strict=True)) <= 2


@given(colours, colours)
def test_mixing_ends_at_both_ends(one: Rgb, other: Rgb) -> None:
    assert mix(one, other, 0) == one
    assert mix(one, other, 1) == other


@given(colours, st.sampled_from([3.0, 4.5, 7.0]))
def test_darkening_reaches_the_contrast_and_keeps_what_already_has_it(colour: Rgb, wanted: float) -> None:
    darkened = darkened_until(colour, wanted, WHITE, (238, 231, 216))
    assert least_contrast(darkened, WHITE, (238, 231, 216)) >= wanted
    if least_contrast(colour, WHITE, (238, 231, 216)) >= wanted:
        assert darkened == colour


@given(colours)
def test_lightening_reaches_the_contrast_and_goes_no_further_than_it_must(colour: Rgb) -> None:
    lightened = lightened_until(colour, 4.5, BLACK)
    assert contrast(lightened, BLACK) >= 4.5
    if lightened != colour:
        assert contrast(lightened, BLACK) < 4.8
