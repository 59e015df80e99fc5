"""From the text of a programme file to a checked Programme, or to everything that is wrong with it."""

from __future__ import annotations

import hashlib

from regulars.kit.speaking import worded
from regulars.programme.currencies import Currency, read_currencies
from regulars.programme.declared import Declared
from regulars.programme.document import Document, Mapping, Node, read
from regulars.programme.earn_reading import read_earn
from regulars.programme.header import Header, read_header
from regulars.programme.problems import Problem, ProgrammeError, shown
from regulars.programme.promise import Programme
from regulars.programme.reading import BROKEN, Fields, Reading, misspelt
from regulars.programme.sections import SECTIONS
from regulars.programme.shapes import Word
from regulars.programme.tiers import build_tiers, level_titles, read_tiers
from regulars.programme.vocabulary import vocabulary

FORMAT = Word("1", "unknown_format", "1, the only format there is so far")
REQUIRED = {
    "regulars": worded("Begin the file with `regulars: 1`, the format it is written in."),
    "programme": worded("Add `programme:` with the name, the zone, the money and the languages."),
    "currencies": worded("Add `currencies:` with what members collect."),
    "earn": worded("Add `earn:` with the rules by which they collect it."),
}
KNOWN = (*REQUIRED, "tiers", *SECTIONS)


def load(text: str | bytes, name: str = "programme.yaml") -> Programme:
    """The programme that `text` writes; `name` is what messages call the file.

    Raises ProgrammeError with every problem found. Warnings alone do not raise; `check` tells them.
    """
    programme, reading = _read(text, name)
    if programme is None:
        raise ProgrammeError(_in_order(reading.problems), reading.document.text, name)
    return programme


def check(text: str | bytes, name: str = "programme.yaml") -> list[Problem]:
    """Everything that is wrong with `text`, in the order of the file; empty when there is nothing to say."""
    return inspect(text, name)[2]


def inspect(text: str | bytes, name: str = "programme.yaml") -> tuple[Programme | None, Document | None, list[Problem]]:
    """What `text` writes, as far as it can be read: the programme, the nodes with their places, the problems.

    There is no programme when one of the problems is an error, and no document when the text is no YAML.
    """
    try:
        programme, reading = _read(text, name)
    except ProgrammeError as error:
        return None, None, list(error.problems)
    return programme, reading.document, _in_order(reading.problems)


def _read(text: str | bytes, name: str) -> tuple[Programme | None, Reading]:
    """The header is read first, then the names that conditions may use, then the conditions."""
    document, problems = read(text, name)
    reading = Reading(document, problems)
    sections = _sections(document, reading)
    header = read_header(sections["programme"], reading) if "programme" in sections else BROKEN
    currencies = read_currencies(sections["currencies"], reading) if "currencies" in sections else []
    kinds = {fields.get("id"): fields.get("kind") for fields in currencies if fields.get("id")}
    tiers = read_tiers(sections["tiers"], reading) if "tiers" in sections else None
    levels = level_titles(tiers) if isinstance(tiers, Fields) else {}
    lost = reading.lost("tier")  # then a condition may name any, and without tiers none
    closed = None if tiers is None and not lost else {} if lost else levels
    words = vocabulary(header["attributes"] if header is not BROKEN else (), closed)
    earn = read_earn(sections["earn"], kinds, words, reading) if "earn" in sections else BROKEN
    ranks = build_tiers(tiers, kinds, words, reading) if isinstance(tiers, Fields) else None
    valued = [fields["id"] for fields in currencies if fields.get("id") and fields.given("value")]
    declared = Declared(kinds, levels, words, valued)
    others = {name: read(sections[name], declared, reading) for name, read in SECTIONS.items() if name in sections}
    if reading.failed:
        return None, reading
    values = tuple(fields.build(Currency) for fields in currencies)
    digest = hashlib.sha256(document.text.encode()).hexdigest()
    written = frozenset(sections)
    return Programme(header.build(Header), values, earn, ranks, document.text, digest, written, **others), reading


def _sections(document: Document, reading: Reading) -> dict[str, Node]:
    """The nodes of the sections by name, after the topmost keys were checked."""
    root = document.root
    if not isinstance(root, Mapping):
        message = worded("The file must be a mapping of sections.")
        reading.problem("wrong_type", "", root.place, message, REQUIRED["regulars"])
        return {}
    for key, (name, _) in root.entries.items():
        if key not in KNOWN:
            remedy = reading.nearest(key, KNOWN)
            message = worded("There is no section {given}.", given=shown(key))
            reading.problem("unknown_section", shown(key)[1:-1], name.place, message, remedy)
    unknown = [key for key in root.entries if key not in KNOWN]
    for key, remedy in REQUIRED.items():
        if key not in root.entries and not misspelt(key, unknown):
            reading.problem("missing_section", "", root.place, worded("The file has no `{key}`.", key=key), remedy)
    if "regulars" in root.entries:
        FORMAT.read(root.entries["regulars"][1], "regulars", reading)
    return {key: node for key, (_, node) in root.entries.items()}


def _in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.line, problem.column))
