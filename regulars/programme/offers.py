"""The section `offers`: what is given to whom, beside what everybody earns.

Who may have an offer is data, so that a check can ask for every customer whether a newcomer fares better.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

from regulars.kit.conditions import Condition, Scope
from regulars.kit.speaking import counted, worded
from regulars.programme.benefits import BENEFITS, Benefit, read_benefits
from regulars.programme.currencies import check_unique
from regulars.programme.dates import Day
from regulars.programme.declared import Declared
from regulars.programme.document import Node
from regulars.programme.header import ID, TITLE
from regulars.programme.reading import BROKEN, Fields, Reading
from regulars.programme.records import Field, ListOf, OrWord, Record
from regulars.programme.rewards import LIMIT, Limit
from regulars.programme.shapes import Choice, Expression, Integer, Money, Number, Reference, Text, Word, YesNo
from regulars.programme.vocabulary import read_condition

KINDS = ("welcome", "return", "win-back", "coupon", "save", "birthday", "loyalty", "promotion")


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days since the first purchase, both ends included; `most` None: no end."""

    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Eligible:
    """Who may have an offer. An empty tuple, like None, asks for nothing.

    `customers` is `all`, `new` (nothing bought yet) or `tenured` (bought before). `moved_is_new`: does a customer
    whom the house itself moved, to another channel, brand or product, count as new? `away_days` have passed
    since the last purchase at least. `terms` are lengths of a contract in months. `cancel_intent`: only for those
    who asked to leave. `when` has order scope.
    """

    customers: str
    moved_is_new: bool = False
    tenure_days: Span | None = None
    away_days: int | None = None
    channels: tuple[str, ...] = ()
    payments: tuple[str, ...] = ()
    terms: tuple[int, ...] = ()
    regions: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    cancel_intent: bool = False
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """For `months` months one month costs `pays` minor units."""

    months: int
    pays: int


@dataclass(frozen=True, slots=True)
class PricePath:
    """An introductory price: `steps` one after the other, then `list_price` (minor units a month) for good.

    `notice_days` before each step the customer is told the day and the new price; None: nobody is told.
    """

    list_price: int
    steps: tuple[Step, ...]
    notice_days: int | None


@dataclass(frozen=True, slots=True)
class Use:
    """The conditions of use. `minimum_spend` is in minor units of the purchase, `margin_floor` the share of the
    price that must be left after what the goods cost, `valid_days` the days from receiving the offer; None:
    not bounded.
    """

    minimum_spend: int | None = None
    regular_price_only: bool = False
    margin_floor: Fraction | None = None
    valid_days: int | None = None
    limit: Limit | None = None

    def most_off(self, price: int, cost: int) -> int:
        """The most that may be taken off goods of that price, so that their cost to the house and the floor of the
        margin are left; all of it in minor units, never below zero. docs/rules/rewards.md has worked numbers."""
        if self.margin_floor is None:
            return price
        return max(0, price - cost - ceil(price * self.margin_floor))


@dataclass(frozen=True, slots=True)
class Stacking:
    """`kind` is `stackable` (adds up with every other), `exclusive` (with none) or `best_of` (of the offers of one
    `group` only the one that gives most counts).
    """

    kind: str
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """Something given beside what everybody earns: `gives`, or an introductory `price`, or both.

    `product` names what the price or the months are of (None: any). `lines` bounds the goods it applies to (line
    scope). `code` is the word to give, `unique` for one of each member's own, None where none is needed. An
    announced reduction is counted from `reduced_from`. `horizon_months` is the time over which offers are
    compared. Held from `starts` to `ends`, both days included.
    """

    id: str
    title: Mapping[str, str]
    kind: str
    product: str | None
    eligible: Eligible
    gives: tuple[Benefit, ...]
    price: PricePath | None
    use: Use
    lines: Condition | None
    stacking: Stacking
    code: str | None
    reduced_from: str
    horizon_months: int
    starts: date | None
    ends: date | None


_CODE = Word(
    "unique|[A-Z][A-Z0-9-]{2,39}", "not_a_code", "`unique`, or a code: 3 to 40 capital letters, digits or hyphens"
)
_WORDS = ListOf(Text(60), unique=True, one=True)

