"""Costs: what the programme gives and what that comes to: money, liability, rules, caps, movements by month."""

from __future__ import annotations

from regulars.doors.cli.backtest_report.showing import (
    LANGUAGE,
    bar,
    folded,
    named,
    panel,
    percent,
    section,
    table,
    thousandths,
)
from regulars.doors.look.drawing import Point
from regulars.exchange.earning.backtest import Backtested
from regulars.exchange.earning.costing import rates
from regulars.programme.currencies import Currency
from regulars.programme.promise import Programme
from regulars.programme.sentences import cap_sentence, money, rule_sentence, title_in

#: What is drawn month by month, and the kinds of entries it is made of.
_SERIES = (
    ("Given", ("accrual",)),
    ("Taken back by returns", ("clawback",)),
    ("Became available", ("activation",)),
    ("Spent", ("redemption",)),
    ("Expired", ("expiry",)),
    ("Debts repaid", ("repayment",)),
)
#: What became of the points of a currency, and the sentence that says what that is.
_FATES = (
    ("issued", "Given", "after rounding and caps"),
    ("taken_back", "Taken back", "with goods that were returned"),
    ("spent", "Spent", "by members, as this trial lets them"),
    ("expired", "Expired", "without being spent"),
    ("outstanding", "Still outstanding", "available or waiting on the last day"),
    ("owed", "Owed by members", "more was returned than they still had"),
)


def money_section(programme: Programme, result: Backtested) -> str:
    """What it costs when every point is redeemed, what that leaves, and what became of the points."""
    told, spend = result.money, result.spend
    rows = [(named("What members spent"), bar(1000, "spend"), money(spend, programme, LANGUAGE), percent(spend, spend))]
    figures = [("margin_before", "Margin before the programme", "the share that was stated", "spend")]
    figures += [
        (
            "cost",
            "Cost with every point redeemed",
            "given and not taken back, at what rewards cost, else the declared value",
            "held",
        )
    ]
    figures += [("margin_after", "Margin that is left", "nothing is counted on points that nobody redeems", "given")]
    for key, title, words, kind in figures:
        if told[key] is not None:
            share = bar(thousandths(told[key], spend), kind)
            rows.append((named(title, words), share, money(told[key], programme, LANGUAGE), percent(told[key], spend)))
    lede = "A programme that carries itself only because points expire unspent is not sound: so every point counts."
    if told["margin_before"] is None:
        lede += " State the share of margin (--margin 0.25) to see what is left."
    if told["unvalued"]:
        names = ", ".join(title_in(programme.currency(id).title, LANGUAGE) for id in told["unvalued"])
        lede += f" No value is declared for {names}: they cost here only what rewards state."
    heads = [("", ""), ("Share of what members spent", "bar"), ("Money", "num"), ("Of spend", "num")]
    fates = "".join(_fate(programme, result, currency) for currency in programme.currencies)
    return section("What it costs", lede, table("Cost and margin at 100 % redemption", heads, rows), fates)


def _fate(programme: Programme, result: Backtested, currency: Currency) -> str:
    points = result.points[currency.id]
    rated = rates(programme, result.trial["spend"], result.rewards)[currency.id]
    most = max(points["issued"], points["outstanding"], 1)
    rows = []
    for key, title, words in _FATES:
        if points[key] or key in ("issued", "spent", "outstanding"):
            worth = rated.worth if key == "spent" else rated.value
            gets = money(round(points[key] * worth), programme, LANGUAGE) if worth else ""
            rate = {"spent": rated.cost, "expired": rated.dearest, "outstanding": rated.dearest}.get(key)
            costs = money(round(points[key] * rate), programme, LANGUAGE) if rate else ""
            rows.append((named(title, words), bar(thousandths(points[key], most)), f"{points[key]:,}", gets, costs))
    title = title_in(currency.title, LANGUAGE).capitalize()
    heads = [("", ""), ("", "bar"), (title, "num"), ("Worth", "num"), ("Costs if redeemed", "num")]
    return table(f"What became of the {title.lower()}", heads, rows)


