"""The statement: every movement of a member's points, the latest recorded first, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from regulars.engine.entries import (
    ACCRUAL,
    AVAILABLE,
    CAPTURE,
    DEBT,
    EXPIRY,
    HELD,
    HOLD,
    PENDING,
    REDEMPTION,
    RELEASE,
    REVERSAL,
)
from regulars.engine.terms import Terms
from regulars.exchange.ledger import reasons
from regulars.exchange.ledger.reasons import Reason, Working
from regulars.ground.publishing.versions import Versions, versions
from regulars.kit.json import decode
from regulars.kit.zones import microseconds
from regulars.programme.sentences import rule_sentence

_LAST = (1 << 63) - 1
_COLUMNS = (
    "seq", "at", "event_id", "version", "currency", "kind", "source", "target", "amount", "rule", "base", "granted",
    "available_on", "expires_on", "seqs",
)  # fmt: skip
#: What an event, or a night between two events, did in one way to one pot, lot by lot, as one movement under the number
#: of its last entry. A day stands for all of them or not at all. What a rule gave keeps a line of its own, with how it
#: was worked out.
_GATHERED = """(
    SELECT array_agg(seq) AS seqs, account_id, max(seq) AS seq, max(at) AS at, event_id, max(version) AS version,
        currency, kind, source, target, sum(amount)::bigint AS amount, rule, sum(base)::bigint AS base,
        sum(granted)::bigint AS granted,
        CASE WHEN count(DISTINCT coalesce(available_on, 'infinity')) = 1 THEN max(available_on) END AS available_on,
        CASE WHEN count(DISTINCT coalesce(expires_on, 'infinity')) = 1 THEN max(expires_on) END AS expires_on
    FROM (SELECT *, count(event_id) OVER (ORDER BY seq) AS events FROM entry WHERE account_id = %(account)s) AS e
    GROUP BY account_id, event_id, currency, kind, source, target, rule, CASE WHEN kind = 'accrual' THEN seq END,
        CASE WHEN event_id IS NULL THEN events END, CASE WHEN event_id IS NULL THEN at END
)"""
_EACH = "(SELECT *, ARRAY[seq] AS seqs FROM entry WHERE account_id = %(account)s)"
#: What entries took of lots, by the day on which those were earned: the entry of a `line`, of all that are in it.
_TOOK = """
SELECT asked.line, l.earned_on, sum(part.points)::bigint
FROM unnest(%(lines)s::bigint[], %(seqs)s::bigint[]) AS asked (line, seq)
JOIN entry e ON e.account_id = %(account)s AND e.seq = asked.seq
CROSS JOIN LATERAL (
    SELECT e.lots[place] AS seq, e.lots[place + 1] AS points FROM generate_series(1, cardinality(e.lots), 2) AS place
) AS part
JOIN lot l ON l.account_id = e.account_id AND l.currency = e.currency AND l.seq = part.seq
GROUP BY asked.line, l.earned_on ORDER BY asked.line, l.earned_on
"""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement as the member sees it.

    `amount` is signed: what it did to `pot` (`available`, `pending`, `held`, or `debt`, where a negative amount is
    owed). A movement between two pots of the member's own (`within`) changes what may be spent, not what the member
    has in all. `available_after`, `pending_after`, `held_after` and `debt_after` (owed, 0 or more) stand after the
    movement, in its currency. `teller` is the account of the member of a household whose number was used (0: the
    account is its member's own), `told_under` the account that was given the number which was used, of a member who has
    several by a merge (0: it is their own). `seq` is the cursor of the next page: lines before this one.
    """

    seq: int
    at: datetime
    day: date
    event: UUID | None
    event_type: str
    store: str
    kind: str
    currency: str
    amount: int
    pot: str
    within: bool
    available_on: date | None
    expires_on: date | None
    version: int
    available_after: int
    pending_after: int
    debt_after: int
    held_after: int
    reason: Reason
    teller: int = 0
    told_under: int = 0

    def title(self, language: str) -> str:
        """What happened, in a few words; `language` is en, de, es or da."""
        return reasons.title(self.reason, language)

    def why(self, language: str) -> str:
        """Why, in a sentence or a few, from what was recorded."""
        return reasons.why(self.reason, language)

    def working(self, language: str) -> Working:
        """How earned points were worked out, or when those that expired had been earned: (what, figure) step by step;
        empty for other movements."""
        return reasons.working(self.reason, language)

    def rule_sentence(self, language: str) -> str:
        """The whole rule as it read when it was applied; empty where no rule was."""
        if self.reason.reward is not None:  # whose id may be a rule's as well
            return ""
        rules = [rule for rule in self.reason.programme.earn.rules if rule.id == self.reason.rule]
        return rule_sentence(rules[0], self.reason.programme, language) if rules else ""


