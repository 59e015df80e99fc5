"""Inheriting: what events of an account refer to that happened in another one, of members who were merged.

A purchase, what paid for it and what came back of both may lie in several accounts: in the one that was merged, in the
survivor, and after undoing the merge in the first again. Their ledgers are read as they stand; nothing is rewritten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import product
from typing import Any
from uuid import UUID

from regulars.engine.entries import Entry
from regulars.engine.events import (
    CAPTURE,
    JOIN_IN,
    LEAVE_IN,
    LEAVE_OUT,
    MERGE_IN,
    PURCHASE,
    REDEMPTION,
    RETURN,
    UNMERGE_OUT,
    Grant,
    Spent,
    Union,
)
from regulars.engine.meanwhile import KINDS, alone, union_of
from regulars.engine.purse import NEVER
from regulars.engine.theirs import load
from regulars.exchange.earning.folding import Original, Past, Payment
from regulars.exchange.earning.originals import load_pasts
from regulars.exchange.earning.tracing import Place, trace
from regulars.ground.activity.recording import Known, known
from regulars.ground.members.leading import MERGED, leads_by
from regulars.kit.reading import plain, read_rows
from regulars.kit.zones import Zone, microseconds

_ENTRIES = (
    "SELECT seq, at, event_id, kind, currency, source, target, amount, base, lots, available_on, expires_on FROM entry"
    " WHERE account_id = %s"
)
#: What spent points in a household: (household, the house's own id).
Act = tuple[int, str]
#: Events by which an account takes in what another one had.
_CAME = [MERGE_IN, JOIN_IN]


def inherit(
    account: int, past: Past, kin: Sequence[int], source: str, named: Collection[str], acts: Collection[str], zone: Zone
) -> None:
    """Add to the past of an account what happened with its `kin` of that which events refer to.

    `named` are originals as `source` calls them, `acts` spending events by the house's own id; `zone` is the one in
    which days are counted.
    """
    leads, merged = _ways(account, kin), _merged(kin)
    belongs = {account: 0, **{one: _belongs(steps, merged) for one, steps in leads.items()}}
    left = {*kin} - leads.keys()
    keys = known([(source, name, PURCHASE) for name in named])
    there = {*left, account}  # whoever is in a household may have been in it before
    told = _told_there(there, belongs, [key.event for key in keys.values() if key.account in there])
    ways: dict[int, list[tuple[int, int]] | None] = {
        **leads, **dict.fromkeys(place for place, _ in told if place in left)
    }  # fmt: skip
    paid = _paid_there(source, there, named)
    spent = _spent_there(there, belongs, kin, [*acts, *(id for found in paid.values() for _, id in found)])
    theirs = load_pasts(source, set(product(ways, named)), {*product(leads, acts), *spent})
    past.whose |= _own(account, spent, theirs)
    back, trail = came_back([account, *kin]), trace([account, *kin])
    travelled = trail.travelled(account)
    numbers: dict[Place, int] = {}
    for name in named:
        key = keys.get((source, name, PURCHASE))
        if key is not None and key.account in ways:
            found = theirs[key.account].original(name)
            if found is not None:
                steps = ways[key.account]
                teller = told.get((key.account, key.event), key.account)
                found.origin.whose = belongs[teller]
                member = steps[-1][0] if steps and steps[-1][0] not in merged else 0
                past.originals[name] = _brought_here(found, key.account, steps, member, zone, numbers)
        original = past.originals.get(name)
        if original is not None and key is not None:
            if key.account == account and belongs[told.get((account, key.event), account)]:
                original.origin.whose, original.elsewhere = belongs[told[account, key.event]], True
            _note_returns(original, key.event, [one for one in (account, *kin) if one != key.account])
            own = {grant.seq for grant in original.origin.grants}
            # What another purchase of the same day or period gave may go with it.
            original.elsewhere |= not own.isdisjoint(travelled) or bool(travelled and original.origin.counted)
            if original.origin.worth and (ways.get(key.account, ()) is None or _left_since(key)):
                original.origin.worth, original.elsewhere = (), True  # what waited of it stayed with the household
        past.elsewhere[name] = [
            *(one for at in leads for one in _spent(at, theirs[at].paid.get(name, ()), theirs[at], back, belongs[at])),
            *(one for act in paid.get(name, ()) if act[0] in left for one in _spent_by(act, spent, theirs, back)),
        ]
    past.ended = trail.seen_from(account, numbers)
    for id in acts:
        past.elsewhere[id] = [
            *(one for at in leads for one in _spent(at, theirs[at].acts.get(id, ()), theirs[at], back, belongs[at])),
            *(one for act in spent if act[0] in left and act[1] == id for one in _spent_by(act, spent, theirs, back)),
        ]
    for (whose, seq), points in back.items():
        if whose == account:
            past.back[seq] = past.back.get(seq, 0) + points
            past.apart.add(seq)


def union(account: int, event: UUID, zone: Zone) -> Union | None:
    """The merge that an event of an account brought, with what became of its lots since; None for no such event.

    `zone` is the one in which days are counted.
    """
    rows = read_rows(
        "SELECT (attributes ->> '_counterpart')::bigint, attributes -> '_carried', outcome -> 'before' FROM event"
        " WHERE account_id = %s AND id = %s AND type = ANY(%s)",
        [account, event, _CAME],
    )
    if not rows:
        return None
    other, carried, before = rows[0][0], *map(plain, rows[0][1:])
    merged = _entries(zone, "AND event_id = %s ORDER BY seq", [account, event])
    after = max((entry.seq for entry in merged), default=0)
    later = _entries(zone, "AND seq > %s AND kind = ANY(%s) ORDER BY seq", [account, after, list(KINDS)])
    theirs = {
        str(id): one
        for id, rows in read_rows(
            "SELECT id, outcome -> 'theirs' FROM event WHERE account_id = %s AND id > %s AND outcome ? 'theirs'"
            " ORDER BY id",
            [account, event],
        )
        for one in map(load, plain(rows))
        if one.whose == other
    }
    named = {seq for entry in (*merged, *later) for seq, _ in entry.lots}
    days = {
        seq: (earned.toordinal(), available.toordinal(), expires.toordinal() if expires else NEVER)
        for seq, earned, available, expires in read_rows(
            "SELECT seq, earned_on, available_on, expires_on FROM lot"
            " WHERE account_id = %s AND (remaining > 0 OR seq = ANY(%s))",
            [account, sorted(named)],
        )
    }
    return union_of(carried, before, merged, later, days, theirs)


def is_or_was(account: int, other: int, event: UUID) -> bool:
    """Whether an account is another one or leads to it, or was merged into it when that had an event."""
    if leads_by(account, other):
        return True
    rows = read_rows(
        "SELECT type FROM event WHERE account_id = %s AND type = ANY(%s) AND id < %s"
        " AND (attributes ->> '_counterpart')::bigint = %s ORDER BY id DESC LIMIT 1",
        [other, [MERGE_IN, UNMERGE_OUT], event, account],
    )
    return rows == [(MERGE_IN,)]


def latest_merge(account: int, other: int) -> UUID | None:
    """The event by which an account took in another one the last time."""
    rows = read_rows(
        "SELECT id FROM event WHERE account_id = %s AND type = ANY(%s)"
        " AND (attributes ->> '_counterpart')::bigint = %s ORDER BY id DESC LIMIT 1",
        [account, _CAME, other],
    )
    return rows[0][0] if rows else None


def _ways(account: int, kin: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """Of each of the kin that leads to an account now, the steps that do: (from, to)."""
    leads = dict(
        read_rows("SELECT account_id, leads_to FROM account WHERE account_id = ANY(%s) AND leads_to IS NOT NULL", [kin])
    )
    found: dict[int, list[tuple[int, int]]] = {}
    for one in kin:
        steps, at = [], one
        while at in leads and at != account:
            steps.append((at, leads[at]))
            at = leads[at]
        if at == account:
            found[one] = steps
    return found


def _merged(kin: Sequence[int]) -> set[int]:
    """Those of the kin that are merged into another one."""
    rows = read_rows(
        "SELECT account_id FROM account WHERE account_id = ANY(%s) AND leads_why = %s", [list(kin), MERGED]
    )
    return {one for (one,) in rows}


def _belongs(steps: Sequence[tuple[int, int]], merged: Collection[int]) -> int:
    """Whose it is what comes back on the way that some `steps` lead: of who was merged last on it; 0 for nobody."""
    return next((one for one, _ in reversed(steps) if one in merged), 0)


def _told_there(
    places: Collection[int], tellers: Collection[int], events: Sequence[UUID]
) -> dict[tuple[int, UUID], int]:
    """Who told an event in one of some `places`, households, by (household, event): of the `tellers`, an account
    itself and all that lead to it."""
    rows = read_rows(
        "SELECT account_id, id, (attributes ->> '_by')::bigint FROM event WHERE account_id = ANY(%s) AND id = ANY(%s)"
        " AND (attributes ->> '_by')::bigint = ANY(%s)",
        [list(places), events, list(tellers)],
    )
    return {(household, event): teller for household, event, teller in rows}


def _paid_there(source: str, places: Collection[int], named: Collection[str]) -> dict[str, list[Act]]:
    """By purchase, as `source` calls it, what was spent on it in some `places`, households."""
    found: dict[str, list[Act]] = {}
    for household, name, id in read_rows(
        "SELECT account_id, coalesce(attributes ->> '_original', external_id), id FROM event WHERE account_id = ANY(%s)"
        " AND coalesce(attributes ->> '_original', external_id) = ANY(%s) AND source = %s AND type = ANY(%s)"
        " ORDER BY id",
        [list(places), list(named), source, [REDEMPTION, CAPTURE]],
    ):
        found.setdefault(name, []).append((household, str(id)))
    return found


def _left_since(key: Known) -> bool:
    """Whether whoever told an event in their own account has left a household since."""
    return bool(
        read_rows(
            "SELECT 1 FROM event WHERE account_id = %s AND id > %s AND type = %s LIMIT 1",
            [key.account, key.event, LEAVE_IN],
        )
    )


def _spent_there(
    places: Collection[int], belongs: Mapping[int, int], kin: Collection[int], acts: Collection[str]
) -> dict[Act, tuple[int, set[str]]]:
    """Of the acts those by which somebody of whom `belongs` says whose it is spent in one of some `places`, households:
    whose what comes back is, and the currencies of which they had spent more there than they gave. What comes back of
    these is the household's.

    What is captured was spent by whoever had set it aside, or by the survivor of a merge by which they brought it.
    """
    tellers, every = list(belongs), list({*kin, *belongs})
    rows = read_rows(
        "SELECT e.account_id, e.id, s.teller, (SELECT l.outcome -> 'short' FROM event l"
        " WHERE l.account_id = e.account_id AND l.id > e.id AND l.type = %s"
        " AND (l.attributes ->> '_by')::bigint = s.teller ORDER BY l.id LIMIT 1)"
        " FROM event e LEFT JOIN event h ON e.type = %s AND h.id = e.original_id"
        " AND h.account_id = ANY(%s)"
        " CROSS JOIN LATERAL (SELECT CASE WHEN h.account_id <> e.account_id THEN coalesce("
        "(SELECT CASE m.type WHEN %s THEN m.account_id ELSE h.account_id END FROM event m"
        " WHERE m.account_id = ANY(%s) AND m.id < e.id"
        " AND (m.type = %s AND (m.attributes ->> '_counterpart')::bigint = h.account_id"
        " OR m.type = %s AND m.account_id = e.account_id AND (m.attributes ->> '_by')::bigint = h.account_id)"
        " ORDER BY m.id DESC LIMIT 1), h.account_id)"
        " WHEN e.type = %s THEN (h.attributes ->> '_by')::bigint ELSE (e.attributes ->> '_by')::bigint END) s (teller)"
        " WHERE e.account_id = ANY(%s) AND e.id = ANY(%s::uuid[]) AND e.type = ANY(%s) AND s.teller = ANY(%s)"
        " AND EXISTS (SELECT FROM household d WHERE d.account_id = e.account_id)",
        [
            LEAVE_OUT, CAPTURE, every, MERGE_IN, every, MERGE_IN, JOIN_IN, CAPTURE, list(places), list(acts),
            [REDEMPTION, CAPTURE], tellers,
        ],
    )  # fmt: skip
    return {(household, str(id)): (belongs[teller], {*plain(short or {})}) for household, id, teller, short in rows}


def _brought_here(
    found: Original, whose: int, steps: Sequence[tuple[int, int]] | None, member: int, zone: Zone,
    numbers: dict[Place, int],
) -> Original:  # fmt: skip
    """An original of another account as this one may take it back: its lots by the numbers that they have here, which
    are noted in `numbers`. `member` is who brought them to a household (0: nobody).

    One of which nothing came stands for itself, by a number that no lot has. So do all of a household that was left (no
    `steps` lead here from it): what came from there were shares.
    """
    here = {grant.seq: grant.seq if steps is not None else 0 for grant in found.origin.grants}
    roots = found.origin.ended.roots
    for source, target in steps or ():
        event = latest_merge(target, source)
        merged = union(target, event, zone) if event else None
        came: dict[int, int] = {}
        parts: dict[int, int] = {}
        for lot in merged.came if merged else ():
            if lot.back:
                continue
            root = roots.get(lot.there, lot.there)
            if came.setdefault(root, lot.here if root == lot.there else 0) != lot.here:
                parts[lot.here] = root  # what was held, or came back of a hold for longer, ends with its lot
        here = {first: came.get(now, 0) for first, now in here.items()}
        roots = {part: came[root] or alone(whose, root) for part, root in parts.items()}
    grants = []
    for one in found.origin.grants:
        seq = here[one.seq] or alone(whose, one.seq)
        grants.append(Grant(seq, one.currency, one.rule, one.amount, one.shares, whose, member))
        numbers[whose, one.seq] = seq
    found.origin.grants = grants
    return Original(found.id, found.lines, found.origin, True)


def _note_returns(original: Original, event: UUID, elsewhere: Sequence[int]) -> None:
    """What came back of a purchase by events of other accounts."""
    for (nets,) in read_rows(
        "SELECT outcome -> 'returned' FROM event WHERE account_id = ANY(%s) AND original_id = %s AND type = %s",
        [list(elsewhere), event, RETURN],
    ):
        if nets:
            original.note(plain(nets))
            original.elsewhere = True


def _spent(account: int, payments: Iterable[Payment], past: Past, back: Mapping[Place, int], whose: int) -> list[Spent]:
    """What another account spent by some payments of its `past`, with what came back of it in whichever account, and
    `whose` that is."""
    return [
        Spent(
            one.seq, one.currency, one.amount, [(seq, points, *past.days[seq]) for seq, points in one.lots],
            past.back.get(one.seq, 0) + back.get((account, one.seq), 0), one.reward, one.day, account,
            whose, max(0, past.ended.righted.get(one.seq, 0)),
        )
        for one in payments
    ]  # fmt: skip


def _spent_by(
    act: Act, spent: Mapping[Act, tuple[int, set[str]]], theirs: Mapping[int, Past], back: Mapping[Place, int]
) -> list[Spent]:
    """What an act in a household that was left spent of one's own."""
    if act not in spent:
        return []
    (household, id), (whose, short) = act, spent[act]
    past = theirs[household]
    payments = [one for one in past.acts.get(id, ()) if one.currency not in short]
    return _spent(household, payments, past, back, whose)


