"""Withdrawing: an opening that was wrong is taken back, and the right one takes its place; docs/rules/opening.md.

Where nothing but nights happened since, the account is as new. Else what is left of the opening goes, and what was
spent of it is made up for from other points, and then owed. The next opening counts as of the day of this one: what was
spent of the old is spent of the new, and what made up for it is back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from regulars.engine import tiering
from regulars.engine.amounts import Amounts
from regulars.engine.entries import (
    ACTIVATION,
    AVAILABLE,
    DEBT,
    EXPIRED,
    FORFEITED,
    ISSUED,
    MERGE,
    OPENING,
    PENDING,
    RELEASE,
    REPAYMENT,
    TRANSIT,
    UNMERGE,
    WITHDRAWAL,
    Entry,
    Outcome,
    Refusal,
)
from regulars.engine.events import Event, Opened
from regulars.engine.expiring import receive, returned
from regulars.engine.merging import Writer
from regulars.engine.purse import Lot, Purse
from regulars.engine.standing import Standing, Withdrawn
from regulars.engine.terms import Terms
from regulars.engine.uniting import look_again
from regulars.kit.speaking import worded


def withdraw(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Take back an opening: the account is as new, or, where other things happened since, what it brought is gone.

    Those come with `event.opened`, which the host looked up. Refusals: `not_opened`.
    """
    if standing.opened is not None:
        _be_as_new(terms, standing, standing.opened, Writer(standing, event, day, WITHDRAWAL, out))
    elif event.opened is not None and (standing.withdrawn is None or not standing.withdrawn.vacant):
        _take_back(terms, standing, event, day, event.opened, out)
    else:
        sentence = worded("This account was not opened with a balance, or that was withdrawn already.")
        out.refusal = Refusal("not_opened", sentence, {})


def take_its_place(
    terms: Terms, standing: Standing, event: Event, day: int, before: Withdrawn, own: Mapping[str, set[int]],
    progressed: Iterable[int], out: Outcome,
) -> None:  # fmt: skip
    """Let an opening, whose points are there by now, take the place of one that was withdrawn `before`.

    `own` are the numbers of its lots by currency: what had been spent of the old one is spent of these. Other events
    brought progress on the days `progressed`.
    """
    write = Writer(standing, event, day, WITHDRAWAL, out)
    for id in sorted({*standing.purses, *before.made, *before.short}):
        purse, currency = standing.purse(id), terms.currencies.get(id)
        if currency is not None and purse.debt:
            receive(currency, standing, purse, event.id, event.at, day, out)
        parts = _some_of(purse, own.get(id, set()), before.short.get(id, 0))
        write.lots(id, AVAILABLE, ISSUED, parts)
        before.short[id] = before.short.get(id, 0) - sum(part.left for part in parts)
        parts = _some_of(purse, own.get(id, set()), sum(part.left for part in before.made.get(id, ())))
        write.lots(id, AVAILABLE, ISSUED, parts)
        back = _last_of(before.made.get(id, []), sum(part.left for part in parts))
        write.lots(id, ISSUED, AVAILABLE, back)
        for part in back:
            purse.restore(part)
        returned(currency, standing, purse, event.id, event.at, day, out)
    before.made = {id: parts for id, parts in before.made.items() if parts}
    before.short = {id: points for id, points in before.short.items() if points}
    before.vacant = False
    was = standing.tier, standing.tier_until
    look_again(terms, standing)
    tiering.begin_anew(terms, standing, event.of, event.until_day, before.day, progressed)
    write.tier(terms, was, "opened")


def _be_as_new(terms: Terms, standing: Standing, opened: Mapping[str, int], write: Writer) -> None:
    """Every pot is empty then, and the tier the lowest. What was brought and is not there any more has expired."""
    for id in sorted(standing.purses):
        purse = standing.purses[id]
        write.move(id, EXPIRED, ISSUED, opened.get(id, 0) - purse.pending - purse.available + purse.debt)
        write.lots(id, PENDING, ISSUED, purse.waiting)
        write.lots(id, AVAILABLE, ISSUED, purse.open)
        write.move(id, ISSUED, DEBT, purse.debt)
    tiering.close(terms, standing, write.event, write.out)
    standing.purses, standing.progress = {}, Amounts()
    standing.head = standing.total = standing.joined_day = standing.day = 0
    standing.opened = None


@dataclass(slots=True)
class _Fate:
    """What became of the points of one currency that an opening brought: `own` are the numbers of their lots, `debt` is
    what was owed. So many `expired`, or are `gone` and owed by nobody; others were `activated`, as (day, points).
    `repaid` are the payments of debts since, by the lots that made them, in their order."""

    own: set[int] = field(default_factory=set)
    brought: int = 0
    debt: int = 0
    expired: int = 0
    gone: int = 0
    activated: list[tuple[int, int]] = field(default_factory=list)
    repaid: dict[int, int] = field(default_factory=dict)

    def begin(self, entry: Entry) -> None:
        """Take in what the opening itself wrote."""
        if entry.is_lot:
            self.own.add(entry.seq)
            self.brought += entry.amount
        else:
            self.debt += entry.amount

    def follow(self, entry: Entry) -> None:
        """Take in what came later."""
        part = sum(points for seq, points in entry.lots if seq in self.own)
        if entry.kind == REPAYMENT:
            for seq, points in entry.lots:
                self.repaid[seq] = self.repaid.get(seq, 0) + points
        elif entry.kind == ACTIVATION:
            self.activated.append((entry.day, part))
        elif entry.kind == RELEASE and entry.is_lot and part:
            self.own.add(entry.seq)  # a hold that lapsed gave it back for longer
        elif entry.target == EXPIRED:
            self.expired += part
        elif entry.target == FORFEITED or (entry.kind == MERGE and entry.target == TRANSIT):
            self.gone += part
        elif entry.kind == UNMERGE and entry.source == TRANSIT:
            self.gone -= part  # what a merge had taken along is back, but for what expired there
        elif entry.kind == UNMERGE and entry.target == AVAILABLE:
            for seq, points in entry.lots:  # so is what it had paid of a debt
                self.repaid[seq] = max(0, self.repaid.get(seq, 0) - points)