def statement(
    account: int,
    currency: str | None = None,
    before: int | None = None,
    limit: int = 50,
    kinds: Sequence[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    gathered: bool = False,
) -> list[StatementLine]:
    """Up to `limit` movements of an account, the latest recorded first, of one currency or of all, of some `kinds` or
    of all, that belong to a time from `since` on and before `until`.

    `before` is the `seq` of the last line of the page before. Where they are `gathered`, what one event, or one night,
    did in one way to one pot of a currency is one movement, with the sum of its entries. Movements are in the order in
    which they were recorded; `at` is when each belongs, which for a late event lies earlier.
    """
    movements = _GATHERED if gathered else _EACH
    asked = {
        "account": account, "before": _LAST if before is None else before, "currency": currency, "since": since,
        "kinds": list(kinds) if kinds is not None else None, "until": until, "limit": limit,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(f'n.{name}' for name in _COLUMNS)},"
            " e.type, e.store, e.net, e.outcome ->> 'clips', o.occurred_at,"
            " e.occurred_at < n.at, (e.outcome ->> 'pays')::bigint, (e.attributes ->> '_by')::bigint,"
            " (e.attributes ->> '_number')::bigint"
            f" FROM (SELECT * FROM {movements} AS m"
            " WHERE m.seq < %(before)s AND m.currency = coalesce(%(currency)s, m.currency)"
            " AND (%(kinds)s::text[] IS NULL OR m.kind = ANY(%(kinds)s))"
            " AND m.at >= coalesce(%(since)s, '-infinity'::timestamptz)"
            " AND m.at < coalesce(%(until)s, 'infinity'::timestamptz)"
            " ORDER BY m.seq DESC LIMIT %(limit)s) AS n"
            " LEFT JOIN event e ON e.account_id = n.account_id AND e.id = n.event_id"
            " LEFT JOIN event o ON o.account_id = e.account_id AND o.id = e.original_id"
            " ORDER BY n.seq DESC",
            asked,
        )
        rows = cursor.fetchall()
    if not rows:
        return []
    held = _held_after(account, rows[0][0], movements)
    promise, took = versions(), _took(account, rows)
    if kinds is None and since is None and until is None:
        return [_line(row, promise, held, took) for row in rows]
    between = _between(account, rows, movements)
    lines = []
    for row in rows:
        while between and between[-1][0] > row[0]:
            _seq, of, source, target, amount = between.pop()
            _move(held.setdefault(of, dict.fromkeys((AVAILABLE, PENDING, DEBT, HELD), 0)), target, source, amount)
        lines.append(_line(row, promise, held, took))
    return lines


