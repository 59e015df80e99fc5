"""Writing: the report of a backtest, from its head to its foot."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib import resources
from string import Template

from regulars.doors.cli.backtest_report import auditing, costs, members
from regulars.doors.cli.backtest_report.showing import figures, refused, section, style, table
from regulars.exchange.earning.backtest import Backtested
from regulars.exchange.earning.behaving import EAGER, FIRST_REWARD_WORTH, NONE, OBSERVED
from regulars.kit.speaking import Tongue
from regulars.programme.promise import Programme
from regulars.programme.sentences import money, title_in


def report(programme: Programme, result: Backtested, source: str, language: str, alone: bool = False) -> str:
    """The whole page as HTML in one of `header.LANGUAGES`; `source` names the events. `alone` when no other file lies
    beside the page and whoever reads it never called a command: then it speaks of neither."""
    to = Tongue(language)
    parts = [_head(programme, result, source, to)]
    if result.members:
        parts += [costs.money_section(programme, result, to, alone), members.year_section(programme, result, to)]
        for currency in programme.currencies:
            parts += [
                costs.liability_section(programme, result, currency, to),
                costs.rules_section(programme, result, currency, to),
            ]
        parts += [costs.caps_section(programme, result, to), members.shares_section(programme, result, to)]
        parts += [members.tenure_section(programme, result, to), members.tiers_section(programme, result, to)]
        parts += [members.first_reward_section(programme, result, to, alone)]
        parts.append(auditing.audits_section(programme, result, to, alone))
        parts += [costs.months_section(result, currency, to) for currency in programme.currencies]
    parts += [_refused(result, to, alone), _foot(programme, result, to, alone)]
    title = to.words("Backtest of {name}", name=programme.header.brand.name)
    sheet = resources.files("regulars.doors.cli.backtest_report").joinpath("page.css").read_text(encoding="utf-8")
    return page(title, sheet, parts, to)


def page(title: str, sheet: str, parts: Sequence[str], to: Tongue) -> str:
    """A page of this paper with its own stylesheet; `parts` are HTML, empty ones are left out."""
    paper = resources.files("regulars.doors.cli.backtest_report").joinpath("page.txt").read_text(encoding="utf-8")
    return Template(paper).substitute(
        language=to.language,
        title=escape(title),
        style=style(sheet),
        content="\n".join(part for part in parts if part),
    )


def _head(programme: Programme, result: Backtested, source: str, to: Tongue) -> str:
    if result.first:
        lede = to.words(
            "The programme, folded over {events} events of {source}, from {first} to {last}. Nobody was given "
            "anything: this is a trial.",
            events=result.events, source=source, first=to.day(result.first), last=to.day(result.last),
        )  # fmt: skip
    else:
        lede = to.words("{source} holds no events that could be folded.", source=source)
    title = to.words("What {name} would have given", name=programme.header.brand.name)
    return (
        f'<header><h1>{escape(title)}</h1><p class="lede">{escape(lede)}</p>'
        f"<p>{escape(_behaviour(programme, result, to))} {escape(_beginning(result, to))}</p>"
        f"{figures(_first_figures(programme, result, to)) if result.members else ''}</header>"
    )


def _beginning(result: Backtested, to: Tongue) -> str:
    """What is not known of the time before the first event."""
    if not result.first:
        return ""
    return to.words(
        "Members begin with nothing on {first}: what they had, which tier they were in and what they bought before is "
        "not known here. So everybody is new, and a redemption or a return that needs it is refused.",
        first=to.day(result.first),
    )


def _behaviour(programme: Programme, result: Backtested, to: Tongue) -> str:
    """How members spend in this trial, as it was stated."""
    spend = result.trial.get("spend")
    if spend == OBSERVED:
        return to.words("In this trial members spend points exactly where they did.")
    if spend == NONE:
        said = to.words("In this trial nobody spends points: all that is given stays outstanding.")
    elif programme.rewards:
        said = to.words(
            "In this trial members take the cheapest reward that they may have as soon as they come in with enough "
            "points."
        )
    else:
        assert spend == EAGER
        said = to.words(
            "In this trial members spend every point at their next visit, at the declared value: the programme has no "
            "rewards to save for."
        )
    if not result.left_out:
        return said
    left = to.words_of(
        "The one redemption in the files is left out.",
        "The {n} redemptions in the files are left out.",
        result.left_out,
    )
    return f"{said} {left}"


def _first_figures(programme: Programme, result: Backtested, to: Tongue) -> Sequence[tuple[str, str, str]]:
    """The few figures that matter most."""
    language, spend = to.language, result.spend
    made = to.words_of("made one purchase", "made {n} purchases", result.purchases)
    told = [
        (to.words("Members"), to.number(result.members), made),
        (to.words("They spent"), money(spend, programme, language), to.words("what came back is taken off")),
    ]
    for currency in programme.currencies:
        points = result.points[currency.id]
        kept = to.words("{points} after returns", points=points["issued"] - points["taken_back"])
        unit = title_in(currency.title, language)
        told.append((to.words("Given: {unit}", unit=unit), to.number(points["issued"]), kept))
    cost = result.money["cost"]
    share = to.words("{share} of what they spent", share=to.percent(cost, spend))
    told.append((to.words("Cost if all is redeemed"), money(cost, programme, language), share))
    if result.money["margin_after"] is not None:
        before = to.words("of {money} before", money=money(result.money["margin_before"], programme, language))
        told.append((to.words("Margin after that"), money(result.money["margin_after"], programme, language), before))
    reached = result.first_reward
    if reached["prices"]:
        days = reached["days"]
        words = (
            to.words_of("half of them within one day", "half of them within {n} days", days[1])
            if days
            else to.words("nobody in this time")
        )
        told.append((to.words("Reach a first reward"), to.percent(reached["members"], result.members), words))
    return told


def _refused(result: Backtested, to: Tongue, alone: bool) -> str:
    found = [(to.words("The programme"), result.refusals), (to.words("The reader"), result.rejected)]
    rows = [
        (refused(code, to), escape(who), to.number(count))
        for who, codes in found
        for code, count in sorted(codes.items())
    ]
    heading = to.words("What was not taken")
    if not rows:
        return section(heading, to.words("Every event of the files was taken."))
    heads = [(to.words("Why"), ""), (to.words("Refused by"), ""), (to.words("Times"), "num")]
    said = to.words("The programme refuses what it cannot carry out, such as a return of something never bought.")
    if not alone:
        reader = to.words("The reader refuses what is no event: rejects.csv says so row by row, docs/events.md why.")
        said = f"{said} {reader}"
    return section(heading, said, table(to.words("Refusals by code"), heads, rows))


def _foot(programme: Programme, result: Backtested, to: Tongue, alone: bool) -> str:
    valued = to.words(
        "Points are valued at what the programme declares for them, the least a point is worth, unless rewards state "
        "what they are worth and cost. A member joins with the first event. Where the programme has no rewards and "
        "nothing is stated, a first reward is what {amount} {money} cost at the declared value.",
        amount=FIRST_REWARD_WORTH, money=programme.header.money,
    )  # fmt: skip
    elsewhere = to.words(
        "A comparison of two programmes values all points by what they buy at the cheapest reward, where that is more: "
        "its figures may be higher."
    )
    behind = to.words(
        "Programme {id}, SHA-256 {digest}. Events: {events}, lines: {lines}.",
        id=programme.header.id, digest=programme.digest, events=result.events, lines=result.lines,
    )  # fmt: skip
    if not alone:
        files = to.words(
            "The entries behind every figure are in entries.parquet, each with its rule and reason; the figures for "
            "programs in summary.json, explained in docs/backtest.md."
        )
        behind = f"{behind} {files}"
    return f"<footer><p>{escape(valued)} {escape(elsewhere)}</p><p>{escape(behind)}</p></footer>"
