"""Gains: who gains and who loses between two programmes, how much, and by which rule. Pure.

What is told is what summary.json holds (docs/compare.md): whole points, money in minor units.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from regulars.exchange.earning.comparing import Compared
from regulars.exchange.earning.costing import buys
from regulars.exchange.earning.pairing import Member
from regulars.programme.comparing import Difference
from regulars.programme.currencies import Currency
from regulars.programme.notice import last_as_today, owed_for
from regulars.programme.promise import Programme

MOST_TOLD = 20
_PARTS = 10
#: A member, and the points of a currency under the old programme and the new one.
Moved = tuple[Member, int, int]


#: Of summary.json: raised when a key changes its meaning or goes. 2: the effect `differs`; who loses most may be told
#: by money.
FORMAT = 2


def summary(
    old: Programme, new: Programme, result: Compared, found: Sequence[Difference], notice: date, effective: date
) -> dict[str, Any]:
    """All of summary.json, as docs/compare.md describes it: the same input gives the same, to the byte.

    `notice` is the day on which members are told, `effective` the day of the change.
    """
    due = owed_for(found, old)
    again = due.again(notice, effective)
    return {
        "format": FORMAT,
        "old": {"id": old.header.id, "digest": old.digest},
        "new": {"id": new.header.id, "digest": new.digest},
        "events": result.events,
        "lines": result.lines,
        "members": len(result.members),
        "spend": sum(member.spend for member in result.members),
        "first": result.first,
        "last": result.last,
        "differences": [difference_row(one) for one in found],
        "owed": {
            "effect": due.effect.name.lower(),
            "notice_days": due.notice_days,
            "grace_days": due.grace_days,
            "notice": notice.isoformat(),
            "earliest": due.earliest(notice).isoformat(),
            "effective": effective.isoformat(),
            "again": again.isoformat() if again else None,
            "grace_until": due.grace_until(notice).isoformat(),
            "spend_until": last_as_today(found, old, notice, effective).isoformat(),
        },
        "currencies": by_currency(old, new, result.members, found),
        "tiers": tier_moves(old, new, result.members),
        "caps": held_back(old, new, result.members),
        "refusals": {"old": _in_order(result.refusals[0]), "new": _in_order(result.refusals[1])},
        "rejected": _in_order(result.rejected),
    }


def _in_order(counts: Mapping[str, int]) -> dict[str, int]:
    return {code: counts[code] for code in sorted(counts)}


def by_currency(
    old: Programme, new: Programme, members: Sequence[Member], differences: Iterable[Difference]
) -> dict[str, dict[str, Any]]:
    """For each currency of either programme: points under both, who gains and loses, rules, deciles, who loses most."""
    before = {currency.id: currency for currency in old.currencies}
    after = {currency.id: currency for currency in new.currencies}
    causes = [difference for difference in differences if difference.adverse]
    told = {}
    for id in dict.fromkeys((*before, *after)):
        moved = [(member, *member.points(id)) for member in members]
        held = sum(member.holds.get(id, 0) for member in members)
        values = Values(buys(old, id), buys(new, id))
        told[id] = {
            **_sums(moved),
            "gain": _side([points - was for _, was, points in moved if points > was]),
            "lose": _side([points - was for _, was, points in moved if points < was]),
            "same": sum(was == points for _, was, points in moved),
            "worth": _worths(before.get(id), after.get(id), *(_sums(moved)[word] for word in ("old", "new"))),
            "held": {
                "points": held,
                "worth": _worths(before.get(id), after.get(id), held, held),
                "money": values.sums(held, held),
            },
            "money": _in_money(moved, values),
            "rules": _rules(old, new, members, id, values),
            "deciles": _deciles(moved, values),
            "losers": [_loser(member, id, causes, values) for member in _most_lost(moved, values)],
        }
    return told


@dataclass(frozen=True, slots=True)
class Values:
    """What a point buys under the old programme and the new one, in minor units, exactly; None where nothing says."""

    old: Fraction | None
    new: Fraction | None

    @property
    def differ(self) -> bool:
        """Whether both are known, and are not the same: then a member's gain is what the points buy."""
        return self.old is not None and self.new is not None and self.old != self.new

    def gained(self, was: int, points: int) -> Fraction | int:
        """How much more a member has: in minor units where a point buys something else than before, else in points."""
        if self.old is None or self.new is None or self.old == self.new:
            return points - was
        return points * self.new - was * self.old

    def sums(self, was: int, points: int) -> dict[str, int] | None:
        """What points buy, in minor units, rounded once, halves to the even one; None where either value is not
        known."""
        if self.old is None or self.new is None:
            return None
        old, new = round(was * self.old), round(points * self.new)
        return {"old": old, "new": new, "difference": new - old}


