"""The section `moments`: anniversaries, birthdays, milestones and surprises, given because the house wants to.

No moment asks for a purchase, and none is celebrated while something is not right between member and house.
"""

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
from regulars.programme.records import Field, ListOf, OrWord, Record
from regulars.programme.rewards import LIMIT, Limit
from regulars.programme.shapes import Choice, Expression, Integer, Money, Reference, YesNo, one_of
from regulars.programme.vocabulary import read_condition

KINDS = ("anniversary", "birthday", "milestone", "surprise")

#: What must be right between member and house before a moment is celebrated.
GATES = ("no_open_case", "no_late_delivery", "no_broken_promise", "no_arrears")

#: Without arrears: a kind word to somebody who is behind is no shaky rung.
FAIR_GATE = ("no_open_case", "no_late_delivery", "no_broken_promise")

#: The kinds of gift: the key that names one is what it is. The keys that may stand beside it.
GIFTS = {"points": ("currency",), "credit": (), "reward": (), "card": ("costs",), "note": ("costs",)}


@dataclass(frozen=True, slots=True)
class Gift:
    """`kind` is one of GIFTS; what the others hold depends on it, and is empty where it has no meaning.

    `points` of `currency`; a credit of `money` minor units; the id of a `reward`; a `card` or a `note` in
    somebody's own hand, of which `title` says what it is and `costs` what it costs the house (minor units; None:
    not stated).
    """

    kind: str
    points: int = 0
    currency: str | None = None
    money: int | None = None
    reward: str | None = None
    title: Mapping[str, str] | None = None
    costs: int | None = None


@dataclass(frozen=True, slots=True)
class Milestone:
    """`at` is how many `visits` or `years` of custom, or how much `spend` in minor units (`counts` says which).

    `repeats`: is it reached again each time as much was added?
    """

    counts: str
    at: int
    repeats: bool


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `most` minor units per calendar period `per`. `chosen`: how members are found while it lasts.

    `by_lot`, those `longest_without` a moment first, or by `staff` who know them.
    """

    most: int
    per: str
    chosen: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A day on which the house gives. `years` of custom for an anniversary (empty: every one), `milestone` and
    `budget` None where there is none. `requires` names the GATES that must hold. `when` says for whom it is.
    """

    id: str
    title: Mapping[str, str]
    kind: str
    years: tuple[int, ...]
    milestone: Milestone | None
    gives: tuple[Gift, ...]
    budget: Budget | None
    limit: Limit | None
    requires: tuple[str, ...]
    when: Condition | None


GIFT = Record(
    Field("points", Integer(1, 10**9), "how many points", default=None),
    Field("credit", Money(), "what is taken off later purchases", default=None),
    Field("reward", Reference("a reward"), "a reward, without its price", default=None),
    Field("card", TITLE, "a printed card or a message", default=None),
    Field("note", TITLE, "a note in somebody's own hand", default=None),
    Field("currency", Reference("a currency"), "which points", default=None),
    Field("costs", Money(), "what a card or a note costs the house", default=None),
)
MILESTONE = Record(
    Field("visits", Integer(2, 100_000), "how many visits", default=None),
    Field("spend", Money(), "how much was spent", default=None),
    Field("years", Integer(1, 100), "how many years of custom", default=None),
    Field("repeats", YesNo(), "whether it is reached again each time", default=False),
)
BUDGET = Record(
    Field("most", Money(), "the most that is given in one period"),
    Field("per", Choice(("week", "month", "year")), "the period", default="month"),
    Field("chosen", Choice(("by_lot", "longest_without", "staff")), "how members are found"),
    into=Budget,
)
MOMENT = Record(
    Field("id", ID, "the word for it in this file"),
    Field("title", TITLE, "what members call it"),
    Field("kind", Choice(KINDS), "what it celebrates"),
    Field("years", ListOf(Integer(1, 100), unique=True, one=True), "which anniversaries", default=()),
    Field("milestone", MILESTONE, "what is reached", default=None),
    Field("gives", ListOf(GIFT, one=True), "what it gives"),
    Field("budget", BUDGET, "the most that is given to all members together", default=None),
    Field("limit", LIMIT, "how many one member may have", default=None),
    Field(
        "requires",
        OrWord({"none": ()}, ListOf(Choice(GATES), unique=True)),
        "what must be right before",
        default=FAIR_GATE,
    ),
    Field("when", Expression(), "for whom it is", default=None),
)
MOMENTS = ListOf(MOMENT)

