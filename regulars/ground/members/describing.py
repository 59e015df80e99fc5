"""Describing: what is told of people takes its place in the vault; whoever is new is enrolled.

Only what is told changes, so that the same telling again changes nothing. A number leads to the person it is one of by
now: of one that was merged, the survivor. The lookup of e-mail addresses moves along in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from django.db import connection, transaction

from regulars.ground.access.auditing import Note, audit_all
from regulars.ground.activity.contract import MAX_ID, Fault
from regulars.ground.members.enrolling import Person, may_enrol, open_accounts, own_accounts_of
from regulars.ground.members.folding import name_keys
from regulars.ground.members.leading import MERGED, followed
from regulars.ground.members.models import Member
from regulars.ground.members.personal import FIELDS, NOTHING, Value, address_key, birthday_fault, read
from regulars.ground.members.signing_in import close_links
from regulars.kit.json import encode
from regulars.kit.speaking import worded
from regulars.kit.texts import composed, storable

#: Who somebody is here: the account of a member, or the number of one who is new.
_Who = int | str
_NAMES = ("given_name", "family_name")
_NOBODY = 0
#: So far ahead of UTC it may be the next day already where the shop is.
_AHEAD = timedelta(hours=14)


class _Overtaken(Exception):
    """Somebody else enrolled the same number at the same moment."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told of the person with a number, by field (`personal.FIELDS`).

    `new` says that nobody may have the number yet. `seen` is the `fingerprint` of what the teller saw of the person;
    empty for one who tells without looking.
    """

    number: str
    told: Mapping[str, Value]
    new: bool = False
    seen: str = ""


class Described(NamedTuple):
    """What became of a telling: whose it is (account and number; 0 for nobody), whether they are new, the fields that
    changed, and what was wrong (then nothing changed)."""

    account: int
    number: str
    made: bool
    changed: tuple[str, ...]
    faults: tuple[Fault, ...]


@dataclass(slots=True)
class _Vault:
    """What is known of the people concerned, who has the addresses concerned, and which fields changed: brought
    forward telling by telling."""

    known: dict[_Who, dict[str, Value]]
    numbers: dict[_Who, str]
    owners: dict[str, _Who]
    changed: dict[_Who, set[str]] = field(default_factory=dict)


def describe(tellings: Sequence[Telling], actor: str, now: datetime, dry_run: bool = False) -> list[Described]:
    """Put what is told in place, telling by telling; what became of each, in their order.

    A telling is taken whole or not at all. Its faults: those of `personal`; `email_taken`, `bad_number` (nobody new may
    have this one), `not_a_member` (a household's number), `number_taken` (by somebody else, where `new`),
    `changed_meanwhile` (since it was `seen`). The audit says which fields changed, never what they hold.
    """
    while True:
        try:
            with transaction.atomic():
                done = _describe(tellings, now)
                notes = [_note(one, actor) for one in done if one.made or one.changed]
                if notes:
                    audit_all(notes, now)
                transaction.set_rollback(dry_run)
            return done
        except _Overtaken:
            continue  # whoever was faster is known now


def _describe(tellings: Sequence[Telling], now: datetime) -> list[Described]:
    accounts = own_accounts_of([one.number for one in tellings])
    vault, led = _load(tellings, accounts)
    found = []
    for one in tellings:
        who = accounts.get(one.number, composed(one.number))
        unknown = who not in vault.known
        faults, changed = _take(vault, one, who, (now + _AHEAD).date())
        found.append((who, unknown and not faults, changed, faults))
    enrolled = _write(vault, led, now)
    return [
        Described(
            who if isinstance(who, int) else enrolled.get(who, 0), vault.numbers.get(who, ""), made, changed, faults
        )
        for who, made, changed, faults in found
    ]


def _note(one: Described, actor: str) -> Note:
    return Note(actor, "member enrolled" if one.made else "member described", one.account, {"fields": one.changed})


def fingerprint(member: Member) -> str:
    """What stands for all that is known of a person: it differs as soon as a field does."""
    return _fingerprint(_fields_of(member))


def _load(tellings: Sequence[Telling], accounts: Mapping[str, int]) -> tuple[_Vault, dict[str, int]]:
    """What is known of those who are told of, and the account to which each address leads in the lookup.

    All of it is locked, each kind in its order: an address may go from one member to another.
    """
    rows = Member.objects.select_for_update().filter(account_id__in=set(accounts.values())).order_by("account_id")
    members = {one.account_id: one for one in rows}
    addresses = {address_key(member.email) for member in members.values()}
    addresses |= {address_key(storable(one.told.get("email"))) for one in tellings if "email" in one.told}
    with connection.cursor() as cursor:
        # What leads to nobody is taken into the lookup as well, so that it is locked until it is given to somebody.
        cursor.execute(
            "INSERT INTO member_email (email, account_id) SELECT email, %s FROM unnest(%s::text[]) AS email ORDER BY 1"
            " ON CONFLICT (email) DO UPDATE SET account_id = member_email.account_id RETURNING email, account_id",
            [_NOBODY, sorted(addresses - {""})],
        )
        led: dict[str, int] = dict(cursor.fetchall())
    ends = followed(led.values(), (MERGED,))
    known: dict[_Who, dict[str, Value]] = {account: _fields_of(member) for account, member in members.items()}
    numbers: dict[_Who, str] = {account: member.number for account, member in members.items()}
    owners: dict[str, _Who] = {email: ends[account] for email, account in led.items() if account != _NOBODY}
    return _Vault(known, numbers, owners), led


def _take(vault: _Vault, one: Telling, who: _Who, today: date) -> tuple[tuple[Fault, ...], tuple[str, ...]]:
    """Bring the vault forward by one telling; its faults, or the fields that changed."""
    stands = vault.known.get(who, NOTHING)
    values, faults = read(one.told, today)
    changes = {name: value for name, value in values.items() if stands[name] != value}
    new = {**stands, **changes}
    if not faults and any(name.startswith("birth") for name in changes):
        faults += filter(None, [birthday_fault(new, today)])
    faults[:0] = _refusals(vault, one, who, changes)
    email = address_key(new["email"])
    if "email" in values and email and vault.owners.get(email, who) != who:
        said = worded("Another member has this address: write theirs, or leave it out.")
        faults.append(Fault("email_taken", said, "email", 0))
    if faults:
        return tuple(faults), ()
    if "email" in values:
        old = address_key(stands["email"])
        if old != email and vault.owners.get(old) == who:
            del vault.owners[old]
        if email:
            vault.owners[email] = who
    vault.known[who] = new
    vault.numbers.setdefault(who, composed(one.number))
    vault.changed.setdefault(who, set()).update(changes)
    return (), tuple(name for name in FIELDS if name in changes)


def _refusals(vault: _Vault, one: Telling, who: _Who, changes: Mapping[str, Value]) -> list[Fault]:
    """What is wrong with whom is told of."""
    if who not in vault.known:
        if isinstance(who, int):
            return [Fault("not_a_member", worded("This is a household's number: name the member."), "number", 0)]
        if not 0 < len(who) <= MAX_ID or who != who.strip() or not may_enrol(who):
            said = worded(
                "Write a number of at most {most} characters that can be seen, without spaces around it.", most=MAX_ID
            )
            return [Fault("bad_number", said, "number", 0)]
        return []
    if one.new and changes:
        said = worded("Somebody has this number already. Take another one, or put right what is known of them.")
        return [Fault("number_taken", said, "number", 0)]
    if one.seen and changes and one.seen != _fingerprint(vault.known[who]):
        said = worded("Somebody changed this meanwhile. Compare with what stands there now, then send it again.")
        return [Fault("changed_meanwhile", said, "", 0)]
    return []


def _write(vault: _Vault, led: Mapping[str, int], now: datetime) -> dict[str, int]:
    """Write what changed; answers the accounts of those who were enrolled. Raises _Overtaken."""
    enrolled = _enrol([who for who in vault.changed if isinstance(who, str)], now)
    account = {who: enrolled[who] if isinstance(who, str) else who for who in vault.changed}
    # Those of whom the same fields changed are written together, each only in these.
    alike: dict[tuple[str, ...], list[_Who]] = {}
    for who, changed in vault.changed.items():
        alike.setdefault(tuple(sorted(changed)), []).append(who)
    with connection.cursor() as cursor:
        for columns, whose in alike.items():
            names = [*columns, *(("family_key", "whole_key") if set(columns) & set(_NAMES) else ())]
            if names:
                cursor.executemany(
                    f"UPDATE member SET {', '.join(f'{name} = %s' for name in names)} WHERE account_id = %s",
                    [[*_row(vault.known[who], columns, names), account[who]] for who in whose],
                )
        owners = {email: account.get(who, led[email]) for email, who in vault.owners.items()}
        cursor.executemany(
            "UPDATE member_email SET account_id = %s WHERE email = %s",
            [(owner, email) for email, owner in owners.items() if led[email] != owner],
        )
        cursor.execute("DELETE FROM member_email WHERE email = ANY(%s)", [sorted(led.keys() - owners.keys())])
    close_links([account[who] for who, changed in vault.changed.items() if "email" in changed])
    return enrolled


def _enrol(numbers: Sequence[str], now: datetime) -> dict[str, int]:
    """Accounts for those who are new. Raises _Overtaken where somebody else enrolled one of them at the same moment:
    what is known of them would have had to be locked before the addresses were."""
    opened = open_accounts([Person(number) for number in numbers], now)
    if len(opened) != len(numbers):
        raise _Overtaken
    return opened


def _row(known: Mapping[str, Value], columns: Sequence[str], names: Sequence[str]) -> list[Value]:
    keys = name_keys(str(known["given_name"]), str(known["family_name"])) if len(names) > len(columns) else ()
    return [*(known[name] for name in columns), *keys]


def _fields_of(member: Member) -> dict[str, Value]:
    return {name: getattr(member, name) for name in FIELDS}


def _fingerprint(known: Mapping[str, Value]) -> str:
    return sha256(encode([known[name] for name in FIELDS])).hexdigest()
