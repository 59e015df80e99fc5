"""LP-4: whoever stays longer, or rises higher, never gets less."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from regulars.kit.speaking import Said, counted, listed, phrase, titled, worded
from regulars.programme.checks.cells import Cell, TooManyCells, Undecided
from regulars.programme.checks.comparing import MOST_LOOKED_AT, Worse, than_new, than_shorter
from regulars.programme.checks.giving import Giving, givings
from regulars.programme.checks.leading import MOST_KINDS, MOST_PAIRS
from regulars.programme.checks.offer_findings import offer_findings, past, undecided
from regulars.programme.checks.outearning import EarnsLess, Known, Outearning
from regulars.programme.checks.privileges import Denied, denied, fading, sections
from regulars.programme.checks.purse import purse
from regulars.programme.checks.registry import check
from regulars.programme.checks.rulings import house, regulator
from regulars.programme.checks.simplex import MOST_FIGURES, Effort
from regulars.programme.checks.subject import Finding, Subject
from regulars.programme.checks.texts import money, number
from regulars.programme.problems import ERROR


def _nobody_first(values: list[Any]) -> list[Any]:
    """`values` with the missing one, which stands last, first: who is no member is loyal least."""
    return [value for value in values if value is None] + [value for value in values if value is not None]


#: What says how long or how much somebody has been a customer; values in rising loyalty.
LOYALTY: dict[str, Callable[[list[Any]], list[Any]]] = {
    "member_since": lambda values: _nobody_first(values[::-1]),
    "tier": _nobody_first,
}


@check(
    "LP-4",
    "Loyalty never gets less",
    house(ERROR, phrase("tenure and tier may raise what custom is given, and never lower it")),
    regulator(
        "uk",
        "FCA PS21/5 and ICOBS 6B (home and motor insurance): price walking; tenure may not raise a price",
        "2021",
    ),
    why="Newcomers are wooed with what the loyal pay for. Whoever has stayed longest then does best to leave and join "
    "again.",
    decides="Offers may not give less for a longer tenure, an earlier date of joining or a higher tier (a warning); "
    "they are compared as in LP-1. And for every currency, the points for the same custom are compared between members "
    "who differ only in how long they have been members (`member_since`), and between those who differ only in "
    "`tier`. Everything else that conditions mention (days, stores, brands, segments) is varied over all values "
    "that make a difference, days over real days, on which both are members already; what is said of all lines "
    "together is taken at its word. Money, items and lines are "
    "varied without end: what rules give is a straight line in them, and another one wherever a group chooses "
    "another rule or a cap is reached; each is laid beside each, and the greatest difference is worked out exactly, "
    "for baskets with lines of several kinds too, and where caps bound a period, for many baskets spread evenly "
    "over it. Rounding, payment with points, and a last cap over everything, which takes from both alike (for ever, it "
    "is for LP-1), are left out; of what is given `every` so many times a part is counted each time. Who is no member "
    "comes before the newest. Currencies of which a point is worth one known sum, that end and wait alike and count "
    "for no tier, are judged by their sum. "
    f"Where more than {MOST_LOOKED_AT:,} cases, {MOST_KINDS} kinds of lines that matter together, "
    f"{MOST_PAIRS} pairs of choices or {MOST_FIGURES:,} figures to work out, caps that overlap, caps that refuse "
    "over a period, lines that are asked for the member's tier, offers that make up for another one and are for a "
    "shorter time, fewer uses or fewer goods (`valid_days`, `limit`, `margin_floor`), or a streak, or a count of days, "
    "that only the more loyal are asked for, leave it open, the check says that it could not decide, as an error. "
    "In the same way, whatever rewards, moments, clubs, ways of being served and the bringing "
    "of friends are open to the newer member or the lower tier are open to the other too, or something at least as "
    "good: a reward that is worth as much for no more points, on terms no worse; moments whose gifts come to as "
    "much on no later occasion, and as surely (a `budget`); a club that costs no more, gives no less, and is tried, "
    "left and renewed on terms no worse; a perk of the same kind. What cannot be compared, for want of a worth or "
    "because it is of another kind, is an error as well; a perk in other words, or an anniversary, only a warning. "
    "Progress towards a tier (`tiers.when`) and being spared a reason of `forfeiture` have no equal. An anniversary "
    "that is named, or a milestone of years, gives no more than the best that comes later, but for the last one where "
    "it is a jubilee of five years or more.",
)
def loyalty_never_gets_less(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Whatever a newer member, or a lower tier, gets more of for the same custom."""
    told = {finding.path for finding in offer_findings(subject, than_new, _shorter)}
    for finding in offer_findings(subject, than_shorter, _shorter):
        if finding.undecided or finding.path not in told:
            yield replace(finding, mild=not finding.undecided)
    yield from _earning(subject)
    yield from _fading(subject)
    for section in sections(subject.programme):
        try:
            for one in denied(section, LOYALTY):
                yield _told(one)
        except TooManyCells as many:
            yield undecided(section.path, phrase("there are too many cases of {what}", what=many.what))


