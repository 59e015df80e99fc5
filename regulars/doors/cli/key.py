"""`regulars key`: machines that may speak to the API."""

from __future__ import annotations

from textwrap import wrap
from typing import Annotated
from uuid import UUID

import typer
from rich.markup import escape

from regulars.doors.cli.asked import key_id, scope, some
from regulars.doors.cli.house import open_house
from regulars.doors.cli.saying import next_step, out, refuse, report

#: What a till needs; what moves points by decision, or watches over the installation, is asked for by name.
USUAL = ["events:write", "members:read", "quotes:read"]

#: Scopes fit a terminal of 80 columns, indented.
_WIDTH = 76

key = typer.Typer(name="key", help="Keys for the API: list them, make one (shown once), or revoke one.")


@key.callback(invoke_without_command=True)
def _list_where_nothing_is_asked(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        show()


@key.command("list")
def show() -> None:
    """List the keys with their ids; `regulars key` alone does the same."""
    with open_house(report):
        from regulars.ground.access.keys import keys

        found = list(keys())
        for row in found:
            out.print(f"{row.id}  [bold]{escape(row.name)}[/bold]", soft_wrap=True)
            speaks = f"speaks for {row.source}, " if row.source else ""
            gone = f", revoked {row.revoked_at:%Y-%m-%d}" if row.revoked_at else ""
            out.print(f"  {speaks}made {row.made_at:%Y-%m-%d}{gone}", markup=False, soft_wrap=True)
            for scopes in wrap(" ".join(sorted(row.scopes)), _WIDTH):
                out.print(f"  {scopes}", markup=False, soft_wrap=True)
        if not found:
            out.print(f"There is no key yet. Next: {next_step('key', 'make', 'till 3')}", soft_wrap=True)


@key.command()
def make(
    name: Annotated[str, typer.Argument(help="Who uses it, such as 'till 3'.", parser=some)],
    scopes: Annotated[
        list[str] | None,
        typer.Option("--scope", help=f"What it may do; repeat it. Without: {', '.join(USUAL)}.", parser=scope),
    ] = None,
    source: Annotated[
        str, typer.Option(help="The one source that it may speak for; without, whichever it names, else its own name.")
    ] = "",
) -> None:
    """Make a key and print it, this once."""
    with open_house(report, migrate=True):
        from regulars.ground.access.keys import KeyRefused, make_key
        from regulars.ground.installation.facts import now

        try:
            _, secret = make_key(name, scopes or USUAL, "command line", now(), source)
        except KeyRefused as refused:
            refuse(refused.code, str(refused))
        out.print(f"[bold]{secret}[/bold]", soft_wrap=True)
        out.print("This is the only time it is shown. Send it as: Authorization: Bearer ...")


@key.command()
def revoke(
    id: Annotated[UUID, typer.Argument(help="Its id, as `regulars key list` shows it.", parser=key_id)],
) -> None:
    """Revoke a key: it opens nothing any more."""
    with open_house(report, migrate=True):
        from regulars.ground.access.keys import KeyRefused
        from regulars.ground.access.keys import revoke as revoke_key
        from regulars.ground.installation.facts import now

        try:
            revoke_key(id, "command line", now())
        except KeyRefused as refused:
            refuse(refused.code, str(refused))
        out.print(f"{id} opens nothing any more.")
