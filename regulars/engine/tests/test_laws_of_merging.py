"""The laws of merging: nothing is made or lost between two members who become one, and undoing it restores both.

Each law was seen to fail on a kernel made wrong on purpose:
- what comes back meanwhile is theirs: what a return took, or left owing, stayed with the survivor; so did progress, room
  under caps, or a day that counted; a gift stayed that the survivor's purchase of the same day had kept; what had expired
  was taken once more;
- both are restored: the day of the last activity stayed the later one; what one had paid of the other's debt stayed paid;
- nothing is made or lost: a shortage was not written; what was owed came back and stayed as well; what lots wait for was
  forgotten on the way.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from regulars.engine.entries import AVAILABLE, CLAWBACK, DEBT, EXPIRED, HELD, PENDING, TRANSIT, Entry, Outcome
from regulars.engine.events import (
    MERGE_IN,
    MERGE_OUT,
    REDEMPTION,
    RELEASE,
    RETURN,
    REVERSAL,
    UNMERGE_IN,
    UNMERGE_OUT,
    Event,
    Union,
)
from regulars.engine.kernel import Kernel
from regulars.engine.meanwhile import union_of
from regulars.engine.merging import held_in
from regulars.engine.purse import Purse
from regulars.engine.standing import Standing, dump
from regulars.engine.tests.books import Books
from regulars.engine.tests.lives_together import brought
from regulars.engine.tests.random_lives import (
    ACTS,
    DAY_MINUTES,
    DELIVERY,
    MINUTE_US,
    SOON,
    WHOLE,
    Life,
    Plan,
    go_on,
    live,
    lives,
    note_spent,
    numbered,
    tell,
)
from regulars.engine.tests.random_programmes import Lean, law, programmes
from regulars.engine.tests.test_laws_of_the_fold import stored
from regulars.programme.promise import Programme

#: The account of the other one.
OTHER = 2
ANY = programmes(Lean(waiting=True)) | programmes(Lean(awaiting=True)) | programmes(Lean(expiring=True))
#: Each case is two lives, and what comes after; a few of them go far.
few = settings(law, max_examples=max(80, settings().max_examples))
#: All is spent, and then what had given it comes back: where the currency knows debt, something is owed.
OWING = [
    Plan(REDEMPTION, 3, shares=(1_000,)), *[replace(plan, minutes=3) for plan in WHOLE[:2]],
]  # fmt: skip
STORIES = st.builds(list.__add__, lives((*ACTS, *ACTS), SOON), st.sampled_from(([], OWING)))


@dataclass
class Two:
    """Ada, who keeps her account, and the second account that turned out to be hers, under one clock."""

    kernel: Kernel
    ada: Life
    other: Life
    merged: Outcome = field(default_factory=Outcome)

    @property
    def lives(self) -> tuple[Life, Life]:
        return self.ada, self.other

    def pass_days(self, days: int) -> None:
        for life in self.lives:
            life.now = max(one.now for one in self.lives) + days * DAY_MINUTES * MINUTE_US

    def tell(self, life: Life, type: str, **more: Any) -> Outcome:
        self.pass_days(0)
        life.now += MINUTE_US
        outcome = tell(life, Event(type, f"{type} {life.now}", life.now, recorded_at=life.now, **more))
        assert outcome.refusal is None or type == UNMERGE_OUT
        note_spent(life.lots, life.origins, None, outcome)
        return outcome

    def merge(self) -> None:
        carried = self.tell(self.other, MERGE_OUT).carried
        self.ada.standing = stored(self.ada.standing)
        self.merged = self.tell(self.ada, MERGE_IN, carried=carried)

    def lend(self) -> None:
        """Whoever comes to Ada's account finds there what the other one had bought and spent."""
        life, came = self.ada, self.union().came
        life.origins += brought(self.other.origins, life.ended, self.other.ended, came, OTHER, OTHER)

    def union(self) -> Union:
        out = self.merged
        assert out.before is not None
        carried = next(one for one in self.ada.events if one.type == MERGE_IN).carried
        place = self.ada.outcomes.index(out)
        own = [entry for entry in out.entries if entry.event]
        assert carried is not None
        later = [entry for one in self.ada.outcomes[place + 1 :] for entry in one.entries]
        days = {seq: days for (_, seq), days in self.ada.lots.items()}
        since = zip(self.ada.events[place + 1 :], self.ada.outcomes[place + 1 :], strict=True)
        theirs = {event.id: one for event, outcome in since for one in outcome.theirs}
        return union_of(carried, out.before, own, later, days, theirs)

    def unmerge(self) -> Outcome:
        given_up = self.tell(self.ada, UNMERGE_OUT, union=self.union())
        if given_up.refusal is None:
            self.tell(self.other, UNMERGE_IN, carried=given_up.carried)
        return given_up


