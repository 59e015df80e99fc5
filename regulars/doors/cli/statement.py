"""`regulars points statement`: what became of a member's points, and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from regulars.doors.cli.asked import Language, day, one_of, whole
from regulars.doors.cli.house import open_house
from regulars.doors.cli.points import MemberOrCode, account_or_holder
from regulars.doors.cli.saying import out, refuse, report, spoken
from regulars.kit.speaking import Tongue, said_in, titled

if TYPE_CHECKING:
    from regulars.exchange.ledger.statement import StatementLine

Lines = Annotated[int, typer.Option(help="So many of the latest lines.", parser=whole(1, 1_000), metavar="NUMBER")]
_KINDS = ("earned", "spent", "returned", "ended", "decided")
Kind = Annotated[
    str | None, typer.Option(help="Of one kind. Default: of all.", parser=one_of(*_KINDS), metavar="|".join(_KINDS))
]
Currency = Annotated[str, typer.Option(help="Of one currency, by its id. Default: of all.")]
Since = Annotated[date | None, typer.Option(help="From this day on.", parser=day, metavar="DAY")]
Until = Annotated[date | None, typer.Option(help="Through this day.", parser=day, metavar="DAY")]


def statement(
    member: MemberOrCode, lines: Lines = 20, kind: Kind = None, currency: Currency = "", since: Since = None,
    until: Until = None, language: Language = None,
) -> None:  # fmt: skip
    """What became of a member's points, and why, the latest recorded first: what one event, or one night, did, in one
    line."""
    say = Tongue(spoken(language))
    with open_house(report):
        from regulars.exchange.ledger.sifting import Sieve, sifted, unsifted
        from regulars.ground.publishing.versions import PublishRefused, versions

        account, sieve = account_or_holder(member), Sieve(kind or "", currency, since, until)
        try:
            promise = versions()
        except PublishRefused as refused:
            refuse(refused.code, str(refused))
        if (refusal := unsifted(sieve, promise)) is not None:
            refuse(refusal.code, refusal.sentence, refusal.figures)
        zone = promise.latest.kernel.terms.programme.header.zone
        found = sifted(account, sieve, zone, None, lines)
        for line in found:
            _show(line, say)
        if not found:
            out.print(
                say.words("No points have moved yet") if sieve.open else say.words("Nothing of this kind"), end=".\n"
            )


def _show(line: StatementLine, say: Tongue) -> None:
    """A line of a statement as three or four of the terminal."""
    currency = line.reason.programme.currency(line.currency)
    unit = titled(currency.title) or line.currency
    amount = f"{say.number(line.amount) if line.within else say.signed(line.amount)} {said_in(say.language, unit)}"
    out.print(f"[bold]{line.day}[/bold] {amount}, {escape(line.title(say.language))}", soft_wrap=True)
    out.print(f"  {escape(line.why(say.language))}", soft_wrap=True)
    if working := "; ".join(f"{what}: {figure}" for what, figure in line.working(say.language)):
        out.print(f"  {escape(working)}", soft_wrap=True)
    left, seq = line.available_after, str(line.seq)
    if currency.kind == "qualifying":
        after = say.words("{points} {unit} for tiers after it, movement {number}", points=left, unit=unit, number=seq)
    else:
        after = say.words("{points} {unit} to spend after it, movement {number}", points=left, unit=unit, number=seq)
    out.print(f"  {escape(after)}", soft_wrap=True)
