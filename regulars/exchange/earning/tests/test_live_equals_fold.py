"""One meaning: what the ledger holds after live batches is what the kernel says in memory, entry for entry."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.engine.purse import NEVER
from regulars.exchange.earning.tests.cast import account, fresh, rows, tell
from regulars.exchange.earning.tests.lives import Folded, a_life, entry_row, fold, move_row, shuffled, state
from regulars.exchange.ledger.assembling import assemble
from regulars.exchange.ledger.proving import prove
from regulars.ground.publishing.versions import versions

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
    return without(row, "account_id", "event_id")


def copy_for(member: str, event: Any) -> Any:
    """The same event for another member, under ids of its own."""
    from dataclasses import replace

    return replace(
        event, member=member, id=f"{event.id}-too", original=f"{event.original}-too" if event.original else ""
    )
