"""Events arrive: once, whole, for the right member, or visibly set aside."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from regulars.exchange.earning.behaving import AS_TOLD
from regulars.exchange.earning.recording import DUPLICATE, QUARANTINED, RECORDED, Result, take
from regulars.exchange.earning.replaying import replay
from regulars.exchange.earning.tests.cast import (
    NOW,
    SOURCE,
    Line,
    account,
    fresh,
    pots,
    purchase,
    redemption,
    returned,
    rows,
    tell,
    visit,
)
from regulars.exchange.ledger import posting
from regulars.ground.activity.contract import Incoming
from regulars.ground.members.enrolling import Person, accounts_of, enrol
from regulars.ground.publishing.versions import publish, versions

pytestmark = pytest.mark.usefixtures("harbour")


def quarantined(event: Incoming) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT codes, reasons::text, released_at, member, body ->> 'type' FROM quarantine"
            " WHERE source = %s AND external_id = %s ORDER BY id",
            [SOURCE, event.id],
        )
        return [
            {"codes": codes, "reasons": reasons, "open": released is None, "member": member, "type": type}
            for codes, reasons, released, member, type in cursor.fetchall()
        ]


def statuses(results: list[Result]) -> list[str]:
    return [result.status for result in results]


def test_a_purchase_becomes_points_with_their_reason() -> None:
    ada = fresh("ada")
    event = purchase(
        ada, "2024-03-04 15:00", Line(1000, "National"), Line(500, "Private"), Line(300, department="FUEL")
    )
    (result,) = tell(event)
    assert result.status == RECORDED
    assert result.points == {"points": 20}  # 15.00 that count, and 5.00 of our own brand once more
    first, second = rows("entry", account(ada), "seq")
    assert (first["rule"], first["amount"], first["base"], first["shares"]) == ("base", 15, 1500, [10, 5, 0])
    assert (second["rule"], second["amount"], second["base"], second["shares"]) == ("own-brand", 5, 500, [0, 5, 0])
    assert first["event_id"] == second["event_id"] == result.event
    assert pots(ada) == {"pending": 20, "issued": -20}


def test_the_same_told_again_changes_nothing() -> None:
    ada = fresh("ada")
    events = [purchase(ada, f"2024-03-{day:02} 15:00", 1000 + day) for day in range(1, 20)]
    first = tell(*events)
    before = [rows(table, account(ada)) for table in ("entry", "lot", "balance", "standing", "event")]
    again = tell(*events)
    assert statuses(again) == [DUPLICATE] * 19
    assert [result.event for result in again] == [result.event for result in first]
    assert [rows(table, account(ada)) for table in ("entry", "lot", "balance", "standing", "event")] == before


def test_a_part_told_again_adds_the_rest_alone() -> None:
    ada = fresh("ada")
    events = [purchase(ada, f"2024-03-{day:02} 15:00", 1000) for day in range(7, 12)]
    tell(*events[:3])
    assert statuses(tell(*events)) == [DUPLICATE] * 3 + [RECORDED] * 2
    assert pots(ada)["issued"] == -50
    assert len(rows("event", account(ada))) == 5


def test_the_same_twice_in_one_batch_is_recorded_once() -> None:
    ada = fresh("ada")
    event = purchase(ada, "2024-03-04 15:00", 1000)
    assert statuses(tell(event, event)) == [RECORDED, DUPLICATE]
    assert pots(ada) == {"pending": 10, "issued": -10}


@pytest.mark.parametrize("together", [False, True])
def test_another_content_under_the_same_id_is_set_aside(together: bool) -> None:
    ada = fresh("ada")
    event = purchase(ada, "2024-03-04 15:00", 1000)
    other = purchase(ada, "2024-03-04 15:00", 9000, id=event.id)
    results = tell(event, other) if together else [*tell(event), *tell(other)]
    assert statuses(results) == [RECORDED, QUARANTINED]
    assert results[1].refusal is not None and results[1].refusal.code == "other_content"
    assert [(row["codes"], row["open"]) for row in quarantined(event)] == [(["other_content"], True)]
    assert pots(ada) == {"pending": 10, "issued": -10}


@pytest.mark.parametrize("together", [False, True])
def test_the_same_receipt_for_another_member_is_set_aside(together: bool) -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    event = purchase(ada, "2024-03-04 15:00", 1000)
    other = purchase(bruno, "2024-03-04 15:00", 1000, id=event.id)
    results = tell(event, other) if together else [*tell(event), *tell(other)]
    assert statuses(results) == [RECORDED, QUARANTINED]
    assert results[1].refusal is not None and results[1].refusal.code == "other_member"
    assert pots(bruno) == {}


def test_nobody_new_has_a_number_with_characters_that_cannot_be_seen_and_who_has_one_keeps_it() -> None:
    bruno, dagny = fresh("bruno") + "\ufeff", fresh("\u202edagny")
    (account,) = enrol([Person(bruno)], datetime.now(UTC)).values()  # as an earlier version did
    old, new = purchase(bruno, "2024-03-04 15:00", 1000), purchase(dagny, "2024-03-04 15:00", 1000)
    kept, refused = tell(old, new)
    assert (kept.status, refused.status) == (RECORDED, QUARANTINED) and kept.account == account
    assert refused.refusal is not None and refused.refusal.code == "bad_number"
    assert accounts_of([dagny]) == {}


def test_an_unknown_member_is_enrolled_or_set_aside_as_asked() -> None:
    carmen = fresh("carmen")
    event = purchase(carmen, "2024-03-04 15:00", 1000)
    (result,) = tell(event, create=False)
    assert result.status == QUARANTINED
    assert result.refusal is not None
    assert (result.refusal.code, result.refusal.figures) == ("unknown_member", {"member": carmen})
    assert accounts_of([carmen]) == {}
    assert [(row["codes"], row["member"], row["open"]) for row in quarantined(event)] == [
        (["unknown_member"], carmen, True)
    ]
    assert statuses(tell(event)) == [RECORDED]
    assert [row["open"] for row in quarantined(event)] == [False]


def test_one_bad_event_does_not_hold_up_the_others() -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    tell(purchase(ada, "2024-01-01 12:00", 100))
    good, bad = purchase(ada, "2024-03-04 15:00", 1000), purchase(bruno, "2024-03-04 15:00", 1000)
    assert statuses(tell(bad, good, create=False)) == [QUARANTINED, RECORDED]
    assert pots(ada)["issued"] == -11


def test_a_refused_event_is_visible_with_its_figures_and_released_when_it_can_be_taken() -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-04 15:00", 1000))
    early = redemption(ada, "2024-03-05 12:00", 10)
    (refused,) = tell(early)
    assert refused.status == QUARANTINED
    assert refused.refusal is not None
    assert refused.refusal.code == "insufficient_points"
    assert refused.refusal.figures == {"required": 10, "available": 0, "missing": 10}
    (row,) = quarantined(early)
    assert row["open"] and '"missing": 10' in row["reasons"]
    assert statuses(tell(early)) == [QUARANTINED]
    assert len(quarantined(early)) == 1, "told again, it is not listed twice"
    later = redemption(ada, "2024-04-05 12:00", 10, id=early.id)
    assert statuses(tell(later)) == [RECORDED]
    assert [row["open"] for row in quarantined(early)] == [False]
    assert pots(ada) == {"issued": -10, "redeemed": 10}


def test_an_event_refused_twice_in_one_batch_is_refused_twice() -> None:
    ada = fresh("ada")
    early = redemption(ada, "2024-03-05 12:00", 10)
    assert statuses(tell(early, early)) == [QUARANTINED, QUARANTINED]
    assert len(quarantined(early)) == 1


def test_taking_one_type_releases_nothing_of_another_type_under_the_same_id() -> None:
    ada = fresh("ada")
    bought = purchase(ada, "2024-03-04 15:00", 1000)
    early = redemption(ada, "2024-03-05 12:00", 10, id=bought.id)
    assert statuses(tell(early)) == [QUARANTINED]
    assert statuses(tell(bought)) == [RECORDED]
    assert [(row["type"], row["open"]) for row in quarantined(early)] == [("redemption", True)]


@pytest.mark.parametrize("together", [False, True])
def test_a_return_takes_back_what_was_granted(together: bool) -> None:
    ada = fresh("ada")
    event = purchase(ada, "2024-03-04 15:00", Line(1000, "National"), Line(500, "Private"))
    part = returned(ada, "2024-03-06 15:00", event, {"2": 200})
    rest = returned(ada, "2024-03-07 15:00", event)
    if together:
        assert statuses(tell(event, part, rest)) == [RECORDED] * 3
    else:
        assert [*statuses(tell(event)), *statuses(tell(part)), *statuses(tell(rest))] == [RECORDED] * 3
    assert pots(ada) == {}
    taken = [
        (row["rule"], row["amount"], row["shares"]) for row in rows("entry", account(ada), "seq") if row["reverses"]
    ]
    assert taken == [("base", 2, [0, 2]), ("own-brand", 2, [0, 2]), ("base", 13, [10, 3]), ("own-brand", 3, [0, 3])]
    assert rows("standing", account(ada))[0]["progress"] == 0


@pytest.mark.parametrize("together", [False, True])
def test_a_gift_is_reconsidered_by_the_threshold_on_which_it_was_given(together: bool, harbour: int) -> None:
    text = versions().latest.kernel.terms.programme.text
    gift = "    - {id: fifty, title: fifty, points: 50, when: total >= 50.00, on_return: reconsider}\n"
    before = text.replace("    - id: tenth-visit\n", gift + "    - id: tenth-visit\n")
    asked = datetime(2026, 1, 2, tzinfo=UTC)
    version = publish(before, datetime(2026, 4, 1, tzinfo=UTC), "keeper", asked, harbour)
    after = before.replace("total >= 50.00", "total >= 500.00")
    publish(after, datetime(2026, 9, 1, tzinfo=UTC), "keeper", asked, version)
    ada = fresh("ada")
    event = purchase(ada, "2026-08-30 15:00", 6_000, 3_000)
    backs = [
        returned(ada, "2026-09-02 15:00", event, {"2": 2_000}),
        returned(ada, "2026-09-03 15:00", event, {"1": 3_000}),
        returned(ada, "2026-09-04 15:00", event),
    ]
    batches = [[event, *backs]] if together else [[one] for one in (event, *backs)]
    for batch in batches:
        assert set(statuses(tell(*batch))) == {RECORDED}
    taken = [(row["rule"], row["amount"]) for row in rows("entry", account(ada), "seq") if row["reverses"]]
    assert taken == [("base", 20), ("base", 30), ("fifty", 50), ("base", 40)]


def test_a_return_with_the_id_of_its_purchase_does_not_hide_it() -> None:
    ada = fresh("ada")
    event = purchase(ada, "2024-03-04 15:00", Line(1000), Line(500))
    part = returned(ada, "2024-03-06 15:00", event, {"2": 200}, id=event.id)
    rest = returned(ada, "2024-03-07 15:00", event)
    assert statuses(tell(event, part, rest)) == [RECORDED] * 3
    assert pots(ada) == {}


def test_returns_that_cannot_be_are_set_aside() -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    event = purchase(ada, "2024-03-04 15:00", 1000)
    tell(event)
    results = tell(
        returned(ada, "2024-03-05 15:00", purchase(ada, "2024-03-04 15:00", 1)),
        returned(bruno, "2024-03-05 15:00", event),
        returned(ada, "2024-03-05 15:00", event, {"7": 100}),
        returned(ada, "2024-03-05 15:00", event, {"1": 1001}),
    )
    assert [result.refusal.code if result.refusal else "" for result in results] == [
        "unknown_original", "unknown_original", "unknown_line", "return_exceeds_purchase",
    ]  # fmt: skip
    assert results[2].refusal is not None and results[3].refusal is not None
    assert results[2].refusal.figures == {"original": event.id, "line": "7"}
    assert results[3].refusal.figures == {"line": 1, "available": 1000, "required": 1001, "missing": 1}
    assert pots(ada) == {"pending": 10, "issued": -10}


def test_spending_takes_what_became_available_on_the_way() -> None:
    ada = fresh("ada")
    results = tell(
        purchase(ada, "2024-03-04 15:00", 1000), visit(ada, "2024-03-05 15:00"), redemption(ada, "2024-03-19 15:00", 4)
    )
    assert statuses(results) == [RECORDED] * 3
    assert pots(ada) == {"available": 6, "issued": -10, "redeemed": 4}
    assert [row["kind"] for row in rows("entry", account(ada), "seq")] == ["accrual", "activation", "redemption"]
    assert results[2].points == {"points": -4}


def test_a_currency_that_does_not_match_is_set_aside_whatever_the_event_is() -> None:
    ada = fresh("ada")
    told = [purchase(ada, "2024-03-04 15:00", 1000, currency="EUR"), visit(ada, "2024-03-05 15:00", currency="EUR")]
    for result in tell(*told):
        assert (result.status, result.event) == (QUARANTINED, None)
        assert result.refusal is not None
        assert (result.refusal.code, result.refusal.figures) == (
            "currency_mismatch",
            {"currency": "EUR", "expected": "USD"},
        )


def test_a_failure_while_posting_leaves_nothing_half_done(monkeypatch: pytest.MonkeyPatch) -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    tell(purchase(ada, "2024-03-04 15:00", 1000))
    before = [rows(table, account(ada)) for table in ("entry", "lot", "balance", "standing", "event", "tier_move")]

    def fail(*_: Any) -> None:
        raise RuntimeError("the power went out")

    event, other = purchase(ada, "2024-03-05 15:00", 200_000), purchase(bruno, "2024-03-05 15:00", 1000)
    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(posting, "_standing_row", fail)
        take([event, other], SOURCE, NOW, True)
    assert [
        rows(table, account(ada)) for table in ("entry", "lot", "balance", "standing", "event", "tier_move")
    ] == before
    assert accounts_of([bruno]) == {}
    assert statuses(tell(event, other)) == [RECORDED, RECORDED]
    assert rows("standing", account(ada))[0]["tier"] == "mate"


def test_a_figure_that_no_database_keeps_sets_its_event_aside_and_no_other() -> None:
    """Each purchase is within the contract; together they leave what a whole number of the tables can hold."""
    big, small = fresh("ada"), fresh("bruno")
    most = 999_999_999_999_999
    told = [purchase(big, f"2026-03-{number + 1:02} 10:00", *[Line(most)] * 1_000) for number in range(12)]
    for number in range(12):
        results = tell(told[number], purchase(small, f"2026-03-{number + 1:02} 10:00", 1_000))
        assert results[1].status == RECORDED
        if results[0].status == QUARANTINED:
            break
    assert results[0].refusal is not None and results[0].refusal.code == "cannot_be_kept"
    assert 9 <= number < 12
    assert len(rows("event", account(small))) == number + 1 and len(rows("event", account(big))) == number
    # A backtest sets the same event aside.
    _, counts, _ = replay(versions().latest.kernel, told[: number + 1], AS_TOLD, 0)
    assert counts.refusals == {"cannot_be_kept": 1}
    assert replay(versions().latest.kernel, told[:number], AS_TOLD, 0)[1].refusals == {}
