"""Whatever a file holds, the checks come to an end and say something."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.programme.checks.linting import lint
from regulars.programme.checks.mending import mend
from regulars.programme.checks.rulings import PROFILES
from regulars.programme.checks.sampling import good_programme
from regulars.programme.problems import render, split_lines
from regulars.programme.tests.test_bad_files import alias_bomb


def rules(number: int, when: str) -> str:
    """The good programme with very many rules more."""
    more = "".join(
        f"    - {{id: r{i}, title: t, points: 1, per: 5, when: '{when.format(i=i)}'}}\n" for i in range(number)
    )
    return good_programme().replace("\ntiers:\n", f"{more}\ntiers:\n")


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda: b"\x00\xff\xfe" * 1000, "not_utf8"),
        (lambda: b"\x7fELF" + bytes(range(128)), "hidden_character"),
        (alias_bomb, "anchor_refused"),
        (lambda: "a: &a [*a]", "anchor_refused"),
        (lambda: good_programme() * 2, "duplicate_key"),
        (
            lambda: good_programme().replace("of: [base]\n      when: crust", "of: [rye]\n      when: crust"),
            "later_rule",
        ),
        (lambda: rules(300, 'member_since > "2026-01-01" and "s{i}" in segments'), "LP-4"),
        (lambda: good_programme() + "# regulars: allow CAP-2 because of nothing\n" * 5_000, "allowance_unused"),
        (lambda: good_programme() + "# regulars: " + "allow " * 100_000, "allowance_unclear"),
        (lambda: good_programme() + "# regulars: allow " + "CAP-1," * 100_000, "allowance_unclear"),
    ],
)
def test_a_hostile_file_ends_in_an_error(made: Callable[[], str | bytes], code: str) -> None:
    """Each of these would take minutes or all the memory where something grew faster than the file."""
    problems = lint(made(), profiles=PROFILES).problems
    assert code in {problem.code for problem in problems}


def test_rules_for_a_thousand_items_are_decided_item_by_item() -> None:
    """Every rule beside every item would be more than is looked at, and end in an error that says so."""
    linted = lint(rules(1_000, 'member_since > "2026-01-01" and sku == "{i}"'))
    assert {one.code for one in linted.problems} == {"LP-4"}
    assert not any("could not be decided" in one.message for one in linted.problems)
    assert linted.problems[-1].message.startswith("950 more like those above")


def test_ten_thousand_rules_are_checked() -> None:
    assert lint(rules(10_000, "net > {i}")).problems == ()


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_mutated_file_ends_well(data: st.DataObject) -> None:
    """Any edit ends in findings that each point into the file, and mending ends too."""
    text = good_programme()
    for _ in range(data.draw(st.integers(1, 3))):
        lines = text.split("\n")
        number = data.draw(st.integers(0, len(lines) - 1))
        word = data.draw(
            st.sampled_from(["# regulars: allow CAP-2 because so be it", "none", "1", "earning", "to_level"])
        )
        kept = data.draw(st.sampled_from(["", lines[number].split(":")[0] + ": ", lines[number] + " "]))
        text = "\n".join([*lines[:number], kept + word, *lines[number + 1 :]])
    lines = split_lines(text)
    problems = lint(text, profiles=PROFILES).problems
    for problem in problems:
        assert 1 <= problem.line <= len(lines) and 1 <= problem.column <= len(lines[problem.line - 1]) + 1
    render(problems, text, "x")
    mended = mend(text, profiles=PROFILES)
    assert len(mended.left.problems) <= len(problems)
