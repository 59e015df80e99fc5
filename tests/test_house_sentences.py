"""What checks and loader say to a keeper, and what is refused of events and acts, can be said in every language: no
sentence of theirs is plain text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reading_code import PACKAGE

#: Calls whose texts the catalogues collect, and such as speak to developers or to readers of docs/checks.
MARKED = {"worded", "phrase", "counted"}
ELSEWHERE = {"check", "house", "law", "case", "regulator", "standard", "Ruling", "Elsewhere", "Field", "ValueError",
             "AssertionError", "NotImplementedError", "fullmatch", "compile"}  # fmt: skip
FOLDERS = ("programme", "kit/conditions", "engine", "ground/activity", "exchange/earning")
#: Modules that speak to members in words of their own, write pages and the schema for developers, or are about files of
#: theirs: a map, a backtest.
OTHERS = {
    "notice_words.py", "clause_words.py", "care_words.py", "keeping_words.py", "phrases.py", "giving_phrases.py",
    "giving_details.py", "schema.py", "checks/pages.py",
    "checks/samples.py", "checks/elsewhere.py",
    "checks/rulings.py", "checks/catalogue.py", "quoting.py", "mapping.py", "matching.py",
}  # fmt: skip


def sentences(tree: ast.AST) -> Iterator[str]:
    """Texts of several words that end as sentences do, but for docstrings and what is marked."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call) and _called(node) in MARKED | ELSEWHERE:
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Constant | ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "…" for part in _parts(node))
            if " " in text.strip() and text.rstrip().endswith((".", "?")):
                yield text
        else:
            yield from sentences(node)


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _parts(node: ast.Constant | ast.JoinedStr) -> list[ast.expr]:
    return node.values if isinstance(node, ast.JoinedStr) else [node] if isinstance(node.value, str) else []


def modules() -> Iterator[Path]:
    for folder in (PACKAGE / name for name in FOLDERS):
        for path in sorted(folder.rglob("*.py")):
            if "tests" not in path.parts and path.relative_to(folder).as_posix() not in OTHERS:
                yield path


def test_a_sentence_that_nobody_marked_is_found() -> None:
    source = 'def f():\n    "Says it all."\n    a = worded("It is {x}.", x=1)\n    return g(f"{a} is not, and that."), "no. sentence"'
    assert list(sentences(ast.parse(source))) == ["… is not, and that."]


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_sentence_to_a_person_can_be_translated(path: Path) -> None:
    assert list(sentences(ast.parse(path.read_text(encoding="utf-8")))) == []
