"""Writing: the report of a backtest, from its head to its foot."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib import resources
from string import Template

from regulars.doors.cli.backtest_report import auditing, costs, members
from regulars.doors.cli.backtest_report.showing import LANGUAGE, figures, percent, section, style, table
from regulars.exchange.earning.backtest import Backtested
from regulars.exchange.earning.behaving import EAGER, FIRST_REWARD_WORTH, NONE, OBSERVED
from regulars.programme.promise import Programme
from regulars.programme.sentences import money, title_in


def report(programme: Programme, result: Backtested, source: str) -> str:
    """The whole page as HTML; `source` names the files of events."""
    folder = resources.files("regulars.doors.cli.backtest_report")
    parts = [_head(programme, result, source)]
    if result.members:
        parts += [costs.money_section(programme, result), members.year_section(programme, result)]
        for currency in programme.currencies:
            parts += [
                costs.liability_section(programme, result, currency),
                costs.rules_section(programme, result, currency),
            ]
        parts += [costs.caps_section(programme, result), members.shares_section(programme, result)]
        parts += [members.tenure_section(programme, result), members.tiers_section(programme, result)]
        parts += [members.first_reward_section(programme, result), auditing.audits_section(programme, result)]
        parts += [costs.months_section(result, currency) for currency in programme.currencies]
    parts += [_refused(result), _foot(programme, result)]
    return Template(folder.joinpath("page.txt").read_text(encoding="utf-8")).substitute(
        title=escape(f"Backtest of {programme.header.brand.name}"),
        style=style(folder.joinpath("page.css").read_text(encoding="utf-8")),
        content="\n".join(part for part in parts if part),
    )


def _head(programme: Programme, result: Backtested, source: str) -> str:
    name = programme.header.brand.name
    days = f"from {result.first} to {result.last}" if result.first else "with no events"
    return (
        f"<header><h1>What {escape(name)} would have given</h1>"
        f'<p class="lede">The programme, folded over {result.events:,} events of {escape(source)}, {days}. Nobody was '
        f"given anything: this is a trial.</p><p>{escape(_behaviour(programme, result))}</p>"
        f"{figures(_first_figures(programme, result)) if result.members else ''}</header>"
    )


def _behaviour(programme: Programme, result: Backtested) -> str:
    """How members spend in this trial, as it was stated."""
    spend = result.trial.get("spend")
    left = f" The {result.left_out:,} redemptions in the files are left out." if result.left_out else ""
    if spend == NONE:
        return "In this trial nobody spends points: all that is given stays outstanding." + left
    if spend == EAGER and programme.rewards:
        return (
            "In this trial members take the cheapest reward as soon as they come in with enough points, whoever may "
            "have it." + left
        )
    if spend == EAGER:
        return (
            "In this trial members spend every point at their next visit, at the declared value: the programme has no "
            "rewards to save for." + left
        )
    assert spend == OBSERVED
    return "In this trial members spend points exactly where the files say so."


def _first_figures(programme: Programme, result: Backtested) -> Sequence[tuple[str, str, str]]:
    """The few figures that matter most."""
    told = [
        ("Members", f"{result.members:,}", f"made {result.purchases:,} purchases"),
        ("They spent", money(result.spend, programme, LANGUAGE), "what came back is taken off"),
    ]
    for currency in programme.currencies:
        points = result.points[currency.id]
        kept = points["issued"] - points["taken_back"]
        title = title_in(currency.title, LANGUAGE)
        told.append((f"Given: {title}", f"{points['issued']:,}", f"{kept:,} after returns"))
    cost, spend = result.money["cost"], result.spend
    told.append(
        ("Cost if all is redeemed", money(cost, programme, LANGUAGE), f"{percent(cost, spend)} of what they spent")
    )
    if result.money["margin_after"] is not None:
        before = money(result.money["margin_before"], programme, LANGUAGE)
        told.append(
            ("Margin after that", money(result.money["margin_after"], programme, LANGUAGE), f"of {before} before")
        )
    reached = result.first_reward
    if reached["prices"]:
        days = reached["days"]
        words = f"half of them within {days[1]:,} days" if days else "nobody in this time"
        told.append(("Reach a first reward", percent(reached["members"], result.members), words))
    return told


def _refused(result: Backtested) -> str:
    rows = [
        (f"<code>{escape(code)}</code>", "The programme", f"{count:,}")
        for code, count in sorted(result.refusals.items())
    ]
    rows += [
        (f"<code>{escape(code)}</code>", "The reader", f"{count:,}") for code, count in sorted(result.rejected.items())
    ]
    if not rows:
        return section("What was not taken", "Every event of the files was taken.")
    heads = [("Why", ""), ("Refused by", ""), ("Times", "num")]
    return section(
        "What was not taken",
        "The reader refuses what is not an event as docs/events.md describes it (row by row in rejects.csv); the"
        " programme refuses what it cannot carry out, such as a return of something that was never bought.",
        table("Refusals by code", heads, rows),
    )


def _foot(programme: Programme, result: Backtested) -> str:
    reward = (
        f" Where the programme has no rewards and nothing is stated, a first reward is what {FIRST_REWARD_WORTH} "
        f"{escape(programme.header.money)} cost at the declared value."
    )
    return (
        "<footer><p>Points are valued at what the programme declares for them, the least a point is worth, unless "
        f"rewards state what they are worth and cost. A member joins with the first event in the files.{reward}</p>"
        f"<p>Programme {escape(programme.header.id)}, SHA-256 {escape(programme.digest)}. "
        f"{result.events:,} events with {result.lines:,} lines. The entries behind every figure are in "
        "entries.parquet, each with its rule and reason; the figures for programs in summary.json, explained in "
        "docs/backtest.md.</p></footer>"
    )
