"""`regulars init`: a house of one's own."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from regulars.doors.cli.asked import address
from regulars.doors.cli.house import open_house
from regulars.doors.cli.saying import next_step, out, refuse, report
from regulars.doors.cli.user import make_user


def init(
    email: Annotated[str, typer.Option(prompt="Your e-mail address, to sign in at the console", parser=address)],
    programme: Annotated[Path, typer.Option(help="Where to write a first programme file.")] = Path("programme.yaml"),
) -> None:
    """Prepare an empty installation: tables, a first programme file to edit, and your sign-in."""
    with open_house(report, migrate=True):
        from regulars.ground.access.models import Staff
        from regulars.ground.installation.facts import fact

        if fact("demo"):
            refuse("demo_here", f"The demo shop lives here; remove it first: {next_step('demo', '--remove')}")
        _write_programme(programme)
        if Staff.objects.filter(email=email.lower()).exists():
            new = next_step("user", email)
            out.print(f"{email} has an account already, with its password as it was. A new one: {new}", soft_wrap=True)
        else:
            password = make_user(email, "", "keeper")
            out.print(f"Sign in at the console as {email} with the password [bold]{password}[/bold]", soft_wrap=True)
    check, publish = next_step("check", str(programme)), next_step("publish", str(programme))
    out.print(f"Next: edit {programme}, then: {check} && {publish}", soft_wrap=True)


def _write_programme(path: Path) -> None:
    if path.exists():
        report("kept", f"{path} exists and is left as it is.")
        return
    text = resources.files("regulars.doors.cli").joinpath("first-programme.yaml").read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
