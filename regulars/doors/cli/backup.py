"""`regulars backup` and `regulars restore`: the whole installation as one file, and back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.doors.cli.asked import placed
from regulars.doors.cli.house import bring_up_to_date, known_migrations, open_house
from regulars.doors.cli.saying import next_step, out, progress, refuse, report

if TYPE_CHECKING:
    from regulars.ground.installation.archive import Reader


def backup(
    target: Annotated[
        str,
        typer.Argument(
            help="A new file, or a folder (made, if it ends in /) in which one is named after this moment.",
            parser=placed,
        ),
    ],
) -> None:
    """Write everything into one file, as it was at one moment; people and tills go on working meanwhile.

    It holds people's data, so its owner alone may read it. The secret key and the settings are not in it.
    """
    with open_house(report), _refusing():
        from regulars.ground.installation.backing_up import back_up
        from regulars.ground.installation.facts import now

        at = now()
        path = Path(target)
        if target.endswith(os.sep):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.is_dir():
            path /= f"regulars-{at:%Y%m%dT%H%M%SZ}.zip"
        with progress("Backing up", "rows") as tell:
            made = back_up(_owner(), path, at, tell)
    size = path.stat().st_size
    out.print(f"{made.rows:,} rows of {len(made.tables)} tables are in {path} ({size:,} bytes).", soft_wrap=True)


def restore(
    file: Annotated[Path, typer.Argument(help="What `regulars backup` wrote.", exists=True, dir_okay=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Lose everything that is in the database now.")] = False,
) -> None:
    """Fill the database from a backup, all of it or nothing, and prove the ledger.

    The database must be empty, unless --replace says that what is there may go. Nobody else may work on it.
    """
    with _refusing():
        from regulars.ground.installation.archive import opened

        with opened(file) as whole, open_house(report):
            _restore(whole, replace)
            _prove()


def _restore(whole: Reader, replace: bool) -> None:
    from django.db import connections

    from regulars.ground.installation import restoring

    wanted = set(whole.manifest.migrations)
    if wanted - known_migrations():
        made_by = whole.manifest.regulars
        refuse("backup_of_newer_program", f"A newer Regulars made this backup, {made_by}: install that one first.")
    connections.close_all()
    restoring.refuse_unless_free(_owner(), replace)
    if ahead := sorted(restoring.applied(_owner()) - wanted):
        refuse(
            "tables_newer", f"The tables here are newer than the backup ({ahead[0]}): restore into an empty database."
        )
    bring_up_to_date(report, wanted)
    connections.close_all()
    with progress("Restoring", "rows") as tell:
        restoring.load(_owner(), whole, tell)
    bring_up_to_date(report)
    out.print(f"{whole.manifest.rows:,} rows are here again, as of {whole.manifest.made_at:%Y-%m-%d %H:%M:%S} UTC.")


def _prove() -> None:
    from regulars.doors.watch.proofs import remember_proof
    from regulars.exchange.ledger.proving import prove

    with progress("Proving", "accounts") as tell:
        proof = prove(report=tell)
    remember_proof(proof)
    if proof.differences:
        refuse("not_proved", f"{proof.differences[0]}. All of them: {next_step('prove')}")
    out.print(f"{proof.accounts:,} accounts and {proof.entries:,} entries agree.")


def _owner() -> str:
    """The address of the database as the one to whom its tables belong."""
    return os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]


@contextmanager
def _refusing() -> Iterator[None]:
    from regulars.ground.installation.archive import BackupRefused

    try:
        yield
    except BackupRefused as refused:
        refuse(refused.code, str(refused))
    except OSError as error:
        named = error.filename or "The file"
        what_to_do = "See to its place, its rights and the room there."
        refuse("file_not_usable", f"{named} cannot be used: {error.strerror}. {what_to_do}")
