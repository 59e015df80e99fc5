"""The section `tiers`: ranks that custom reaches, how long they are kept, and how softly they fall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from regulars.kit.conditions import Condition, Scope, Vocabulary
from regulars.kit.speaking import worded
from regulars.programme.currencies import NOTICE, Notice, built_notice, check_unique
from regulars.programme.document import Node
from regulars.programme.header import ID, TITLE
from regulars.programme.problems import shown
from regulars.programme.reading import BROKEN, Fields, Placed, Reading
from regulars.programme.records import Field, ListOf, OrWord, Record
from regulars.programme.shapes import Choice, Expression, Integer, Number, Reference, YesNo, minor_units
from regulars.programme.vocabulary import read_condition


@dataclass(frozen=True, slots=True)
class Level:
    """`at` is the progress that reaches it: minor units for spend, a count for visits or points."""

    id: str
    title: Mapping[str, str]
    at: int


@dataclass(frozen=True, slots=True)
class Tiers:
    """`counts` is `spend`, `visits` or the id of a qualifying currency.

    `window` is `rolling` (the last `months` months), `calendar_year`, `membership_year`, or `balance`: the tier follows
    what there is now of the currency `counts`, which may then be any, and is kept as long as that carries it. A tier
    reached is kept through `keep_months` more months (rolling), or to the end of the next year of the window. When that
    day has passed and the progress of the window no longer carries the tier, it is kept for `grace_days`
    more, then falls: `one` step, or `to_level` (where the progress stands). With `fall` `never` a tier reached is
    kept for ever, and `keep_months` and `grace_days` say nothing. With a `notice` it falls only after one that was
    delivered so many days before: without one in time, as many days after it as the notice asks for. Pending
    points count towards progress unless `pending_counts` is false (only for a qualifying currency). `when`
    bounds what counts: line scope for spend, order scope for visits.
    """

    counts: str
    when: Condition | None
    window: str
    months: int
    keep_months: int
    grace_days: int
    fall: str
    pending_counts: bool
    levels: tuple[Level, ...]
    notice: Notice | None = None


ROLLING = Record(Field("rolling_months", Integer(1, 120), "how many months back progress counts"))
WORDS = {word: word for word in ("calendar_year", "membership_year", "balance")}
LEVEL = Record(
    Field("id", ID, "the word for it in this file"),
    Field("title", TITLE, "what members call it"),
    Field("at", Number(0, 10**10), "the progress that reaches it"),
)
TIERS = Record(
    Field("counts", Reference("a qualifying currency, or `spend` or `visits`"), "what makes progress"),
    Field("when", Expression(), "which spending or visits make progress", default=None),
    Field("window", OrWord(WORDS, ROLLING), "the time in which progress counts"),
    Field("keep_months", Integer(1, 120), "months a tier is kept once reached", default=None),
    Field("grace_days", Integer(0, 365), "days a tier is kept when progress no longer carries it", default=60),
    Field(
        "fall",
        Choice(("one", "to_level", "never")),
        "one step down, or to where progress stands, or never",
        default="one",
    ),
    Field("notice", OrWord({"none": None}, NOTICE), "when members are told before it falls", default=None),
    Field("pending_counts", YesNo(), "whether points that wait make progress", default=True),
    Field("levels", ListOf(LEVEL), "the tiers, the lowest first"),
)


def read_tiers(node: Node, reading: Reading) -> Any:
    """The Fields of the section, or BROKEN; `level_titles` and `build_tiers` make use of them."""
    return TIERS.read(node, "tiers", reading)


def level_titles(tiers: Fields) -> dict[str, Mapping[str, str]]:
    """The titles of the levels by id, as far as both could be read."""
    levels = [(level.get("id"), level.get("title")) for level in tiers.get("levels") or ()]
    return {id: title or {} for id, title in levels if id}


def build_tiers(tiers: Fields, currencies: Mapping[str, str], words: Vocabulary, reading: Reading) -> Any:
    """The Tiers of checked `tiers`, or BROKEN; `currencies` maps the ids of the currencies to their kinds."""
    counts = _balance(tiers, currencies, reading) if tiers.get("window") == "balance" else None
    counts = counts or _counts(tiers, currencies, reading)
    qualifying = counts not in (None, "spend", "visits")
    if qualifying and tiers.given("when"):
        why = worded("has no meaning for a currency: the rules that give it have conditions of their own.")
        tiers.misplaced("when", why, worded("Move the condition to those rules."))
    if counts and not qualifying and tiers.given("pending_counts"):
        tiers.misplaced(
            "pending_counts", worded("is about a currency; spending and visits do not wait."), worded("Remove it.")
        )
    tiers["counts"] = counts or BROKEN
    scope = Scope.ORDER if counts == "visits" else Scope.LINE
    tiers["when"] = read_condition(tiers.get("when"), scope, words, reading)
    tiers["levels"] = _levels(tiers, counts == "spend", reading)
    if tiers.get("fall") == "never":
        for key in ("keep_months", "grace_days", "notice"):
            if tiers.given(key):
                tiers.misplaced(key, worded("has no meaning where a tier never falls."), worded("Remove it."))
    if isinstance(tiers.get("notice"), Fields):
        tiers["notice"] = built_notice(tiers["notice"])
    tiers["window"], tiers["months"] = _window(tiers)
    if tiers.get("keep_months") is None:
        tiers["keep_months"] = tiers["months"]
    return tiers.build(Tiers)


def _balance(tiers: Fields, currencies: Mapping[str, str], reading: Reading) -> str | None:
    """The currency whose balance is followed, of whatever kind."""
    written: Placed | None = tiers.get("counts")
    if written and written.text in ("spend", "visits"):
        tiers.misplaced(
            "window", worded("is about a currency: spending and visits have no balance."), worded("Name a currency.")
        )
    return written.text if written and written.text in currencies else None


def _counts(tiers: Fields, currencies: Mapping[str, str], reading: Reading) -> str | None:
    written: Placed | None = tiers.get("counts")
    if written is None:
        return None
    kind = currencies.get(written.text)
    if written.text in ("spend", "visits") or kind == "qualifying":
        return written.text
    if (written.text in currencies and kind is None) or reading.meant(written.text, "currency", currencies):
        return None  # the currency, or its kind, could not be read
    if kind is None:
        qualifying = [id for id, kind in currencies.items() if kind == "qualifying"]
        remedy = reading.nearest(written.text, ["spend", "visits", *qualifying])
        message = worded("Tiers cannot count {given}: there is no such currency.", given=shown(written.text))
        tiers.problem("unknown_reference", "counts", message, remedy)
        return None
    tiers.problem(
        "tier_counts_spendable",
        "counts",
        worded(
            "Tiers cannot count {given}: its points are spent, and rise with tiers themselves.",
            given=shown(written.text),
        ),
        worded("Count `spend` or `visits`, or a currency of the kind `qualifying`; or write `window: balance`."),
    )
    return None


def _window(tiers: Fields) -> tuple[str, int]:
    """The name of the window and its length in months."""
    window = tiers.get("window")
    if isinstance(window, str):
        if tiers.given("keep_months"):
            why = worded("has no meaning here: a tier is kept to the end of the next year of the window.")
            if window == "balance":
                why = worded("has no meaning here: a tier is kept as long as the balance carries it.")
            tiers.misplaced("keep_months", why, worded("Remove it, or use `window: {rolling_months: 12}`."))
        return window, 12
    months = window.get("rolling_months") if window else None
    return ("rolling", months) if months else (BROKEN, BROKEN)


def _levels(tiers: Fields, money: bool, reading: Reading) -> Any:
    levels: list[Fields] = list(tiers.get("levels") or ())
    check_unique(levels, "level")
    below = -1
    for index, level in enumerate(levels):
        at: Fraction | None = level.get("at")
        if at is None:
            continue
        level["at"] = progress = _progress(level, at, money, reading)
        if progress is BROKEN:
            continue
        if index == 0 and progress != 0:
            message = worded("The first level must be at 0: every member is somewhere.")
            level.problem(
                "first_level_not_zero", "at", message, worded("Write `at: 0`, or put a first level before it.")
            )
        elif progress <= below:
            message = worded("A level must be above the one before it.")
            level.problem("levels_not_ascending", "at", message, worded("Put the levels in order, the lowest first."))
        below = max(below, progress)
    return tuple(level.build(Level) for level in levels)


def _progress(level: Fields, at: Fraction, money: bool, reading: Reading) -> Any:
    node, path = level.node.entries["at"][1], f"{level.path}.at"
    if money:
        return minor_units(at * 10**reading.exponent, node, path, reading)
    if at.denominator == 1:
        return at.numerator
    level.problem("out_of_range", "at", worded("Visits and points are counted whole."), worded("Write a whole number."))
    return BROKEN
