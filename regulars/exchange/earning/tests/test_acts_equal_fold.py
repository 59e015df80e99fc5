"""Acts of the house in a long life: what the ledger holds is what the kernel says in memory, entry for entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.engine.entries import Moved
from regulars.engine.events import (
    ADJUSTMENT,
    CAPTURE,
    HOLD,
    REDEMPTION,
    RELEASE,
    REVERSAL,
    TIER,
    TRANSFER_IN,
    TRANSFER_OUT,
    Event,
    Origin,
)
from regulars.engine.tests.random_lives import Lots, note_spent
from regulars.exchange.earning import acting
from regulars.exchange.earning.acting import ActRefused, By, Done
from regulars.exchange.earning.folding import kernel_event
from regulars.exchange.earning.recording import take
from regulars.exchange.earning.tests.cast import account, fresh, purchase, rows
from regulars.exchange.earning.tests.lives import entry_row, move_row, state
from regulars.exchange.ledger.assembling import assemble
from regulars.exchange.ledger.proving import prove
from regulars.ground.publishing.versions import versions
from regulars.kit.zones import microseconds


class Book:
    """One account as the kernel alone keeps it; events bear the ids that the ledger gave them."""

    def __init__(self, member: str) -> None:
        self.member = member
        self.kernel = versions().latest.kernel
        self.standing = self.kernel.open()
        self.entries: list[dict[str, Any]] = []
        self.moves: list[dict[str, Any]] = []
        self.lots: Lots = {}
        self.spent: dict[str, Origin] = {}
        self.holds: list[UUID] = []
        self.moved: Iterable[Moved] = ()

    def tell(self, event: Event, refused: str) -> None:
        """Fold an event, which the ledger refused with that code ("": it did not)."""
        copy = self.standing.copy()
        outcome = self.kernel.step(copy, event)
        assert (outcome.refusal.code if outcome.refusal else "") == refused
        if refused:  # an act that is refused leaves nothing, not even what had fallen due
            return
        self.standing, self.moved = copy, outcome.moved
        key = (event.id, event.type)
        self.entries += [entry_row(key, entry, {key: UUID(event.id)}) for entry in outcome.entries]
        self.moves += [move_row(key, move, {key: UUID(event.id)}) for move in outcome.moves]
        paid = self.spent.setdefault(event.id, Origin(event.id, 0, [], [], [], [], []))
        note_spent(self.lots, self.spent.values(), paid, outcome)

    def compare(self) -> None:
        """The rows of the ledger beside the book."""
        number = account(self.member)
        for table, own in (("entry", self.entries), ("tier_move", self.moves)):
            kept = rows(table, number, "seq")
            assert [{name: row[name] for name in row if name not in ("account_id", "version")} for row in kept] == own
        assert state(assemble([number])[number].standing) == state(self.standing)
        assert prove([number]).differences == ()


def attempt(act: Callable[[], Done]) -> tuple[str, str, str]:
    """(id here, that of what arrived elsewhere, code of the refusal) of an act."""
    try:
        done = act()
    except ActRefused as refused:
        return str(uuid4()), str(uuid4()), refused.refusal.code
    return str(done.event), str(done.received), ""


def one_step(book: Book, other: Book, random: Random, now: datetime) -> None:
    """Something happens, in the ledger and in the book."""
    at, by, member = microseconds(now), By("dagny", "desk", uuid4().hex, now), book.member
    points, of = random.choice((0, 1, 7, 40, 300)), random.choice(("credit", "points"))
    hold = random.choice([*book.holds, uuid4()])
    spent = UUID(random.choice([*(id for id, paid in book.spent.items() if paid.spent), str(uuid4())]))
    kind = random.choice((
        "purchase", "purchase", REDEMPTION, HOLD, HOLD, CAPTURE, CAPTURE, RELEASE, REVERSAL, ADJUSTMENT, TIER, TRANSFER_IN,
    ))  # fmt: skip
    if kind == "purchase":
        bought = purchase(member, f"{now:%Y-%m-%d %H:%M}", random.choice((500, 9_000, 30_000)), currency="DKK")
        (result,) = take([bought], "till", now, True)
        book.tell(kernel_event(bought, str(result.event)), "")
    elif kind == REDEMPTION:
        id, _, code = attempt(lambda: acting.redeem(member, points, of, by))
        book.tell(Event(kind, id, at, points=points, of=of), code)
    elif kind == HOLD:
        days = random.choice((0, 1, 9, 80))
        id, _, code = attempt(lambda: acting.hold(member, points, of, days, by))
        book.holds += [] if code else [UUID(id)]
        book.tell(Event(kind, id, at, points=points, of=of, within_days=days), code)
    elif kind in (CAPTURE, RELEASE):
        act = acting.capture if kind == CAPTURE else acting.release
        id, _, code = attempt(lambda: act(member, hold, points, by))
        of = next((entry["currency"] for entry in book.entries if entry["event_id"] == hold), of)
        book.tell(Event(kind, id, at, points=points, of=of, hold=str(hold)), code)
    elif kind == REVERSAL:
        id, _, code = attempt(lambda: acting.cancel(member, spent, by))
        book.tell(Event(kind, id, at, origin=book.spent.get(str(spent))), code)
    elif kind == ADJUSTMENT:
        points = random.choice((-20, 0, 5, 60))
        id, _, code = attempt(lambda: acting.adjust(member, points, of, "because", by))
        book.tell(Event(kind, id, at, points=points, of=of, reason="because", actor="dagny"), code)
    elif kind == TIER:
        tier = random.choice(("", "guest", "friend", "admiral"))
        id, _, code = attempt(lambda: acting.set_tier(member, tier, None, "because", by))
        book.tell(Event(kind, id, at, of=tier, reason="because", actor="dagny"), code)
    else:
        sent, received, code = attempt(lambda: acting.transfer(member, other.member, points, of, by))
        book.tell(Event(TRANSFER_OUT, sent, at, points=points, of=of), code)
        if not code:
            other.tell(Event(TRANSFER_IN, received, at, moved=tuple(book.moved)), "")


@settings(
    max_examples=max(6, settings().max_examples // 16), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 1 << 32))
def test_acts_done_live_equal_the_fold(parcels: int, seed: int) -> None:
    random, now = Random(seed), datetime(2024, 1, 5, 10, tzinfo=UTC)
    books = [Book(fresh("ada")), Book(fresh("bruno"))]
    for book in books:
        first = purchase(book.member, f"{now:%Y-%m-%d %H:%M}", 50_000, currency="DKK")
        (result,) = take([first], "till", now, True)
        book.tell(kernel_event(first, str(result.event)), "")
    for _ in range(random.choice((15, 45))):
        now += timedelta(days=random.choice((0, 0, 1, 3, 20, 70)), minutes=7)
        random.shuffle(books)
        one_step(*books, random, now)
    for book in books:
        book.compare()
