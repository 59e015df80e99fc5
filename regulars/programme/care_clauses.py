"""Clauses of how members are served, spoken to, believed and helped, how they come and go, and what is kept of them,
as lists of sentences.

`language` is en, de, es or da; ValueError for another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from regulars.programme.arrears import Arrears, Plan, Stage
from regulars.programme.care_words import CARE
from regulars.programme.contact import Contact, Hours, Limit
from regulars.programme.data import Data, Measure, Table
from regulars.programme.flows import Flow
from regulars.programme.forfeiture import Reason
from regulars.programme.keeping_words import KEEPING
from regulars.programme.promise import Programme
from regulars.programme.saying import Say
from regulars.programme.service import Perk, Service
from regulars.programme.trust import Trust


def perk(perk: Perk, programme: Programme, language: str) -> list[str]:
    """What it is, who has it, and what is promised."""
    say = Say(CARE, programme, language)
    levels = programme.tiers.levels if programme.tiers else ()
    whom = [say.titled(one.title) for one in levels if one.id in perk.tiers]
    whom += [say.titled(one.title) for one in programme.clubs if one.id in perk.clubs]
    said = [
        say(f"perk {perk.kind}"),
        say("for", list=say.one_of(whom)) if whom else say("for all"),
    ]
    if perk.within_minutes is not None:
        said.append(say("within", perk.within_minutes))
    if perk.when:
        said.append(say("where", condition=perk.when.sentence(language)))
    return said


def service(service: Service, programme: Programme, language: str) -> list[str]:
    """What staff may give without asking."""
    say = Say(CARE, programme, language)
    if service.authority is None:
        return [say("not authority")]
    return [say("authority", money=say.money(service.authority))]


def contact(contact: Contact, programme: Programme, language: str) -> list[str]:
    """When and how often members are spoken to, and how that is stopped."""
    say = Say(CARE, programme, language)
    return [
        _hours(say, "hours", contact.hours),
        say.whether("sundays", contact.sundays),
        say("limits", list=_limits(say, contact.limits)),
        say("calls", list=_limits(say, [contact.calls])),
        say("surveys", list=_limits(say, [contact.surveys])),
        say(f"consent {contact.consent}"),
        say("opt_out", contact.opt_out_hours) if contact.opt_out_hours else say("opt_out at once"),
    ]


def trust(trust: Trust, programme: Programme, language: str) -> list[str]:
    """What is believed, how often, and what happens to the rest."""
    say = Say(CARE, programme, language)
    return [
        say("believed", money=say.money(trust.up_to)),
        say("claims", trust.months, m=say.number(trust.most)),
        say("sample", n=say.number(trust.sample * 100)),
        say("review", trust.review_hours),
        say.whether("reasons", trust.reasons_told),
    ]


def arrears(arrears: Arrears, programme: Programme, language: str) -> list[str]:
    """What is offered, what it costs, how long nothing presses, and what becomes of the membership."""
    say = Say(CARE, programme, language)
    return [
        say("options", list=say.each(arrears.options, "option")),
        *_plan(say, arrears.plan),
        _costs(say, "fee", arrears.fee),
        say.whether("interest", arrears.interest),
        say("breathing", arrears.breathing_days),
        say("notice", arrears.notice_days),
        say("arrears calls", list=_limits(say, [arrears.calls])),
        say("contacts", list=_limits(say, [arrears.contacts])),
        _hours(say, "arrears hours", arrears.hours),
        say.whether("points", arrears.points_kept),
        say.whether("tier", arrears.tier_kept),
        say.whether("marketing", arrears.marketing),
    ]


def stage(stage: Stage, programme: Programme, language: str) -> list[str]:
    """What is done how long after the due date, and how the member hears of it."""
    say = Say(CARE, programme, language)
    return [say("stage", stage.after_days, what=say(f"do {stage.action}"), list=say.each(stage.channels, "by"))]


def flow(flow: Flow, programme: Programme, language: str) -> list[str]:
    """Where it is open, how long the shortest way is, what is asked, and what stands in the way."""
    say, by = Say(KEEPING, programme, language), Say(CARE, programme, language)
    way = flow.shortest()
    asks = list(dict.fromkeys(asked for step in way for asked in step.asks))
    saves = [step for step in way if step.kind == "save_offer"]
    said = [
        say("open", list=by.each(flow.channels, "by")),
        say("steps", len(way)),
        say("clicks", sum(step.clicks for step in way)),
        say("asks", list=say.all_of(asks)) if asks else say("asks nothing"),
    ]
    if flow.label:
        said.insert(0, say("label", label=say.titled(flow.label)))
    if saves:
        said.append(say("save_offers", len(saves)))
    said += _hindrances(say, flow)
    return [*said, say.whether("acknowledged", flow.acknowledged)]


def _hindrances(say: Say, flow: Flow) -> Iterator[str]:
    """What on any way makes saying no harder."""
    if any(step.kind == "save_offer" and not step.goes_at_once for step in flow.steps):
        yield say("not at once")
    for decline in ("smaller", "hidden"):
        if any(step.decline == decline for step in flow.steps):
            yield say(f"decline {decline}")
    for name in ("preticked", "countdown"):
        if any(getattr(step, name) for step in flow.steps):
            yield say(name)


def reason(reason: Reason, programme: Programme, language: str) -> list[str]:
    """When points may be taken away, what is shown for it, and how one objects."""
    say = Say(KEEPING, programme, language)
    return [
        say("when", condition=reason.when.sentence(language)),
        say("evidence", evidence=say.titled(reason.evidence)) if reason.evidence else say("not evidence"),
        say("notice", reason.notice_days),
        say("appeal", reason.appeal_days),
        say(reason.decided_by),
    ]


def table(table: Table, programme: Programme, language: str) -> list[str]:
    """What is kept, by which right and how long, what it tells, and who sees it."""
    say = Say(KEEPING, programme, language)
    said = [
        say("room", what=say(table.room)),
        say(f"basis {table.basis}"),
        say("kept forever") if table.keep_months is None else say("kept", table.keep_months),
        say.whether("personal", table.personal),
        say.whether("free_text", table.free_text),
    ]
    if table.sensitive:
        said.append(say("sensitive", list=say.each(table.sensitive)))
    said.append(say("shared", list=say.all_of(table.shared_with)) if table.shared_with else say("not shared"))
    return [*said, say.whether("told", table.told)]


def measure(measure: Measure, programme: Programme, language: str) -> list[str]:
    """What a figure about a member is made from."""
    say = Say(KEEPING, programme, language)
    return [say("measured", list=say.each(measure.evidence))]


def data(data: Data, programme: Programme, language: str) -> list[str]:
    """How consents are kept, and how one takes them back."""
    say = Say(KEEPING, programme, language)
    return [
        say.whether("consents recorded", data.consent_recorded),
        say("consent", data.consent_clicks),
        say("withdrawing", data.withdraw_clicks),
    ]


def flow_title(name: str, programme: Programme, language: str) -> str:
    """What a way in or out is called."""
    return Say(KEEPING, programme, language)(name)


def _hours(say: Say, key: str, hours: Hours) -> str:
    return say(key, start=say.number(hours.start), end=say.number(hours.end))


def _limits(say: Say, limits: Iterable[Limit]) -> str:
    return say.all_of(say("in days", one.days, m=say.number(one.most)) for one in limits)


def _plan(say: Say, plan: Plan) -> Iterator[str]:
    yield say("contingency", n=say.number(plan.contingency * 100))
    if plan.contingency_most is not None:
        yield say("contingency_most", money=say.money(plan.contingency_most))
    yield say("instalments", plan.least_instalments)
    yield say("months", plan.most_months)
    yield _costs(say, "plan fee", plan.fee)
    yield say.whether("plan interest", plan.interest)


def _costs(say: Say, key: str, fee: int) -> str:
    return say(key, money=say.money(fee)) if fee else say(f"not {key}")
