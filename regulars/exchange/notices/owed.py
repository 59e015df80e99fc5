"""What must be told, so that it may end: by the kernel's own rules, tried on what a member has. Pure.

Days are proleptic ordinals in the programme's zone. Nothing here changes a standing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from regulars.engine.events import TIER_NOTICE, Event
from regulars.engine.expiring import expiry_day
from regulars.engine.kernel import Kernel
from regulars.engine.purse import NEVER, Lot, Purse
from regulars.engine.standing import Standing
from regulars.engine.terms import CurrencyTerms, Terms


@dataclass(frozen=True, slots=True)
class Ending:
    """Points that may end: their last day `last`, and `through` which day they are good once the notice has come."""

    currency: str
    points: int
    last: int
    through: int


@dataclass(frozen=True, slots=True)
class Falling:
    """A tier that is kept `through` a day, and then is `to`."""

    tier: str
    to: str
    through: int


def endings(terms: Terms, standing: Standing, told: int, reach: int = 0) -> list[Ending]:
    """What a notice that comes on the day `told` has to tell: all that it lets end, and nothing that had its notice.

    `standing` is settled up to that day. What is set aside or still waits counts as well, as far as its last day is
    known: it would end by the same notice. `reach` looks so many days further, for a notice that may come later.
    """
    found: list[Ending] = []
    for id, currency in terms.currencies.items():
        purse = standing.purses.get(id)
        if purse is None or not currency.after or not currency.notice[0]:
            continue
        untold: dict[int, Ending] = {}
        for last, lots in _by_last_day(currency, purse):
            # The soonest of what may come is what is promised: later is better.
            ends = list(filter(None, (_through(currency, purse, lots, day) for day in {told, told + reach})))
            if ends:
                points, through = sum(lot.left for lot in lots), min(ends)
                known = untold.get(last, Ending(id, 0, last, through))
                untold[last] = Ending(id, known.points + points, last, min(known.through, through))
        found += untold.values()
    return found


def due(terms: Terms, standing: Standing, told: int) -> bool:
    """Whether a notice of expiry is to be sent, to come on the day `told`.

    Who was told is left alone for as long as the window is wide: what has come into it meanwhile is told then, and
    still in time. So a member with a lot for every week hears once a month.
    """
    for ending in endings(terms, standing, told):
        earliest, latest = terms.currencies[ending.currency].notice
        notices = standing.purses[ending.currency].notices
        rested = not notices or max(notices) + max(earliest - latest, 0) <= told
        if rested or ending.last <= told + latest:
            return True
    return False


def falling(kernel: Kernel, standing: Standing, told: int) -> Falling | None:
    """The fall of a tier that a notice of the day `told` would allow, if nothing more came; None when there is none."""
    terms = kernel.terms
    if terms.tiers is None or terms.tiers.notice is None or not standing.tier or standing.told_day:
        return None
    after = standing.copy()
    kernel.step(after, Event(TIER_NOTICE, "", terms.zone.midnight(told)))
    if not after.told_day:
        return None
    grace = 0 if after.grace_until else terms.tiers.grace_days
    through = max((after.grace_until or after.tier_until) + grace, after.told_day + terms.tiers.notice.latest)
    before = after.tier
    kernel.settle(after, through + 1)
    if after.tier >= before:  # what was earned meanwhile renews it
        return None
    return Falling(terms.level_ids[before], terms.level_ids[after.tier], through)


def told_enough(told_of: Iterable[Ending], owed: Iterable[Ending]) -> bool:
    """Whether a message told of all that its notice would let end: never less than there is."""
    told = {(ending.currency, ending.last): ending.points for ending in told_of}
    return all(told.get((ending.currency, ending.last), 0) >= ending.points for ending in owed)


def told_ending(figure: Mapping[str, Any]) -> Ending:
    """What a figure of an expiry notice stands for."""
    last, through = (date.fromisoformat(figure[name]).toordinal() for name in ("last", "through"))
    return Ending(figure["currency"], figure["points"], last, through)


def told_fall(figure: Mapping[str, Any]) -> Falling:
    """What the figure of a tier notice stands for."""
    return Falling(figure["tier"], figure["to"], date.fromisoformat(figure["through"]).toordinal())


def _by_last_day(currency: CurrencyTerms, purse: Purse) -> Iterator[tuple[int, list[Lot]]]:
    """(last day, lots) of what ends together: of what had notices of its own before a merge, apart from the rest."""
    lots = [*purse.open, *(part for hold in purse.holds for part in hold.lots)]
    resting = currency.after == "inactivity"
    if not resting:
        lots += [lot for lot in purse.waiting if lot.seq not in purse.awaits]
    found: dict[tuple[int, tuple[int, ...]], list[Lot]] = {}
    for lot in lots:
        last = currency.end(purse.last_day) if resting else lot.expires_day
        if last != NEVER:
            found.setdefault((last, purse.told.get(lot.seq, ())), []).append(lot)
    for last, told in sorted(found):
        yield last, found[last, told]


def _through(currency: CurrencyTerms, purse: Purse, lots: list[Lot], told: int) -> int:
    """Through which day these lots are good when a notice comes on the day `told`; 0 when it lets none of them end, or
    when an earlier one does already."""
    alone = Purse()
    alone.open, alone.last_day, alone.notices, alone.told = lots, purse.last_day, list(purse.notices), purse.told
    if expiry_day(currency, alone) != NEVER:
        return 0
    alone.notices.append(told)
    ends = expiry_day(currency, alone)
    return 0 if ends == NEVER else ends - 1
