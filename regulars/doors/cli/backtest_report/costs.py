"""Costs: what the programme gives and what that comes to: money, liability, rules, caps, movements by month."""

from __future__ import annotations

from regulars.doors.cli.backtest_report.showing import bar, begun, folded, named, panel, section, table, thousandths
from regulars.doors.look.drawing import Point
from regulars.exchange.earning.backtest import Backtested
from regulars.exchange.earning.costing import rates
from regulars.kit.speaking import Tongue, listed, phrase
from regulars.programme.currencies import Currency
from regulars.programme.promise import Programme
from regulars.programme.sentences import cap_sentence, money, rule_sentence, title_in

_AVAILABLE = phrase("Became available")
#: What is drawn month by month, and the kinds of entries it is made of.
_SERIES = (
    (phrase("Given"), ("accrual",)),
    (phrase("Taken back by returns"), ("clawback",)),
    (_AVAILABLE, ("activation",)),
    (phrase("Spent"), ("redemption",)),
    (phrase("Expired"), ("expiry",)),
    (phrase("Debts repaid"), ("repayment",)),
)
#: What became of the points of a currency, and the sentence that says what that is.
_FATES = (
    ("issued", phrase("Given"), phrase("after rounding and caps")),
    ("taken_back", phrase("Taken back"), phrase("with goods that were returned")),
    ("spent", phrase("Spent"), phrase("by members, as this trial lets them")),
    ("expired", phrase("Expired"), phrase("without being spent")),
    ("outstanding", phrase("Still outstanding"), phrase("available or waiting on the last day")),
    ("owed", phrase("Owed by members"), phrase("more was returned than they still had")),
)


def money_section(programme: Programme, result: Backtested, to: Tongue, alone: bool) -> str:
    """What it costs when every point is redeemed, what that leaves, and what became of the points."""
    told, spend, language = result.money, result.spend, to.language
    rows = [
        (
            named(to.words("What members spent")), bar(1000, "spend"), money(spend, programme, language),
            to.percent(spend, spend),
        )
    ]  # fmt: skip
    for key, title, words, kind in (
        ("margin_before", to.words("Margin before the programme"), to.words("the share that was stated"), "spend"),
        (
            "cost",
            to.words("Cost with every point redeemed"),
            to.words("given and not taken back, at what rewards cost, else the declared value"),
            "held",
        ),
        (
            "margin_after",
            to.words("Margin that is left"),
            to.words("nothing is counted on points that nobody redeems"),
            "given",
        ),
    ):
        if told[key] is not None:
            share = bar(thousandths(told[key], spend), kind)
            rows.append(
                (named(title, words), share, money(told[key], programme, language), to.percent(told[key], spend))
            )
    lede = [
        to.words(
            "A programme that carries itself only because points expire unspent is not sound: so every point counts."
        )
    ]
    if told["margin_before"] is None and not alone:
        lede.append(to.words("State the share of margin (--margin 0.25) to see what is left."))
    if told["unvalued"]:
        names = listed(title_in(programme.currency(id).title, language) for id in told["unvalued"])
        lede.append(to.words("No value is declared for {names}: they cost here only what rewards state.", names=names))
    if programme.unkept:
        sections = ", ".join(programme.unkept)
        lede.append(to.words("Not in it, as nothing carries it out yet: {sections}.", sections=sections))
    heads = [
        ("", ""), (to.words("Share of what members spent"), "bar"), (to.words("Amount"), "num"),
        (to.words("Of spend"), "num"),
    ]  # fmt: skip
    fates = "".join(_fate(programme, result, currency, to) for currency in programme.currencies)
    caption = to.words("Cost and margin with every point redeemed")
    return section(to.words("What it costs"), " ".join(lede), table(caption, heads, rows), fates)


def _fate(programme: Programme, result: Backtested, currency: Currency, to: Tongue) -> str:
    points = result.points[currency.id]
    rated = rates(programme, result.trial["spend"], result.rewards)[currency.id]
    most = max(points["issued"], points["outstanding"], 1)
    rows = []
    for key, title, words in _FATES:
        if points[key] or key in ("issued", "spent", "outstanding"):
            worth = rated.worth if key == "spent" else rated.value
            gets = money(round(points[key] * worth), programme, to.language) if worth else ""
            rate = {"spent": rated.cost, "expired": rated.dearest, "outstanding": rated.dearest}.get(key)
            costs = money(round(points[key] * rate), programme, to.language) if rate else ""
            name = named(title.said_in(to.language), words.said_in(to.language))
            rows.append((name, bar(thousandths(points[key], most)), to.number(points[key]), gets, costs))
    unit = title_in(currency.title, to.language)
    heads = [
        ("", ""), ("", "bar"), (begun(unit), "num"), (to.words("Worth"), "num"),
        (to.words("Costs if redeemed"), "num"),
    ]  # fmt: skip
    return table(to.words("What became of them: {unit}", unit=unit), heads, rows)


