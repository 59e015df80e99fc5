"""The section `partners`: where else members collect and spend, what is settled, and what the partner gets to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from regulars.kit.speaking import worded
from regulars.programme.currencies import check_unique
from regulars.programme.declared import Declared
from regulars.programme.document import Node
from regulars.programme.header import ID, TITLE
from regulars.programme.reading import BROKEN, Fields, Reading
from regulars.programme.records import Field, ListOf, OrWord, Record
from regulars.programme.shapes import Choice, Integer, Money, Number, Reference, YesNo

#: What a partner may get to know of a member.
SHARED = ("membership", "name", "contact", "purchases", "balance", "tier", "interests")


@dataclass(frozen=True, slots=True)
class PartnerEarns:
    """Custom at the partner gives `points` for each `per` minor units."""

    points: Fraction
    per: int


@dataclass(frozen=True, slots=True)
class PartnerBurns:
    """At the partner `points` pay for `worth` minor units.

    What is not handed over within `fulfil_hours` gives the points back.
    """

    points: int
    worth: int
    fulfil_hours: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """`points` become `gives` of the partner's own, which members call `into`.

    What has not arrived within `fulfil_hours` gives the points back.
    """

    into: Mapping[str, str]
    points: int
    gives: int
    fulfil_hours: int


@dataclass(frozen=True, slots=True)
class Share:
    """`data` (one of SHARED) goes to the partner for `purpose`, by `consent` or for a `contract` (`basis`)."""

    data: str
    purpose: Mapping[str, str]
    basis: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """Every calendar period `every` (`month`, `quarter`, `year`), due `days` later.

    The partner pays `issued` for a point that it gives, the house `redeemed` for a point spent there: exact minor
    units of money, None: nothing. `prepaid`: does the partner buy its points before it gives them?
    """

    every: str
    issued: Fraction | None
    redeemed: Fraction | None
    prepaid: bool
    days: int


@dataclass(frozen=True, slots=True)
class Partner:
    """Another house where points of `currency` live.

    `shares` is all that it gets to know; members see that list (`shares_shown`) and are told `notice_days` before it
    begins or grows (None: they are not). `card_linking`: is a payment card recognised as the member's: `never`,
    `opt_in` (on the member's wish) or `automatic`?
    """

    id: str
    title: Mapping[str, str]
    currency: str
    earns: PartnerEarns | None
    burns: PartnerBurns | None
    exchange: Exchange | None
    shares: tuple[Share, ...]
    shares_shown: bool
    notice_days: int | None
    card_linking: str
    settlement: Settlement | None


_WHOLE = Integer(1, 10**9)
_HOURS = Field("fulfil_hours", Integer(1, 24 * 365), "hours after which the points are given back", default=72)

EARNS = Record(
    Field("points", Number(0, 10**6, above=True, ratio=True), "how many points"),
    Field("per", Money(), "for which amount"),
    into=PartnerEarns,
)
BURNS = Record(
    Field("points", _WHOLE, "how many points"),
    Field("worth", Money(), "what they pay for"),
    _HOURS,
    into=PartnerBurns,
)
EXCHANGE = Record(
    Field("into", TITLE, "what members call the partner's own points"),
    Field("points", _WHOLE, "how many points"),
    Field("gives", _WHOLE, "how many of the partner's own they become"),
    _HOURS,
    into=Exchange,
)
SHARE = Record(
    Field("data", Choice(SHARED), "what the partner gets to know"),
    Field("purpose", TITLE, "what for, as members read it"),
    Field("basis", Choice(("consent", "contract")), "by which right", default="consent"),
    into=Share,
)
SETTLEMENT = Record(
    Field("every", Choice(("month", "quarter", "year")), "the period", default="month"),
    Field("issued", Money(whole=False), "what the partner pays for a point that it gives", default=None),
    Field("redeemed", Money(whole=False), "what the house pays for a point spent there", default=None),
    Field("prepaid", YesNo(), "whether the partner buys its points before", default=False),
    Field("days", Integer(0, 365), "days after the period until it is paid", default=30),
    into=Settlement,
)
PARTNER = Record(
    Field("id", ID, "the word for it in this file"),
    Field("title", TITLE, "its name, as members know it"),
    Field("currency", Reference("a currency"), "the points it is about", default=None),
    Field("earns", EARNS, "what custom there gives", default=None),
    Field("burns", BURNS, "what points pay for there", default=None),
    Field("exchange", EXCHANGE, "what points become there", default=None),
    Field("shares", ListOf(SHARE, least=0), "all that it gets to know of a member", default=()),
    Field("shares_shown", YesNo(), "whether members see that list", default=True),
    Field("notice_days", OrWord({"none": None}, Integer(1, 365)), "days before that members are told", default=30),
    Field("card_linking", Choice(("never", "opt_in", "automatic")), "how a payment card is known", default="never"),
    Field("settlement", SETTLEMENT, "who pays what for the points", default=None),
)
PARTNERS = ListOf(PARTNER)


def read_partners(node: Node, declared: Declared, reading: Reading) -> Any:
    """The tuple of Partners in `node`, or BROKEN after a problem was noted."""
    read = PARTNERS.read(node, "partners", reading)
    partners: tuple[Fields, ...] = () if read is BROKEN else read
    check_unique(list(partners), "partner")
    declared.add("partner", partners)
    for fields in partners:
        if not any(fields.given(key) for key in ("earns", "burns", "exchange")):
            message = worded("Nothing can be done with points at this partner.")
            remedy = worded("Add what members can do there: `earns:`, `burns:` or `exchange:`.")
            fields.problem("missing_key", "earns", message, remedy)
        fields["currency"] = declared.spendable(fields, reading)
    return tuple(fields.build(Partner) for fields in partners)
