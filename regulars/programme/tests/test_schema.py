"""The JSON Schema for editors accepts whatever the loader accepts, and stands in docs/ as the shapes make it."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.programme import document
from regulars.programme.document import Listing, Node, Scalar
from regulars.programme.loading import KNOWN
from regulars.programme.schema import SHAPES, schema, text
from regulars.programme.tests import (
    test_care_sections,
    test_clubs,
    test_moments,
    test_offers,
    test_partners,
    test_referrals,
    test_rewards,
    test_service,
)
from regulars.programme.tests.shops import SMALL, edited, errors

HOUSE = Path(__file__).parents[3]
VALIDATOR = jsonschema_rs.validator_for(schema())

#: Good files: those to learn from, and the small one with each section.
GOOD = {path.name: path.read_text("utf-8") for path in sorted((HOUSE / "programmes").glob("*.yaml"))} | {
    "small": SMALL,
    "rewards": SMALL + test_rewards.COFFEE,
    "offers": SMALL + test_offers.BREAD,
    "clubs": SMALL + test_clubs.LOAF,
    "referrals": SMALL + test_referrals.FRIENDS,
    "moments": SMALL + test_moments.YEAR,
    "partners": SMALL + test_partners.FERRY,
    "service": SMALL + test_service.QUEUE,
    "care": SMALL + test_care_sections.CARE,
}

_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def value(node: Node) -> Any:
    """What an editor that reads YAML 1.2 makes of a node."""
    if isinstance(node, Listing):
        return [value(item) for item in node.items]
    if not isinstance(node, Scalar):
        return {key: value(inner) for key, (_, inner) in node.entries.items()}
    if node.style:
        return node.text
    if node.empty:
        return None
    if _INTEGER.fullmatch(node.text):
        return int(node.text)
    if _FLOAT.fullmatch(node.text):
        return float(node.text)
    return {"true": True, "false": False}.get(node.text.lower(), node.text)


def read(text: str) -> Any:
    return value(document.read(text, "test.yaml")[0].root)


def test_every_section_has_a_shape() -> None:
    assert set(SHAPES) == set(KNOWN)


def test_the_schema_in_the_documents_is_that_of_the_shapes() -> None:
    written = (HOUSE / "docs" / "programme.schema.json").read_text("utf-8")
    assert written == text(), "run `make schema`"


def test_the_schema_is_one() -> None:
    jsonschema_rs.meta.validate(schema())


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_is_good_to_the_schema(name: str) -> None:
    assert [str(error) for error in VALIDATOR.iter_errors(read(GOOD[name]))] == []


def test_texts_that_yaml_takes_for_something_else_are_good_to_both() -> None:
    for old, new in (
        ("{en: points, da: point}", "{en: 2027, da: true}"),
        ("      per: 10\n", '      per: "10.00"\n'),
        ("      times: 2\n", "      times: 4/3\n"),
        ("    kind: qualifying", "    kind: qualifying\n    debt: YES"),
        ("id: best,", "id: true,"),
        ("  groups:\n    - {id: best, best_of: [base, welcome]}\n", "  groups: []\n"),
        ("regulars: 1", 'regulars: "1"'),
        ("      on: visit", '      "on": [visit, contact]'),
    ):
        changed = edited(old, new)
        assert errors(changed) == []
        assert VALIDATOR.is_valid(read(changed)), new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  money: DKK\n", ""),
        ("  money: DKK\n", "  money: DKK\n  monye: DKK\n"),
        ("    kind: qualifying", "    kind: qualified"),
        ("languages: [en, da]", "languages: da"),
        ("languages: [en, da]", "languages: [da, da]"),
        ("languages: [en, da]", "languages: []"),
        ("      per: 10\n", "      per: ten\n"),
        ("      per: 10\n", "      per: -10\n"),
        ("      per: 10\n", "      per:\n"),
        ("id: best,", "id: The Best,"),
        ("title: {en: points, da: point}", "title: {fr: points}"),
        ("tiers:\n", "teirs:\n"),
    ],
)
def test_what_a_schema_can_know_to_be_wrong_it_refuses(old: str, new: str) -> None:
    changed = edited(old, new)
    assert errors(changed) != []
    assert not VALIDATOR.is_valid(read(changed))


def restyled(one: Any) -> Any:
    """The same scalar with quotes where it had none, or without where it had some."""
    if isinstance(one, bool):
        return "yes" if one else "no"
    if isinstance(one, int | float):
        return str(one)
    return value(Scalar(one, "", document.Place(1, 1, 1), 0, 0)) if isinstance(one, str) else one


ODD = (
    None,
    True,
    0,
    -1,
    2,
    1.5,
    10**30,
    "",
    " ",
    "2",
    "1.50",
    "yes",
    "none",
    "nonsense",
    "2027-01-31",
    [],
    {},
    [1],
    {"a": 1},
)


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every node but the root."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [way for key, one in inner for way in [(*path, key), *places(one, (*path, key))]]


ACTS = ("drop", "odd", "restyle", "list", "twice", "unknown", "elsewhere")


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    """A good file with up to three things dropped, added, exchanged or made odd."""
    tree = deepcopy(TREES[draw(st.sampled_from(sorted(TREES)))])
    for _ in range(draw(st.sampled_from((1, 1, 1, 2, 3)))):
        *way, last = draw(st.sampled_from(places(tree)))
        parent = tree
        for step in way:
            parent = parent[step]
        act = draw(st.sampled_from(ACTS))
        if act == "drop":
            del parent[last]
        elif act == "odd":
            parent[last] = deepcopy(draw(st.sampled_from(ODD)))
        elif act == "restyle":
            parent[last] = restyled(parent[last])
        elif act == "list":
            parent[last] = [parent[last]]
        elif act == "twice" and isinstance(parent, list):
            parent.append(deepcopy(parent[last]))
        elif act == "unknown" and isinstance(parent, dict):
            parent[f"{last}x"] = parent.pop(last)
        elif act == "elsewhere":
            *there, key = draw(st.sampled_from(places(tree)))
            other = tree
            for step in there:
                other = other[step]
            parent[last] = deepcopy(other[key])
    return tree


TREES = {name: read(text) for name, text in GOOD.items()}


@given(spoilt())
def test_what_the_loader_accepts_the_schema_accepts(tree: Any) -> None:
    """JSON is YAML: the same tree is given to both."""
    if errors(json.dumps(tree, ensure_ascii=False)) == []:
        assert [str(error) for error in VALIDATOR.iter_errors(tree)] == []