#: Which keys belong to which kind of moment.
_BELONGS = {"years": "anniversary", "milestone": "milestone", "limit": "surprise"}
_NEEDED = {"milestone": "milestone", "surprise": "budget"}


def read_moments(node: Node, declared: Declared, reading: Reading) -> Any:
    """The tuple of Moments in `node`, or BROKEN after a problem was noted."""
    read = MOMENTS.read(node, "moments", reading)
    moments: tuple[Fields, ...] = () if read is BROKEN else read
    check_unique(list(moments), "moment")
    declared.add("moment", moments)
    for fields in moments:
        _check(fields)
        fields["milestone"] = _milestone(fields)
        gifts = tuple(_gift(gift, declared, reading) for gift in fields.get("gives") or ())
        fields["gives"] = BROKEN if BROKEN in gifts else gifts
        fields["when"] = read_condition(fields.get("when"), Scope.MEMBER, declared.words, reading)
    return tuple(fields.build(Moment) for fields in moments)


def _check(fields: Fields) -> None:
    kind = fields.get("kind")
    for key, belongs in _BELONGS.items():
        if kind and kind != belongs and fields.given(key):
            fields.misplaced(
                key, worded("has no meaning for a moment of the kind `{kind}`.", kind=kind), worded("Remove it.")
            )
    needed = _NEEDED.get(kind or "")
    if needed and not fields.given(needed):
        message = worded("A moment of the kind `{kind}` needs a `{needed}`.", kind=kind, needed=needed)
        fields.problem(
            "missing_key",
            needed,
            message,
            worded("Add `{needed}:`, as docs/programme.md shows it.", needed=needed),
        )


def _milestone(fields: Fields) -> Any:
    written = fields.get("milestone")
    if written is None:
        return fields["milestone"]
    given = [key for key in ("visits", "spend", "years") if written.given(key)]
    if len(given) != 1:
        message = worded("A milestone counts one thing: visits, spend or years.")
        remedy = worded("Name how many.") if not given else worded("Make a moment of each.")
        written.problem("milestone_unclear", given[1] if given else "", message, remedy, at_key=True)
        return BROKEN
    return BROKEN if written.broken() else Milestone(given[0], written[given[0]], written["repeats"])


def _gift(fields: Fields, declared: Declared, reading: Reading) -> Any:
    given = [key for key in GIFTS if fields.given(key)]
    if len(given) != 1:
        message = worded("One gift is one thing: {one_of}.", one_of=one_of(GIFTS))
        remedy = worded("Name what it is.") if not given else worded("Make a list of several: `gives: [{...}, {...}]`.")
        fields.problem("benefit_unclear", given[1] if given else "", message, remedy, at_key=True)
        declared.find(fields.get("currency"), "currency", reading)
        declared.find(fields.get("reward"), "reward", reading)
        return BROKEN
    (kind,) = given
    for key in ("currency", "costs"):
        if fields.given(key) and key not in GIFTS[kind]:
            fields.misplaced(key, worded("has no meaning beside `{kind}`.", kind=kind), worded("Remove it."))
    currency = declared.spendable(fields, reading) if kind == "points" else None
    reward = declared.find(fields.get("reward"), "reward", reading)
    if BROKEN in (currency, reward) or fields.broken():
        return BROKEN
    return Gift(
        kind,
        points=fields.get("points") or 0,
        currency=currency,
        money=fields.get("credit"),
        reward=reward,
        title=fields.get("card") or fields.get("note"),
        costs=fields.get("costs"),
    )
