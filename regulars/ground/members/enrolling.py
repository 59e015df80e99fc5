"""Enrolling: an account for every new member, and the numbers that lead to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.db import connection

from regulars.ground.members.folding import name_keys
from regulars.ground.members.leading import EVERY_WAY, MERGED, followed
from regulars.kit.binding import Column, ask
from regulars.kit.texts import composed, seen, spellings, storable

_MEMBERS: Final = (
    "INSERT INTO member (account_id, number, given_name, family_name, family_key, whole_key, email, language,"
    " birth_month, birth_day, birth_year, joined_on) SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[],"
    " %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::smallint[], %s::smallint[], %s::smallint[],"
    " %s::date[])"
)


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of somebody who joins. Only the number is needed; empty means not known."""

    number: str
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    language: str = ""
    birth_month: int | None = None
    birth_day: int | None = None
    birth_year: int | None = None
    joined_on: date | None = None


def accounts_of(numbers: Sequence[str]) -> dict[str, int]:
    """The account in which each member number that is known has its points: where its own one leads in the end.

    What no database can keep is nobody's number.
    """
    return _led(numbers, EVERY_WAY)


def own_accounts_of(numbers: Sequence[str]) -> dict[str, int]:
    """The account of the person behind each member number that is known: of a merged one, the survivor's."""
    return _led(numbers, (MERGED,))


def given_accounts_of(numbers: Sequence[str]) -> dict[str, int]:
    """The account that each member number that is known was given, wherever that leads by now."""
    return _led(numbers, ())


def together_now() -> dict[str, str]:
    """Of the numbers of all who were ever one with somebody else, each with a name of the account where its points are:
    the same one for members of a household, and for one that is merged and the survivor."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.number, n.account_id FROM account a JOIN member_number n ON n.account_id = a.account_id"
            " WHERE a.kin <> '{}'"
        )
        given = dict(cursor.fetchall())
    ends = followed(given.values())
    return {composed(number): f"account {ends[account]}" for number, account in given.items()}


def may_enrol(number: str) -> bool:
    """Whether somebody new may have this number: people tell numbers apart by what they see of them.

    Control and format characters (U+FEFF, U+202E) cannot be seen, and would make another member of the same number; nor
    can a number of blank letters alone. Who has such a number already keeps it. U+FFFD stands for bytes that were no
    text: it would make one member of many.
    """
    return number.isprintable() and "\ufffd" not in number and seen(number) != ""


def enrol(people: Sequence[Person], now: datetime) -> dict[str, int]:
    """Open an account for each person whose number is new; answers the account of every number.

    Two writers may enrol the same number at once: the first wins, and both get the same account. An e-mail
    address that another member has already is left out of the lookup.
    """
    open_accounts(people, now)
    return accounts_of([person.number for person in people])


def open_accounts(people: Sequence[Person], now: datetime) -> dict[str, int]:
    """As `enrol`; answers the accounts that were opened now, by their `composed` numbers: nobody else has seen them
    yet."""
    wanted = {composed(person.number): person for person in people}
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('account_number') FROM generate_series(1, %s)", [len(wanted)])
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "INSERT INTO member_number (number, account_id) SELECT * FROM unnest(%s::text[], %s::bigint[])"
            " ORDER BY 1 ON CONFLICT DO NOTHING RETURNING number, account_id",
            [list(wanted), ids],
        )
        made = [(replace(wanted[number], number=number), account) for number, account in cursor.fetchall()]
        _open_accounts(made, now)
    return {person.number: account for person, account in made}


def note_joining(joined: Mapping[int, date]) -> None:
    """Write the days on which members joined, by their account, into the vault."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE member SET joined_on = told.joined_on FROM unnest(%s::bigint[], %s::date[])"
            " AS told (account_id, joined_on) WHERE member.account_id = told.account_id",
            [list(joined), list(joined.values())],
        )


def _led(numbers: Sequence[str], ways: Collection[str]) -> dict[str, int]:
    """The account of each number that is known, or the one to which it leads by those ways.

    A number is one however its accents are written; one that was kept otherwise before is found as it is.
    """
    asked = {number for number in numbers if storable(number) == number}
    written = {number: spellings(number) for number in asked if not number.isascii()}
    rows = ask(
        "SELECT n.number, n.account_id, a.leads_to FROM member_number n"
        " LEFT JOIN account a ON a.account_id = n.account_id AND a.leads_why = ANY(%s) WHERE n.number = ANY(%s)",
        [Column("text", list(ways)), Column("text", list(asked.union(*written.values())))],
    ).fetchall()
    ends = followed({to for _, _, to in rows if to is not None}, ways)
    found = {number: own if to is None else ends[to] for number, own, to in rows}
    if not written:
        return found
    kept = {number: next((one for one in alike if one in found), None) for number, alike in written.items()}
    return {number: found[one] for number in asked if (one := kept.get(number, number)) in found}


def _open_accounts(made: Sequence[tuple[Person, int]], now: datetime) -> None:
    if not made:
        return
    rows = [
        (
            account, person.number, person.given_name, person.family_name,
            *name_keys(person.given_name, person.family_name), person.email, person.language,
            person.birth_month, person.birth_day, person.birth_year, person.joined_on or now.date(),
        )
        for person, account in made
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO account (account_id, opened_at) SELECT unnest(%s::bigint[]), %s",
            [[account for _, account in made], now],
        )
        cursor.execute(_MEMBERS, [list(column) for column in zip(*rows, strict=True)])
    _note_emails(made)


def _note_emails(rows: Sequence[tuple[Person, int]]) -> None:
    known = [(person.email.strip().lower(), account) for person, account in rows if person.email.strip()]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO member_email (email, account_id) VALUES (%s, %s) ON CONFLICT DO NOTHING", sorted(known)
        )