def _in_money(moved: Sequence[Moved], values: Values) -> dict[str, Any] | None:
    """All of it in what the points buy: what a point buys under both as exact fractions, the sums, and who gains and
    loses by them."""
    if values.old is None or values.new is None:
        return None
    exact = [points * values.new - was * values.old for _, was, points in moved]
    sides = {
        "gain": [one for one in exact if one > 0],
        "lose": [one for one in exact if one < 0],
    }
    return {
        "point": {"old": str(values.old), "new": str(values.new)},
        **(values.sums(sum(was for _, was, _ in moved), sum(points for *_, points in moved)) or {}),
        **{side: {"members": len(some), "money": round(sum(some, Fraction(0)))} for side, some in sides.items()},
        "same": sum(one == 0 for one in exact),
    }


def tier_moves(old: Programme, new: Programme, members: Iterable[Member]) -> list[dict[str, Any]]:
    """How many members stand where under the old programme and the new one, in the order of the tiers."""
    order = [
        [level.id for level in programme.tiers.levels] if programme.tiers else [""] for programme in (old, new)
    ]  # fmt: skip
    counts: dict[tuple[str, str], int] = {}
    for member in members:
        counts[member.tiers] = counts.get(member.tiers, 0) + 1
    found = sorted(counts, key=lambda both: (order[0].index(both[0]), order[1].index(both[1])))
    return [{"old": before, "new": after, "members": counts[before, after]} for before, after in found]


def held_back(old: Programme, new: Programme, members: Iterable[Member]) -> dict[str, dict[str, int]]:
    """Points that each cap held back under the old programme and the new one, in the order of the files."""
    caps = dict.fromkeys(cap.id for programme in (old, new) for cap in programme.earn.bounds)
    told = {id: {"old": 0, "new": 0} for id in caps}
    for member in members:
        for id, (before, after) in member.held_back.items():
            told[id]["old"] += before
            told[id]["new"] += after
    return told


def _sums(moved: Sequence[Moved]) -> dict[str, int]:
    before, after = sum(was for _, was, _ in moved), sum(points for *_, points in moved)
    return {"old": before, "new": after, "difference": after - before}


def _side(differences: Sequence[int]) -> dict[str, int]:
    return {"members": len(differences), "points": sum(differences)}


def _worths(before: Currency | None, after: Currency | None, old: int, new: int) -> dict[str, int | None]:
    """Points in minor units, each at the value that its programme declares; None where it declares none."""
    return {"old": _worth(before, old), "new": _worth(after, new)}


def _worth(currency: Currency | None, points: int) -> int | None:
    return None if currency is None or currency.value is None else round(currency.value * points)


