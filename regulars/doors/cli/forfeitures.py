"""`regulars forfeitures ...`: points that are to be taken: announced, objected to, decided, given back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID, uuid4

import typer

from regulars.doors.cli.asked import NumbersCommand, whole
from regulars.doors.cli.house import open_house
from regulars.doors.cli.points import Currency, Member, find_account, read_facts
from regulars.doors.cli.saying import out, refuse, report

if TYPE_CHECKING:
    from regulars.exchange.forfeitures.rules import Forfeiture

app = typer.Typer(
    name="forfeitures",
    help="Points that are to be taken: announced, objected to, decided, given back.",
    no_args_is_help=True,
)
Who = Annotated[str, typer.Option("--by", help="Who acts, as the audit names them: their e-mail address.")]
Fact = Annotated[
    list[str] | None,
    typer.Option(help="What the reason may ask of the member: NAME=VALUE, segments=ONE,TWO; repeat it."),
]
One = Annotated[UUID, typer.Argument(metavar="ID", help="The id it was announced under.")]


@app.command("list")
def show(member: Annotated[str, typer.Argument(help="Of this member alone, those that ended too.")] = "") -> None:
    """What is announced, objected to or upheld, and from when it is taken."""
    with open_house(report):
        from regulars.exchange.forfeitures.reading import of_member, open_ones

        found = of_member(find_account(member)) if member else open_ones()
        for one in found:
            _print(one)
        if not found:
            out.print("Nothing is to be taken.")


@app.command(cls=NumbersCommand)
def announce(
    member: Member,
    points: Annotated[int, typer.Argument(help="How many; 0: all that can be spent now.", parser=whole(0))],
    because: Annotated[str, typer.Option(help="The reason, by its id in the programme.")],
    evidence: Annotated[str, typer.Option(help="Where the evidence is found: a case number, an address.")],
    by: Who, fact: Fact = None, currency: Currency = "",
    id: Annotated[UUID | None, typer.Option(help="Its own id: again under the same id changes nothing.")] = None,
) -> None:  # fmt: skip
    """Announce that points are to be taken; the member is told, and nothing is taken by it."""
    with _acting() as now:
        from regulars.exchange.forfeitures.announcing import announce

        facts = read_facts(fact or [])
        _print(announce(member, points, currency, because, evidence, by, id or uuid4(), now(), facts))


@app.command("object")
def object_to(
    member: Member, id: One, by: Who,
    because: Annotated[str, typer.Option(help="not-me, mistake, agreed or unfair.")] = "unfair",
) -> None:  # fmt: skip
    """Note that a member objects, as they told somebody."""
    with _acting() as now:
        from regulars.exchange.forfeitures.hearing import object_to

        _done(member, id, lambda account: object_to(account, id, because, by, now()))


@app.command()
def decide(
    member: Member, id: One, by: Who,
    uphold: Annotated[bool, typer.Option("--uphold/--drop", help="Whether the points are taken in the end.")],
) -> None:  # fmt: skip
    """Uphold it (never who announced it, nor before the member was heard or had the time to be), or let it drop."""
    with _acting() as now:
        from regulars.exchange.forfeitures.hearing import decide

        _done(member, id, lambda account: decide(account, id, uphold, by, now()))


@app.command("give-back")
def give_back(member: Member, id: One, by: Who) -> None:
    """Give back points that should not have been taken."""
    with _acting() as now:
        from regulars.exchange.forfeitures.taking import give_back

        _done(member, id, lambda account: give_back(account, id, by, now()))


@contextmanager
def _acting() -> Iterator[Callable[[], datetime]]:
    with open_house(report, migrate=True):
        from regulars.exchange.earning.acting import ActRefused
        from regulars.ground.installation.facts import now
        from regulars.ground.publishing.versions import PublishRefused

        try:
            yield now
        except ActRefused as refused:
            figures = {name: value for name, value in refused.refusal.figures.items() if value}
            refuse(refused.refusal.code, refused.refusal.sentence, figures)
        except PublishRefused as refused:
            refuse(refused.code, str(refused))


def _done(member: str, id: UUID, act: Callable[[int], bool]) -> None:
    from regulars.exchange.forfeitures.reading import forfeiture

    account = find_account(member)
    out.print("Done." if act(account) else "Done before.")
    if one := forfeiture(account, id):
        _print(one)


def _print(one: Forfeiture) -> None:
    what = f"{one.points:,} {one.currency} for {one.reason} ({one.evidence}), announced by {one.announced_by}"
    told = f"told on {one.told_on}, can object through {one.appeal_until}, taken from {one.takes_from}"
    objected = f", objected: {one.objection}" if one.objection else ""
    decided = f", decided by {one.decided_by}" if one.decided_by else ""
    taken = f", {one.taken:,} taken" if one.taken else ""
    since = told if one.told_on else "not told yet"
    out.print(f"[bold]{one.id}[/bold] {one.state}: {what}; {since}{objected}{decided}{taken}", soft_wrap=True)
