"""How a problem is shown, and how its place is found where YAML folds text."""

from __future__ import annotations

import json

import pytest

from regulars.programme.loading import check
from regulars.programme.problems import Problem, ProgrammeError, render
from regulars.programme.tests.shops import edited, underlined


def test_a_problem_is_shown_with_its_line_a_caret_and_the_remedy() -> None:
    text = edited("      times: 2", "      tims: 2")
    assert render(check(text), text, "ada.yaml") == (
        "error[unknown_key]: `rules[2]` has no key `tims`.\n"
        "  --> ada.yaml:28:7  earn.rules[2].tims\n"
        "   |\n"
        "28 |       tims: 2\n"
        "   |       ^^^^\n"
        '   = Did you mean "times"?'
    )


def test_problems_are_separated_by_an_empty_line() -> None:
    text = edited("money: DKK", "money: XYZ").replace("most: 100", "most: -1")
    assert str(ProgrammeError(check(text), text, "ada.yaml")).count("\n\n") == 1


def test_carets_stand_under_wide_and_combining_characters() -> None:
    problem = Problem("code", "", 1, 5, 2, "Message.", "Remedy.")
    line, caret = render([problem], "日e\u0301\tab", "x").split("\n")[3:5]
    assert line == "1 | 日e\u0301 ab"
    assert caret == "  |     ^^"


def test_a_long_line_is_shown_around_the_place() -> None:
    text = edited("a gift for a visit", f"{{en: {'x' * 300}, da: y, zz: z}}")
    shown = render([problem for problem in check(text) if problem.code == "unknown_language"], text, "x")
    line, caret = shown.split("\n")[3:5]
    assert len(line) < 130
    assert "…" in line
    assert (line[caret.index("^")], caret.count("^")) == ("z", 2)


def test_a_control_character_never_reaches_the_terminal() -> None:
    text = edited("name: Ada's Bakery", "name: \x1b[31mAda")
    assert "\x1b" not in render(check(text), text, "x")
    assert "\x1b" not in render(check(edited("id: best,", r'"\e[31m": best,')), text, "x")


def test_a_problem_is_ready_for_json() -> None:
    (problem,) = check(edited("money: DKK", "money: XYZ"))
    assert json.loads(json.dumps(problem.as_dict())) == {
        "code": "unknown_money",
        "path": "programme.money",
        "line": 6,
        "column": 10,
        "length": 3,
        "message": "`money` must be an ISO 4217 code, such as EUR, not `XYZ`.",
        "remedy": problem.remedy,
        "severity": "error",
    }


@pytest.mark.parametrize(
    "written",
    [
        "crust == 'a' and crumb == 'b'",
        "\"crust == 'a' and crumb == 'b'\"",
        "'crust == ''a'' and crumb == ''b'''",
        '"crust == \\"a\\" and crumb == \'b\'"',
        "crust == 'a'\n        and crumb == 'b'",
        "'crust == ''a''\n        and crumb == ''b'''",
        "|\n        crust == 'a'\n        and crumb == 'b'",
        ">-  # folded, crumb by crumb\n        crust == 'a'\n\n        and crumb == 'b'",
    ],
)
def test_a_place_inside_a_condition_is_found_however_it_is_written(written: str) -> None:
    text = edited('crust == "rye"', written)
    (problem,) = check(text)
    assert (problem.code, underlined(problem, text)) == ("condition_unknown_name", "crumb")


def test_a_condition_with_escapes_is_underlined_as_a_whole() -> None:
    text = edited('crust == "rye"', r'"crumb == \x27a\x27"')
    (problem,) = check(text)
    assert underlined(problem, text) == r'"crumb == \x27a\x27"'


def test_a_place_is_counted_without_the_byte_order_mark() -> None:
    text = edited("regulars: 1", "regulars: 3")
    (problem,) = check("\ufeff" + text)
    assert (problem.line, problem.column) == (1, 11)
