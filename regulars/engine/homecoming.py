"""Homecoming: who was merged into another account is one of their own again, with all that goes back to them.

Lots go back to the numbers they had. What is held still is held again, and what lapsed meanwhile lapses here. What came
back meanwhile in place of lots that another account had given is a lot of its own.
"""

from __future__ import annotations

from regulars.engine import tiering
from regulars.engine.ended import Ended
from regulars.engine.entries import ACTIVATION, AVAILABLE, DEBT, HELD, HOLD, PENDING, TRANSIT, UNMERGE, Outcome, Refusal
from regulars.engine.events import Came, Event, Grant
from regulars.engine.expiring import returned
from regulars.engine.holding import lapse
from regulars.engine.merging import Writer, adopted, become, held_in
from regulars.engine.purse import NEVER, NO_REWARD, Hold, Lot
from regulars.engine.returning import lose_progress, take_back
from regulars.engine.standing import Standing, load
from regulars.engine.terms import Terms
from regulars.engine.theirs import Theirs
from regulars.kit.speaking import worded


def come_home(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """Be again what left with a merge and comes back (`event.carried`). Refusals: `nothing_carried`."""
    if event.carried is None:
        out.refusal = Refusal("nothing_carried", worded("Nothing was sent that could arrive."), {})
        return
    home = adopted(terms, load(event.carried), event, day)
    opened = set(event.carried["waited"])
    write = Writer(standing, event, day, UNMERGE, out)
    home.seq, home.day = standing.seq, standing.day
    become(standing, home)
    for id in sorted(standing.purses):
        purse = standing.purses[id]
        write.move(id, DEBT, TRANSIT, purse.debt)
        fresh = [lot for lot in purse.open if lot.seq < 0]  # in place of lots that are no account's of theirs
        purse.open = [lot for lot in purse.open if lot.seq > 0]
        purse.available -= sum(lot.left for lot in fresh)
        waited = [lot for lot in purse.open if lot.seq in opened]
        rest = [lot for lot in purse.open if lot.seq not in opened]
        write.lots(id, TRANSIT, PENDING, [*purse.waiting, *waited])
        write.lots(id, TRANSIT, AVAILABLE, [*rest, *held_in(purse)])
        for lot in waited:
            days = (lot.available_day, lot.fixed)
            write.move(id, PENDING, AVAILABLE, lot.left, ((lot.seq, lot.left),), days=days, kind=ACTIVATION)
        for lot in fresh:
            write.move(id, TRANSIT, AVAILABLE, lot.left, (), lot.earned_day, (lot.available_day, lot.fixed))
            purse.admit(Lot(standing.seq, lot.left, lot.earned_day, lot.available_day, lot.expires_day))
        for hold in purse.holds:
            write.lots(id, AVAILABLE, HELD, hold.lots, HOLD)
    write.tier(terms, (0, 0), "unmerged")
    gifts, lost = event.carried.get("alone", ()), list[tuple[int, int]]()
    ended = Ended({seq: over for seq, *_, over in gifts})
    for seq, currency, rule, points, on, _ in gifts:
        gift = Grant(seq, currency, rule, points, [points])
        lost += take_back(terms, standing, event, day, gift, [points], on, ended, (), Theirs(0), out)
    lose_progress(terms, standing, event, day, lost, Theirs(0), out)
    catch_up(terms, standing, event, day, out)


class Home:
    """The standing that goes back, with of each lot what is due of it; those that wait no longer are `opened`."""

    def __init__(self, home: Standing) -> None:
        self.home = home
        self.opened: list[int] = []
        self._holds = {hold.event: (id, hold) for id, purse in home.purses.items() for hold in purse.holds}
        self._parts: dict[str, list[Lot]] = {event: [] for event in self._holds}
        self._lapsed: set[str] = set()
        for purse in home.purses.values():
            purse.holds, purse.held = [], 0

    def take(self, came: Came, due: int, held: int) -> None:
        """Let so much of a lot be due, of which so much is held."""
        if came.hold:
            self._take_held(came, due, held)
            return
        purse = self.home.purse(came.currency)
        if came.back:
            if due:
                ends = came.expires_day or NEVER
                purse.restore(Lot(came.there, due, came.earned_day, came.available_day, ends))
            return
        for lot in (*purse.waiting, *purse.open):
            if lot.seq != came.there:
                continue
            waited = lot in purse.waiting
            (purse.waiting if waited else purse.open).remove(lot)
            if waited:
                purse.pending -= lot.left
            else:
                purse.available -= lot.left
            if came.opened or not due:
                purse.awaits.pop(lot.seq, "")
            if not due:
                return
            lot.left = due
            if not came.opened:
                (purse.hold if waited else purse.restore)(lot)
                return
            lot.available_day, lot.expires_day = came.available_day, came.expires_day or NEVER
            purse.admit(lot)
            self.opened.append(lot.seq)
            return

    def keep_holds(self, day: int) -> None:
        """Hold again what is held still, and what is to lapse; a reward that nothing is held for was not had there.

        What has lapsed lapses on this `day`, and gives no more days than it gave on its own.
        """
        for event, (id, hold) in self._holds.items():
            lapsed, parts = event in self._lapsed, self._parts[event]
            if lapsed or not parts:
                self.home.give_up(hold.promised.reward, hold.day)
            if parts:
                promised = NO_REWARD if lapsed else hold.promised
                since = hold.day + (day - hold.lapse_day if lapsed else 0)
                self.home.purse(id).reserve(Hold(event, since, hold.lapse_day, parts, promised))

    def _take_held(self, came: Came, due: int, held: int) -> None:
        """What was held is held, or lapses now as it has lapsed meanwhile; the rest is back in its lot."""
        _, hold = self._holds[came.hold]
        ((earned, available, ends),) = {
            (one.earned_day, one.available_day, one.expires_day) for one in hold.lots if one.seq == came.there
        }
        if came.lasts_longer:
            held = due
            self._lapsed.add(came.hold)
        if held:
            self._parts[came.hold].append(Lot(came.there, held, earned, available, ends))
        if due > held:
            self.home.purse(came.currency).restore(Lot(came.there, due - held, earned, available, ends))


def catch_up(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> None:
    """What would have fallen due meanwhile, had the two never been one, falls due now and not in the past."""
    for id, currency in terms.currencies.items():
        purse = standing.purses.get(id)
        if purse is not None:
            lapse(currency, standing, purse, event.at, day, out)
            returned(currency, standing, purse, event.id, event.at, day, out)
    while standing.tier and not terms.balance and tiering.next_review(terms, standing) <= day:
        tiering.review(terms, standing, day, out)
