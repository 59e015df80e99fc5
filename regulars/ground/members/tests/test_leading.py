"""A number leads to the account where its member's points are, step by step, and back again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from regulars.ground.members.enrolling import Person, accounts_of, enrol, given_accounts_of, own_accounts_of
from regulars.ground.members.leading import (
    HOUSEHOLD,
    MERGED,
    followed,
    kin_of,
    lead_of,
    let_be,
    let_lead,
    make_kin,
)

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
ADA, BRUNO, CARMEN, DAGNY = "N-ada", "N-bruno", "N-carmen", "N-dagny"
EVERYBODY = [ADA, BRUNO, CARMEN, DAGNY]


@pytest.fixture
def given(db: None) -> dict[str, int]:
    return enrol([Person(number) for number in EVERYBODY], NOW)


def test_a_number_leads_on_from_account_to_account(given: dict[str, int]) -> None:
    let_lead(given[ADA], given[BRUNO], MERGED, NOW)
    let_lead(given[BRUNO], given[CARMEN], MERGED, NOW)
    let_lead(given[CARMEN], given[DAGNY], HOUSEHOLD, NOW)
    assert set(accounts_of(EVERYBODY).values()) == {given[DAGNY]}
    assert own_accounts_of(EVERYBODY) == {
        ADA: given[CARMEN], BRUNO: given[CARMEN], CARMEN: given[CARMEN], DAGNY: given[DAGNY],
    }  # fmt: skip
    assert given_accounts_of(EVERYBODY) == given
    assert followed([given[ADA], given[DAGNY]]) == {given[ADA]: given[DAGNY], given[DAGNY]: given[DAGNY]}
    assert lead_of(given[ADA]) == (given[BRUNO], MERGED, NOW) and lead_of(given[DAGNY]) is None


def test_an_account_that_is_let_be_is_its_own_again(given: dict[str, int]) -> None:
    let_lead(given[ADA], given[BRUNO], MERGED, NOW)
    let_be(given[ADA])
    assert accounts_of(EVERYBODY) == given and lead_of(given[ADA]) is None


def test_enrolling_a_number_that_leads_elsewhere_answers_where_it_leads(given: dict[str, int]) -> None:
    let_lead(given[ADA], given[BRUNO], MERGED, NOW)
    assert enrol([Person(ADA)], NOW) == {ADA: given[BRUNO]}


def test_no_account_leads_to_itself_or_to_two_others(given: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        let_lead(given[ADA], given[ADA], MERGED, NOW)
    let_lead(given[ADA], given[BRUNO], MERGED, NOW)
    with pytest.raises(AssertionError):
        let_lead(given[ADA], given[CARMEN], MERGED, NOW)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE account SET leads_to = 1 WHERE account_id = %s", [given[CARMEN]])


def test_kin_are_remembered_of_each(given: dict[str, int]) -> None:
    three = [given[ADA], given[BRUNO], given[CARMEN]]
    make_kin(three)
    assert kin_of([given[ADA]]) == kin_of([given[CARMEN]]) == set(three) and kin_of([given[DAGNY]]) == {given[DAGNY]}
