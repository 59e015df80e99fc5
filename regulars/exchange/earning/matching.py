"""Matching: the ledger beside a backtest of the same events, share for share, with the reasons.

A fold in memory over the file and live posting must come to the same entries. What the night has not come to yet
in the ledger, or was not reached by the backtest, is left out on both sides, account by account. What differs because
budgets of all members were drawn on in another order is told apart (`reordering`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection

from regulars.exchange.earning.allotting import kept_allotted
from regulars.exchange.earning.reordering import Reordering
from regulars.ground.publishing.versions import versions

#: Members looked at together.
CHUNK = 500
_EVERY = ("member", "event", "line", "currency", "kind", "at", "available_on", "expires_on", "rule", "base", "clip")
_SCHEMA: dict[str, Any] = {
    "member": pl.String, "event": pl.String, "line": pl.String, "currency": pl.String, "kind": pl.String,
    "amount": pl.Int64, "at": pl.Datetime("us", "UTC"), "available_on": pl.Date, "expires_on": pl.Date,
    "rule": pl.String, "base": pl.Int64, "clip": pl.Int64,
}  # fmt: skip
#: Shares of one entry per line, as entries.parquet has them: a clawback's are those of the purchase it takes back.
_SHARES = """
SELECT m.number, told.external_id, share.line, n.currency, n.kind, share.points, n.at, n.available_on, n.expires_on,
       n.rule, n.base, n.granted - n.amount
FROM member m
JOIN standing s ON s.account_id = m.account_id
JOIN entry n ON n.account_id = m.account_id
LEFT JOIN event told ON told.account_id = n.account_id AND told.id = n.event_id
LEFT JOIN event bought ON bought.account_id = n.account_id
    AND bought.id = CASE told.type WHEN 'return' THEN told.original_id ELSE told.id END
CROSS JOIN LATERAL (
    SELECT bought.lines -> 'line' ->> (place - 1)::int AS line, points
    FROM unnest(n.shares) WITH ORDINALITY AS part (points, place)
    WHERE n.kind IN ('accrual', 'clawback') AND points <> 0
      AND jsonb_array_length(bought.lines -> 'line') = cardinality(n.shares)
    UNION ALL
    SELECT NULL, n.amount WHERE n.kind NOT IN ('accrual', 'clawback') OR n.shares IS NULL
      OR jsonb_array_length(bought.lines -> 'line') IS DISTINCT FROM cardinality(n.shares)
) AS share
WHERE m.account_id = ANY (%(accounts)s)
  AND (n.at AT TIME ZONE %(zone)s)::date < least(s.due_on, %(last)s::date + 1)