def _rules(
    old: Programme, new: Programme, members: Iterable[Member], currency: str, values: Values
) -> dict[str, dict[str, Any]]:
    """By rule, in the order of the old file and then the new one: points under both, and whom it gives more or less."""
    ids = [rule.id for programme in (old, new) for rule in programme.earn.rules if rule.currency == currency]
    nothing = dict.fromkeys(("old", "new", "difference", "gain", "lose"), 0)
    told: dict[str, dict[str, Any]] = {id: dict(nothing) for id in ids}
    for member in members:
        for (of, id), (was, points) in member.given.items():
            if of == currency:
                row = told[id]
                row["old"] += was
                row["new"] += points
                row["difference"] += points - was
                row["gain"] += points > was
                row["lose"] += points < was
    for row in told.values():
        row["money"] = values.sums(row["old"], row["new"])
    return told


def _deciles(moved: Sequence[Moved], values: Values) -> list[dict[str, Any]]:
    """Members in ten parts by what they spent, those who spent most first. Fewer members, fewer parts."""
    ranked = sorted(moved, key=lambda one: (-one[0].spend, one[0].name))
    parts: dict[int, list[Moved]] = {}
    for rank, one in enumerate(ranked):
        parts.setdefault(rank * _PARTS // len(ranked), []).append(one)
    return [
        {
            "members": len(part),
            "most": part[0][0].spend,
            "least": part[-1][0].spend,
            "spend": sum(member.spend for member, *_ in part),
            **_sums(part),
            "gain": sum(points > was for _, was, points in part),
            "lose": sum(points < was for _, was, points in part),
            "money": values.sums(sum(was for _, was, _ in part), sum(points for *_, points in part)),
        }
        for part in parts.values()
    ]


def _most_lost(moved: Sequence[Moved], values: Values) -> list[Member]:
    """Those who lose most, the greatest loss first, then by name: of what the points buy where a point buys something
    else than before, else of points."""
    gained = [(values.gained(was, points), member.name, member) for member, was, points in moved]
    losing = sorted((one for one in gained if one[0] < 0), key=lambda one: one[:2])
    return [member for *_, member in losing[:MOST_TOLD]]


def _loser(member: Member, currency: str, causes: Sequence[Difference], values: Values) -> dict[str, Any]:
    """One who loses: by which rules and why, what the caps hold back, and what it would take to have as much."""
    old, new = member.points(currency)
    felt = [one for one in causes if one.kind not in ("cap", "budget") or member.bitten(one.id)]
    rules = [
        {
            "rule": id, "old": was, "new": points, "difference": points - was,
            "causes": [{"kind": one.kind, "id": one.id} for one in felt if id in one.rules] if points < was else [],
        }
        for (of, id), (was, points) in member.given.items()
        if of == currency and was != points
    ]  # fmt: skip
    return {
        "member": member.name,
        "spend": member.spend,
        "old": old,
        "new": new,
        "difference": new - old,
        "money": values.sums(old, new),
        "tier_old": member.tiers[0],
        "tier_new": member.tiers[1],
        "rules": sorted(rules, key=lambda row: (row["difference"], row["rule"])),
        "held_back": {cap: {"old": was, "new": now} for cap, (was, now) in member.held_back.items()},
        "to_keep": {"spend": _to_spend(member.spend, old, new, values), "progress": member.missing},
    }


def _to_spend(spend: int, old: int, new: int, values: Values) -> int | None:
    """How much more to spend in the same way for as much as before (see Values.gained); None when that brings
    nothing."""
    each = values.gained(0, new)
    if spend <= 0 or each <= 0:
        return None
    exact = Fraction(spend * -values.gained(old, new), each)
    return max(0, -(-exact.numerator // exact.denominator))


def difference_row(difference: Difference) -> dict[str, Any]:
    """A difference as summary.json holds it."""
    texts: dict[str, Mapping[str, str]] = {"title": difference.title, "old": difference.old, "new": difference.new}
    return {
        "kind": difference.kind,
        "id": difference.id,
        "change": difference.change,
        "effect": difference.effect.name.lower(),
        "aspects": [
            {"name": one.name, "old": one.old, "new": one.new, "effect": one.effect.name.lower()}
            for one in difference.aspects
        ],
        **{name: dict(by_language) for name, by_language in texts.items()},
    }
