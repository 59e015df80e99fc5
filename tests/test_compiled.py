"""What is compiled is named by files that are there, and never stands beside them."""

from __future__ import annotations

import ast
from importlib.machinery import EXTENSION_SUFFIXES
from typing import Any

from regulars.kit.compiled import is_compiled
from tests.compiled import LEFT_OUT
from tests.reading_code import HOUSE, PACKAGE


def told(name: str) -> dict[str, Any]:
    """A table of `setup.py`."""
    tree = ast.parse((HOUSE / "setup.py").read_text(encoding="utf-8"))
    assigned = {ast.unparse(node.targets[0]): node.value for node in tree.body if isinstance(node, ast.Assign)}
    found: dict[str, Any] = ast.literal_eval(assigned[name])
    return found


def test_what_is_compiled_is_there_and_named_once() -> None:
    patterns = [pattern for named in told("COMPILED").values() for pattern in named]
    found = [path for pattern in patterns for path in HOUSE.glob(pattern)]
    assert [pattern for pattern in patterns if not list(HOUSE.glob(pattern))] == []
    assert len(found) == len(set(found)) > 50 and {HOUSE / name for name in told("PLAIN")} < set(found)


def test_no_compiled_module_stands_in_the_way_of_a_source() -> None:
    assert [path for suffix in EXTENSION_SUFFIXES for path in PACKAGE.rglob(f"*{suffix}")] == []
    assert not is_compiled()


def test_what_the_compiled_program_is_not_asked_are_tests() -> None:
    for name in LEFT_OUT:
        file, function = name.split("::")
        assert f"\ndef {function}(" in (HOUSE / file).read_text(encoding="utf-8")
