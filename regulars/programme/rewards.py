"""The section `rewards`: what points can be spent on, at which price, and when it is handed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from regulars.kit.conditions import Condition, Scope
from regulars.kit.speaking import counted, worded
from regulars.programme.currencies import check_unique
from regulars.programme.declared import Declared
from regulars.programme.document import Node
from regulars.programme.header import ID, TITLE
from regulars.programme.reading import BROKEN, Fields, Reading
from regulars.programme.records import Field, ListOf, OrRecord, Record
from regulars.programme.shapes import Choice, Expression, Integer, Money, Number, Reference
from regulars.programme.vocabulary import read_condition

KINDS = ("product", "service", "discount", "credit", "experience", "donation")
#: Those that take something off a bill.
OFF_A_BILL = ("discount", "credit")


@dataclass(frozen=True, slots=True)
class Price:
    """Whole points; `least` and `most` differ only where the price moves between a published floor and ceiling."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Limit:
    """How many one member may have per calendar period (`day`, `week`, `month`, `year` or `ever`)."""

    most: int
    per: str


@dataclass(frozen=True, slots=True)
class Reward:
    """Something that points are spent on.

    `worth` is what a member would pay for it, and what a discount or credit takes off a bill (None: what the points
    are worth); `costs` what it costs the house (minor units; None: not stated). `share` is the largest part of a bill
    that a discount or credit may pay (1: all of it). `fulfil_hours` is the
    time in which it is handed over; after it everything is given back. `when` says who may have it.
    """

    id: str
    title: Mapping[str, str]
    kind: str
    currency: str
    price: Price
    worth: int | None
    costs: int | None
    share: Fraction
    fulfil_hours: int
    valid_days: int | None
    limit: Limit | None
    when: Condition | None

    @property
    def held_days(self) -> int:
        """Through how many more days it is set aside before it is handed over: its hours in whole days."""
        return -(-self.fulfil_hours // 24)

    @property
    def off_a_bill(self) -> bool:
        """Whether it takes something off a bill."""
        return self.kind in OFF_A_BILL


POINTS = Integer(1, 10**9)
PRICE = Record(
    Field("least", POINTS, "the floor, in points"),
    Field("most", POINTS, "the ceiling, in points"),
)
LIMIT = Record(
    Field("most", Integer(1, 10**6), "how many one member may have"),
    Field("per", Choice(("day", "week", "month", "year", "ever")), "the period"),
    into=Limit,
)
REWARD = Record(
    Field("id", ID, "the word for it in this file"),
    Field("title", TITLE, "what members call it"),
    Field("kind", Choice(KINDS), "what it is"),
    Field("currency", Reference("a currency"), "what it is paid with", default=None),
    Field("points", OrRecord(POINTS, PRICE), "its price, or its floor and ceiling"),
    Field("worth", Money(), "what a member would pay for it", default=None),
    Field("costs", Money(), "what it costs the house", default=None),
    Field("share", Number(0, 1, above=True, ratio=True), "the largest part of a bill it pays", default=Fraction(1)),
    Field("fulfil_hours", Integer(1, 24 * 365), "hours in which it is handed over", default=72),
    Field("valid_days", Integer(1, 3650), "days on which it can be used once handed over", default=None),
    Field("limit", LIMIT, "how many one member may have", default=None),
    Field("when", Expression(), "who may have it", default=None),
)
REWARDS = ListOf(REWARD)


def read_rewards(node: Node, declared: Declared, reading: Reading) -> Any:
    """The tuple of Rewards in `node`, or BROKEN after a problem was noted."""
    read = REWARDS.read(node, "rewards", reading)
    rewards: tuple[Fields, ...] = () if read is BROKEN else read
    check_unique(list(rewards), "reward")
    declared.add("reward", rewards)
    for fields in rewards:
        fields["currency"] = declared.spendable(fields, reading)
        fields["points"] = _price(fields)
        _check_worth(fields, declared)
        fields["when"] = read_condition(fields.get("when"), Scope.MEMBER, declared.words, reading)
    return tuple(fields.build(_built) for fields in rewards)


def _check_worth(fields: Fields, declared: Declared) -> None:
    """What takes something off a bill says how much, or is paid with points that are worth something."""
    of = fields.get("currency")
    if fields.get("kind") in OFF_A_BILL and of and not fields.given("worth") and of not in declared.valued:
        message = worded("It takes something off a bill, and nothing says how much.")
        remedy = worded("Add `worth:`, or say what {currency} are worth with `value:`.", currency=of)
        fields.problem("missing_key", "worth", message, remedy)


def _price(fields: Fields) -> Any:
    written = fields.get("points")
    if isinstance(written, int):
        return Price(written, written)
    if not isinstance(written, Fields):
        return BROKEN
    least, most = written.get("least"), written.get("most")
    if least and most and least > most:
        message = counted(
            "The floor, {n} point, is above the ceiling, {most}.",
            "The floor, {n} points, is above the ceiling, {most}.",
            least, most=most,
        )  # fmt: skip
        written.problem(
            "price_backwards",
            "least",
            message,
            worded("Exchange the two: {{least: {most}, most: {least}}}.", most=most, least=least),
        )
    return written.build(Price)


def _built(**values: Any) -> Reward:
    price = values.pop("points")
    return Reward(**values, price=price)
