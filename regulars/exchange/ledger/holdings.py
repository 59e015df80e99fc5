"""Holdings: what an account has now, what will become of it by time alone, and where the member stands.

Nothing is written, and nothing waits for the night: what has fallen due by the moment asked about is settled in
memory first, by the same kernel, so that a page is right at five past midnight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from regulars.engine import tiering
from regulars.engine.entries import EXPIRY, Outcome
from regulars.engine.kernel import Kernel
from regulars.engine.purse import NEVER
from regulars.engine.standing import Standing
from regulars.exchange.ledger.assembling import assemble
from regulars.exchange.ledger.reasons import day, points
from regulars.ground.members.leading import kin_of
from regulars.ground.publishing.versions import versions
from regulars.kit.zones import microseconds
from regulars.programme.currencies import Currency
from regulars.programme.promise import Programme
from regulars.programme.rewards import Reward
from regulars.programme.sentences import money, title_in
from regulars.programme.tiers import Level

#: As far ahead as holdings look for what time alone will do.
_AHEAD_DAYS = 20 * 366


@dataclass(frozen=True, slots=True)
class Balance:
    """One currency of a member. `held` is set aside, `debt` owed, both 0 or more.

    `worth` is what `available` is worth at least (minor units).
    `coming` and `expiring` say which points become available or expire by time alone, as (first day so, points).
    """

    currency: Currency
    available: int
    pending: int
    debt: int
    worth: int | None
    coming: tuple[tuple[date, int], ...]
    expiring: tuple[tuple[date, int], ...]
    held: int = 0


@dataclass(frozen=True, slots=True)
class LotView:
    """What is left of one grant: `amount` were given, `left` are there; `seq` is its entry's."""

    seq: int
    currency: Currency
    amount: int
    left: int
    pending: bool
    earned_on: date
    available_on: date
    expires_on: date | None
    version: int

    def ends(self, language: str) -> str:
        """Until when it may be spent, as a sentence."""
        expiry = self.currency.expiry
        with override(language):
            if self.expires_on:
                ends = _("Ends after %(day)s.") if self.currency.kind == "qualifying" else _("To be spent by %(day)s.")
                return ends % {"day": day(self.expires_on, language)}
            if expiry is None:
                return _("Never expires.")
            said = ngettext(
                "Expires after %(months)d month without earning or spending.",
                "Expires after %(months)d months without earning or spending.",
                expiry.months,
            )
            return said % {"months": expiry.months}


@dataclass(frozen=True, slots=True)
class HoldView:
    """Points set aside by the event `id`, which its source calls `name`, for the member whose own account is `by`:
    `left` of them, through the day `until`, for a `reward` if they are for one."""

    id: UUID
    source: str
    name: str
    by: int
    currency: Currency
    left: int
    held_on: date
    until: date
    reward: Reward | None = None


@dataclass(frozen=True, slots=True)
class TierView:
    """Where a member stands. Progress and `at` of a level are minor units for spend, else a count.

    `missing` is what lacks to `next` (0 at the top). A tier is kept until `kept_until` (None: without end); `to_keep`
    lacks for longer, made from `keep_from` on (`starts_later`: after today). When progress no longer carried it then,
    `grace_until` is set. `falls` are the days on which it would fall if nothing came, with where to.
    """

    programme: Programme
    levels: tuple[Level, ...]
    current: Level
    progress: int
    next: Level | None
    missing: int
    kept_until: date | None
    grace_until: date | None
    to_keep: int
    keep_from: date
    starts_later: bool
    falls: tuple[tuple[date, Level], ...]

    @property
    def yours_until(self) -> date | None:
        """Through which day the tier is the member's if nothing more comes (None: without end): where its renewal is
        certain already, the eve of the day on which it would really fall."""
        if self.kept_until and self.falls and not self.to_keep:
            return self.falls[0][0] - timedelta(days=1)
        return self.grace_until or self.kept_until

    def said(self, language: str) -> str:
        """The tier, and until when it is the member's if nothing more comes."""
        level, until = title_in(self.current.title, language), self.yours_until
        with override(language):
            return _("%(level)s until %(day)s") % {"level": level, "day": day(until, language)} if until else level

    def amount(self, number: int, language: str) -> str:
        """So much progress, as people write it."""
        return progress_said(self.programme, number, language)

    def sentences(self, language: str) -> list[str]:
        """What lacks to rise, until when the tier is kept, and what keeps it longer."""
        said = []
        level = title_in(self.current.title, language)
        with override(language):
            if self.next:
                values = {"missing": self.amount(self.missing, language), "level": title_in(self.next.title, language)}
                said.append(_("%(missing)s more until %(level)s.") % values)
            if until := self.yours_until:
                values = {"level": level, "day": day(until, language)}
                said.append(_("%(level)s is yours until %(day)s.") % values)
                if self.to_keep:
                    values = {"missing": self.amount(self.to_keep, language), "day": day(self.keep_from, language)}
                    later = _("%(missing)s from %(day)s on keep it longer.")
                    said.append(
                        (later if self.starts_later else _("%(missing)s more by then keep it longer.")) % values
                    )
            if self.falls:
                on, below = self.falls[0]
                values = {"level": title_in(below.title, language), "day": day(on, language)}
                said.append(_("If nothing more comes, it is %(level)s from %(day)s on.") % values)
        return said


