"""Gaining: a draft beside the version in force, member by member: who gains, who loses, how much and by which rule.

docs/compare.md says what each figure of a comparison means; here they are put in the words of the two programmes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from regulars.doors.cli.compare_report.losing import difference_bought
from regulars.doors.cli.compare_report.writing import lower, otherwise_bought, report, who
from regulars.doors.console.programme.losing import Called, Loser, called, losers, members_of
from regulars.doors.console.programme.outcome import tenths
from regulars.doors.console.wording import language
from regulars.doors.look.templatetags.writing import money
from regulars.kit.speaking import Tongue
from regulars.programme.comparing import differences
from regulars.programme.judging import Effect
from regulars.programme.promise import Programme

Comparison = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """Points of a rule, or of a part of the members, under both programmes, and how many members have fewer (`lose`)
    or more (`gain`) of them. `buys` is what the difference buys, with its sign (empty: nothing, or nobody can say);
    `members` are those of a part (0: of a rule)."""

    title: str
    old: int
    new: int
    difference: int
    lose: int
    gain: int
    buys: str
    members: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """What becomes of one currency: `who` loses, gains and does neither, as (what, how many, together); `whole` are all
    its points."""

    title: str
    who: list[tuple[str, str, str]]
    whole: Row
    rules: list[Row]
    parts: list[Row]
    losers: list[Loser]


@dataclass(frozen=True, slots=True)
class Gains:
    """A draft beside the version in force. `cost` and `cost_share` are what that one costs, told as the outcome tells
    its own. `otherwise` says of which points one buys something else than before. `moves` are tiers under both with how
    many members, those who move first; `lower` how many stand lower. `caps` are points held back under both. `worst` is
    the effect of the worst clause, as docs/compare.md names it."""

    members: int
    cost: str
    cost_share: str
    otherwise: list[str]
    currencies: list[Moved]
    moves: list[tuple[str, str, int]]
    lower: int
    caps: list[tuple[str, int, int]]
    worst: str


def gains(old: Programme, new: Programme, told: Comparison) -> Gains:
    """The comparison `told` of two programmes, in the reader's language."""
    titles, iso, to = called(old, new), new.header.money, Tongue(language())
    cost = sum(moved["worth"]["old"] or 0 for moved in told["currencies"].values())
    members = members_of(told)
    return Gains(
        told["members"],
        money(cost, iso),
        tenths(cost, told["spend"]),
        otherwise_bought(old, new, told, to),
        [
            Moved(
                titles["currency", id],
                who(moved, titles["currency", id], told["members"], new, to),
                _row(
                    titles["currency", id],
                    moved | {side: moved[side]["members"] for side in ("lose", "gain")},
                    new,
                ),
                [_row(titles["rule", rule], row, new) for rule, row in moved["rules"].items()],
                [_row(f"{money(row['least'], iso)} – {money(row['most'], iso)}", row, new) for row in moved["deciles"]],
                losers(moved, old, new, members),
            )
            for id, moved in told["currencies"].items()
        ],
        _moves(told, titles) if old.tiers or new.tiers else [],
        lower(new, told),
        [(titles["cap", cap], row["old"], row["new"]) for cap, row in told["caps"].items()],
        max((Effect[row["effect"].upper()] for row in told["differences"]), default=Effect.NEUTRAL).name.lower(),
    )


def as_report(old: Programme, new: Programme, told: Comparison, source: str) -> str:
    """The report of `regulars compare` as a page; members stand in it by their numbers, as of now."""
    members = members_of(told)

    def known(row: Comparison) -> Comparison:
        member = members.get(row["member"])
        return {**row, "member": member.number if member else _("Account %(number)s") % {"number": row["member"]}}

    named = {
        id: {**moved, "losers": [known(row) for row in moved["losers"]]} for id, moved in told["currencies"].items()
    }
    return report(old, new, {**told, "currencies": named}, differences(old, new), source, language(), alone=True)


def _row(title: str, row: Comparison, new: Programme) -> Row:
    buys = difference_bought(row, new, Tongue(language()))
    return Row(title, row["old"], row["new"], row["difference"], row["lose"], row["gain"], buys, row.get("members", 0))


def _moves(told: Comparison, titles: Called) -> list[tuple[str, str, int]]:
    rows = sorted(told["tiers"], key=lambda row: bool(row["old"] == row["new"]))
    none = _("no tier")
    return [
        (titles.get(("level", row["old"]), none), titles.get(("level", row["new"]), none), row["members"])
        for row in rows
    ]
