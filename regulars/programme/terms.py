"""The section `terms`: from when a promise holds, what a change of it owes, and what stands in the summary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from regulars.programme.dates import Day
from regulars.programme.declared import Declared
from regulars.programme.document import Node
from regulars.programme.header import LANGUAGES
from regulars.programme.reading import Reading
from regulars.programme.records import Field, OrWord, Record
from regulars.programme.shapes import Choice, Integer, Money, Prose, Text, Title, YesNo

#: What a member must find in the summary, not only in the long text.
SUMMARY_PARTS = ("earning", "spending", "expiry", "caps", "exclusions", "changes", "fees", "leaving")


@dataclass(frozen=True, slots=True)
class Fees:
    """What it costs to hold, to spend and to pass on points, minor units; `backed` when a cost stands behind it."""

    hold: int
    redeem: int
    transfer: int
    backed: bool


@dataclass(frozen=True, slots=True)
class Bought:
    """What members paid for: gift cards and points that were bought.

    They are valid for `months` (None: without end), cost `dormancy_fee` (minor units) a month after
    `dormant_months` without use, and are paid out on request if `paid_out`. `unclaimed` says whether the law on
    unclaimed value is watched.
    """

    months: int | None
    dormancy_fee: int
    dormant_months: int
    paid_out: bool
    unclaimed: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """`version` is the keeper's name for them, `effective` the first day. A change is told `notice_days` before.

    For `grace_days` from the notice on, points are spent at the old value. After closing an account, or the
    programme, points can be spent for `run_off_days`. `summary` holds what SUMMARY_PARTS names, `text` the whole.
    `withdraw_days` is the time to withdraw from what was bought at a distance, `cards` whether a payment card is
    linked only when asked for (`ask`) or by itself (`silent`).
    """

    version: str
    effective: date
    notice_days: int
    grace_days: int
    run_off_days: int
    withdraw_days: int
    cards: str
    fees: Fees
    bought: Bought | None
    summary: Mapping[str, Mapping[str, str] | None]
    text: Mapping[str, str] | None


FEE = OrWord({"none": 0}, Money())
NO_FEES = Fees(0, 0, 0, backed=False)
FEES = Record(
    Field("hold", FEE, "what holding points costs", default=0),
    Field("redeem", FEE, "what spending them costs", default=0),
    Field("transfer", FEE, "what passing them on costs", default=0),
    Field("backed", YesNo(), "whether a cost of the house stands behind it", default=False),
    into=Fees,
)
BOUGHT = Record(
    Field("months", OrWord({"never": None}, Integer(1, 1_200)), "months until it ends", default=None),
    Field("dormancy_fee", FEE, "what is taken each month when it is not used", default=0),
    Field("dormant_months", Integer(1, 1_200), "months without use until then", default=12),
    Field("paid_out", YesNo(), "whether it is paid out on request", default=True),
    Field("unclaimed", YesNo(), "whether the law on unclaimed value is watched", default=True),
    into=Bought,
)
SUMMARY = Record(
    *(Field(part, Title(LANGUAGES, Text(400)), "what members must know of it", default=None) for part in SUMMARY_PARTS),
    into=dict,
)
TERMS = Record(
    Field("version", Text(40), "your name for them"),
    Field("effective", Day(), "the first day on which they hold"),
    Field("notice_days", Integer(0, 730), "days from telling a change until it holds", default=60),
    Field("grace_days", Integer(0, 730), "days from telling it in which points keep their value", default=90),
    Field("run_off_days", Integer(0, 3_650), "days to spend points after closing", default=1_095),
    Field("withdraw_days", Integer(0, 365), "days to withdraw", default=14),
    Field("cards", Choice(("ask", "silent")), "how a payment card is linked", default="ask"),
    Field("fees", FEES, "what having points costs", default=NO_FEES),
    Field("bought", BOUGHT, "what holds for gift cards and points that were bought", default=None),
    Field("summary", SUMMARY, "the short text that everybody reads", default={}),
    Field("text", Title(LANGUAGES, Prose(40_000)), "the whole text", default=None),
    into=Terms,
)


def read_terms(node: Node, declared: Declared, reading: Reading) -> Any:
    """The Terms in `node`, or BROKEN after a problem was noted."""
    return TERMS.read(node, "terms", reading)
