"""Having: what a member has after an act, and where they stand, as lines of the terminal."""

from __future__ import annotations

from datetime import datetime

from regulars.exchange.ledger.holdings import balances, tier_view
from regulars.ground.members.enrolling import accounts_of
from regulars.programme.currencies import Currency


def purpose(currency: Currency) -> str:
    """What its available points are there for."""
    return "for tiers" if currency.kind == "qualifying" else "to spend"


def stands(member: str, now: datetime) -> str:
    """The tier of a member, and until when it is theirs; empty without tiers, and where nobody has the number."""
    account = accounts_of([member]).get(member)
    view = tier_view(account, now) if account is not None else None
    return view.said("en") if view else ""


def has(member: str, account: int, stood: str, now: datetime) -> list[str]:
    """What the member has in the account by now, and their tier where it is no longer as it `stood` before."""
    lines = [
        f"{member} has {one.available:,} {one.currency.id} {purpose(one.currency)}"
        f", {one.pending:,} waiting, {one.held:,} held, {one.debt:,} owed."
        for one in balances(account, now)
    ]
    if (tier := stands(member, now)) != stood:
        lines.append(f"{member} is {tier}; before: {stood}.")
    return lines
