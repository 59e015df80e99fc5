"""Acts of the house: each is an event of its own, done whole or not at all, once, and noted with who did it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from regulars.exchange.earning.acting import (
    ActRefused,
    By,
    Done,
    adjust,
    cancel,
    capture,
    forfeit,
    hold,
    redeem,
    release,
    set_tier,
    transfer,
)
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.recording import take
from regulars.exchange.earning.tests.cast import SOURCE, Line, account, fresh, purchase, returned, rows, tell
from regulars.exchange.ledger.assembling import POTS
from regulars.exchange.ledger.holdings import holds, lots, tier_view
from regulars.exchange.ledger.proving import prove
from regulars.exchange.ledger.statement import statement
from regulars.ground.publishing import versions as publishing

pytestmark = pytest.mark.usefixtures("harbour")
TODAY = datetime(2024, 6, 1, 15, tzinfo=UTC)
_number = count(1)


def by(name: str = "", on: datetime = TODAY, source: str = "desk") -> By:
    """Dagny at the desk, under an id of its own unless `name` gives one."""
    return By("dagny@harbour.example", source, name or f"act-{next(_number)}-{uuid4().hex[:8]}", on)


def member_with(points: int, name: str = "ada") -> str:
    """A member who has so many points to spend on 1 June 2024."""
    member = fresh(name)
    tell(purchase(member, "2024-03-07 15:00", Line(100)))
    if points > 1:
        adjust(member, points - 1, "points", "welcome", by(on=datetime(2024, 4, 2, 15, tzinfo=UTC)))
    return member


def pots(member: str, currency: str = "points") -> dict[str, int]:
    """What is not empty, less where points come from."""
    (row,) = [row for row in rows("balance", account(member)) if row["currency"] == currency]
    return {pot: row[pot] for pot in POTS if row[pot] and pot != "issued"}


def refused(act: Callable[..., Done], *told: Any, **more: Any) -> tuple[str, dict[str, Any]]:
    """The code and the figures of an act that is refused."""
    with pytest.raises(ActRefused) as caught:
        act(*told, **more)
    return caught.value.refusal.code, dict(caught.value.refusal.figures)


def noted(member: str) -> list[tuple[str, str]]:
    """(act, actor) in the audit, in their order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT act, actor FROM audit WHERE account_id = %s ORDER BY id", [account(member)])
        return list(cursor.fetchall())


def whole(*members: str) -> None:
    assert prove([account(member) for member in members]).differences == ()


def test_points_are_spent_once_however_often_it_is_told() -> None:
    ada, told = member_with(100), by("receipt-1")
    first, again = redeem(ada, 60, "", told), redeem(ada, 60, "", told)
    assert (again.event, first.again, again.again) == (first.event, False, True)
    assert pots(ada) == {"available": 40, "redeemed": 60}
    assert noted(ada)[-1] == ("points redeemed", "dagny@harbour.example")
    assert [act for act, _ in noted(ada)].count("points redeemed") == 1
    whole(ada)


def test_the_same_id_for_something_else_is_refused() -> None:
    ada, bruno = member_with(100), member_with(100, "bruno")
    redeem(ada, 60, "points", by("receipt-2"))
    assert refused(redeem, ada, 61, "points", by("receipt-2"))[0] == "other_content"
    assert refused(redeem, bruno, 60, "points", by("receipt-2"))[0] == "other_member"
    redeem(bruno, 60, "points", by("receipt-2", source="another till"))
    assert pots(ada)["available"] == pots(bruno)["available"] == 40


def test_what_is_refused_says_the_figures_and_leaves_nothing() -> None:
    ada = member_with(100)
    before = [rows(table, account(ada)) for table in ("event", "entry", "standing")]
    assert refused(redeem, ada, 101, "points", by("r")) == (
        "insufficient_points", {"required": 101, "available": 100, "missing": 1},
    )  # fmt: skip
    assert refused(redeem, ada, 0, "points", by()) == ("bad_points", {"points": 0})
    assert refused(redeem, ada, 10**13, "points", by())[0] == "bad_points"
    assert refused(redeem, ada, 1, "doubloons", by())[0] == "unknown_currency"
    assert refused(redeem, "nobody", 1, "points", by())[0] == "unknown_member"
    assert [rows(table, account(ada)) for table in ("event", "entry", "standing")] == before
    redeem(ada, 100, "points", by("r"))  # a refusal does not use up the id


