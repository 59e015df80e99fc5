"""Away: what came back in a household for members who were merged into the one who leaves it.

There it is the count of whoever told it that changed, and so their share. When they leave, what it was is noted with
their own account, so that undoing the merge lets it go home with whom it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from regulars.engine.entries import ACTIVATION, CLAWBACK, DEBT, EXPIRY, LAPSE, RELEASE, REPAYMENT, REVERSAL
from regulars.engine.events import JOIN_IN
from regulars.engine.meanwhile import alone
from regulars.engine.purse import NEVER
from regulars.engine.theirs import Theirs, Travelled, load
from regulars.exchange.earning.originals import pairs
from regulars.exchange.earning.tracing import Place, Trail, trace
from regulars.exchange.ledger.assembling import assemble
from regulars.ground.members.leading import MERGED
from regulars.kit.reading import plain, read_rows
from regulars.kit.zones import Zone, microseconds

_OTHERS = (
    "SELECT account_id FROM account WHERE account_id = ANY(%s) AND leads_to = %s AND leads_why = %s ORDER BY account_id"
)
_JOINED = (
    "SELECT id FROM event WHERE account_id = %s AND type = %s AND (attributes ->> '_by')::bigint = %s"
    " ORDER BY id DESC LIMIT 1"
)
_BROUGHT = (
    "SELECT currency, seq FROM entry WHERE account_id = %s AND event_id = %s AND available_on IS NOT NULL ORDER BY seq"
)
_BY_TIME = (
    "SELECT currency, seq, kind, at, amount, lots, available_on, expires_on FROM entry"
    " WHERE account_id = %s AND seq > %s AND kind = ANY(%s) ORDER BY seq"
)
_REPAID = "SELECT currency, seq, lots FROM entry WHERE account_id = %s AND kind = %s AND event_id > %s ORDER BY seq"
_NOTED = (
    "SELECT id, outcome -> 'theirs' FROM event WHERE account_id = %s AND (attributes ->> '_by')::bigint = %s"
    " AND id > %s AND outcome ? 'theirs' ORDER BY id"
)
_MOVED = (
    "SELECT event_id, seq, kind, currency, source, amount, base, lots, available_on, expires_on FROM entry"
    " WHERE account_id = %s AND event_id = ANY(%s) AND kind = ANY(%s) ORDER BY seq"
)
_DAYS = "SELECT currency, seq, earned_on, available_on, expires_on FROM lot WHERE account_id = %s AND seq = ANY(%s)"


def merged_into(member: int, kin: Sequence[int]) -> list[int]:
    """Who is merged into a member, of all accounts that were ever one with theirs."""
    return [other for (other,) in read_rows(_OTHERS, [list(kin), member, MERGED])]


def noted_there(others: Sequence[int], member: int, household: int, kin: Sequence[int], zone: Zone) -> list[Theirs]:
    """What is to be noted for `others` who are merged into a member when that one leaves a household: what events that
    the member told there noted, and what became there of the lots that they had brought. The household is settled.

    Lots and grants are named by the numbers that they have with those, the member's own by theirs before and by the
    household's. `kin` are all accounts that were ever one; `zone` is the one in which days are counted.
    """
    ((joined,),) = read_rows(_JOINED, [household, JOIN_IN, member])
    trail = trace(kin)
    lots, short = _lots(member, household, joined, trail, zone), _short(member, household)
    found = {other: Theirs(other, lots=lots) for other in others}
    found[others[0]].short = short  # once, of whoever it is
    noted = read_rows(_NOTED, [household, member, joined])
    moved: dict[UUID, list[tuple[Any, ...]]] = {}
    for event, *row in read_rows(_MOVED, [household, [id for id, _ in noted], [CLAWBACK, REVERSAL]]):
        moved.setdefault(event, []).append(tuple(row))
    repaid = read_rows(_REPAID, [household, REPAYMENT, joined])
    seqs = [seq for rows in moved.values() for row in rows for seq, _ in pairs(row[6] or ())]
    seqs += [lots[0] for _, _, lots in repaid]
    days = {
        (currency, seq): (earned.toordinal(), available.toordinal(), expires.toordinal() if expires else NEVER)
        for currency, seq, earned, available, expires in read_rows(_DAYS, [household, seqs])
    }
    for id, told in noted:
        for one in map(load, plain(told)):
            kept = found.get(one.whose)
            if kept is not None:
                kept.used += one.used
                kept.lost += one.lost
                _note(kept, one, household, moved.get(id, ()), repaid, days, trail)
    return list(found.values())


def _lots(member: int, household: int, joined: UUID, trail: Trail, zone: Zone) -> list[Travelled]:
    """The lots that a member brought; what came back of them is named by the household's numbers."""
    brought = read_rows(_BROUGHT, [household, joined])
    before = {(id, seq): trail.parents[household, seq][1] for id, seq in brought if (household, seq) in trail.parents}
    if not before:
        return []
    found = {lot: Travelled(lot[0], seq, lot[1]) for lot, seq in before.items()}
    for id, seq, kind, at, amount, lots, available, expires in read_rows(
        _BY_TIME, [household, min(seq for _, seq in before), [ACTIVATION, EXPIRY, LAPSE, RELEASE]]
    ):
        last = expires.toordinal() if expires else NEVER
        for there, points in pairs(lots or ()):
            gone = found.get((id, there))
            if gone is None:
                continue
            if kind == RELEASE:
                if available:
                    found[id, seq] = Travelled(id, gone.before, seq, expires_day=last, longer=amount)
            elif kind == ACTIVATION:
                on = zone.local(microseconds(at))[0]
                found[id, there] = gone._replace(
                    opened=points, opened_day=on, available_day=available.toordinal() if available else 0,
                    expires_day=last,
                )  # fmt: skip
            elif kind == LAPSE:
                found[id, there] = gone._replace(lapsed=gone.lapsed + points)
            else:
                found[id, there] = gone._replace(expired=gone.expired + points)
    # What came out of a hold is told before its lot is another one.
    return sorted(found.values(), key=lambda one: not one.longer)