def two(programme: Programme, one: Sequence[Plan], other: Sequence[Plan]) -> Two:
    kernel = Kernel(programme)
    both = Two(kernel, live(kernel, one, "a"), live(kernel, other, "b"))
    both.pass_days(0)
    # Whatever fell due until now is known before anybody compares.
    for life in both.lives:
        both.tell(life, "contact")
    return both


def past(standing: Standing) -> dict[str, Any]:
    """All of a standing but how many entries it has, and on which day it was last looked at."""
    state = dump(standing)
    return {name: value for name, value in state.items() if name not in ("seq", "day", "opened")}


def written(programme: Programme, life: Life) -> Books:
    """The books of a life, each entry looked at as it is written."""
    books, seq = Books(programme), 0
    for outcome in life.outcomes:
        for row in numbered(outcome):
            seq += 1
            assert row.seq == seq
            if isinstance(row, Entry):
                books.write(row)
    assert books.agrees(life.standing)
    return books


@few
@given(ANY, STORIES, STORIES)
def test_undoing_a_merge_after_which_nothing_happened_restores_both_exactly(
    programme: Programme, one: list[Plan], other: list[Plan]
) -> None:
    both = two(programme, one, other)
    before = [past(life.standing) for life in both.lives]
    both.merge()
    assert both.unmerge().refusal is None
    assert [past(life.standing) for life in both.lives] == before
    for life in both.lives:
        written(programme, life)


@few
@given(ANY, STORIES, STORIES, STORIES, st.sampled_from((0, 1, 30, 400)))
def test_whatever_happens_between_merging_and_undoing_it_nothing_is_made_or_lost(
    programme: Programme, one: list[Plan], other: list[Plan], since: list[Plan], days: int
) -> None:
    both = two(programme, one, other)
    had = [{id: _own(purse) for id, purse in life.standing.purses.items()} for life in both.lives]
    owed = {id: purse.debt for id, purse in both.other.standing.purses.items()}
    both.merge()
    for life in both.lives:
        written(programme, life)
    for id in had[0] | had[1]:
        assert _own(both.ada.standing.purse(id)) == had[0].get(id, 0) + had[1].get(id, 0)
    assert not any(_own(purse) for purse in both.other.standing.purses.values())
    go_on(both.ada, since, "c")
    both.pass_days(days)
    refused = both.unmerge().refusal
    books = [written(programme, life) for life in both.lives]
    if refused is not None:
        assert refused.code == "unmerge_short" and not programme.currency(refused.figures["currency"]).debt
        return
    for id in had[0] | had[1]:
        pots, currency = [one.pots[id] for one in books], programme.currency(id)
        assert pots[0][TRANSIT] + pots[1][TRANSIT] == _under_way(both, id)
        # Who was merged has all that was theirs, but for what time has ended, and what was paid of their debt.
        own = sum(pots[1][pot] for pot in (AVAILABLE, PENDING, HELD, EXPIRED, DEBT)) - _gone_before(both.other, id)
        ends = currency.expiry is not None or (currency.pending is not None and currency.pending.event != "")
        assert own >= had[1].get(id, 0) or ends
        assert own <= had[1].get(id, 0) + owed.get(id, 0)


@dataclass(frozen=True)
class Deed:
    """What comes back of what the other one had bought (`which` purchase, so many thousandths of what is left), spent or
    set aside; or what they had bought arrives."""

    type: str
    which: int
    share: int


DEEDS = st.lists(
    st.builds(
        Deed, st.sampled_from((RETURN, RETURN, RETURN, REVERSAL, RELEASE, DELIVERY)), st.integers(0, 5),
        st.sampled_from((1_000, 1_000, 500, 333)),
    ), min_size=1, max_size=5,
)  # fmt: skip


