"""The section `earn`: what custom earns.

Rules add up in the order of the file; groups choose; caps bound what one member gets, budgets what all get together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from regulars.kit.conditions import Condition
from regulars.programme.header import ID, TITLE
from regulars.programme.records import Field, ListOf, OrWord, Record
from regulars.programme.shapes import Choice, Expression, Integer, Money, Number, Reference, YesNo

#: The event types that a rule may look at. What comes back, is spent or expires earns nothing.
EVENTS = (
    "purchase",
    "visit",
    "order promised",
    "order shipped",
    "order delivered",
    "delivery exception",
    "wrong item",
    "address changed",
    "obligation due",
    "payment",
    "payment missed",
    "contact",
    "complaint",
    "feedback",
    "thanks",
    "cancellation asked",
    "event attended",
    "referral",
)


@dataclass(frozen=True, slots=True)
class Base:
    """Which money counts, line by line: `amount` is `net` (after discount) or `gross` (before it).

    `tax` and `shipping` say whether those are added; `paid_with_points` whether the part of the bill that
    was paid with points earns again.
    """

    amount: str
    tax: bool
    shipping: bool
    paid_with_points: bool


@dataclass(frozen=True, slots=True)
class Streak:
    """So many periods of the calendar in a row: `per` is `day`, `week` (ISO) or `month`."""

    per: str
    length: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One sentence of the promise. Exactly one of three kinds:

    - a rate: `points` for each `per` minor units of money (`per_unit` "money") or for each item ("item");
    - a gift: `points` for the whole event (`per_unit` "event"), perhaps only `every` n-th time;
    - a multiplier: `times` (at least 1) what the rules named in `of` gave where `when` holds; the entry
      holds the part above one.

    A gift with a `streak` is given when its condition held in so many periods in a row, and then begins anew.
    `every` counts the events (or the days, `count` "days") on which `when` holds, in the order of recording.
    `on_return` of a gift is `share` (its shares of the lines go back with them) or `reconsider`: it stays whole as long
    as what is left of the purchase meets the threshold in `when`, and goes back whole when it does not.
    `when` None always holds. Its scope is line for rates and for multipliers of rates, order for gifts.
    `on` names the event types the rule looks at; all but `purchase` have no lines, so only gifts may name
    them. `per` is 1 for items, gifts and multipliers. A multiplier has `points` 0, `per_unit` "", and in `on`
    all the event types of the rules in `of`.
    """

    id: str
    title: Mapping[str, str]
    currency: str
    points: Fraction
    per: int
    per_unit: str
    times: Fraction | None
    of: tuple[str, ...]
    every: int | None
    count: str
    on: tuple[str, ...]
    when: Condition | None
    streak: Streak | None = None
    on_return: str = "share"


@dataclass(frozen=True, slots=True)
class Group:
    """Of the rules named, only the one that gives most on this event counts.

    The first in the file wins a tie.
    """

    id: str
    best_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `most` whole points of `currency` from `rules` per calendar period.

    `per` is `event`, `day`, `week` (ISO), `month`, `year` or `ever`. At the edge `clip` gives what is left,
    `refuse` gives nothing of the event's points under this cap when they would not all fit.
    """

    id: str
    title: Mapping[str, str]
    currency: str
    rules: tuple[str, ...]
    most: int
    per: str
    at_edge: str


@dataclass(frozen=True, slots=True)
class Budget(Cap):
    """The same over all members together, with no `per` of `event`: who comes when it is used up gets nothing of it."""


@dataclass(frozen=True, slots=True)
class Earn:
    """The whole section: `rules` in the order of the file, in which they act.

    An event told at most `late_days` after its own day counts as of that day, a later one as of the day of recording.
    """

    base: Base
    rules: tuple[Rule, ...]
    groups: tuple[Group, ...]
    caps: tuple[Cap, ...]
    late_days: int = 60
    budgets: tuple[Budget, ...] = ()

    @property
    def bounds(self) -> tuple[Cap, ...]:
        """All that holds points back: caps, then budgets, whose ids differ."""
        return (*self.caps, *self.budgets)


NET = Base("net", tax=False, shipping=False, paid_with_points=False)

BASE = Record(
    Field("amount", Choice(("net", "gross")), "after discount, or before it", default="net"),
    Field("tax", YesNo(), "whether tax counts", default=False),
    Field("shipping", YesNo(), "whether shipping counts", default=False),
    Field("paid_with_points", YesNo(), "whether what was paid with points earns again", default=False),
    into=Base,
)
STREAK = Record(
    Field("days", Integer(2, 366), "so many days in a row", default=None),
    Field("weeks", Integer(2, 104), "so many weeks in a row", default=None),
    Field("months", Integer(2, 60), "so many months in a row", default=None),
)
RULE = Record(
    Field("id", ID, "the word for it in this file"),
    Field("title", TITLE, "the reason members read beside the points"),
    Field("currency", Reference("a currency"), "what it gives", default=None),
    Field("points", Number(0, 10**6, above=True, ratio=True), "how many it gives", default=None),
    Field("per", OrWord({"item": "item"}, Money()), "for which amount, or for each item", default=None),
    Field("times", Number(1, 1_000, ratio=True), "how many times what the rules in `of` gave", default=None),
    Field("of", ListOf(Reference("a rule"), unique=True), "the rules that are multiplied", default=()),
    Field("every", Integer(2, 10_000), "only every n-th time", default=None),
    Field("count", Choice(("events", "days")), "what `every` counts", default="events"),
    Field("streak", STREAK, "only when its condition held in so many periods in a row", default=None),
    Field("on", ListOf(Choice(EVENTS), unique=True, one=True), "the events", default=("purchase",)),
    Field("when", Expression(), "the condition under which it gives", default=None),
    Field("on_return", Choice(("share", "reconsider")), "what a return takes of a gift", default="share"),
)
GROUP = Record(
    Field("id", ID, "the word for it in this file"),
    Field("best_of", ListOf(Reference("a rule"), least=2, unique=True), "the rules of which one counts"),
)
_PERIODS = ("day", "week", "month", "year", "ever")


def _bound(*periods: str, most: int) -> Record:
    """A cap or a budget, over so many points at most."""
    return Record(
        Field("id", ID, "the word for it in this file"),
        Field("title", TITLE, "the reason members read where it was reached"),
        Field("currency", Reference("a currency"), "what it bounds", default=None),
        Field("rules", ListOf(Reference("a rule"), unique=True), "the rules it bounds together", default=None),
        Field("per", Choice(periods), "the period"),
        Field("most", Integer(1, most), "whole points in one period"),
        Field("at_edge", Choice(("clip", "refuse")), "whether what still fits is given"),
    )


CAP = _bound("event", *_PERIODS, most=10**9)
BUDGET = _bound(*_PERIODS, most=10**12)
EARN = Record(
    Field("base", BASE, "which money counts", default=NET),
    Field("rules", ListOf(RULE), "what earns"),
    Field("groups", ListOf(GROUP, least=0), "rules of which only the best counts", default=()),
    Field("caps", ListOf(CAP, least=0), "the most that is given", default=()),
    Field("budgets", ListOf(BUDGET, least=0), "the most that is given to all members together", default=()),
    Field("late_days", Integer(0, 365), "days in which a late event still counts as of its own day", default=60),
)
