"""`regulars init`: a house of one's own."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from regulars.doors.cli.house import open_house
from regulars.doors.cli.saying import out, refuse, report


def init(
    email: Annotated[str, typer.Option(prompt="Your e-mail address, to sign in at the console")],
    programme: Annotated[Path, typer.Option(help="Where to write a first programme file.")] = Path("programme.yaml"),
) -> None:
    """Prepare an empty installation: tables, a first programme file to edit, and your sign-in."""
    from regulars.doors.cli.user import make_user

    if programme.exists():
        report("kept", f"{programme} exists and is left as it is.")
    else:
        text = resources.files("regulars.doors.cli").joinpath("first-programme.yaml").read_text(encoding="utf-8")
        programme.write_text(text, encoding="utf-8")
    with open_house(report, migrate=True):
        from regulars.ground.installation.facts import fact

        if fact("demo"):
            refuse("demo_here", "This installation holds the demo shop; remove it first: regulars demo --remove")
        password = make_user(email, "", "keeper")
    out.print(f"Sign in at the console as {email} with the password [bold]{password}[/bold]")
    out.print(f"Next: edit {programme}, then: regulars check {programme} && regulars publish {programme}")
