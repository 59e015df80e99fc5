"""`regulars prove`: is the ledger right?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regulars.doors.cli.house import open_house
from regulars.doors.cli.saying import out, progress, refuse, report


def prove(
    backtest: Annotated[
        Path | None,
        typer.Option(help="Also compare with what `regulars backtest` left in this folder.", file_okay=False),
    ] = None,
) -> None:
    """Rebuild balances and lots from the entries, account by account, and compare.

    Exit status 1, with the first differences, when anything is off. The ledger is not changed and no writer waits.
    """
    with open_house(report):
        from regulars.doors.watch.proofs import remember_proof
        from regulars.exchange.earning.matching import NoBacktest, match
        from regulars.exchange.ledger.proving import prove as prove_ledger

        with progress("Proving", "accounts") as tell:
            proof = prove_ledger(report=tell)
        remember_proof(proof)
        differences = [str(difference) for difference in proof.differences]
        said = [f"{proof.accounts:,} accounts and {proof.entries:,} entries agree."]
        if backtest:
            try:
                with progress("Comparing", "members") as tell:
                    found = match(backtest, tell)
            except NoBacktest as refused:
                refuse(refused.code, str(refused))
            differences += found.differences
            said.append(f"{found.shares:,} shares of entries of {found.members:,} members equal the backtest.")
    for difference in differences:
        typer.echo(difference)
    if differences:
        raise typer.Exit(1)
    for sentence in said:
        out.print(sentence)
