"""The section `service`: perks that are no money, what staff may put right at once, and what they are measured by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regulars.kit.conditions import Condition, Scope
from regulars.kit.speaking import worded
from regulars.programme.currencies import check_unique
from regulars.programme.declared import Declared
from regulars.programme.document import Node
from regulars.programme.header import ID, TITLE
from regulars.programme.reading import BROKEN, Fields, Reading
from regulars.programme.records import Field, ListOf, Record
from regulars.programme.shapes import Choice, Expression, Integer, Money, Reference, YesNo
from regulars.programme.vocabulary import read_condition

PERKS = ("priority_queue", "named_contact", "usual", "early_access", "extended_hours", "delivery", "other")

#: What staff can be measured by; the first four belong together.
MEASURES = (
    "handle_time",
    "first_contact_resolution",
    "customer_rating",
    "reopened_cases",
    "first_response_time",
    "recommendation",
    "promises_kept",
    "repeat_custom",
    "sales",
    "cancels_prevented",
    "points_forfeited",
    "arrears_collected",
)


@dataclass(frozen=True, slots=True)
class Perk:
    """A way of being served. Where `tiers` or `clubs` name some, only their members have it; `when` must hold too.

    `within_minutes` is the promise of a `priority_queue` (None: no figure is promised).
    """

    id: str
    title: Mapping[str, str]
    kind: str
    tiers: tuple[str, ...]
    clubs: tuple[str, ...]
    within_minutes: int | None
    when: Condition | None


@dataclass(frozen=True, slots=True)
class Target:
    """`measure` is one of MEASURES, taken of each `person` or of the `team`; `pays`: does pay depend on it?"""

    measure: str
    of: str
    pays: bool


@dataclass(frozen=True, slots=True)
class Service:
    """`authority` is what each of the staff may give in one case, in minor units, without asking anybody."""

    perks: tuple[Perk, ...] = ()
    authority: int | None = None
    targets: tuple[Target, ...] = ()


#: Without the section everybody is served alike.
ALIKE = Service()

PERK = Record(
    Field("id", ID, "the word for it in this file"),
    Field("title", TITLE, "what members call it"),
    Field("kind", Choice(PERKS), "what it is"),
    Field("tiers", ListOf(Reference("a tier"), unique=True, one=True), "the tiers that have it", default=()),
    Field("clubs", ListOf(Reference("a club"), unique=True, one=True), "the clubs that have it", default=()),
    Field("within_minutes", Integer(1, 10_000), "minutes in which somebody answers", default=None),
    Field("when", Expression(), "who has it", default=None),
)
TARGET = Record(
    Field("measure", Choice(MEASURES), "what is measured"),
    Field("of", Choice(("person", "team")), "of each person, or of the team", default="team"),
    Field("pays", YesNo(), "whether pay depends on it", default=False),
    into=Target,
)
SERVICE = Record(
    Field("perks", ListOf(PERK, least=0), "ways of being served", default=()),
    Field("authority", Money(), "what each of the staff may give without asking", default=None),
    Field("targets", ListOf(TARGET, least=0), "what staff are measured by", default=()),
)


def read_service(node: Node, declared: Declared, reading: Reading) -> Any:
    """The Service in `node`, or BROKEN after a problem was noted."""
    fields = SERVICE.read(node, "service", reading)
    if fields is BROKEN:
        return BROKEN
    perks: tuple[Fields, ...] = fields.get("perks") or ()
    check_unique(list(perks), "perk")
    for perk in perks:
        if perk.given("within_minutes") and perk.get("kind") not in (None, "priority_queue"):
            perk.misplaced("within_minutes", worded("is the promise of a `priority_queue`."), worded("Remove it."))
        perk["tiers"] = declared.find_all(perk.get("tiers") or (), "tier", reading)
        perk["clubs"] = declared.find_all(perk.get("clubs") or (), "club", reading)
        perk["when"] = read_condition(perk.get("when"), Scope.MEMBER, declared.words, reading)
    fields["perks"] = tuple(perk.build(Perk) for perk in perks)
    return fields.build(Service)
