"""`regulars second-factor`: somebody of the staff has lost theirs."""

from __future__ import annotations

from typing import Annotated

import typer

from regulars.doors.cli.asked import address
from regulars.doors.cli.house import open_house
from regulars.doors.cli.saying import out, refuse, report


def second_factor(
    email: Annotated[str, typer.Argument(help="The e-mail address they sign in with.", parser=address)],
) -> None:
    """Take away a staff member's second factor that is lost, with its recovery codes; the password stays."""
    with open_house(report, migrate=True):
        from regulars.ground.access.factors import FactorRefused, drop_second_factor
        from regulars.ground.installation.facts import now

        try:
            drop_second_factor(email, "command line", now())
        except FactorRefused as refused:
            refuse(refused.code, str(refused))
        out.print(f"{email} signs in with the password alone, and can set up another second factor.")
