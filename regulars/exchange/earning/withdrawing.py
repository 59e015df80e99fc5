"""Withdrawing: a file of openings that was wrong is undone as a whole, also in a shop that has gone on living.

All of it is one transaction. Only who is merged with another, or in a household, is left as they are, and told with
what to do: the same command takes them afterwards. docs/migrating.md tells it, docs/rules/opening.md the points.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from regulars.engine.entries import AVAILABLE, DEBT, EXPIRED, ISSUED, PENDING, WITHDRAWAL, Outcome, Refusal
from regulars.engine.events import OPENING
from regulars.engine.events import WITHDRAWAL as WITHDRAWN
from regulars.exchange.earning.acting import ActRefused
from regulars.exchange.earning.opening import Tell, batches, carry_out_all, event_of, numbers_of, source_of
from regulars.exchange.ledger.assembling import lock
from regulars.ground.access.auditing import audit
from regulars.ground.activity.contract import Act
from regulars.kit.speaking import worded

#: Of those to whom something happened since, so many are named.
NAMED = 20
_OPENED = (
    "SELECT k.account_id, k.event_id FROM event_key k WHERE k.source = %s AND k.type = %s AND NOT EXISTS ("
    "SELECT FROM event_key gone WHERE gone.source = k.source AND gone.type = %s AND gone.external_id = k.external_id"
    ") ORDER BY 1"
)
_SINCE = "SELECT account_id FROM standing WHERE account_id = ANY(%s) AND NOT state ? 'opened' ORDER BY account_id"
_LED = (
    "SELECT account_id, kind = 'household', leads_why, leads_to, kin FROM account WHERE account_id = ANY(%s)"
    " AND (leads_to IS NOT NULL OR kind = 'household' OR kin <> '{}')"
)
_MERGED = "SELECT leads_to, account_id FROM account WHERE account_id = ANY(%s) AND leads_why = 'merged'"


@dataclass(slots=True)
class Points:
    """Points of one currency. Taken back: so many of what was `left` of openings, with what had `expired` of them. What
    had been spent of them: other points `made_up` for it, or it is `owed`, or left to the next opening (`short`). What
    was owed and is `forgotten`, and what had been paid of it and is `given_back`. `members` by each of these."""

    left: int = 0
    expired: int = 0
    made_up: int = 0
    owed: int = 0
    short: int = 0
    forgotten: int = 0
    given_back: int = 0
    members: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, points: int) -> None:
        """Count what became of one member's points."""
        if points:
            setattr(self, name, getattr(self, name) + points)
            self.members[name] += 1


@dataclass(frozen=True, slots=True)
class Left:
    """A member whose opening stays, for now: why, and what to do; `other` is the number theirs was merged with. Of one
    who was erased the account is named."""

    member: str
    code: str
    sentence: str
    other: str = ""


@dataclass(slots=True)
class Undone:
    """What undoing a run comes to: `members` whose opening is withdrawn, to `later` of whom something had happened
    since; points by currency, moves between tiers by (from, to) as members, and who is `left`. `again`: all of it had
    been undone before."""

    members: int = 0
    later: int = 0
    again: bool = False
    points: dict[str, Points] = field(default_factory=dict)
    tiers: Counter[tuple[str, str]] = field(default_factory=Counter)
    left: list[Left] = field(default_factory=list)