def liability_section(programme: Programme, result: Backtested, currency: Currency, to: Tongue) -> str:
    """What members could still spend at the end of each month, and what it is worth."""
    months = result.liability[currency.id]
    if not months or currency.kind != "spendable":
        return ""
    unit = title_in(currency.title, to.language)
    points = [Point(to.month(told["month"]), told["outstanding"], to.number(told["outstanding"])) for told in months]
    at_last = to.words("{points} at the end", points=months[-1]["outstanding"])
    panels = panel(to.words("{unit} outstanding", unit=unit), at_last, points, to)
    rows = []
    for told in months:
        worth = "" if told["worth"] is None else money(told["worth"], programme, to.language)
        rows.append((to.month(told["month"]), to.number(told["outstanding"]), worth, to.number(told["owe"])))
    heads = [
        (to.words("Month"), ""), (begun(unit), "num"), (to.words("Worth"), "num"), (to.words("Owed by members"), "num"),
    ]  # fmt: skip
    caption = to.words("{unit} outstanding at the end of each month", unit=unit)
    return section(
        to.words("What is owed to members, month by month: {unit}", unit=unit),
        to.words(
            "Points that were given and not yet spent, available and waiting, at the end of each month. The house must "
            "be able to honour all of them."
        ),
        f'<div class="panels">{panels}</div>',
        folded(to.words("The same as a table"), table(caption, heads, rows)),
    )


def rules_section(programme: Programme, result: Backtested, currency: Currency, to: Tongue) -> str:
    """What each rule gave, and to whom."""
    rules = result.rules[currency.id]
    most = max((told["points"] for told in rules.values()), default=0)
    whole = sum(told["points"] for told in rules.values())
    rows = []
    for rule in programme.earn.rules:
        if rule.currency == currency.id:
            told = rules[rule.id]
            rows.append((
                named(title_in(rule.title, to.language), rule_sentence(rule, programme, to.language)),
                bar(thousandths(told["points"], most)), to.number(told["points"]), to.percent(told["points"], whole),
                to.number(told["members"]), to.percent(told["top_decile"], told["points"]),
            ))  # fmt: skip
    unit = title_in(currency.title, to.language)
    heads = [
        (to.words("Rule"), ""), ("", "bar"), (begun(unit), "num"), (to.words("Share"), "num"),
        (to.words("Members reached"), "num"), (to.words("To the top tenth"), "num"),
    ]  # fmt: skip
    return section(
        to.words("Which rule gave how much: {unit}", unit=unit),
        to.words(
            "What each rule gave after rounding and caps, before returns took anything back; how many members it "
            "reached, and which share went to the tenth who spent most."
        ),
        table(to.words("{unit} given per rule", unit=unit), heads, rows),
    )


def caps_section(programme: Programme, result: Backtested, to: Tongue) -> str:
    """What the caps held back, and from how many."""
    if not programme.earn.bounds:
        return ""
    most = max((told["points"] for told in result.caps.values()), default=0)
    rows = []
    for cap in programme.earn.bounds:
        told = result.caps[cap.id]
        title = named(title_in(cap.title, to.language), cap_sentence(cap, programme, to.language))
        held = bar(thousandths(told["points"], most), "held")
        rows.append((title, held, *(to.number(told[key]) for key in ("points", "times", "members"))))
    heads = [
        (to.words("Limit"), ""), ("", "bar"), (to.words("Points held back"), "num"), (to.words("Times"), "num"),
        (to.words("Members"), "num"),
    ]  # fmt: skip
    return section(
        to.words("What limits held back"),
        to.words(
            "A limit that never bites costs only its explanation; one that bites often is felt by your best members."
        ),
        table(to.words("Points held back per limit"), heads, rows),
    )


def months_section(result: Backtested, currency: Currency, to: Tongue) -> str:
    """All movements of a currency by month."""
    months = result.months[currency.id]
    if not months:
        return ""
    written = [told["month"] for told in result.liability[currency.id]]
    names = [to.month(month) for month in written]
    series = []
    for title, kinds in _SERIES:
        if title == _AVAILABLE and currency.pending is None:
            continue
        amounts = [sum(months.get(month, {}).get(kind, 0) for kind in kinds) for month in written]
        if any(amounts):
            series.append((title.said_in(to.language), amounts))
    panels = "".join(
        panel(
            title, to.number(sum(amounts)),
            [Point(month, n, to.number(n)) for month, n in zip(names, amounts, strict=True)], to,
        )
        for title, amounts in series
    )  # fmt: skip
    rows = [(month, *(to.number(amounts[index]) for _, amounts in series)) for index, month in enumerate(names)]
    unit = title_in(currency.title, to.language)
    heads = [(to.words("Month"), ""), *((title, "num") for title, _ in series)]
    return section(
        to.words("Month by month: {unit}", unit=unit),
        to.words("Each drawing has a scale of its own. The first and the last month may be parts of a month."),
        f'<div class="panels">{panels}</div>',
        folded(to.words("The same as a table"), table(to.words("{unit} moved per month", unit=unit), heads, rows)),
    )
