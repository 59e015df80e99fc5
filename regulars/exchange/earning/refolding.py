"""Refolding: the history of an account folded again, and each row compared with what the kernel says it must be.

Events are folded in the order in which they were recorded, by the very step of live posting. What fell due by time
alone is not an event: nights change nothing, so it may be settled at any time, but a version of the programme wrote it
down, and the rows without an event say which.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

from regulars.engine import tiering
from regulars.engine.entries import Entry, Outcome, TierMove
from regulars.engine.events import ARRIVES_AS, OPENING, REVERSAL, UNMERGE_OUT, WITHDRAWAL
from regulars.engine.standing import Standing
from regulars.exchange.earning.elsewhere import recall
from regulars.exchange.earning.folding import Past
from regulars.exchange.earning.histories import History, Row, count_keys, histories, strays, told, typed
from regulars.exchange.earning.stepping import Left, step
from regulars.exchange.earning.witnessing import Fault, arrival_faults, event_faults, standing_faults
from regulars.exchange.ledger.assembling import POTS
from regulars.exchange.ledger.posting import LotRow, follow, move
from regulars.exchange.ledger.proving import Difference, Look, snapshot
from regulars.ground.activity.contract import AHEAD_US, Incoming
from regulars.ground.publishing.versions import InForce, PublishRefused, Versions, versions
from regulars.kit.json import decode, encode
from regulars.kit.zones import Zone, from_microseconds, microseconds

#: So many differences of one account are told: after the first ones a fold says only that it went another way.
MOST = 12
#: How many natural keys are looked up in one snapshot.
KEYS = 5_000
_A_DAY = timedelta(days=1)
_DAY_US = 86_400_000_000
_LAST = 1 << 63
#: What an event's row keeps since it could come to something else than before.
_SINCE = {"apart", "heeded", "over", "own", "parted", "parts", "short", "worth"}


def refold(first: int, last: int, promise: Versions, now: datetime) -> list[Difference]:
    """Fold the accounts of a range again, in the view of the caller's transaction; answers what is not as it must be.

    At `now`, the installation's own time: no version that begins later wrote anything yet.
    """
    found: list[Difference] = []
    for history in histories(first, last):
        faults = _faults(history, promise, now, eager=False)
        if faults and any(_brought_in(row) for row in history.rows["event"]):
            # One that moved nothing may have come before or after a night that wrote rows: nothing says which.
            faults = min(faults, _faults(history, promise, now, eager=True), key=len)
        found += [Difference(history.account, what, _shown(should), _shown(is_now)) for what, should, is_now in faults]
    return found


def refolder(now: datetime) -> Look:
    """What `proving.prove` also looks at: histories folded again; nothing, before a programme is published."""
    try:
        promise = versions()
    except PublishRefused:
        return lambda first, last: []
    return lambda first, last: refold(first, last, promise, now)


def retold(
    history: History, promise: Versions, now: datetime, left: Callable[[Row], Left], until: int
) -> list[tuple[int, UUID | None, Outcome]]:
    """What the events of an account come to, to the local day `until`, with what is `left` for each of budgets.

    Answers (version, event, outcome). Nothing but the events is looked at, so time falls due as it does in a backtest.
    Raises what a history raises that cannot be folded.
    """
    fold = _Fold(history, promise, now, eager=False, left=left)
    for row in history.rows["event"]:
        fold.event(row, told(row), None)
    version = promise.at(promise.latest.kernel.terms.zone.midnight(until))
    last = version.kernel.settle(fold.standing, max(until, fold.standing.day))
    return [*fold.outcomes, (version.number, None, last)]


def keys_agree(report: Callable[[int, int], None] = lambda done, total: None, most: int = 100) -> list[Difference]:
    """Natural keys without their event, of all accounts: an event taken away leaves its key behind."""
    found: list[Difference] = []
    after: Sequence[str] | None = None
    done, total = 0, count_keys()
    while len(found) < most:
        with snapshot():
            page, after, size = strays(after, KEYS)
        found += [Difference(account, what, "its event", "nothing") for account, what in page]
        done += size
        report(done, max(done, total))
        if after is None:
            break
    return found[:most]


def _brought_in(event: Row) -> bool:
    """Whether an event was brought in after its day as of its own time."""
    kept, after = event["outcome"], event["recorded_at"] - event["occurred_at"]
    return isinstance(kept, dict) and after > _A_DAY and not {"late", "counted_at"} & kept.keys()


def _faults(history: History, promise: Versions, now: datetime, eager: bool) -> list[Fault]:
    fold = _Fold(history, promise, now, eager)
    try:
        fold.run()
    except (LookupError, TypeError, ValueError, ArithmeticError, AssertionError, AttributeError) as error:
        # What no event leaves behind stops the fold, wherever that is.
        fold.faults.append(("history", "one that can be folded", f"{type(error).__name__}: {error}"))
    return fold.faults[:MOST]


@dataclass(slots=True)
class _Fold:
    """The fold over one account, and what became of its rows. `loose` are rows without an event, in order; what is
    `left` of budgets for the event of a row is what that was allotted, unless something else is asked."""

    history: History
    promise: Versions
    now: datetime
    eager: bool
    left: Callable[[Row], Left] = lambda row: allotted(row["outcome"])
    standing: Standing = field(default_factory=Standing)
    pasts: dict[str, Past] = field(default_factory=dict)
    every: Past = field(default_factory=Past)
    outcomes: list[tuple[int, UUID | None, Outcome]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    loose: deque[Row] = field(default_factory=deque)
    version: InForce | None = None

    def run(self) -> None:
        rows = sorted(
            chain(self.history.rows["entry"], self.history.rows["tier_move"]), key=lambda row: (row["seq"], row["at"])
        )
        self.loose = deque(row for row in rows if row["event_id"] is None)
        own: dict[UUID, int] = {}
        for row in rows:
            if row["event_id"] is not None:
                own.setdefault(row["event_id"], row["seq"])
        before: UUID | None = None
        events = self.history.rows["event"]
        for row, seq in zip(events, _first_rows(events, own), strict=True):
            event = told(row)
            self._nights(seq, row["id"] in own, row, event)
            self.event(row, event, before)
            before = row["id"]
        for row in self.loose:
            self._settle(row, microseconds(self.now))
        self._compare_moved(rows)
        self._compare_lots()
        self._compare_pots()
        self.faults += standing_faults(self.history, self.standing, self.version, self.promise, before, self.now)

    def _nights(self, seq: int, moved: bool, row: Row, event: Incoming) -> None:
        """What had fallen due before an event, whose first row is `seq`, or that of the next one that `moved` anything.

        When one that moved nothing came between nights, its day alone says; but what a night wrote after a later event
        was not there yet, though what was told late may date it back, and so may a version that began since.
        """
        zone = self.promise.at(event.at).kernel.terms.zone
        late = self.eager or "late" in row["outcome"] or "counted_at" in row["outcome"]
        recorded = microseconds(row["recorded_at"])
        until, told = zone.local(recorded if late else event.at)[0], recorded + AHEAD_US
        while self.loose and self.loose[0]["seq"] < seq and (moved or self._was_due(self.loose[0], until, told, zone)):
            self._settle(self.loose.popleft(), told)

    def _was_due(self, row: Row, until: int, told: int, zone: Zone) -> bool:
        """Whether a row that time wrote may have been there by the local day `until`, in what was known when `told`."""
        by_then = self.promise.numbered(row["version"]).effective_us <= told
        return by_then and zone.local(microseconds(row["at"]))[0] <= until

    def _settle(self, row: Row, before: int) -> None:
        """Let time write a row, by the version that it says wrote it, at some instant `before` (microseconds)."""
        if row["seq"] <= self.standing.seq:
            return  # with one before it
        version = self.promise.numbered(row["version"])
        terms, at = version.kernel.terms, microseconds(row["at"])
        day, out = terms.zone.local(at)[0], Outcome()
        if version.effective_us > before or self.promise.over(version, at - (terms.late_days + 1) * _DAY_US):
            self.faults.append((f"row {row['seq']}: version", "one in force when it was written", version.number))
        if self.standing.levels is not terms.level_ids:
            # By a night, at its midnight; or with an event that was refused, at its own instant.
            tiering.adopt(terms, self.standing, at, day, out)
            self.outcomes.append((version.number, None, out))
        self._take(version, None, version.kernel.settle(self.standing, day), None, "")

    def event(self, row: Row, event: Incoming, before: UUID | None) -> None:
        """Fold the event of a row, after the one `before`, and compare what the row keeps of it."""
        late = "late" in row["outcome"] or "counted_at" in row["outcome"]
        version = self.promise.at(microseconds(row["recorded_at"]) if "counted_at" in row["outcome"] else event.at)
        self.faults += event_faults(self.history, row, event, before, self.promise)
        event = typed(event, version.kernel.terms.programme)
        acts = (REVERSAL, UNMERGE_OUT, OPENING, WITHDRAWAL)
        past = self.every if event.type in acts else self.pasts.setdefault(row["source"], self._past())
        past.exact = "paid" in row["outcome"]  # undoing a merge did not look at that once
        past.traced = True
        if "origin" in row["outcome"]:
            past.traced = "parts" in row["outcome"]["origin"]
            recall(past, event.original, row["outcome"]["origin"])
        done = step(
            self.promise, self.standing, past, event, row["id"], microseconds(row["recorded_at"]) if late else 0,
            self.left(row), stands=self._stands(row),
        )  # fmt: skip
        name = f"event {row['type']} {row['external_id']}"
        if done.outcome.refusal is not None:
            self.faults.append((name, f"refused as {done.outcome.refusal.code}", "recorded"))
        kept = _plain(done.kept)
        if kept != row["outcome"] and _by_line(kept, event) == _by_line(row["outcome"], event):
            kept = row["outcome"]
        for column, should in (
            ("version", done.version.number), ("outcome", kept), ("original_id", done.original),
        ):  # fmt: skip
            if row[column] != should:
                self.faults.append((f"{name}: {column}", should, row[column]))
        if row["type"] in ARRIVES_AS:
            self.faults += arrival_faults(self.history, row, done.outcome)
        self._take(done.version, row["id"], done.outcome, event, row["source"], past)

    def _stands(self, row: Row) -> bool:
        """Whether an older program recorded an event, which comes to something else today."""
        since = self.history.exact_from
        return since is not None and row["recorded_at"] < since and _SINCE.isdisjoint(row["outcome"])

    def _past(self) -> Past:
        """What a source that is new here may refer to: all that moved until now, by whatever source."""
        past = Past()
        for id, _, outcome in self.every.told:
            past.add(id, None, outcome)
        return past

    def _take(
        self, version: InForce, id: UUID | None, outcome: Outcome, event: Incoming | None, source: str,
        seen: Past | None = None,
    ) -> None:  # fmt: skip
        self.version = version
        self.outcomes.append((version.number, id, outcome))
        for name, past in (("", self.every), *self.pasts.items()):
            if past is not seen:
                past.add(str(id), event if name in ("", source) else None, outcome)

    def _compare_moved(self, rows: Sequence[Row]) -> None:
        """Entries and tier moves by their number."""
        must = {seq: (table, row) for table, seq, row in self._moved()}
        kept: dict[int, list[tuple[str, Row]]] = defaultdict(list)
        for row in rows:
            kept[row["seq"]].append(("tier move" if "why" in row else "entry", row))
        for seq in sorted(must.keys() | kept.keys()):
            table, should = must.get(seq, ("", None))
            found = kept.get(seq, [])
            first = found[0] if found else (table, None)
            for extra, row in found[1:]:
                self.faults.append((f"{extra} {seq}", None, _brief(row)))
            if first[0] != table or should is None or first[1] is None:
                self.faults.append((f"{table or first[0]} {seq}", _brief(should), _brief(first[1])))
            else:
                self._compare(f"{table} {seq}", should, first[1])

    def _moved(self) -> Iterator[tuple[str, int, Row]]:
        for version, id, outcome in self.outcomes:
            for entry in outcome.entries:
                yield "entry", entry.seq, entry_row(self.history.account, version, id, entry)
            for one in outcome.moves:
                yield "tier move", one.seq, move_row(self.history.account, version, id, one)

    def _compare_lots(self) -> None:
        lots: dict[tuple[str, int], LotRow] = {}
        for version, _, outcome in self.outcomes:
            for entry in outcome.entries:
                follow(lots, entry, version)
        must = {
            (currency, seq): {
                "account_id": self.history.account, "currency": currency, "seq": seq, "amount": lot.amount,
                "remaining": lot.remaining, "pending": lot.pending, "earned_on": _day(lot.earned_day),
                "available_on": _day(lot.available_day), "expires_on": _day(lot.expires_day), "version": lot.version,
            }
            for (currency, seq), lot in lots.items()
        }  # fmt: skip
        kept = {(row["currency"], row["seq"]): row for row in self.history.rows["lot"]}
        for currency, seq in sorted(must.keys() | kept.keys()):
            self._pair(f"lot {seq} of {currency}", must.get((currency, seq)), kept.get((currency, seq)))

    def _compare_pots(self) -> None:
        pots: dict[str, dict[str, int]] = {}
        for _, _, outcome in self.outcomes:
            for entry in outcome.entries:
                move(pots, entry.currency, entry.source, entry.target, entry.amount)
        kept = {row["currency"]: row for row in self.history.rows["balance"]}
        for currency in sorted(pots.keys() | kept.keys()):
            account = {"account_id": self.history.account, "currency": currency}
            should = {**account, **{pot: pots[currency][pot] for pot in POTS}} if currency in pots else None
            self._pair(f"balance of {currency}", should, kept.get(currency))

    def _pair(self, name: str, should: Row | None, is_now: Row | None) -> None:
        if should is None or is_now is None:
            self.faults.append((name, _brief(should), _brief(is_now)))
        else:
            self._compare(name, should, is_now)

    def _compare(self, name: str, should: Row, is_now: Row) -> None:
        for column, value in should.items():
            if is_now[column] != value:
                self.faults.append((f"{name}: {column}", value, is_now[column]))


def allotted(outcome: Mapping[str, Any]) -> Left:
    """What an event was allotted of budgets when it was recorded."""
    given = {(budget, per, period): points for budget, per, period, points, _, _ in outcome.get("drawn", ())}
    return lambda budget, period: given.get((budget.id, budget.per, period))


def _first_rows(events: Sequence[Row], own: Mapping[UUID, int]) -> list[int]:
    """The seq of each event's first row, out of its `own`; of one that has none, that of the next event's."""
    found, first = [], _LAST
    for row in reversed(events):
        first = own.get(row["id"], first)
        found.append(first)
    return found[::-1]


def entry_row(account: int, version: int, event: UUID | None, entry: Entry) -> Row:
    """An entry as its row must be, by column; `event` is the id of the one that it may be of."""
    return {
        "account_id": account, "seq": entry.seq, "at": from_microseconds(entry.at),
        "event_id": event if entry.event else None, "version": version, "currency": entry.currency, "kind": entry.kind,
        "source": entry.source, "target": entry.target, "amount": entry.amount,
        "rule": entry.rule.id if entry.rule else None, "base": entry.base, "granted": entry.granted,
        "shares": entry.shares() if entry.weights else None,
        "lots": [part for lot in entry.lots for part in lot] if entry.lots else None,
        "available_on": _day(entry.available_day), "expires_on": _day(entry.expires_day),
        "reverses": entry.reverses or None,
    }  # fmt: skip


def move_row(account: int, version: int, event: UUID | None, move: TierMove) -> Row:
    """A tier move as its row must be, by column."""
    return {
        "account_id": account, "seq": move.seq, "at": from_microseconds(move.at),
        "event_id": event if move.event else None, "version": version, "source": move.source, "target": move.target,
        "why": move.why, "progress": move.progress, "until_on": _day(move.until_day),
    }  # fmt: skip


def _by_line(outcome: Mapping[str, Any], event: Incoming) -> Mapping[str, Any]:
    """An outcome in which what gifts were worth is told line by line, as a row from before has it, also where each line
    of the event gave by its net."""
    if "worth" not in outcome:
        return outcome
    told = [
        [*gift, [parts * net for net in event.nets] if isinstance(parts, int) else parts]
        for *gift, parts in outcome["worth"]
    ]
    return {**outcome, "worth": told}


def _plain(value: Any) -> Any:
    """As JSON gives it back."""
    return decode(encode(value))


def _brief(row: Row | None) -> str | None:
    """A row in a few words."""
    if row is None:
        return None
    names = ("kind", "why", "amount", "currency", "available", "source", "target")
    return " ".join(str(row[name]) for name in names if name in row)


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    return encode(value).decode() if isinstance(value, dict | list) else str(value)


def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None