def _fates(told: Opened, now: Iterable[Entry]) -> dict[str, _Fate]:
    """By currency; `now` is what fell due with the very event that asks."""
    found: dict[str, _Fate] = {}
    for entry in (*told.entries, *told.later, *now):
        if entry.kind == OPENING:
            found.setdefault(entry.currency, _Fate()).begin(entry)
        elif entry.currency in found:
            found[entry.currency].follow(entry)
    return found


def _take_back(terms: Terms, standing: Standing, event: Event, day: int, told: Opened, out: Outcome) -> None:
    opened_day = terms.zone.local(told.at)[0]
    kept = standing.withdrawn = standing.withdrawn or Withdrawn(opened_day)
    kept.vacant = True
    write = Writer(standing, event, day, WITHDRAWAL, out)
    gone = dict(told.opening.progress)
    for id, fate in sorted(_fates(told, tuple(out.entries)).items()):
        purse, currency = standing.purse(id), terms.currencies.get(id)
        _forget_debt(write, id, purse, fate, told.days)
        write.move(id, EXPIRED, ISSUED, fate.expired)
        left = _take_left(write, id, purse, fate.own)
        spent = max(0, fate.brought - left - fate.expired - fate.gone)
        _make_up(write, id, purse, spent, currency is not None and currency.debt, kept)
        if told.opening.active_day == purse.last_day < opened_day:
            purse.last_day = 0  # nobody was active since
        if currency is not None and currency.counts_later:
            for on, points in fate.activated:
                gone[on] = gone.get(on, 0) + points
        returned(currency, standing, purse, event.id, event.at, day, out)
    standing.progress = Amounts.of(
        (on, amount - gone.get(on, 0)) for on, amount in standing.progress if amount != gone.get(on)
    )
    if told.opening.joined_day:
        standing.joined_day = opened_day
    was = standing.tier, standing.tier_until
    look_again(terms, standing)
    tiering.begin_anew(terms, standing, "", 0, 0, [on for on, _ in standing.progress])
    write.tier(terms, was, "withdrawn")


def _forget_debt(
    write: Writer, id: str, purse: Purse, fate: _Fate, days: Mapping[int, tuple[int, int, int]]
) -> None:  # fmt: skip
    """What was owed is owed no more; the payments of it, the oldest of all, go back to the lots that made them."""
    parts: list[Lot] = []
    left = fate.debt
    for seq, points in fate.repaid.items():
        some = min(points, left)
        left -= some
        if some:
            parts.append(Lot(seq, some, *days[seq]))
    write.lots(id, DEBT, AVAILABLE, parts)
    for part in parts:
        purse.debt += part.left
        purse.restore(part)
    cleared = min(fate.debt, purse.debt)
    write.move(id, ISSUED, DEBT, cleared)
    purse.debt -= cleared


def _take_left(write: Writer, id: str, purse: Purse, own: set[int]) -> int:
    """Take what is left of these lots; answers how many points. What of them is set aside stays so: it is spent."""
    waiting = [lot for lot in purse.waiting if lot.seq in own]
    open = [lot for lot in purse.open if lot.seq in own]
    write.lots(id, PENDING, ISSUED, waiting)
    write.lots(id, AVAILABLE, ISSUED, open)
    points = sum(lot.left for lot in waiting)
    purse.waiting = [lot for lot in purse.waiting if lot.seq not in own]
    purse.pending -= points
    return points + sum(part for _, part in purse.take_lots(open))


def _make_up(write: Writer, id: str, purse: Purse, spent: int, owe: bool, kept: Withdrawn) -> None:
    """Other points make up for what was spent, then a debt; where nothing can be owed the next opening has less."""
    parts = purse.take_parts(min(spent, purse.available))
    made = sum(part.left for part in parts)
    write.lots(id, AVAILABLE, ISSUED, parts)
    if parts:
        kept.made[id] = [*kept.made.get(id, ()), *parts]
    rest = spent - made
    if owe:
        purse.debt += rest
        write.move(id, DEBT, ISSUED, rest)
    elif rest:
        kept.short[id] = kept.short.get(id, 0) + rest
    if spent:
        write.out.lacking[id] = (made, rest if owe else 0, 0 if owe else rest)


def _some_of(purse: Purse, own: set[int], points: int) -> list[Lot]:
    """Up to so many points of these available lots, in the order of spending, as parts of lots."""
    parts: list[Lot] = []
    for lot in [lot for lot in purse.open if lot.seq in own]:
        some = min(points, lot.left)
        if some:
            parts.append(Lot(lot.seq, some, lot.earned_day, lot.available_day, lot.expires_day))
            purse.take_from(lot.seq, some)
            points -= some
    return parts


def _last_of(made: list[Lot], points: int) -> list[Lot]:
    """Take so many points out of `made`, from the last part on, as that can be kept longest."""
    taken: list[Lot] = []
    while points:
        part = made[-1]
        some = min(points, part.left)
        taken.append(Lot(part.seq, some, part.earned_day, part.available_day, part.expires_day))
        part.left -= some
        points -= some
        if not part.left:
            made.pop()
    return taken
