"""Finding the members who are to be told, slice by slice, and asking for their messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from regulars.engine.events import NOTICE, TIER_NOTICE
from regulars.engine.kernel import Kernel
from regulars.engine.standing import Standing
from regulars.engine.terms import CurrencyTerms
from regulars.exchange.ledger.assembling import assemble
from regulars.exchange.notices.housemates import untold
from regulars.exchange.notices.owed import due, falling
from regulars.ground.messaging.queueing import UNDER_WAY, ask
from regulars.ground.publishing.versions import PublishRefused, versions
from regulars.kit.zones import add_months, microseconds

_SLICE = 500
#: Whoever can be reached, and to whom no message of the kind is under way; and every household, for its members.
_TO_TELL = """
    AND (EXISTS (SELECT FROM member m WHERE m.account_id = s.account_id
        AND m.email || m.given_name || m.family_name || m.preferred_name <> '')
        OR EXISTS (SELECT FROM household h WHERE h.account_id = s.account_id))
    AND NOT EXISTS (SELECT FROM message g WHERE g.account_id = s.account_id AND g.kind = %(kind)s
        AND g.state = ANY(%(open)s))
    ORDER BY s.account_id LIMIT %(limit)s
"""
#: Accounts with points of which the last day is near, or over: by the day of each lot, or by the last activity.
_BY_LOT = """
    SELECT DISTINCT s.account_id FROM lot s WHERE s.account_id > %(after)s AND s.currency = %(currency)s
    AND s.remaining > 0 AND s.expires_on <= %(day)s
"""
_BY_ACTIVITY = """
    SELECT s.account_id FROM standing s JOIN balance b ON b.account_id = s.account_id AND b.currency = %(currency)s
    WHERE s.account_id > %(after)s AND b.available > 0
    AND (s.state->'purses'->(%(currency)s::text)->>'last')::int BETWEEN 1 AND %(day)s
"""
#: Accounts whose tier ends soon, or has ended and is kept for grace, and that were not told of it yet.
_BY_TIER = """
    SELECT s.account_id FROM standing s WHERE s.account_id > %(after)s AND s.tier <> %(lowest)s
    AND s.state->>'told' IS NULL
    AND ((s.state->'tier'->>1)::int BETWEEN 1 AND %(day)s OR (s.state->'tier'->>2)::int > 0)
"""


def ask_notices(now: datetime, limit_accounts: int = _SLICE) -> int:
    """Ask for every notice that is owed on the local day of `now`; answers how many messages are new.

    May run twice, or twice at once: one message of a kind to a member is under way at a time, and who was told is not
    owed it again. The version in force decides; without a published programme nothing is owed.
    """
    try:
        kernel = versions().at(microseconds(now)).kernel
    except PublishRefused:
        return 0
    terms = kernel.terms
    today = terms.zone.local(microseconds(now))[0]
    asked = 0
    for currency in terms.currencies.values():
        if not currency.after or not currency.notice[0]:
            continue
        for accounts in _expiring(currency, today, limit_accounts):
            asked += _ask(NOTICE, accounts, kernel, today, now)
    if terms.tiers is not None and terms.tiers.notice is not None:
        values = {"lowest": terms.level_ids[0], "day": today + terms.tiers.notice.earliest}
        for accounts in _slices(_BY_TIER, values, TIER_NOTICE, limit_accounts):
            asked += _ask(TIER_NOTICE, accounts, kernel, today, now)
    return asked


def standings(kernel: Kernel, accounts: Sequence[int], today: int) -> dict[int, Standing]:
    """The standing of each account as it is on a day, whether or not the night has run."""
    found = {account: held.standing for account, held in assemble(accounts).items() if held.known}
    for standing in found.values():
        kernel.settle(standing, today)
    return found


def _ask(kind: str, accounts: Sequence[int], kernel: Kernel, today: int, now: datetime) -> int:
    owed = []
    for account, standing in standings(kernel, accounts, today).items():
        if kind == TIER_NOTICE:
            is_owed = falling(kernel, standing, today) is not None
        else:
            is_owed = due(kernel.terms, standing, today)
        if is_owed:
            owed += untold(kind, account, kernel, standing, now) if standing.shares else [account]
    if not owed:
        return 0
    with transaction.atomic():
        return ask(kind, owed, now)


def _expiring(currency: CurrencyTerms, today: int, limit: int) -> Iterator[list[int]]:
    horizon = today + currency.notice[0]
    if currency.after == "inactivity":
        # A month that is shorter than another lets several days end on one: the rule decides, this only looks wider.
        active = add_months(horizon, -currency.months) + 3
        yield from _slices(_BY_ACTIVITY, {"currency": currency.id, "day": active}, NOTICE, limit)
    else:
        values = {"currency": currency.id, "day": date.fromordinal(horizon)}
        yield from _slices(_BY_LOT, values, NOTICE, limit)


def _slices(query: str, values: Mapping[str, Any], kind: str, limit: int) -> Iterator[list[int]]:
    after = 0
    while True:
        with connection.cursor() as cursor:
            asked = {**values, "after": after, "kind": kind, "open": list(UNDER_WAY), "limit": limit}
            cursor.execute(query + _TO_TELL, asked)
            accounts = [account for (account,) in cursor.fetchall()]
        if accounts:
            yield accounts
        if len(accounts) < limit:
            return
        after = accounts[-1]
