"""Allotting: who draws what of a budget of all members, in a file of history. Pure.

Members are folded one by one, and a budget is drawn on by all of them in order of time, then of member and event. So
the histories are folded once to learn what each event asks, the budgets are shared out in that order, and that is done
again with what each is allotted, until nothing changes any more: less in one purchase may mean another tier in the
next. Up to the first event that is allotted other than before everything is as it must be and stays so; the end is
therefore always reached, nearly always with the second time. How many processes share the members changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

from regulars.engine.kernel import Kernel
from regulars.exchange.earning.behaving import Ways
from regulars.exchange.earning.bunching import WORTH_SHARING, Folders, whole_members
from regulars.exchange.earning.replaying import Allotted, Drawn, demands
from regulars.ground.activity.files import Reading, Sheaf
from regulars.programme.promise import Programme

#: Where a backtest keeps what events were allotted of budgets, where that is less than they asked.
ALLOTTED = "allotted.parquet"
_COLUMNS = {
    "member": pl.String,
    "event": pl.String,
    "type": pl.String,
    "budget": pl.String,
    "points": pl.Int64,
}


def keep_allotted(told: Allotted, folder: Path) -> None:
    """Keep what events were allotted, in a folder."""
    rows = [
        (member, event, type, budget, points)
        for member, events in told.items()
        for (event, type), budgets in events.items()
        for budget, points in budgets.items()
    ]
    frame = pl.DataFrame(rows, _COLUMNS, orient="row").sort("member", "event", "type", "budget")
    frame.write_parquet(folder.joinpath(ALLOTTED))


def kept_allotted(folder: Path) -> Allotted | None:
    """What was kept in a folder; None where no budgets were drawn on."""
    if not folder.joinpath(ALLOTTED).exists():
        return None
    found: dict[str, dict[tuple[str, str], dict[str, int]]] = {}
    for member, event, type, budget, points in (
        pl.read_parquet(folder.joinpath(ALLOTTED)).select(list(_COLUMNS)).iter_rows()
    ):
        found.setdefault(member, {}).setdefault((event, type), {})[budget] = points
    return found


def allotments(
    programme: Programme, reading: Reading, ways: Ways, end: int, processes: int, tell: Callable[[int, int], None]
) -> Allotted:
    """What events are allotted of the budgets of a programme, where that is less than they ask: points by member, event
    (its id and type) and budget. `tell` hears of each time the histories are folded."""
    if not programme.earn.budgets:
        return {}
    with Folders([programme], processes if reading.rows > WORTH_SHARING else 1, _demands) as folders:

        def fold(allotted: Allotted) -> Iterator[Drawn]:
            for sheaves in whole_members(reading.sheaves(again=True)):
                for some in folders.fold(ways, end, sheaves, of_members(allotted, sheaves)):
                    yield from some
                tell(sheaves[-1].rows_read, sheaves[-1].rows_total)
            for some in folders.finish():
                yield from some

        return settled(fold, programme)


def settled(fold: Callable[[Allotted], Iterable[Drawn]], programme: Programme) -> Allotted:
    """What events are allotted in the end; `fold` answers what they draw when they are allotted so much."""
    allotted: Allotted = {}
    same = False
    while not same:
        allotted, same = share(fold(allotted), programme)
    return allotted


def of_members(allotted: Allotted, sheaves: Sequence[Sheaf]) -> Allotted:
    """What those are allotted whose events these are."""
    if not allotted:
        return {}
    members = (member for sheaf in sheaves for member in sheaf.members.unique())
    return {member: allotted[member] for member in members if member in allotted}


def share(drawn: Iterable[Drawn], programme: Programme) -> tuple[Allotted, bool]:
    """What is to be allotted in order of time, and whether that is what was."""
    budgets = {budget.id: budget for budget in programme.earn.budgets}
    left: dict[tuple[str, int], int] = {}
    allotted: dict[str, dict[tuple[str, str], dict[str, int]]] = {}
    same = True
    for _, member, event, type, draws in sorted(drawn, key=lambda row: row[:4]):
        for draw in draws:
            budget, key = budgets[draw.budget], (draw.budget, draw.period)
            there = left.get(key, budget.most)
            if draw.given < 0:
                left[key] = there - draw.given
                continue
            now = draw.asked if there >= draw.asked else 0 if budget.at_edge == "refuse" else there
            if now < draw.asked:
                allotted.setdefault(member, {}).setdefault((event, type), {})[draw.budget] = now
            same = same and now == draw.allotted
            left[key] = there - min(now, draw.given)
    return allotted, same


def _demands(
    kernels: Sequence[Kernel], ways: Ways, end: int, sheaves: Sequence[Sheaf], allotted: Allotted
) -> list[Drawn]:
    events = [event for sheaf in sheaves for event in sheaf.events()]
    return demands(kernels[0], events, ways, end, allotted)