@dataclass(frozen=True, slots=True)
class Glance:
    """What a list says of an account: the points that can be spent, and the id of the tier (empty without tiers)."""

    available: int
    tier: str


def glances(accounts: Sequence[int], currency: str, now: datetime) -> dict[int, Glance]:
    """Each account at `now`, with its points of one currency: what `balances` and `tier_view` say, for many at once."""
    kernel, standings, _today = _settled(accounts, now)
    levels = kernel.terms.level_ids
    return {
        account: Glance(standing.purse(currency).available, levels[standing.tier])
        for account, standing in standings.items()
    }


def balances(account: int, now: datetime) -> list[Balance]:
    """Every currency of the programme in force, as it stands for an account at `now`."""
    kernel, standing, today = present(account, now)
    expiring = _ahead(kernel, standing, today).entries
    found = []
    for currency in kernel.terms.programme.currencies:
        purse = standing.purse(currency.id)
        coming: dict[date, int] = {}
        for lot in purse.waiting:
            if lot.seq in purse.awaits:  # by an event, not by time
                continue
            on = date.fromordinal(lot.available_day)
            coming[on] = coming.get(on, 0) + lot.left
        ends = tuple(
            (date.fromordinal(entry.day), entry.amount)
            for entry in expiring
            if entry.kind == EXPIRY and entry.currency == currency.id
        )
        worth = int(purse.available * currency.value) if currency.value is not None else None
        found.append(
            Balance(
                currency,
                purse.available,
                purse.pending,
                purse.debt,
                worth,
                tuple(sorted(coming.items())),
                ends,
                purse.held,
            )
        )
    return found


def lots(account: int, now: datetime) -> list[LotView]:
    """What is left of every grant, in the order in which it would be spent; what still waits comes last."""
    kernel, standing, _today = present(account, now)
    there = [lot.seq for purse in standing.purses.values() for lot in (*purse.open, *purse.waiting)]
    with connection.cursor() as cursor:
        # By number: a hold that has lapsed by now gave back to lots that the night has not filled again yet, or made a
        # lot of its own, which has no row before the night.
        cursor.execute(
            "SELECT currency, seq, amount, version FROM lot WHERE account_id = %s AND seq = ANY(%s)",
            [account, there],
        )
        given = {(currency, seq): (amount, version) for currency, seq, amount, version in cursor.fetchall()}
    found, in_force = [], versions().at(microseconds(now)).number
    for currency in kernel.terms.programme.currencies:
        purse = standing.purse(currency.id)
        for held, pending in ((purse.open, False), (purse.waiting, True)):
            for lot in held:
                amount, version = given.get((currency.id, lot.seq), (lot.left, in_force))
                ends = None if lot.expires_day == NEVER else date.fromordinal(lot.expires_day)
                earned, available = date.fromordinal(lot.earned_day), date.fromordinal(lot.available_day)
                found.append(LotView(lot.seq, currency, amount, lot.left, pending, earned, available, ends, version))
    return found


