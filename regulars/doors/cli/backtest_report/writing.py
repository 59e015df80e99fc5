"""Writing the report: what a keeper wants to know of a backtest, in the order in which one asks."""

from __future__ import annotations

from fractions import Fraction
from html import escape
from importlib import resources
from string import Template
from typing import Any

from regulars.doors.cli.backtest_report.showing import (
    bar,
    figures,
    folded,
    named,
    panel,
    section,
    style,
    table,
    thousandths,
)
from regulars.doors.look.drawing import Point
from regulars.exchange.earning.backtest import Backtested
from regulars.programme.currencies import Currency
from regulars.programme.promise import Programme
from regulars.programme.sentences import cap_sentence, level_sentence, money, rule_sentence, title_in

_LANGUAGE = "en"
#: What is drawn month by month, and the kinds of entries it is made of.
_SERIES = (
    ("Given", ("accrual",)),
    ("Taken back by returns", ("clawback",)),
    ("Became available", ("activation",)),
    ("Spent", ("redemption",)),
    ("Expired", ("expiry",)),
    ("Debts repaid", ("repayment",)),
)


def report(programme: Programme, result: Backtested, source: str) -> str:
    """The whole page as HTML; `source` names the file of events."""
    folder = resources.files("regulars.doors.cli.backtest_report")
    parts = [_head(programme, result, source)]
    for currency in programme.currencies:
        parts += [_rules(programme, result, currency), _months(result, currency)]
    parts += [_tiers(programme, result), _shares(programme, result), _caps(programme, result), _refused(result)]
    parts.append(_foot(programme, result))
    return Template(folder.joinpath("page.txt").read_text(encoding="utf-8")).substitute(
        title=escape(f"Backtest of {programme.header.brand.name}"),
        style=style(folder.joinpath("page.css").read_text(encoding="utf-8")),
        content="\n".join(part for part in parts if part),
    )


def _head(programme: Programme, result: Backtested, source: str) -> str:
    name = programme.header.brand.name
    days = f"from {result.first} to {result.last}" if result.first else "with no events"
    told = [
        ("Members", f"{result.members:,}", f"made {result.purchases:,} purchases"),
        ("They spent", money(result.spend, programme, _LANGUAGE), "what came back is taken off"),
    ]
    for currency in programme.currencies:
        given = result.points[currency.id]["issued"]
        told.append(
            (f"Given: {title_in(currency.title, _LANGUAGE)}", f"{given:,}", _worth(programme, result, currency))
        )
    return (
        f"<header><h1>What {escape(name)} would have given</h1>"
        f'<p class="lede">The programme, folded over {result.events:,} events of {escape(source)}, {days}. Nobody was '
        f"given anything: this is a trial.</p>{figures(told)}</header>"
    )


def _worth(programme: Programme, result: Backtested, currency: Currency) -> str:
    """What the points that were given and not taken back are worth at least, and of what was spent."""
    if currency.value is None:
        return "no value in money is stated"
    moved = result.months[currency.id].values()
    kept = sum(kinds.get("accrual", 0) - kinds.get("clawback", 0) for kinds in moved)
    worth = round(kept * currency.value)
    share = f", {_percent(worth, result.spend)} of what they spent" if result.spend > 0 else ""
    return f"less returns worth {money(worth, programme, _LANGUAGE)}{share}"


def _percent(part: int, whole: int) -> str:
    tenths = round(Fraction(part * 1000, whole)) if whole else 0
    return f"{tenths // 10}.{tenths % 10} %"


def _rules(programme: Programme, result: Backtested, currency: Currency) -> str:
    issued = {rule: told["points"] for rule, told in result.rules[currency.id].items()}
    most, whole = max(issued.values(), default=0), sum(issued.values())
    rows = []
    for rule in programme.earn.rules:
        if rule.currency == currency.id:
            points = issued[rule.id]
            sentence = rule_sentence(rule, programme, _LANGUAGE)
            rows.append((
                named(title_in(rule.title, _LANGUAGE), sentence), bar(thousandths(points, most)), f"{points:,}",
                _percent(points, whole),
            ))  # fmt: skip
    title = title_in(currency.title, _LANGUAGE)
    heads = [("Rule", ""), ("", "bar"), (title.capitalize(), "num"), ("Share", "num")]
    return section(
        f"Which rule gave how much: {title}",
        "What each rule gave after rounding and caps, before returns took anything back.",
        table(f"{title.capitalize()} given per rule", heads, rows),
    )


def _months(result: Backtested, currency: Currency) -> str:
    months = result.months[currency.id]
    if not months:
        return ""
    names = _every_month(min(months), max(months))
    series = []
    for title, kinds in _SERIES:
        if title == "Became available" and currency.pending is None:
            continue
        amounts = [sum(months.get(month, {}).get(kind, 0) for kind in kinds) for month in names]
        if any(amounts):
            series.append((title, amounts))
    panels = "".join(
        panel(title, f"{sum(amounts):,}", [Point(month, n, f"{n:,}") for month, n in zip(names, amounts, strict=True)])
        for title, amounts in series
    )
    rows = [
        (month, *(f"{amounts[index]:,}" for _, amounts in series)) for index, month in enumerate(names)
    ]  # fmt: skip
    title = title_in(currency.title, _LANGUAGE)
    heads = [("Month", ""), *((title, "num") for title, _ in series)]
    return section(
        f"Month by month: {title}",
        "Each drawing has a scale of its own. The first and the last month may be parts of a month.",
        f'<div class="panels">{panels}</div>',
        folded("The same as a table", table(f"{title.capitalize()} moved per month", heads, rows)),
    )


