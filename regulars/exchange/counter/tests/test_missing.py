"""A purchase that a member misses is answered once, and gives points once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from regulars.exchange.counter.answering import answer
from regulars.exchange.counter.goodwill import SOURCE, alone, give
from regulars.exchange.counter.missing import (
    AGAIN,
    MOST_A_DAY,
    MOST_OPEN,
    PROPOSED,
    RECORDED,
    RETENTION,
    declined,
    forget_answered,
    found,
    missed,
    recorded,
    tell,
    unanswered,
)  # fmt: skip
from regulars.exchange.earning.acting import ActRefused, By
from regulars.exchange.earning.housing import found as open_household
from regulars.exchange.earning.recording import take
from regulars.exchange.earning.tests.cast import account, fresh, purchase, rows
from regulars.exchange.earning.tests.cast import tell as told
from regulars.exchange.ledger.holdings import balances

pytestmark = pytest.mark.usefixtures("harbour")
NOW = datetime(2026, 6, 15, 22, tzinfo=UTC)
DAY = date(2026, 6, 12)
LIMIT = 300


@pytest.fixture
def ada() -> str:
    number = fresh("ada")
    told(purchase(number, "2026-05-04 15:00", 50_000))
    return number


def miss(member: str, receipt: str, now: datetime = NOW, net: int = 20_000) -> UUID:
    id = uuid4()
    tell(account(member), id, "Quay", DAY, net, receipt, now)
    return id


def pending(member: str) -> int:
    return balances(account(member), NOW)[0].pending


def code(no: pytest.ExceptionInfo[ActRefused]) -> str:
    return no.value.refusal.code


def test_a_missing_purchase_is_recorded_once_under_the_receipts_id(ada: str) -> None:
    receipt = fresh("receipt")
    id = miss(ada, receipt)
    assert not tell(account(ada), id, "Quay", DAY, 20_000, receipt, NOW)
    for became in (RECORDED, AGAIN):
        assert recorded(account(ada), ada, id, "till", "carmen", NOW, LIMIT) == became
    assert pending(ada) == 200
    (one,) = missed(account(ada), 9)
    (event,) = [row for row in rows("event", account(ada)) if row["external_id"] == receipt]
    assert (one.state, one.event, one.answered_by) == ("recorded", event["id"], "carmen")
    assert (event["net"], event["store"], event["source"]) == (20_000, "Quay", "till")
    # The till tells the same receipt at last: it gives nothing again.
    take([purchase(ada, "2026-06-12 15:00", 20_000, id=receipt)], "till", NOW, False)
    assert pending(ada) == 200 and unanswered(9) == []


def test_what_gives_more_than_one_person_may_give_within_a_day_is_recorded_by_a_second_one(ada: str) -> None:
    def asked(id: UUID, actor: str) -> str:
        return recorded(account(ada), ada, id, "till", actor, NOW, LIMIT)

    def answered(id: UUID, yes: bool, actor: str) -> None:
        answer(ada, id, yes, By(actor, SOURCE, str(id), NOW))

    first, second, third = (miss(ada, fresh("receipt")) for _ in range(3))
    assert [asked(first, "carmen"), asked(second, "carmen"), asked(second, "carmen")] == [RECORDED, PROPOSED, AGAIN]
    assert pending(ada) == 200  # 400 within a day, in two parts
    assert alone(account(ada), NOW) == 200
    assert not give(ada, 150, "points", "thank-you", By("carmen", SOURCE, str(uuid4()), NOW), LIMIT).done
    with pytest.raises(ActRefused) as no:
        answered(second, True, "carmen")
    assert code(no) == "same_person"
    for other in (lambda: asked(second, "dagny"), lambda: declined(account(ada), second, "too-old", "dagny", NOW)):
        with pytest.raises(ActRefused) as no:
            other()
        assert code(no) == "waits_for_another"
    answered(second, True, "dagny")
    assert (pending(ada), alone(account(ada), NOW)) == (400, 200)  # what a second person confirmed is not one's own
    assert {one.id: one.answered_by for one in missed(account(ada), 9)}[second] == "dagny"
    assert asked(third, "carmen") == PROPOSED
    answered(third, False, "dagny")
    with pytest.raises(ActRefused) as no:
        asked(third, "bruno")
    assert code(no) == "recording_declined" and pending(ada) == 400
    assert declined(account(ada), third, "not-readable", "carmen", NOW)


def test_what_the_source_told_already_is_not_recorded_whoever_it_was_for(ada: str) -> None:
    bruno, receipt, mine = fresh("bruno"), fresh("receipt"), fresh("receipt")
    told(purchase(bruno, "2026-06-12 15:00", 20_000, id=receipt), purchase(ada, "2026-06-12 15:00", 9_000, id=mine))
    for name, whose in ((receipt, False), (mine, True)):
        with pytest.raises(ActRefused) as no:
            recorded(account(ada), ada, miss(ada, name), "till", "carmen", NOW, LIMIT)
        assert code(no) == "known_already" and no.value.refusal.figures == {"mine": whose}
    assert [one.state for one in missed(account(ada), 9)] == ["open", "open"]


def test_it_is_found_only_among_the_members_own_purchases(ada: str) -> None:
    bruno = fresh("bruno")
    told(purchase(bruno, "2026-06-12 15:00", 20_000))
    id = miss(ada, "1")
    (theirs,), (mine,) = rows("event", account(bruno)), rows("event", account(ada))
    with pytest.raises(ActRefused) as no:
        found(account(ada), id, theirs["id"], "carmen", NOW)
    assert code(no) == "unknown_original"
    assert found(account(ada), id, mine["id"], "carmen", NOW)
    with pytest.raises(ActRefused) as no:
        recorded(account(ada), ada, id, "till", "dagny", NOW, LIMIT)
    assert code(no) == "already_answered" and pending(ada) == 0


def test_it_is_found_among_what_the_household_holds(ada: str) -> None:
    own, id = account(ada), miss(ada, "1")
    open_household(ada, "", By("carmen@harbour.example", "counter", str(uuid4()), NOW))
    told(purchase(ada, "2026-06-12 15:00", 20_000))
    (theirs,) = [row["id"] for row in rows("event", account(ada)) if row["type"] == "purchase"]
    assert found(own, id, theirs, "carmen", NOW)


def test_it_is_declined_for_a_declared_reason_and_another_account_answers_nothing(ada: str) -> None:
    bruno = fresh("bruno")
    told(purchase(bruno, "2026-06-12 15:00", 20_000))
    id = miss(ada, "1")
    for whose, reason, why in ((ada, "because", "unknown_reason"), (bruno, "too-old", "unknown_missing")):
        with pytest.raises(ActRefused) as no:
            declined(account(whose), id, reason, "carmen", NOW)
        assert code(no) == why
    assert declined(account(ada), id, "too-old", "carmen", NOW)
    assert [(one.state, one.reason) for one in missed(account(ada), 9)] == [("declined", "too-old")]
    acts = {(row["actor"], row["act"]) for row in rows("audit", account(ada))}
    assert acts == {("member", "purchase missed"), ("carmen", "missing purchase declined")}


def test_a_member_tells_only_so_many(ada: str) -> None:
    ids = [miss(ada, str(place)) for place in range(MOST_OPEN)]
    with pytest.raises(ActRefused) as no:
        miss(ada, "more")
    assert code(no) == "too_many_open"
    for place in range(MOST_OPEN, MOST_A_DAY):
        declined(account(ada), ids.pop(), "too-old", "carmen", NOW)
        ids.append(miss(ada, str(place)))
    declined(account(ada), ids.pop(), "too-old", "carmen", NOW)
    with pytest.raises(ActRefused) as no:
        miss(ada, "more")
    assert code(no) == "too_many_told"
    miss(ada, "tomorrow", NOW + timedelta(days=1, seconds=1))


def test_what_was_told_is_forgotten_some_time_after_its_answer_and_what_nobody_answered_waits(ada: str) -> None:
    answered, waiting = miss(ada, "R-1"), miss(ada, "R-2")
    declined(account(ada), answered, "too-old", "dagny@harbour.example", NOW)
    assert forget_answered(NOW + RETENTION) == 0
    assert forget_answered(NOW + RETENTION + timedelta(seconds=1)) == 1
    assert [one.id for one in missed(account(ada), 5)] == [waiting]
