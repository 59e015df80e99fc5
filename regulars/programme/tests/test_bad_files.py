"""Whatever a file holds, it ends in a programme, or in problems that each have a place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.programme import reading
from regulars.programme.loading import check, load
from regulars.programme.problems import ProgrammeError, render, split_lines
from regulars.programme.promise import Programme
from regulars.programme.tests.shops import HARBOUR, SMALL, edited, errors

WORDS = sorted(
    {*SMALL.replace(":", " ").split(), "rewards", "~", "null", "yes", "1e9", "-1", "1/3", "&a", "*a", "!!int"}
)
PIECES = [
    "\n",
    "  ",
    "- ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    "'",
    '"',
    "#",
    "\t",
    "|",
    ">",
    "?",
    "---",
    "\r\n",
    "\x00",
    "\ufeff",
    "é",
    "日",
]


def ends_well(data: str | bytes) -> None:
    """Either a programme without errors, or problems that each point into the file."""
    problems = check(data)
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    lines = split_lines(text.removeprefix("\ufeff"))
    for problem in problems:
        assert "" not in (problem.code, problem.message, problem.remedy)
        assert problem.length >= 1
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1, problem
    render(problems, text, "x")
    if any(problem.severity == "error" for problem in problems):
        with pytest.raises(ProgrammeError):
            load(data)
    else:
        assert isinstance(load(data), Programme)


@given(st.binary(max_size=400))
def test_any_bytes_end_well(data: bytes) -> None:
    ends_well(data)


@given(st.text(max_size=400))
def test_any_text_ends_well(text: str) -> None:
    ends_well(text)


@given(st.lists(st.sampled_from(WORDS + PIECES), max_size=60).map(" ".join))
def test_any_words_of_the_language_in_any_order_end_well(text: str) -> None:
    ends_well(text)


@settings(deadline=None)
@given(st.data())
def test_a_mutated_file_ends_well(data: st.DataObject) -> None:
    """Parts of the demo shop's file are cut, doubled, moved or replaced."""
    text = data.draw(st.sampled_from([SMALL, HARBOUR]))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 40)))
        put = data.draw(st.sampled_from([*PIECES, *WORDS, text[start:end] * 2, ""]))
        text = text[:start] + put + text[end:]
    ends_well(text)


@settings(deadline=None)
@given(st.data())
def test_a_file_with_another_value_somewhere_ends_well(data: st.DataObject) -> None:
    lines = SMALL.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    key = lines[number].split(":")[0]
    value = data.draw(st.sampled_from([*WORDS, "[]", "{}", "[a, 1]", "{a: 1}", "99999999999999999999", "-0.5", "''"]))
    lines[number] = f"{key}: {value}"
    ends_well("\n".join(lines))


@settings(deadline=None)
@given(st.data())
def test_a_file_with_a_line_less_ends_well(data: st.DataObject) -> None:
    lines = HARBOUR.splitlines()
    start = data.draw(st.integers(0, len(lines) - 1))
    ends_well("\n".join(lines[:start] + lines[start + data.draw(st.integers(1, 5)) :]))


def alias_bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 40)]
    return "\n".join(lines)


