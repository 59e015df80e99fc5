"""The section `clubs`: paid memberships, how they renew, and how one leaves them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regulars.kit.conditions import Condition, Scope
from regulars.programme.benefits import BENEFITS, Benefit, read_benefits
from regulars.programme.currencies import check_unique
from regulars.programme.declared import Declared
from regulars.programme.document import Node
from regulars.programme.header import ID, TITLE
from regulars.programme.reading import BROKEN, Fields, Reading
from regulars.programme.records import Field, ListOf, OrWord, Record
from regulars.programme.shapes import Choice, Expression, Integer, Money, YesNo
from regulars.programme.vocabulary import read_condition

#: What a member reads before a membership renews.
TOLD = ("last_price", "this_price", "best_price", "how_to_leave")


@dataclass(frozen=True, slots=True)
class Trial:
    """`days` for `price` minor units (None: free). `notice_days` before its end the member is told; None: not."""

    days: int
    price: int | None
    notice_days: int | None


@dataclass(frozen=True, slots=True)
class Renewal:
    """A membership that goes on by itself.

    `reminder_days` before each renewal, and once a year (`yearly_reminder`), the member is told what `tells` names;
    `price_change_days` before a new price holds, that price. None: not told. `consent_recorded`: is the member's
    yes to the renewal kept as proof?
    """

    reminder_days: int | None
    yearly_reminder: bool
    price_change_days: int | None
    tells: tuple[str, ...]
    consent_recorded: bool


@dataclass(frozen=True, slots=True)
class Exit:
    """How one leaves: `notice_days` from saying so to the end, what is paid back (`refund`: `rest` for the time that
    is left, `all` or `nothing`), a `fee` in minor units (None: none), and the `cooling_off_days` after joining in
    which everything is paid back.
    """

    notice_days: int
    refund: str
    fee: int | None
    cooling_off_days: int


@dataclass(frozen=True, slots=True)
class Club:
    """A membership that costs `price` minor units for each period of `months`, in which it `gives`.

    `renewal` None: it ends with its period unless the member renews. Whoever has not used it for `unused_months` is
    asked whether to stop (None: nobody is asked). `when` says who may join.
    """

    id: str
    title: Mapping[str, str]
    price: int
    months: int
    gives: tuple[Benefit, ...]
    trial: Trial | None
    renewal: Renewal | None
    unused_months: int | None
    exit: Exit
    when: Condition | None


FAIR_EXIT = Exit(notice_days=0, refund="rest", fee=None, cooling_off_days=14)
NOT_TOLD = {"none": None}
DAYS = OrWord(NOT_TOLD, Integer(1, 365))

TRIAL = Record(
    Field("days", Integer(1, 365), "how long it may be tried"),
    Field("price", Money(), "what the trial costs", default=None),
    Field("notice_days", DAYS, "days before its end that the member is told", default=7),
    into=Trial,
)
RENEWAL = Record(
    Field("reminder_days", DAYS, "days before a renewal that the member is reminded", default=30),
    Field("yearly_reminder", YesNo(), "whether the member is reminded once a year", default=True),
    Field("price_change_days", DAYS, "days before a new price that the member is told", default=30),
    Field("tells", ListOf(Choice(TOLD), least=0, unique=True), "what a reminder says", default=TOLD),
    Field("consent_recorded", YesNo(), "whether the member's yes is kept as proof", default=True),
    into=Renewal,
)
EXIT = Record(
    Field("notice_days", Integer(0, 365), "days from saying so to the end", default=FAIR_EXIT.notice_days),
    Field("refund", Choice(("rest", "all", "nothing")), "what is paid back", default=FAIR_EXIT.refund),
    Field("fee", Money(), "what leaving costs", default=FAIR_EXIT.fee),
    Field(
        "cooling_off_days",
        Integer(0, 365),
        "days after joining in which everything is paid back",
        default=FAIR_EXIT.cooling_off_days,
    ),
    into=Exit,
)
CLUB = Record(
    Field("id", ID, "the word for it in this file"),
    Field("title", TITLE, "what members call it"),
    Field("price", Money(), "what one period costs"),
    Field("months", Integer(1, 120), "the months of one period", default=1),
    Field("gives", BENEFITS, "what it gives in each period"),
    Field("trial", TRIAL, "a trial before it", default=None),
    Field("renewal", OrWord({"none": None}, RENEWAL), "how it goes on by itself", default=None),
    Field("unused_months", OrWord({"never": None}, Integer(1, 36)), "months without use until asked", default=6),
    Field("exit", EXIT, "how one leaves", default=FAIR_EXIT),
    Field("when", Expression(), "who may join", default=None),
)
CLUBS = ListOf(CLUB)


def read_clubs(node: Node, declared: Declared, reading: Reading) -> Any:
    """The tuple of Clubs in `node`, or BROKEN after a problem was noted."""
    read = CLUBS.read(node, "clubs", reading)
    clubs: tuple[Fields, ...] = () if read is BROKEN else read
    check_unique(list(clubs), "club")
    declared.add("club", clubs)
    for fields in clubs:
        fields["gives"] = read_benefits(fields.get("gives") or (), declared, reading)
        fields["when"] = read_condition(fields.get("when"), Scope.MEMBER, declared.words, reading)
    return tuple(fields.build(Club) for fields in clubs)
