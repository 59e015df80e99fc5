"""What a finding says of offers that give one customer more than another."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from regulars.kit.speaking import Said, lasting, listed, phrase, titled, worded
from regulars.programme.checks.cells import Cell, TooManyCells, Undecided
from regulars.programme.checks.comparing import Worse
from regulars.programme.checks.offering import PAST, TENURE, Offering
from regulars.programme.checks.subject import Finding, Subject
from regulars.programme.checks.texts import money
from regulars.programme.checks.worth import unknown

VALUED = worded("Give the currency a `value`, or a reward a `worth`.")
_OPEN = worded("Open it to those as well, or give them an offer of their own that is worth as much.")
_AGAIN = worded("Give as much again later: write `repeats: yes`, or give it on every anniversary.")
_NOT_EVER = worded("Let it be bounded for a year or a month and not for ever, or give as much again later.")
_SPLIT = worded("Write the conditions more simply, or in groups of rules that do not look at the same facts.")


def offer_findings(
    subject: Subject,
    compare: Callable[[Offering], list[Worse]],
    tell: Callable[[Worse], tuple[Said, Said]],
    of: Callable[[Subject], Offering] = lambda subject: subject.offering,
) -> Iterator[Finding]:
    """A finding for each offer by which one customer fares worse than another; `tell` says who and whom."""
    try:
        offering = of(subject)
        if compare not in subject.compared:
            subject.compared[compare] = _in_all_worths(compare, offering) if offering.when else []
        found: list[tuple[Worse, bool]] = subject.compared[compare]
    except TooManyCells as many:
        yield undecided("offers", phrase("there are too many cases of {what}", what=many.what))
        return
    except Undecided as why:
        yield undecided("offers", why.why)
        return
    for worse, certain in found:
        if certain:
            yield _unfair(subject, offering, worse, tell)
        else:
            open_ = phrase("nobody says what points are worth that some get and others do not")
            yield undecided(_path(subject, offering, worse.gap.offer), open_, VALUED)


def _in_all_worths(compare: Callable[[Offering], list[Worse]], offering: Offering) -> list[tuple[Worse, bool]]:
    """For each offer the first of what is found for all that points may be worth, and whether that is certain: where
    nobody knows the worth of some, it has to be found whatever it is.
    """
    every = offering.each_worth()
    found: dict[int, list[Worse]] = {}
    for one in every:
        for worse in compare(one):
            found.setdefault(worse.gap.offer, []).append(worse)
    open_ = any(unknown(one.points) for one in every)
    return [(some[0], not open_ or len(some) == len(every)) for _, some in sorted(found.items())]


def undecided(path: str, why: str, remedy: str = _SPLIT) -> Finding:
    """A finding that says that nothing was decided, and `why`."""
    message = worded(
        "Whether loyalty gets less somewhere could not be decided: {why}, and nothing is guessed.", why=why
    )
    return Finding(path, message, remedy, undecided=True)


def _unfair(subject: Subject, offering: Offering, worse: Worse, tell: Callable[[Worse], tuple[Said, Said]]) -> Finding:
    programme = subject.programme
    who, whom = tell(worse)
    more, less = money(worse.gap.more, programme), money(worse.gap.less, programme)
    basket = money(worse.gap.basket, programme)
    if worse.lines:
        lines = listed([_part(offering, line, amount) for line, amount in worse.lines], "standard")
        basket = phrase("{basket}, {lines}", basket=basket, lines=lines)
    shared = {word: value for word, value in worse.other.items() if word not in PAST}
    said = offering.cells.said(shared)
    title = titled(offering.programme.offers[worse.gap.offer].title)
    path = _path(subject, offering, worse.gap.offer)
    figures = {"who": who, "whom": whom, "more": more, "less": less}
    return Finding(
        path,
        worded(
            "By `{title}` {who} gets {more} where {whom} gets {less}: {amount} less.",
            title=title,
            **figures,
            amount=money(worse.width, programme),
        ),
        _AGAIN if path.endswith(".milestone") else _OPEN if path.endswith(".eligible") else _NOT_EVER,
        _example(figures, basket, said, bought=path.endswith((".eligible", ".use.limit"))),
    )


def _example(figures: dict[str, Said], basket: str, facts: str, *, bought: bool) -> Said:
    """The two customers, and their purchase where that is on which it is given."""
    if not bought:
        return worded("Ada is {whom}, Bruno is {who}: Bruno is given {more} by and by, Ada {less}.", **figures)
    if not facts:
        return worded(
            "Ada is {whom}, Bruno is {who}. Both buy for {basket}: Bruno is given {more}, Ada {less}.",
            **figures,
            basket=basket,
        )
    return worded(
        "Ada is {whom}, Bruno is {who}. Both buy for {basket} ({facts}): Bruno is given {more}, Ada {less}.",
        **figures,
        basket=basket,
        facts=facts,
    )


def _path(subject: Subject, offering: Offering, offer: int) -> str:
    """Where it stands that one has it and another has not."""
    beside = offering.beside(offer)
    if beside is not None:
        return beside
    welcome = offering.programme.offers[offer].eligible == subject.programme.offers[offer].eligible
    return f"offers[{offer}].{'eligible' if welcome else 'use.limit'}"


def _part(offering: Offering, line: Cell, amount: int) -> Said:
    said = offering.cells.said(line)
    spent = money(amount, offering.programme)
    return phrase("{line} where {facts}", line=spent, facts=said) if said else spent


def past(cell: Cell) -> Said:
    """A customer by their past, as far as offers look at it."""
    days, tier, since = cell.get(TENURE.name), cell.get("tier"), cell.get("member_since")
    if days is None and not tier and not since:
        return phrase("one who bought before")
    told = phrase("a customer")
    if days is not None:
        told = phrase("{customer} {time}", customer=told, time=lasting(days))
    if tier:
        told = phrase("{customer} in the tier `{tier}`", customer=told, tier=tier)
    return phrase("{customer} who joined on {day}", customer=told, day=str(since)) if since else told
