"""Members: who gets what, how soon, and what a year of custom gives beside what it costs."""

from __future__ import annotations

from typing import Any

from regulars.doors.cli.backtest_report.showing import (
    LANGUAGE,
    bar,
    named,
    percent,
    section,
    table,
    thousandths,
)
from regulars.exchange.earning.backtest import Backtested
from regulars.exchange.earning.costing import worth
from regulars.programme.currencies import Currency
from regulars.programme.promise import Programme
from regulars.programme.sentences import level_sentence, money, title_in

_MONTH_DAYS = 365.25 / 12
_KEY = (
    '<p class="small"><span class="key given"></span>of all points<span class="key spend"></span>of all spend</p>'
)  # fmt: skip


def year_section(programme: Programme, result: Backtested) -> str:
    """What a member gets for a year of custom, and what it costs the house, side by side."""
    year = result.year
    if not year["median"]:
        return ""
    most = max(part["worth"] for part in year["parts"])
    rows = [_typical(programme, "The member in the middle", year["median"], most)]
    for number, part in enumerate(year["parts"], 1):
        rows.append(_typical(programme, _tenth(number, len(year["parts"])), part, most))
    heads = [
        ("Members", ""), ("They spent", "num"), ("The member gets", "bar"), ("Worth", "num"),
        ("Of their spend", "num"), ("First rewards", "num"), ("It costs the house", "num"), ("Margin left", "num"),
    ]  # fmt: skip
    return section(
        "A year of custom, side by side",
        f"The {year['members']:,} members who bought in the last twelve months of the files, in ten parts by what they "
        "spent in them: what one in the middle of each part spent and got, and what that costs the house if all of it "
        "is redeemed.",
        table("What a member gets and what it costs", heads, rows),
    )


def _tenth(number: int, parts: int) -> str:
    if number == 1:
        return "Those who spend most"
    return "Those who spend least" if number == parts else f"Part {number}"


def _typical(programme: Programme, title: str, part: dict[str, Any], most: int) -> tuple[str, ...]:
    points = ", ".join(
        f"{part['points'][currency.id]:,} {title_in(currency.title, LANGUAGE)}" for currency in programme.currencies
    )
    left = "not stated" if part["margin"] is None else money(part["margin"], programme, LANGUAGE)
    return (
        named(title, f"{part['members']:,} members, {part['purchases']:,} purchases each"),
        money(part["spend"], programme, LANGUAGE),
        bar(thousandths(part["worth"], most)) + f"<small>{points}</small>",
        money(part["worth"], programme, LANGUAGE), percent(part["worth"], part["spend"], 2),
        f"{part['first_rewards']:,}", money(part["cost"], programme, LANGUAGE), left,
    )  # fmt: skip


def shares_section(programme: Programme, result: Backtested) -> str:
    """Who gets how much, by spend; for each currency."""
    return "\n".join(_shares(programme, result, currency) for currency in programme.currencies)


def _shares(programme: Programme, result: Backtested, currency: Currency) -> str:
    spent = sum(part["spend"] for part in result.deciles)
    given = sum(part["points"][currency.id] for part in result.deciles)
    biggest = max(
        *(thousandths(part["spend"], spent) for part in result.deciles),
        *(thousandths(part["points"][currency.id], given) for part in result.deciles), 1,
    )  # fmt: skip
    rows = [_part(programme, part, currency.id, spent, given, biggest) for part in result.deciles]
    title = title_in(currency.title, LANGUAGE)
    heads = [
        ("Members", ""), ("Share of spend, share of points", "bar"), ("They spent", "num"), ("Of all spend", "num"),
        (title.capitalize(), "num"), (f"Of all {title}", "num"),
    ]  # fmt: skip
    of_spend, of_points = result.gini["spend"], result.gini["points"][currency.id]
    said = ""
    if of_spend is not None and of_points is not None:
        more = "more unequally than" if of_points > of_spend else "no more unequally than"
        said = (
            f'<p class="small">Gini coefficient: {of_points:.3f} for {title}, {of_spend:.3f} for spend (0: all have '
            f"the same, 1: one has it all). {title.capitalize()} are shared {more} custom.</p>"
        )
    return section(
        f"Who gets how much: {title}",
        "Members in ten parts by what they spent, those who spent most first. Where the bars of a part differ,"
        " the programme gives more or less than custom alone would.",
        _KEY,
        table(f"{title.capitalize()} (less returns) and spend per part", heads, rows),
        said,
    )


