"""What rooms of the house will bring about (holds, transfers, goodwill ...) is posted, assembled, proved and told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from regulars.engine.entries import Outcome
from regulars.engine.events import (
    ADJUSTMENT,
    CAPTURE,
    FORFEITURE,
    HOLD,
    PURCHASE,
    RELEASE,
    REVERSAL,
    TIER,
    TRANSFER_IN,
    TRANSFER_OUT,
    Event,
    Origin,
    Spent,
)
from regulars.engine.purse import NEVER
from regulars.engine.standing import dump
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.tests.cast import Line, account, fresh, purchase, redemption, rows, tell, us
from regulars.exchange.ledger.assembling import POTS, assemble, lock
from regulars.exchange.ledger.holdings import balances, lots, tier_view
from regulars.exchange.ledger.posting import Posting, post
from regulars.exchange.ledger.proving import prove
from regulars.exchange.ledger.statement import statement
from regulars.ground.activity.contract import Incoming
from regulars.ground.activity.recording import Recording
from regulars.ground.publishing.versions import versions
from regulars.kit.ids import uuid7s

NOW = datetime(2024, 6, 1, 15, tzinfo=UTC)


def act(member: str, when: str, type: str, told_at: str = "", **more: Any) -> Outcome:
    """One act of the house for a member, recorded and posted as a host does; what is stored is what the fold says."""
    account_id, at = account(member), us(when)
    version = versions().at(at)
    (id,) = uuid7s(NOW, 1)
    with transaction.atomic():
        lock([account_id])
        held = assemble([account_id])[account_id]
        event = Event(type, str(id), at, recorded_at=us(told_at) if told_at else 0, **more)
        outcome = version.kernel.step(held.standing, event)
        assert outcome.refusal is None
        told = Incoming(member, uuid4().hex, type, at, "USD", [], [], {}, {})
        recording = Recording(event.recorded_at or at)
        recording.add(account_id, id, "house", told, told.digest(), version.number, None, {})
        recording.write()
        posting = Posting(account_id, held, version.kernel)
        posting.add(version.number, id, outcome)
        post([posting])
    assert dump(assemble([account_id])[account_id].standing) == dump(held.standing)
    assert prove([account_id]).differences == ()
    return outcome


def member_with(points: int, name: str = "ada") -> str:
    """A member who has so many points to spend on 1 June 2024."""
    ada = fresh(name)
    tell(purchase(ada, "2024-03-07 15:00", Line(points * 100)), redemption(ada, "2024-04-01 15:00", 1))
    act(ada, "2024-04-02 15:00", ADJUSTMENT, points=1, of="points", reason="counted-back", actor="dagny")
    return ada


def pots(member: str) -> dict[str, int]:
    (row,) = rows("balance", account(member))
    return {pot: row[pot] for pot in POTS if row[pot]}


def why(member: str, language: str = "en") -> list[tuple[str, int, str]]:
    """(pot, amount, title) of the newest movements, the newest first."""
    return [(line.pot, line.amount, line.title(language)) for line in statement(account(member), limit=3)]


def test_a_hold_is_captured_in_part_and_released(harbour: int) -> None:
    ada = member_with(100)
    hold = act(ada, "2024-06-01 15:00", HOLD, points=60, of="points", within_days=14).entries[-1].event
    assert pots(ada)["held"] == 60
    assert balances(account(ada), NOW)[0].held == 60
    act(ada, "2024-06-02 15:00", CAPTURE, points=25, of="points", hold=hold)
    act(ada, "2024-06-03 15:00", RELEASE, of="points", hold=hold)
    assert pots(ada) == {"available": 75, "redeemed": 26, "issued": -101}
    assert why(ada) == [
        ("available", 35, "No longer set aside"), ("held", -25, "Spent"), ("available", -60, "Set aside"),
    ]  # fmt: skip
    assert [line.held_after for line in statement(account(ada), limit=3)] == [0, 35, 60]


def test_a_hold_that_nobody_answers_comes_back_in_the_night(harbour: int) -> None:
    bruno = member_with(100, "bruno")
    act(bruno, "2024-06-01 15:00", HOLD, points=60, of="points", within_days=14)
    settle_due(datetime(2024, 6, 16, 15, tzinfo=UTC))
    assert pots(bruno)["available"] == 100
    assert prove([account(bruno)]).differences == ()
    (line, *_) = statement(account(bruno))
    assert line.why("en").startswith("What these points were set aside for did not come in time.")


def test_what_comes_back_of_a_lot_with_a_last_day_is_a_lot_of_its_own_and_lasts_longer(corner: int) -> None:
    dagny = fresh("dagny")
    tell(purchase(dagny, "2024-03-07 15:00", 90_00, 80_00, 80_00, currency="DKK"))
    (before,) = [row for row in rows("lot", account(dagny)) if row["currency"] == "points"]
    assert (before["amount"], before["expires_on"]) == (25, date(2024, 9, 7))
    act(dagny, "2024-06-01 15:00", HOLD, points=6, of="points", within_days=9)
    assert [
        lot.left for lot in lots(account(dagny), datetime(2024, 6, 12, tzinfo=UTC)) if lot.currency.id == "points"
    ] == [
        19,
        6,
    ], "seen before a night has written it"
    tart = act(dagny, "2024-06-05 15:00", HOLD, points=7, of="points", within_days=4).entries[-1].event
    act(dagny, "2024-06-06 15:00", CAPTURE, points=2, of="points", hold=tart)
    settle_due(datetime(2024, 6, 16, 15, tzinfo=UTC))
    assert prove([account(dagny)]).differences == ()
    untouched, *longer = [row for row in rows("lot", account(dagny), "seq") if row["currency"] == "points"]
    assert (untouched["remaining"], untouched["expires_on"]) == (12, date(2024, 9, 7))
    assert [(row["remaining"], row["earned_on"], row["expires_on"]) for row in longer] == [
        (5, date(2024, 6, 10), date(2024, 9, 12)), (6, date(2024, 6, 11), date(2024, 9, 17)),
    ]  # fmt: skip
    (line, *_) = statement(account(dagny))
    assert line.why("en").endswith("They are back, and last as much longer. To be spent by September 17, 2024.")
    assert line.why("de").endswith("17. September 2024.")


def test_what_was_spent_comes_back_to_its_lots(harbour: int) -> None:
    carmen = member_with(100, "carmen")
    hold = act(carmen, "2024-06-01 15:00", HOLD, points=60, of="points", within_days=14).entries[-1].event
    spent = act(carmen, "2024-06-02 15:00", CAPTURE, of="points", hold=hold).entries[-1]
    days = {row["seq"]: row for row in rows("lot", account(carmen))}
    lots = [
        (seq, part, days[seq]["earned_on"].toordinal(), days[seq]["available_on"].toordinal(), NEVER)
        for seq, part in spent.lots
    ]
    origin = Origin("x", 0, [], [], [], [], (), [Spent(spent.seq, "points", spent.amount, lots)])
    act(carmen, "2024-06-03 15:00", REVERSAL, origin=origin)
    assert pots(carmen)["available"] == 100
    assert why(carmen)[0] == ("available", 60, "Given back")


def test_points_go_to_another_account_and_both_prove(harbour: int) -> None:
    ada, bruno = member_with(100), member_with(10, "bruno")
    tell(purchase(ada, "2024-06-01 15:00", Line(2_000)))
    sent = act(ada, "2024-06-02 15:00", TRANSFER_OUT).moved
    act(bruno, "2024-06-02 15:00", TRANSFER_IN, moved=sent)
    assert (pots(ada)["transit"], pots(bruno)["transit"]) == (120, -120)
    assert (pots(bruno)["available"], pots(bruno)["pending"]) == (110, 20)
    assert why(ada)[0][2] == "Sent"
    assert why(bruno)[0][2] == "Received"
    settle_due(datetime(2024, 6, 17, 15, tzinfo=UTC))
    assert pots(bruno)["available"] == 130


def test_what_somebody_decided_says_why(harbour: int) -> None:
    dagny = member_with(100, "dagny")
    act(dagny, "2024-06-01 15:00", ADJUSTMENT, points=-5, of="points", reason="wrong-price", actor="ada")
    act(dagny, "2024-06-02 15:00", FORFEITURE, of="points", reason="fraud", actor="ada")
    assert pots(dagny) == {"redeemed": 1, "forfeited": 95, "issued": -96}
    newest, before, *_ = statement(account(dagny))
    assert newest.why("en") == "These points were forfeited: fraud."
    assert before.why("en") == "We took these points off: wrong-price."
    assert before.why("de") == "Diese Punkte wurden abgezogen: wrong-price."
    assert before.title("es") == "Descontados"
    assert newest.title("da") == "Fortabt"


def test_an_event_told_too_late_counts_as_of_the_day_of_recording_and_says_so(harbour: int) -> None:
    ada = member_with(10)
    columns = {"quantity": [1]}
    act(ada, "2024-04-03 15:00", PURCHASE, "2024-06-20 15:00", nets=[10_000], columns=columns, currency="USD")
    (line, *_) = statement(account(ada))
    assert line.day.isoformat() == "2024-06-20"
    assert line.why("en").endswith("It was told so late that it counts as of the day it was recorded.")


def test_a_tier_that_somebody_set_is_posted_and_shown(harbour: int) -> None:
    bruno = member_with(10, "bruno")
    act(bruno, "2024-06-01 15:00", TIER, of="captain", reason="friend-of-the-house", actor="ada")
    view = tier_view(account(bruno), NOW)
    assert view is not None
    assert (view.current.id, view.kept_until, view.to_keep, view.falls) == ("captain", None, 0, ())
    assert view.sentences("en") == []
