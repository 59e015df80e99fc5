"""The promise: the programme in force, sentence by sentence, as the kernel counts it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from regulars.doors.portal import saying
from regulars.doors.portal.receiving import Visit, page, visited
from regulars.exchange.budgets.left import running
from regulars.kit.zones import from_microseconds, microseconds
from regulars.programme import clauses
from regulars.programme.currencies import Currency
from regulars.programme.promise import Programme
from regulars.programme.sentences import cap_sentence, group_sentence, level_sentence, rule_sentence, tiers_sentence


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of the promise: what members call it, and what it says."""

    title: str
    sentences: list[str]


@visited
def show(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The page, for members and for everybody who wonders whether to become one."""
    if visit.promise is None or visit.programme is None:
        return page(request, "unopened", visit)
    programme, words = visit.programme, saying.language()
    tiers = programme.tiers
    left = running(visit.promise.kernel, microseconds(visit.now))
    return page(
        request,
        "promise",
        visit,
        "promise",
        since=from_microseconds(visit.promise.effective_us),
        rules=[
            Clause(saying.capitalised(saying.title_of(rule.title)), [rule_sentence(rule, programme, words)])
            for rule in programme.earn.rules
        ],
        counted=saying.base_sentences(programme.earn.base),
        limits=[cap_sentence(cap, programme, words) for cap in programme.earn.caps]
        + [f"{cap_sentence(one.budget, programme, words)} {one.sentence(words)}" for one in left]
        + [group_sentence(group, programme, words) for group in programme.earn.groups],
        currencies=[_currency(currency, programme) for currency in programme.currencies],
        rewards=[
            Clause(saying.capitalised(saying.title_of(one.title)), clauses.reward(one, programme, words))
            for one in programme.rewards
        ],
        levels=[level_sentence(level, tiers, programme, words) for level in reversed(tiers.levels)] if tiers else [],
        kept=tiers_sentence(tiers, words) if tiers and len(tiers.levels) > 1 else "",
    )


def _currency(currency: Currency, programme: Programme) -> Clause:
    spendable = currency.kind != "qualifying"
    told = [
        saying.worth_sentence(currency, programme.header.money) if spendable else "",
        saying.waiting_sentence(currency) if spendable else "",
        saying.lasting_sentence(currency) if spendable else "",
        saying.notice_sentence(currency),
        saying.rounding_sentence(currency),
        saying.returning_sentence(currency),
    ]
    return Clause(saying.capitalised(saying.title_of(currency.title)), [sentence for sentence in told if sentence])