def _took(account: int, rows: Sequence[Sequence[Any]]) -> dict[int, list[tuple[date, int]]]:
    """Of lines by which points expired: (day on which they were earned, points), by the line's number."""
    told = [dict(zip(_COLUMNS, row, strict=False)) for row in rows]
    asked = [(one["seq"], seq) for one in told if one["kind"] == EXPIRY for seq in one["seqs"]]
    found: dict[int, list[tuple[date, int]]] = {}
    if asked:
        lines, seqs = zip(*asked, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(_TOOK, {"account": account, "lines": list(lines), "seqs": list(seqs)})
            for line, earned, points in cursor.fetchall():
                found.setdefault(line, []).append((earned, points))
    return found


def _between(account: int, rows: Sequence[Sequence[Any]], movements: str) -> list[tuple[int, str, str, str, int]]:
    """The movements that lie between these lines and are not among them, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT seq, currency, source, target, amount FROM {movements} AS m"
            " WHERE seq > %(oldest)s AND seq < %(newest)s AND NOT seq = ANY(%(shown)s) ORDER BY seq",
            {"account": account, "oldest": rows[-1][0], "newest": rows[0][0], "shown": [row[0] for row in rows]},
        )
        return list(cursor.fetchall())


def unwritten_since(account: int, today: date) -> date | None:
    """The first day on which something fell due for an account that no night has written down by the local day `today`;
    None: the statement is complete. What can be spent counts it already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT due_on FROM standing WHERE account_id = %s AND due_on <= %s", [account, today])
        row = cursor.fetchone()
    return row[0] if row else None


def _held_after(account: int, seq: int, movements: str) -> dict[str, dict[str, int]]:
    """The member's pots per currency as they stood after the movement `seq`."""
    with connection.cursor() as cursor:
        # What came later is taken off the balances of today: little for the first pages, which are what people read.
        cursor.execute(
            "SELECT b.currency, b.available, b.pending, b.debt, b.held, later.source, later.target, later.points"
            " FROM balance b"
            f" LEFT JOIN (SELECT currency, source, target, sum(amount)::bigint AS points FROM {movements} AS m"
            " WHERE seq > %(seq)s GROUP BY currency, source, target) AS later USING (currency)"
            " WHERE b.account_id = %(account)s",
            {"account": account, "seq": seq},
        )
        held: dict[str, dict[str, int]] = {}
        for currency, available, pending, debt, in_hold, source, target, points in cursor.fetchall():
            pots = held.setdefault(currency, {AVAILABLE: available, PENDING: pending, DEBT: debt, HELD: in_hold})
            if points:
                _move(pots, target, source, points)
    return held


def _line(
    row: Sequence[Any], promise: Versions, held: dict[str, dict[str, int]], took: Mapping[int, list[tuple[date, int]]]
) -> StatementLine:
    """One line; takes its movement off `held`, which then stands for the line before."""
    entry = dict(zip(_COLUMNS, row, strict=False))
    event_type, store, net, clips, bought_at, late, pays, teller, told_under = row[len(_COLUMNS) :]
    terms = promise.numbered(entry["version"]).kernel.terms
    source, target, amount = entry["source"], entry["target"], entry["amount"]
    pots = held[entry["currency"]]
    after = dict(pots)
    _move(pots, target, source, amount)
    gains = target in pots and not (source in pots and target in (DEBT, HELD))
    reason = Reason(
        programme=terms.programme,
        kind=entry["kind"],
        currency=entry["currency"],
        source=source,
        target=target,
        amount=amount,
        granted=entry["granted"],
        base=entry["base"],
        rule=entry["rule"] or "",
        available_on=entry["available_on"],
        expires_on=entry["expires_on"],
        clips=_clips(clips, entry["rule"]) if entry["kind"] == ACCRUAL else (),
        event_type=event_type or "",
        event_net=net or 0,
        late=bool(late),
        earned=took.get(entry["seq"], ()),
        **_spent_on(entry, promise, terms, pays),
        bought_on=date.fromordinal(terms.zone.local(microseconds(bought_at))[0]) if bought_at else None,
    )
    return StatementLine(
        seq=entry["seq"],
        at=entry["at"],
        day=date.fromordinal(terms.zone.local(microseconds(entry["at"]))[0]),
        event=entry["event_id"],
        event_type=event_type or "",
        store=store or "",
        kind=entry["kind"],
        currency=entry["currency"],
        amount=amount if gains else -amount,
        pot=target if gains else source,
        within=source in pots and target in pots,
        available_on=entry["available_on"],
        expires_on=entry["expires_on"],
        version=entry["version"],
        available_after=after[AVAILABLE],
        pending_after=after[PENDING],
        debt_after=-after[DEBT],
        held_after=after[HELD],
        reason=reason,
        teller=teller or 0,
        told_under=told_under or 0,
    )


def _spent_on(entry: dict[str, Any], promise: Versions, terms: Terms, pays: int | None) -> dict[str, Any]:
    """What a reason says of the reward that points were spent on or set aside for."""
    kind, spent = entry["kind"], entry["kind"] in (REDEMPTION, CAPTURE)
    of_a_reward = entry["rule"] and (spent or kind in (HOLD, RELEASE, REVERSAL))
    reward = promise.reward(entry["rule"], entry["version"]) if of_a_reward else None
    usable = None
    if reward is not None and reward.valid_days is not None and spent:
        usable = date.fromordinal(terms.zone.local(microseconds(entry["at"]))[0] + reward.valid_days)
    return {"reward": reward, "pays": (pays or 0) if spent else 0, "usable_until": usable}


def _move(pots: dict[str, int], source: str, target: str, points: int) -> None:
    if source in pots:
        pots[source] -= points
    if target in pots:
        pots[target] += points


def _clips(text: str | None, rule: str) -> list[tuple[str, int]]:
    """The caps of an event that held back points of one rule."""
    return [(cap, points) for cap, of, points in decode(text or "[]") if of == rule]
