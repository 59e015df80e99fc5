"""What two accounts may bring back, as both are kin, comes back once: told in one batch, by two callers, or at once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import transaction

from regulars.exchange.earning.acting import cancel, redeem
from regulars.exchange.earning.housing import found, join, leave
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.persisting import NotTogether
from regulars.exchange.earning.recording import RECORDED, Result, Telling, take, take_together
from regulars.exchange.earning.tests.cast import SOURCE, fresh, purchase, redemption, returned
from regulars.exchange.earning.tests.test_acting_at_once import Work, at_once
from regulars.exchange.earning.tests.test_laws_of_travelling import FOR_EVER
from regulars.exchange.earning.tests.test_merging import by, on, pots, whole
from regulars.ground.activity.contract import Incoming
from regulars.ground.members.enrolling import Person, enrol
from regulars.ground.publishing.versions import publish, versions

NOW = on("2026-05-04 10:02")


pytestmark = pytest.mark.usefixtures("committed")


def two(text: str = FOR_EVER) -> tuple[str, str]:
    """Ada and Bruno, members of a programme that was published before."""
    publish(text, datetime(2016, 1, 1, tzinfo=UTC), "keeper", datetime(2016, 1, 1, tzinfo=UTC))
    ada, bruno = fresh("ada"), fresh("bruno")
    enrol([Person(ada), Person(bruno)], on("2026-05-01 09:00"))
    return ada, bruno


def told(*events: Incoming) -> list[Result]:
    return take(events, SOURCE, NOW, False)


def codes(results: list[Result]) -> list[str | None]:
    return [one.refusal and one.refusal.code for one in results]


def kin() -> tuple[str, str, str, list[Incoming]]:
    """Ada, who left the household in which Bruno still is, its number, and lamps for 100 that Ada had bought before and
    paid for with 30 points each."""
    ada, bruno = two()
    return ada, bruno, *parted(ada, bruno)


def parted(ada: str, bruno: str) -> tuple[str, list[Incoming]]:
    home = found(ada, "", by("2026-05-01 10:00")).household.number
    join(bruno, home, by("2026-05-01 10:01"))
    lamps = [purchase(ada, "2026-05-02 10:00", 10_000) for _ in range(8)]
    told(purchase(bruno, "2026-05-02 09:00", 100_000), *lamps)
    assert set(codes(told(*(redemption(ada, "2026-05-02 10:00", 30, original=lamp.id) for lamp in lamps)))) == {None}
    leave(ada, 0, "", by("2026-05-03 10:00"))
    told(purchase(ada, "2026-05-03 11:00", 100_000))
    return home, lamps


def all_there_is(*members: str) -> int:
    return sum(pots(member).get("available", 0) - pots(member).get("debt", 0) for member in members)


def test_what_is_told_for_two_accounts_in_one_batch_is_taken_as_one_after_the_other() -> None:
    ada, bruno, home, (lamp, other, *_) = kin()
    before = all_there_is(ada, home)
    brought = [returned(ada, "2026-05-04 10:00", lamp), returned(bruno, "2026-05-04 10:01", lamp)]
    rest = [returned(bruno, "2026-05-04 10:00", other), purchase(ada, "2026-05-04 10:00", 5_000)]
    assert codes(told(*brought, *rest)) == [None, "nothing_to_return", None, None]
    assert all_there_is(ada, home) == before - 2 * (100 - 30) + 50
    whole(ada, bruno, home)


@pytest.mark.parametrize("ada_first", [True, False])
def test_what_is_brought_in_after_the_fact_finds_no_night_that_came_too_early(ada_first: bool) -> None:
    """A file tells of Bruno in February after it told of Ada in June, or before: his points have not ended by then."""
    ada, bruno = two(
        FOR_EVER.replace("debt: true", "expiry: {after: earning, months: 1, notice: none}\n    debt: true")
    )
    home = found(ada, "", by("2026-01-01 10:00")).household.number
    join(bruno, home, by("2026-01-01 10:01"))
    lamp = purchase(ada, "2026-01-02 10:00", 10_000)
    take([lamp, purchase(bruno, "2026-01-03 10:00", 10_000)], SOURCE, on("2026-01-03 11:00"), False)
    leave(ada, 0, "", by("2026-01-04 10:00"))
    events = [returned(ada, "2026-06-01 10:00", lamp), redemption(bruno, "2026-02-01 10:00", 50)]
    results = take(events[:: 1 if ada_first else -1], SOURCE, on("2026-06-02 10:00"), False, history=True)
    assert codes(results) == [None, None]
    whole(ada, bruno, home)


def test_parts_of_batches_in_a_transaction_that_goes_on_do_not_wait_for_each_other() -> None:
    low, high, carmen, dagny = (fresh(name) for name in ("low", "high", "carmen", "dagny"))
    ada, bruno = two()
    enrol([Person(low)], on("2026-05-01 09:00"))
    enrol([Person(carmen), Person(dagny)], on("2026-05-01 09:00"))
    (_, (lamp, *_)), (_, (chair, *_)) = parted(ada, bruno), parted(carmen, dagny)
    enrol([Person(high)], on("2026-05-01 09:00"))
    answers: list[str | None] = []

    def tell(first: str, back: Incoming, still: str, last: str) -> Work:
        def work() -> None:
            bought = (purchase(one, "2026-05-04 10:00", 1_000) for one in (first, still, last))
            events = [next(bought), returned(back.member, "2026-05-04 10:00", back, {"1": 100}), *bought]
            with transaction.atomic():
                answers.extend(codes(told(*events)))

        return work

    works = [tell(high, lamp, bruno, low), tell(low, chair, dagny, high)]
    at_once(works * 4, 2)
    assert Counter(answers) == {None: 8 * 4}


def test_whoever_brings_two_callers_together_hears_that_they_are_to_be_taken_apart() -> None:
    ada, bruno, home, (lamp, *_) = kin()
    before = all_there_is(ada, home)
    tellings = [Telling([returned(who, "2026-05-04 10:00", lamp)], SOURCE, False) for who in (ada, bruno)]
    with pytest.raises(NotTogether), transaction.atomic():
        take_together(tellings, NOW, versions())
    assert all_there_is(ada, home) == before
    assert [codes(told(*one.events)) for one in tellings] == [[None], ["nothing_to_return"]]


@pytest.mark.parametrize("night_first", [True, False])
def test_it_is_all_one_whether_the_night_has_come_to_the_account_that_was_left(night_first: bool) -> None:
    """What Ada had earned stayed in the household, where it has ended: nobody asks for it when the lamp comes back."""
    ada, bruno = two(
        FOR_EVER.replace("debt: true", "expiry: {after: earning, months: 1, notice: none}\n    debt: true")
    )
    lamp = purchase(ada, "2026-05-10 10:00", 10_000)
    told(purchase(bruno, "2026-05-02 10:00", 10_000))
    told(lamp)
    home = found(ada, "", by("2026-05-11 10:00")).household.number
    join(bruno, home, by("2026-05-11 10:01"))
    redeem(ada, 100, "points", by("2026-05-12 10:00"))  # it takes Bruno's, which end sooner
    leave(ada, 0, "", by("2026-05-13 10:00"))
    if night_first:
        settle_due(on("2026-06-20 00:30"))
    (result,) = take([returned(ada, "2026-06-20 10:00", lamp)], SOURCE, on("2026-06-20 10:00"), False)
    assert result.status == RECORDED and pots(ada) == {}
    settle_due(on("2026-06-21 00:30"))
    assert pots(home) == {}
    whole(ada, bruno, home)


def test_what_is_brought_back_in_two_accounts_at_once_comes_back_once() -> None:
    ada, bruno, home, lamps = kin()
    before = all_there_is(ada, home)
    answers: list[str | None] = []

    def bring(who: str, lamp: Incoming) -> Work:
        return lambda: answers.extend(codes(told(returned(who, "2026-05-04 10:00", lamp))))

    at_once([bring(who, lamp) for lamp in lamps for who in (ada, bruno)], 8)
    assert Counter(answers) == {None: len(lamps), "nothing_to_return": len(lamps)}
    assert all_there_is(ada, home) == before - len(lamps) * (100 - 30)
    whole(ada, bruno, home)


def test_what_is_called_off_in_two_accounts_at_once_comes_back_once() -> None:
    ada, bruno, home, _ = kin()
    join(ada, home, by("2026-05-04 08:00"))
    spent = [redeem(ada, 20, "points", by("2026-05-04 08:01")).event for _ in range(8)]
    leave(ada, 0, "", by("2026-05-04 09:00"))
    before = all_there_is(ada, home)

    def call_off(who: str, id: UUID) -> Work:
        return lambda: cancel(who, id, by("2026-05-04 10:00"))

    answers = Counter(at_once([call_off(who, id) for id in spent for who in (ada, bruno)], 8))
    assert answers["done"] == len(spent) and len(answers) == 2
    assert all_there_is(ada, home) == before + 20 * len(spent)
    whole(ada, bruno, home)
