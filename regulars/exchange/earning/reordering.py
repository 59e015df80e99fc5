"""Reordering: what the ledger's own events come to when they draw on budgets in the order of a backtest.

Live, whoever is told first has the points of a budget; a backtest gives them in order of time. So members may differ
from a backtest though nothing is wrong. That is so exactly when the ledger is what its events come to with what each
was allotted, and the backtest is what the same events come to with what each is allotted there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from uuid import UUID

import polars as pl

from regulars.engine.entries import Outcome
from regulars.exchange.budgets.agreeing import budgets_agree, ever_drawn
from regulars.exchange.budgets.leasing import Key
from regulars.exchange.earning.histories import History, Row, histories
from regulars.exchange.earning.refolding import allotted, refold, retold
from regulars.exchange.earning.replaying import Allotted
from regulars.exchange.earning.sharing import Table
from regulars.exchange.earning.stepping import Left
from regulars.ground.publishing.versions import Versions

Retold = list[tuple[int, UUID | None, Outcome]]


@dataclass(slots=True)
class Reordering:
    """The order of a backtest, `told`, up to the day `last`, over the ledger's events, under the versions that are
    published at `now`."""

    told: Allotted
    promise: Versions
    now: datetime
    last: date
    _ever: Counter[Key] | None = field(default=None)

    def entries(self, account: int, member: str) -> pl.DataFrame:
        """What the events of an account come to with what they are allotted there, in the columns of
        entries.parquet."""
        table = Table(self.promise.latest.kernel)
        names: dict[str, str] = {}
        left = partial(_there, self.told.get(member, {}))
        for history in histories(account, account):
            rows = {row["id"]: row for row in history.rows["event"]}
            names |= {str(id): row["external_id"] for id, row in rows.items()}
            for _, id, outcome in self._retold(history, left):
                table.add(member, _lines(rows, rows[id]) if id else (), outcome.entries)
        frame = table.frame(table.movements())
        return frame.with_columns(pl.col("event").replace(names))

    def faults(self, account: int) -> list[str]:
        """What is wrong with an account whatever the order: it is not what its own events come to, or an event was
        allotted less than it asked of a budget of which so much was left."""
        found = [str(one) for one in refold(account, account, self.promise, self.now)]
        if found:
            return found
        if self._ever is None:
            self._ever = ever_drawn()
        for history in histories(account, account):
            for number, id, outcome in self._retold(history, lambda row: allotted(row["outcome"])):
                budgets = {one.id: one for one in self.promise.numbered(number).kernel.terms.programme.earn.budgets}
                for draw in outcome.drawn:
                    if draw.given < 0 or draw.allotted >= draw.asked:
                        continue
                    one, ever = budgets[draw.budget], self._ever[Key(draw.budget, draw.per, draw.period)]
                    least = one.most - draw.allotted if one.at_edge == "clip" else one.most - draw.asked + 1
                    if ever < least:
                        found.append(
                            f"account {account}: event {id}: {draw.allotted:,} of {draw.asked:,} points were allotted"
                            f" of {draw.budget}, of which only {ever:,} of {one.most:,} were ever drawn"
                        )
        return found

    def shared_faults(self) -> list[str]:
        """What is wrong with the budgets themselves."""
        return [str(one) for one in budgets_agree()]

    def _retold(self, history: History, left: Callable[[Row], Left]) -> Retold:
        return retold(history, self.promise, self.now, left, self.last.toordinal())


def _there(own: Mapping[tuple[str, str], Mapping[str, int]], row: Row) -> Left:
    """What an event is allotted in the backtest: all that it asks, unless something is said."""
    given = own.get((row["external_id"], row["type"]), {})
    return lambda budget, period: given.get(budget.id)


def _lines(rows: Mapping[UUID, Row], row: Row) -> list[str]:
    """The lines by which the entries of an event are shared: a return's are those of its purchase."""
    bought = rows.get(row["original_id"], row) if row["type"] == "return" else row
    lines: list[str] = bought["lines"].get("line", [])
    return lines