def _fading(subject: Subject) -> Iterator[Finding]:
    """Anniversaries that give less and less."""
    try:
        for one in fading(subject.programme):
            if one.certain:
                yield Finding(
                    one.path,
                    counted(
                        "The anniversary of one year gives more than any that comes later.",
                        "The anniversary of {n} years gives more than any that comes later.",
                        one.year,
                    ),
                    worded("Give at least as much on a later anniversary."),
                )
            else:
                why = counted(
                    "the gifts of one year cannot be laid beside those of later ones",
                    "the gifts of {n} years cannot be laid beside those of later ones",
                    one.year,
                )
                yield replace(undecided(one.path, why, _THE_SAME), mild=True)
    except TooManyCells as many:
        yield undecided("moments", phrase("there are too many cases of {what}", what=many.what))


def _told(one: Denied) -> Finding:
    who, over, example = _both(one.word, one.steps)
    said = one.cells.said(one.cell)
    opens = phrase(one.section.opens, thing=one.thing.said)
    if not one.certain:
        why = phrase("{who} {opens}, and nobody can tell whether {over} have as much", who=who, opens=opens, over=over)
        return replace(undecided(one.thing.path, why, one.section.alike), mild=one.section.mild)
    if one.section.plain:
        return Finding(
            one.thing.path,
            worded("{who} {opens}; not so {over}.", who=who, opens=opens, over=over),
            worded("Let the condition ask nothing about tenure or tier, or turn it round."),
            example,
        )
    has = phrase("Bruno has it where {facts}", facts=said) if said else phrase("Bruno has it")
    instead = listed([thing.said for thing in one.instead[:_MOST_TOLD]], "standard")
    lacks = phrase("Ada has {instead}", instead=instead) if instead else phrase("Ada goes without")
    return Finding(
        one.thing.path,
        worded("{who} {opens}; {over} nothing as good.", who=who, opens=opens, over=over),
        worded("Open it to them as well, or give them something at least as good."),
        worded("{example} {has}, and {lacks}.", example=example, has=has, lacks=lacks),
    )


def _both(word: str, steps: tuple[Any, Any]) -> tuple[Said, Said, Said]:
    """The less loyal, the more loyal, and one of each as an example."""
    newer, longer = str(steps[0]), str(steps[1])
    if steps[0] is None:
        some = phrase("those who are no members"), phrase("members")
        if word == "tier":
            return *some, worded("Ada is `{tier}`, Bruno has no tier.", tier=longer)
        return *some, worded("Ada has been a member since {day}, Bruno is none.", day=longer)
    if word == "tier":
        example = worded("Ada is `{tier}`, Bruno only `{lower}`.", tier=longer, lower=newer)
        return phrase("members of a lower tier"), phrase("those above"), example
    example = worded("Ada has been a member since {day}, Bruno since {later}.", day=longer, later=newer)
    return phrase("members who joined later"), phrase("those who joined before them"), example


#: Of what somebody has instead, so many things are told.
_MOST_TOLD = 3
_THE_SAME = worded("Give the same things again on a later anniversary.")


def _shorter(worse: Worse) -> tuple[Said, Said]:
    return past(worse.favoured), past(worse.other)


