"""The section `data`: what is kept of members, why and how long, who sees it, and what is measured with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regulars.programme.currencies import check_unique
from regulars.programme.declared import Declared
from regulars.programme.document import Node
from regulars.programme.header import ID, TITLE
from regulars.programme.reading import BROKEN, Fields, Reading
from regulars.programme.records import Field, ListOf, OrWord, Record
from regulars.programme.shapes import Choice, Integer, Text, YesNo

ROOMS = ("profile", "ledger", "activity", "messages", "consents", "cases", "payments", "segments", "other")
BASES = ("contract", "consent", "legal_duty", "interest")
SENSITIVE = ("health", "pregnancy", "religion", "origin", "politics", "union", "sexuality", "biometrics", "genetics")
RUNGS = ("transactional", "emotional", "identity", "blended")
EVIDENCE = (
    "spend",
    "visits",
    "recency",
    "survey",
    "unpaid_act",
    "recommendation",
    "complaint",
    "forgiveness",
    "tenure",
)


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of record: for which `purpose`, on which `basis`, kept `keep_months` (None: for ever).

    `personal` says whether it holds who somebody is, `free_text` whether anybody may write anything into it,
    `sensitive` what it lets one conclude, `shared_with` which partners see it, and `told` whether members are.
    """

    id: str
    room: str
    purpose: Mapping[str, str]
    basis: str
    keep_months: int | None
    personal: bool
    free_text: bool
    sensitive: tuple[str, ...]
    shared_with: tuple[str, ...]
    told: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure about one member: on which `rung` of the ladder it stands, and from what `evidence` it is made."""

    id: str
    title: Mapping[str, str]
    rung: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Data:
    """`consent_recorded`: each consent with its text, time and channel; `withdraw_clicks` to take one back."""

    tables: tuple[Table, ...]
    measures: tuple[Measure, ...]
    consent_recorded: bool
    consent_clicks: int
    withdraw_clicks: int


TABLE = Record(
    Field("id", ID, "the word for it in this file"),
    Field("room", Choice(ROOMS), "what it holds"),
    Field("purpose", TITLE, "what for"),
    Field("basis", Choice(BASES), "by which right"),
    Field("keep_months", OrWord({"forever": None}, Integer(1, 1_200)), "months until it is deleted"),
    Field("personal", YesNo(), "whether it says who somebody is"),
    Field("free_text", YesNo(), "whether anything can be written into it", default=False),
    Field("sensitive", ListOf(Choice(SENSITIVE), least=0, unique=True), "what it lets one conclude", default=()),
    Field("shared_with", ListOf(Text(80), least=0, unique=True), "who else sees it", default=()),
    Field("told", YesNo(), "whether members are shown who sees it", default=True),
)
MEASURE = Record(
    Field("id", ID, "the word for it in this file"),
    Field("title", TITLE, "what staff call it"),
    Field("rung", Choice(RUNGS), "what it measures"),
    Field("evidence", ListOf(Choice(EVIDENCE), unique=True), "from what it is made"),
    into=Measure,
)
DATA = Record(
    Field("tables", ListOf(TABLE), "what is kept"),
    Field("measures", ListOf(MEASURE, least=0), "what is measured of a member", default=()),
    Field("consent_recorded", YesNo(), "whether each consent is kept with its text and time", default=True),
    Field("consent_clicks", Integer(1, 50), "clicks to give a consent", default=1),
    Field("withdraw_clicks", Integer(1, 50), "clicks to take it back", default=1),
)


def read_data(node: Node, declared: Declared, reading: Reading) -> Any:
    """The Data in `node`, or BROKEN after a problem was noted."""
    fields = DATA.read(node, "data", reading)
    if fields is BROKEN:
        return BROKEN
    tables: list[Fields] = list(fields.get("tables") or ())
    check_unique(tables, "table")
    fields["tables"] = tuple(table.build(Table) for table in tables)
    return fields.build(Data)