SPAN = Record(
    Field("least", Integer(0, 36500), "days since the first purchase", default=0),
    Field("most", Integer(0, 36500), "days since the first purchase", default=None),
)
ELIGIBLE = Record(
    Field("customers", Choice(("all", "new", "tenured")), "whether they have bought before", default=None),
    Field("moved_is_new", YesNo(), "whether a customer whom the house moved counts as new", default=False),
    Field("tenure_days", SPAN, "how long they have been customers", default=None),
    Field("away_days", Integer(1, 3650), "days since the last purchase, at least", default=None),
    Field("channels", _WORDS, "where they buy", default=()),
    Field("payments", _WORDS, "how they pay", default=()),
    Field("terms", ListOf(Integer(1, 120), unique=True, one=True), "for how many months they sign", default=()),
    Field("regions", _WORDS, "where they live", default=()),
    Field("segments", _WORDS, "the segments they are in", default=()),
    Field("tiers", ListOf(Reference("a tier"), unique=True, one=True), "the tiers they are in", default=()),
    Field("cancel_intent", YesNo(), "whether it is only for those who asked to leave", default=None),
    Field("when", Expression(), "what else must hold for the purchase or the member", default=None),
)
STEP = Record(
    Field("months", Integer(1, 120), "how many months"),
    Field("pays", Money(), "what one month costs"),
    into=Step,
)
PRICE_PATH = Record(
    Field("list", Money(), "what one month costs after the last step"),
    Field("steps", ListOf(STEP), "what it costs before, in order"),
    Field("notice_days", Integer(1, 365), "days before a step that the customer is told", default=None),
)
USE = Record(
    Field("minimum_spend", Money(), "the least a purchase must come to", default=None),
    Field("regular_price_only", YesNo(), "whether it is for goods at their regular price only", default=False),
    Field("margin_floor", Number(0, 1, ratio=True), "the share of the price that must be left", default=None),
    Field("valid_days", Integer(1, 3650), "days on which it can be used", default=None),
    Field("limit", LIMIT, "how many times one member may use it", default=None),
    into=Use,
)
GROUP = Record(Field("best_of", ID, "a word that offers share of which only the best counts"))
OFFER = Record(
    Field("id", ID, "the word for it in this file"),
    Field("title", TITLE, "what members call it"),
    Field("kind", Choice(KINDS), "what it is for"),
    Field("product", Text(80), "what its price or its months are of", default=None),
    Field("eligible", ELIGIBLE, "who may have it", default=None),
    Field("gives", BENEFITS, "what it gives", default=()),
    Field("price", PRICE_PATH, "an introductory price", default=None),
    Field("use", USE, "the conditions of use", default=Use()),
    Field("lines", Expression(), "the goods it applies to", default=None),
    Field(
        "stacking",
        OrWord({word: Stacking(word) for word in ("stackable", "exclusive")}, GROUP),
        "which other offers it adds up with",
        default=Stacking("stackable"),
    ),
    Field("code", _CODE, "the word that must be given", default=None),
    Field(
        "reduced_from",
        Choice(("lowest_30_days", "list_price", "last_price")),
        "the price from which an announced reduction is counted",
        default="lowest_30_days",
    ),
    Field("horizon_months", Integer(1, 120), "months over which it is compared", default=12),
    Field("starts", Day(), "the first day", default=None),
    Field("ends", Day(), "the last day", default=None),
)
OFFERS = ListOf(OFFER)


def read_offers(node: Node, declared: Declared, reading: Reading) -> Any:
    """The tuple of Offers in `node`, or BROKEN after a problem was noted."""
    read = OFFERS.read(node, "offers", reading)
    offers: tuple[Fields, ...] = () if read is BROKEN else read
    check_unique(list(offers), "offer")
    declared.add("offer", offers)
    for fields in offers:
        _check(fields)
        fields["eligible"] = _eligible(fields, declared, reading)
        fields["gives"] = read_benefits(fields.get("gives") or (), declared, reading)
        fields["price"] = _price(fields)
        fields["lines"] = read_condition(fields.get("lines"), Scope.LINE, declared.words, reading)
        group = fields.get("stacking")
        if isinstance(group, Fields):
            fields["stacking"] = group.build(lambda best_of: Stacking("best_of", best_of))
    return tuple(fields.build(Offer) for fields in offers)


def _check(fields: Fields) -> None:
    if not fields.given("gives") and not fields.given("price"):
        message = worded("An offer gives something: `gives`, an introductory `price`, or both.")
        fields.problem("missing_key", "gives", message, worded("Add `gives:` with what it gives."))
    if fields.get("kind") == "coupon" and not fields.given("code"):
        message = worded("A coupon has a code.")
        fields.problem("missing_key", "code", message, worded("Add `code:`, one word for all, or `unique`."))
    starts, ends = fields.get("starts"), fields.get("ends")
    if starts and ends and ends < starts:
        message = worded("The offer ends on {ends}, before it starts on {starts}.", ends=ends, starts=starts)
        fields.problem("ends_before_start", "ends", message, worded("Exchange the two days, or correct one."))


def _eligible(offer: Fields, declared: Declared, reading: Reading) -> Any:
    """Who may have it, with what follows from the kind where the file does not say."""
    kind, fields = offer.get("kind"), offer.get("eligible")
    customers = "new" if kind == "welcome" else "all"
    if fields is None:
        return BROKEN if offer.given("eligible") else Eligible(customers, cancel_intent=kind == "save")
    if not fields.given("customers"):
        fields["customers"] = customers
    if not fields.given("cancel_intent"):
        fields["cancel_intent"] = kind == "save"
    new = fields.get("customers") == "new"
    for key in ("tenure_days", "away_days"):
        if new and fields.given(key):
            fields.misplaced(
                key, worded("has no meaning for new customers, who have bought nothing yet."), worded("Remove it.")
            )
    if not new and fields.given("moved_is_new"):
        fields.misplaced(
            "moved_is_new", worded("has a meaning only where the offer is for new customers."), worded("Remove it.")
        )
    fields["tenure_days"] = _span(fields)
    fields["tiers"] = declared.find_all(fields.get("tiers") or (), "tier", reading)
    fields["when"] = read_condition(fields.get("when"), Scope.ORDER, declared.words, reading)
    return fields.build(Eligible)


def _span(fields: Fields) -> Any:
    written = fields.get("tenure_days")
    if written is None:
        return fields["tenure_days"]
    least, most = written.get("least"), written.get("most")
    if least is not None and most is not None and most < least:
        message = counted(
            "The tenure ends at {n} day, before it begins at {least}.",
            "The tenure ends at {n} days, before it begins at {least}.",
            most, least=least,
        )  # fmt: skip
        written.problem(
            "tenure_backwards",
            "most",
            message,
            worded("Exchange the two: {{least: {most}, most: {least}}}.", most=most, least=least),
        )
    return written.build(Span)


def _price(fields: Fields) -> Any:
    written = fields.get("price")
    return written.build(_path) if written else fields["price"]


def _path(list: int, steps: tuple[Step, ...], notice_days: int | None) -> PricePath:
    return PricePath(list, steps, notice_days)