def many_rules(of: str = "", number: int = 10_000) -> str:
    rules = "".join(f"    - {{id: r{i}, title: t, points: 1, per: 5, {of}when: net > {i}}}\n" for i in range(number))
    return edited("  rules:\n", f"  rules:\n{rules}")


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (alias_bomb, "anchor_refused"),
        (lambda: "[" * 400_000, "too_deep"),
        (lambda: "{a: " * 200_000, "too_deep"),
        (lambda: "- " * 400_000, "too_deep"),
        (lambda: "? " * 400_000, "too_deep"),
        (lambda: "a: '" + "x\n" * 400_000, "yaml_syntax"),
        (lambda: "a:\n" * 300_000, "duplicate_key"),
        (lambda: "x" * 999_999, "wrong_type"),
        (lambda: "\n" * 999_999, "file_empty"),
        (lambda: "regulars: " + "9" * 900_000, "unknown_format"),
        (lambda: "\n".join(f"key{i}: {i}" for i in range(20_000)), "unknown_section"),
        (lambda: edited("[en, da]", f"[{', '.join(['en'] * 100_000)}]"), "duplicate_item"),
        (lambda: edited('crust == "rye"', "not " * 200_000 + "x"), "condition_too_long"),
        (lambda: edited('crust == "rye"', "(" * 200_000), "condition_too_long"),
        (lambda: edited("of: [base]", f"of: [{', '.join(f'unknown{i}' for i in range(20_000))}]"), "unknown_reference"),
    ],
)
def test_a_hostile_file_comes_to_an_end(made: Callable[[], str], code: str) -> None:
    """Each of these would take minutes or all the memory where something grew faster than the file."""
    text = made()
    problems = check(text)
    assert code in {problem.code for problem in problems}
    assert render(problems, text, "x").startswith("error[")


def test_ten_thousand_rules_load() -> None:
    programme = load(many_rules())
    assert len(programme.earn.rules) == 10_004
    assert len(programme.earn.caps[0].rules) == 10_003


def test_thousands_of_wrong_rules_are_told_with_few_suggestions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A suggestion compares a name with all the others, so their number is bounded."""
    asked: list[int] = []

    def nearest(word: str, names: list[str]) -> str:
        asked.append(len(names))
        return "Did you mean another?"

    monkeypatch.setattr(reading, "nearest", nearest)
    problems = check(many_rules("of: [nobody], currency: pints, ", 3_000))
    assert Counter(problem.code for problem in problems) == {"misplaced_key": 3_000, "unknown_reference": 3_000}
    assert (len(asked), max(asked)) == (100, 2)


def test_a_suggestion_looks_at_a_thousand_names_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(reading, "nearest", lambda word, names: asked.append(len(names)) or "x")
    check(many_rules(number=2_000).replace("of: [base]", "of: [bass]"))
    assert asked == [1_000]


def test_a_ladder_of_multipliers_is_read_rung_by_rung() -> None:
    """Each multiplies all the rules above it: their combinations would never end, nor would what they give."""
    for times, codes in (("1", set()), ("2", {"grows_too_much"})):
        rungs = [
            f"    - {{id: m{i}, title: t, times: {times}, of: [base{''.join(f', m{j}' for j in range(i))}]}}\n"
            for i in range(300)
        ]
        text = edited("    - id: stamp\n", "".join(rungs) + "    - id: stamp\n")
        assert {problem.code for problem in errors(text)} == codes


@pytest.mark.parametrize("blank", ["\u200b", "\xad", "\ufe0f", "\U000e0041", "\u3164", "a\ufe0f", "a\u200d"])
def test_a_title_of_what_cannot_be_seen_is_refused(blank: str) -> None:
    assert "hidden_character" in {one.code for one in check(SMALL.replace("{en: points,", f'{{en: "{blank}",', 1))}


@pytest.mark.parametrize("sign", ["\u2764\ufe0f", "\U0001f469\u200d\U0001f373", "1\ufe0f\u20e3", "M\xfcller"])
def test_signs_that_are_made_of_several_characters_are_not(sign: str) -> None:
    assert "hidden_character" not in {one.code for one in check(SMALL.replace("{en: points,", f'{{en: "{sign}",', 1))}


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("zone", "localtime", "unknown_zone"), ("zone", "Factory", "unknown_zone"),
        ("money", "XXX", "unknown_money"), ("money", "XTS", "unknown_money"), ("money", "XAU", "unknown_money"),
    ],
)  # fmt: skip
def test_a_zone_of_no_place_and_a_money_that_pays_nothing_are_refused(key: str, value: str, code: str) -> None:
    text = re.sub(rf"(?m)^(\s*{key}:) .*$", rf"\1 {value}", SMALL, count=1)
    assert value in text and code in {one.code for one in check(text)}
