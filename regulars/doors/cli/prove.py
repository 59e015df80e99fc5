"""`regulars prove`: is the ledger right?"""

from __future__ import annotations

import typer

from regulars.doors.cli.house import open_house
from regulars.doors.cli.saying import out, progress, report


def prove() -> None:
    """Rebuild balances and lots from the entries, account by account, and compare.

    Exit status 1, with the first differences, when anything is off. Nothing is changed and no writer waits.
    """
    with open_house(report):
        from regulars.exchange.ledger.proving import prove as prove_ledger

        with progress("Proving", "accounts") as bar:
            proof = prove_ledger(report=lambda done, total: bar.update(bar.task_ids[0], completed=done, total=total))
    for difference in proof.differences:
        typer.echo(str(difference))
    if proof.differences:
        raise typer.Exit(1)
    out.print(f"{proof.accounts:,} accounts and {proof.entries:,} entries agree.")
