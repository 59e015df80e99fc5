"""The section `referrals`: members who bring friends, vouch for them, or are asked to speak for the house.

The file can say what is not fair, such as asking members for their friends' addresses, so that a check can say why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from regulars.kit.conditions import Condition, Scope
from regulars.kit.speaking import worded
from regulars.programme.benefits import BENEFITS, Benefit, read_benefits
from regulars.programme.declared import Declared
from regulars.programme.document import Node
from regulars.programme.reading import BROKEN, Reading
from regulars.programme.records import Field, ListOf, OrWord, Record
from regulars.programme.rewards import LIMIT, Limit
from regulars.programme.shapes import Choice, Expression, Integer, Money, YesNo
from regulars.programme.vocabulary import read_condition

#: What a member may lose by what a friend does: nothing, the reward for that friend, other points, or the tier.
LOSSES = ("nothing", "this_reward", "points", "status")


@dataclass(frozen=True, slots=True)
class Asking:
    """A member is asked at most `most` times per `per` (`purchase`, `month`, `year`).

    `after` is `satisfied` (the last thing heard from them was good and nothing is open) or `any`.
    """

    most: int
    per: str
    after: str


@dataclass(frozen=True, slots=True)
class Vouching:
    """A member stands for a newcomer. `revocable`: may they take it back? `loses` is one of LOSSES."""

    revocable: bool
    loses: str


@dataclass(frozen=True, slots=True)
class Referrals:
    """How members bring friends.

    `mechanisms`: a `link` or a `code` that the member passes on in words of their own, or `contacts` (the house asks
    for addresses and writes itself). `advocate` and `friend` get what is named when the friend's first purchase of at
    least `minimum_spend` minor units is kept, or on joining (`earned_by` `join`). `shows_reward`: does the invitation
    say that the advocate gains? `same_terms`: do both read the same terms? `loses` is what a purchase that comes
    back costs the advocate. `reminders`, `vouching` and `references` (the house asks a member to speak for it) are
    None where there are none. `when` says who may refer.
    """

    mechanisms: tuple[str, ...]
    advocate: tuple[Benefit, ...]
    friend: tuple[Benefit, ...]
    earned_by: str
    minimum_spend: int | None
    shows_reward: bool
    same_terms: bool
    loses: str
    limit: Limit | None
    reminders: Asking | None
    vouching: Vouching | None
    references: Asking | None
    when: Condition | None


def _asking(per: str) -> Record:
    return Record(
        Field("most", Integer(1, 1_000), "how many times", default=1),
        Field("per", Choice(("purchase", "month", "year")), "the period", default=per),
        Field("after", Choice(("satisfied", "any")), "whether only satisfied members are asked", default="satisfied"),
        into=Asking,
    )


REMINDERS = _asking("purchase")
REFERENCES = _asking("year")
VOUCHING = Record(
    Field("revocable", YesNo(), "whether it can be taken back", default=True),
    Field("loses", Choice(LOSSES), "what a bad newcomer costs the voucher", default="nothing"),
    into=Vouching,
)
REFERRALS = Record(
    Field(
        "mechanisms",
        ListOf(Choice(("link", "code", "contacts")), unique=True, one=True),
        "how a friend is reached",
        default=("link", "code"),
    ),
    Field("advocate", BENEFITS, "what the member gets", default=()),
    Field("friend", BENEFITS, "what the friend gets", default=()),
    Field("earned_by", Choice(("purchase", "join")), "what the friend must do", default="purchase"),
    Field("minimum_spend", Money(), "the least that the first purchase must come to", default=None),
    Field("shows_reward", YesNo(), "whether the invitation says that the member gains", default=True),
    Field("same_terms", YesNo(), "whether both read the same terms", default=True),
    Field("loses", Choice(LOSSES), "what a purchase that comes back costs the member", default="this_reward"),
    Field("limit", LIMIT, "how many friends are rewarded", default=None),
    Field(
        "reminders",
        OrWord({"none": None}, REMINDERS),
        "how often a member is reminded",
        default=Asking(1, "purchase", "satisfied"),
    ),
    Field("vouching", VOUCHING, "members who stand for newcomers", default=None),
    Field("references", REFERENCES, "members who are asked to speak for the house", default=None),
    Field("when", Expression(), "who may refer", default=None),
)


def read_referrals(node: Node, declared: Declared, reading: Reading) -> Any:
    """The Referrals in `node`, or BROKEN after a problem was noted."""
    fields = REFERRALS.read(node, "referrals", reading)
    if fields is BROKEN:
        return BROKEN
    if fields.get("earned_by") == "join" and fields.given("minimum_spend"):
        why = worded("has no meaning where joining is enough.")
        fields.misplaced("minimum_spend", why, worded("Remove it, or write `earned_by: purchase`."))
    for side in ("advocate", "friend"):
        fields[side] = read_benefits(fields.get(side) or (), declared, reading)
    fields["when"] = read_condition(fields.get("when"), Scope.MEMBER, declared.words, reading)
    return fields.build(Referrals)
