"""A slow ledger, kept by hand from entries alone: pots, lots, and the order in which lots should be taken."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from regulars.engine.entries import (
    ACCRUAL,
    ACTIVATION,
    ADJUSTMENT,
    AVAILABLE,
    CAPTURE,
    CLAWBACK,
    DEBT,
    EXPIRY,
    FORFEITED,
    FORFEITURE,
    HELD,
    HOLD,
    ISSUED,
    LAPSE,
    MERGE,
    OPENING,
    PENDING,
    POOLING,
    REDEEMED,
    REDEMPTION,
    RELEASE,
    REPAYMENT,
    REVERSAL,
    TRANSFER,
    TRANSIT,
    UNMERGE,
    WITHDRAWAL,
    Entry,
)
from regulars.engine.purse import NEVER, Lot
from regulars.engine.standing import Standing
from regulars.programme.promise import Programme

#: Which pots each kind of entry moves between.
WAYS = {
    ACCRUAL: {(ISSUED, AVAILABLE), (ISSUED, PENDING)},
    ACTIVATION: {(PENDING, AVAILABLE)},
    REPAYMENT: {(AVAILABLE, DEBT)},
    REDEMPTION: {(AVAILABLE, "redeemed")},
    EXPIRY: {(AVAILABLE, "expired")},
    HOLD: {(AVAILABLE, HELD)},
    CAPTURE: {(HELD, REDEEMED)},
    RELEASE: {(HELD, AVAILABLE)},
    REVERSAL: {(REDEEMED, AVAILABLE)},
    TRANSFER: {
        (AVAILABLE, TRANSIT), (PENDING, TRANSIT), (TRANSIT, DEBT), (TRANSIT, AVAILABLE), (TRANSIT, PENDING), (DEBT, TRANSIT)
    },
    ADJUSTMENT: {(ISSUED, AVAILABLE), (AVAILABLE, ISSUED)},
    FORFEITURE: {(AVAILABLE, FORFEITED), (PENDING, FORFEITED)},
    LAPSE: {(PENDING, "expired")},
    CLAWBACK: {(PENDING, ISSUED), (AVAILABLE, ISSUED), (HELD, ISSUED), (DEBT, ISSUED)},
    OPENING: {(ISSUED, AVAILABLE), (ISSUED, PENDING), (DEBT, ISSUED)},
    MERGE: {
        (AVAILABLE, TRANSIT), (PENDING, TRANSIT), (TRANSIT, DEBT), (TRANSIT, AVAILABLE), (TRANSIT, PENDING), (DEBT, TRANSIT)
    },
    POOLING: {
        (AVAILABLE, TRANSIT), (PENDING, TRANSIT), (TRANSIT, DEBT), (TRANSIT, AVAILABLE), (TRANSIT, PENDING), (DEBT, TRANSIT)
    },
    UNMERGE: {
        (AVAILABLE, TRANSIT), (PENDING, TRANSIT), (TRANSIT, DEBT), (TRANSIT, AVAILABLE), (TRANSIT, PENDING), (DEBT, TRANSIT),
        (DEBT, AVAILABLE), (ISSUED, AVAILABLE), (ISSUED, PENDING),
    },
    WITHDRAWAL: {(AVAILABLE, ISSUED), (PENDING, ISSUED), ("expired", ISSUED), (ISSUED, DEBT)},
}  # fmt: skip


@dataclass
class Held:
    """One lot as the entries leave it."""

    seq: int
    left: int
    pending: bool
    earned_day: int
    available_day: int
    expires_day: int
    held: int = 0
    spent: int = 0


class Books:
    """Pots per currency and lots per (currency, seq), after the entries that were `write`-ten."""

    def __init__(self, programme: Programme) -> None:
        self.awaiting = {one.id for one in programme.currencies if one.pending and one.pending.event}
        self.unmerged = False
        self.pots: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.lots: dict[str, dict[int, Held]] = defaultdict(dict)

    def write(self, entry: Entry) -> None:
        """Let an entry do what it says; AssertionError when it says what cannot be."""
        assert (entry.source, entry.target) in WAYS[entry.kind]
        assert entry.amount > 0
        pots, lots = self.pots[entry.currency], self.lots[entry.currency]
        pots[entry.source] -= entry.amount
        pots[entry.target] += entry.amount
        assert min(pots[AVAILABLE], pots[PENDING], pots[HELD], -pots[DEBT]) >= 0
        if entry.kind == ACCRUAL:
            assert sum(entry.shares()) == entry.amount <= entry.granted
        taken = dict(entry.lots)
        if entry.kind == UNMERGE and taken and entry.target != TRANSIT:
            self.unmerged = True
            assert sum(taken.values()) == entry.amount
            for seq, points in taken.items():
                assert lots[seq].pending == (entry.target == PENDING)
                lots[seq].left += points
            return
        comes = entry.source in (ISSUED, TRANSIT) and entry.target in (AVAILABLE, PENDING)
        if comes or (entry.kind == REVERSAL and entry.is_lot) or self._lasts_longer(entry):
            for seq, points in taken.items():
                lots[seq].held -= points
                assert lots[seq].held >= 0
            end = entry.expires_day or NEVER
            lots[entry.seq] = Held(
                entry.seq, entry.amount, entry.target == PENDING, entry.earned_day, entry.available_day, end
            )
            return
        assert len(taken) == len(entry.lots), "a lot is named once"
        assert sum(taken.values()) == (
            0
            if (DEBT in (entry.source, entry.target) and entry.kind != REPAYMENT) or entry.source == "expired"
            else entry.amount
        )
        for seq, points in taken.items():
            lot = lots[seq]
            there = {HELD: lot.held, REDEEMED: lot.spent}.get(entry.source, lot.left)
            assert 0 < points <= there
            assert lot.pending == (entry.source == PENDING)
            if entry.kind == ACTIVATION:
                assert points == lot.left
                lot.pending = False
                if entry.available_day:
                    assert entry.event
                    assert entry.currency in self.awaiting or self.unmerged  # opened while it was elsewhere
                    lot.available_day, lot.expires_day = entry.available_day, entry.expires_day or NEVER
                continue
            lot.spent += points if entry.target == REDEEMED else -points if entry.source == REDEEMED else 0
            lot.left += points if entry.target == AVAILABLE else 0 if entry.source == HELD else -points
            lot.held += points if entry.target == HELD else -points if entry.source == HELD else 0

    def _lasts_longer(self, entry: Entry) -> bool:
        """Whether a hold that lapsed gives back a part of a lot with a last day, which is then a lot of its own."""
        if entry.kind != RELEASE or entry.event:
            assert entry.kind == ACTIVATION or not entry.expires_day or not entry.lots
            return False
        ((seq, points),) = entry.lots
        lot = self.lots[entry.currency][seq]
        assert points == entry.amount
        assert bool(entry.expires_day) == (lot.expires_day != NEVER)
        assert not entry.expires_day or entry.expires_day > lot.expires_day
        assert entry.available_day == (lot.available_day if entry.expires_day else 0)
        return entry.expires_day > 0

    def expected(self, entry: Entry) -> tuple[tuple[int, int], ...]:
        """The lots that this debit, not yet written, should take."""
        if entry.source in (HELD, REDEEMED, TRANSIT) or entry.kind in (MERGE, UNMERGE):
            return entry.lots
        own = entry.reverses if entry.kind == CLAWBACK else 0
        rows = [lot for lot in self.lots[entry.currency].values() if lot.left]
        if entry.source == PENDING:
            if entry.kind == ACTIVATION and entry.event:
                return entry.lots
            assert entry.kind != (ACTIVATION if entry.currency in self.awaiting else LAPSE)
            if entry.kind in (ACTIVATION, LAPSE):
                rows = [lot for lot in rows if lot.available_day <= entry.day]
            turn = sorted(
                (lot for lot in rows if lot.pending), key=lambda lot: (lot.seq != own, lot.available_day, lot.seq)
            )
        else:
            rows = [lot for lot in rows if not lot.pending]
            if entry.kind == EXPIRY and entry.amount < sum(lot.left for lot in rows):
                # After earning, what has the same last day expires together, whatever else is there.
                last = self.lots[entry.currency][entry.lots[0][0]].expires_day
                rows = [lot for lot in rows if lot.expires_day == last]
            turn = sorted(
                rows,
                key=lambda lot: (lot.seq != own, lot.expires_day, lot.earned_day, lot.seq),
            )
        took, left = [], entry.amount
        for lot in turn:
            if left and entry.source not in (DEBT, ISSUED):
                part = min(left, lot.left)
                took.append((lot.seq, part))
                left -= part
        return tuple(took)

    def agrees(self, standing: Standing) -> bool:
        """Whether the standing holds the same pots and lots."""
        for currency, purse in standing.purses.items():
            pots, rows = self.pots[currency], self.lots[currency].values()
            waiting = {lot.seq: lot for lot in rows if lot.left and lot.pending}
            open_ = {lot.seq: lot for lot in rows if lot.left and not lot.pending}
            if (purse.available, purse.pending, purse.held) != (pots[AVAILABLE], pots[PENDING], pots[HELD]):
                return False
            if -purse.debt != pots[DEBT]:
                return False
            parts = [(part.seq, part.left, part.expires_day) for hold in purse.holds for part in hold.lots]
            for lot in rows:
                if sum(left for seq, left, _ in parts if seq == lot.seq) != lot.held:
                    return False
                if any(seq == lot.seq and ends != lot.expires_day for seq, _, ends in parts):
                    return False
            if not (_same(purse.waiting, waiting) and _same(purse.open, open_)):
                return False
            if set(purse.awaits) != (set(waiting) if currency in self.awaiting else set()):
                return False
            made: int = sum(pots.values())
            if made or sum(lot.left for lot in purse.open) != purse.available:
                return False
        own = (AVAILABLE, PENDING, HELD, DEBT)  # what came with a merge and went again may leave nothing but its end
        return {id for id, pots in self.pots.items() if any(pots[pot] for pot in own)} <= set(standing.purses)


def _same(lots: list[Lot], held: dict[int, Held]) -> bool:
    told = {lot.seq: (lot.left, lot.earned_day, lot.available_day, lot.expires_day) for lot in lots}
    kept = {seq: (lot.left, lot.earned_day, lot.available_day, lot.expires_day) for seq, lot in held.items()}
    return told == kept and len(told) == len(lots)