def test_a_hold_is_captured_in_part_and_the_rest_released() -> None:
    ada = member_with(100)
    held = hold(ada, 60, "", 14, by())
    (seen,) = holds(account(ada), TODAY)
    assert (seen.id, seen.left, seen.held_on, seen.until) == (held.event, 60, date(2024, 6, 1), date(2024, 6, 15))
    capture(ada, held.event, 25, by())
    assert pots(ada) == {"available": 40, "held": 35, "redeemed": 25}
    assert refused(capture, ada, held.event, 36, by())[0] == "hold_exceeded"
    release(ada, held.event, 0, by())
    assert pots(ada) == {"available": 75, "redeemed": 25}
    assert refused(release, ada, held.event, 0, by())[0] == "unknown_hold"
    assert refused(capture, ada, uuid4(), 0, by())[0] == "unknown_hold"
    assert refused(hold, ada, 1, "", 0, by())[0] == "bad_term"
    whole(ada)


def test_a_hold_that_is_over_counts_as_back_before_the_night_has_written_it() -> None:
    ada = member_with(100)
    hold(ada, 100, "", 14, by())
    later = datetime(2024, 6, 16, 8, tzinfo=UTC)
    assert holds(account(ada), later) == []
    assert sum(lot.left for lot in lots(account(ada), later)) == 100
    settle_due(later)
    assert pots(ada) == {"available": 100}
    whole(ada)


def test_nobody_else_answers_a_hold() -> None:
    ada, bruno = member_with(100), member_with(100, "bruno")
    held = hold(ada, 60, "", 14, by())
    assert refused(capture, bruno, held.event, 0, by())[0] == "unknown_hold"
    assert pots(bruno) == {"available": 100}


def test_a_redemption_and_a_capture_are_cancelled_once() -> None:
    ada = member_with(100)
    spent, held = redeem(ada, 30, "", by()), hold(ada, 20, "", 14, by())
    caught = capture(ada, held.event, 0, by())
    cancel(ada, spent.event, by())
    cancel(ada, caught.event, by())
    assert pots(ada) == {"available": 100}
    assert refused(cancel, ada, spent.event, by())[0] == "already_reversed"
    assert refused(cancel, member_with(5, "bruno"), spent.event, by())[0] == "unknown_original"
    assert refused(cancel, ada, held.event, by())[0] == "unknown_original"
    whole(ada)


def test_what_came_back_with_a_return_is_not_cancelled_once_more() -> None:
    ada = member_with(100)
    bought = purchase(ada, "2024-06-01 10:00", Line(4_000), Line(6_000))
    take([bought], "desk", TODAY, False)
    spent = redeem(ada, 50, "", by(), original=bought.id)
    take([returned(ada, "2024-06-01 11:00", bought, {"2": 6_000})], "desk", TODAY, False)
    assert pots(ada)["redeemed"] == 20
    cancel(ada, spent.event, by())
    assert "redeemed" not in pots(ada)
    back = take([returned(ada, "2024-06-01 12:00", bought)], "desk", TODAY, False)
    assert back[0].refusal is None
    assert "redeemed" not in pots(ada)
    whole(ada)


def test_what_paid_is_found_when_purchase_and_return_come_together_afterwards() -> None:
    ada = member_with(100)
    bought = purchase(ada, "2024-06-01 10:00", Line(4_000))
    redeem(ada, 50, "", by(bought.id))
    take([bought, returned(ada, "2024-06-01 11:00", bought)], "desk", TODAY, False)
    assert "redeemed" not in pots(ada)
    whole(ada)


def test_goodwill_and_corrections_say_why() -> None:
    ada = member_with(10)
    (wrong,) = [row["seq"] for row in rows("entry", account(ada)) if row["amount"] == 9]
    adjust(ada, 25, "", "late-delivery", by())
    adjust(ada, -5, "points", "wrong-price", by(), reverses=wrong)
    assert pots(ada) == {"available": 30}
    assert rows("entry", account(ada), "seq")[-1]["reverses"] == wrong
    assert statement(account(ada))[0].why("en") == "We took these points off: wrong-price."
    assert refused(adjust, ada, 5, "", "", by())[0] == "bad_reason"
    assert refused(adjust, ada, 5, "", "she was rude to me", by())[0] == "bad_reason"
    assert refused(adjust, ada, 5, "points", "again", by(), reverses=99)[0] == "unknown_entry"
    assert refused(adjust, ada, -31, "points", "again", by())[0] == "insufficient_points"
    whole(ada)


