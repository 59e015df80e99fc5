"""The section `currencies`: what members collect, when it may be spent, and when (if ever) it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from regulars.kit.speaking import counted, worded
from regulars.programme.dates import Day
from regulars.programme.document import Node
from regulars.programme.earn import EVENTS
from regulars.programme.header import ID, TITLE
from regulars.programme.problems import shown
from regulars.programme.reading import BROKEN, KINDS, Fields, Reading
from regulars.programme.records import Field, ListOf, OrWord, Record
from regulars.programme.shapes import Choice, Integer, Money, YesNo

LARGEST_PART = 10**6  # of a rate: numerator and denominator


@dataclass(frozen=True, slots=True)
class Pending:
    """What points wait for; one of three.

    `days` whole days after the day they were earned: available from the first moment of the next day. The day `until`,
    if that is still to come: available from its first moment. Or an event of type `event` for the purchase that gave
    them: available from then on; without one within `within_days` after the day they were earned, they lapse.
    """

    days: int = 0
    until: date | None = None
    event: str = ""
    within_days: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """Nothing expires unless a notice was delivered in time.

    That is at least `latest` and at most `earliest` days before the last day.
    """

    earliest: int
    latest: int


@dataclass(frozen=True, slots=True)
class Expiry:
    """`after` is `inactivity` (months since last earning or spending) or `earning` (months since available).

    The day that results is the last day on which the points can be spent, inclusive, in the programme's zone.
    """

    after: str
    months: int
    notice: Notice | None


@dataclass(frozen=True, slots=True)
class Currency:
    """`kind` is `spendable`, `qualifying` or `cash`; `value` is minor units of money for a point (None: not stated).

    Cash is spendable and always worth its `value`, one unit as good as that money.

    `rounding` is `carry`, `order` or `line`; `mode` (`down`, `half_up`, `up`) matters for the last two only.
    `expiry` None means never. `debt`: may a return leave the member owing points?
    """

    id: str
    title: Mapping[str, str]
    kind: str
    value: Fraction | None
    rounding: str
    mode: str
    pending: Pending | None
    expiry: Expiry | None
    debt: bool


FAIR_NOTICE = Notice(earliest=60, latest=30)

#: What points of a purchase may wait for.
ARRIVALS = {event: event for event in EVENTS if event != "purchase"}


PENDING = Record(
    Field("days", Integer(1, 365), "whole days from earning until points can be spent", default=None),
    Field("until", OrWord(ARRIVALS, Day()), "the day, or the event, until which points wait", default=None),
    Field("within_days", Integer(1, 365), "days after which points lapse when the event did not come", default=None),
)
NOTICE = Record(
    Field("earliest", Integer(1, 365), "days before the last day from which a notice counts"),
    Field("latest", Integer(1, 365), "days before the last day until which a notice counts"),
)
EXPIRY = Record(
    Field("after", Choice(("inactivity", "earning")), "what the months are counted from"),
    Field("months", Integer(1, 1200), "months until points end"),
    Field("notice", OrWord({"none": None}, NOTICE), "when members are told before", default=FAIR_NOTICE),
)
CURRENCY = Record(
    Field("id", ID, "the word for it in this file"),
    Field("title", TITLE, "what members call it, in the plural"),
    Field("kind", Choice(("spendable", "qualifying", "cash")), "to spend, or only for tiers", default="spendable"),
    Field("value", Money(whole=False), "what one point is worth at least", default=None),
    Field("rounding", Choice(("carry", "order", "line")), "where fractions go", default="carry"),
    Field("mode", Choice(("down", "half_up", "up")), "how an order or a line is rounded", default="down"),
    Field("pending", OrWord({"none": None}, PENDING), "how long points wait", default=None),
    Field("expiry", OrWord({"never": None}, EXPIRY), "when points end", default=None),
    Field("debt", YesNo(), "whether a return may leave a member owing points", default=False),
)
CURRENCIES = ListOf(CURRENCY)


def read_currencies(node: Node, reading: Reading) -> list[Fields]:
    """The currencies in `node`, as far as they could be read; `build(Currency)` makes values of them."""
    currencies: list[Fields] = list(_readable(CURRENCIES.read(node, "currencies", reading)))
    check_unique(currencies, "currency")
    for fields in currencies:
        _check(fields)
    return currencies


def check_unique(records: list[Fields], kind: str) -> None:
    """Note every record whose id another one before it has."""
    seen: set[str] = set()
    for fields in records:
        id = fields.get("id")
        if id in seen:
            message = worded("Another {kind} has the id {given} already.", kind=KINDS[kind], given=shown(id))
            fields.problem("duplicate_id", "id", message, worded("Choose another id."))
        if id:
            seen.add(id)


def _readable(value: tuple[Fields, ...]) -> tuple[Fields, ...]:
    return () if value is BROKEN else value


def _check(fields: Fields) -> None:
    if fields.get("id") in ("spend", "visits"):
        message = worded(
            "A currency cannot be called {given}: tiers use the word for something else.", given=shown(fields["id"])
        )
        fields.problem("reserved_name", "id", message, worded("Choose another id."))
    if fields.given("mode") and fields.get("rounding") == "carry":
        why = worded("has no meaning with `rounding: carry`, which rounds nothing away.")
        fields.misplaced("mode", why, worded("Remove it, or round by `order` or `line`."))
    if fields.given("value") and fields.get("kind") == "qualifying":
        why = worded("has no meaning where points cannot be spent.")
        fields.misplaced("value", why, worded("Remove it, or make the kind `spendable`."))
    if fields.get("kind") == "cash" and not fields.given("value"):
        message = worded("Virtual cash is money by another name, and there is no `value`.")
        fields.problem("missing_key", "value", message, worded("Add `value:`, what one unit is worth: `value: 0.01`."))
    value = fields.get("value")
    if value and max(value.numerator, value.denominator) > LARGEST_PART:
        fields.problem(
            "rate_too_fine",
            "value",
            worded("A point worth {value} of the smallest coin is too fine to count.", value=value),
            worded("Choose a value with both numbers of that fraction at most {most}.", most=LARGEST_PART),
        )
    pending = fields.get("pending")
    if pending:
        fields["pending"] = _pending(pending)
    expiry = fields.get("expiry")
    if expiry:
        notice = expiry.get("notice")
        if isinstance(notice, Fields):
            expiry["notice"] = built_notice(notice)
        fields["expiry"] = expiry.build(Expiry)


def _pending(fields: Fields) -> Any:
    """The Pending of `fields`, or BROKEN."""
    until, sound = fields.get("until"), not fields.broken()
    if fields.given("days") == fields.given("until"):
        message = (
            worded("Points that wait have both `days` and `until`.")
            if fields.given("days")
            else worded("Points that wait have neither `days` nor `until`.")
        )
        remedy = worded("Write `days: 14`, or `until:` with a day or an event.")
        fields.problem("pending_unclear", "until", message, remedy, at_key=True)
        sound = False
    if isinstance(until, str) and not fields.given("within_days"):
        message = worded("Points that wait for {given} need a time after which they lapse.", given=shown(until))
        fields.problem("missing_key", "within_days", message, worded("Add `within_days: 60`."))
        sound = False
    if fields["until"] is not BROKEN and not isinstance(until, str) and fields.given("within_days"):
        fields.misplaced("within_days", worded("has no meaning without an event to wait for."), worded("Remove it."))
        sound = False
    if not sound:
        return BROKEN
    if isinstance(until, str):
        return Pending(event=until, within_days=fields["within_days"])
    return Pending(days=fields["days"] or 0, until=until)


def built_notice(notice: Fields) -> Any:
    """The Notice of `notice`, or BROKEN."""
    earliest, latest = notice.get("earliest"), notice.get("latest")
    if earliest and latest and earliest < latest:
        notice.problem(
            "notice_backwards",
            "earliest",
            counted(
                "The earliest notice, {n} day before the end, would come after the latest, {latest}.",
                "The earliest notice, {n} days before the end, would come after the latest, {latest}.",
                earliest,
                latest=latest,
            ),
            worded("Exchange the two: {{earliest: {latest}, latest: {earliest}}}.", latest=latest, earliest=earliest),
        )
    return notice.build(Notice)