def _earning(subject: Subject) -> Iterator[Finding]:
    """Rules, groups and caps of which the less loyal get more."""
    seen: set[tuple[int | None, int | None]] = set()
    known: Known = {}
    effort = Effort()
    looked_at = 0
    try:
        programme, together, whole = purse(subject.programme)
        for giving in givings(programme, LOYALTY):
            looked_at += giving.cells.number() * len(giving.rules) * len(giving.events)
            if looked_at > MOST_LOOKED_AT:
                raise TooManyCells(phrase("rules"))
            outearning = Outearning(giving, known, effort)
            given = giving.rules[0][1].currency if giving.rules else ""
            for word, rising in LOYALTY.items():
                for less in outearning.found(word, rising(giving.cells.values.get(word, []))):
                    if (less.rule, less.cap) not in seen:
                        seen.add((less.rule, less.cap))
                        yield _earns_less(subject, giving, less, whole if given in together else None)
    except TooManyCells as many:
        yield undecided("earn.rules", phrase("there are too many cases of {what}", what=many.what))
    except Undecided as why:
        if "cap" in str(why):
            yield undecided("earn.caps", why.why, _PLAIN_CAPS)
        else:
            yield undecided("earn.groups" if "group" in str(why) else "earn.rules", why.why)


def _earns_less(subject: Subject, giving: Giving, less: EarnsLess, whole: int | None) -> Finding:
    """A finding; points that are `whole` to a minor unit are told as what they are worth."""
    lower, higher = number(less.verdict.lower), number(less.verdict.higher)
    who, over, example = _both(less.word, less.steps)
    figures = {"custom": _custom(subject, giving, less), "who": who, "over": over}
    if whole is None:
        points = titled(subject.programme.currency(giving.rules[0][1].currency).title)
        message = worded(
            "For {custom} {who} get {lower} {points}, {over} {higher}.",
            **figures, lower=lower, higher=higher, points=points,
        )  # fmt: skip
    else:
        lower, higher = (
            money(one * Fraction(1, whole), subject.programme) for one in (less.verdict.lower, less.verdict.higher)
        )
        message = worded(
            "For {custom} {who} get points worth {lower}, {over} {higher}.", **figures, lower=lower, higher=higher
        )
    only = [line for line, (count, *_) in zip(less.lines, less.verdict.custom.lines, strict=True) if count]
    said = giving.cells.said({**less.cell, **(_plain(only[0]) if len(only) == 1 else {})})
    path, remedy = f"earn.rules[{less.rule}].when", _SAME_RULE
    if less.rule is None:
        path, remedy = f"earn.caps[{less.cap}]", _SAME_CAP
    return Finding(
        path,
        message,
        remedy,
        worded(
            "{example} Where {facts}, Ada gets {higher} and Bruno {lower}.",
            example=example,
            facts=said,
            higher=higher,
            lower=lower,
        )
        if said
        else worded("{example} Ada gets {higher} and Bruno {lower}.", example=example, higher=higher, lower=lower),
    )


_SAME_RULE = worded("Give the longer loyal at least as much: drop the condition, turn it round, or add what they lack.")
_SAME_CAP = worded("Let the cap bound what both get, or raise it for those who get more.")
_PLAIN_CAPS = worded("Write `at_edge: clip`, caps over rules of their own, and a cap over everything last.")


def _custom(subject: Subject, giving: Giving, less: EarnsLess) -> Said:
    """A basket, or many within a period; with what is particular in each line, if there are several."""
    custom, lines = less.verdict.custom, []
    several = sum(count > 0 for count, *_ in custom.lines) > 1
    for cell, (count, spent, quantity) in zip(less.lines, custom.lines, strict=True):
        if count:
            said = giving.cells.said(_plain(cell)) if several else ""
            line = money(spent, subject.programme)
            line = phrase("{line} on {count} lines", line=line, count=count) if count > 1 else line
            line = phrase("{line} with {quantity} items", line=line, quantity=quantity) if quantity > count else line
            lines.append(phrase("{line} where {facts}", line=line, facts=said) if said else line)
    basket = phrase("a basket of {lines}", lines=listed(lines, "standard")) if lines else phrase("an event")
    return basket if custom.times == 1 else _often(custom.times, basket, custom.period)


def _often(times: int, basket: Said, period: str | None) -> Said:
    """The same basket again and again within a period."""
    figures = {"times": times, "basket": basket}
    match period:
        case "day":
            return phrase("{times} times {basket}, spread evenly on one day,", **figures)
        case "week":
            return phrase("{times} times {basket}, spread evenly in one week,", **figures)
        case "month" | "long month":
            return phrase("{times} times {basket}, spread evenly in one month,", **figures)
        case "year" | "long year":
            return phrase("{times} times {basket}, spread evenly in one year,", **figures)
    return phrase("{times} times {basket}, spread evenly over ten years,", **figures)


def _plain(line: Cell) -> dict[str, Any]:
    return {word: value for word, value in line.items() if word not in ("net", "quantity")}
