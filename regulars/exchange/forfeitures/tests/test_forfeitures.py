"""Points are taken for a reason of the programme, from somebody who was told and heard, by a decision of somebody else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from regulars.engine.tests.worked import programme_text
from regulars.exchange.counter.erasing import erase
from regulars.exchange.earning.acting import ActRefused, adjust, bring_back, redeem
from regulars.exchange.earning.housing import found, join
from regulars.exchange.earning.merging import merge, unmerge
from regulars.exchange.earning.refolding import refolder
from regulars.exchange.earning.tests.cast import SOURCE, account, fresh, pots, purchase, rows, tell
from regulars.exchange.earning.tests.test_acting import by
from regulars.exchange.forfeitures.announcing import NEWS, NOTICE, announce, announce_by_rule, ask_untold
from regulars.exchange.forfeitures.hearing import decide, object_to
from regulars.exchange.forfeitures.reading import forfeiture, of_member, open_ones
from regulars.exchange.forfeitures.rules import Forfeiture
from regulars.exchange.forfeitures.taking import give_back, take_due
from regulars.exchange.ledger.holdings import lots
from regulars.exchange.ledger.proving import prove
from regulars.exchange.notices.counting import count_arrived
from regulars.exchange.notices.writing import writer
from regulars.ground.members.enrolling import Person, enrol
from regulars.ground.members.models import Member
from regulars.ground.messaging.models import Message
from regulars.ground.publishing.versions import publish

BEGINS = datetime(2016, 1, 1, tzinfo=UTC)
#: Announced on this day, and told on it: 30 days of notice, 40 to object.
DAY = datetime(2024, 6, 1, 9, tzinfo=UTC)
TEXT = """
programme: {money: USD}
currencies:
  - {id: points, expiry: {after: earning, months: 12, notice: none}}
  - {id: miles, kind: qualifying}
earn:
  rules: [{id: base, points: 1, per: 1.00, currency: points}]
forfeiture:
  - id: twice
    title: "points that were booked twice"
    when: '"double-booking" in segments'
    evidence: "both receipts"
    notice_days: 30
    appeal_days: 40
  - {id: long-gone, title: "no reason at all", when: member_since < "2020-01-01", decided_by: machine, appeal_days: 10}
