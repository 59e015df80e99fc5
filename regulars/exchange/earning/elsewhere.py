"""Elsewhere: what happened in another account, as the event that refers to it keeps it.

Of members who were merged, one's return may bring back what the other bought. What the ledger of one account says is
nothing that the fold of another may look up: such an event keeps what it refers to, so that the history of its account
can be folded again by itself. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from regulars.engine.ended import Ended
from regulars.engine.entries import CLAWBACK, Outcome, Worth
from regulars.engine.events import Grant, Origin, Spent
from regulars.exchange.earning.folding import Original, Past


def recorded_elsewhere(past: Past, origin: Origin, original: Original | None) -> dict[str, Any]:
    """What the row of an event keeps of the original it refers to, as far as another account knows it; else nothing.

    It is told before the event changes any of it; `ended_until` tells afterwards what had ended.
    """
    whole = original is not None and original.elsewhere
    spent = [
        [
            one.account,
            one.seq,
            one.currency,
            one.amount,
            [list(lot) for lot in one.lots],
            one.returned,
            one.reward,
            one.day,
            *([one.whose, one.righted] if one.righted else [one.whose] if one.whose else ()),
        ]
        for one in origin.spent
        if whole or one.account or one.whose or one.seq in past.apart
    ]
    if original is None or not whole:
        return {"spent": spent} if spent else {}
    return {
        "id": str(original.id), "at": origin.at, "lines": list(original.lines), "nets": list(origin.nets),
        "returned": list(origin.returned), "progress": list(origin.progress), "counted": list(origin.counted),
        "thresholds": dict(origin.thresholds), "spent": spent, "drawn": [list(row) for row in origin.drawn],
        "grants": [
            [
                one.account,
                one.seq,
                one.currency,
                one.rule,
                one.amount,
                list(one.shares),
                *([one.member] if one.member else ()),
            ]
            for one in origin.grants
        ],
        **({"whose": origin.whose} if origin.whose else {}),
        **({"worth": [list(one) for one in origin.worth]} if origin.worth else {}),
    }  # fmt: skip


def ended_until(past: Past, origin: Origin, outcome: Outcome) -> dict[str, Any]:
    """What had ended of the lots of an original, and of others that its event took back, when that came to it: by the
    time that `past` knows of, and with what fell due by time in the event's own `outcome`, which is nights before it
    for whoever folds it again. Beside it which lots here are parts of those, unless that was not `past.traced` once."""
    ended = past.ended.beside(entry for entry in outcome.entries if not entry.event)
    if not past.traced:
        return {"ended": [[one.seq, ended.points.get(one.seq, 0), one.seq in ended.lapsed] for one in origin.grants]}
    grants = [
        *(one.seq for one in origin.grants), *(seq for seq, _ in (*outcome.gone, *outcome.righted)),
        *(entry.reverses for entry in outcome.entries if entry.kind == CLAWBACK and entry.reverses),
    ]  # fmt: skip
    return {
        "ended": [
            [seq, ended.points.get(seq, 0), seq in ended.lapsed, *_corrected(ended, seq)]
            for seq in dict.fromkeys(grants)
        ],
        "parts": [[part, seq] for part, seq in sorted(ended.roots.items()) if seq in grants],
    }


def _corrected(ended: Ended, seq: int) -> list[int]:
    """What corrections say of a grant, where they say anything."""
    told = [ended.back.get(seq, 0), ended.righted.get(seq, 0)]
    return told if any(told) else []


def recall(past: Past, name: str, told: Mapping[str, Any]) -> None:
    """Let the past know an original again by what `recorded_elsewhere` told of it, under the name that refers to it.

    Where nobody was merged into this account itself, or noted it yet, no row says whose it was.
    """
    spent = [
        Spent(seq, currency, amount, [tuple(lot) for lot in lots], returned, reward, day, account, *more)
        for account, seq, currency, amount, lots, returned, reward, day, *more in told["spent"]
    ]
    past.look()
    past.elsewhere[name] = [one for one in spent if one.account]
    for one in spent:
        if not one.account:
            past.back[one.seq] = one.returned
            past.apart.add(one.seq)
            past.whose[one.seq] = one.whose
    if "nets" not in told:
        return
    grants = [
        Grant(seq, currency, rule, amount, shares, account, *member)
        for account, seq, currency, rule, amount, shares, *member in told["grants"]
    ]
    past.ended.points |= {seq: points for seq, points, *_ in told["ended"]}
    past.ended.lapsed |= {seq for seq, _, lapsed, *_ in told["ended"] if lapsed}
    if "parts" in told:  # these and no others: what was a part once may have gone back since
        of = {seq for seq, *_ in told["ended"]}
        kept = {part: root for part, root in past.ended.roots.items() if root not in of}
        past.ended.roots = kept | dict(told["parts"])
        for seq, _, _, *corrected in told["ended"]:
            past.ended.back[seq], past.ended.righted[seq] = corrected or (0, 0)
    origin = Origin(
        told["id"], told["at"], told["nets"], told["returned"], grants, told["progress"], tuple(told["counted"]), (),
        told["thresholds"], drawn=[tuple(row) for row in told["drawn"]], whose=told.get("whose", 0),
        worth=[Worth(*row) for row in told.get("worth", ())],
    )  # fmt: skip
    past.originals[name] = Original(UUID(told["id"]), told["lines"], origin, True)
