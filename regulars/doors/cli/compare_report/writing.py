"""Writing the report of a comparison: what a keeper wants to know before members do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from html import escape
from importlib import resources
from typing import Any

from regulars.doors.cli.backtest_report.showing import bar, figures, named, refused, section, table, thousandths
from regulars.doors.cli.backtest_report.writing import page
from regulars.doors.cli.compare_report.losing import (
    buying,
    by_money,
    difference_bought,
    explained,
    signed_money,
    titles,
)
from regulars.kit.speaking import Tongue, phrase, said_in
from regulars.programme.comparing import Difference, titles_stayed
from regulars.programme.judging import Effect
from regulars.programme.promise import Programme
from regulars.programme.sentences import money, title_in

Summary = Mapping[str, Any]
_EFFECTS = {
    Effect.DEVALUING: phrase("Takes from points already earned"),
    Effect.ADVERSE: phrase("Worse for some or all"),
    Effect.DIFFERS: phrase("Differs: nobody can say for whom it is better"),
    Effect.GOOD: phrase("Better"),
    Effect.NEUTRAL: phrase("Changes nothing for members"),
}


def report(
    old: Programme, new: Programme, told: Summary, found: Sequence[Difference], source: str, language: str,
    alone: bool = False,
) -> str:  # fmt: skip
    """The whole page as HTML in one of `header.LANGUAGES`: `told` is the summary, `source` names the events. `alone`
    when no other file lies beside the page."""
    to = Tongue(language)
    rooms = ("regulars.doors.cli.backtest_report", "regulars.doors.cli.compare_report")
    sheet = "".join(resources.files(room).joinpath("page.css").read_text(encoding="utf-8") for room in rooms)
    parts = [_head(old, new, told, source, to), _owed(new, told, alone, to), _changes(found, to)]
    for currency, moved in told["currencies"].items():
        unit = _unit(old, new, currency, to)
        parts += [
            _rules(old, new, moved, unit, to), _parts(old, moved, unit, to), _losers(old, new, moved, unit, to),
        ]  # fmt: skip
    parts += [_tiers(old, new, told, to), _not_taken(told, alone, to), _foot(told, alone, to)]
    return page(to.words("{name}: old promise and new", name=new.header.brand.name), sheet, parts, to)


def _unit(old: Programme, new: Programme, currency: str, to: Tongue) -> str:
    known = {one.id: one.title for one in (*old.currencies, *new.currencies)}
    return title_in(known[currency], to.language)


def _head(old: Programme, new: Programme, told: Summary, source: str, to: Tongue) -> str:
    shown = []
    for currency, moved in told["currencies"].items():
        unit = _unit(old, new, currency, to)
        shown += who(moved, unit, told["members"], new, to)
        shown.append((to.words("In all: {unit}", unit=unit), to.signed(moved["difference"]), _worth(moved, new, to)))
    fallen = lower(new, told)
    if fallen:
        shown.append((to.words("Stand lower"), to.number(fallen), to.words("in tiers, on the last day")))
    lede = (
        to.words(
            "The old promise and the new one, each folded over the same {events} events of {source}, from {first} to "
            "{last}. Everybody is taken to shop as they did.",
            events=told["events"], source=source, first=to.day(told["first"]), last=to.day(told["last"]),
        )
        if told["first"]
        else to.words("{source} holds no events that could be folded.", source=source)
    )  # fmt: skip
    title = to.words("{name}: who gains and who loses", name=new.header.brand.name)
    return (
        f'<header><h1>{escape(title)}</h1><p class="lede">{escape(lede)}</p>{figures(shown)}'
        f"{_cheaper(old, new, told, to)}</header>"
    )


def who(moved: Summary, unit: str, members: int, new: Programme, to: Tongue) -> list[tuple[str, str, str]]:
    """How many of the `members` lose, gain, and do neither, each as (what, how many, what that comes to together):
    counted by what the points buy, where a point buys something else than before."""
    told_by = moved["money"] if by_money(moved) else moved
    lose, gain = (to.number(told_by[side]["members"]) for side in ("lose", "gain"))
    return [
        (to.words("Lose: {unit}", unit=unit), lose, _together(moved, "lose", new, to)),
        (to.words("Gain: {unit}", unit=unit), gain, _together(moved, "gain", new, to)),
        (to.words("Neither"), to.number(told_by["same"]), to.words_of("of one member", "of {n} members", members)),
    ]


def lower(new: Programme, told: Summary) -> int:
    """How many members stand in a lower tier under the new programme, or whose tier is no more."""
    order = {level.id: place for place, level in enumerate(new.tiers.levels if new.tiers else ())}
    return sum(
        row["members"]
        for row in told["tiers"]
        if row["old"] and row["old"] != row["new"] and order.get(row["old"], len(order)) > order.get(row["new"], -1)
    )


def _together(moved: Summary, side: str, programme: Programme, to: Tongue) -> str:
    """What those who gain or lose do so together: in money, where points buy something else than before; else in
    points, and what these buy beside them."""
    if by_money(moved):
        worth = signed_money(moved["money"][side]["money"], programme, to)
        return to.words("together {money} in what they buy", money=worth)
    said = to.words("together {points}", points=to.signed(moved[side]["points"]))
    buys = buying(moved)
    return f"{said} ({signed_money(buys[side]['money'], programme, to)})" if buys else said


def _cheaper(old: Programme, new: Programme, told: Summary, to: Tongue) -> str:
    return "".join(f'<p class="down">{escape(one)}</p>' for one in otherwise_bought(old, new, told, to))


def otherwise_bought(old: Programme, new: Programme, told: Summary, to: Tongue) -> list[str]:
    """What points buy, where that is something else than before; a word of caution where nobody can say."""
    said = []
    before = {currency.id: currency.value for currency in old.currencies}
    for currency in new.currencies:
        moved, unit = told["currencies"][currency.id], title_in(currency.title, to.language)
        if by_money(moved):
            was, now = (
                money(round(Fraction(moved["money"]["point"][word]) * 100), new, to.language) for word in ("old", "new")
            )
            said.append(
                to.words(
                    "100 {unit} buy {was} under the old promise and {now} under the new one: who gains and who loses "
                    "is counted by what they buy.",
                    unit=unit, was=was, now=now,
                )
            )  # fmt: skip
        elif buying(moved) is None and currency.id in before and before[currency.id] != currency.value:
            said.append(
                to.words(
                    "Counted are points, and {unit} are worth something else than before: who gains may have less.",
                    unit=unit,
                )
            )
    return said


def _worth(moved: Summary, programme: Programme, to: Tongue) -> str:
    worth = buying(moved) or moved["worth"]
    if worth["old"] is None or worth["new"] is None:
        return to.words("{before} before, {after} now", before=moved["old"], after=moved["new"])
    before, after = (money(worth[word], programme, to.language) for word in ("old", "new"))
    return to.words("worth {before} before, {after} now", before=before, after=after)


def _owed(new: Programme, told: Summary, alone: bool, to: Tongue) -> str:
    due, heading = told["owed"], to.words("What this change owes to members")
    if not due["notice_days"]:
        return section(heading, to.words("Nobody is worse off by the promise: it may begin at once."))
    soonest = to.words_of(
        "one day after the notice at the soonest", "{n} days after the notice at the soonest", due["notice_days"]
    )
    kept = to.words_of(
        "for one day what was earned keeps its old value", "for {n} days what was earned keeps its old value",
        due["grace_days"],
    )  # fmt: skip
    if due["spend_until"] != due["grace_until"]:
        kept = to.words("the day before the change")
    rows = [
        (to.words("Members are told"), due["notice"], to.words("with the old clauses and the new ones")),
        (to.words("May begin"), due["earliest"], soonest),
        (to.words("Begins"), due["effective"], to.words("the day that the drafts name")),
        (to.words("Spent as today until"), due["spend_until"], kept),
    ]
    if due["again"]:
        forgotten = to.words("a notice of more than 90 days before is forgotten")
        rows.insert(1, (to.words("Told again by"), due["again"], forgotten))
    body = table(
        to.words("Notice and grace"),
        [(to.words("What happens"), ""), (to.words("Day"), ""), (to.words("In detail"), "")],
        [(escape(what), escape(to.day(day)), escape(why)) for what, day, why in rows],
    )
    if due["effect"] != "devaluing":
        lede = to.words(
            "Some members may be worse off. They are told before, both clauses side by side, and have time to spend."
        )
        return section(heading, lede, body)
    lede = (
        to.words("This change takes from points that members have earned already. Publishing refuses it unless meant.")
        if alone
        else to.words(
            "This change takes from points that members have earned already. Without --allow-devaluation it is refused."
        )
    )
    held = "".join(_held(new, currency, moved, to) for currency, moved in told["currencies"].items())
    loud = section(to.words("Points already earned lose by this"), lede, held, body)
    return loud.replace("<section>", '<section class="loud">', 1)


def _held(programme: Programme, currency: str, moved: Summary, to: Tongue) -> str:
    points, worth = moved["held"]["points"], buying(moved["held"]) or moved["held"]["worth"]
    unit = next((title_in(one.title, to.language) for one in programme.currencies if one.id == currency), currency)
    if worth["old"] is None or worth["new"] is None:
        said = to.words(
            "On the last day of the file members hold {points} {unit} under the old promise.",
            points=points,
            unit=unit,
        )
    else:
        before, after = (money(worth[word], programme, to.language) for word in ("old", "new"))
        said = to.words(
            "On the last day of the file members hold {points} {unit}: worth {before} under the old promise, {after} "
            "under the new one.",
            points=points, unit=unit, before=before, after=after,
        )  # fmt: skip
    return f"<p><strong>{escape(said)}</strong></p>"


def _changes(found: Sequence[Difference], to: Tongue) -> str:
    heading = to.words("What changes")
    if not found:
        return section(heading, to.words("Nothing: the two files promise the same."))
    rows = []
    for one in sorted(found, key=lambda one: -one.effect):
        was, now = one.old.get(to.language), one.new.get(to.language)
        before = to.words("Before: {clause}", clause=was) if was else to.words("New.")
        after = to.words("Now: {clause}", clause=now) if now else to.words("It ends.")
        said = f'<span class="was">{escape(before)}</span><span class="now">{escape(after)}</span>'
        mark, effect = "effect down" if one.adverse else "effect", _EFFECTS[one.effect].said_in(to.language)
        rows.append((named(one.title[to.language], f"{one.kind} {one.id}".strip()), said,
                     f'<span class="{mark}">{escape(effect)}</span>'))  # fmt: skip
    heads = [(to.words("Clause"), ""), (to.words("As members read it"), ""), (to.words("For members"), "")]
    return section(
        heading,
        to.words("Clause by clause, the worst first. What nobody can decide from the text alone counts as worse."),
        table(to.words("Clauses of the old promise and the new one"), heads, rows),
        f'<p class="lede">{escape(stayed)}</p>' if (stayed := said_in(to.language, titles_stayed(found))) else "",
    )


def _rules(old: Programme, new: Programme, moved: Summary, unit: str, to: Tongue) -> str:
    called = titles(old, new, to)
    rows = [(named(called["rule", rule]), row) for rule, row in moved["rules"].items()]
    caption = to.words("{unit} by rule, and how many members it gives less or more", unit=unit)
    return section(
        to.words("By which rule: {unit}", unit=unit),
        to.words("What each rule gave after rounding and caps, less what returns took back."),
        _side_by_side(to.words("Rule"), caption, rows, new, to),
    )


def _parts(programme: Programme, moved: Summary, unit: str, to: Tongue) -> str:
    rows = []
    for row in moved["deciles"]:
        least, most = (money(row[end], programme, to.language) for end in ("least", "most"))
        span = to.words("each {least} to {most}", least=least, most=most)
        rows.append((named(to.number(row["members"]), span), row))
    caption = to.words("{unit} per part, and how many in it lose or gain", unit=unit)
    return section(
        to.words("Whom it meets: {unit}", unit=unit),
        to.words("Members in ten parts by what they spent, those who spent most first."),
        _side_by_side(to.words("Members"), caption, rows, programme, to),
    )


def _side_by_side(
    what: str, caption: str, rows: Sequence[tuple[str, Summary]], programme: Programme, to: Tongue
) -> str:
    """Old and new points of each row, drawn and as figures, and what the difference buys; what `rows` are called is
    HTML."""
    most = max((max(row["old"], row["new"]) for _, row in rows), default=0)
    cells = [
        (
            name,
            bar(thousandths(row["new"], most)) + bar(thousandths(row["old"], most), "spend"),
            to.number(row["old"]),
            to.number(row["new"]),
            f"{to.signed(row['difference'])}<small>{_percent(row, to)}</small>{_buys(row, programme, to)}",
            to.number(row["lose"]),
            to.number(row["gain"]),
        )
        for name, row in rows
    ]
    now, before = to.words("Now"), to.words("Before")
    heads = [
        (what, ""), ("", "bar"), (before, "num"), (now, "num"), (to.words("Difference"), "num"),
        (to.words("Lose"), "num"), (to.words("Gain"), "num"),
    ]  # fmt: skip
    key = (
        f'<p class="small"><span class="key given"></span>{escape(now)}'
        f'<span class="key spend"></span>{escape(before)}</p>'
    )
    return key + table(caption, heads, cells)


def _buys(row: Summary, programme: Programme, to: Tongue) -> str:
    said = difference_bought(row, programme, to)
    return f"<small>{escape(said)}</small>" if said else ""


def _percent(row: Summary, to: Tongue) -> str:
    # Less than half of the last decimal is not worth a line.
    told = row["old"] > 0 and abs(row["difference"]) * 2_000 > row["old"]
    return to.percent(abs(row["difference"]), row["old"]) if told else ""


def _losers(old: Programme, new: Programme, moved: Summary, unit: str, to: Tongue) -> str:
    if not moved["losers"]:
        return ""
    told = "".join(explained(row, unit, old, new, by_money(moved), to) for row in moved["losers"])
    return section(
        to.words("Who loses most: {unit}", unit=unit),
        to.words("By which rule each loses, and why. Talk to them before the notice does."),
        f'<ol class="losers">{told}</ol>',
    )


def _tiers(old: Programme, new: Programme, told: Summary, to: Tongue) -> str:
    if not old.tiers and not new.tiers:
        return ""
    called, none = titles(old, new, to), to.words("no tier")
    moves = sorted(told["tiers"], key=lambda row: row["old"] == row["new"])
    rows = [
        (*(escape(called.get(("level", row[word]), none)) for word in ("old", "new")), to.number(row["members"]))
        for row in moves
    ]
    lede = to.words("Those who stand elsewhere under the new promise come first.")
    if told["last"]:
        lede = f"{to.words('Tiers on {day}.', day=to.day(told['last']))} {lede}"
    heads = [(to.words("Before"), ""), (to.words("Now"), ""), (to.words("Members"), "num")]
    return section(to.words("Where members stand"), lede, table(to.words("Members by tier"), heads, rows))


def _not_taken(told: Summary, alone: bool, to: Tongue) -> str:
    heading = to.words("What was not taken")
    found = [
        (to.words("The reader"), told["rejected"]),
        (to.words("The old programme"), told["refusals"]["old"]),
        (to.words("The new programme"), told["refusals"]["new"]),
    ]
    rows = [(refused(code, to), escape(who), to.number(count)) for who, codes in found for code, count in codes.items()]
    if not rows:
        return section(heading, to.words("Every event of the file was taken under both."))
    heads = [(to.words("Why"), ""), (to.words("Refused by"), ""), (to.words("Times"), "num")]
    aside = to.words("What the reader set aside stands row by row in rejects.csv.")
    lede = to.words("By the code of its reason.") if alone else aside
    return section(heading, lede, table(to.words("Refusals by code"), heads, rows))


def _foot(told: Summary, alone: bool, to: Tongue) -> str:
    said = to.words(
        "Old programme {old}, SHA-256 {old_digest}. New programme {new}, SHA-256 {new_digest}.",
        old=told["old"]["id"], old_digest=told["old"]["digest"],
        new=told["new"]["id"], new_digest=told["new"]["digest"],
    )  # fmt: skip
    every = "" if alone else " " + to.words("Every member stands in comparison.parquet.")
    valued = to.words(
        "What points are worth here is what they buy: by the cheapest reward that states it, or the declared value "
        "where that is more. A backtest values what is not spent at the declared value alone: its figures may be lower."
    )
    return f"<footer><p>{escape(valued)}</p><p>{escape(said + every)}</p></footer>"