"""


_RETOLD = "the ledger's events in its order"
#: What is different for a member, as sentences by all that shares are compared by.
_Found = dict[tuple[Any, ...], str]


class NoBacktest(Exception):
    """There is nothing to compare with: the folder holds no backtest."""

    code = "no_backtest"


@dataclass(frozen=True, slots=True)
class Match:
    """Members and shares of entries that were compared, and the first differences as sentences: those that should not
    be, and those that come from the order in which budgets of all members were drawn on, of which there are
    `reordered` in all."""

    members: int
    shares: int
    differences: tuple[str, ...]
    of_order: tuple[str, ...] = ()
    reordered: int = 0


def match(
    folder: Path, now: datetime, report: Callable[[int, int], None] = lambda done, total: None, most: int = 100
) -> Match:
    """Compare the ledger with the entries that `regulars backtest` left in `folder`; nothing is changed.

    At `now`, the installation's own time. Raises NoBacktest when there is none.
    """
    entries, zone, last = _backtested(folder)
    told = kept_allotted(folder)
    order = Reordering(told, versions(), now, last) if told is not None else None
    of_order: list[str] = []
    done = shares = 0
    differences: list[str] = []
    everybody = _members()
    strangers = set(entries["member"].unique()) - {number for _, number, _, _ in everybody}
    differences.extend(f"member {number}: is in the backtest and not in the ledger" for number in sorted(strangers))
    # A file knows nothing of merges: who was ever merged is left out on both sides.
    members = [(account, number, due) for account, number, due, merged in everybody if not merged]
    for chunk in _chunks(members):
        posted = _posted([account for account, _, _ in chunk], zone, last)
        known = pl.DataFrame(
            [(number, due) for _, number, due in chunk], {"member": pl.String, "due": pl.Date}, orient="row"
        )
        folded = _reached(entries, known, zone, last)
        shares += len(folded)
        found = _differences(folded, posted)
        if order is None:
            differences.extend(told for own in found.values() for told in own.values())
        else:
            for account, number, _ in chunk:
                if number in found:
                    retold = partial(_reached, known=known, zone=zone, last=last)
                    wrong, other = _judged(order, account, number, found[number], folded, retold)
                    differences.extend(wrong)
                    of_order.extend(other)
        done += len(chunk)
        report(done, len(members))
        if len(differences) >= most:
            break
    if of_order and order is not None:
        differences.extend(order.shared_faults())
    return Match(done, shares, tuple(differences[:most]), tuple(of_order[:most]), len(of_order))


def _judged(
    order: Reordering, account: int, number: str, found: _Found, folded: pl.DataFrame,
    reached: Callable[[pl.DataFrame], pl.DataFrame],
) -> tuple[list[str], list[str]]:  # fmt: skip
    """Of what is different for a member, what should not be, and what comes from the order."""
    faults = order.faults(account)
    if faults:
        return [*found.values(), *faults], []
    retold = reached(_compared(order.entries(account, number)))
    same = _differences(folded.filter(pl.col("member") == number), retold, _RETOLD).get(number, {})
    return list(same.values()), [told for key, told in found.items() if key not in same]


def _reached(entries: pl.DataFrame, known: pl.DataFrame, zone: str, last: date) -> pl.DataFrame:
    """The entries of members that are `known`, up to what the night has come to on both sides."""
    return (
        entries.join(known, on="member")
        .with_columns(pl.col("at").dt.convert_time_zone(zone).dt.date().alias("day"))
        .filter((pl.col("day") < pl.col("due")) & (pl.col("day") <= last))
        .select(*_SCHEMA)
    )


def _backtested(folder: Path) -> tuple[pl.DataFrame, str, date]:
    """The entries as they are compared, the zone of their programme, and the last day that was reached."""
    try:
        summary = json.loads((folder / "summary.json").read_text("utf-8"))
        entries = pl.read_parquet(folder / "entries.parquet")
    except OSError as error:
        raise NoBacktest(f"{folder} holds no backtest ({error}). Make one with regulars backtest.") from None
    zone = str(getattr(entries.schema["at"], "time_zone", None) or "UTC")
    return _compared(entries), zone, date.fromisoformat(summary["last"]) if summary["last"] else date.min


def _compared(entries: pl.DataFrame) -> pl.DataFrame:
    """The columns of entries.parquet as they are compared."""
    found = pl.col("reason").str.json_path_match
    return entries.with_columns(
        pl.col("at").dt.convert_time_zone("UTC"),
        pl.col("available_at").dt.date().alias("available_on"),
        found("$.base").cast(pl.Int64).fill_null(0).alias("base"),
        found("$.clip").cast(pl.Int64).fill_null(0).alias("clip"),
    ).select(*_SCHEMA)


def _members() -> list[tuple[int, str, date, bool]]:
    """(account, number, first day on which the night has something to do, whether they were ever merged) of every
    member that has a standing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.account_id, m.number, s.due_on, a.kin <> '{}' FROM member m"
            " JOIN standing s ON s.account_id = m.account_id JOIN account a ON a.account_id = m.account_id"
            " ORDER BY m.account_id"
        )
        return list(cursor.fetchall())


def _chunks(members: list[tuple[int, str, date]]) -> Iterator[list[tuple[int, str, date]]]:
    for start in range(0, len(members), CHUNK):
        yield members[start : start + CHUNK]


def _posted(accounts: list[int], zone: str, last: date) -> pl.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(_SHARES, {"accounts": accounts, "zone": zone, "last": last})
        return pl.DataFrame(cursor.fetchall(), _SCHEMA, orient="row")


def _differences(folded: pl.DataFrame, posted: pl.DataFrame, other: str = "the ledger") -> dict[str, _Found]:
    """What is on one side only, or of another amount, by member, in order of the members and of time; the `other` side
    is called so."""
    found: dict[str, _Found] = {}
    left, right = (
        frame.group_by(_EVERY).agg(pl.col("amount").sum(), pl.len().alias("times")) for frame in (folded, posted)
    )
    sides = left.join(right, on=_EVERY, how="full", nulls_equal=True, coalesce=True, suffix="_posted")
    off = sides.filter(
        pl.col("amount").ne_missing(pl.col("amount_posted")) | pl.col("times").ne_missing(pl.col("times_posted"))
    )
    for row in off.sort("member", "at", "event", "currency", "kind", "rule", "line").iter_rows(named=True):
        what = " ".join(
            f"{name} {row[name]}" for name in ("event", "line", "currency", "kind", "rule", "base") if row[name]
        )
        should, is_now = (_amount(row[name]) for name in ("amount", "amount_posted"))
        told = f"member {row['member']}: {row['at']:%Y-%m-%d} {what}: the backtest has {should}, {other} {is_now}"
        found.setdefault(row["member"], {})[tuple(row[name] for name in _EVERY)] = told
    return found


def _amount(points: int | None) -> str:
    return "nothing" if points is None else f"{points:,}"