def _part(
    programme: Programme, part: dict[str, Any], currency: str, spent: int, given: int, biggest: int
) -> tuple[str, ...]:
    points, spend = part["points"][currency], part["spend"]
    span = f"each {money(part['least'], programme, LANGUAGE)} to {money(part['most'], programme, LANGUAGE)}"
    bars = (
        bar(thousandths(points, given) * 1000 // biggest),
        bar(thousandths(spend, spent) * 1000 // biggest, "spend"),
    )
    return (
        named(f"{part['members']:,}", span), "".join(bars), money(spend, programme, LANGUAGE), percent(spend, spent),
        f"{points:,}", percent(points, given),
    )  # fmt: skip


def tenure_section(programme: Programme, result: Backtested) -> str:
    """What the same money earns for newcomers and for members of long standing."""
    bands = result.tenure
    gains = [worth(programme, band["points"]) for band in bands]
    rates = [gain * 1_000_000 // max(band["spend"], 1) for gain, band in zip(gains, bands, strict=True)]
    most = max(rates, default=0)
    rows = []
    for band, gain, rate in zip(bands, gains, rates, strict=True):
        rows.append((
            named(_band(band)), bar(thousandths(rate, most)), percent(gain, band["spend"], 2), f"{band['members']:,}",
            f"{band['purchases']:,}", money(band["spend"], programme, LANGUAGE),
        ))  # fmt: skip
    heads = [
        ("A member for", ""), ("", "bar"), ("Gets of what they pay", "num"), ("Members", "num"), ("Purchases", "num"),
        ("They spent", "num"),
    ]  # fmt: skip
    return section(
        "What loyalty is worth",
        "What purchases gave, in points at their declared value, by how long the member had been one at the time. It "
        "should never fall as members stay.",
        table("Worth of points by tenure", heads, rows),
    )


def _band(band: dict[str, Any]) -> str:
    since, until = (None if day is None else round(day / _MONTH_DAYS) for day in (band["since"], band["until"]))
    if until is None:
        return f"{_span(since or 0)} or more"
    return f"less than {_span(until)}" if not since else f"{_span(since)} to {_span(until)}"


def _span(months: int) -> str:
    if months % 12:
        return f"{months} months"
    return "a year" if months == 12 else f"{months // 12} years"


def tiers_section(programme: Programme, result: Backtested) -> str:
    """Where members stand on the last day, and what each tier spent and got."""
    tiers = programme.tiers
    if tiers is None:
        return ""
    most = max((told["members"] for told in result.tiers.values()), default=0)
    rows = []
    for level in reversed(tiers.levels):
        told = result.tiers[level.id]
        gain = worth(programme, told["points"])
        rows.append((
            named(title_in(level.title, LANGUAGE), level_sentence(level, tiers, programme, LANGUAGE)),
            bar(thousandths(told["members"], most)), f"{told['members']:,}", percent(told["members"], result.members),
            money(told["spend"], programme, LANGUAGE), percent(gain, told["spend"], 2),
        ))  # fmt: skip
    heads = [
        ("Tier", ""), ("", "bar"), ("Members", "num"), ("Share", "num"), ("They spent", "num"),
        ("Got of what they paid", "num"),
    ]  # fmt: skip
    return section("Where members stand", f"Tiers on {result.last}.", table("Members per tier", heads, rows))


def first_reward_section(programme: Programme, result: Backtested) -> str:
    """How many come to a first reward, and how soon."""
    told = result.first_reward
    if not told["prices"]:
        return section(
            "The first reward", "No price is known for one: state it (--first-reward 500) to see who reaches it."
        )
    prices = " or ".join(
        f"{price:,} {title_in(programme.currency(id).title, LANGUAGE)}" for id, price in told["prices"].items()
    )
    reached = f"{told['members']:,} of {result.members:,} members ({percent(told['members'], result.members)})"
    lede = f"A first reward costs {prices}. {reached} came to have that much, spent or not."
    if not told["days"]:
        return section("The first reward", lede)
    rows = [
        (named(title), bar(thousandths(days, told["days"][2]), "spend"), f"{days:,}", f"{days / _MONTH_DAYS:.1f}")
        for title, days in zip(
            ("A quarter of them", "Half of them", "Three quarters of them"), told["days"], strict=True
        )
    ]
    heads = [("", ""), ("", "bar"), ("Days from joining", "num"), ("Months", "num")]
    return section("The first reward", lede, table("How soon a first reward is reached", heads, rows))