def _own(account: int, spent: Mapping[Act, tuple[int, set[str]]], theirs: Mapping[int, Past]) -> dict[int, int]:
    """Of payments of the account itself, by their seq, for whom what comes back is noted."""
    return {
        one.seq: whose
        for (place, id), (whose, short) in spent.items()
        if place == account and whose
        for one in theirs[account].acts.get(id, ())
        if one.currency not in short
    }


def came_back(accounts: Sequence[int]) -> dict[Place, int]:
    """Points that came back elsewhere of what each of some accounts had spent, by (account, seq of the payment)."""
    found: dict[tuple[int, int], int] = {}
    for (rows,) in read_rows(
        "SELECT outcome -> 'back' FROM event WHERE account_id = ANY(%s) AND outcome ? 'back'", [accounts]
    ):
        for account, seq, points in plain(rows):
            found[account, seq] = found.get((account, seq), 0) + points
    return found


def _entries(zone: Zone, where: str, values: Sequence[Any]) -> list[Entry]:
    return [
        Entry(
            seq, 0, zone.local(microseconds(at))[0], str(event or ""), kind, currency, source, target, amount, None,
            base, amount, (), tuple(zip(lots[::2], lots[1::2], strict=True)) if lots else (),
            available.toordinal() if available else 0, expires.toordinal() if expires else 0, 0,
        )
        for seq, at, event, kind, currency, source, target, amount, base, lots, available, expires in read_rows(
            f"{_ENTRIES} {where}", values
        )
    ]  # fmt: skip
