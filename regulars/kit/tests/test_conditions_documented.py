"""What docs/conditions.md promises about the language is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from regulars.kit.conditions import ConditionError, Scope, parse
from regulars.kit.conditions.standard import STANDARD

PAGE = (Path(__file__).parents[3] / "docs" / "conditions.md").read_text(encoding="utf-8")
WORDS = STANDARD.closed("tier", ("mate", "captain"))
EXAMPLES = re.findall(r"^\| `(.+)` \| (line|order|member) \| (.+) \|$", PAGE, re.MULTILINE)
REFUSALS = re.findall(r"^\| `([^|]+)`(?: \(about an order\))? \| ([A-Z].+) \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("text", "scope", "sentence"), EXAMPLES)
def test_an_example_reads_as_documented(text: str, scope: str, sentence: str) -> None:
    made = parse(text, WORDS, Scope(scope), 2, "EUR")
    assert made.sentence("en") == sentence
    assert made.scope is Scope(scope)


@pytest.mark.parametrize(("text", "remedy"), REFUSALS)
def test_a_mistake_is_answered_as_documented(text: str, remedy: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text, WORDS, Scope.ORDER)
    assert caught.value.remedy == remedy


def test_the_page_names_every_standard_name_where_it_belongs() -> None:
    listed = re.findall(r"^\| (line|order|member) \| (`\w+`(?:, `\w+`)*) \| .* \| (yes|) ?\|$", PAGE, re.MULTILINE)
    told = {(name, whose, missing == "yes") for whose, names, missing in listed for name in re.findall(r"\w+", names)}
    assert told == {(name.name, name.scope.value, name.nullable) for name in STANDARD}


def test_the_page_was_read() -> None:
    assert len(EXAMPLES) > 8
    assert len(REFUSALS) > 8
