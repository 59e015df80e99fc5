"""Two numbers of one member become one account and two again, with everything that happened before, between and after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl
import pytest
from django.db import connection

from regulars.engine.standing import dump
from regulars.exchange.earning import inheriting, stepping
from regulars.exchange.earning.acting import By, adjust, cancel, capture, hold, redeem, release, transfer
from regulars.exchange.earning.merging import Joined, merge, merged_into, unmerge
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.recording import DUPLICATE, QUARANTINED, RECORDED, Result, take
from regulars.exchange.earning.refolding import refolder
from regulars.exchange.earning.tests.cast import SOURCE, fresh, purchase, redemption, returned, rows
from regulars.exchange.earning.tests.test_acting import refused
from regulars.exchange.ledger.assembling import POTS, assemble
from regulars.exchange.ledger.proving import prove
from regulars.ground.activity.contract import Incoming
from regulars.ground.activity.exporting import export
from regulars.ground.members.enrolling import accounts_of, given_accounts_of

pytestmark = pytest.mark.usefixtures("harbour")


def on(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def by(moment: str, name: str = "") -> By:
    return By("dagny@harbour.example", "desk", name or uuid4().hex, on(moment))


def heard(*events: Incoming) -> list[Result]:
    """Each event is told as it happens, and the night before it has been."""
    found = []
    for event in events:
        now = datetime.fromtimestamp(event.at // 1_000_000, UTC)
        settle_due(now)
        found += take([event], SOURCE, now, True)
    return found


def given(member: str) -> int:
    return given_accounts_of([member])[member]


def pots(member: str) -> dict[str, int]:
    """What the account of a number holds now, wherever that is: available, pending, debt."""
    found = [row for row in rows("balance", accounts_of([member])[member]) if row["currency"] == "points"]
    return {pot: row[pot] for row in found for pot in ("available", "pending", "debt", "held") if row[pot]}


def own_pots(member: str) -> dict[str, int]:
    """What the account that a number was given holds itself."""
    found = [row for row in rows("balance", given(member)) if row["currency"] == "points"]
    return {pot: row[pot] for row in found for pot in POTS if row[pot] and pot in ("available", "pending", "debt")}


def past(member: str) -> dict[str, Any]:
    state = dump(assemble([given(member)])[given(member)].standing)
    return {name: value for name, value in state.items() if name not in ("seq", "day", "opened")}


def whole(*members: str) -> None:
    """The books agree, and every history folded again is what it was."""
    accounts = [given(member) for member in members]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT currency, sum(transit) FROM balance WHERE account_id = ANY(%s) GROUP BY 1 HAVING sum(transit) <> 0",
            [accounts],
        )
        assert cursor.fetchall() == []
    report = prove(accounts, also=refolder(on("2027-01-01 00:00")))
    assert report.differences == ()


def two(ada: int = 100_000, other: int = 60_000) -> tuple[str, str, Incoming, Incoming]:
    """Ada and a second number of hers, each with a purchase of March 2024 that is available since."""
    numbers = fresh("ada"), fresh("second")
    bought = purchase(numbers[0], "2024-03-04 15:00", ada), purchase(numbers[1], "2024-03-05 15:00", other)
    heard(*bought)
    settle_due(on("2024-05-01 12:00"))
    return *numbers, *bought


def test_one_account_takes_in_all_of_the_other_and_its_number_leads_there() -> None:
    ada, second, *_ = two()
    had = pots(ada)["available"] + pots(second)["available"]
    done = merge(second, ada, by("2024-05-02 10:00"))
    assert (done.survivor, done.other, done.again) == (given(ada), given(second), False)
    assert pots(second) == pots(ada) == {"available": had} and own_pots(second) == {}
    assert merged_into(given(ada)) == [given(second)]
    (earned,) = heard(purchase(second, "2024-05-03 15:00", 1_000))
    assert earned.event and earned.status == RECORDED
    assert [row["id"] for row in rows("event", given(ada), "id")][-1] == earned.event
    assert {(row["act"], row["actor"]) for whose in (ada, second) for row in rows("audit", given(whose))} >= {
        ("members merged", "dagny@harbour.example")
    }
    whole(ada, second)


def test_merging_is_done_once_however_often_it_is_told() -> None:
    ada, second, *_ = two()
    once = by("2024-05-02 10:00", "merge-1" + uuid4().hex)
    first = merge(second, ada, once)
    again = merge(second, ada, once)
    assert (again.again, again.left, again.arrived) == (True, first.left, first.arrived)
    undone = by("2024-05-03 10:00", "undo-1" + uuid4().hex)
    back = unmerge(second, undone)
    assert unmerge(second, undone) == Joined(back.survivor, back.other, back.left, back.arrived, True)
    carmen, dagny, *_ = two()
    assert refused(partial(merge), carmen, dagny, once)[0] == "other_content"  # type: ignore[arg-type]
    whole(ada, second)


def test_the_id_of_a_merge_is_not_that_of_another_one_among_the_same_people() -> None:
    ada, second, *_ = two()
    third = fresh("third")
    heard(purchase(third, "2024-03-05 15:00", 1_000))
    once, undone = by("2024-05-02 10:00", "merge" + uuid4().hex), by("2024-05-04 10:00", "undo" + uuid4().hex)
    merge(third, ada, by("2024-05-01 10:00"))
    unmerge(third, by("2024-05-01 11:00"))
    merge(second, ada, once)
    for member, into in ((ada, second), (third, ada), (second, third)):
        assert refused(partial(merge), member, into, once)[0] == "other_content"  # type: ignore[arg-type]
    merge(third, ada, by("2024-05-03 10:00"))
    unmerge(third, undone)
    assert refused(partial(unmerge), second, undone)[0] == "other_content"  # type: ignore[arg-type]
    assert refused(partial(merge), "nobody", "nobody else", once)[0] == "other_content"  # type: ignore[arg-type]
    assert refused(partial(unmerge), "nobody", undone)[0] == "other_content"  # type: ignore[arg-type]
    assert merge(second, ada, once).again and unmerge(third, undone).again
    whole(ada, second, third)


def test_undoing_without_later_activity_restores_both_exactly() -> None:
    ada, second, *_ = two()
    adjust(second, 50, "points", "welcome", by("2024-05-01 13:00"))
    heard(purchase(ada, "2024-05-01 14:00", 3_333), purchase(second, "2024-05-01 15:00", 7_777))
    before = [past(ada), past(second)]
    had = [own_pots(ada), own_pots(second)]
    merge(second, ada, by("2024-05-02 10:00"))
    unmerge(second, by("2024-05-02 11:00"))
    assert [past(ada), past(second)] == before
    assert [own_pots(ada), own_pots(second)] == had
    assert accounts_of([ada, second]) == given_accounts_of([ada, second])
    whole(ada, second)


def test_what_was_told_before_is_known_under_both_numbers() -> None:
    ada, second, _, bought = two()
    merge(second, ada, by("2024-05-02 10:00"))
    (again,) = heard(bought)
    assert again.status == DUPLICATE
    since = purchase(second, "2024-05-03 15:00", 5_000)
    heard(since)
    unmerge(second, by("2024-05-04 10:00"))
    assert [result.status for result in heard(bought, since)] == [DUPLICATE, DUPLICATE]
    (changed,) = heard(purchase(second, "2024-05-03 15:00", 5_001, id=since.id))
    assert changed.refusal and changed.refusal.code == "other_content"


def test_a_purchase_from_before_comes_back_to_the_survivor_and_takes_its_points_there() -> None:
    ada, second, _, bought = two()
    own = pots(ada)["available"]
    merge(second, ada, by("2024-05-02 10:00"))
    (part,) = heard(returned(second, "2024-05-03 15:00", bought, {"1": 20_000}))
    assert part.status == RECORDED and part.points["points"] < 0
    (rest,) = heard(returned(ada, "2024-05-04 15:00", bought))
    assert rest.status == RECORDED
    assert pots(ada) == {"available": own}
    (more,) = heard(returned(ada, "2024-05-05 15:00", bought, {"1": 1}))
    assert more.refusal and more.refusal.code == "return_exceeds_purchase"
    whole(ada, second)


def test_points_that_the_merged_one_had_spent_come_back_to_the_survivor() -> None:
    ada, second, _, bought = two()
    had = pots(second)["available"]
    spent = redeem(second, had, "", by("2024-05-01 16:00"))
    paid = redemption(ada, "2024-05-01 16:00", 100, original=bought.id)
    own = pots(ada)["available"]
    merge(second, ada, by("2024-05-02 10:00"))
    cancelled = cancel(second, spent.event, by("2024-05-03 10:00"))
    assert cancelled.account == given(ada) and pots(ada) == {"available": own + had}
    assert refused(cancel, ada, spent.event, by("2024-05-04 10:00"))[0] == "already_reversed"
    assert heard(paid)[0].status == RECORDED
    whole(ada, second)


def test_points_that_paid_a_purchase_before_come_back_with_its_return_once() -> None:
    ada, second, *_ = two()
    bought = purchase(second, "2024-05-01 15:00", 10_000)
    heard(redemption(second, "2024-05-01 14:59", 90, original=bought.id), bought)
    had = pots(ada).get("available", 0) + pots(second)["available"]
    merge(second, ada, by("2024-05-02 10:00"))
    heard(returned(ada, "2024-05-03 15:00", bought, {"1": 5_000}))
    assert pots(ada)["available"] == had + 45
    heard(returned(ada, "2024-05-04 15:00", bought))
    assert pots(ada)["available"] == had + 90
    whole(ada, second)


def test_after_undoing_what_came_back_meanwhile_is_not_brought_back_again() -> None:
    ada, second, *_ = two()
    bought = purchase(second, "2024-05-01 15:00", 10_000)
    heard(redemption(second, "2024-05-01 14:59", 90, original=bought.id), bought)
    merge(second, ada, by("2024-05-02 10:00"))
    heard(returned(ada, "2024-05-03 15:00", bought, {"1": 5_000}))
    unmerge(second, by("2024-05-04 10:00"))
    (too_much,) = heard(returned(second, "2024-05-05 15:00", bought, {"1": 5_001}))
    assert too_much.refusal and too_much.refusal.code == "return_exceeds_purchase"
    had = pots(second)["available"]
    (rest,) = heard(returned(second, "2024-05-06 15:00", bought))
    assert rest.status == RECORDED and pots(second)["available"] == had + 45
    (not_hers,) = heard(returned(ada, "2024-05-07 15:00", bought))
    assert not_hers.status == QUARANTINED
    whole(ada, second)


def test_what_came_back_meanwhile_goes_with_whose_purchase_it_was() -> None:
    ada, second, _, bought = two()
    later = purchase(second, "2024-05-01 15:00", 10_000)
    heard(redemption(second, "2024-05-01 14:59", 90, original=later.id), later)
    settle_due(on("2024-07-01 12:00"))
    before, had = past(ada), own_pots(second)["available"]
    merge(second, ada, by("2024-07-02 10:00"))
    heard(returned(second, "2024-07-03 15:00", bought, {"1": 20_000}), returned(ada, "2024-07-03 16:00", later))
    unmerge(second, by("2024-07-04 10:00"))
    assert past(ada) == before
    took = sum(row["amount"] for row in rows("entry", given(ada)) if row["kind"] == "clawback")
    assert own_pots(second) == {"available": had - took + 90} and took > 200
    (rest,) = heard(returned(second, "2024-07-05 15:00", bought))
    assert rest.status == RECORDED and own_pots(second) == {}
    whole(ada, second)


def test_what_a_return_meanwhile_took_of_the_survivors_or_left_owing_is_owed_by_whose_purchase_it_was() -> None:
    ada, second, _, bought = two()
    adjust(ada, 50, "points", "welcome", by("2024-05-01 13:00"))
    theirs, own = pots(second)["available"], own_pots(ada)
    redeem(second, theirs, "", by("2024-05-01 16:00"))
    merge(second, ada, by("2024-05-02 10:00"))
    heard(returned(second, "2024-05-03 15:00", bought))
    assert pots(ada) == {"available": own["available"] - theirs}
    redeem(ada, 20, "", by("2024-05-03 16:00"))
    unmerge(second, by("2024-05-04 10:00"))
    assert (own_pots(ada), own_pots(second)) == ({"available": own["available"] - 20}, {"debt": -theirs})
    whole(ada, second)


def test_what_was_spent_before_and_called_off_meanwhile_goes_home() -> None:
    ada, second, *_ = two()
    own, theirs = own_pots(ada), own_pots(second)
    spent = redeem(second, 100, "", by("2024-05-01 16:00"))
    merge(second, ada, by("2024-05-02 10:00"))
    cancel(ada, spent.event, by("2024-05-03 10:00"))
    unmerge(second, by("2024-05-04 10:00"))
    assert (own_pots(ada), own_pots(second)) == (own, theirs)
    assert refused(cancel, second, spent.event, by("2024-05-05 10:00"))[0] == "already_reversed"
    whole(ada, second)


def test_a_hold_that_lapsed_meanwhile_gives_no_more_days_than_it_gave_on_its_own() -> None:
    lapsed = []
    for merged in (True, False):
        ada, second, *_ = two()
        hold(second, 10, "", 14, by("2024-05-01 15:00"))
        if merged:
            merge(second, ada, by("2024-05-02 10:00"))
        settle_due(on("2024-06-01 12:00"))
        if merged:
            unmerge(second, by("2024-06-20 10:00"))
        settle_due(on("2024-06-21 12:00"))
        days = [(row["remaining"], row["available_on"], row["expires_on"]) for row in rows("lot", given(second))]
        lapsed.append(sorted((row for row in days if row[0]), key=str))
        whole(ada, second)
    assert lapsed[0] == lapsed[1] and len(lapsed[0]) > 0


def test_what_was_recorded_before_it_was_noted_whose_it_was_is_read_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    ada, second, _, bought = two()
    had = [own_pots(ada)["available"], own_pots(second)["available"]]

    def kept(row: dict[str, Any], *asked: Any) -> None:
        stepping_keep(row, *asked)
        row.pop("paid", None)

    stepping_keep = stepping._keep
    with monkeypatch.context() as once:
        once.setattr(inheriting, "_merged", lambda kin: set())
        once.setattr(stepping, "_keep", kept)
        spent = redeem(second, 100, "", by("2024-05-01 16:00"))
        merge(second, ada, by("2024-05-02 10:00"))
        heard(returned(second, "2024-05-03 15:00", bought, {"1": 20_000}))
        cancel(ada, spent.event, by("2024-05-03 16:00"))
        unmerge(second, by("2024-05-04 10:00"))
    came_back = sum(row["amount"] for row in rows("entry", given(ada)) if row["kind"] == "reversal")
    took = sum(row["amount"] for row in rows("entry", given(ada)) if row["kind"] == "clawback")
    assert not any("theirs" in row["outcome"] for row in rows("event", given(ada), "id"))
    assert own_pots(ada)["available"] == had[0] + came_back - took and came_back == 100 and took > 0
    whole(ada, second)


def test_what_was_spent_since_stays_with_the_survivor_and_a_shortage_is_owed() -> None:
    ada, second, *_ = two()
    own, theirs = pots(ada)["available"], pots(second)["available"]
    merge(second, ada, by("2024-05-02 10:00"))
    redeem(ada, own + 100, "", by("2024-05-03 10:00"))
    unmerge(second, by("2024-05-04 10:00"))
    assert pots(second) == {"available": theirs}
    assert pots(ada) == {"debt": -100}
    heard(purchase(second, "2024-05-05 15:00", 1_000))
    whole(ada, second)


def test_what_happened_since_stays_with_the_survivor() -> None:
    ada, second, *_ = two()
    theirs = past(second)
    merge(second, ada, by("2024-05-02 10:00"))
    heard(purchase(second, "2024-05-03 15:00", 50_000))
    bruno = fresh("bruno")
    heard(purchase(bruno, "2024-05-03 15:00", 100))
    transfer(ada, bruno, 10, "", by("2024-05-03 16:00"))
    unmerge(second, by("2024-05-04 10:00"))
    state = past(second)
    assert (state["progress"], state["counts"], state["tier"]) == (
        theirs["progress"], theirs["counts"], theirs["tier"],
    )  # fmt: skip
    assert past(ada)["progress"][-1][1] == 50_000
    whole(ada, second, bruno)


def test_of_several_merges_the_last_is_undone_first() -> None:
    ada, second, *_ = two()
    carmen, third, _, bought = two()
    merge(second, ada, by("2024-05-02 10:00"))
    merge(third, ada, by("2024-05-02 11:00"))
    merge(ada, carmen, by("2024-05-02 12:00"))
    assert len(set(accounts_of([ada, second, third, carmen]).values())) == 1
    other = fresh("bruno")
    heard(purchase(other, "2024-05-02 13:00", 100))
    for pair in ((ada, other), (other, second)):  # carmen, whom nobody named, would go along, or take in
        assert refused(partial(merge, *pair), by("2024-05-02 14:00"))[0] == "merged_before"
    heard(returned(second, "2024-05-03 15:00", bought, {"1": 100}))
    assert refused(partial(unmerge), third, by("2024-05-04 10:00")) == ("not_the_last", {"first": ada})  # type: ignore[arg-type]
    unmerge(ada, by("2024-05-04 11:00"))
    assert refused(partial(unmerge), second, by("2024-05-04 12:00")) == ("not_the_last", {"first": third})  # type: ignore[arg-type]
    unmerge(third, by("2024-05-04 13:00"))
    unmerge(second, by("2024-05-04 14:00"))
    assert accounts_of([ada, second, third, carmen]) == given_accounts_of([ada, second, third, carmen])
    whole(ada, second, third, carmen)


def test_what_is_set_aside_goes_along_is_answered_by_either_number_and_goes_back() -> None:
    ada, second, *_ = two()
    own, theirs = pots(ada)["available"], pots(second)["available"]
    first, other = (hold(second, 10, "", 14, by("2024-05-01 15:00")) for _ in range(2))
    merge(second, ada, by("2024-05-02 10:00"))
    assert pots(ada) == {"available": own + theirs - 20, "held": 20}
    capture(ada, first.event, 4, by("2024-05-02 11:00"))
    release(second, first.event, 2, by("2024-05-02 12:00"))
    whole(ada, second)
    unmerge(second, by("2024-05-03 10:00"))
    assert (pots(second), pots(ada)) == ({"available": theirs - 14, "held": 14}, {"available": own - 4})
    assert refused(capture, ada, other.event, 0, by("2024-05-03 11:00"))[0] == "unknown_hold"
    capture(second, other.event, 0, by("2024-05-03 11:00"))
    settle_due(on("2024-06-01 12:00"))
    assert pots(second) == {"available": theirs - 10}
    whole(ada, second)


def test_a_history_that_is_exported_tells_of_one_member(tmp_path: Path) -> None:
    ada, second, *_ = two()
    merge(second, ada, by("2024-05-02 10:00"))
    found = export((), 2, on("2024-03-01 00:00"), on("2024-03-31 00:00"), tmp_path, lambda done, total: None)
    told = pl.concat([pl.read_parquet(file) for file in found.files])["member"].to_list()
    assert told.count(str(given(ada))) == 2 and str(given(second)) not in told


def test_what_cannot_be_merged_or_undone_is_refused_and_nothing_changes() -> None:
    ada, second, *_ = two()
    cases: Sequence[tuple[Any, str]] = (
        (partial(merge, ada, ada), "same_account"), (partial(merge, "nobody", ada), "unknown_member"),
        (partial(unmerge, second), "not_merged"),
        (partial(unmerge, "nobody"), "unknown_member"),
    )  # fmt: skip
    for act, code in cases:
        assert refused(act, by("2024-05-02 10:00"))[0] == code
    whole(ada, second)
