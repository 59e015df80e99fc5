"""The section `contact`: how often and when the house may speak to a member, and how that is stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from regulars.kit.speaking import worded
from regulars.programme.declared import Declared
from regulars.programme.document import Node
from regulars.programme.reading import BROKEN, Fields, Reading
from regulars.programme.records import Field, ListOf, Record
from regulars.programme.shapes import Choice, Integer, YesNo

CHANNELS = ("email", "sms", "push", "letter", "call", "counter", "web", "app")


@dataclass(frozen=True, slots=True)
class Hours:
    """Whole hours of the member's own day: from `start` up to `end`, which is not included."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` in any `days` days in a row."""

    most: int
    days: int


@dataclass(frozen=True, slots=True)
class Contact:
    """`hours` are those in which messages may go out, on Sundays and holidays only if `sundays`.

    `limits` bound marketing over all purposes and channels together, `calls` calls, `surveys` questions asked.
    `consent` is `opt_in` (asked for each channel) or `soft` (customers of ours, similar goods, with a way to say
    no each time). A wish to hear no more is obeyed within `opt_out_hours`.
    """

    hours: Hours
    sundays: bool
    limits: tuple[Limit, ...]
    calls: Limit
    surveys: Limit
    consent: str
    opt_out_hours: int


HOURS = Record(
    Field("start", Integer(0, 23), "the first hour"),
    Field("end", Integer(1, 24), "the hour at which it ends"),
    into=Hours,
)
LIMIT = Record(
    Field("most", Integer(0, 1_000), "how many"),
    Field("days", Integer(1, 3_650), "in how many days in a row"),
    into=Limit,
)
FAIR_LIMITS = (Limit(1, 1), Limit(3, 7), Limit(8, 30))
CONTACT = Record(
    Field("hours", HOURS, "when messages may go out", default=Hours(9, 20)),
    Field("sundays", YesNo(), "whether on Sundays and holidays too", default=False),
    Field("limits", ListOf(LIMIT, one=True), "how many messages with offers", default=FAIR_LIMITS),
    Field("calls", LIMIT, "how many calls", default=Limit(1, 30)),
    Field("surveys", LIMIT, "how many times we ask for an opinion", default=Limit(1, 90)),
    Field("consent", Choice(("opt_in", "soft")), "how members agree to messages", default="opt_in"),
    Field("opt_out_hours", Integer(0, 240), "hours until a no is obeyed", default=0),
)


def read_contact(node: Node, declared: Declared, reading: Reading) -> Any:
    """The Contact in `node`, or BROKEN after a problem was noted."""
    fields = CONTACT.read(node, "contact", reading)
    if fields is BROKEN:
        return BROKEN
    check_hours(fields)
    return fields.build(Contact)


def check_hours(fields: Fields) -> None:
    """Note hours that end before they begin."""
    hours: Hours | None = fields.get("hours")
    if hours and hours.start >= hours.end:
        message = worded("The hours end at {end} and begin at {start}.", end=hours.end, start=hours.start)
        fields.problem(
            "hours_backwards", "hours", message, worded("Write the first hour as `start`, a later one as `end`.")
        )
