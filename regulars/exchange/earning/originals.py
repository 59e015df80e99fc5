"""Originals: what events of a batch refer to, as it was recorded: purchases, the points that paid for them, and what
became of both since."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from regulars.engine.entries import ACCRUAL, RELEASE, Worth
from regulars.engine.entries import CAPTURE as CAPTURED
from regulars.engine.entries import REDEMPTION as REDEEMED
from regulars.engine.events import PURCHASE, RETURN, UNMERGE_IN, Grant, Origin
from regulars.engine.purse import NEVER
from regulars.exchange.earning.folding import Original, Past, Payment
from regulars.ground.activity.recording import known
from regulars.kit.json import decode
from regulars.kit.reading import plain, read_rows
from regulars.kit.zones import microseconds

_ASKED = "unnest(%s::bigint[], %s::uuid[]) AS asked (account_id, id)"
_OF = "e.account_id = asked.account_id AND e.id = asked.id"
_PURCHASES = (
    f"SELECT e.account_id, e.id, e.occurred_at, e.lines::text, e.outcome::text FROM event e JOIN {_ASKED} ON {_OF}"
)
#: What a purchase gave, and whether some of it was used, or ended.
_GRANTS = (
    "SELECT n.account_id, n.event_id, n.seq, n.currency, n.rule, n.amount, n.shares, l.remaining < n.amount"
    f" FROM entry n JOIN {_ASKED} ON n.account_id = asked.account_id AND n.event_id = asked.id"
    " JOIN lot l ON l.account_id = n.account_id AND l.currency = n.currency AND l.seq = n.seq"
    " WHERE n.kind = %s ORDER BY n.seq"
)
#: What ended of an account's lots, the lots that holds gave back for longer, and corrections.
ENDED = (
    "SELECT account_id, kind, target, seq, lots, amount, reverses FROM entry WHERE account_id = ANY(%s)"
    " AND (target IN ('expired', 'forfeited') OR kind = 'release' AND available_on IS NOT NULL"
    " OR kind = 'adjustment' AND reverses IS NOT NULL) ORDER BY account_id, seq"
)
#: How much of that returns have counted as taken back.
COUNTED = (
    "SELECT account_id, outcome -> 'gone', outcome -> 'righted' FROM event WHERE account_id = ANY(%s)"
    " AND type = ANY(%s) AND (outcome -> 'gone' IS NOT NULL OR outcome -> 'righted' IS NOT NULL)"
)
_CORRECTED = (
    "SELECT DISTINCT account_id FROM entry WHERE account_id = ANY(%s) AND kind = 'adjustment' AND reverses IS NOT NULL"
)
_RETURNS = (
    f"SELECT e.account_id, e.original_id, e.outcome -> 'returned' FROM event e JOIN {_ASKED}"
    " ON e.account_id = asked.account_id AND e.original_id = asked.id WHERE e.type = %s"
)
#: Redemptions and captures of one source by the id of the purchase that they pay for.
_PAYMENTS = (
    "SELECT e.account_id, asked.name, n.seq, n.currency, n.amount, n.lots, n.rule, n.base FROM event e"
    " JOIN unnest(%s::bigint[], %s::text[]) AS asked (account_id, name) ON e.account_id = asked.account_id"
    " AND coalesce(e.attributes ->> '_original', e.external_id) = asked.name"
    " JOIN entry n ON n.account_id = e.account_id AND n.event_id = e.id AND n.kind = ANY(%s)"
    " WHERE e.source = %s AND e.type IN ('redemption', 'capture') ORDER BY n.seq"
)
_SPENT = (
    "SELECT n.account_id, n.event_id, n.seq, n.currency, n.amount, n.lots, n.rule, n.base FROM entry n"
    f" JOIN {_ASKED} ON n.account_id = asked.account_id AND n.event_id = asked.id AND n.kind = ANY(%s) ORDER BY n.seq"
)
_BACK = (
    "SELECT n.account_id, n.reverses, sum(n.amount)::bigint FROM entry n"
    " JOIN unnest(%s::bigint[], %s::bigint[]) AS asked (account_id, seq)"
    " ON n.account_id = asked.account_id AND n.reverses = asked.seq WHERE n.kind = 'reversal'"
    " GROUP BY n.account_id, n.reverses"
)
_LOTS = (
    "SELECT l.account_id, l.seq, l.earned_on, l.available_on, l.expires_on FROM lot l"
    " JOIN unnest(%s::bigint[], %s::text[], %s::bigint[]) AS asked (account_id, currency, seq)"
    " ON l.account_id = asked.account_id AND l.currency = asked.currency AND l.seq = asked.seq"
)


def load_pasts(source: str, named: Collection[tuple[int, str]], acts: Collection[tuple[int, str]]) -> dict[int, Past]:
    """The past of accounts, as far as it is referred to.

    `named` are (account, id) of originals as `source` calls them, `acts` those of spending events by the house's own
    id. What is not known, or is another account's, is left out.
    """
    pasts: dict[int, Past] = {account: Past() for account, _ in (*named, *acts)}
    names: dict[tuple[int, UUID], str] = {}
    if named:
        keys = known([(source, name, PURCHASE) for name in {name for _, name in named}])
        for account, name in named:
            key = keys.get((source, name, PURCHASE))
            if key is not None and key.account == account:
                names[account, key.event] = name
    doubtful = _load_purchases(pasts, names) if names else set()
    _load_payments(pasts, source, named, acts)
    sure = [one for one, past in pasts.items() if one not in doubtful and (past.originals or past.paid or past.acts)]
    if sure:
        doubtful |= {account for (account,) in read_rows(_CORRECTED, [sure])}
    if doubtful:
        load_ended(pasts, sorted(doubtful))
    return pasts


def _load_purchases(pasts: Mapping[int, Past], names: Mapping[tuple[int, UUID], str]) -> set[int]:
    """Answers the accounts of which something may have ended that a return asks."""
    asked = _columns(names)
    grants: dict[tuple[int, UUID], list[Grant]] = {}
    doubtful: set[int] = set()
    for account, event, seq, currency, rule, amount, shares, used in read_rows(_GRANTS, [*asked, ACCRUAL]):
        grants.setdefault((account, event), []).append(Grant(seq, currency, rule or "", amount, shares or [amount]))
        if used:
            doubtful.add(account)
    for account, id, at, lines, outcome in read_rows(_PURCHASES, asked):
        kept = decode(outcome)
        if kept.get("counted"):  # what another purchase of the same day or period gave may go with it
            doubtful.add(account)
        original = _original(id, microseconds(at), decode(lines), kept, grants.get((account, id), []))
        pasts[account].originals[names[account, id]] = original
    for account, id, nets in read_rows(_RETURNS, [*asked, RETURN]):
        if nets:
            pasts[account].originals[names[account, id]].note(plain(nets))
    return doubtful


def load_ended(pasts: Mapping[int, Past], accounts: Sequence[int]) -> None:
    """Load what ended of the lots of accounts, and what corrections put right, less what returns have counted as taken
    back, into their pasts."""
    for account, kind, target, seq, lots, amount, reverses in read_rows(ENDED, [list(accounts)]):
        pasts[account].ended.read(kind, target, seq, kind == RELEASE, pairs(lots or ()), amount, reverses or 0)
    for account, gone, righted in read_rows(COUNTED, [list(accounts), [RETURN, UNMERGE_IN]]):
        for seq, points in plain(gone or []):
            pasts[account].ended.count(seq, points)
        for seq, points in plain(righted or []):
            pasts[account].ended.right(seq, points)


def _load_payments(
    pasts: Mapping[int, Past], source: str, named: Collection[tuple[int, str]], acts: Collection[tuple[int, str]]
) -> None:
    kinds = [REDEEMED, CAPTURED]
    # Also for a purchase that is not known yet: a till may tell first what pays for it.
    paid = read_rows(_PAYMENTS, [*_columns(named), kinds, source]) if named else []
    asked = [(account, UUID(id)) for account, id in acts]
    spent = read_rows(_SPENT, [*_columns(asked), kinds]) if asked else []
    if not paid and not spent:
        return
    found: dict[tuple[int, int], Payment] = {}
    for account, name, seq, currency, amount, lots, reward, base in paid:
        payment = Payment(seq, currency, amount, pairs(lots), reward or "", base)
        pasts[account].paid.setdefault(name, []).append(payment)
        found[account, seq] = payment
    for account, event, seq, currency, amount, lots, reward, base in spent:
        payment = Payment(seq, currency, amount, pairs(lots), reward or "", base)
        pasts[account].acts.setdefault(str(event), []).append(payment)
        found[account, seq] = payment
    for account, seq, points in read_rows(_BACK, _columns(found)):
        pasts[account].back[seq] = points
    lots_asked = {(account, one.currency, seq) for (account, _), one in found.items() for seq, _ in one.lots}
    for account, seq, earned, available, expires in read_rows(
        _LOTS, [list(column) for column in zip(*lots_asked, strict=True)]
    ):
        end = expires.toordinal() if expires else NEVER
        pasts[account].days[seq] = earned.toordinal(), available.toordinal(), end


def _original(
    id: UUID, at: int, columns: Mapping[str, list[Any]], told: Mapping[str, Any], grants: list[Grant]
) -> Original:
    nets = columns.get("net", [])
    progress = told.get("progress", nets if told.get("progressed") else [])
    counted, thresholds = tuple(told.get("counted", ())), told.get("thresholds", {})
    drawn = [(budget, per, period, rules) for budget, per, period, _, _, rules in told.get("drawn", ())]
    origin = Origin(
        str(id),
        told.get("counted_at", at),
        nets,
        [0] * len(nets),
        grants,
        progress,
        counted,
        (),
        thresholds,
        drawn=drawn,
        worth=[Worth(*row) for row in told.get("worth", ())],
    )
    return Original(id, columns.get("line", []), origin)


def _columns(keys: Collection[tuple[int, Any]]) -> list[list[Any]]:
    return [[account for account, _ in keys], [id for _, id in keys]]


def pairs(lots: Sequence[int]) -> list[tuple[int, int]]:
    """The lots of an entry, as (seq, points), out of its flat row."""
    return list(zip(lots[::2], lots[1::2], strict=True))
