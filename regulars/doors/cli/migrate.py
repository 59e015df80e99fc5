"""`regulars migrate`: the tables of the database as this version of the program needs them."""

from __future__ import annotations

from regulars.doors.cli.house import open_house
from regulars.doors.cli.saying import out, report


def migrate() -> None:
    """Bring the tables of the database up to date with this version of the program, while others work on.

    What opens the house does so by itself; this does nothing else. Members come from another system by `opening`.
    """
    with open_house(report, migrate=True):
        out.print("The tables are up to date.")