def holds(account: int, now: datetime) -> list[HoldView]:
    """What is set aside for an account at `now`, in the order in which it would come back by itself."""
    kernel, standing, _today = present(account, now)
    promise = versions()
    titles = {currency.id: currency for currency in kernel.terms.programme.currencies}
    found = [
        (titles[id], one) for id, purse in standing.purses.items() if id in titles for one in purse.holds
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, source, external_id, coalesce((attributes ->> '_by')::bigint, account_id) FROM event"
            " WHERE account_id = ANY(%s) AND id = ANY(%s)",
            [sorted(kin_of([account])) if found else [], [UUID(one.event) for _, one in found]],
        )
        named = {id: (source, name, by) for id, source, name, by in cursor.fetchall()}
    return [
        HoldView(
            UUID(one.event), *named[UUID(one.event)], currency, sum(part.left for part in one.lots),
            date.fromordinal(one.day), date.fromordinal(one.lapse_day - 1), promise.reward(one.promised.reward),
        )
        for currency, one in sorted(found, key=lambda pair: pair[1].lapse_day)
    ]  # fmt: skip


def tier_view(account: int, now: datetime) -> TierView | None:
    """Where an account stands at `now`; None for a programme without tiers."""
    kernel, standing, today = present(account, now)
    return tier_of(kernel, standing, today)


def tier_of(kernel: Kernel, standing: Standing, today: int) -> TierView | None:
    """Where a standing that is settled up to local day `today` stands; its window moves on to that day."""
    terms = kernel.terms
    tiers = terms.tiers
    if tiers is None:
        return None
    if standing.joined_day:
        tiering.advance(terms, standing, max(today, standing.day))
    levels, place = tiers.levels, standing.tier
    above = levels[place + 1] if place + 1 < len(levels) else None
    reached, start = standing.total, today
    if place and standing.tier_until and not standing.grace_until and not terms.balance:
        reached = tiering.progress_on(terms, standing, standing.tier_until)
        start = terms.window_start(standing.joined_day, standing.tier_until)
    kept, grace = standing.tier_until, standing.grace_until and tiering.last_day(terms, standing)
    if grace == NEVER:  # until a notice comes
        kept = grace = 0
    falls = [move for move in _ahead(kernel, standing, today).moves if move.why == "fell"]
    by_id = {level.id: level for level in levels}
    return TierView(
        programme=terms.programme,
        levels=levels,
        current=levels[place],
        progress=standing.total,
        next=above,
        missing=max(0, above.at - standing.total) if above else 0,
        kept_until=date.fromordinal(kept) if kept else None,
        grace_until=date.fromordinal(grace) if grace else None,
        to_keep=max(0, levels[place].at - reached) if place and standing.tier_until else 0,
        keep_from=date.fromordinal(max(start, today)),
        starts_later=start > today,
        falls=tuple((date.fromordinal(move.day), by_id[move.target]) for move in falls),
    )


def progress_said(programme: Programme, number: int, language: str) -> str:
    """So much progress towards tiers, as people write it: money, visits, or points of the currency that counts."""
    counts = programme.tiers.counts if programme.tiers else ""
    if counts == "spend":
        return money(number, programme, language)
    with override(language):
        if counts == "visits":
            return ngettext("%(n)s visit", "%(n)s visits", number) % {"n": points(number, language)}
        titles: Mapping[str, str] = programme.currency(counts).title
        return f"{points(number, language)} {title_in(titles, language)}"


def present(account: int, now: datetime) -> tuple[Kernel, Standing, int]:
    """The kernel in force, a standing of our own that is settled up to now, and the local day."""
    kernel, standings, today = _settled([account], now)
    return kernel, standings[account], today


def _settled(accounts: Sequence[int], now: datetime) -> tuple[Kernel, dict[int, Standing], int]:
    at = microseconds(now)
    kernel = versions().at(at).kernel
    today = kernel.terms.zone.local(at)[0]
    standings = {account: held.standing for account, held in assemble(accounts).items()}
    for standing in standings.values():
        kernel.settle(standing, today)
    return kernel, standings, today


def _ahead(kernel: Kernel, standing: Standing, today: int) -> Outcome:
    """What time alone will do from `today` on."""
    return kernel.settle(standing.copy(), today + _AHEAD_DAYS)
