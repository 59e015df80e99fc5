"""A keeper may depart from a check, and has to say why."""

from __future__ import annotations

import pytest

from regulars.programme.checks.linting import lint
from regulars.programme.checks.sampling import good_programme

EXPIRY = "    expiry: {after: inactivity, months: 36, notice: {earliest: 60, latest: 30}}"
SHORT = EXPIRY.replace("months: 36", "months: 20")
ALLOWED = "# regulars: allow CAP-2 because bread does not keep"


def said(new: str, old: str = EXPIRY, *profiles: str) -> list[str]:
    assert good_programme().count(old) == 1
    return [one.code for one in lint(good_programme().replace(old, new), profiles=profiles or ("dignity",)).problems]


@pytest.mark.parametrize(
    "written",
    [
        f"{SHORT}  {ALLOWED}",
        f"    {ALLOWED}\n{SHORT}",
        f"    {ALLOWED}\n\n    # and the members voted for it\n{SHORT}",
        f"    #regulars:allow CAP-1 , CAP-2 because bread does not keep\n{SHORT.replace('inactivity', 'earning')}",
    ],
)
def test_an_allowance_holds_for_its_line_or_the_next_one(written: str) -> None:
    assert said(written) == []


def test_allowed_findings_are_counted() -> None:
    assert lint(good_programme().replace(EXPIRY, f"{SHORT}  {ALLOWED}")).allowed == 1


def test_an_allowance_elsewhere_or_of_another_check_allows_nothing_and_is_said_to() -> None:
    assert said(f"{SHORT}\n    {ALLOWED}") == ["CAP-2", "allowance_unused"]
    assert said(f"{SHORT}  {ALLOWED.replace('CAP-2', 'CAP-3')}") == ["CAP-2", "allowance_unused"]
    assert said(f"{EXPIRY}  {ALLOWED}") == ["allowance_unused"]


def test_an_allowance_that_another_profile_needs_is_not_unused() -> None:
    assert said(f"{SHORT}  {ALLOWED}", EXPIRY, "uk") == []


@pytest.mark.parametrize(
    ("comment", "code"),
    [
        ("# regulars: allow CAP-2", "allowance_without_reason"),
        ("# regulars: allow CAP-2 because", "allowance_without_reason"),
        ("# regulars: allow CAP-2 because reasons", "allowance_without_reason"),
        ("# regulars: allow CAP-2 because . . .", "allowance_without_reason"),
        ("# regulars: allow CAP-2 because because because", "allowance_without_reason"),
        ("# regulars: allow CAP-99 because bread does not keep", "allowance_unknown"),
        ("# regulars: allow everything because bread does not keep", "allowance_unclear"),
        ("# regulars: ignore CAP-2", "allowance_unclear"),
        ("# regulars:", "allowance_unclear"),
    ],
)
def test_an_allowance_that_cannot_be_taken_is_an_error_and_allows_nothing(comment: str, code: str) -> None:
    text = good_programme().replace(EXPIRY, f"{SHORT}  {comment}")
    problems = lint(text).problems
    assert [one.code for one in problems] == ["CAP-2", code]
    assert problems[1].severity == "error"
    assert text.split("\n")[problems[1].line - 1][problems[1].column - 1 :] == comment


def test_what_stands_inside_a_text_is_no_comment() -> None:
    title = "title: 'a # regulars: allow CAP-2 because bread does not keep'"
    assert said(title, "title: a point for ten kroner") == []
    block = "title: >-\n        a point\n        # regulars: ignore all\n        for ten"
    assert said(block, "title: a point for ten kroner") == []
    assert said("title: a#regulars:b", "title: a point for ten kroner") == []


def test_places_are_right_in_a_file_of_windows_lines() -> None:
    text = good_programme().replace(EXPIRY, f"{SHORT}  {ALLOWED}").replace("\n", "\r\n")
    assert lint(text).problems == ()
