"""Tracing: which purchase gave the points of a lot, through all the accounts that were ever one.

Whoever is merged, or joins a household and leaves it again, takes points along, lot by lot. What becomes of them there
becomes of what their purchase had given: a lot that arrived, or that a hold gave back for longer, leads to the one it
was a part of, and so in the end to its root. What is sent to another account was used, and so is what somebody who
leaves takes of what others had brought or earned: such lots are roots themselves. docs/decisions/0010 says what for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from regulars.engine.ended import Ended
from regulars.engine.entries import EXPIRED, EXPIRY, LAPSE, RELEASE
from regulars.engine.events import JOIN_IN, LEAVE_IN, MERGE_IN, RETURN, UNMERGE_IN, UNMERGE_OUT
from regulars.engine.meanwhile import alone, grant_of
from regulars.engine.merging import lots_of
from regulars.engine.standing import load
from regulars.engine.theirs import load as noted_for
from regulars.exchange.earning.originals import COUNTED, ENDED, pairs
from regulars.kit.reading import plain, read_rows

#: A lot: (account, seq there).
Place = tuple[int, int]
#: Between accounts that were one: what arrived, and what was given back.
_BETWEEN = (
    "SELECT account_id, id, type, (attributes ->> '_counterpart')::bigint, attributes -> '_carried', outcome -> 'over'"
    " FROM event WHERE account_id = ANY(%s) AND type = ANY(%s) ORDER BY id"
)
_ARRIVED = (
    "SELECT account_id, event_id, seq FROM entry WHERE account_id = ANY(%s) AND event_id = ANY(%s)"
    " AND kind IN ('merge', 'pooling') AND available_on IS NOT NULL ORDER BY account_id, seq"
)
#: Lots of what somebody had spent in another account.
_CAME_BACK = (
    "SELECT e.account_id, e.id, e.outcome -> 'back', e.outcome #> '{origin,spent}', e.outcome -> 'theirs',"
    " array_agg(n.seq ORDER BY n.seq)"
    " FROM event e JOIN entry n ON n.account_id = e.account_id AND n.event_id = e.id"
    " WHERE e.account_id = ANY(%s) AND e.outcome ? 'back' AND n.kind = 'reversal' AND n.available_on IS NOT NULL"
    " GROUP BY e.account_id, e.id"
)
_TELLERS = (
    "SELECT n.account_id, n.seq, (e.attributes ->> '_by')::bigint FROM entry n"
    " JOIN unnest(%s::bigint[], %s::bigint[]) AS asked (account_id, seq)"
    " ON n.account_id = asked.account_id AND n.seq = asked.seq"
    " JOIN event e ON e.account_id = n.account_id AND e.id = n.event_id"
)


@dataclass(slots=True)
class Trail:
    """Of the lots of some accounts: `parents`, the lot that each is a part of, where there is one; the movements by
    which some `ended`, as rows of `ENDED`; what returns `counted` of that, and of what corrections took (`righted`). Of
    lots that came with a merge which was `undone` only that counts which was not made up for when they went back: what
    had expired, or where that event told it itself (`exact`), what is `over`."""

    parents: dict[Place, Place] = field(default_factory=dict)
    ended: Sequence[tuple[Any, ...]] = ()
    counted: list[tuple[Place, int]] = field(default_factory=list)
    righted: list[tuple[Place, int]] = field(default_factory=list)
    undone: set[Place] = field(default_factory=set)
    exact: set[Place] = field(default_factory=set)
    over: list[tuple[Place, int]] = field(default_factory=list)

    def root(self, place: Place) -> Place:
        """The lot that the points of a lot were given as."""
        while place in self.parents:
            place = self.parents[place]
        return place

    def top(self, place: Place) -> Place:
        """The lot of the same account as which they had come there."""
        while (parent := self.parents.get(place)) is not None and parent[0] == place[0]:
            place = parent
        return place

    def travelled(self, account: int) -> set[int]:
        """The lots of an account of which something was in other ones."""
        roots = {self.root(place) for place, parent in self.parents.items() if place[0] != parent[0]}
        return {seq for at, seq in roots if at == account}

    def seen_from(self, account: int, numbers: Mapping[Place, int]) -> Ended:
        """What ended, as an account knows it: of what it gave itself wherever it is; of what others gave by the
        `numbers` that stand for it there, by root, or else lot by lot."""

        def number(place: Place) -> int:
            root = self.root(place)
            if root[0] == account:
                return root[1]
            return numbers.get(root) or (self.top(place)[1] if place[0] == account else alone(*root))

        whole = self._wholly_lapsed()
        parts = [(at, seq) for at, seq in self.parents if at == account and self._undone_at((at, seq)) is None]
        found = Ended(roots={part[1]: number(part) for part in parts if number(part) != part[1]})
        for place, points in self.over:
            found.points[number(place)] = found.points.get(number(place), 0) + points
        for at, kind, target, seq, lots, amount, named in self.ended:
            gone = [(lot, points) for lot, points in pairs(lots or ()) if self._counts(kind, target, (at, lot))]
            here = [(number((at, lot)), points) for lot, points in gone]
            if kind == LAPSE:  # where the rest is elsewhere, that much is gone, and no more
                rest = [(number((at, lot)), points) for lot, points in gone if self.root((at, lot)) not in whole]
                found.read(EXPIRY, target, number((at, seq)), False, rest)
                here = [part for part in here if part not in rest]
            if kind != RELEASE:  # whose parts these lots are is known
                reverses = number((at, named)) if named else 0
                found.read(kind, target, number((at, seq)), False, here, amount, reverses)
        for place, points in self.counted:
            found.count(number(place), points)
        for place, points in self.righted:
            found.right(number(place), points)
        return found

    def _wholly_lapsed(self) -> set[Place]:
        """The roots of which nothing is left that did not wait in vain, in whichever account."""
        lapsed = {(at, lot) for at, kind, _, _, lots, *_ in self.ended if kind == LAPSE for lot, _ in pairs(lots or ())}
        roots = {self.root(place) for place in lapsed}
        carried_on = {*self.parents.values()}
        left = {
            place for place in (*self.parents, *roots) if place not in carried_on and self._undone_at(place) is None
        }
        return roots - {self.root(place) for place in left - lapsed}

    def _counts(self, kind: str, target: str, place: Place) -> bool:
        """Whether it counts that a lot ended there, or did so when it was given back from there."""
        undone = self._undone_at(place)
        return undone is None or kind == LAPSE or (target == EXPIRED and undone not in self.exact)

    def _undone_at(self, place: Place) -> Place | None:
        """The lot as which a lot came with a merge that was undone; None for any other."""
        found: Place | None = place
        while found is not None and found not in self.undone:
            found = self.parents.get(found)
        return found


def trace(accounts: Sequence[int]) -> Trail:
    """The trail of all lots of accounts that were ever one, as their ledgers stand."""
    trail = Trail(ended=read_rows(ENDED, [accounts]))
    for account, kind, _, seq, lots, *_ in trail.ended:
        if kind == RELEASE:
            trail.parents[account, seq] = (account, lots[0])
    for union in _follow(trail, accounts):
        if union.undone:
            trail.undone |= {*union.came}
        if union.over is not None:
            trail.exact |= {*union.came}
            trail.over += [((union.other, seq) if seq > 0 else grant_of(seq), points) for seq, points in union.over]
    for account, *told in read_rows(COUNTED, [accounts, [RETURN, UNMERGE_IN]]):
        for rows, noted in zip(told, (trail.counted, trail.righted), strict=True):
            noted += [((account, seq) if seq > 0 else grant_of(seq), points) for seq, points in plain(rows or [])]
    return trail


@dataclass(slots=True)
class _Union:
    """A merge by the `event` of the survivor, with the lots that `came`; the event by which it was `undone`, if it was,
    and what was not made up for by then (None: nobody told)."""

    survivor: int
    other: int
    event: UUID
    came: list[Place]
    undone: UUID | None = None
    over: Sequence[tuple[int, int]] | None = None


def _follow(trail: Trail, accounts: Sequence[int]) -> list[_Union]:
    """Follow lots from account to account; answers the merges."""
    between = read_rows(_BETWEEN, [accounts, [MERGE_IN, JOIN_IN, LEAVE_IN, UNMERGE_OUT]])
    arrived: dict[tuple[int, UUID], list[int]] = {}
    for account, event, seq in read_rows(_ARRIVED, [accounts, [row[1] for row in between]]):
        arrived.setdefault((account, event), []).append(seq)
    left: list[tuple[int, list[tuple[Place, Place]]]] = []
    unions: list[_Union] = []
    for account, event, type, other, carried, over in between:
        if type == UNMERGE_OUT:
            union = next(one for one in reversed(unions) if (one.survivor, one.other) == (account, other))
            union.undone, union.over = event, None if over is None else plain(over)
            continue
        lots = zip(lots_of(load(plain(carried))), arrived.get((account, event), ()), strict=True)
        came = [((account, seq), (other, there)) for there, seq in lots]
        if type == LEAVE_IN:
            left.append((account, came))
            continue
        trail.parents |= dict(came)
        if type == MERGE_IN:
            unions.append(_Union(account, other, event, [place for place, _ in came]))
    households = {account for account, _, type, *_ in between if type == JOIN_IN}
    for place, there, event, whose in _came_back(accounts):
        if there[0] in households:
            left.append((place[0], [(place, there)]))
        else:
            trail.parents[place] = there
        for union in unions:
            if union.other == whose and union.undone and union.event < event < union.undone:
                union.came.append(place)
    _take_home(trail, left)
    return unions


def _take_home(trail: Trail, left: Sequence[tuple[int, Sequence[tuple[Place, Place]]]]) -> None:
    """Of what members took out of households is theirs what they had brought or earned there."""
    asked = {trail.top(there) for _, came in left for _, there in came}
    rows = read_rows(_TELLERS, [[account for account, _ in asked], [seq for _, seq in asked]]) if asked else []
    tellers = {(account, seq): teller for account, seq, teller in rows}
    for member, came in left:
        trail.parents |= {place: there for place, there in came if tellers.get(trail.top(there)) == member}


def _came_back(accounts: Sequence[int]) -> Iterator[tuple[Place, Place, UUID, int]]:
    """Lots of what members had spent before they were merged, or joined a household, or left it, each with the one it
    was taken from, the event by which it came back, and for whom that noted it (0: for nobody)."""
    for account, event, back, spent, noted, seqs in read_rows(_CAME_BACK, [accounts]):
        noted_as = {seq: one.whose for one in map(noted_for, plain(noted or [])) for seq, _ in one.back}
        points: dict[Place, int] = {}
        for whose, payment, some in plain(back):
            points[whose, payment] = points.get((whose, payment), 0) + some
        taken: list[Place] = []
        for whose, payment, _, _, lots, returned, *_ in plain(spent or []):
            left = points.get((whose, payment), 0)
            for seq, took, *_ in reversed(lots):
                some = min(max(0, took - returned), left)
                returned, left = max(0, returned - took), left - some
                taken += [(whose, seq)] if some else []
        for seq, place in zip(seqs, taken, strict=False):
            yield (account, seq), place, event, noted_as.get(seq, 0)
