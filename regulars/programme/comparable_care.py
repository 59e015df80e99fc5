"""What is compared of how members are treated: service, contact, trust, arrears, the ways in and out, what may be taken
away, and what is kept of them."""

from __future__ import annotations

from typing import Any

from regulars.programme import care_clauses as clauses
from regulars.programme import judging
from regulars.programme import judging_care as care
from regulars.programme.care_words import CARE as WORDS
from regulars.programme.flows import FLOWS_KNOWN
from regulars.programme.judging_giving import audiences
from regulars.programme.keeping_words import KEEPING
from regulars.programme.kinds import GIFT, TITLE, Facet, Kind, by_id, called, one, own_title, section
from regulars.programme.promise import Programme
from regulars.programme.sentences import title_in

_FEWER_BURDENS = judging.rising(True, False)
_MORE_RIGHTS = judging.rising(False, True)


def _stages(programme: Programme) -> dict[str, Any]:
    return by_id(programme.arrears.stages) if programme.arrears else {}


def _flows(programme: Programme) -> dict[str, Any]:
    ways = ((name, getattr(programme.flows, name, None)) for name in FLOWS_KNOWN)
    return {name: flow for name, flow in ways if flow is not None}


def _tables(programme: Programme) -> dict[str, Any]:
    return by_id(programme.data.tables) if programme.data else {}


def _measures(programme: Programme) -> dict[str, Any]:
    return by_id(programme.data.measures) if programme.data else {}


CARE = (
    Kind(
        "perk", "service", lambda programme: by_id(programme.service.perks), own_title, clauses.perk,
        (
            GIFT,
            Facet("whom", ("tiers", "clubs"), audiences),
            one("within_minutes", judging.sooner),
            one("when", judging.wider),
        ),
        differs={"kind": "another way of being served: better for some"},
    ),
    Kind(
        "service", "service", lambda programme: {"": programme.service},
        lambda id, record, language: str(WORDS[language]["service"]), clauses.service,
        (one("authority", care.authority),),
        untold={"perks": "compared one by one", "targets": "what staff are measured by promises members nothing"},
    ),
    Kind(
        "contact", "contact", section("contact"), called("contact"), clauses.contact,
        (
            one("hours", care.quieter),
            one("sundays", _FEWER_BURDENS),
            one("limits", care.bounds),
            one("calls", care.rarer),
            one("surveys", care.rarer),
            one("consent", judging.rising("soft", "opt_in")),
            one("opt_out_hours", judging.less),
        ),
        # Without the section nothing but service messages is sent.
        added=care.worse_come, removed=care.better_gone,
    ),
    Kind(
        "trust", "trust", section("trust"), called("trust"), clauses.trust,
        (
            one("up_to", judging.more),
            Facet("claims", ("most", "months"), care.claims),
            one("sample", judging.less),
            one("review_hours", judging.less),
            one("reasons_told", _MORE_RIGHTS),
        ),
    ),
    Kind(
        "arrears", "arrears", section("arrears"), called("arrears"), clauses.arrears,
        (
            one("options", judging.fuller),
            one("plan.contingency", judging.more),
            one("plan.contingency_most", judging.longer),
            one("plan.least_instalments", judging.more),
            one("plan.most_months", judging.more),
            one("plan.fee", judging.less),
            one("plan.interest", _FEWER_BURDENS),
            one("fee", judging.less),
            one("interest", _FEWER_BURDENS),
            one("breathing_days", judging.more),
            one("notice_days", judging.more),
            one("calls", care.rarer),
            one("contacts", care.rarer),
            one("hours", care.quieter),
            one("points_kept", care.kept),
            one("tier_kept", _MORE_RIGHTS),
            one("marketing", _FEWER_BURDENS),
        ),
        # Without the section nobody is dunned.
        added=care.worse_come, removed=care.better_gone,
        untold={"stages": "compared one by one"},
    ),
    Kind(
        "stage", "arrears", _stages, own_title, clauses.stage,
        (TITLE, one("after_days", judging.more), one("action", care.action)),
        added=care.stage_added, removed=care.stage_removed,
        differs={"channels": "heard of in another way: better for some"},
        untold={"message": "promises nothing that does not stand elsewhere"},
    ),
    Kind(
        "flow", "flows", _flows, lambda id, record, language: str(KEEPING[language][id]), clauses.flow,
        (
            one("channels", judging.fuller),
            one("acknowledged", _MORE_RIGHTS),
            one("steps", care.way),
        ),
        # Without it the members' pages are the only way.
        added=care.undecided_come, removed=care.undecided_come,
        differs={"label": "other words on what opens it: clearer to some"},
    ),
    Kind(
        "forfeiture", "forfeiture", lambda programme: by_id(programme.forfeiture), own_title, clauses.reason,
        (
            TITLE,
            one("when", care.narrower),
            one("evidence", care.shown),
            one("notice_days", judging.more),
            one("appeal_days", judging.more),
            one("decided_by", judging.rising("machine", "person")),
        ),
        added=care.taking_added, removed=care.better_gone,
    ),
)  # fmt: skip

DATA = (
    Kind(
        "data", "data", section("data"), called("data"), clauses.data,
        (one("consent_recorded", _MORE_RIGHTS), one("withdraw_clicks", judging.less)),
        differs={"consent_clicks": "a consent that is given faster is no better a consent"},
        untold={"tables": "compared one by one", "measures": "compared one by one"},
    ),
    Kind(
        "table", "data", _tables, lambda id, record, language: title_in(record.purpose, language), clauses.table,
        (
            one("basis", care.basis),
            one("keep_months", judging.sooner),
            one("personal", _FEWER_BURDENS),
            one("free_text", _FEWER_BURDENS),
            one("sensitive", judging.fewer),
            one("shared_with", judging.fewer),
            one("told", _MORE_RIGHTS),
        ),
        added=care.table_added, removed=care.table_removed,
        differs={"room": "other things are kept", "purpose": "the same is kept for something else"},
    ),
    Kind(
        "measure", "data", _measures, own_title, clauses.measure,
        (TITLE, one("evidence", judging.fewer)),
        added=care.worse_come, removed=care.better_gone,
        untold={"rung": "where the house thinks it stands on the ladder"},
    ),
)  # fmt: skip
