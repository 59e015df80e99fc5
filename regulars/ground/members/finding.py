"""Finding: members by the beginning of their number, e-mail address or name, page by page.

Each way is one range of one index, read in its order, so a page costs the same among a thousand members and among
millions. A member who fits several ways is listed once, under the first.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection

from regulars.kit.json import decode, encode

_COLUMNS = "m.account_id, m.number, m.given_name, m.family_name, m.email, m.joined_on"
_HIGHEST = "\U0010ffff"


class BadCursor(ValueError):
    """A cursor that no page gave: `code` is `bad_cursor`."""

    code = "bad_cursor"


@dataclass(frozen=True, slots=True)
class Found:
    """One member of a page; `way` says by what: `number`, `email`, `family name`, `name`, or empty for all."""

    account: int
    number: str
    given_name: str
    family_name: str
    email: str
    joined_on: date
    way: str

    @property
    def name(self) -> str:
        """The whole name, or the number of a member whose name is not known."""
        return f"{self.given_name} {self.family_name}".strip() or self.number


@dataclass(frozen=True, slots=True)
class Page:
    """Members in order, and the cursor of the next page (empty: this is the last)."""

    members: tuple[Found, ...]
    next: str


@dataclass(frozen=True, slots=True)
class _Way:
    name: str
    source: str
    key: str
    #: What the member's row says when this way fits it: the ways after it leave those out.
    fits: str


_WAYS = (
    _Way("number", "member_number k JOIN member m USING (account_id)", 'k.number COLLATE "C"', "m.number"),
    _Way("email", "member_email k JOIN member m USING (account_id)", 'k.email COLLATE "C"', "lower(m.email)"),
    _Way("family name", "member m", 'lower(m.family_name) COLLATE "C"', "lower(m.family_name)"),
    _Way(
        "name", "member m", "lower(m.given_name || ' ' || m.family_name) COLLATE \"C\"",
        "lower(m.given_name || ' ' || m.family_name)",
    ),
)  # fmt: skip


def find(text: str, after: str = "", limit: int = 50) -> Page:
    """Members whose number, e-mail address, family name or whole name begins with `text`; all of them for an empty one.

    A number is compared as it is written, the rest without regard to capitals; "Lovelace, Ada" is read as "Ada
    Lovelace". The newest accounts come first when all are asked for. Raises BadCursor.
    """
    asked = " ".join(text.replace("\0", "").split())
    place, key, account = _read(after)
    rows: list[Found] = []
    if not asked:
        rows = _newest(account, limit + 1)
    for number, way in enumerate(_WAYS if asked else ()):
        if number < place or len(rows) > limit:
            continue
        start = (key, account) if number == place and after else None
        rows.extend(_along(number, way, asked, start, limit + 1 - len(rows)))
    if len(rows) <= limit:
        return Page(tuple(rows), "")
    last = rows[limit - 1]
    return Page(tuple(rows[:limit]), _cursor(last))


def _along(number: int, way: _Way, asked: str, start: tuple[str, int] | None, limit: int) -> Iterator[Found]:
    """Members found one way, in order of its key, who were not found an earlier way."""
    wheres = [f"{way.key} >= %(from)s", f"{way.key} < %(to)s"]
    prefix = _prefix(way, asked)
    values: dict[str, object] = {"from": prefix, "to": prefix + _HIGHEST, "limit": limit}
    if start is not None:
        wheres.append(f"({way.key}, {'k' if 'k.' in way.key else 'm'}.account_id) > (%(key)s, %(account)s)")
        values |= {"key": start[0], "account": start[1]}
    for index, earlier in enumerate(_WAYS[:number]):
        wheres.append(f"NOT starts_with({earlier.fits}, %(no{index})s)")
        values[f"no{index}"] = _prefix(earlier, asked)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM {way.source} WHERE {' AND '.join(wheres)}"
            f" ORDER BY {way.key}, {'k' if 'k.' in way.key else 'm'}.account_id LIMIT %(limit)s",
            values,
        )
        for row in cursor.fetchall():
            yield Found(*row, way.name)
