"""The section `forfeiture`: the only reasons for which points may ever be taken away, and how that is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regulars.kit.conditions import Condition, Scope
from regulars.programme.currencies import check_unique
from regulars.programme.declared import Declared
from regulars.programme.document import Node
from regulars.programme.header import ID, TITLE
from regulars.programme.reading import BROKEN, Fields, Reading
from regulars.programme.records import Field, ListOf, Record
from regulars.programme.shapes import Choice, Expression, Integer
from regulars.programme.vocabulary import read_condition


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason that can be tested: `when` it holds for a member, points may be taken after `notice_days`.

    She can object for `appeal_days`; `decided_by` is `person` or `machine`. `evidence` says what is shown to her.
    """

    id: str
    title: Mapping[str, str]
    when: Condition
    evidence: Mapping[str, str] | None
    notice_days: int
    appeal_days: int
    decided_by: str


REASON = Record(
    Field("id", ID, "the word for it in this file"),
    Field("title", TITLE, "what members read"),
    Field("when", Expression(), "the condition under which it holds"),
    Field("evidence", TITLE, "what is shown to the member", default=None),
    Field("notice_days", Integer(0, 365), "days of notice before", default=30),
    Field("appeal_days", Integer(0, 365), "days in which she can object", default=30),
    Field("decided_by", Choice(("person", "machine")), "who decides", default="person"),
)
FORFEITURE = ListOf(REASON, least=0)


def read_forfeiture(node: Node, declared: Declared, reading: Reading) -> Any:
    """The tuple of Reasons in `node`, or BROKEN after a problem was noted."""
    read = FORFEITURE.read(node, "forfeiture", reading)
    reasons: tuple[Fields, ...] = () if read is BROKEN else read
    check_unique(list(reasons), "reason")
    for fields in reasons:
        if fields.get("when") is not None:
            fields["when"] = read_condition(fields["when"], Scope.MEMBER, declared.words, reading)
    return tuple(fields.build(Reason) for fields in reasons)
