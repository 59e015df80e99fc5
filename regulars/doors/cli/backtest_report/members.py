"""Members: who gets what, how soon, and what a year of custom gives beside what it costs."""

from __future__ import annotations

from fractions import Fraction
from html import escape
from typing import Any

from regulars.doors.cli.backtest_report.showing import bar, begun, named, section, table, thousandths
from regulars.exchange.earning.backtest import Backtested
from regulars.exchange.earning.costing import worth
from regulars.kit.speaking import Tongue, listed
from regulars.programme.currencies import Currency
from regulars.programme.promise import Programme
from regulars.programme.sentences import level_sentence, money, title_in

_MONTH_DAYS = Fraction(36_525, 1_200)


def year_section(programme: Programme, result: Backtested, to: Tongue) -> str:
    """What a member gets for a year of custom, and what it costs the house, side by side."""
    year = result.year
    if not year["median"]:
        return ""
    most = max(part["worth"] for part in year["parts"])
    rows = [_typical(programme, to.words("The member in the middle"), year["median"], most, to)]
    for number, part in enumerate(year["parts"], 1):
        rows.append(_typical(programme, _tenth(number, len(year["parts"]), to), part, most, to))
    heads = [
        (to.words("Members"), ""), (to.words("They spent"), "num"), (to.words("The member gets"), "bar"),
        (to.words("Worth"), "num"), (to.words("Of their spend"), "num"), (to.words("First rewards"), "num"),
        (to.words("It costs the house"), "num"), (to.words("Margin left"), "num"),
    ]  # fmt: skip
    return section(
        to.words("A year of custom, side by side"),
        to.words(
            "The members who bought in the last twelve months of the files ({members} in all), in ten parts by what "
            "they spent in them: what one in the middle of each part spent and got, and what that costs the house if "
            "all of it is redeemed.",
            members=year["members"],
        ),
        table(to.words("What a member gets and what it costs"), heads, rows),
    )


def _tenth(number: int, parts: int, to: Tongue) -> str:
    if number == 1:
        return to.words("Those who spend most")
    return to.words("Those who spend least") if number == parts else to.words("Part {number}", number=number)


def _typical(programme: Programme, title: str, part: dict[str, Any], most: int, to: Tongue) -> tuple[str, ...]:
    points = ", ".join(
        f"{to.number(part['points'][currency.id])} {title_in(currency.title, to.language)}"
        for currency in programme.currencies
    )
    members = to.words_of("{n} member", "{n} members", part["members"])
    each = to.words_of("one purchase each", "{n} purchases each", part["purchases"])
    left = to.words("not stated") if part["margin"] is None else money(part["margin"], programme, to.language)
    return (
        named(title, f"{members} · {each}"),
        money(part["spend"], programme, to.language),
        bar(thousandths(part["worth"], most)) + f"<small>{escape(points)}</small>",
        money(part["worth"], programme, to.language), to.percent(part["worth"], part["spend"], 2),
        to.number(part["first_rewards"]), money(part["cost"], programme, to.language), left,
    )  # fmt: skip


def shares_section(programme: Programme, result: Backtested, to: Tongue) -> str:
    """Who gets how much, by spend; for each currency."""
    return "\n".join(_shares(programme, result, currency, to) for currency in programme.currencies)


def _shares(programme: Programme, result: Backtested, currency: Currency, to: Tongue) -> str:
    spent = sum(part["spend"] for part in result.deciles)
    given = sum(part["points"][currency.id] for part in result.deciles)
    biggest = max(
        *(thousandths(part["spend"], spent) for part in result.deciles),
        *(thousandths(part["points"][currency.id], given) for part in result.deciles), 1,
    )  # fmt: skip
    rows = [_part(programme, part, currency.id, (spent, given, biggest), to) for part in result.deciles]
    unit = title_in(currency.title, to.language)
    heads = [
        (to.words("Members"), ""), (to.words("Share of spend, share of points"), "bar"),
        (to.words("They spent"), "num"), (to.words("Of all spend"), "num"), (begun(unit), "num"),
        (to.words("Of all of them"), "num"),
    ]  # fmt: skip
    return section(
        to.words("Who gets how much: {unit}", unit=unit),
        to.words(
            "Members in ten parts by what they spent, those who spent most first. Where the bars of a part differ, the "
            "programme gives more or less than custom alone would."
        ),
        f'<p class="small"><span class="key given"></span>{escape(to.words("of all points"))}'
        f'<span class="key spend"></span>{escape(to.words("of all spend"))}</p>',
        table(to.words("{unit} (less returns) and spend per part", unit=unit), heads, rows),
        _unequal(result, currency.id, unit, to),
    )


#: A difference of two Gini coefficients below this is none that anybody would notice.
_NOTABLE = Fraction(1, 100)


def _unequal(result: Backtested, currency: str, unit: str, to: Tongue) -> str:
    """How unequally points are shared, beside spend."""
    of_spend, of_points = result.gini["spend"], result.gini["points"][currency]
    if of_spend is None or of_points is None:
        return ""
    said = to.words(
        "Gini coefficient of {unit}: {of_points}; of spend: {of_spend} (0: all have the same, 1: one has it all).",
        unit=unit, of_points=to.number(Fraction(of_points), 3), of_spend=to.number(Fraction(of_spend), 3),
    )  # fmt: skip
    beside = (
        to.words("Points are shared more unequally than custom.")
        if Fraction(of_points) - Fraction(of_spend) >= _NOTABLE
        else to.words("Points are shared no more unequally than custom.")
    )
    return f'<p class="small">{escape(said)} {escape(beside)}</p>'


