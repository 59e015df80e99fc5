"""`regulars user`: people who sign in at the console."""

from __future__ import annotations

import secrets
from typing import Annotated

import typer

from regulars.doors.cli.asked import address, one_of
from regulars.doors.cli.house import open_house
from regulars.doors.cli.saying import out, report


def user(
    email: Annotated[str, typer.Argument(help="The e-mail address they sign in with.", parser=address)],
    name: Annotated[str, typer.Option(help="Their name, as members may see it.")] = "",
    role: Annotated[
        str | None,
        typer.Option(
            help="What they may do; a new account without it is a keeper's.",
            parser=one_of("keeper", "staff", "finance"),
            metavar="keeper|staff|finance",
        ),
    ] = None,
) -> None:
    """Make a staff account, or give an existing one a new password. The password is made here and shown once."""
    with open_house(report, migrate=True):
        password = make_user(email, name, role or "")
    out.print(f"{email} signs in with the password [bold]{password}[/bold]")


def make_user(email: str, name: str, role: str) -> str:
    """The account, with a new password; answers the password. Needs an open house.

    An empty name or role leaves an account's own as it is; a new account without a role is a keeper's. The audit keeps
    which account it was, and its role.
    """
    from django.db import transaction

    from regulars.ground.access.auditing import audit
    from regulars.ground.access.models import Staff
    from regulars.ground.installation.facts import now

    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        staff = Staff.objects.filter(email=email.lower()).first()
        act = "account made" if staff is None else "password made anew"
        if staff is None:
            staff = Staff.objects.create_user(email, password, name=name, role=role or "keeper")
        else:
            staff.set_password(password)
            staff.role, staff.name = role or staff.role, name or staff.name
            staff.save()
        audit("command line", act, None, {"staff": staff.pk, "role": staff.role}, now())
    return password
