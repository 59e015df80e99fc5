"""Origins: what budgets the points were drawn from that may come back to them, as it was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import connection

from regulars.engine.budgets import Source
from regulars.engine.standing import Standing

#: A lot: (account, seq of its accrual).
Place = tuple[int, int]
_DRAWN = (
    "SELECT n.account_id, n.seq, d ->> 0, d ->> 1, (d ->> 2)::int"
    " FROM unnest(%s::bigint[], %s::bigint[]) AS asked (account_id, seq)"
    " JOIN entry n ON n.account_id = asked.account_id AND n.seq = asked.seq AND n.kind = 'accrual'"
    " JOIN event e ON e.account_id = n.account_id AND e.id = n.event_id,"
    " jsonb_array_elements(e.outcome -> 'drawn') AS d WHERE d -> 5 ? n.rule"
)


def drawn_of(lots: Iterable[Place]) -> dict[Place, list[Source]]:
    """By lot the budgets that it was drawn from; those that were not, or came from another account, are left out."""
    asked = list(lots)
    if not asked:
        return {}
    found: dict[Place, list[Source]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_DRAWN, [list(column) for column in zip(*asked, strict=True)])
        for account, seq, *source in cursor.fetchall():
            found.setdefault((account, seq), []).append((source[0], source[1], source[2]))
    return found


def may_lapse(standings: Mapping[int, Standing], until: int) -> list[Place]:
    """The lots that wait for an event and may have lapsed by local day `until`."""
    return [
        (account, lot.seq)
        for account, standing in standings.items()
        for purse in standing.purses.values()
        if purse.awaits and purse.first_wait <= until
        for lot in purse.waiting
        if lot.available_day <= until and lot.seq in purse.awaits
    ]


def spared(standings: Mapping[int, Standing]) -> set[tuple[int, Source]]:
    """What returns left with members, as another event stands for it: the account, and what it was drawn from."""
    return {
        (account, source)
        for account, standing in standings.items()
        for periods in (*(streak.counted for streak in standing.streaks.values()), *standing.counted_day.values())
        for counted in periods.values()
        if counted
        for one in counted.spared
        for source in one.drawn
    }
