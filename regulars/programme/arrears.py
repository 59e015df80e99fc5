"""The section `arrears`: what happens when a member falls behind with payments, step by step, and how she gets out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from regulars.kit.speaking import counted, worded
from regulars.programme.contact import CHANNELS, HOURS, LIMIT, Hours, Limit, check_hours
from regulars.programme.currencies import check_unique
from regulars.programme.declared import Declared
from regulars.programme.document import Node
from regulars.programme.header import ID, TITLE
from regulars.programme.reading import BROKEN, Fields, Reading
from regulars.programme.records import Field, ListOf, OrWord, Record
from regulars.programme.shapes import Choice, Integer, Money, Number, Reference, YesNo

#: What a house can offer before it presses: the more, the better.
OPTIONS = ("pause", "reduce", "longer", "token", "waive_interest", "waive_fees", "plan", "advice")
ACTIONS = ("greet", "remind", "call", "offer_help", "pause_service", "stop_service", "hand_over", "court")
#: Actions that press: they come only after notice, and never first.
PRESSING = ("pause_service", "stop_service", "hand_over", "court")


@dataclass(frozen=True, slots=True)
class Stage:
    """From `after_days` days after the due date: an `action` over `channels`, with a `message` (an id) if any."""

    id: str
    title: Mapping[str, str]
    after_days: int
    action: str
    channels: tuple[str, ...]
    message: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan to pay: at most the surplus of income over needs, less a `contingency` share of it that stays.

    The contingency is at most `contingency_most` (minor units; None: no bound). At least `least_instalments`,
    within `most_months`. While the plan is kept, `fee` (minor units) and interest (if `interest`) are charged.
    """

    contingency: Fraction
    contingency_most: int | None
    least_instalments: int
    most_months: int
    fee: int
    interest: bool


@dataclass(frozen=True, slots=True)
class Arrears:
    """`fee` is charged once for falling behind (minor units; 0 none), `interest` says whether it runs on.

    `breathing_days` without interest, fees or pressure are given to whoever asks; `notice_days` pass before anything
    that presses; `options` are put to the member before. `points_kept`, `tier_kept` and `marketing` say what becomes
    of her membership meanwhile. `calls` and `contacts` bound how often she is spoken to, within `hours`.
    """

    stages: tuple[Stage, ...]
    options: tuple[str, ...]
    plan: Plan
    fee: int
    interest: bool
    breathing_days: int
    notice_days: int
    calls: Limit
    contacts: Limit
    hours: Hours
    points_kept: bool
    tier_kept: bool
    marketing: bool


STAGE = Record(
    Field("id", ID, "the word for it in this file"),
    Field("title", TITLE, "what staff call it"),
    Field("after_days", Integer(0, 3_650), "days after the due date"),
    Field("action", Choice(ACTIONS), "what is done"),
    Field("channels", ListOf(Choice(CHANNELS), unique=True, one=True), "how the member hears of it"),
    Field("message", Reference("a message"), "what she is told", default=None),
)
FEE = OrWord({"none": 0}, Money())
PLAN = Record(
    Field("contingency", Number(0, 1, ratio=True), "the share of the surplus that stays", default=Fraction(1, 10)),
    Field("contingency_most", Money(), "the most that stays, a month", default=None),
    Field("least_instalments", Integer(1, 600), "the fewest instalments", default=3),
    Field("most_months", Integer(1, 600), "the longest time", default=36),
    Field("fee", FEE, "what the plan costs", default=0),
    Field("interest", YesNo(), "whether interest runs while it is kept", default=False),
    into=Plan,
)
FAIR_PLAN = Plan(Fraction(1, 10), None, 3, 36, 0, interest=False)
ARREARS = Record(
    Field("stages", ListOf(STAGE), "what happens, the earliest first"),
    Field("options", ListOf(Choice(OPTIONS), unique=True), "what is offered before anything presses"),
    Field("plan", PLAN, "how a plan to pay is worked out", default=FAIR_PLAN),
    Field("fee", FEE, "what falling behind costs, once", default=0),
    Field("interest", YesNo(), "whether interest runs", default=False),
    Field("breathing_days", Integer(0, 365), "days of rest for whoever asks", default=60),
    Field("notice_days", Integer(0, 365), "days of notice before anything that presses", default=30),
    Field("calls", LIMIT, "how many calls", default=Limit(2, 7)),
    Field("contacts", LIMIT, "how many contacts of any kind", default=Limit(3, 7)),
    Field("hours", HOURS, "when", default=Hours(9, 19)),
    Field("points_kept", YesNo(), "whether points stay", default=True),
    Field("tier_kept", YesNo(), "whether the tier stays", default=True),
    Field("marketing", YesNo(), "whether offers go on", default=False),
)


def read_arrears(node: Node, declared: Declared, reading: Reading) -> Any:
    """The Arrears in `node`, or BROKEN after a problem was noted. Messages are declared before."""
    fields = ARREARS.read(node, "arrears", reading)
    if fields is BROKEN:
        return BROKEN
    check_hours(fields)
    stages: list[Fields] = list(fields.get("stages") or ())
    check_unique(stages, "stage")
    before = -1
    for stage in stages:
        stage["message"] = declared.find(stage.get("message"), "message", reading)
        days = stage.get("after_days")
        if days is not None and days <= before:
            message = counted(
                "A stage {n} day after the due date stands below one of {before}.",
                "A stage {n} days after the due date stands below one of {before}.",
                days, before=before,
            )  # fmt: skip
            stage.problem("stages_not_ascending", "after_days", message, worded("Put the stages in order of time."))
        before = max(before, days if days is not None else -1)
    fields["stages"] = tuple(stage.build(Stage) for stage in stages)
    return fields.build(Arrears)
