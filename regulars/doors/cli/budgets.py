"""`regulars budgets`: what is left of what all members together may be given."""

from __future__ import annotations

import typer
from rich.table import Table

from regulars.doors.cli.house import open_house
from regulars.doors.cli.saying import out, refuse, report


def budgets() -> None:
    """What is left of the budgets of the programme in force, in the period that runs."""
    with open_house(report):
        from regulars.exchange.budgets.left import running
        from regulars.ground.installation.facts import now
        from regulars.ground.publishing.versions import PublishRefused, versions
        from regulars.kit.zones import microseconds

        at = microseconds(now())
        try:
            kernel = versions().at(at).kernel
        except PublishRefused as refused:
            refuse(refused.code, str(refused))
        table = Table("budget", "per", "from", "through", "most", "given", "left", box=None)
        for column in table.columns[4:]:
            column.justify = "right"
        for one in running(kernel, at):
            days = ("" if day is None else str(day) for day in (one.first, one.last))
            figures = (f"{points:,}" for points in (one.budget.most, one.given, one.points))
            table.add_row(one.budget.id, one.budget.per, *days, *figures)
        if table.row_count:
            out.print(table)
        else:
            typer.echo("The programme in force has no budgets.")
