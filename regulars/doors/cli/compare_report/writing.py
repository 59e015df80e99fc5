"""Writing the report of a comparison: what a keeper wants to know before members do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from html import escape
from importlib import resources
from string import Template
from typing import Any

from babel.dates import format_date

from regulars.doors.cli.backtest_report.showing import bar, figures, named, section, style, table, thousandths
from regulars.doors.cli.compare_report.losing import LANGUAGE, buying, by_money, explained, signed, signed_money, titles
from regulars.programme.comparing import Difference
from regulars.programme.judging import Effect
from regulars.programme.promise import Programme
from regulars.programme.sentences import money, title_in

Summary = Mapping[str, Any]
_EFFECTS = {
    Effect.DEVALUING: "Takes from points already earned",
    Effect.ADVERSE: "Worse for some or all",
    Effect.DIFFERS: "Differs: nobody can say for whom it is better",
    Effect.GOOD: "Better",
    Effect.NEUTRAL: "Changes nothing for members",
}


def report(
    old: Programme, new: Programme, told: Summary, found: Sequence[Difference], source: str, alone: bool = False
) -> str:
    """The whole page as HTML: `told` is the summary, `source` names the events. `alone` when no other file lies beside
    the page."""
    paper = resources.files("regulars.doors.cli.backtest_report")
    own = resources.files("regulars.doors.cli.compare_report")
    sheet = "".join(folder.joinpath("page.css").read_text(encoding="utf-8") for folder in (paper, own))
    parts = [_head(old, new, told, source), _owed(new, told), _changes(found)]
    for currency, moved in told["currencies"].items():
        unit = _unit(old, new, currency)
        parts += [_rules(old, new, moved, unit), _parts(old, moved, unit), _losers(old, new, moved, unit)]
    parts += [_tiers(old, new, told), _not_taken(told, alone), _foot(told, alone)]
    return Template(paper.joinpath("page.txt").read_text(encoding="utf-8")).substitute(
        language=LANGUAGE,
        title=escape(f"{new.header.brand.name}: old promise and new"),
        style=style(sheet),
        content="\n".join(part for part in parts if part),
    )


def _unit(old: Programme, new: Programme, currency: str) -> str:
    known = {one.id: one.title for one in (*old.currencies, *new.currencies)}
    return title_in(known[currency], LANGUAGE)


def _head(old: Programme, new: Programme, told: Summary, source: str) -> str:
    days = f"from {told['first']} to {told['last']}" if told["first"] else "with no events"
    shown = []
    for currency, moved in told["currencies"].items():
        unit = _unit(old, new, currency)
        told_by = moved["money"] if by_money(moved) else moved
        shown += [
            (f"Lose {unit}", f"{told_by['lose']['members']:,}", _together(moved, "lose", new)),
            (f"Gain {unit}", f"{told_by['gain']['members']:,}", _together(moved, "gain", new)),
            ("Neither", f"{told_by['same']:,}", f"of {told['members']:,} members"),
            (f"In all {unit}", signed(moved["difference"]), _worth(moved, new)),
        ]
    lower = _lower(new, told)
    if lower:
        shown.append(("Stand lower", f"{lower:,}", "in tiers, on the last day"))
    return (
        f"<header><h1>{escape(new.header.brand.name)}: who gains and who loses</h1>"
        f'<p class="lede">The old promise and the new one, each folded over the same {told["events"]:,} events of '
        f"{escape(source)}, {days}. Everybody is taken to shop as they did.</p>{figures(shown)}"
        f"{_cheaper(old, new, told)}</header>"
    )


def _lower(new: Programme, told: Summary) -> int:
    """How many members stand in a lower tier under the new programme, or whose tier is no more."""
    order = {level.id: place for place, level in enumerate(new.tiers.levels if new.tiers else ())}
    return sum(row["members"] for row in told["tiers"] if order.get(row["old"], len(order)) > order[row["new"]])


def _together(moved: Summary, side: str, programme: Programme) -> str:
    """What those who gain or lose do so together: in money, where points buy something else than before; else in
    points, and what these buy beside them."""
    if by_money(moved):
        return f"together {signed_money(moved['money'][side]['money'], programme)} in what they buy"
    said = f"together {signed(moved[side]['points'])}"
    buys = buying(moved)
    return f"{said} ({signed_money(buys[side]['money'], programme)})" if buys else said


def _cheaper(old: Programme, new: Programme, told: Summary) -> str:
    """What points buy, where that is something else than before; a word of caution where nobody can say."""
    said = []
    before = {currency.id: currency.value for currency in old.currencies}
    for currency in new.currencies:
        moved, unit = told["currencies"][currency.id], title_in(currency.title, LANGUAGE)
        if by_money(moved):
            was, now = (
                money(round(Fraction(moved["money"]["point"][word]) * 100), new, LANGUAGE) for word in ("old", "new")
            )
            said.append(
                f"100 {unit} buy {was} under the old promise and {now} under the new one: who gains and who loses is "
                "counted by what they buy."
            )
        elif buying(moved) is None and currency.id in before and before[currency.id] != currency.value:
            said.append(
                f"Counted are points, and {unit} are worth something else than before: who gains may have less."
            )
    return "".join(f'<p class="down">{escape(one)}</p>' for one in said)


def _worth(moved: Summary, programme: Programme) -> str:
    worth = buying(moved) or moved["worth"]
    if worth["old"] is None or worth["new"] is None:
        return f"{moved['old']:,} before, {moved['new']:,} now"
    before, after = (money(worth[word], programme, LANGUAGE) for word in ("old", "new"))
    return f"worth {before} before, {after} now"


def _owed(new: Programme, told: Summary) -> str:
    due = told["owed"]
    if not due["notice_days"]:
        return section("What this change owes to members", "Nobody is worse off by the promise: it may begin at once.")
    rows = [
        ("Members are told", due["notice"], "with the old clauses and the new ones"),
        ("May begin", due["earliest"], f"{due['notice_days']} days after the notice at the soonest"),
        ("Begins", due["effective"], "the day that the drafts name"),
        ("Grace ends", due["grace_until"], f"for {due['grace_days']} days what was earned keeps its old value"),
    ]
    if due["again"]:
        rows.insert(1, ("Told again by", due["again"], "a notice of more than 90 days before is forgotten"))
    body = table(
        "Notice and grace",
        [("", ""), ("Day", ""), ("", "")],
        [(escape(what), escape(_day(day)), escape(why)) for what, day, why in rows],
    )
    if due["effect"] != "devaluing":
        lede = "Some members may be worse off. They are told before, both clauses side by side, and have time to spend."
        return section("What this change owes to members", lede, body)
    lede = "This change takes from points that members have earned already. Without --allow-devaluation it is refused."
    held = "".join(_held(new, currency, moved) for currency, moved in told["currencies"].items())
    loud = section("Points already earned lose by this", lede, held, body)
    return loud.replace("<section>", '<section class="loud">', 1)


def _held(programme: Programme, currency: str, moved: Summary) -> str:
    points, worth = moved["held"]["points"], buying(moved["held"]) or moved["held"]["worth"]
    said = f"On the last day of the file members hold <strong>{points:,}</strong> {escape(currency)}"
    if worth["old"] is None or worth["new"] is None:
        return f"<p>{said} under the old promise.</p>"
    before, after = (money(worth[word], programme, LANGUAGE) for word in ("old", "new"))
    return f"<p>{said}: worth {escape(before)} under the old promise, {escape(after)} under the new one.</p>"


def _day(iso: str) -> str:
    return format_date(date.fromisoformat(iso), "long", locale=LANGUAGE)


def _changes(found: Sequence[Difference]) -> str:
    if not found:
        return section("What changes", "Nothing: the two files promise the same.")
    rows = []
    for one in sorted(found, key=lambda one: -one.effect):
        was, now = one.old.get(LANGUAGE), one.new.get(LANGUAGE)
        said = f'<span class="was">Before: {escape(was)}</span>' if was else '<span class="was">New.</span>'
        said += f'<span class="now">Now: {escape(now)}</span>' if now else '<span class="now">It ends.</span>'
        mark = "effect down" if one.adverse else "effect"
        rows.append((named(one.title[LANGUAGE], f"{one.kind} {one.id}".strip()), said,
                     f'<span class="{mark}">{escape(_EFFECTS[one.effect])}</span>'))  # fmt: skip
    heads = [("Clause", ""), ("As members read it", ""), ("", "")]
    return section(
        "What changes",
        "Clause by clause, the worst first. What nobody can decide from the text alone counts as worse.",
        table("Clauses of the old promise and the new one", heads, rows),
    )


def _rules(old: Programme, new: Programme, moved: Summary, unit: str) -> str:
    called = titles(old, new)
    rows = [(named(called["rule", rule]), row) for rule, row in moved["rules"].items()]
    return section(
        f"By which rule: {unit}",
        "What each rule gave after rounding and caps, less what returns took back.",
        _side_by_side("Rule", f"{unit.capitalize()} by rule, and how many members it gives less or more", rows, new),
    )


def _parts(programme: Programme, moved: Summary, unit: str) -> str:
    rows = []
    for row in moved["deciles"]:
        span = f"each {money(row['least'], programme, LANGUAGE)} to {money(row['most'], programme, LANGUAGE)}"
        rows.append((named(f"{row['members']:,}", span), row))
    return section(
        f"Whom it meets: {unit}",
        "Members in ten parts by what they spent, those who spent most first.",
        _side_by_side("Members", f"{unit.capitalize()} per part, and how many in it lose or gain", rows, programme),
    )


def _side_by_side(what: str, caption: str, rows: Sequence[tuple[str, Summary]], programme: Programme) -> str:
    """Old and new points of each row, drawn and as figures, and what the difference buys; what `rows` are called is
    HTML."""
    most = max((max(row["old"], row["new"]) for _, row in rows), default=0)
    cells = [
        (
            name,
            bar(thousandths(row["new"], most)) + bar(thousandths(row["old"], most), "spend"),
            f"{row['old']:,}",
            f"{row['new']:,}",
            f"{signed(row['difference'])}<small>{_percent(row)}</small>{_buys(row, programme)}",
            f"{row['lose']:,}",
            f"{row['gain']:,}",
        )
        for name, row in rows
    ]
    heads = [
        (what, ""), ("", "bar"), ("Before", "num"), ("Now", "num"), ("Difference", "num"), ("Lose", "num"),
        ("Gain", "num"),
    ]  # fmt: skip
    key = '<p class="small"><span class="key given"></span>now<span class="key spend"></span>before</p>'
    return key + table(caption, heads, cells)


def _buys(row: Summary, programme: Programme) -> str:
    """What the difference buys."""
    told = buying(row)
    return (
        f"<small>{escape(signed_money(told['difference'], programme))}</small>" if told and told["difference"] else ""
    )


def _percent(row: Summary) -> str:
    tenths = abs(row["difference"]) * 1000 // row["old"] if row["old"] > 0 else 0
    return f"{tenths // 10}.{tenths % 10} %" if tenths else ""


def _losers(old: Programme, new: Programme, moved: Summary, unit: str) -> str:
    if not moved["losers"]:
        return ""
    told = "".join(explained(row, unit, old, new, by_money(moved)) for row in moved["losers"])
    return section(
        f"Who loses most: {unit}",
        f"The {len(moved['losers'])} who lose most, each by which rule and why. Talk to them before the notice does.",
        f'<ol class="losers">{told}</ol>',
    )


def _tiers(old: Programme, new: Programme, told: Summary) -> str:
    if not old.tiers and not new.tiers:
        return ""
    called = titles(old, new)

    def name(level: str) -> str:
        return called.get(("level", level), "no tier")

    moves = sorted(told["tiers"], key=lambda row: row["old"] == row["new"])
    rows = [(escape(name(row["old"])), escape(name(row["new"])), f"{row['members']:,}") for row in moves]
    lede = f"Tiers on {told['last'] or 'the last day'}: those who stand elsewhere under the new promise come first."
    return section(
        "Where members stand", lede, table("Members by tier", [("Before", ""), ("Now", ""), ("Members", "num")], rows)
    )


def _not_taken(told: Summary, alone: bool) -> str:
    refused = [("the reader", told["rejected"])]
    refused += [(f"the {word} programme", told["refusals"][word]) for word in ("old", "new")]
    rows = [
        (f"<code>{escape(code)}</code>", who, f"{count:,}") for who, codes in refused for code, count in codes.items()
    ]
    if not rows:
        return section("What was not taken", "Every event of the file was taken under both.")
    heads = [("Why", ""), ("Refused by", ""), ("Times", "num")]
    lede = "By the code of its reason." if alone else "What the reader set aside stands row by row in rejects.csv."
    return section("What was not taken", lede, table("Refusals by code", heads, rows))


def _foot(told: Summary, alone: bool) -> str:
    every = "" if alone else " Every member stands in comparison.parquet."
    return (
        f"<footer><p>Old programme {escape(told['old']['id'])}, SHA-256 {escape(told['old']['digest'])}. New programme "
        f"{escape(told['new']['id'])}, SHA-256 {escape(told['new']['digest'])}.{every}</p></footer>"
    )
