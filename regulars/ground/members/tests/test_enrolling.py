"""A number leads to one account for ever, whoever enrols it first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier
from uuid import uuid4

from django.db import connection, connections

from regulars.ground.members.enrolling import Person, accounts_of, enrol
from regulars.ground.members.finding import find
from regulars.ground.members.models import Account, Member

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_a_person_gets_an_account_and_a_place_in_the_vault(db: None) -> None:
    accounts = enrol([Person("N-1", "Ada", "Lovelace", "Ada@Example.org ", "en", 12, 10, 1815, date(2024, 2, 1))], NOW)
    ada = Member.objects.get(account_id=accounts["N-1"])
    assert (ada.name, ada.called, ada.email, ada.birth_year, ada.joined_on) == (
        "Ada Lovelace", "Ada", "Ada@Example.org ", 1815, date(2024, 2, 1),
    )  # fmt: skip
    assert Account.objects.get(account_id=ada.account_id).opened_at == NOW
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id FROM member_email WHERE email = 'ada@example.org'")
        assert cursor.fetchall() == [(ada.account_id,)]


def test_enrolling_again_changes_nothing(db: None) -> None:
    first = enrol([Person("N-1", "Ada"), Person("N-2", "Bruno")], NOW)
    again = enrol([Person("N-2", "Carmen"), Person("N-3")], NOW)
    assert again["N-2"] == first["N-2"]
    assert Member.objects.get(account_id=first["N-2"]).given_name == "Bruno"
    assert accounts_of(["N-1", "N-3", "N-9", "N-1"]) == {"N-1": first["N-1"], "N-3": again["N-3"]}
    assert enrol([], NOW) == {}


def test_a_number_is_one_however_its_accents_are_written(db: None) -> None:
    composed, apart = "caf\u00e9-1", "cafe\u0301-1"
    assert len(set(enrol([Person(apart), Person(composed)], NOW).values())) == 1
    both = accounts_of([composed, apart])
    assert both.keys() == {composed, apart} and len(set(both.values())) == 1
    assert Member.objects.get(account_id=both[apart]).number == composed
    with connection.cursor() as cursor:  # as some were kept before
        cursor.execute("UPDATE member_number SET number = %s WHERE number = %s", [apart, composed])
    assert accounts_of([composed, apart]) == both
    assert find(composed).members == find(apart).members != ()


def test_somebody_known_by_number_alone_joined_today(db: None) -> None:
    account = enrol([Person("N-1")], NOW)["N-1"]
    nobody = Member.objects.get(account_id=account)
    assert (nobody.name, nobody.called, nobody.joined_on) == ("N-1", "", NOW.date())


def test_an_address_that_another_member_has_leads_to_the_first(db: None) -> None:
    accounts = enrol([Person("N-1", email="ada@example.org")], NOW) | enrol(
        [Person("N-2", email="ADA@example.org")], NOW
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id FROM member_email WHERE email = 'ada@example.org'")
        assert cursor.fetchall() == [(accounts["N-1"],)]


def test_many_who_enrol_the_same_people_at_once_agree(committed: None) -> None:
    numbers = [f"N-{uuid4().hex}" for _ in range(20)]
    barrier = Barrier(6)

    def attempt(turn: int) -> dict[str, int]:
        try:
            barrier.wait()
            return enrol([Person(number) for number in (numbers if turn % 2 else reversed(numbers))], NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(attempt, range(6)))
    assert all(answer == answers[0] for answer in answers)
    assert len(set(answers[0].values())) == 20
    assert Account.objects.count() == Member.objects.count() == 20
