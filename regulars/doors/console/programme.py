"""The promise in force, in sentences: what stands here is what the kernel counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from regulars.doors.console.admitting import Desk
from regulars.doors.console.wording import language, title_of
from regulars.doors.look.templatetags.writing import money
from regulars.ground.publishing.models import ProgrammeVersion
from regulars.programme.currencies import Currency
from regulars.programme.promise import Programme
from regulars.programme.sentences import cap_sentence, group_sentence, level_sentence, rule_sentence, tiers_sentence


@dataclass(frozen=True, slots=True)
class Said:
    """One thing the programme says: what it is called, and the sentence."""

    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Points:
    """A currency, what it is called, and what a hundred of its points are worth in money (empty: not stated)."""

    title: str
    currency: Currency
    hundred: str


@dataclass(frozen=True, slots=True)
class Version:
    """A published version as the list shows it: `state` is `past`, `current` or `ahead`."""

    number: int
    effective_at: datetime
    published_at: datetime
    published_by: str
    state: str


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The programme in force at the desk's present, and every published version."""
    context: dict[str, object] = {}
    if desk.promise and desk.programme:
        versions = _versions(desk.promise.number)
        context = {
            "programme": desk.programme,
            "versions": versions,
            "current": next(version for version in versions if version.state == "current"),
            **_sentences(desk.programme),
        }
    return render(request, "console/programme.html", context)


def _sentences(programme: Programme) -> dict[str, object]:
    tongue, earn, tiers = language(), programme.earn, programme.tiers
    return {
        "rules": [Said(title_of(rule.title, rule.id), rule_sentence(rule, programme, tongue)) for rule in earn.rules],
        "groups": [group_sentence(group, programme, tongue) for group in earn.groups],
        "caps": [Said(title_of(cap.title, cap.id), cap_sentence(cap, programme, tongue)) for cap in earn.caps],
        "points": [
            Points(
                title_of(currency.title, currency.id),
                currency,
                money(int(100 * currency.value), programme.header.money) if currency.value else "",
            )
            for currency in programme.currencies
        ],
        "levels": [
            _level(title_of(level.title, level.id), level_sentence(level, tiers, programme, tongue))
            for level in reversed(tiers.levels)
        ]
        if tiers
        else [],
        "keeping": tiers_sentence(tiers, tongue) if tiers else "",
    }


def _level(title: str, sentence: str) -> Said:
    """A level under its own title, which its sentence need not say again."""
    rest = sentence.removeprefix(f"{title}: ")
    return Said(title, rest[:1].upper() + rest[1:])


def _versions(current: int) -> list[Version]:
    rows = ProgrammeVersion.objects.order_by("-number").defer("text")
    return [
        Version(
            row.number,
            row.effective_at,
            row.published_at,
            row.published_by,
            "current" if row.number == current else "ahead" if row.number > current else "past",
        )
        for row in rows
    ]
