"""What is told of people takes its place in the vault, and every lookup moves along."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from random import Random
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from regulars.ground.members.describing import Described, Telling, describe, fingerprint
from regulars.ground.members.enrolling import Person, accounts_of, enrol
from regulars.ground.members.finding import find
from regulars.ground.members.households import open_household
from regulars.ground.members.leading import HOUSEHOLD, MERGED, let_be, let_lead
from regulars.ground.members.models import Member
from regulars.ground.members.personal import FIELDS
from regulars.kit.json import decode

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ADA, BRUNO = "N-ada", "N-bruno"


def tell(number: str, **told: Any) -> Described:
    """Tell of one person."""
    return describe([Telling(number, told)], "carmen@harbour.example", NOW)[0]


def known(number: str) -> Member:
    return Member.objects.get(account_id=accounts_of([number])[number])


def address_of(email: str) -> int | None:
    """The account to which an address leads."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id FROM member_email WHERE email = %s", [email])
        row = cursor.fetchone()
    return row[0] if row else None


def noted() -> list[tuple[str, list[str]]]:
    """The acts in the audit, with the fields that each changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT act, (detail->'fields')::text FROM audit ORDER BY id")
        return [(act, decode(fields)) for act, fields in cursor.fetchall()]


def test_whoever_is_new_is_enrolled_with_all_that_is_told(db: None) -> None:
    everything = {
        "given_name": "Ada", "family_name": "Løvborg", "preferred_name": "A.", "email": "Ada@Harbour.example",
        "phone": "+45 33 12", "language": "da", "birth_month": 2, "birth_day": 29, "birth_year": 2000,
        "joined_on": date(2024, 3, 1),
    }  # fmt: skip
    done = tell(ADA, **everything)
    ada = known(ADA)
    assert done == (ada.account_id, ADA, True, FIELDS, ())
    assert {name: getattr(ada, name) for name in everything} == everything
    assert [found.number for text in ("lovb", "ada l", "ada@h", ADA) for found in find(text).members] == [ADA] * 4
    assert noted() == [("member enrolled", list(FIELDS))]


def test_a_number_alone_enrols_and_again_changes_nothing(db: None) -> None:
    assert tell(ADA).made
    assert known(ADA).joined_on == NOW.date()
    assert tell(ADA) == (known(ADA).account_id, ADA, False, (), ())
    assert noted() == [("member enrolled", [])]


def test_only_what_is_told_changes_and_an_empty_text_forgets(db: None) -> None:
    tell(ADA, given_name="Ada", family_name="Lovelace", phone="33 12", birth_month=5, birth_day=12)
    assert tell(ADA, family_name="Byron", phone="", birth_month="", birth_day=None).changed == (
        "family_name", "phone", "birth_month", "birth_day",
    )  # fmt: skip
    ada = known(ADA)
    assert (ada.name, ada.phone, ada.birth_month, ada.birth_day) == ("Ada Byron", "", None, None)
    assert [found.number for found in find("byron").members] == [ADA] and not find("lovelace").members
    assert tell(ADA, family_name="Byron").changed == ()
    assert len(noted()) == 2, "and the audit says nothing of what changed nothing"


def test_a_telling_is_taken_whole_or_not_at_all(db: None) -> None:
    done = tell(ADA, given_name="Ada", email="no address", birth_day=5)
    assert [fault.code for fault in done.faults] == ["bad_email"] and done.account == 0
    assert accounts_of([ADA]) == {} and noted() == []
    tell(ADA, birth_month=4, birth_day=30)
    assert [fault.code for fault in tell(ADA, given_name="Ada", birth_day=31).faults] == ["bad_birthday"]
    assert (known(ADA).given_name, known(ADA).birth_day) == ("", 30)


def test_an_address_leads_to_its_member_through_every_change(db: None) -> None:
    ada, bruno = tell(ADA, email="Ada@harbour.example").account, tell(BRUNO).account
    taken = tell(BRUNO, email="aDA@harbour.example", given_name="Bruno")
    assert [(fault.code, fault.column) for fault in taken.faults] == [("email_taken", "email")]
    assert known(BRUNO).given_name == "" and address_of("ada@harbour.example") == ada
    assert tell(ADA, email="ada@HARBOUR.example").changed == ("email",), "the same address, written otherwise"
    assert address_of("ada@harbour.example") == ada
    tell(ADA, email="lovelace@harbour.example")
    assert (address_of("ada@harbour.example"), address_of("lovelace@harbour.example")) == (None, ada)
    tell(BRUNO, email="ada@harbour.example")
    tell(ADA, email="")
    assert (address_of("ada@harbour.example"), address_of("lovelace@harbour.example")) == (bruno, None)


def test_an_address_that_two_members_gave_leads_to_whoever_is_told_to_have_it_once_it_is_free(db: None) -> None:
    accounts = enrol([Person(ADA, email="both@harbour.example")], NOW)
    accounts |= enrol([Person(BRUNO, email="both@harbour.example")], NOW)
    assert [fault.code for fault in tell(BRUNO, email="both@harbour.example").faults] == ["email_taken"]
    tell(BRUNO, email="")
    assert address_of("both@harbour.example") == accounts[ADA], "who lets it go did not have it"
    enrol([Person("N-carmen", email="both@harbour.example")], NOW)
    tell(ADA, email="")
    tell("N-carmen", email="both@harbour.example")
    assert address_of("both@harbour.example") == accounts_of(["N-carmen"])["N-carmen"]


def test_a_batch_does_what_its_tellings_do_one_by_one(db: None) -> None:
    tell(ADA, email="ada@harbour.example")
    done = describe(
        [
            Telling(BRUNO, {"email": "ada@harbour.example"}),
            Telling(ADA, {"email": "", "given_name": "Ada"}),
            Telling(BRUNO, {"email": "ada@harbour.example"}),
            Telling(BRUNO, {"given_name": "Bruno"}),
            Telling("N\u202e1", {}),
        ],
        "command line",
        NOW,
    )
    assert [[fault.code for fault in one.faults] for one in done] == [["email_taken"], [], [], [], ["bad_number"]]
    assert [one.made for one in done] == [False, False, True, False, False]
    assert address_of("ada@harbour.example") == done[2].account == done[3].account == known(BRUNO).account_id
    assert known(BRUNO).given_name == "Bruno"


def test_of_two_that_were_merged_it_is_the_survivor_who_is_told_of(db: None) -> None:
    ada = tell(ADA, given_name="Ada", email="ada@harbour.example").account
    bruno = tell(BRUNO, given_name="Bruno").account
    let_lead(bruno, ada, MERGED, NOW)
    assert tell(BRUNO, phone="33 12") == (ada, ADA, False, ("phone",), ())
    let_be(bruno)
    let_lead(ada, bruno, MERGED, NOW)
    assert tell(BRUNO, email="ada@harbour.example").changed == ("email",), "the address was theirs all along"
    assert address_of("ada@harbour.example") == bruno
    let_be(ada)
    assert (known(ADA).given_name, known(ADA).phone, known(BRUNO).given_name) == ("Ada", "33 12", "Bruno")


def test_who_is_in_a_household_is_a_person_and_the_household_none(db: None) -> None:
    home, ada = open_household("H-1", NOW), tell(ADA).account
    assert home is not None
    let_lead(ada, home.account, HOUSEHOLD, NOW)
    assert tell(ADA, given_name="Ada").account == ada
    assert [fault.code for fault in tell("H-1", given_name="Ada").faults] == ["not_a_member"]


@pytest.mark.parametrize("number", ["", " N-1", "N\u202e1", "\ufeffN-1", "N\0", "\ud800", "N\ufffd", "N" * 201])
def test_nobody_new_has_a_number_that_cannot_be_seen(db: None, number: str) -> None:
    assert [(fault.code, fault.column) for fault in tell(number).faults] == [("bad_number", "number")]


def test_somebody_new_takes_nobody_s_number_and_twice_is_once(db: None) -> None:
    new = Telling(ADA, {"given_name": "Ada", "email": ""}, new=True)
    first, again = (describe([new], "carmen", NOW)[0] for _ in range(2))
    assert first.made and (again.account, again.made, again.faults) == (first.account, False, ())
    (other,) = describe([Telling(ADA, {"given_name": "Bruno", "email": ""}, new=True)], "carmen", NOW)
    assert [fault.code for fault in other.faults] == ["number_taken"] and known(ADA).given_name == "Ada"


def test_what_was_seen_before_somebody_else_changed_it_is_not_written_over_that(db: None) -> None:
    tell(ADA, given_name="Ada")
    told = {"given_name": "Ada", "phone": "33 12"}
    seen = fingerprint(known(ADA))
    tell(ADA, given_name="Adele")
    (late,) = describe([Telling(ADA, told, seen=seen)], "carmen", NOW)
    assert [fault.code for fault in late.faults] == ["changed_meanwhile"]
    now_seen = Telling(ADA, told, seen=fingerprint(known(ADA)))
    first, again = (describe([now_seen], "carmen", NOW)[0] for _ in range(2))
    assert (first.changed, again.changed, again.faults) == (("given_name", "phone"), (), ())


def test_a_dry_run_says_it_all_and_changes_nothing(db: None) -> None:
    (done,) = describe([Telling(ADA, {"email": "ada@harbour.example"})], "carmen", NOW, dry_run=True)
    assert (done.made, done.changed) == (True, ("email",))
    assert accounts_of([ADA]) == {} and address_of("ada@harbour.example") is None and noted() == []


def test_many_who_want_one_address_at_once_agree_on_who_has_it(committed: None) -> None:
    barrier = Barrier(4)

    def attempt(turn: int) -> Described:
        try:
            barrier.wait()
            return tell(f"N-{turn}", email="ada@harbour.example")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(attempt, range(4)))
    (winner,) = [one for one in done if not one.faults]
    assert address_of("ada@harbour.example") == winner.account
    assert [fault.code for one in done for fault in one.faults] == ["email_taken"] * 3


def test_of_many_who_tell_of_somebody_new_at_once_one_enrols_them(committed: None) -> None:
    barrier = Barrier(4)

    def attempt(turn: int) -> Described:
        try:
            barrier.wait()
            told = {"given_name": f"Ada {turn}"}
            return describe([Telling(ADA, told, new=True)], "carmen", NOW)[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(attempt, range(4)))
    assert sum(one.made for one in done) == 1
    assert [fault.code for one in done for fault in one.faults] == ["number_taken"] * 3


def test_whatever_is_told_of_many_at_once_every_address_leads_to_whoever_has_it(committed: None) -> None:
    """Twelve members, eight addresses, and eight who tell of four at a time: nobody waits for ever for another."""

    def storm(seed: int) -> None:
        chance = Random(seed)
        try:
            for _ in range(12):
                numbers = [f"N-{chance.randrange(12)}" for _ in range(4)]
                addresses = [chance.choice(["", *(f"m{n}@harbour.example" for n in range(8))]) for _ in numbers]
                pairs = zip(numbers, addresses, strict=True)
                describe([Telling(number, {"email": email}) for number, email in pairs], "carmen", NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(storm, range(8)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT email, account_id FROM member_email ORDER BY 1")
        led = cursor.fetchall()
    assert led == sorted(Member.objects.exclude(email="").values_list("email", "account_id")) and led
