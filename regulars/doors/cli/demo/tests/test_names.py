"""The members of the demo have names of their own, always the same, and addresses that reach nobody."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta

import polars as pl
import pytest

from regulars.doors.cli.demo import names
from regulars.doors.cli.demo.tests.conftest import WEEKS
from regulars.ground.members.enrolling import Person


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return names.people(WEEKS)


def test_every_household_is_one_person_under_its_own_number(people: list[Person], bought: pl.DataFrame) -> None:
    assert [person.number for person in people] == [str(number) for number in sorted(set(bought["household_id"]))]
    assert len(people) == 2_469


def test_the_same_household_has_the_same_name_on_every_machine(people: list[Person]) -> None:
    known = {person.number: person for person in people}
    told = {
        number: (known[number].given_name, known[number].family_name, known[number].language)
        for number in ("1", "900", "2489")
    }
    assert told == {
        "1": ("Keith", "Chadwell", "en"),
        "900": ("Lidia", "Manzano", "es"),
        "2489": ("Patricio", "Maldonado", "es"),
    }


def test_moving_the_year_moves_the_day_of_joining_and_nothing_else(people: list[Person]) -> None:
    def but_for_joining(person: Person) -> tuple[object, ...]:
        return tuple(getattr(person, name) for name in Person.__slots__ if name != "joined_on")

    later = names.people(WEEKS + 3)
    assert [but_for_joining(person) for person in later] == [but_for_joining(person) for person in people]
    assert {(b.joined_on or date.max) - (a.joined_on or date.min) for a, b in zip(people, later, strict=True)} == {
        timedelta(weeks=3)
    }


def test_members_joined_on_the_day_of_their_first_purchase(people: list[Person], bought: pl.DataFrame) -> None:
    first = bought.group_by("household_id").agg(pl.col("transaction_timestamp").min().dt.date())
    assert {person.number: person.joined_on for person in people} == {
        str(number): day for number, day in first.iter_rows()
    }


def test_no_two_members_share_a_full_name_or_an_address(people: list[Person]) -> None:
    assert len({(person.given_name, person.family_name) for person in people}) == len(people)
    assert len({person.email for person in people}) == len(people)


def test_addresses_are_plain_and_at_domains_reserved_for_examples(people: list[Person]) -> None:
    strange = [p.email for p in people if not re.fullmatch(r"[a-z]+\.[a-z]+@example\.(com|org)", p.email)]
    assert strange == []


def test_letters_of_each_language_are_spelled_out_in_addresses() -> None:
    spelled = {name: names._ascii(name) for name in ("Jörg", "Groß", "Peñalver", "Grønbæk", "Åge", "Ángela")}
    assert spelled == {
        "Jörg": "joerg", "Groß": "gross", "Peñalver": "penalver", "Grønbæk": "groenbaek", "Åge": "aage", "Ángela": "angela",
    }  # fmt: skip


def test_languages_are_shared_out_as_promised(people: list[Person]) -> None:
    counted = Counter(person.language for person in people)
    assert set(counted) == set(names.SHARES)
    for language, share in names.SHARES.items():
        assert abs(100 * counted[language] / len(people) - share) < 2, language


def test_about_sixty_in_a_hundred_told_their_birthday_and_some_the_year(people: list[Person]) -> None:
    told = [person for person in people if person.birth_month]
    assert 57 < 100 * len(told) / len(people) < 63
    with_year = [person for person in told if person.birth_year]
    assert 25 < 100 * len(with_year) / len(told) < 50
    assert len({person.birth_month for person in told}) == 12
    for person in told:
        assert date(person.birth_year or 2001, person.birth_month or 0, person.birth_day or 0) < date(2003, 1, 1)
    assert not any(person.birth_day or person.birth_year for person in people if not person.birth_month)


@pytest.mark.parametrize("language", names.SHARES)
def test_each_language_has_sixty_given_and_sixty_family_names_and_none_twice(language: str) -> None:
    lists = names._names()[language]
    for written in (lists.given, lists.family):
        assert len(written) >= 60
        assert len({names._ascii(name) for name in written}) == len(written)


def test_no_family_name_stands_in_two_languages() -> None:
    counted = Counter(names._ascii(name) for lists in names._names().values() for name in lists.family)
    assert [name for name, times in counted.items() if times > 1] == []


def test_lists_hold_more_pairs_than_there_are_household_numbers(people: list[Person]) -> None:
    highest = max(int(person.number) for person in people)
    assert all(len(lists.given) * len(lists.family) > highest for lists in names._names().values())