def do(both: Two, life: Life, deed: Deed) -> None:
    """Do it with the account in which the other one's purchases are; nothing, where there is nothing to be done."""
    theirs = [origin for origin in life.origins if origin.event.startswith("b")]
    spent = [origin for origin in theirs if any(one.returned < one.amount for one in origin.spent)]
    holds = [(id, hold.event) for id, purse in sorted(life.standing.purses.items()) for hold in purse.holds]
    holds = [(id, event) for id, event in holds if event.startswith("b")]
    if deed.type == REVERSAL and spent:
        done = both.tell(life, REVERSAL, origin=replace(spent[deed.which % len(spent)]))
    elif deed.type == RELEASE and holds:
        id, event = holds[deed.which % len(holds)]
        done = both.tell(life, RELEASE, of=id, hold=event)
    elif deed.type in (RETURN, DELIVERY) and theirs:
        origin = theirs[deed.which % len(theirs)]
        left = [net - gone for net, gone in zip(origin.nets, origin.returned, strict=True)]
        nets = [net * deed.share // 1_000 for net in left] if deed.type == RETURN else []
        if deed.type == RETURN and not any(nets):  # nothing would come back
            return
        done = both.tell(life, deed.type, nets=nets, origin=replace(origin))
    else:
        return
    for origin in theirs:
        origin.spent = [
            replace(one, returned=one.returned + sum(n for *where, n in done.back if where == [one.account, one.seq]))
            for one in origin.spent
        ]


def there(standing: Standing, days: int, whole: bool) -> dict[str, Any]:
    """What there is, and what the past tells the future: of lots all but their numbers and the day they were earned,
    which is another where a hold has lapsed; unless it is `whole`, only how many points: what is taken where it belongs
    is taken of what is there then. Where days have passed, what tiers owe them falls due when it is undone."""
    state = past(standing)
    for name in ("floor", "ranks", "rises", "head", *(("tier",) if days else ())):
        del state[name]
    state["had"] = {id: had for id, had in state.get("had", {}).items() if had}
    kept = {id: _kept(purse, whole) for id, purse in standing.purses.items()}
    state["purses"] = {id: found for id, found in kept.items() if any(found)}
    return state


def _kept(purse: Purse, whole: bool) -> tuple[Any, ...]:
    """Of a purse: its debt, its fraction of a point, and so many points by their days, of what waits and what may be
    spent, or is set aside: where nothing may be owed, a return takes that as well, and it is not set aside again."""
    sums: list[dict[tuple[int, int], int]] = [{}, {}]
    for place, lots in enumerate((purse.waiting, [*purse.open, *held_in(purse)])):
        for lot in lots:
            rows, days = (sums[place], (lot.available_day, lot.expires_day)) if whole else (sums[0], (0, 0))
            rows[days] = rows.get(days, 0) + lot.left
    return purse.debt, Fraction(purse.carry, purse.denominator), *(sorted(rows.items()) for rows in sums)


def outlived(life: Life) -> bool:
    """Whether a return took points that a hold alone had kept beyond their last day: back, they are over."""
    taken = [entry for outcome in life.outcomes for entry in outcome.entries if entry.kind == CLAWBACK]
    return any(
        life.lots[entry.currency, seq][2] < entry.day
        for entry in taken
        if entry.source == HELD
        for seq, _ in entry.lots
    )


@few
@given(ANY, STORIES, STORIES, st.sampled_from((0, 0, 1, 9, 31, 400)), DEEDS)
def test_what_comes_back_of_the_other_ones_meanwhile_is_theirs_as_if_the_two_had_never_been_one(
    programme: Programme, one: list[Plan], other: list[Plan], days: int, deeds: list[Deed]
) -> None:
    together, apart = two(programme, one, other), two(programme, one, other)
    # What one had paid of the other's debt meanwhile stays paid.
    assume(not any(purse.debt for life in together.lives for purse in life.standing.purses.values()))
    together.merge()
    together.lend()
    for both, life in ((together, together.ada), (apart, apart.other)):
        both.pass_days(days)
        both.tell(life, "contact")
        for deed in deeds:
            do(both, life, deed)
    assume(not outlived(together.ada))
    assert together.unmerge().refusal is None
    for life in (*apart.lives, *together.lives):
        apart.tell(life, "contact")
    for whole, was, alone in zip((True, False), together.lives, apart.lives, strict=True):
        tiers = days or programme.tiers is None or programme.tiers.window == "balance"
        assert there(was.standing, tiers, whole) == there(alone.standing, tiers, whole)
        written(programme, was)


def _own(purse: Any) -> int:
    return int(purse.available + purse.pending + purse.held - purse.debt)


def _under_way(both: Two, currency: str) -> int:
    """What other transfers of these lives left under way."""
    return sum(
        (entry.target == TRANSIT) * entry.amount - (entry.source == TRANSIT) * entry.amount
        for life in both.lives for outcome in life.outcomes for entry in outcome.entries
        if entry.currency == currency and entry.kind == "transfer"
    )  # fmt: skip


def _gone_before(life: Life, currency: str) -> int:
    """What had expired of an account before it was merged."""
    outcomes = itertools.takewhile(lambda outcome: outcome.carried is None, life.outcomes)
    return sum(
        entry.amount for outcome in outcomes for entry in outcome.entries
        if entry.currency == currency and entry.target == EXPIRED
    )  # fmt: skip
