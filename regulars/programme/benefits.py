"""What an offer, a club or a referral gives: money, points, months, goods or a service, each with its worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from regulars.kit.speaking import worded
from regulars.programme.declared import Declared
from regulars.programme.header import TITLE
from regulars.programme.reading import BROKEN, Fields, Reading
from regulars.programme.records import Field, ListOf, Record
from regulars.programme.shapes import Integer, Money, Number, Reference, one_of

#: The kinds of benefit: the key that names one is what it gives.
GIVEN = ("percent", "amount", "credit", "points", "free_months", "goods", "service")

#: Which keys may stand beside the one that names the kind.
_BESIDE = {
    "percent": ("most",),
    "points": ("currency",),
    "free_months": ("worth",),
    "goods": ("worth", "costs"),
    "service": ("worth", "costs"),
}


@dataclass(frozen=True, slots=True)
class Benefit:
    """`kind` is one of GIVEN; what the others hold depends on it, and is empty where it has no meaning.

    - `percent`: `share` of the price (15 % is 3/20), at most `most` minor units (None: no bound);
    - `amount` off the purchase, or `credit` for later ones: `money` in minor units;
    - `points` of `currency`;
    - `free_months`: `months`, each worth `money` (None: the list price of the offer, or not stated);
    - `goods` or `service`: `title` says what, `money` what a member would pay for it, `costs` what it costs the
      house (None: not stated).
    """

    kind: str
    share: Fraction = Fraction(0)
    most: int | None = None
    money: int | None = None
    points: int = 0
    currency: str | None = None
    months: int = 0
    title: Mapping[str, str] | None = None
    costs: int | None = None


BENEFIT = Record(
    Field("percent", Number(0, 100, above=True, ratio=True), "how much of the price is taken off", default=None),
    Field("amount", Money(), "what is taken off this purchase", default=None),
    Field("credit", Money(), "what is taken off later purchases", default=None),
    Field("points", Integer(1, 10**9), "how many points it gives", default=None),
    Field("free_months", Integer(1, 120), "how many months cost nothing", default=None),
    Field("goods", TITLE, "the goods it gives", default=None),
    Field("service", TITLE, "the service it gives", default=None),
    Field("currency", Reference("a currency"), "which points", default=None),
    Field("most", Money(), "the most that a percentage takes off", default=None),
    Field("worth", Money(), "what a member would pay for the goods, the service or one month", default=None),
    Field("costs", Money(), "what the goods or the service cost the house", default=None),
)
BENEFITS = ListOf(BENEFIT, one=True)


def read_benefits(written: Iterable[Fields], declared: Declared, reading: Reading) -> Any:
    """The tuple of Benefits in `written`, which are records of BENEFIT, or BROKEN after a problem was noted."""
    benefits = tuple(_benefit(fields, declared, reading) for fields in written)
    return BROKEN if BROKEN in benefits else benefits


def _benefit(fields: Fields, declared: Declared, reading: Reading) -> Any:
    given = [key for key in GIVEN if fields.given(key)]
    if len(given) != 1:
        message = worded("One benefit is one thing: {one_of}.", one_of=one_of(GIVEN))
        remedy = (
            worded("Name what it gives.") if not given else worded("Make a list of several: `gives: [{...}, {...}]`.")
        )
        fields.problem("benefit_unclear", given[1] if given else "", message, remedy, at_key=True)
        declared.find(fields.get("currency"), "currency", reading)
        return BROKEN
    (kind,) = given
    allowed = _BESIDE.get(kind, ())
    for key in ("currency", "most", "worth", "costs"):
        if fields.given(key) and key not in allowed:
            fields.misplaced(key, worded("has no meaning beside `{kind}`.", kind=kind), worded("Remove it."))
    if kind in ("goods", "service") and not fields.given("worth"):
        message = worded("Nobody can compare {kind} whose worth is not said.", kind=kind)
        fields.problem("missing_key", "worth", message, worded("Add `worth:` what a member would pay for it."))
    currency = declared.spendable(fields, reading) if kind == "points" else None
    if currency is BROKEN or fields.broken():
        return BROKEN
    return Benefit(
        kind,
        share=Fraction(fields.get("percent") or 0, 100),
        most=fields.get("most"),
        money=fields.get("amount") or fields.get("credit") or fields.get("worth"),
        points=fields.get("points") or 0,
        currency=currency,
        months=fields.get("free_months") or 0,
        title=fields.get("goods") or fields.get("service"),
        costs=fields.get("costs"),
    )