"""
FACTS = {"segments": ["double-booking"]}


@pytest.fixture(autouse=True)
def _shop(db: None) -> None:
    publish(programme_text(TEXT), BEGINS, "keeper", BEGINS)


def member(points: int, since: str = "") -> str:
    """A member with an address and so many points, who came with a coffee in an earlier year."""
    number = fresh("ada")
    enrol([Person(number, given_name="Ada", email=f"{number}@example.com")], BEGINS)
    if since:
        tell(purchase(number, since, 50))
    tell(purchase(number, "2024-03-07 15:00", points * 100))
    return number


def announced(number: str, points: int = 0, **more: Any) -> Forfeiture:
    asked = {"reason": "twice", "evidence": "case 4711", "by": "dagny", "id": uuid4(), "now": DAY, "facts": FACTS}
    return announce(number, points, "points", **{**asked, **more})


def arrive(number: str, at: datetime = DAY) -> Message:
    """The message that waits for a member goes out, and does not come back."""
    message = Message.objects.filter(account_id=account(number), state="waiting").latest("made_at")
    written = writer("https://shop.example")(
        message.kind, message.channel, Member.objects.get(account_id=account(number)), at
    )
    assert written is not None
    message.figures, message.state, message.written_at, message.sent_at = written.figures, "sent", at, at
    message.why = "\n".join([written.text.subject, *map(str, written.text.paragraphs)])
    Message.objects.filter(account_id=message.account_id, id=message.id).update(
        figures=written.figures, state="sent", written_at=at, sent_at=at
    )
    count_arrived(at + timedelta(days=5))
    return message


def now(days: int) -> datetime:
    return DAY + timedelta(days=days)


def state(one: Forfeiture) -> str:
    kept = forfeiture(one.account, one.id)
    assert kept is not None
    return kept.state


def refused(act: Any, *told: Any) -> str:
    with pytest.raises(ActRefused) as caught:
        act(*told)
    return caught.value.refusal.code


def test_points_go_only_after_notice_time_to_object_and_a_second_person() -> None:
    ada = member(100)
    one = announced(ada, 60)
    told = arrive(ada)
    assert "60 points" in told.why and "points that were booked twice" in told.why and "both receipts" in told.why
    assert "July 11" in told.why and "July 12" in told.why
    assert refused(decide, one.account, one.id, True, "bruno", now(40)) == "too_early"
    assert refused(decide, one.account, one.id, True, "dagny", now(41)) == "same_person"
    assert refused(decide, one.account, one.id, True, "regulars", now(41)) == "no_person"
    assert take_due(now(60)) == 0
    assert decide(one.account, one.id, True, "bruno", now(41))
    assert not decide(one.account, one.id, True, "bruno", now(42))
    assert take_due(now(40)) == 0
    assert take_due(now(41)) == 1
    assert take_due(now(41)) == 0
    assert pots(ada)["available"] == 40
    assert state(one) == "taken"
    assert prove([one.account]).differences == ()
    assert "We have taken 60 points" in arrive(ada, now(42)).why


def test_an_objection_is_decided_by_somebody_else_and_what_is_dropped_takes_nothing() -> None:
    ada = member(100)
    one = announced(ada)
    arrive(ada)
    assert object_to(one.account, one.id, "mistake", "member", now(40))
    assert not object_to(one.account, one.id, "mistake", "member", now(40))
    assert refused(decide, one.account, one.id, True, "dagny", now(40)) == "same_person"
    assert decide(one.account, one.id, False, "bruno", now(40))
    assert take_due(now(400)) == 0
    assert pots(ada)["available"] == 100
    assert "nothing is taken" in arrive(ada, now(41)).why
    assert refused(decide, one.account, one.id, True, "bruno", now(42)) == "already_decided"
    assert refused(object_to, one.account, one.id, "mistake", "member", now(42)) == "already_decided"


def test_an_objection_that_is_upheld_early_takes_nothing_before_its_time() -> None:
    ada = member(100)
    one = announced(ada)
    arrive(ada)
    object_to(one.account, one.id, "not-me", "member", now(1))
    assert decide(one.account, one.id, True, "bruno", now(2))
    assert take_due(now(40)) == 0
    assert take_due(now(41)) == 1


def test_whoever_was_not_told_loses_nothing_and_can_still_object() -> None:
    ada = member(100)
    one = announced(ada)
    assert refused(decide, one.account, one.id, True, "bruno", now(300)) == "too_early"
    assert object_to(one.account, one.id, "unfair", "member", now(300))
    assert decide(one.account, one.id, True, "bruno", now(300))
    assert take_due(now(300)) == 0


def test_the_time_to_object_ends_with_its_last_day() -> None:
    ada, bruno = member(100), member(100)
    one, other = announced(ada), announced(bruno)
    arrive(ada)
    arrive(bruno)
    assert object_to(one.account, one.id, "agreed", "member", now(40))
    assert refused(object_to, other.account, other.id, "agreed", "member", now(41)) == "too_late"
    assert refused(object_to, other.account, other.id, "because", "member", now(1)) == "unknown_objection"


def test_the_points_stay_hers_to_spend_and_never_more_than_announced_is_taken() -> None:
    ada = member(100)
    one = announced(ada, 80)
    arrive(ada)
    redeem(ada, 70, "points", by(on=now(10)))
    decide(one.account, one.id, True, "bruno", now(41))
    take_due(now(41))
    assert [(row["available"], row["forfeited"]) for row in rows("balance", one.account)] == [(0, 30)]
    kept = forfeiture(one.account, one.id)
    assert kept and kept.taken == 30


def test_what_was_taken_wrongly_comes_back_with_the_days_it_was_gone() -> None:
    ada = member(100)
    one = announced(ada, 100)
    arrive(ada)
    decide(one.account, one.id, True, "bruno", now(41))
    assert refused(give_back, one.account, one.id, "bruno", now(41)) == "not_taken"
    take_due(now(41))
    assert give_back(one.account, one.id, "carmen", now(101))
    assert not give_back(one.account, one.id, "carmen", now(102))
    (lot,) = lots(one.account, now(102))
    # Earned on 7 March, they would have ended a year later, and were gone for 60 days.
    assert lot.expires_on and lot.expires_on >= date(2025, 3, 7) + timedelta(days=60)
    assert pots(ada)["available"] == 100
    assert prove([one.account]).differences == ()
    assert "should not have" in arrive(ada, now(102)).why


@pytest.mark.parametrize("by_hand", [0, 30, 100])
def test_what_was_given_back_goes_with_the_purchase_and_is_never_more_than_was_taken(by_hand: int) -> None:
    ada = member(0)
    lamp = purchase(ada, "2024-03-07 15:00", 10_000)
    tell(lamp)
    one = announced(ada, 100)
    arrive(ada)
    upheld(one)
    take_due(now(41))
    (taken,) = [row["seq"] for row in rows("entry", one.account) if row["kind"] == "forfeiture"]
    if by_hand:
        adjust(ada, by_hand, "points", "our-mistake", by(on=now(50)), reverses=taken)
    assert give_back(one.account, one.id, "carmen", now(101))
    assert pots(ada)["available"] == 100
    bring_back(ada, lamp.id, {}, by(on=now(102), source=SOURCE))
    assert "available" not in pots(ada)
    assert prove([one.account], also=refolder(now(103))).differences == ()


def test_only_a_reason_of_the_programme_that_holds_and_has_evidence_is_announced() -> None:
    ada = member(100)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"reason": "abuse"}, "unknown_reason"),
        ({"facts": {}}, "reason_does_not_hold"),
        ({"facts": {"segments": "double-booking"}}, "bad_attribute"),
        ({"evidence": ""}, "bad_evidence"),
        ({"evidence": "she is\na thief"}, "bad_evidence"),
        ({"points": 101}, "insufficient_points"),
    ]
    for wrong, code in cases:
        with pytest.raises(ActRefused) as caught:
            announced(ada, **wrong)
        assert caught.value.refusal.code == code
    with pytest.raises(ActRefused) as caught:
        announce(ada, 1, "miles", "twice", "case 1", "dagny", uuid4(), DAY, FACTS)
    assert caught.value.refusal.code == "unknown_currency"
    assert of_member(account(ada)) == []


def test_one_is_open_at_a_time_and_the_same_again_is_the_same() -> None:
    ada = member(100)
    id = uuid4()
    one = announced(ada, id=id)
    assert announced(ada, id=id) == one
    with pytest.raises(ActRefused) as caught:
        announced(ada)
    assert caught.value.refusal.code == "forfeiture_open"
    assert [kept.id for kept in open_ones()] == [id]
    decide(one.account, one.id, False, "dagny", DAY)
    assert announced(ada).id != id


def test_a_reason_left_to_a_machine_is_announced_once_and_taken_unless_she_objects() -> None:
    ada, bruno, carmen = member(100, "2018-01-05 12:00"), member(100, "2018-01-05 12:00"), member(100)
    erase(member(100, "2018-01-05 12:00"), "dagny", DAY, leave_points=True)
    assert announce_by_rule(DAY) == 2
    assert announce_by_rule(DAY) == 0
    (one,), (other,) = of_member(account(ada)), of_member(account(bruno))
    assert of_member(account(carmen)) == []
    arrive(ada)
    arrive(bruno)
    object_to(other.account, other.id, "mistake", "member", now(3))
    assert take_due(now(30)) == 0
    assert take_due(now(31)) == 1
    assert (state(one), state(other)) == ("taken", "objected")
    assert decide(other.account, other.id, False, "dagny", now(31))
    assert announce_by_rule(now(32)) == 0


def test_a_reason_that_a_later_programme_does_not_know_takes_nothing() -> None:
    ada = member(100)
    one = announced(ada)
    arrive(ada)
    later = programme_text(TEXT.replace("id: twice", "id: thrice"))
    publish(later, now(41), "keeper", now(41), 1, keep_notice=False, allow_devaluation=True)
    decide(one.account, one.id, True, "bruno", now(41))
    assert take_due(now(41)) == 0
    assert (state(one), pots(ada)["available"]) == ("dropped", 100)


def test_a_message_that_could_not_be_asked_for_is_asked_for_later() -> None:
    ada = member(100)
    one = announced(ada)
    arrive(ada)
    decide(one.account, one.id, False, "dagny", now(6))
    other = announced(ada, now=now(6))
    assert Message.objects.filter(account_id=account(ada), kind=NEWS, state="waiting").count() == 1
    assert ask_untold(now(7)) == 0
    assert Message.objects.filter(account_id=account(ada), kind=NOTICE).count() == 2
    assert other.state == "announced"


def test_the_database_itself_lets_nobody_uphold_what_they_announced_nor_take_from_who_was_not_told() -> None:
    ada = member(100)
    one = announced(ada)
    for wrong in (
        "state = 'upheld', decided_by = announced_by, decided_at = announced_at",
        "state = 'taken', taken = points, decided_by = 'bruno', decided_at = announced_at, ended_at = announced_at",
    ):
        with pytest.raises(IntegrityError), connection.cursor() as cursor, transaction.atomic():
            cursor.execute(f"UPDATE forfeiture SET {wrong} WHERE account_id = %s", [one.account])


def test_what_is_a_households_is_not_taken_and_what_may_be_taken_joins_none() -> None:
    ada, bruno = member(100), member(50)
    home = found(ada, "", by()).household
    with pytest.raises(ActRefused) as caught:
        announce(ada, 40, "points", "twice", "case 7", "carmen", uuid4(), DAY, FACTS)
    assert caught.value.refusal.code == "in_household"
    announce(bruno, 40, "points", "twice", "case 8", "carmen", uuid4(), DAY, FACTS)
    with pytest.raises(ActRefused) as caught:
        join(bruno, home.number, by())
    assert caught.value.refusal.code == "forfeiture_open"


def upheld(one: Forfeiture) -> None:
    decide(one.account, one.id, True, "bruno", now(41))


@pytest.mark.parametrize(("before", "since", "taken"), [(0, 0, 40), (30, 0, 20), (0, 125, 25), (50, 0, 0)])
def test_of_a_merged_number_no_more_is_taken_than_came_along_and_is_left(before: int, since: int, taken: int) -> None:
    ada, again = member(100), member(50)
    one = announced(again, 40)
    arrive(again)
    if before:
        redeem(again, before, "points", by(on=now(1)))
    merge(again, ada, by(on=now(2)))
    if since:
        redeem(ada, since, "points", by(on=now(3)))
    upheld(one)
    take_due(now(41))
    assert (state(one), pots(ada).get("available", 0)) == ("taken", 150 - before - since - taken)


def test_what_was_announced_of_a_number_that_is_merged_reaches_the_points_that_came_with_it() -> None:
    ada, again = member(100), member(50)
    one = announced(again, 40)
    arrive(again)
    other = account(again)
    merge(again, ada, by(on=now(2)))
    assert [(each.id, each.account) for each in of_member(account(ada))] == [(one.id, other)]
    decide(account(ada), one.id, True, "bruno", now(41))
    assert take_due(now(41)) == 1
    assert (state(one), pots(ada)["available"]) == ("taken", 110)
    news = Message.objects.filter(account_id=account(ada), kind=NEWS).count()
    assert news == 1, "the survivor is told"
    give_back(account(ada), one.id, "bruno", now(42))
    assert (state(one), pots(ada)["available"]) == ("given back", 150)
    assert prove([account(ada), other]).differences == ()


def test_a_merge_that_is_undone_leaves_what_is_announced_with_the_number_it_was_announced_of() -> None:
    ada, again = member(100), member(50)
    one = announced(again, 40)
    arrive(again)
    merge(again, ada, by(on=now(2)))
    unmerge(again, by(on=now(3)))
    upheld(one)
    assert take_due(now(41)) == 1
    assert (pots(ada)["available"], pots(again)["available"]) == (100, 10) and of_member(account(ada)) == []


def test_points_that_were_taken_of_the_survivor_are_given_back_there_when_two_are_two_again() -> None:
    ada, again = member(100), member(50)
    one = announced(again, 40)
    arrive(again)
    merge(again, ada, by(on=now(2)))
    upheld(one)
    take_due(now(41))
    adjust(ada, 40, "points", "sorry", by(on=now(42)))
    unmerge(again, by(on=now(43)))
    give_back(account(again), one.id, "bruno", now(44))
    assert (pots(ada)["available"], pots(again)["available"]) == (140, 50)
    assert prove([account(ada), account(again)]).differences == ()


def test_who_was_merged_joins_no_household_while_points_of_either_number_may_be_taken() -> None:
    ada, again, bruno = member(100), member(50), member(50)
    announced(again, 40)
    merge(again, ada, by(on=now(2)))
    home = found(bruno, "", by(on=now(2))).household
    assert refused(join, ada, home.number, by(on=now(3))) == "forfeiture_open"
    assert refused(announced, ada) == "forfeiture_open"
