"""One meaning: what the ledger holds after live batches is what the kernel says in memory, entry for entry."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.engine.kernel import compile as compile_programme
from regulars.engine.purse import NEVER
from regulars.exchange.earning.behaving import OBSERVED, ways
from regulars.exchange.earning.recording import take
from regulars.exchange.earning.replaying import replay
from regulars.exchange.earning.tests.cast import SOURCE, account, fresh, rows, tell
from regulars.exchange.earning.tests.lives import (
    Folded,
    a_life,
    a_life_by_mail,
    entry_row,
    fold,
    move_row,
    shuffled,
    state,
)
from regulars.exchange.ledger.assembling import assemble
from regulars.exchange.ledger.proving import prove
from regulars.ground.publishing.versions import versions
from regulars.kit.zones import from_microseconds
from regulars.programme.loading import load

# Each example takes some hundred statements: a sixteenth of the cases that a pure law gets.
some = settings(
    max_examples=max(6, settings().max_examples // 16), suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize(("programme", "money"), [("harbour", "USD"), ("corner", "DKK")])
@some
@given(seed=st.integers(0, 1 << 32))
def test_live_in_any_batches_equals_the_fold(
    request: pytest.FixtureRequest, programme: str, money: str, seed: int
) -> None:
    request.getfixturevalue(programme)
    random = Random(seed)
    lives = {fresh(name): [] for name in ("ada", "bruno", "carmen")}
    for member in lives:
        lives[member] = a_life(member, random, money, events=random.choice((5, 20, 40)))
    said: dict[str, list[str]] = {member: [] for member in lives}
    for batch in shuffled(list(lives.values()), random):
        for event, result in zip(batch, tell(*batch), strict=True):
            said[event.member].append(result.refusal.code if result.refusal else result.status)
    for member, life in lives.items():
        folded = fold(versions().latest.kernel, life)
        assert said[member] == folded.said
        compare(member, folded)
    assert prove([account(member) for member in lives]).differences == ()


@some
@given(seed=st.integers(0, 1 << 32))
def test_parcels_payments_and_late_events_told_live_equal_the_fold(
    request: pytest.FixtureRequest, parcels: int, seed: int
) -> None:
    random = Random(seed)
    lives = {who: a_life_by_mail(who, random, events=random.choice((10, 40))) for who in (fresh("ada"), fresh("bruno"))}
    said: dict[str, list[str]] = {member: [] for member in lives}
    recorded: dict[str, dict[int, int]] = {member: {} for member in lives}
    present = 0
    for batch in shuffled(list(lives.values()), random):
        present = max(present, *(event.at for event in batch)) + random.choice((1, 60, 9_000, 30_000)) * 60_000_000
        for event, result in zip(batch, take(batch, SOURCE, from_microseconds(present), True), strict=True):
            recorded[event.member][len(said[event.member])] = present
            said[event.member].append(result.refusal.code if result.refusal else result.status)
    for member, life in lives.items():
        folded = fold(versions().latest.kernel, life, recorded[member])
        assert said[member] == folded.said
        compare(member, folded)
    assert prove([account(member) for member in lives]).differences == ()


@settings(max_examples=max(20, settings().max_examples // 5))
@given(seed=st.integers(0, 1 << 32))
def test_a_backtest_of_parcels_and_payments_ends_where_the_fold_ends(seed: int) -> None:
    text = Path("tests/programmes/parcels.yaml").read_text(encoding="utf-8")
    kernel = compile_programme(load(text))
    told = {(event.id, event.type): event for event in a_life_by_mail("ada", Random(seed), events=40)}
    life = sorted(told.values(), key=lambda event: event.at)
    folded, end = fold(kernel, life), date(2033, 1, 1).toordinal()
    lives, counts, _ = replay(kernel, life, ways(kernel.terms.programme, OBSERVED, None, 2), end)
    kernel.settle(folded.standing, end)
    assert state(lives["ada"].standing) == state(folded.standing)
    assert counts.refusals == Counter(code for code in folded.said if code != "recorded")


def test_a_batch_of_many_is_many_batches_of_one(harbour: int) -> None:
    random = Random(7)
    ada, bruno = fresh("ada"), fresh("bruno")
    life = a_life(ada, random, "USD", events=60)
    twin = [copy_for(bruno, event) for event in life]
    together = tell(*life)
    apart = [tell(event)[0] for event in twin]
    assert [(one.status, one.points, one.refusal) for one in together] == [
        (one.status, one.points, one.refusal) for one in apart
    ]
    for table in ("entry", "tier_move", "lot", "balance", "standing"):
        left, right = ([without_ids(row) for row in rows(table, account(member), "2, 3")] for member in (ada, bruno))
        assert left == right, table


def compare(member: str, folded: Folded) -> None:
    """The rows of a member beside the fold: entries, moves, lots, balance and the whole standing."""
    number = account(member)
    ids = {(row["external_id"], row["type"]): row["id"] for row in rows("event", number)}
    entries = [without(row, "account_id", "version") for row in rows("entry", number, "seq")]
    assert entries == [entry_row(event, entry, ids) for event, entry in folded.entries]
    moves = [without(row, "account_id", "version") for row in rows("tier_move", number, "seq")]
    assert moves == [move_row(event, move, ids) for event, move in folded.moves]
    standing = folded.standing
    for currency, purse in standing.purses.items():
        held = {row["currency"]: row for row in rows("balance", number)}.get(currency)
        assert [purse.available, purse.pending, -purse.debt] == [
            held[pot] if held else 0 for pot in ("available", "pending", "debt")
        ]
        lots = {row["seq"]: row for row in rows("lot", number) if row["currency"] == currency and row["remaining"]}
        expected = {
            lot.seq: (lot.left, waits, lot.expires_day)
            for part, waits in ((purse.open, False), (purse.waiting, True))
            for lot in part
        }
        assert expected == {
            seq: (row["remaining"], row["pending"], row["expires_on"].toordinal() if row["expires_on"] else NEVER)
            for seq, row in lots.items()
        }
    assert state(assemble([number])[number].standing) == state(standing)


def without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def without_ids(row: dict[str, Any]) -> dict[str, Any]:
    return without(row, "account_id", "event_id", "last_event")


def copy_for(member: str, event: Any) -> Any:
    """The same event for another member, under ids of its own."""
    from dataclasses import replace

    return replace(
        event, member=member, id=f"{event.id}-too", original=f"{event.original}-too" if event.original else ""
    )
