"""`regulars prove`: is the ledger right?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.doors.cli.house import open_house
from regulars.doors.cli.saying import err, next_step, out, progress, refuse, report

if TYPE_CHECKING:
    from regulars.exchange.earning.matching import Match
    from regulars.exchange.ledger.proving import Proof


def prove(
    replay: Annotated[bool, typer.Option("--replay", help="Fold every history again, and compare every row.")] = False,
    after: Annotated[int | None, typer.Option(help="Go on after this account, where a proof was interrupted.")] = None,
    backtest: Annotated[
        Path | None,
        typer.Option(
            help="Also compare with what `regulars backtest` left in this folder.", exists=True, file_okay=False
        ),
    ] = None,
) -> None:
    """Rebuild balances and lots from the entries, account by account, and compare.

    Exit status 1, with the first differences, when anything is off. The ledger is not changed and no writer waits.
    """
    with open_house(report):
        from regulars.doors.watch.proofs import remember_proof
        from regulars.exchange.earning.matching import NoBacktest, match
        from regulars.ground.installation.facts import now

        proof = _proof(replay, after)
        if after is None:
            remember_proof(proof)
        differences = [str(difference) for difference in proof.differences]
        said = [f"{proof.accounts:,} accounts and {proof.entries:,} entries agree."]
        if replay:
            said.append("Every history folded again gives the same rows.")
        if backtest:
            try:
                with progress("Comparing", "members") as tell:
                    found = match(backtest, now(), tell)
            except NoBacktest as refused:
                refuse(refused.code, str(refused))
            differences += found.differences
            said += _matched(found)
    for difference in differences:
        typer.echo(difference)
    if differences:
        raise typer.Exit(1)
    for sentence in said:
        out.print(sentence)


def _matched(found: Match) -> list[str]:
    compared = f"{found.shares:,} shares of entries of {found.members:,} members"
    if not found.reordered:
        return [f"{compared} equal the backtest."]
    return [
        f"{compared} were compared with the backtest.",
        f"{found.reordered:,} differ by the order in which purchases drew on budgets of all members. The first:",
        *found.of_order,
    ]


def _proof(replay: bool, after: int | None) -> Proof:
    """Prove all accounts and closed months; when interrupted, say how to go on."""
    from regulars.exchange.budgets.agreeing import budgets_agree
    from regulars.exchange.earning.refolding import keys_agree, refolder
    from regulars.exchange.ledger.proving import prove as prove_ledger
    from regulars.exchange.ledger.proving import together
    from regulars.ground.installation.facts import now
    from regulars.insight.liability.agreeing import closings_agree, counter, read_anew

    reached: list[int] = []
    try:
        with progress("Proving", "accounts") as tell:
            also = [counter(), refolder(now())] if replay else [counter()]
            proof = prove_ledger(report=tell, also=together(*also), came=reached.append, after=after)
        if replay and not proof.differences:
            with progress("Looking up keys", "keys") as tell:
                proof = replace(proof, differences=(*keys_agree(tell), *budgets_agree()))
        proof = replace(proof, differences=(*proof.differences, *closings_agree()))
        read_anew(now())
    except (KeyboardInterrupt, SystemExit):  # asked to end, by a key or by a signal
        if reached:
            options = ["--replay"] if replay else []
            err.print(
                f"To go on from here: {next_step('prove', *options, '--after', str(reached[-1]))}", soft_wrap=True
            )
        raise
    return proof
