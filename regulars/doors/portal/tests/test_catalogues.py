"""The catalogues: everything the house says is said in German, Spanish and Danish as well, and compiled."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).parents[3]
LANGUAGES = ("de", "es", "da")
CALLS: dict[str, Any] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "words": None, "worded": None, "phrase": None, "words_of": (1, 2), "counted": (1, 2),
}  # fmt: skip
#: Which argument is the text, where it is not the first.
PLACES = {"Reference": 1, "Word": 3, "Known": 3, "Field": 3}
Key = tuple[str | None, str | tuple[str, str]]


def catalogue(language: str) -> Catalog:
    with (PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def key(message: Message) -> Key:
    # Read from a compiled catalogue, a context is still in bytes.
    context = message.context.decode() if isinstance(message.context, bytes) else message.context
    return context, message.id if isinstance(message.id, str) else tuple(message.id)  # type: ignore[return-value]


def texts(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def said() -> set[Key]:
    """Every text of the house that is meant for translation, read from its Python files and its templates."""
    found: set[Key] = set()
    for path in PACKAGE.rglob("*.py"):
        if "tests" not in path.parts:
            found |= set(_calls(path.read_bytes())) | set(_placed(path.read_bytes()))
    for path in PACKAGE.rglob("*.html"):
        plain = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        lines = [line for line in plain.split("\n") if not line.lstrip().startswith("#")]
        # Inside brackets, indentation means nothing to the tokenizer.
        found |= set(_calls(f"(\n{' '.join(lines)}\n)".encode()))
    return found


def _placed(source: bytes) -> Iterator[Key]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PLACES:
            given = node.args[PLACES[node.func.id] - 1 : PLACES[node.func.id]]
            yield from ((None, one.value) for one in given if isinstance(one, ast.Constant))


def _calls(source: bytes) -> Iterator[Key]:
    for _line, call, given, _comments in extract_python(BytesIO(source), list(CALLS), [], {}):
        parts = [given] if isinstance(given, str) else [part for part in given or () if part is not None]
        if not parts:
            continue
        context = parts.pop(0) if call.startswith(("pgettext", "npgettext")) else None
        plural = "ngettext" in call or call in ("words_of", "counted")
        yield context, (parts[0], parts[1]) if plural else parts[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_the_house_says_is_in_the_catalogue_and_nothing_else_is(language: str) -> None:
    known, meant = {key(message) for message in messages(language)}, said()
    assert len(meant) > 200
    assert sorted(meant - known, key=str) == []
    assert sorted(known - meant, key=str) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_and_sure(language: str) -> None:
    unsure = [m.id for m in messages(language) if m.fuzzy or not all(part.strip() for part in texts(m.string))]
    assert unsure == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_tags_are_those_of_the_original(language: str) -> None:
    marks = re.compile(r"%\(\w+\)[sd]|</?\w+>|\{\w*\}+|`[^`]*`")
    wrong = []
    for message in messages(language):
        originals = [sorted(marks.findall(text)) for text in texts(message.id)]  # type: ignore[arg-type]
        for place, text in enumerate(texts(message.string)):
            # Where one is meant, its figure may be said or left to the word.
            wanted = originals if place == 0 else originals[-1:]
            if sorted(marks.findall(text)) not in wanted:
                wrong.append((message.id, text))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_message_ends_as_the_original_does(language: str) -> None:
    ends = re.compile(r"[.?!:…]$")
    wrong = []
    for message in messages(language):
        for original, text in zip(texts(message.id), texts(message.string), strict=True):  # type: ignore[arg-type]
            before, after = ends.search(original.strip()), ends.search(text.strip())
            if (before and before.group()) != (after and after.group()):
                wrong.append((original, text))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_and_many_are_told_apart(language: str) -> None:
    assert catalogue(language).plural_expr == "(n != 1)"
    plurals = [message for message in messages(language) if not isinstance(message.id, str)]
    assert plurals
    assert [message.id for message in plurals if len(texts(message.string)) != 2] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    with (PACKAGE / "locale" / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = {key(message): texts(message.string) for message in read_mo(file) if message.id}
    assert compiled == {key(message): texts(message.string) for message in messages(language)}
