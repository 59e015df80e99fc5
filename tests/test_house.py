"""The house rules, as tests: what STYLE.md asks of files, documents and pages. Amounts, time and who writes: beside it."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from tests.reading_code import HOUSE, PACKAGE, sources, tracked

FORBIDDEN = {"services", "utils", "helpers", "common", "manager", "base", "misc", "signals"}
MAX_FILE, MAX_FUNCTION = 400, 70


def rooms() -> list[Path]:
    floors = [PACKAGE / name for name in ("ground", "exchange", "care", "belonging", "insight", "doors")]
    return sorted(
        room for floor in floors if floor.is_dir()
        for room in floor.iterdir() if room.is_dir() and any(path.is_relative_to(room) for path in sources())
        and room.name != "tests"
    )  # fmt: skip


def test_no_file_is_longer_than_400_lines() -> None:
    long = {str(p.relative_to(HOUSE)): n for p in sources() if (n := len(p.read_text().splitlines())) > MAX_FILE}
    assert long == {}


def test_no_function_is_longer_than_70_lines() -> None:
    long = {}
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > MAX_FUNCTION:
                    long[f"{path.relative_to(HOUSE)}:{node.name}"] = length
    assert long == {}


def test_no_file_is_named_after_a_layer() -> None:
    assert [p for p in sources() if p.stem in FORBIDDEN and p.is_relative_to(PACKAGE)] == []


def test_every_room_tells_its_story_in_its_docstring_alone() -> None:
    untold = []
    for room in rooms():
        tree = ast.parse((room / "__init__.py").read_text())
        if not ast.get_docstring(tree) or len(tree.body) != 1:
            untold.append(str(room.relative_to(HOUSE)))
    assert untold == []


def test_every_public_function_and_class_of_the_house_says_what_it_means() -> None:
    silent = []
    for path in sources():
        if not path.is_relative_to(PACKAGE) or "tests" in path.parts or path.name == "conftest.py":
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                plain = path.name in ("apps.py", "settings.py")
                if not ast.get_docstring(node) and not plain and len(node.body) > 1:
                    silent.append(f"{path.relative_to(HOUSE)}:{node.name}")
    assert silent == []


@pytest.mark.parametrize("floor", ["engine", "programme", "kit/conditions"])
def test_the_pure_floors_import_no_django(floor: str) -> None:
    offenders = [
        str(path.relative_to(HOUSE))
        for path in (PACKAGE / floor).rglob("*.py")
        if "tests" not in path.parts
        and re.search(r"^\s*(from|import) (django|psycopg|polars)\b", path.read_text(), re.M)
    ]
    assert offenders == []


def test_templates_hold_no_inline_style_or_script() -> None:
    inline = re.compile(r"\sstyle=|<style\b|\son[a-z]+=\"|<script(?![^>]*\bsrc=)", re.I)
    offenders = [str(p.relative_to(HOUSE)) for p in tracked("regulars/*.html") if inline.search(p.read_text())]
    assert offenders == []


def test_nothing_is_loaded_from_elsewhere() -> None:
    far = re.compile(r"""(src|href)=["'](https?:)?//""")
    offenders = [str(p.relative_to(HOUSE)) for p in tracked("regulars/*.html") if far.search(p.read_text())]
    assert offenders == []


def test_the_map_lists_every_room_and_every_path_in_it_exists() -> None:
    text = (HOUSE / "docs" / "MAP.md").read_text()
    named = set(re.findall(r"`((?:regulars|docs|tests|programmes|bench)/[^`*]*)`", text))
    assert sorted(path for path in named if not (HOUSE / path).exists()) == []
    missing = [room for room in rooms() if f"`{room.relative_to(HOUSE)}/`" not in text]
    assert missing == []


def test_every_setting_from_the_environment_is_documented() -> None:
    told = (HOUSE / "docs" / "settings.md").read_text()
    names, beside = set(), set()
    for path in sources():
        if path.is_relative_to(PACKAGE) and "tests" not in path.parts:
            text = path.read_text()
            names |= set(re.findall(r"(?:\(|\[)\"((?:REGULARS|DATABASE)_[A-Z_]+)\"", text))
            beside |= set(re.findall(r"environ(?:\.get\(|\[)\s*\"(REGULARS_[A-Z_]+)\"", text))
    assert sorted(name for name in names if f"`{name}`" not in told) == []
    assert beside == set(), "kit/environment.py alone reads settings, and says what is wrong with one"


def test_what_the_first_steps_write_is_no_change_to_the_programs_own_files() -> None:
    steps = (HOUSE / "README.md").read_text().split("## Your own shop")[0]
    written = re.findall(r"^cp \S+ (\S+)|--out (\S+)", steps, re.M)
    names = [file or f"{folder}/report.html" for file, folder in written]
    told = subprocess.run(["git", "check-ignore", *names], cwd=HOUSE, capture_output=True, text=True).stdout.split()
    assert (len(names), told) == (3, names)


def test_every_command_is_documented() -> None:
    told = (HOUSE / "docs" / "commands.md").read_text()
    from regulars.doors.cli.main import app

    names = [c.name or c.callback.__name__ for c in app.registered_commands if c.callback]
    groups = [(group.name, group.typer_instance.registered_commands) for group in app.registered_groups]
    inner = [f"{group} {c.name or c.callback.__name__}" for group, commands in groups for c in commands if c.callback]
    assert [name for name in names + [str(group) for group, _ in groups] if f"`regulars {name}`" not in told] == []
    assert [name for name in inner if f"`{name}`" not in told] == []


def test_links_between_the_documents_lead_somewhere() -> None:
    broken = []
    for path in tracked("*.md"):
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text()):
            if not (path.parent / target).exists():
                broken.append(f"{path.relative_to(HOUSE)} -> {target}")
    assert broken == []
