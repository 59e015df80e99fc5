"""Reading the house's own code: whose name is this, which statement does it stand in, which texts are SQL."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).parent.parent
PACKAGE = HOUSE / "regulars"

#: What looks for something in a module: yields (line, what was found).
Search = Callable[[ast.Module], Iterator[tuple[int, str]]]
_COMPOUND = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While, ast.If, ast.With, ast.Try)
_SPEAKS = re.compile(
    r"\bselect\b.*\bfrom\b|\bSELECT\b|\b(insert|merge)\s+into\b|\bupdate\b.*\bset\b|\bUPDATE\b|\bdelete\s+from\b"
    r"|\btruncate\b|\bCOPY\b",
    re.I | re.S,
)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.S)


def tracked(*patterns: str) -> list[Path]:
    """Files git knows or would add, so that what is ignored is not judged."""
    told = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=HOUSE, capture_output=True, text=True, check=True,
    ).stdout.split("\n")  # fmt: skip
    return [HOUSE / name for name in told if name and (HOUSE / name).is_file()]


def sources() -> list[Path]:
    """Every Python file of ours that is written by hand."""
    return [path for path in tracked("*.py") if "migrations" not in path.parts]


def product(*floors: str) -> Iterator[tuple[str, ast.Module]]:
    """(name below `regulars/`, tree) of the files of the product itself; with `floors` of those below these alone."""
    for name, tree in _trees():
        if not floors or name.startswith(tuple(f"{floor}/" for floor in floors)):
            yield name, tree


@cache
def _trees() -> list[tuple[str, ast.Module]]:
    ours = [path for path in sources() if path.is_relative_to(PACKAGE) and "tests" not in path.parts]
    return [(str(path.relative_to(PACKAGE)), ast.parse(path.read_text())) for path in ours]


def found(search: Search, *floors: str) -> dict[tuple[str, str], int]:
    """By (file, what was found): the line where `search` first finds it in the product."""
    places: dict[tuple[str, str], int] = {}
    for name, tree in product(*floors):
        for line, what in search(tree):
            places.setdefault((name, what), line)
    return places


def origins(tree: ast.Module) -> dict[str, str]:
    """What each imported name of a module stands for, under whatever alias: `{"clock": "time.monotonic"}`."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in ast.walk(tree):  # clock = time.monotonic
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Name | ast.Attribute):
            meant = origin(node.value, names)
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name) and meant and target.id not in names:
                    names[target.id] = meant
    return names


def origin(node: ast.AST, names: dict[str, str]) -> str:
    """The full dotted name that an expression stands for, by `origins`; empty when it is none."""
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    if isinstance(node, ast.Attribute):
        before = origin(node.value, names)
        return f"{before}.{node.attr}" if before else ""
    return ""


def root(node: ast.AST) -> ast.AST:
    """Where a chain of attributes and calls begins: `Lot` of `Lot.objects.filter(...).update`."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node


def owners(tree: ast.Module) -> dict[ast.AST, ast.stmt]:
    """The innermost statement that each node stands in."""
    known: dict[ast.AST, ast.stmt] = {}
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                known[child] = child
            elif node in known:
                known[child] = known[node]
    return known


def said(statement: ast.stmt) -> str:
    """A statement as one line; of a block, its first line."""
    lines = ast.unparse(statement).split("\n")
    if isinstance(statement, _COMPOUND):
        lines = lines[len(getattr(statement, "decorator_list", [])) :][:1]
    return " ".join(" ".join(lines).split())


def texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, text) of every text of a module but docstrings; what an f-string fills in reads `?`."""
    prose = {
        id(node.body[0].value) for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body and isinstance(node.body[0], ast.Expr)
    }  # fmt: skip
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(str(p.value) if isinstance(p, ast.Constant) else "?" for p in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose | parts:
            yield node.lineno, node.value


def is_sql(text: str) -> bool:
    """Whether a text looks like a statement (or the beginning of one)."""
    return bool(_SPEAKS.search(text))


def sql() -> Iterator[tuple[str, str]]:
    """(place below `regulars/`, text without comments) of every SQL text of the product, `tables.sql` included."""
    for name, tree in product():
        for line, text in texts(tree):
            if is_sql(text):
                yield f"{name}:{line}", _COMMENT.sub(" ", text)
    for path in tracked("regulars/*.sql"):
        yield str(path.relative_to(PACKAGE)), _COMMENT.sub(" ", path.read_text())