def test_points_are_taken_only_for_a_reason_of_the_programme() -> None:
    ada = member_with(10)
    assert refused(forfeit, ada, 0, "", "fraud", by()) == ("unknown_reason", {"reason": "fraud", "reasons": []})
    latest = publishing.versions().latest
    reason = """
forfeiture: [{id: fraud, title: {en: fraud, de: Betrug, es: fraude, da: svig}, when: tier == "deckhand"}]
"""
    text = latest.kernel.terms.programme.text + reason
    asked = datetime(2024, 4, 30, tzinfo=UTC)
    publishing.publish(
        text,
        datetime(2024, 5, 1, tzinfo=UTC),
        "keeper",
        asked,
        latest.number,
        keep_notice=False,
        allow_devaluation=True,
    )
    forfeit(ada, 4, "points", "fraud", by())
    forfeit(ada, 0, "points", "fraud", by())
    assert pots(ada) == {"forfeited": 10}
    whole(ada)


def test_a_transfer_is_two_events_or_none() -> None:
    ada, bruno, told = member_with(100), member_with(1, "bruno"), by("gift-1")
    sent, again = transfer(ada, bruno, 60, "", told), transfer(ada, bruno, 60, "", told)
    assert (sent.event, sent.received, again.again) == (again.event, again.received, True)
    assert pots(ada) == {"available": 40, "transit": 60}
    assert pots(bruno) == {"available": 61, "transit": -60}
    assert noted(ada)[-1] == noted(bruno)[-1] == ("points transferred", "dagny@harbour.example")
    assert refused(transfer, ada, bruno, 41, "", by())[0] == "insufficient_points"
    assert refused(transfer, ada, ada, 1, "", by())[0] == "same_account"
    assert refused(transfer, ada, "nobody", 1, "", by())[0] == "unknown_member"
    assert refused(transfer, ada, bruno, 61, "", told)[0] == "other_content"
    assert pots(ada) == {"available": 40, "transit": 60}
    whole(ada, bruno)


def test_a_tier_is_set_by_hand_until_a_day_and_ends_again() -> None:
    ada = member_with(1)
    set_tier(ada, "captain", date(2024, 12, 31), "friend-of-the-house", by())
    view = tier_view(account(ada), TODAY)
    assert view is not None and (view.current.id, view.kept_until) == ("captain", date(2024, 12, 31))
    set_tier(ada, "", None, "no-longer", by())
    assert refused(set_tier, ada, "admiral", None, "why-not", by())[0] == "unknown_tier"
    over = refused(set_tier, ada, "mate", date(2024, 5, 31), "why-not", by())
    assert over == ("bad_term", {"until_day": "2024-05-31"})
    assert noted(ada)[-1][0] == "tier set"
    whole(ada)


def test_an_act_keeps_what_its_fold_needs() -> None:
    ada, bruno = member_with(100), member_with(1, "bruno")
    held = hold(ada, 60, "points", 14, by())
    capture(ada, held.event, 10, by())
    transfer(ada, bruno, 5, "points", by())
    told = {row["type"]: row for row in rows("event", account(ada))}
    assert told["hold"]["attributes"] == '{"_of": "points", "_points": 60, "_within_days": 14}'
    assert told["capture"]["original_id"] == held.event
    kept = {row["type"]: row["attributes"] for row in rows("event", account(bruno))}["transfer in"]
    assert '"_moved": [["points", "available", 5,' in kept and f'"_counterpart": {account(ada)}' in kept


def test_a_till_cannot_tell_an_act_of_the_house_twice_over() -> None:
    """What a till tells as an event and what it asks as an act are one thing under one id."""
    ada = member_with(100)
    from regulars.exchange.earning.tests.cast import redemption

    event = redemption(ada, "2024-06-01 15:00", 10)
    tell(event)
    assert refused(redeem, ada, 10, "points", by(event.id, source=SOURCE))[0] == "other_content"
    assert pots(ada)["redeemed"] == 10
