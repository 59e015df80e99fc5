"""One who loses, explained: by which rules, why, and what it would take to keep as much."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from regulars.kit.speaking import Said, Tongue, listed, phrase
from regulars.programme.promise import Programme
from regulars.programme.sentences import figure, money, title_in

#: Why a rule gives less, where what changed has no title of its own.
_OTHERWISE = {
    "base": phrase("less of the price counts"),
    "tiers": phrase("tiers are reached or kept otherwise"),
    "group": phrase("fewer rules add up"),
    "late": phrase("what is told late counts as of another day"),
}


def signed_money(minor: int, programme: Programme, to: Tongue) -> str:
    """An amount with its sign."""
    sign = "+" if minor > 0 else "−" if minor < 0 else "±"
    return f"{sign}{money(abs(minor), programme, to.language)}"


def buying(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the points of a row buy; None where nothing says, as in comparisons kept from before that was told."""
    return row.get("money")


def difference_bought(row: Mapping[str, Any], programme: Programme, to: Tongue) -> str:
    """What the difference of a row buys, with its sign; empty where nothing says, and where it buys nothing."""
    told = buying(row)
    return signed_money(told["difference"], programme, to) if told and told["difference"] else ""


def lost(row: Mapping[str, Any], by_money: bool, programme: Programme, to: Tongue) -> tuple[str, str]:
    """What one who loses does so, with its sign, and its share of what they had (empty: of nothing): points, or what
    they buy where it is counted so."""
    told = row["money"] if by_money else row
    said = signed_money(told["difference"], programme, to) if by_money else to.signed(told["difference"])
    return said, to.percent(-told["difference"], told["old"], 0) if told["old"] > 0 else ""


def bought(row: Mapping[str, Any], new: Programme, to: Tongue) -> str:
    """What the points of one who loses buy under both; empty where nothing says."""
    told = buying(row)
    if not told:
        return ""
    before, after = (money(told[word], new, to.language) for word in ("old", "new"))
    return to.words("What these buy: {before} before, {after} now.", before=before, after=after)


def by_money(moved: Mapping[str, Any]) -> bool:
    """Whether a point buys something else than before: then who gains and who loses is counted by what they buy."""
    told = buying(moved)
    return bool(told and told["point"]["old"] != told["point"]["new"])


def titles(old: Programme, new: Programme, to: Tongue) -> dict[tuple[str, str], str]:
    """The titles of rules, caps, currencies and tiers by kind and id; the new programme's where both have one."""
    found: dict[tuple[str, str], str] = {}
    for programme in (old, new):
        for kind, records in (
            ("rule", programme.earn.rules),
            ("cap", programme.earn.bounds),
            ("budget", programme.earn.budgets),
            ("currency", programme.currencies),
            ("level", programme.tiers.levels if programme.tiers else ()),
        ):
            found |= {(kind, record.id): title_in(record.title, to.language) for record in records}
    return found


def explained(row: Mapping[str, Any], unit: str, old: Programme, new: Programme, by_money: bool, to: Tongue) -> str:
    """A loser of summary.json as HTML; `unit` is what the points are called. `by_money`: counted by what they buy."""
    called = titles(old, new, to)
    less, of_all = lost(row, by_money, new, to)
    share = f" ({of_all})" if of_all else ""
    head = (
        f'<h3><span>{escape(row["member"])}</span><span class="num">{to.number(row["old"])} → {to.number(row["new"])} '
        f'{escape(unit)}: <span class="down">{escape(less)}</span>{share}</span></h3>'
    )
    said = _standing(row, called, old, to)
    said.append(bought(row, new, to))
    rules = "".join(f"<li>{escape(_rule(rule, called, to))}</li>" for rule in row["rules"])
    caps = "".join(
        f"<li>{escape(_held_back(_named('cap', cap, called), told, to))}</li>"
        for cap, told in row["held_back"].items()
        if told["old"] != told["new"]
    )
    keeping = " ".join(_keeping(row, called, unit, new, by_money, to))
    return f"<li>{head}<p>{escape(' '.join(filter(None, said)))}</p><ul>{rules}{caps}</ul><p>{escape(keeping)}</p></li>"


def _held_back(cap: Said, told: Mapping[str, int], to: Tongue) -> str:
    return to.words("{cap} held back {old} before and {new} now.", cap=cap, old=told["old"], new=told["new"])


def _standing(row: Mapping[str, Any], called: Mapping[tuple[str, str], str], old: Programme, to: Tongue) -> list[str]:
    said = [to.words("Spent {money}.", money=money(row["spend"], old, to.language))]
    before, after = row["tier_old"], row["tier_new"]
    if before and before == after:
        said.append(to.words("{tier} under both.", tier=called["level", before]))
    elif before or after:
        was, now = (called.get(("level", tier), to.words("no tier")) for tier in (before, after))
        said.append(to.words("{before} before, {after} now.", before=was, after=now))
    return said


def _rule(rule: Mapping[str, Any], called: Mapping[tuple[str, str], str], to: Tongue) -> str:
    figures = {
        "rule": _named("rule", rule["rule"], called), "old": rule["old"], "new": rule["new"],
        "difference": to.signed(rule["difference"]),
    }  # fmt: skip
    causes = [_cause(cause, rule["rule"], called) for cause in rule["causes"]]
    if not causes:
        return to.words("{rule}: {old} → {new} ({difference}).", **figures)
    return to.words(
        "{rule}: {old} → {new} ({difference}), because {causes}.", **figures, causes=listed(causes, "standard")
    )


def _cause(cause: Mapping[str, str], rule: str, called: Mapping[tuple[str, str], str]) -> Said:
    """Why a rule gives less, as far as the two promises say."""
    kind, id = cause["kind"], cause["id"]
    if (kind, id) == ("rule", rule):
        return phrase("it promises less")
    if (kind, id) in called:
        return phrase("{clause} changes", clause=_named(kind, id, called))
    return _OTHERWISE.get(kind) or phrase("the section “{section}” changes", section=kind)


def _named(kind: str, id: str, called: Mapping[tuple[str, str], str]) -> Said:
    return phrase("“{title}”", title=called.get((kind, id), id))


def _keeping(
    row: Mapping[str, Any], called: Mapping[tuple[str, str], str], unit: str, new: Programme, by_money: bool, to: Tongue
) -> list[str]:
    """What it would take to have as much as before."""
    said = []
    missing = row["to_keep"]["progress"]
    if missing and new.tiers:
        counts = new.tiers.counts == "spend"
        short = money(missing, new, to.language) if counts else figure(missing, to.language)
        tier = called["level", row["tier_old"]]
        said.append(to.words("To be {tier} again takes {missing} more.", tier=tier, missing=short))
    spend = row["to_keep"]["spend"]
    if spend is None:
        said.append(to.words("Nothing they do as before brings {unit} under the new promise.", unit=unit))
        return said
    more = money(spend, new, to.language)
    said.append(
        to.words(
            "They would have to spend {more} more, in the way they do, for what buys as much as before.", more=more
        )
        if by_money
        else to.words("They would have to spend {more} more, in the way they do, to have as many as before.", more=more)
    )
    return said
