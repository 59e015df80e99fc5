"""One who loses, explained in the reader's language: by which rules, why, and what it would take to keep as much.

docs/compare.md says what each figure means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from regulars.doors.cli.compare_report.losing import bought, by_money, lost
from regulars.doors.console.wording import language, title_of
from regulars.doors.look.templatetags.look import figure
from regulars.doors.look.templatetags.writing import money, signed
from regulars.ground.members.models import Member
from regulars.kit.speaking import Tongue
from regulars.programme.promise import Programme

#: What something is called, by its kind (`rule`, `cap`, `currency`, `level`) and id.
Called = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Loser:
    """One who loses: `number` leads to their page (empty: they are not known any more), `lost` is what they lose with
    its sign, in points or in what these buy, `share` how much that is of what they had, `standing` what they spent and
    where they stand; `rules` (each with why, as far as the two texts say) and `caps` are sentences, `keeping` says what
    it would take to have as much."""

    name: str
    number: str
    old: int
    new: int
    lost: str
    share: str
    standing: str
    rules: list[str]
    caps: list[str]
    keeping: str


def called(old: Programme, new: Programme) -> dict[tuple[str, str], str]:
    """The titles of both programmes in the reader's language; the new one's where both have one."""
    found: dict[tuple[str, str], str] = {}
    for programme in (old, new):
        levels = programme.tiers.levels if programme.tiers else ()
        records: tuple[tuple[str, Iterable[Any]], ...] = (
            ("rule", programme.earn.rules),
            ("cap", programme.earn.bounds),
            ("budget", programme.earn.budgets),
            ("currency", programme.currencies),
            ("level", levels),
        )
        for kind, several in records:
            for one in several:
                title = title_of(one.title, one.id)
                found[kind, one.id] = title[:1].upper() + title[1:]
    return found


def members_of(comparison: Mapping[str, Any]) -> dict[str, Member]:
    """The members who are told one by one, by the number of their account."""
    accounts = {int(row["member"]) for moved in comparison["currencies"].values() for row in moved["losers"]}
    return {str(account): member for account, member in Member.objects.in_bulk(list(accounts)).items()}


def losers(moved: Mapping[str, Any], old: Programme, new: Programme, members: Mapping[str, Member]) -> list[Loser]:
    """Those who lose most of a currency, as `members` knows them by the number of their account: in what their points
    buy, where one buys something else than before."""
    titles, to, counted = called(old, new), Tongue(language()), by_money(moved)
    found = []
    for row in moved["losers"]:
        member = members.get(row["member"])
        less, share = lost(row, counted, new, to)
        found.append(
            Loser(
                member.name if member else _("Account %(number)s") % {"number": row["member"]},
                member.number if member else "",
                row["old"],
                row["new"],
                less,
                f"−{share}" if share else "",
                " ".join(filter(None, [_standing(row, titles, new.header.money), bought(row, new, to)])),
                [_rule(rule, titles) for rule in row["rules"]],
                list(_caps(row["held_back"], titles)),
                " ".join(_keeping(row, titles, new, counted)),
            )
        )
    return found


def _standing(row: Mapping[str, Any], titles: Called, iso: str) -> str:
    said = _("Spent %(money)s.") % {"money": money(row["spend"], iso)}
    before, after = (titles.get(("level", row[side]), "") for side in ("tier_old", "tier_new"))
    if before != after:
        tiers = {"before": before or _("no tier"), "after": after or _("no tier")}
        return " ".join([said, _("Tier before: %(before)s; after: %(after)s.") % tiers])
    return " ".join([said, _("%(tier)s before and after.") % {"tier": before}]) if before else said


def _rule(rule: Mapping[str, Any], titles: Called) -> str:
    said = _("%(rule)s: %(old)s before, %(new)s after (%(difference)s).") % {
        "rule": titles["rule", rule["rule"]], "old": figure(rule["old"]), "new": figure(rule["new"]),
        "difference": signed(rule["difference"]),
    }  # fmt: skip
    return " ".join([said, *(_cause(cause, rule["rule"], titles) for cause in rule["causes"])])


def _cause(cause: Mapping[str, str], rule: str, titles: Called) -> str:
    """Why a rule gives less, as far as the two texts say."""
    kind, id = cause["kind"], cause["id"]
    otherwise = {
        "base": _("Less of the price counts."),
        "tiers": _("Tiers are reached or kept otherwise."),
        "group": _("Fewer rules add up."),
    }
    if (kind, id) == ("rule", rule):
        return _("It promises less.")
    if (kind, id) in titles:
        return _("“%(clause)s” changes.") % {"clause": titles[kind, id]}
    return otherwise.get(kind) or _("The section “%(section)s” changes.") % {"section": kind}


def _caps(held_back: Mapping[str, Mapping[str, int]], titles: Called) -> Iterator[str]:
    for cap, told in held_back.items():
        if told["old"] != told["new"]:
            yield _("%(cap)s: held back %(old)s before, %(new)s after.") % {
                "cap": titles["cap", cap], "old": figure(told["old"]), "new": figure(told["new"]),
            }  # fmt: skip


def _keeping(row: Mapping[str, Any], titles: Called, new: Programme, counted: bool) -> Iterator[str]:
    """What it would take to have as much as before; `counted` by what points buy."""
    missing, spend = row["to_keep"]["progress"], row["to_keep"]["spend"]
    if missing and new.tiers:
        short = money(missing, new.header.money) if new.tiers.counts == "spend" else figure(missing)
        yield _("To be %(tier)s again takes %(missing)s more.") % {
            "tier": titles["level", row["tier_old"]], "missing": short,
        }  # fmt: skip
    if spend is None:
        yield _("Nothing they do as before would bring any.")
    else:
        more = money(spend, new.header.money)
        if counted:
            yield _("For what buys as much as before they would have to spend %(money)s more, in the way they do.") % {
                "money": more
            }
            return
        yield _("To have as many as before they would have to spend %(money)s more, in the way they do.") % {
            "money": more
        }
