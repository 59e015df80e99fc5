"""Sifting a statement: which of its movements somebody asks to see. Pure but for the reading itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from regulars.engine import entries
from regulars.engine.entries import Refusal
from regulars.engine.refusing import unknown_currency
from regulars.exchange.ledger.statement import StatementLine, statement
from regulars.ground.publishing.versions import Versions

#: What people look for, and the kinds of movements that are that.
KINDS: Final = {
    "earned": (entries.ACCRUAL, entries.ACTIVATION),
    "spent": (entries.REDEMPTION, entries.HOLD, entries.CAPTURE, entries.RELEASE, entries.REVERSAL),
    "returned": (entries.CLAWBACK, entries.REPAYMENT),
    "ended": (entries.EXPIRY, entries.LAPSE, entries.FORFEITURE),
    "decided": (entries.ADJUSTMENT, entries.TRANSFER, entries.MERGE, entries.UNMERGE, entries.POOLING),
}


@dataclass(frozen=True, slots=True)
class Sieve:
    """What is asked for: a `kind` of KINDS, the id of a currency, the first and the last local day. Empty and None:
    all of it."""

    kind: str = ""
    currency: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def open(self) -> bool:
        """Whether everything passes."""
        return not (self.kind or self.currency or self.since or self.until)

    def between(self, zone: str) -> tuple[datetime | None, datetime | None]:
        """From which instant on, and before which; days are those of the zone."""
        after = self.until + timedelta(days=1) if self.until and self.until < date.max else None
        return _midnight(self.since, zone), _midnight(after, zone)


def unsifted(sieve: Sieve, promise: Versions) -> Refusal | None:
    """`unknown_currency`: no version of the programme has the one that is asked for; None where nothing is wrong."""
    newest_first = reversed(list(promise))
    if not sieve.currency or any(sieve.currency in version.kernel.terms.currencies for version in newest_first):
        return None
    return unknown_currency(promise.latest.kernel.terms, sieve.currency)


def sifted(
    account: int, sieve: Sieve, zone: str, before: int | None, limit: int, gathered: bool = True
) -> list[StatementLine]:
    """What passes of an account's statement, the latest recorded first; `before`, `limit` and `gathered` as of
    `statement`."""
    since, until = sieve.between(zone)
    return statement(account, sieve.currency or None, before, limit, KINDS.get(sieve.kind), since, until, gathered)


def _midnight(day: date | None, zone: str) -> datetime | None:
    """The instant at which a local day begins."""
    return datetime.combine(day, time(), ZoneInfo(zone)) if day else None
