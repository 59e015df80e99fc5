"""`regulars household ...`: several members keep one account, as somebody in the office may arrange it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from regulars.doors.cli.asked import whole
from regulars.doors.cli.house import open_house
from regulars.doors.cli.points import ACTOR, Currency, DryRun, Id, Member, Source, acting
from regulars.doors.cli.saying import out, refuse, report

if TYPE_CHECKING:
    from regulars.exchange.earning.acting import By, Done

app = typer.Typer(name="household", help="Let members keep one account together.", no_args_is_help=True)
Number = Annotated[str, typer.Argument(help="The household's number.")]


@app.command(name="open")
def open_(
    member: Member, number: Annotated[str, typer.Option(help="Its own number; without, it gets one.")] = "",
    id: Id = "", source: Source = ACTOR, dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Open a household with its first member, whose points go there."""
    with acting(id, source, dry_run) as act:
        from regulars.exchange.earning import housing

        def do(by: By) -> Done:
            done = housing.found(member, number, by).done
            has = "would have" if dry_run else "has"
            out.print(f"The household {has} the number {done.household}.", soft_wrap=True)
            return done

        act(member, do)


@app.command()
def join(number: Number, member: Member, id: Id = "", source: Source = ACTOR, dry_run: DryRun = False) -> None:
    """Let a member join: all they have goes to the household, and their number leads there."""
    with acting(id, source, dry_run) as act:
        from regulars.exchange.earning import housing

        act(member, lambda by: housing.join(member, number, by).done)


@app.command()
def leave(
    member: Member,
    points: Annotated[
        int | None, typer.Option(help="How many they take; without, their share.", parser=whole(1), metavar="NUMBER")
    ] = None,
    currency: Currency = "", id: Id = "", source: Source = ACTOR, dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Let a member leave with their share: what they brought and earned, less what they spent."""
    with acting(id, source, dry_run) as act:
        from regulars.exchange.earning import housing
        from regulars.exchange.earning.acting import Done

        def do(by: By) -> Done:
            gone = housing.leave(member, points or 0, currency, by)
            return Done(gone.member, gone.came, gone.again, household=gone.household.number)

        act(member, do)


@app.command()
def show(
    number: Annotated[str, typer.Argument(help="The household's number, or that of somebody in it.")],
) -> None:
    """Who is in a household, since when, and what is whose."""
    with open_house(report):
        from regulars.doors.cli.having import purpose
        from regulars.exchange.earning.housemates import housemates
        from regulars.exchange.ledger.holdings import balances
        from regulars.ground.installation.facts import now
        from regulars.ground.members.enrolling import accounts_of
        from regulars.ground.members.households import household_at, household_numbered
        from regulars.ground.members.models import Member as Person

        home, at = household_numbered(number), now()
        for account in () if home else accounts_of([number]).values():  # the one that holds their points
            home = household_at(account)
        if home is None:
            refuse("unknown_household", "No household has this number, and no member of one.")
        out.print(home.number, markup=False, style="bold", soft_wrap=True)
        for balance in balances(home.account, at):
            there = f"{balance.available:,} {purpose(balance.currency)}, {balance.pending:,} waiting"
            out.print(f"[bold]{balance.currency.id}[/bold]: {there}")
        found = housemates(home.account, at)
        people = Person.objects.in_bulk([one.account for one in found])
        for one in found:
            share = ", ".join(f"{points:,} {currency}" for currency, points in one.share.items()) or "nothing"
            out.print(f"{people[one.account].number}, since {one.since:%Y-%m-%d}: {share}", soft_wrap=True)
        if not found:
            out.print("Everybody has left.")