def _short(member: int, household: int) -> list[tuple[str, int, int]]:
    """What a member has taken beyond their count: of others, and what of it they take along as a debt."""
    standing = assemble([household])[household].standing
    if len(standing.shares) == 1:  # whoever is the last takes all there is
        return [(id, 0, purse.debt) for id, purse in sorted(standing.purses.items()) if purse.debt]
    beyond = [(id, -points) for id, points in sorted(standing.shares[member].points.items()) if points < 0]
    along = {id: min(points, standing.purse(id).debt) for id, points in beyond}
    return [(id, points - along[id], along[id]) for id, points in beyond]


def _note(
    kept: Theirs, one: Theirs, household: int, moved: Any, repaid: Any,
    days: dict[tuple[str, int], tuple[int, int, int]], trail: Trail,
) -> None:  # fmt: skip
    """Add what one event noted and `moved`; what was owed for it is told with the days of lots that `repaid` it."""
    back, taken = dict(one.back), [*one.taken]
    for seq, kind, currency, source, amount, base, lots, available, expires in moved:
        if kind == REVERSAL:
            if seq in back and lots:
                kept.home += [
                    (currency, alone(household, lot), points, *days[currency, lot]) for lot, points in pairs(lots)
                ]
            elif seq in back:
                last = expires.toordinal() if expires else NEVER
                kept.home.append((currency, back[seq], amount, base, available.toordinal(), last))
            continue
        place = next((place for place, (id, _, left) in enumerate(taken) if id == currency and left), None)
        if place is None:
            continue
        _, grant, left = taken[place]
        taken[place] = (currency, grant, left - amount)
        there = _number_with(one.whose, (household, grant), trail)
        if grant > 0 and not there and trail.root((household, grant))[0] != household:
            continue  # a gift of somebody else's that stood on it
        if source == DEBT:
            paid = next((lots[0] for id, at, lots in repaid if id == currency and at > seq), 0)
            kept.away.append((currency, there, DEBT, amount, *days.get((currency, paid), (0, 0, 0))))
        for lot, points in pairs(lots or ()):
            kept.away.append((currency, there, source, points, *days[currency, lot]))


def _number_with(whose: int, place: Place, trail: Trail) -> int:
    """The number that a grant has with a member; 0 where none of their lots stands for it."""
    found = 0
    while place[1] > 0:
        if place[0] == whose:
            found = place[1]
        if place not in trail.parents:
            break
        place = trail.parents[place]
    return found
