"""`regulars export`: a month of the books as files, for bookkeeping and for an auditor."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from regulars.doors.cli import asked
from regulars.doors.cli.house import open_house
from regulars.doors.cli.saying import out, refuse, report


class What(StrEnum):
    """What is exported."""

    journal = "journal"
    entries = "entries"


class Format(StrEnum):
    """How entries are written."""

    csv = "csv"
    parquet = "parquet"


def export(
    what: Annotated[What, typer.Argument(help="journal: a closed month for bookkeeping; entries: for an auditor.")],
    month: Annotated[date, typer.Option(help="The month, as YYYY-MM.", parser=asked.month, metavar="MONTH")],
    to: Annotated[Path, typer.Option(help="The folder to write into.", file_okay=False)] = Path(),
    format: Annotated[Format, typer.Option(help="How entries are written.")] = Format.csv,
) -> None:
    """Write a month of the books as files.

    `journal` writes what bookkeeping enters, as CSV; the month must be closed. `entries` writes every entry dated in
    the month, and `proof-YYYY-MM-csv.json` (or `-parquet`) with totals that prove that none is missing; exit status 1
    when they do not agree.
    """
    with open_house(report):
        from regulars.insight.liability.movements import month_of

        number = month_of(month)
        if what is What.journal:
            _journal(number, to)
        else:
            _entries(number, format, to)


def _journal(number: int, to: Path) -> None:
    from regulars.insight.liability.closing import chain, changed_sentence
    from regulars.insight.liability.journal import written
    from regulars.insight.liability.movements import month_name

    month = month_name(number)
    kept = chain()
    if month in kept.broken:
        refuse("closing_changed", changed_sentence([month]))
    closing = next((one for one in kept.closed if one.number == number), None)
    if closing is None:
        refuse("month_not_closed", f"{month} is not closed. Look at its figures in the console and close it first.")
    to.mkdir(parents=True, exist_ok=True)
    path = to / f"journal-{month}.csv"
    path.write_text(written(closing.figures, closing.digest), encoding="utf-8", newline="")
    out.print(f"{path} holds the journal of {month}.")


def _entries(number: int, format: Format, to: Path) -> None:
    from regulars.ground.installation.facts import now
    from regulars.ground.publishing.versions import PublishRefused, versions
    from regulars.insight.liability.auditing import audit_month
    from regulars.insight.liability.months import running_month
    from regulars.insight.liability.movements import month_name

    try:
        known = versions()
    except PublishRefused as refused:
        refuse(refused.code, str(refused))
    if number > running_month(known, now()):
        refuse("month_not_begun", f"{month_name(number)} has not begun: there is nothing of it to write yet.")
    to.mkdir(parents=True, exist_ok=True)
    written = audit_month(known, number, format.value, to, now())
    for path in written.files:
        out.print(str(path))
    if written.uncounted:
        refuse(
            "ledger_unsound",
            "Some entries of the month are in no line of the books. Run `regulars prove`: it says which.",
        )
    if not written.agrees:
        refuse("proof_failed", "The entries written are not all that the ledger counts. Run `regulars prove`.")
    out.print(f"{written.entries:,} entries; the totals agree.")
