"""The section `trust`: what members are believed without proof, and how that is looked at afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from regulars.programme.declared import Declared
from regulars.programme.document import Node
from regulars.programme.reading import Reading
from regulars.programme.records import Field, Record
from regulars.programme.shapes import Integer, Money, Number, YesNo


@dataclass(frozen=True, slots=True)
class Trust:
    """A claim of at most `up_to` (minor units) is paid without proof, `most` times in `months` months.

    A share `sample` of those is looked at afterwards. Whoever is held up is told which class of reason it was, and
    reaches a person within `review_hours`; `reasons_told` no means she would not be told.
    """

    up_to: int
    most: int
    months: int
    sample: Fraction
    review_hours: int
    reasons_told: bool


TRUST = Record(
    Field("up_to", Money(), "the largest claim that needs no proof"),
    Field("most", Integer(1, 100), "how many such claims", default=1),
    Field("months", Integer(1, 120), "in how many months", default=12),
    Field("sample", Number(0, 1, ratio=True), "the share that is looked at afterwards", default=Fraction(1, 20)),
    Field("review_hours", Integer(1, 720), "hours until a person looks at what was held up", default=72),
    Field("reasons_told", YesNo(), "whether a member hears why", default=True),
    into=Trust,
)


def read_trust(node: Node, declared: Declared, reading: Reading) -> Any:
    """The Trust in `node`, or BROKEN after a problem was noted."""
    return TRUST.read(node, "trust", reading)
