"""One who loses, explained: by which rules, why, and what it would take to keep as much."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from regulars.programme.promise import Programme
from regulars.programme.sentences import figure, money, title_in

LANGUAGE = "en"
#: Why a rule gives less, where what changed has no title of its own.
_OTHERWISE = {
    "base": "less of the price counts",
    "tiers": "tiers are reached or kept otherwise",
    "group": "fewer rules add up",
    "late": "what is told late counts as of another day",
}


def signed(number: int) -> str:
    """A difference as people write it, with its sign."""
    return f"{'+' if number > 0 else '−' if number < 0 else '±'}{abs(number):,}"


def signed_money(minor: int, programme: Programme) -> str:
    """An amount with its sign."""
    sign = "+" if minor > 0 else "−" if minor < 0 else "±"
    return f"{sign}{money(abs(minor), programme, LANGUAGE)}"


def buying(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the points of a row buy; None where nothing says, as in comparisons kept from before that was told."""
    return row.get("money")


def by_money(moved: Mapping[str, Any]) -> bool:
    """Whether a point buys something else than before: then who gains and who loses is counted by what they buy."""
    told = buying(moved)
    return bool(told and told["point"]["old"] != told["point"]["new"])


def titles(old: Programme, new: Programme) -> dict[tuple[str, str], str]:
    """The titles of rules, caps, currencies and tiers by kind and id; the new programme's where both have one."""
    found: dict[tuple[str, str], str] = {}
    for programme in (old, new):
        for kind, records in (
            ("rule", programme.earn.rules),
            ("cap", programme.earn.caps),
            ("currency", programme.currencies),
            ("level", programme.tiers.levels if programme.tiers else ()),
        ):
            found |= {(kind, record.id): title_in(record.title, LANGUAGE) for record in records}
    return found


def explained(row: Mapping[str, Any], unit: str, old: Programme, new: Programme, by_money: bool) -> str:
    """A loser of summary.json as HTML; `unit` is what the points are called. `by_money`: counted by what they buy."""
    called = titles(old, new)
    share = f" ({-row['difference'] * 100 // row['old']} %)" if row["old"] > 0 else ""
    head = (
        f'<h3><span>{escape(row["member"])}</span><span class="num">{row["old"]:,} → {row["new"]:,} {escape(unit)}: '
        f'<span class="down">{signed(row["difference"])}</span>{share}</span></h3>'
    )
    said = [_standing(row, called, old)]
    buys = buying(row)
    if buys:
        before, after = (money(buys[word], new, LANGUAGE) for word in ("old", "new"))
        said.append(f"What these buy: {before} before, {after} now.")
    rules = "".join(f"<li>{_rule(rule, called)}</li>" for rule in row["rules"])
    caps = "".join(
        f"<li>{escape(_named('cap', cap, called))} held back {told['old']:,} before and {told['new']:,} now.</li>"
        for cap, told in row["held_back"].items()
        if told["old"] != told["new"]
    )
    keeping = " ".join(_keeping(row, called, unit, new, by_money))
    return f"<li>{head}<p>{escape(' '.join(said))}</p><ul>{rules}{caps}</ul><p>{escape(keeping)}</p></li>"


def _standing(row: Mapping[str, Any], called: Mapping[tuple[str, str], str], old: Programme) -> str:
    spent = f"Spent {money(row['spend'], old, LANGUAGE)}."
    before, after = row["tier_old"], row["tier_new"]
    if not before and not after:
        return spent
    if before == after:
        return f"{spent} {called['level', before]} under both."
    return f"{spent} {called.get(('level', before), 'no tier')} before, {called.get(('level', after), 'no tier')} now."


def _rule(rule: Mapping[str, Any], called: Mapping[tuple[str, str], str]) -> str:
    name = _named("rule", rule["rule"], called)
    said = f"{escape(name)}: {rule['old']:,} → {rule['new']:,} ({signed(rule['difference'])})"
    causes = [_cause(cause, rule["rule"], called) for cause in rule["causes"]]
    return f"{said}, because {escape(', and '.join(causes))}." if causes else f"{said}."


def _cause(cause: Mapping[str, str], rule: str, called: Mapping[tuple[str, str], str]) -> str:
    """Why a rule gives less, as far as the two promises say."""
    kind, id = cause["kind"], cause["id"]
    if (kind, id) == ("rule", rule):
        return "it promises less"
    if (kind, id) in called:
        return f"{_named(kind, id, called)} changes"
    return _OTHERWISE.get(kind, f"the section “{kind}” changes")


def _named(kind: str, id: str, called: Mapping[tuple[str, str], str]) -> str:
    return f"“{called.get((kind, id), id)}”"


def _keeping(
    row: Mapping[str, Any], called: Mapping[tuple[str, str], str], unit: str, new: Programme, by_money: bool
) -> list[str]:
    """What it would take to have as much as before."""
    said = []
    missing = row["to_keep"]["progress"]
    if missing and new.tiers:
        short = money(missing, new, LANGUAGE) if new.tiers.counts == "spend" else figure(missing, LANGUAGE)
        said.append(f"To be {called['level', row['tier_old']]} again takes {short} more.")
    spend = row["to_keep"]["spend"]
    if spend is None:
        said.append(f"Nothing they do as before brings {unit} under the new promise.")
    else:
        more = money(spend, new, LANGUAGE)
        as_much = "for what buys as much as before" if by_money else "to have as many as before"
        said.append(f"They would have to spend {more} more, in the way they do, {as_much}.")
    return said