def undo_openings(run: str, actor: str, now: datetime, tell: Tell, *, despite: bool = False) -> Undone:
    """Withdraw every opening that was taken under the id `run` and is not withdrawn yet.

    Raises ActRefused: `unknown_run`; `later_events`, unless they are to be undone `despite` those, where something else
    happened to an account since, with how many there are and the numbers of the first of them.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        opened = _opened(run, locked=True)
        lock(opened)
        since = _since(opened)
        if since and not despite:
            named = [number for _, number in numbers_of(since[:NAMED])]
            sentence = worded(
                "Something has happened to some of these accounts since: look at what undoing comes to by a dry run, "
                "and say that they are to be undone all the same."
            )
            raise ActRefused(Refusal("later_events", sentence, {"members": len(since), "first": named}))
        done, staying = _begin(opened, since)
        for batch in batches([account for account in opened if account not in staying]):
            _withdraw(run, batch, opened, now, done)
            tell(done.members + len(staying), len(opened))
        if done.members:
            cursor.execute("UPDATE opening_run SET undone_at = coalesce(undone_at, %s) WHERE id = %s", [now, run])
            detail = {"run": run, "members": done.members, "later": done.later, "left": len(done.left)}
            audit(actor, "openings undone", None, detail, now)
    return done


def preview_undoing(run: str, now: datetime, tell: Tell) -> Undone:
    """What undoing would come to if it were done now; nothing is changed. Raises ActRefused `unknown_run`.

    Each batch is done and rolled back, so that nobody waits for a lock for longer than that.
    """
    opened = _opened(run)
    done, staying = _begin(opened, _since(opened))
    for batch in batches([account for account in opened if account not in staying]):
        with transaction.atomic():
            lock(batch)
            _withdraw(run, batch, opened, now, done)
            transaction.set_rollback(True)
        tell(done.members + len(staying), len(opened))
    return done


def _begin(opened: Mapping[int, UUID], since: Sequence[int]) -> tuple[Undone, set[int]]:
    """What is known before anything is done, and the accounts that stay as they are."""
    left = _staying(list(opened))
    done = Undone(later=len([one for one in since if one not in left]), again=not opened)
    done.left = sorted(left.values(), key=lambda one: (one.code, one.member))
    return done, set(left)


def _withdraw(run: str, batch: Sequence[int], opened: Mapping[int, UUID], now: datetime, done: Undone) -> None:
    events = [event_of(WITHDRAWN, member, account, now, Act()) for account, member in numbers_of(batch)]
    for event in events:
        event.original = str(opened[int(event.id)])
    for result in carry_out_all(events, source_of(run), now):
        if result.outcome is not None:  # else somebody undid it between a look and this
            done.members += 1
            _count(result.outcome, done)


def _count(outcome: Outcome, done: Undone) -> None:
    """Add up what one withdrawal did."""
    sums: Counter[tuple[str, str]] = Counter()
    for entry in outcome.entries:
        name = _WAYS.get((entry.source, entry.target), "") if entry.kind == WITHDRAWAL else ""
        if name:
            sums[entry.currency, name] += entry.amount
    for currency, (made, owed, short) in outcome.lacking.items():
        sums[currency, "left"] -= made
        for name, points in (("made_up", made), ("owed", owed), ("short", short)):
            sums[currency, name] += points
    for (currency, name), points in sums.items():
        done.points.setdefault(currency, Points()).add(name, points)
    for move in outcome.moves:
        if move.event and move.source != move.target:
            done.tiers[move.source, move.target] += 1


_WAYS = {
    (PENDING, ISSUED): "left", (AVAILABLE, ISSUED): "left", (EXPIRED, ISSUED): "expired", (ISSUED, DEBT): "forgotten",
    (DEBT, AVAILABLE): "given_back",
}  # fmt: skip


def _opened(run: str, locked: bool = False) -> dict[int, UUID]:
    """The accounts that a run opened and nobody withdrew, with their events. Raises ActRefused `unknown_run`."""
    source = source_of(run)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM opening_run WHERE id = %s{' FOR UPDATE' if locked else ''}", [run])
        if cursor.fetchone() is None:
            raise ActRefused(Refusal("unknown_run", worded("Nothing was taken under this id."), {"run": run}))
        cursor.execute(_OPENED, [source, OPENING, WITHDRAWN])
        return dict(cursor.fetchall())


def _since(accounts: Mapping[int, UUID]) -> list[int]:
    """Those to whom anything but nights happened since."""
    found: list[int] = []
    for batch in batches(list(accounts)):
        with connection.cursor() as cursor:
            cursor.execute(_SINCE, [list(batch)])
            found += [account for (account,) in cursor.fetchall()]
    return found


def _staying(accounts: Sequence[int]) -> dict[int, Left]:
    """Those whose points lie with those of others, so that they cannot be withdrawn as they are."""
    found: dict[int, Left] = {}
    for batch in batches(accounts):
        with connection.cursor() as cursor:
            cursor.execute(_LED, [list(batch)])
            led = cursor.fetchall()
            cursor.execute(_MERGED, [sorted({one for *_, kin in led for one in kin})])
            merged = dict(cursor.fetchall())
        codes: dict[int, tuple[str, int]] = {}
        for account, household, why, to, _ in led:
            if household or why:
                code = "is_household" if household else "in_household" if why == "household" else "merged_since"
                codes[account] = code, to if code == "merged_since" else 0
            elif account in merged:
                codes[account] = "has_merged", merged[account]
        numbers = dict(numbers_of([*batch, *codes, *(other for _, other in codes.values())]))
        codes |= {account: ("erased", 0) for account in batch if account not in numbers and account not in codes}
        for account, (code, other) in codes.items():
            number = numbers.get(account, f"account {account}")
            found[account] = Left(number, code, _SENTENCES[code], numbers.get(other, ""))
    return found


_SENTENCES = {
    "erased": worded("This person was erased, and nothing leads to their account any more: what it holds stays."),
    "merged_since": worded("This number was merged into another one: undo the merge, then undo the openings again."),
    "has_merged": worded("Another number was merged into this one: undo the merge, then undo the openings again."),
    "in_household": worded("This member has joined a household: let them leave it, then undo the openings again."),
    "is_household": worded("This number is a household's: let its members leave it, then undo the openings again."),
}