def _part(
    programme: Programme, part: dict[str, Any], currency: str, whole: tuple[int, int, int], to: Tongue
) -> tuple[str, ...]:
    """A tenth of the members; `whole` is all that was spent, all that was given, and the longest bar in thousandths."""
    spent, given, biggest = whole
    points, spend = part["points"][currency], part["spend"]
    least, most = (money(part[end], programme, to.language) for end in ("least", "most"))
    bars = (
        bar(thousandths(points, given) * 1000 // biggest),
        bar(thousandths(spend, spent) * 1000 // biggest, "spend"),
    )
    return (
        named(to.number(part["members"]), to.words("each {least} to {most}", least=least, most=most)), "".join(bars),
        money(spend, programme, to.language), to.percent(spend, spent), to.number(points), to.percent(points, given),
    )  # fmt: skip


def tenure_section(programme: Programme, result: Backtested, to: Tongue) -> str:
    """What the same money earns for newcomers and for members of long standing."""
    bands = result.tenure
    gains = [worth(programme, band["points"]) for band in bands]
    rates = [gain * 1_000_000 // max(band["spend"], 1) for gain, band in zip(gains, bands, strict=True)]
    most = max(rates, default=0)
    rows = []
    for band, gain, rate in zip(bands, gains, rates, strict=True):
        rows.append((
            named(_band(band, to)), bar(thousandths(rate, most)), to.percent(gain, band["spend"], 2),
            to.number(band["members"]), to.number(band["purchases"]), money(band["spend"], programme, to.language),
        ))  # fmt: skip
    heads = [
        (to.words("A member for"), ""), ("", "bar"), (to.words("Gets of what they pay"), "num"),
        (to.words("Members"), "num"), (to.words("Purchases"), "num"), (to.words("They spent"), "num"),
    ]  # fmt: skip
    return section(
        to.words("What loyalty is worth"),
        to.words(
            "What purchases gave, in points at their declared value, by how long the member had been one at the time. "
            "It should never fall as members stay."
        ),
        table(to.words("Worth of points by tenure"), heads, rows),
    )


def _band(band: dict[str, Any], to: Tongue) -> str:
    since, until = (None if day is None else round(day / _MONTH_DAYS) for day in (band["since"], band["until"]))
    if until is None:
        return to.words("{since} months or more", since=since or 0)
    if not since:
        return to.words("less than {until} months", until=until)
    return to.words("{since} to {until} months", since=since, until=until)


def tiers_section(programme: Programme, result: Backtested, to: Tongue) -> str:
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
            named(title_in(level.title, to.language), level_sentence(level, tiers, programme, to.language)),
            bar(thousandths(told["members"], most)), to.number(told["members"]),
            to.percent(told["members"], result.members), money(told["spend"], programme, to.language),
            to.percent(gain, told["spend"], 2),
        ))  # fmt: skip
    heads = [
        (to.words("Tier"), ""), ("", "bar"), (to.words("Members"), "num"), (to.words("Share"), "num"),
        (to.words("They spent"), "num"), (to.words("Got of what they paid"), "num"),
    ]  # fmt: skip
    last = to.words("Tiers on {day}.", day=to.day(result.last)) if result.last else ""
    return section(to.words("Where members stand"), last, table(to.words("Members per tier"), heads, rows))


def first_reward_section(programme: Programme, result: Backtested, to: Tongue, alone: bool) -> str:
    """How many come to a first reward, and how soon."""
    told, heading = result.first_reward, to.words("The first reward")
    if not told["prices"]:
        why = (
            to.words("No price is known for one: there are no rewards, and no value of a point is declared.")
            if alone
            else to.words("No price is known for one: state it (--first-reward 500) to see who reaches it.")
        )
        return section(heading, why)
    prices = listed(
        (
            f"{to.number(price)} {title_in(programme.currency(id).title, to.language)}"
            for id, price in told["prices"].items()
        ),
        "or",
    )
    share = to.percent(told["members"], result.members)
    lede = to.words(
        "A first reward costs {prices}. Of {members} members, {reached} ({share}) came to have that much, spent or "
        "not.",
        prices=prices, members=result.members, reached=told["members"], share=share,
    )  # fmt: skip
    if not told["days"]:
        return section(heading, lede)
    rows = [
        (
            named(title), bar(thousandths(days, told["days"][2]), "spend"), to.number(days),
            to.number(days / _MONTH_DAYS, 1),
        )
        for title, days in zip(
            (to.words("A quarter of them"), to.words("Half of them"), to.words("Three quarters of them")), told["days"],
            strict=True,
        )
    ]  # fmt: skip
    heads = [("", ""), ("", "bar"), (to.words("Days from joining"), "num"), (to.words("Months"), "num")]
    return section(heading, lede, table(to.words("How soon a first reward is reached"), heads, rows))
