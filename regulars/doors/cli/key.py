"""`regulars key`: machines that may speak to the API."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer
from rich.table import Column, Table

from regulars.doors.cli.house import open_house
from regulars.doors.cli.saying import out, refuse, report

#: What tills, shops and apps do; who watches over the installation is given `metrics:read` by name.
USUAL = ["events:write", "members:read", "quotes:read"]


def key(
    name: Annotated[str, typer.Argument(help="Who uses it, such as 'till 3'; leave it out to list the keys.")] = "",
    scope: Annotated[
        list[str] | None, typer.Option(help="What it may do; repeat it. Default: all that tills and shops do.")
    ] = None,
    revoke: Annotated[str, typer.Option(help="The id of a key that shall open nothing any more.")] = "",
) -> None:
    """Make a key for the API, shown once; list the keys; or revoke one."""
    if name in ("list", "revoke", "make"):
        raise typer.BadParameter("That is a verb: leave the name out to list the keys, or use --revoke ID.")
    with open_house(report, migrate=True):
        from regulars.ground.access.keys import KeyRefused, keys, make_key
        from regulars.ground.access.keys import revoke as revoke_key
        from regulars.ground.installation.facts import now

        try:
            if revoke:
                revoke_key(_id(revoke), "command line", now())
                out.print(f"{revoke} opens nothing any more.")
            elif name:
                _, secret = make_key(name, scope or USUAL, "command line", now())
                out.print(f"[bold]{secret}[/bold]", soft_wrap=True)
                out.print("This is the only time it is shown. Send it as: Authorization: Bearer ...")
            else:
                table = Table(Column("id", no_wrap=True, min_width=36), "name", "scopes", "made", "revoked", box=None)
                for row in keys():
                    gone = f"{row.revoked_at:%Y-%m-%d}" if row.revoked_at else ""
                    table.add_row(str(row.id), row.name, " ".join(sorted(row.scopes)), f"{row.made_at:%Y-%m-%d}", gone)
                out.print(table)
        except KeyRefused as refused:
            refuse(refused.code, str(refused))


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise typer.BadParameter("Give the id as `regulars key` lists it.", param_hint="--revoke") from None
