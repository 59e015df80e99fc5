"""A keeper sees everything that is wrong in one go, and each mistake once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from regulars.programme.document import Listing, Mapping, Node, Scalar, read
from regulars.programme.loading import check
from regulars.programme.tests.shops import HARBOUR, SMALL, edited, errors

HOTEL = (Path(__file__).parents[3] / "programmes" / "hotel.yaml").read_text("utf-8")
#: The keys that other places of a file stand on.
NAMING = frozenset({"id", "name", "on", "type", "kind", "counts", "currency", "of", "days", "when", "money", "title"})

DOUBTFUL = """\
rewards:
  - id: Haircut
    title: {en: a haircut, fr: une coupe}
    kind: servis
    points: many
    worth: 30,00
    when: teir == "friend"
  - {id: shampoo, title: a shampoo, kind: product, points: 20, currency: pionts}
moments:
  - id: birthday
    title: a birthday
    kind: birthday
    gives: {reward: haircut, points: 10, currency: stones}
messages:
  - {id: hello, kind: greeting, channel: email, subject: Hi, text: "{nobody} and {noone}"}
"""


def places(node: Node, key: str = "") -> Iterator[tuple[str, Scalar]]:
    """Every text of a file with the key that it stands under."""
    if isinstance(node, Scalar):
        yield key, node
    elif isinstance(node, Mapping):
        for name, (_, value) in node.entries.items():
            yield from places(value, name)
    elif isinstance(node, Listing):
        for item in node.items:
            yield from places(item, key)


@pytest.mark.parametrize("text", [SMALL, HARBOUR, HOTEL], ids=["small", "harbour", "hotel"])
def test_one_mistake_is_one_problem_whatever_refers_to_it(text: str) -> None:
    document, _ = read(text, "x")
    for key, node in places(document.root):
        if key in NAMING:
            for wrong in ("[{}]", "Ä!"):
                found = errors(text[: node.start] + wrong + text[node.end :])
                assert len(found) <= 1, (key, node.text, wrong, found)


def test_a_record_whose_list_or_section_is_misspelt_is_not_missed_where_it_is_named() -> None:
    for old, new in (("currencies:", "currences:"), ("  levels:", "  level:"), ("  rules:", "  rule:")):
        found = errors(
            edited(old, new, SMALL + "service:\n  perks:\n    - {id: a, title: a, kind: perk, tiers: friend}\n")
        )
        assert {one.code for one in found} <= {"unknown_key", "unknown_section", "not_a_choice"}, found


def test_every_mistake_of_every_key_and_record_is_told_at_once() -> None:
    text = edited("      points: 1\n      per: 10\n", "      points: x\n      per: y\n") + DOUBTFUL
    text = edited("on: line, type: text, title: {en: the crust, da: skorpen}", "on: line, type: texts, title: []", text)
    found = [(one.path, one.code) for one in errors(text)]
    assert sorted(found) == [
        ("earn.rules[0].per", "wrong_type"),
        ("earn.rules[0].points", "not_a_number"),
        ("messages[0].text", "unknown_fact"),
        ("messages[0].text", "unknown_fact"),
        ("moments[0].gives.currency", "unknown_reference"),
        ("moments[0].gives.reward", "benefit_unclear"),
        ("programme.attributes[0].title", "wrong_type"),
        ("programme.attributes[0].type", "not_a_choice"),
        ("rewards[0].id", "not_an_id"),
        ("rewards[0].kind", "not_a_choice"),
        ("rewards[0].points", "not_a_number"),
        ("rewards[0].title.fr", "unknown_language"),
        ("rewards[0].when", "condition_unknown_name"),
        ("rewards[0].worth", "not_a_number"),
        ("rewards[1].currency", "unknown_reference"),
    ]


def test_a_rule_of_which_it_is_not_clear_what_it_does_is_read_all_the_same() -> None:
    text = edited(
        "      points: 5\n      on: visit\n", "      on: visit\n      currency: stone\n      when: hours > 12\n"
    )
    assert {one.code for one in errors(text)} == {
        "rule_kind_unclear", "unknown_reference", "condition_unknown_name",
    }  # fmt: skip


def test_a_wait_says_all_that_is_wrong_with_it() -> None:
    text = edited(
        "    kind: qualifying", "    kind: qualifying\n    pending: {within_days: 3, days: 2, until: 2026-12-24}"
    )
    assert [one.code for one in errors(text)] == ["misplaced_key", "pending_unclear"]


def test_a_name_like_a_known_one_is_misspelt_even_where_another_could_not_be_read() -> None:
    text = edited("    kind: qualifying", "    kind: qualifying\n  - {id: Gold, title: gold}")
    text = edited("currency: stamps", "currency: stmaps", text)
    assert [(one.code, one.remedy) for one in check(text) if one.severity == "error"] == [
        ("not_an_id", "Write an id: at most 40 small letters, digits or hyphens, the first one a letter."),
        ("unknown_reference", 'Did you mean "stamps"?'),
    ]


@pytest.mark.parametrize(
    ("wrong", "message", "remedy"),
    [
        ("expiry: 12 months", "not `12 months`.", "`never`, or a mapping `{after: ..., months: ...}`."),
        ("of: base", "not `base`.", "Write a list: `[base]`."),
        ('when: crust = "rye"', "something is missing here, or too much.", "write two equal signs"),
        ('when: (crust == "rye"', "a parenthesis is not closed.", "Write comparisons joined by and"),
        ('when: crust == "rye', "a quotation mark is missing.", "Write comparisons joined by and"),
    ],
)
def test_a_newcomers_mistake_is_met_with_what_to_write(wrong: str, message: str, remedy: str) -> None:
    right = {"expiry": "    kind: qualifying", "of": "of: [base]", "when": 'when: crust == "rye"'}[wrong.split(":")[0]]
    (problem,) = errors(edited(right, f"{right}\n    {wrong}" if wrong.startswith("expiry") else wrong))
    assert problem.message.endswith(message) and remedy in problem.remedy
    for language in ("de", "es", "da"):
        said = problem.said_in(language)
        assert said.message != problem.message and said.remedy != problem.remedy
