"""`regulars points statement`: what became of a member's points, and why."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from regulars.doors.cli.asked import Language, whole
from regulars.doors.cli.house import open_house
from regulars.doors.cli.points import MemberOrCode, find_account
from regulars.doors.cli.saying import out, report, spoken

Lines = Annotated[int, typer.Option(help="So many of the latest lines.", parser=whole(1, 1_000), metavar="NUMBER")]


def statement(member: MemberOrCode, lines: Lines = 20, language: Language = None) -> None:
    """What became of a member's points, and why, the newest first: what one event, or one night, did, in one line."""
    with open_house(report):
        from regulars.exchange.counter.codes import holder
        from regulars.exchange.ledger.statement import statement

        found, words = statement(holder(member) or find_account(member), limit=lines, gathered=True), spoken(language)
        for line in found:
            sign = "" if line.within else "+" if line.amount > 0 else "-"
            amount = f"{sign}{abs(line.amount):,} {line.currency}"
            out.print(f"[bold]{line.day}[/bold] {amount}, {escape(line.title(words))}", soft_wrap=True)
            out.print(f"  {escape(line.why(words))}", soft_wrap=True)
            if working := "; ".join(f"{what}: {figure}" for what, figure in line.working(words)):
                out.print(f"  {escape(working)}", soft_wrap=True)
            out.print(
                f"  {line.available_after:,} {line.currency} to spend after it, movement {line.seq}", soft_wrap=True
            )
        if not found:
            out.print("No points have moved yet.")
