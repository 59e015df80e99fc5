"""What a finding says of offers that give one customer more than another."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from regulars.programme.checks.cells import Cell, TooManyCells, Undecided
from regulars.programme.checks.comparing import Worse
from regulars.programme.checks.offering import PAST, TENURE, Offering
from regulars.programme.checks.subject import Finding, Subject
from regulars.programme.checks.texts import money
from regulars.programme.sentences import title_in

_SPLIT = "Write the conditions more simply, or in groups of rules that do not look at the same facts."


def offer_findings(
    subject: Subject, compare: Callable[[Offering], list[Worse]], tell: Callable[[Worse], tuple[str, str]]
) -> Iterator[Finding]:
    """A finding for each offer by which one customer fares worse than another; `tell` says who and whom."""
    if not subject.programme.offers:
        return
    try:
        found = compare(subject.offering)
    except TooManyCells as many:
        yield undecided("offers", f"there are too many cases of {many}")
        return
    except Undecided as why:
        yield undecided("offers", str(why))
        return
    for worse in found:
        yield _unfair(subject, subject.offering, worse, tell)


def undecided(path: str, why: str, remedy: str = _SPLIT) -> Finding:
    """A finding that says that nothing was decided, and `why`."""
    message = f"Whether loyalty gets less somewhere could not be decided: {why}, and nothing is guessed."
    return Finding(path, message, remedy, undecided=True)


def _unfair(subject: Subject, offering: Offering, worse: Worse, tell: Callable[[Worse], tuple[str, str]]) -> Finding:
    programme = subject.programme
    who, whom = tell(worse)
    more, less = money(worse.gap.more, programme), money(worse.gap.less, programme)
    basket: str = money(worse.gap.basket, programme)
    if worse.lines:
        parts = (_part(offering, line, amount) for line, amount in worse.lines)
        basket += f", {' and '.join(parts)}"
    shared = {word: value for word, value in worse.other.items() if word not in PAST}
    said = offering.cells.said(shared)
    where = f" ({said})" if said else ""
    title = title_in(programme.offers[worse.gap.offer].title, "en")
    return Finding(
        f"offers[{worse.gap.offer}].eligible",
        f"By `{title}` {who} gets {more} where {whom} gets {less}: {money(worse.width, programme)} less.",
        "Open it to those as well, or give them an offer of their own that is worth as much.",
        f"Ada is {whom}, Bruno is {who}. Both buy for {basket}{where}: Bruno is given {more}, Ada {less}.",
    )


def _part(offering: Offering, line: Cell, amount: int) -> str:
    said = offering.cells.said(line)
    return money(amount, offering.programme) + (f" where {said}" if said else "")


def past(cell: Cell) -> str:
    """A customer by their past, as far as offers look at it."""
    days, tier, since = cell.get(TENURE.name), cell.get("tier"), cell.get("member_since")
    parts = [f"of {days} days" if days is not None else "", f"in the tier `{tier}`" if tier else ""]
    parts.append(f"who joined on {since}" if since else "")
    said = " ".join(part for part in parts if part)
    return f"a customer {said}" if said else "one who bought before"
