"""Two members and their household, beside plain ledgers: whoever is in it does everything in its account."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date

from regulars.engine.entries import Outcome
from regulars.engine.events import JOIN_IN, JOIN_OUT, LEAVE_IN, LEAVE_OUT, Event, Origin
from regulars.engine.kernel import Kernel
from regulars.engine.meanwhile import union_of
from regulars.engine.tests import plain_together
from regulars.engine.tests.books import Books
from regulars.engine.tests.lives_together import bring_along, note_back
from regulars.engine.tests.plain_home import PlainHome
from regulars.engine.tests.plain_ledger import PlainLedger
from regulars.engine.tests.plain_together import PlainGone
from regulars.engine.tests.random_lives import Life
from regulars.engine.tests.two_lives import Account, TwoLives

HOME = 2


class TwoAtHome(TwoLives):
    """Two accounts, and that of a household, which ends when everybody has left."""

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(kernel)
        programme = kernel.terms.programme
        self.home = PlainHome(programme)
        self.accounts.append(Account(Life(kernel, kernel.open()), kernel.open(), self.home, Books(programme)))
        self.inside: set[int] = set()
        self.closed = False
        self.whose: dict[str, int] = {}

    def at(self, who: int) -> int:
        """Whose account the number of somebody leads to."""
        return HOME if who in self.inside else who

    def tell(self, who: int, event: Event, act: Callable[[PlainLedger, date], str], *paid: Origin) -> Outcome:
        """As of two lives; of a member of the household, in its account and by their number."""
        if self.at(who) != HOME:
            return super().tell(who, event, act, *paid)
        who = teller(who, self.inside, self.number)
        event.by, self.whose[event.id] = number(who), who
        outcome = super().tell(HOME, event, lambda plain, day: self.home.does(number(who), act, day, event.hold), *paid)
        note_back(self.accounts[HOME], outcome)
        return outcome

    def join(self, who: int) -> None:
        """A member brings all they have."""
        own, home = self.accounts[who], self.accounts[HOME]
        used, gone = dict(own.plain.earning.used), list[PlainGone]()

        def leaves(plain: PlainLedger, day: date) -> str:
            gone.append(plain_together.leave(plain))
            plain.earning.used |= used
            return ""

        def arrives(plain: PlainLedger, day: date) -> str:
            self.home.welcomes(number(who), gone[0])
            return self.home.does(number(who), lambda plain, day: taken(plain, gone[0]), day)

        own.floor = home.floor = (0, 0)
        left = super().tell(who, self.event(JOIN_OUT), leaves)
        assert left.carried is not None
        outcome = super().tell(HOME, self.event(JOIN_IN, carried=left.carried, by=number(who)), arrives)
        self.inside.add(who)
        self.whose |= dict.fromkeys((*(one.event for one in own.life.origins), *own.spent), who)
        days = {seq: days for (_, seq), days in home.life.lots.items()}
        merged = [entry for entry in outcome.entries if entry.event]
        bring_along(home, own, union_of(left.carried, {}, merged, (), days).came, number(who))

    def leave(self, who: int, of: str, points: int) -> None:
        """A member takes their share, or so many points of one currency, and the last one all there is; what they bought
        and spent is not known after."""
        own, home = self.accounts[who], self.accounts[HOME]
        gone: list[PlainGone] = []

        def lets_go(plain: PlainLedger, day: date) -> str:
            code, left = self.home.lets_go(number(who), of, points)
            gone.extend([left] if left else [])
            return code

        own.floor = home.floor = (0, 0)
        left = super().tell(HOME, self.event(LEAVE_OUT, by=number(who), of=of, points=points), lets_go)
        if left.refusal is not None:
            return
        self.inside.remove(who)
        self.closed = not self.inside
        back = replace(gone[0], purchases={}, spendings={})
        super().tell(who, self.event(LEAVE_IN, carried=left.carried), lambda plain, day: is_home(plain, back))
        stays = {event for event, whose in self.whose.items() if self.inside and whose != who}
        home.life.origins = [one for one in home.life.origins if one.event in stays]
        home.spent = {by: origin for by, origin in home.spent.items() if by in stays}


def number(who: int) -> int:
    """The account that a member's share is kept under; that of the household's own number is nobody's."""
    return 0 if who == HOME else who + 1


def teller(who: int, inside: Collection[int], turn: int) -> int:
    """By whose number something is told of the household: by the member's own, or where any may tell it, by each of
    them in turn and by the household's."""
    return (*sorted(inside), HOME)[turn % (1 + len(inside))] if who == HOME else who


def is_home(plain: PlainLedger, gone: PlainGone) -> str:
    """What caps let through before is in what the household counted."""
    plain.earning.used.clear()
    plain_together.take_in(plain, gone)
    return ""


def taken(plain: PlainLedger, gone: PlainGone) -> str:
    """What caps let through counts where it is higher, and is not counted twice."""
    used = {key: max(0, points - plain.earning.used[key]) for key, points in gone.used.items()}
    plain_together.take_in(plain, replace(gone, used=used))
    return ""
