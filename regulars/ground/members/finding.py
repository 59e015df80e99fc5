"""Finding: members by the beginning of their number, e-mail address or name, page by page.

Each way is one range of one index, read in its order, so a page costs the same among a thousand members and among
millions. A member who fits several ways is listed once, under the first.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from regulars.ground.members.folding import folded
from regulars.ground.members.personal import address_key
from regulars.kit.json import decode, encode
from regulars.kit.texts import spellings, storable

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
    """One way to find members: `key` begins with `asked`. `fits` says of a member `m` that this way lists them."""

    name: str
    source: str
    key: str
    asked: str
    fits: str


_WAYS = (
    _Way(
        "number", "member_number k JOIN member m USING (account_id)", 'k.number COLLATE "C"', "%(text)s",
        "starts_with(m.number, %(text)s)",
    ),
    _Way(
        "email", "member_email k JOIN member m USING (account_id)", 'k.email COLLATE "C"', "lower(%(text)s)",
        # An address that two members gave leads to the first of them alone.
        "starts_with(lower(m.email), lower(%(text)s)) AND EXISTS (SELECT FROM member_email e"
        " WHERE e.email = lower(trim(m.email)) AND e.account_id = m.account_id)",
    ),
    _Way(
        "family name", "member m", 'm.family_key COLLATE "C"', "%(folded)s", "starts_with(m.family_key, %(folded)s)",
    ),
    _Way("name", "member m", 'm.whole_key COLLATE "C"', "%(folded)s", "true"),
)  # fmt: skip
#: So many ways, the first ones, are for what cannot be a name.
_NAMELESS = 2


def account_with_address(address: str) -> int | None:
    """The account to which an e-mail address leads, whatever its capitals; None where nobody has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id FROM member_email WHERE email = %s", [address_key(storable(address))])
        row = cursor.fetchone()
    return row[0] if row else None


def find(text: str, after: str = "", limit: int = 50) -> Page:
    """Members whose number, e-mail address, family name or whole name begins with `text`; all of them for an empty one.

    A number is compared as it is written, or, where that finds nobody, with its accents written otherwise; an address
    without regard to capitals, a name as `folded` leaves it, so that "lovborg" finds Løvborg; a whole name is "Ada
    Lovelace" or "Lovelace Ada", with a comma or without. All members come with the newest account first. `after` is the
    cursor of the page before.
    Raises BadCursor.
    """
    for asked in spellings(" ".join(text.replace("\0", "").split())):
        page = _find(asked, after, limit)
        if page.members:
            break
    return page


def _find(asked: str, after: str, limit: int) -> Page:
    place, key, account = _read(after) if after else (0, None, 0)
    if not asked:
        return _page(_newest(account if after else None, limit + 1), limit)
    rows: list[tuple[Found, int, str]] = []
    for number in range(place, _NAMELESS if "@" in asked or not folded(asked) else len(_WAYS)):
        if len(rows) <= limit:
            start = (key, account) if number == place and key is not None else None
            rows.extend(_along(number, asked, start, limit + 1 - len(rows)))
    return _page(rows, limit)


def _along(number: int, asked: str, start: tuple[str, int] | None, limit: int) -> list[tuple[Found, int, str]]:
    """Members found one way, in order of its key, who are not found an earlier way; with the way and the key."""
    way = _WAYS[number]
    wheres = [f"{way.key} >= {way.asked}", f"{way.key} < {way.asked} || %(highest)s"]
    wheres.extend(f"NOT ({earlier.fits})" for earlier in _WAYS[:number])
    order = f"{way.key}, {'k' if 'k.' in way.key else 'm'}.account_id"
    values: dict[str, str | int] = {"text": asked, "folded": folded(asked), "highest": _HIGHEST, "limit": limit}
    if start is not None:
        wheres.append(f"({order}) > (%(key)s, %(account)s)")
        values |= {"key": start[0], "account": start[1]}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {way.key}, {_COLUMNS} FROM {way.source} WHERE {' AND '.join(wheres)}"
            f" ORDER BY {order} LIMIT %(limit)s",
            values,
        )
        return [(_found(row[1:], way.name), number, row[0]) for row in cursor.fetchall()]


def _newest(before: int | None, limit: int) -> list[tuple[Found, int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM member m WHERE m.account_id < %s ORDER BY m.account_id DESC LIMIT %s",
            [(1 << 63) - 1 if before is None else before, limit],
        )
        return [(_found(row, ""), 0, "") for row in cursor.fetchall()]


def _found(row: Sequence[Any], way: str) -> Found:
    account, number, given, family, email, joined = row
    return Found(account, number, given, family, email, joined, way)


def _page(rows: list[tuple[Found, int, str]], limit: int) -> Page:
    members = tuple(found for found, _, _ in rows[:limit])
    if len(rows) <= limit:
        return Page(members, "")
    found, number, key = rows[limit - 1]
    return Page(members, urlsafe_b64encode(encode([number, key, found.account])).decode().rstrip("="))


def _read(cursor: str) -> tuple[int, str, int]:
    try:
        number, key, account = decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError) as error:
        raise BadCursor("This is not a cursor of a page: start from the first one.") from error
    well = type(number) is int and 0 <= number < len(_WAYS) and isinstance(key, str) and "\0" not in key
    if not well or type(account) is not int or abs(account) >= 1 << 63:
        raise BadCursor("This is not a cursor of a page: start from the first one.")
    return number, key, account
