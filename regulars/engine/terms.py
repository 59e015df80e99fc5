"""A programme made ready for the fold: plain values that the steps read, worked out once per version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm

from regulars.engine.entries import RuleRef
from regulars.engine.periods import window_start
from regulars.engine.purse import NEVER
from regulars.kit.zones import Zone, add_months
from regulars.programme.currencies import Currency, Pending
from regulars.programme.earn import Cap, Rule
from regulars.programme.promise import Programme
from regulars.programme.rewards import Reward
from regulars.programme.thresholds import Threshold, threshold
from regulars.programme.tiers import Tiers


class CurrencyTerms:
    """One currency: exact amounts are whole numbers of `1/denominator` points; `notice` (0, 0) asks for none.

    `waits`: whether its points wait at all; `awaits` the type of event they wait for (empty: for time alone);
    `carries`: whether there are fractions of a point that wait for the next purchase.
    """

    __slots__ = (
        "_ends", "_until_day", "_wait_days", "after", "awaits", "carries", "counts", "counts_later", "debt",
        "denominator", "id", "mode", "months", "notice", "rounding", "waits",
    )  # fmt: skip

    def __init__(self, currency: Currency, denominator: int, tiers: Tiers | None) -> None:
        self.id = currency.id
        self.denominator = denominator
        self.rounding = currency.rounding
        self.carries = currency.rounding == "carry" and denominator > 1
        self.mode = currency.mode
        pending = currency.pending or Pending()
        self.waits = currency.pending is not None
        self.awaits = pending.event
        self._wait_days = pending.days or pending.within_days
        self._until_day = pending.until.toordinal() if pending.until else 0
        expiry = currency.expiry
        self.after = expiry.after if expiry else ""
        self.months = expiry.months if expiry else 0
        self.notice = (expiry.notice.earliest, expiry.notice.latest) if expiry and expiry.notice else (0, 0)
        self.debt = currency.debt
        self.counts = bool(tiers and tiers.counts == currency.id and tiers.window != "balance")
        self.counts_later = bool(tiers and self.counts and not tiers.pending_counts and self.waits)
        self._ends: dict[int, int] = {}

    def available_day(self, day: int) -> int:
        """The first day on which points earned on `day` may be spent, or have lapsed if they wait for an event."""
        if self._wait_days:
            return day + self._wait_days + 1
        return max(day, self._until_day)

    def end(self, day: int) -> int:
        """The last day to spend, counted from `day` (available, or last active); NEVER without expiry."""
        if not self.after:
            return NEVER
        end = self._ends.get(day)
        if end is None:
            end = self._ends[day] = add_months(day, self.months)
        return end

    def expires_day(self, available_day: int) -> int:
        """The last day of a lot: fixed only when expiry runs from earning."""
        return self.end(available_day) if self.after == "earning" else NEVER


@dataclass(frozen=True, slots=True)
class CapTerms:
    """A cap or a budget; `everything` when it covers every rule of its currency. At least `memory` periods of a cap
    are remembered."""

    id: str
    rules: frozenset[str]
    most: int
    per: str
    refuse: bool
    everything: bool
    memory: int


class Terms:
    """What `compile` works out of a programme, but for the generated evaluators."""

    __slots__ = (
        "_starts", "balance", "budgets", "caps", "counted_by", "currencies", "late_days", "level_ids", "levels",
        "money", "only_spendable", "programme", "refs", "rewards", "shared", "streaks", "thresholds", "tiers", "zone",
    )  # fmt: skip

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.zone = Zone(programme.header.zone)
        self.money = programme.header.money
        self.late_days = programme.earn.late_days
        self.tiers = programme.tiers
        #: The currency whose balance tiers follow; empty where they count progress.
        self.balance = programme.tiers.counts if programme.tiers and programme.tiers.window == "balance" else ""
        self.levels = tuple(level.at for level in programme.tiers.levels) if programme.tiers else ()
        spendable = [currency.id for currency in programme.currencies if currency.kind != "qualifying"]
        #: What is meant where points are spent and no currency is named; empty where it is not clear.
        self.only_spendable = spendable[0] if len(spendable) == 1 else ""
        #: Each version has a tuple of its own, also of the same ids: by that a standing knows the version it was under.
        self.level_ids = tuple([level.id for level in programme.tiers.levels] if programme.tiers else [""])
        self.streaks = {rule.id: rule.streak.per for rule in programme.earn.rules if rule.streak}
        self.counted_by = _counted_by(programme.earn.rules)
        self.thresholds = _thresholds(programme.earn.rules)
        self.rewards: dict[str, Reward] = {reward.id: reward for reward in programme.rewards}
        self.refs = {rule.id: _ref(rule) for rule in programme.earn.rules}
        self.currencies = {
            currency.id: CurrencyTerms(currency, _denominator(programme, currency.id), programme.tiers)
            for currency in programme.currencies
        }
        self.caps = {currency.id: self._bounds(programme.earn.caps, currency.id) for currency in programme.currencies}
        #: Of those currencies alone that have some.
        self.budgets = {
            currency: self._bounds(programme.earn.budgets, currency)
            for currency in dict.fromkeys(budget.currency for budget in programme.earn.budgets)
        }
        #: The budgets that an event of a type may draw on, for those types that may.
        self.shared = self._shared()
        self._starts: dict[int, int] = {}

    def _bounds(self, caps: Sequence[Cap], currency: str) -> tuple[CapTerms, ...]:
        own = {rule.id for rule in self.programme.earn.rules if rule.currency == currency}
        return tuple(
            CapTerms(
                cap.id, frozenset(cap.rules), cap.most, cap.per, cap.at_edge == "refuse", own <= set(cap.rules),
                self.late_days + 1,
            )
            for cap in caps
            if cap.currency == currency
        )  # fmt: skip

    def _shared(self) -> dict[str, tuple[CapTerms, ...]]:
        found: dict[str, tuple[CapTerms, ...]] = {}
        for budget in (one for several in self.budgets.values() for one in several):
            rules = (rule for rule in self.programme.earn.rules if rule.id in budget.rules)
            for type in dict.fromkeys(event for rule in rules for event in rule.on):
                found[type] = (*found.get(type, ()), budget)
        return found

    def window_start(self, joined_day: int, day: int) -> int:
        """The first day whose progress counts on `day`."""
        tiers = self.tiers
        assert tiers is not None
        if tiers.window == "membership_year":
            return window_start(tiers.window, tiers.months, joined_day, day)
        start = self._starts.get(day)
        if start is None:
            start = self._starts[day] = window_start(tiers.window, tiers.months, joined_day, day)
        return start

    def ref(self, rule: str) -> RuleRef:
        """The reference of a rule id; a rule of an older version is known by its id alone."""
        return self.refs.get(rule) or RuleRef(rule, "", 0, "", "", 0)


def _denominator(programme: Programme, currency: str) -> int:
    """A whole number of parts of a point in which whatever any rule of the currency gives is whole.

    The loader bounds it (`rate_too_fine`).
    """
    parts: dict[str, int] = {}
    for rule in programme.earn.rules:
        if rule.times is None:
            parts[rule.id] = (rule.points / rule.per).denominator
        else:
            parts[rule.id] = rule.times.denominator * lcm(*(parts[of] for of in rule.of))
    own = [parts[rule.id] for rule in programme.earn.rules if rule.currency == currency]
    return lcm(*own) if own else 1


def _counted_by(rules: Sequence[Rule]) -> dict[str, str]:
    """The rule whose day or period a gift stands for, by rule: itself, or the one it multiplies."""
    found: dict[str, str] = {}
    for rule in rules:
        by = found.get(rule.of[0], "") if rule.of else rule.id if rule.streak or rule.count == "days" else ""
        if by:
            found[rule.id] = by
    return found


def _thresholds(rules: Sequence[Rule]) -> dict[str, Threshold]:
    """What gifts stand on that a return reconsiders, by rule; what multiplies such a gift stands and goes with it."""
    found: dict[str, Threshold] = {}
    for rule in rules:
        asked = threshold(rule.when) if rule.on_return == "reconsider" else None
        asked = found.get(rule.of[0]) if rule.of else asked
        if asked is not None:
            found[rule.id] = asked
    return found


def _ref(rule: Rule) -> RuleRef:
    points = "" if rule.times is not None else str(rule.points)
    unit = "" if rule.times is not None else rule.per_unit
    return RuleRef(rule.id, points, rule.per, unit, str(rule.times) if rule.times else "", rule.every or 0)
