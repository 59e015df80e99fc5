"""Goodwill above the limit needs two people; a rehearsal leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from regulars.exchange.counter import uniting
from regulars.exchange.counter.answering import answer
from regulars.exchange.counter.goodwill import CONFIRMED, DECLINED, OPEN, SOURCE, give, proposals, waiting
from regulars.exchange.counter.rehearsing import rehearse
from regulars.exchange.counter.spent import bought, redeemed
from regulars.exchange.earning.acting import ActRefused, By, adjust, cancel, redeem
from regulars.exchange.earning.housing import found, join, leave
from regulars.exchange.earning.merging import merge
from regulars.exchange.earning.tests.cast import account, fresh, pots, purchase, returned, rows, tell
from regulars.exchange.ledger.holdings import balances

pytestmark = pytest.mark.usefixtures("harbour")
NOW = datetime(2026, 6, 15, 22, tzinfo=UTC)
LIMIT = 1_000


def by(who: str, id: str = "", at: datetime = NOW) -> By:
    return By(f"{who}@harbour.example", SOURCE, id or str(uuid4()), at)


@pytest.fixture
def ada() -> str:
    number = fresh("ada")
    tell(purchase(number, "2026-05-04 15:00", 50_000))
    return number


def available(member: str) -> int:
    return balances(account(member), NOW)[0].available


def refusal(unite: Callable[[By, int], object]) -> tuple[str, dict[str, object]]:
    with pytest.raises(ActRefused) as no:
        unite(by("carmen"), LIMIT)
    return no.value.refusal.code, dict(no.value.refusal.figures)


def said(member: str) -> list[tuple[str, str]]:
    return [(row["actor"].split("@")[0], row["act"]) for row in rows("audit", account(member), "at, act")]


def test_up_to_the_limit_goodwill_is_given_at_once_and_twice_is_once(ada: str) -> None:
    asked = by("carmen")
    first, second = (give(ada, 1_000, "points", "late-delivery", asked, LIMIT) for _ in range(2))
    assert first.done and not first.again
    assert second.done and second.again and second.done.event == first.done.event
    assert available(ada) == 1_500
    assert said(ada) == [("carmen", "points adjusted")]


def test_above_the_limit_it_is_proposed_and_somebody_else_confirms_it(ada: str) -> None:
    given = give(ada, 1_001, "points", "late-delivery", by("carmen"), LIMIT)
    assert given.done is None and available(ada) == 500
    (kept,) = proposals(account(ada), 9)
    assert (kept.state, kept.points, kept.proposed_by) == (OPEN, 1_001, "carmen@harbour.example")
    assert [one.id for one in waiting(9)] == [kept.id]
    for _ in range(2):
        answer(ada, kept.id, True, by("dagny"))
    assert available(ada) == 1_501
    assert proposals(account(ada), 9)[0].state == CONFIRMED and waiting(9) == []
    assert said(ada) == [
        ("dagny", "points adjusted"), ("carmen", "points proposed"), ("dagny", "proposal confirmed"),
    ]  # fmt: skip


def test_nobody_answers_what_they_proposed_not_even_behind_the_application(ada: str) -> None:
    give(ada, 5_000, "points", "late-delivery", by("carmen"), LIMIT)
    (kept,) = proposals(account(ada), 9)
    for confirmed in (True, False):
        with pytest.raises(ActRefused, match="Somebody else"):
            answer(ada, kept.id, confirmed, by("carmen"))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE proposal SET state = 'confirmed', answered_by = proposed_by, answered_at = proposed_at"
            " WHERE account_id = %s",
            [account(ada)],
        )
    assert available(ada) == 500


def test_what_was_declined_is_not_confirmed_any_more(ada: str) -> None:
    give(ada, 5_000, "points", "late-delivery", by("carmen"), LIMIT)
    (kept,) = proposals(account(ada), 9)
    answer(ada, kept.id, False, by("dagny"))
    with pytest.raises(ActRefused) as no:
        answer(ada, kept.id, True, by("bruno"))
    assert no.value.refusal.code == "already_answered"
    assert proposals(account(ada), 9)[0].state == DECLINED and available(ada) == 500


def test_the_limit_is_over_a_day_and_cannot_be_passed_in_parts(ada: str) -> None:
    assert give(ada, 600, "points", "late-delivery", by("carmen"), LIMIT).done
    assert give(ada, 401, "points", "late-delivery", by("bruno"), LIMIT).done is None
    assert give(ada, -401, "points", "counted-twice", by("bruno"), LIMIT).done is None
    assert give(ada, 401, "points", "late-delivery", by("bruno", at=NOW + timedelta(days=2)), LIMIT).done


def test_no_merge_and_no_household_makes_room_for_more(ada: str) -> None:
    second, third = fresh("second"), fresh("third")
    tell(purchase(second, "2026-05-04 15:00", 1_000), purchase(third, "2026-05-04 15:00", 1_000))
    give(second, 600, "points", "late-delivery", by("carmen"), LIMIT)
    merge(second, ada, by("carmen"))
    assert give(ada, 500, "points", "late-delivery", by("carmen"), LIMIT).done is None
    give(third, 600, "points", "late-delivery", by("carmen"), LIMIT)
    found(third, "", by("carmen"))
    assert give(third, 500, "points", "late-delivery", by("carmen"), LIMIT).done is None


def test_what_was_given_in_parts_is_not_brought_together_by_a_merge_or_a_household(ada: str) -> None:
    second, third = fresh("second"), fresh("third")
    tell(purchase(second, "2026-05-04 15:00", 1_000), purchase(third, "2026-05-04 15:00", 1_000))
    for one in (ada, second):
        give(one, 600, "points", "late-delivery", by("carmen"), LIMIT)
    home = found(ada, "", by("carmen")).household.number
    told = ("given_lately", {"given": 1_200, "limit": LIMIT})
    assert refusal(partial(uniting.join, second, home)) == told
    leave(ada, 0, "", by("carmen"))
    assert refusal(partial(uniting.merge, second, ada)) == told
    assert available(ada) == 1_100 and available(second) == 610
    give(third, 400, "points", "late-delivery", by("bruno"), LIMIT)
    asked = by("bruno")
    assert uniting.merge(third, second, asked, LIMIT).again is False
    assert uniting.merge(third, second, asked, LIMIT).again is True
    assert uniting.merge(second, ada, by("carmen", at=NOW + timedelta(days=1)), LIMIT).again is False


def test_what_a_second_person_confirmed_and_what_keys_gave_stands_in_no_ones_way(ada: str) -> None:
    second, asked = fresh("second"), by("carmen")
    tell(purchase(second, "2026-05-04 15:00", 1_000))
    give(second, 5_000, "points", "late-delivery", asked, LIMIT)
    answer(second, UUID(asked.id), True, by("bruno"))
    adjust(second, 5_000, "points", "welcome", By("key:app", "app", f"welcome-{second}", NOW))
    give(ada, LIMIT, "points", "late-delivery", by("carmen"), LIMIT)
    assert uniting.merge(second, ada, by("carmen"), LIMIT).again is False


def test_what_was_proposed_for_one_who_was_merged_since_is_still_answered(ada: str) -> None:
    second, asked = fresh("second"), by("carmen")
    tell(purchase(second, "2026-05-04 15:00", 1_000))
    give(second, 1_001, "points", "late-delivery", asked, LIMIT)
    merge(second, ada, by("carmen"))
    had = available(ada)
    assert answer(second, UUID(asked.id), True, by("bruno")).done
    assert available(ada) == had + 1_001 and UUID(asked.id) not in [one.id for one in waiting(100)]


def test_a_proposal_told_again_with_another_content_is_refused(ada: str) -> None:
    asked = by("carmen")
    give(ada, 5_000, "points", "late-delivery", asked, LIMIT)
    assert give(ada, 5_000, "points", "late-delivery", asked, LIMIT).again
    with pytest.raises(ActRefused) as no:
        give(ada, 6_000, "points", "late-delivery", asked, LIMIT)
    assert no.value.refusal.code == "other_content" and len(proposals(account(ada), 9)) == 1


def test_what_cannot_be_taken_is_not_proposed_and_no_reason_is_invented(ada: str) -> None:
    for points, reason, code in ((-9_000, "our-mistake", "insufficient_points"), (5, "because", "unknown_reason")):
        with pytest.raises(ActRefused) as no:
            give(ada, points, "points", reason, by("carmen"), LIMIT)
        assert no.value.refusal.code == code
    with pytest.raises(ActRefused) as no:
        answer(ada, UUID(int=1), True, by("dagny"))
    assert no.value.refusal.code == "unknown_proposal"
    assert proposals(account(ada), 9) == []


def test_a_rehearsal_says_what_would_move_and_which_lots_and_leaves_nothing(ada: str) -> None:
    tell(purchase(ada, "2026-05-20 15:00", 10_000))
    asked = by("carmen")
    seen = rehearse(account(ada), partial(redeem, ada, 550, "points"), asked)
    assert [line.amount for line in seen.lines] == [-550]
    assert [(before.available, after.available) for before, after in zip(seen.before, seen.after, strict=True)] == [
        (650, 100)
    ]
    assert next((change.lot.amount, change.points) for change in seen.changes) == (500, 500)
    assert sum(change.points for change in seen.changes) == 550
    assert pots(ada)["issued"] == -650 and "redeemed" not in pots(ada)
    assert available(ada) == 650
    assert not seen.again and said(ada) == [("carmen", "act rehearsed")]
    redeem(ada, 550, "points", asked)
    assert rehearse(account(ada), partial(redeem, ada, 550, "points"), asked).again


def test_what_was_spent_is_listed_until_it_came_back(ada: str) -> None:
    done = redeem(ada, 200, "points", by("carmen"))
    assert [(one.event, one.left) for one in redeemed(account(ada), 9)] == [(done.event, 200)]
    cancel(ada, done.event, by("carmen"))
    assert redeemed(account(ada), 9) == []


def test_what_was_bought_under_a_merged_number_or_before_joining_can_come_back(ada: str) -> None:
    bruno, carmen = fresh("bruno"), fresh("carmen")
    lamp, rug = purchase(bruno, "2026-05-03 15:00", 3_000), purchase(carmen, "2026-05-02 15:00", 700)
    tell(lamp, rug)
    hers, theirs = account(ada), account(carmen)  # their own, wherever they lead
    merge(bruno, ada, by("dagny"))
    assert [one.net for one in bought(hers, 9)] == [50_000, 3_000]
    home = found(carmen, "", by("dagny")).done.household
    assert [one.net for one in bought(theirs, 9)] == [700]
    join(ada, home, by("dagny"))
    assert [one.net for one in bought(hers, 9)] == [50_000, 3_000]  # what others bought before is theirs
    tell(purchase(carmen, "2026-06-02 15:00", 900), returned(ada, "2026-06-03 15:00", lamp, {"1": 1_000}))
    assert [(one.net, one.left) for one in bought(hers, 9)] == [
        (900, 900), (50_000, 50_000), (3_000, 2_000),
    ]  # fmt: skip
    leave(carmen, 0, "", by("dagny"))
    assert [one.net for one in bought(theirs, 9)] == [900, 700]


def test_a_purchase_says_what_is_left_of_each_line() -> None:
    bruno = fresh("bruno")
    basket = purchase(bruno, "2026-05-04 15:00", 3_000, 2_000)
    tell(basket, returned(bruno, "2026-05-06 15:00", basket, {"1": 1_000}))
    (one,) = bought(account(bruno), 9)
    assert [(line.id, line.net, line.left) for line in one.lines] == [("1", 3_000, 2_000), ("2", 2_000, 2_000)]
    assert (one.source, one.name, one.left) == ("till", basket.id, 4_000)
