"""The commands of `regulars`."""

from __future__ import annotations

import errno
import signal
import sys
from typing import NoReturn

import psycopg
import typer
from psycopg.errors import DiskFull
from rich.markup import escape

from regulars.doors.cli.backtest import backtest
from regulars.doors.cli.backup import backup, restore
from regulars.doors.cli.budgets import budgets
from regulars.doors.cli.calling import Calls
from regulars.doors.cli.check import check
from regulars.doors.cli.clock import clock
from regulars.doors.cli.compare import compare
from regulars.doors.cli.exporting import export
from regulars.doors.cli.forfeitures import app as forfeitures
from regulars.doors.cli.household import app as household
from regulars.doors.cli.importing import import_events
from regulars.doors.cli.init import init
from regulars.doors.cli.key import key
from regulars.doors.cli.member import app as member
from regulars.doors.cli.migrate import migrate
from regulars.doors.cli.opening import opening
from regulars.doors.cli.points import app as points
from regulars.doors.cli.prove import prove
from regulars.doors.cli.publish import publish
from regulars.doors.cli.saying import err, spoken
from regulars.doors.cli.second_factor import second_factor
from regulars.doors.cli.serve import serve, worker
from regulars.doors.cli.showing import demo
from regulars.doors.cli.statement import statement
from regulars.doors.cli.user import user
from regulars.kit.environment import BadSetting
from regulars.kit.postgres import EmbeddedError
from regulars.kit.speaking import said_in

app = typer.Typer(
    name="regulars",
    cls=Calls,
    help="Keep the customers you have.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
for command in (
    init, check, backtest, compare, publish, opening, serve, worker, budgets, prove, export, backup, restore, user,
    demo, clock, migrate,
):  # fmt: skip
    app.command()(command)
app.command("import")(import_events)
app.command("second-factor")(second_factor)
app.add_typer(key, name="key")
points.command()(statement)
app.add_typer(points, name="points")
app.add_typer(forfeitures, name="forfeitures")
app.add_typer(household, name="household")
app.add_typer(member, name="member")


def main() -> None:
    """Run a command; what the database server refuses is said with its remedy."""
    # Asked to end, a command ends in order, as on Ctrl-C, so that an embedded server is not left behind; so it does
    # when its terminal is closed, unless it was told to outlive that (nohup).
    signal.signal(signal.SIGTERM, _end)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _end)
    try:
        app()
    except BadSetting as wrong:
        _end_refused(wrong.code, said_in(spoken(None), wrong.sentence), status=2)
    except EmbeddedError as refused:
        _end_refused(refused.code, str(refused))
    except Exception as error:
        if refusal := _of_the_database(error) or _of_a_file(error):
            _end_refused(*refusal)
        raise
    finally:
        # From here on it ends by itself: being asked once more would only interrupt what the interpreter tidies up.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _end_refused(code: str, sentence: str, status: int = 1) -> NoReturn:
    err.print(f"[bold red]{code}[/bold red]: {escape(sentence)}", soft_wrap=True)
    raise SystemExit(status) from None


def _of_the_database(error: Exception) -> tuple[str, str] | None:
    """Code and sentence of an error that lies with the database itself; None for any other.

    It may come as Django passes it on, with the database's own as the cause.
    """
    told = error if isinstance(error, psycopg.Error) else error.__cause__
    if isinstance(told, DiskFull):
        return "disk_full", "The disk of the database is full. Free some space and begin again; what was done stays."
    # One that came about while connecting has no state of its own; 57P is a server that ends or begins.
    if not isinstance(told, psycopg.OperationalError) or (told.sqlstate or "57P")[:3] != "57P":
        return None
    sentence = "The database does not answer, or lets nobody in: see that it runs and DATABASE_URL leads to it."
    return "database_unavailable", f"{sentence} It said: {' '.join(str(told).split())}"


def _of_a_file(error: Exception) -> tuple[str, str] | None:
    """The same of a file that cannot be read or written, or a disk that is full."""
    if not isinstance(error, OSError) or (error.filename is None and error.errno != errno.ENOSPC):
        return None
    named = error.filename or "A file"
    return (
        "file_not_usable",
        f"{named} cannot be used: {error.strerror}. See to its place, its rights and the room there.",
    )


def _end(number: int, frame: object) -> None:
    sys.exit(128 + number)