def _every_month(first: str, last: str) -> list[str]:
    """All months from the first to the last (`2026-01`), also those in which nothing moved."""
    start, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{index // 12:04}-{index % 12 + 1:02}" for index in range(start, end + 1)]


def _tiers(programme: Programme, result: Backtested) -> str:
    tiers = programme.tiers
    if tiers is None:
        return ""
    most = max((told["members"] for told in result.tiers.values()), default=0)
    rows = []
    for level in reversed(tiers.levels):
        count = result.tiers[level.id]["members"]
        title = named(title_in(level.title, _LANGUAGE), level_sentence(level, tiers, programme, _LANGUAGE))
        rows.append((title, bar(thousandths(count, most)), f"{count:,}", _percent(count, result.members)))
    heads = [("Tier", ""), ("", "bar"), ("Members", "num"), ("Share", "num")]
    return section(
        "Where members stand", f"Tiers on {result.last or 'the last day'}.", table("Members per tier", heads, rows)
    )


def _shares(programme: Programme, result: Backtested) -> str:
    if not result.deciles:
        return ""
    spent = sum(part["spend"] for part in result.deciles)
    sections = []
    for currency in programme.currencies:
        given = sum(part["points"][currency.id] for part in result.deciles)
        biggest = max(
            *(thousandths(part["spend"], spent) for part in result.deciles),
            *(thousandths(part["points"][currency.id], given) for part in result.deciles), 1,
        )  # fmt: skip
        rows = [_part(programme, part, currency.id, spent, given, biggest) for part in result.deciles]
        title = title_in(currency.title, _LANGUAGE)
        heads = [
            ("Members", ""), ("Share of spend, share of points", "bar"), ("They spent", "num"), ("Of all spend", "num"),
            (title.capitalize(), "num"), (f"Of all {title}", "num"),
        ]  # fmt: skip
        marks = '<span class="key given"></span>of all points<span class="key spend"></span>of all spend'
        key = f'<p class="small">{marks}</p>'
        sections.append(
            section(
                f"Who gets how much: {title}",
                "Members in ten parts by what they spent, those who spent most first. Where the bars of a part differ,"
                " the programme gives more or less than custom alone would.",
                key,
                table(f"{title.capitalize()} (less returns) and spend per part", heads, rows),
            )
        )
    return "\n".join(sections)


def _part(
    programme: Programme, part: dict[str, Any], currency: str, spent: int, given: int, biggest: int
) -> tuple[str, ...]:
    points, spend = part["points"][currency], part["spend"]
    span = f"each {money(part['least'], programme, _LANGUAGE)} to {money(part['most'], programme, _LANGUAGE)}"
    bars = (
        bar(thousandths(points, given) * 1000 // biggest),
        bar(thousandths(spend, spent) * 1000 // biggest, "spend"),
    )
    return (
        named(f"{part['members']:,}", span), "".join(bars), money(spend, programme, _LANGUAGE), _percent(spend, spent),
        f"{points:,}", _percent(points, given),
    )  # fmt: skip


def _caps(programme: Programme, result: Backtested) -> str:
    if not programme.earn.caps:
        return ""
    most = max((told["points"] for told in result.caps.values()), default=0)
    rows = []
    for cap in programme.earn.caps:
        told = result.caps[cap.id]
        title = named(title_in(cap.title, _LANGUAGE), cap_sentence(cap, programme, _LANGUAGE))
        held = bar(thousandths(told["points"], most), "held")
        rows.append((title, held, f"{told['points']:,}", f"{told['times']:,}"))
    heads = [("Cap", ""), ("", "bar"), ("Points held back", "num"), ("Times", "num")]
    return section(
        "What the caps held back",
        "A cap that never bites costs only its explanation; one that bites often is felt by your best members.",
        table("Points held back per cap", heads, rows),
    )


def _refused(result: Backtested) -> str:
    rows = [
        (f"<code>{escape(code)}</code>", "The programme", f"{count:,}")
        for code, count in sorted(result.refusals.items())
    ]
    rows += [
        (f"<code>{escape(code)}</code>", "The reader", f"{count:,}") for code, count in sorted(result.rejected.items())
    ]
    if not rows:
        return section("What was not taken", "Every event of the file was taken.")
    heads = [("Why", ""), ("Refused by", ""), ("Times", "num")]
    return section(
        "What was not taken",
        "The reader refuses what is not an event as docs/events.md describes it (row by row in rejects.csv); the"
        " programme refuses what it cannot carry out, such as a return of something that was never bought.",
        table("Refusals by code", heads, rows),
    )


def _foot(programme: Programme, result: Backtested) -> str:
    return (
        f"<footer><p>Programme {escape(programme.header.id)}, SHA-256 {escape(programme.digest)}. "
        f"{result.events:,} events with {result.lines:,} lines. The entries behind every "
        "figure are in entries.parquet, each with its rule and reason.</p></footer>"
    )
