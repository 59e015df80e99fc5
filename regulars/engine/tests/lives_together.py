"""Two members who become one, and two again, beside plain ledgers that do the same.

From merging to undoing it, whatever is told of either happens in the account of the survivor; what the other one had
bought and spent is known there, as a host looks it up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from regulars.engine.ended import Ended
from regulars.engine.entries import Outcome
from regulars.engine.events import MERGE_IN, MERGE_OUT, RETURN, UNMERGE_IN, UNMERGE_OUT, Came, Event, Origin, Union
from regulars.engine.meanwhile import alone, union_of
from regulars.engine.tests import plain_together
from regulars.engine.tests.plain_ledger import PlainLedger
from regulars.engine.tests.plain_together import PlainGone, PlainUnion
from regulars.engine.tests.two_lives import Account, TwoLives


@dataclass
class Merged:
    """A merge: whose account went into whose, what was told of it there, and what is known of it."""

    other: int
    into: int
    carried: Mapping[str, Any]
    outcome: Outcome
    plain: PlainUnion
    origins: list[Origin]
    spent: dict[str, Origin]
    #: A return of what one had bought was told of the other.
    tangled: bool = False


class TwoTogether(TwoLives):
    """Two accounts that may be one for a while."""

    merged: Merged | None = None

    def at(self, who: int) -> int:
        """Whose account the number of somebody leads to."""
        return self.merged.into if self.merged else who

    def tell(self, who: int, event: Event, act: Callable[[PlainLedger, date], str], *paid: Origin) -> Outcome:
        """As of two lives, in the account to which the number leads."""
        outcome = super().tell(self.at(who), event, act, *paid)
        if self.merged and outcome.refusal is None:
            theirs = [one.event for one in self.merged.origins]
            about = [event.origin.event] if event.origin and event.type == RETURN else [one.event for one in paid]
            self.merged.tangled |= any(name in theirs for name in about)
            note_back(self.accounts[self.merged.into], outcome)
        return outcome

    def merge(self, into: int) -> None:
        """Let the account of the other one go into this one."""
        assert self.merged is None
        one, other = self.accounts[into], self.accounts[1 - into]
        gone: list[PlainGone] = []

        def leaves(plain: PlainLedger, day: date) -> str:
            gone.append(plain_together.leave(plain))
            return ""

        self._free(1 - into)
        left = super().tell(1 - into, self.event(MERGE_OUT), leaves)
        assert left.carried is not None
        unions: list[PlainUnion] = []

        def arrives(plain: PlainLedger, day: date) -> str:
            unions.append(plain_together.take_in(plain, gone[0]))
            return ""

        self._free(into)
        outcome = super().tell(into, self.event(MERGE_IN, carried=left.carried), arrives)
        self.merged = Merged(1 - into, into, left.carried, outcome, unions[0], other.life.origins, other.spent)
        bring_along(one, other, self._union(one, self.merged).came, 2 - into, 2 - into)

    def unmerge(self) -> str:
        """Let them be two again; the code of the refusal."""
        merged = self.merged
        assert merged is not None
        one, other = self.accounts[merged.into], self.accounts[merged.other]
        back: list[PlainGone] = []

        def gives(plain: PlainLedger, day: date) -> str:
            code, given = plain_together.give_up(plain, merged.plain, day)
            back.extend([given] if given else [])
            return code

        self._free(merged.into)
        union = self._union(one, merged)
        left = super().tell(merged.into, self.event(UNMERGE_OUT, union=union), gives)
        if left.refusal is not None:
            return left.refusal.code
        self.merged = None
        self._free(merged.other)
        event = self.event(UNMERGE_IN, carried=left.carried)
        super().tell(merged.other, event, lambda plain, day: plain_together.come_home(plain, back[0], day))
        self._know_own(one, other, merged)
        ended = other.life.ended
        for seq, over in left.over or ():
            root = ended.roots.get(seq, seq)
            ended.points[root] = ended.points.get(root, 0) + over
        for came in self._union(one, merged).came:
            if came.lapsed:
                other.life.ended.lapsed.add(came.there)
            if came.opened and came.expires_day and not came.hold:
                earned, _, _ = other.life.lots[came.currency, came.there]
                other.life.lots[came.currency, came.there] = earned, came.available_day, came.expires_day
        return ""

    def _free(self, who: int) -> None:
        """A tier that somebody set goes its own way with a merge."""
        self.accounts[who].floor = (0, 0)

    def _union(self, one: Account, merged: Merged) -> Union:
        assert merged.outcome.before is not None
        own = [entry for entry in merged.outcome.entries if entry.event]
        place = one.outcomes.index(merged.outcome)
        later = [entry for outcome in one.outcomes[place + 1 :] for entry in outcome.entries]
        days = {seq: days for (_, seq), days in one.life.lots.items()}
        return union_of(merged.carried, merged.outcome.before, own, later, days)

    def _know_own(self, one: Account, other: Account, merged: Merged) -> None:
        """What the other one had bought and spent is theirs again, with what came back of it meanwhile."""
        names = {origin.event for origin in merged.origins}
        back = {
            spent.seq: spent.returned for origin in (*one.life.origins, *one.spent.values()) for spent in origin.spent
            if spent.account
        }  # fmt: skip
        for origin in (*merged.origins, *merged.spent.values()):
            origin.spent = [replace(spent, returned=back.get(spent.seq, spent.returned)) for spent in origin.spent]
        one.life.origins = [origin for origin in one.life.origins if origin.event not in names]
        one.spent = {by: origin for by, origin in one.spent.items() if by not in merged.spent}
        other.life.origins, other.spent = merged.origins, merged.spent


def note_back(account: Account, outcome: Outcome) -> None:
    """Note what has come back in an account that another one had spent."""
    for whose, seq, points in outcome.back:
        for origin in (*account.life.origins, *account.spent.values()):
            origin.spent = [
                replace(spent, returned=spent.returned + points)
                if (spent.account, spent.seq) == (whose, seq)
                else spent
                for spent in origin.spent
            ]


def bring_along(one: Account, other: Account, came: Sequence[Came], account: int, whose: int = 0) -> None:
    """Let one know what the other had bought and spent, as `brought`; the other forgets it."""
    one.life.origins += brought(other.life.origins, one.life.ended, other.life.ended, came, account, whose)
    one.spent |= {
        by: replace(origin, spent=_theirs(origin, account, whose)) for by, origin in other.spent.items()
    }  # fmt: skip
    other.life.origins, other.spent = [], {}


def brought(
    origins: Sequence[Origin], here: Ended, there: Ended, came: Sequence[Came], account: int, whose: int
) -> list[Origin]:
    """What one had bought, by the numbers that its lots have with the other, which knows what ended of them.

    A lot of which nothing came stands for itself, by a number of its own: two members may each have emptied their first.
    `whose`: undoing the merge lets go with the account what comes back of it (0: nobody notes that).
    """
    numbers: dict[int, int] = {}
    for lot in came:
        root = there.roots.get(lot.there, lot.there)
        first = numbers.setdefault(root, lot.here if root == lot.there else alone(account, root))
        if first != lot.here:
            here.roots[lot.here] = first
    found = []
    for origin in origins:
        grants = []
        for grant in origin.grants:
            seq = numbers.get(grant.seq) or alone(account, grant.seq)
            grants.append(replace(grant, seq=seq, account=account, member=0 if whose else account))
            here.points[seq] = there.points.get(grant.seq, 0)
            if grant.seq in there.lapsed:
                here.lapsed.add(seq)
        found.append(replace(origin, grants=grants, spent=_theirs(origin, account, whose), whose=whose))
    return found


def _theirs(origin: Origin, account: int, whose: int) -> Sequence[Any]:
    return [replace(spent, account=account, whose=whose) for spent in origin.spent]
