"""`regulars user`: people who sign in at the console."""

from __future__ import annotations

import secrets
from typing import Annotated

import typer
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from regulars.doors.cli.house import open_house
from regulars.doors.cli.saying import out, report


def address(text: str) -> str:
    """An e-mail address as a command takes it. Raises BadParameter for what can be none."""
    try:
        validate_email(text.strip())
    except ValidationError:
        raise typer.BadParameter(f"{text!r} is no e-mail address; it reads name@shop.example.") from None
    return text.strip()


def user(
    email: Annotated[str, typer.Argument(help="The e-mail address they sign in with.", parser=address)],
    name: Annotated[str, typer.Option(help="Their name, as members may see it.")] = "",
    role: Annotated[str, typer.Option(help="keeper (the default), staff or finance.")] = "",
) -> None:
    """Make a staff account, or give an existing one a new password. The password is made here and shown once."""
    if role not in ("", "keeper", "staff", "finance"):
        raise typer.BadParameter("Use keeper, staff or finance.", param_hint="--role")
    with open_house(report, migrate=True):
        password = make_user(email, name, role)
    out.print(f"{email} signs in with the password [bold]{password}[/bold]")


def make_user(email: str, name: str, role: str) -> str:
    """The account, with a new password; answers the password. Needs an open house.

    An empty name or role leaves an account's own as it is; a new account without a role is a keeper's.
    """
    from regulars.ground.access.models import Staff

    password = secrets.token_urlsafe(12)
    staff = Staff.objects.filter(email=email.lower()).first()
    if staff is None:
        Staff.objects.create_user(email, password, name=name, role=role or "keeper")
    else:
        staff.set_password(password)
        staff.role, staff.name = role or staff.role, name or staff.name
        staff.save()
    return password