def liability_section(programme: Programme, result: Backtested, currency: Currency) -> str:
    """What members could still spend at the end of each month, and what it is worth."""
    months = result.liability[currency.id]
    if not months or currency.kind != "spendable":
        return ""
    title = title_in(currency.title, LANGUAGE)
    panels = panel(
        f"Outstanding {title}", f"{months[-1]['outstanding']:,} at the end",
        [Point(told["month"], told["outstanding"], f"{told['outstanding']:,}") for told in months],
    )  # fmt: skip
    rows = []
    for told in months:
        worth = "" if told["worth"] is None else money(told["worth"], programme, LANGUAGE)
        rows.append((told["month"], f"{told['outstanding']:,}", worth, f"{told['owe']:,}"))
    heads = [("Month", ""), (title.capitalize(), "num"), ("Worth", "num"), ("Owed by members", "num")]
    return section(
        f"What is owed to members, month by month: {title}",
        "Points that were given and not yet spent, available and waiting, at the end of each month. The house must be "
        "able to honour all of them.",
        f'<div class="panels">{panels}</div>',
        folded("The same as a table", table(f"{title.capitalize()} outstanding at the end of each month", heads, rows)),
    )


def rules_section(programme: Programme, result: Backtested, currency: Currency) -> str:
    """What each rule gave, and to whom."""
    rules = result.rules[currency.id]
    most = max((told["points"] for told in rules.values()), default=0)
    whole = sum(told["points"] for told in rules.values())
    rows = []
    for rule in programme.earn.rules:
        if rule.currency == currency.id:
            told = rules[rule.id]
            rows.append((
                named(title_in(rule.title, LANGUAGE), rule_sentence(rule, programme, LANGUAGE)),
                bar(thousandths(told["points"], most)), f"{told['points']:,}", percent(told["points"], whole),
                f"{told['members']:,}", percent(told["top_decile"], told["points"]),
            ))  # fmt: skip
    title = title_in(currency.title, LANGUAGE)
    heads = [
        ("Rule", ""), ("", "bar"), (title.capitalize(), "num"), ("Share", "num"), ("Members reached", "num"),
        ("To the top tenth", "num"),
    ]  # fmt: skip
    return section(
        f"Which rule gave how much: {title}",
        "What each rule gave after rounding and caps, before returns took anything back; how many members it reached, "
        "and which share went to the tenth who spent most.",
        table(f"{title.capitalize()} given per rule", heads, rows),
    )


def caps_section(programme: Programme, result: Backtested) -> str:
    """What the caps held back, and from how many."""
    if not programme.earn.caps:
        return ""
    most = max((told["points"] for told in result.caps.values()), default=0)
    rows = []
    for cap in programme.earn.caps:
        told = result.caps[cap.id]
        title = named(title_in(cap.title, LANGUAGE), cap_sentence(cap, programme, LANGUAGE))
        held = bar(thousandths(told["points"], most), "held")
        rows.append((title, held, f"{told['points']:,}", f"{told['times']:,}", f"{told['members']:,}"))
    heads = [("Cap", ""), ("", "bar"), ("Points held back", "num"), ("Times", "num"), ("Members", "num")]
    return section(
        "What the caps held back",
        "A cap that never bites costs only its explanation; one that bites often is felt by your best members.",
        table("Points held back per cap", heads, rows),
    )


def months_section(result: Backtested, currency: Currency) -> str:
    """All movements of a currency by month."""
    months = result.months[currency.id]
    if not months:
        return ""
    names = [told["month"] for told in result.liability[currency.id]]
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
    rows = [(month, *(f"{amounts[index]:,}" for _, amounts in series)) for index, month in enumerate(names)]
    title = title_in(currency.title, LANGUAGE)
    heads = [("Month", ""), *((title, "num") for title, _ in series)]
    return section(
        f"Month by month: {title}",
        "Each drawing has a scale of its own. The first and the last month may be parts of a month.",
        f'<div class="panels">{panels}</div>',
        folded("The same as a table", table(f"{title.capitalize()} moved per month", heads, rows)),
    )
