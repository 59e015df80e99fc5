"""Standing: everything the past must tell the future of one account, and nothing else."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from regulars.engine.purse import NO_REWARD, Hold, Lot, Promised, Purse
from regulars.engine.streaks import Periods, Streak, StreakGift, dump_counted, load_counted

#: Longer than any calendar period.
_LONG_AGO_DAYS = 400


class Share:
    """What one member of a household brought and earned there, less what they spent or gave back: `points` by currency
    (below zero: they took more than they gave), `progress` towards tiers by day, and `holds` that they asked for, by
    the id of the event, as long as something is held. They are here `since` that number of the account; `less` is by
    how much they have used less of a cap in a period than the household, as `apart` counts it (None: nobody does)."""

    __slots__ = ("holds", "less", "points", "progress", "since")

    def __init__(self) -> None:
        self.points: dict[str, int] = {}
        self.progress: dict[int, int] = {}
        self.holds: list[str] = []
        self.since = 0
        self.less: dict[str, dict[int, int]] | None = None


class Withdrawn:
    """An opening that was withdrawn after other things had happened: its local `day`, and whether its place is vacant.

    By currency, what had been spent of it and waits for the next one: parts of other lots that `made` up for it, and
    points that nothing could, `short`.
    """

    __slots__ = ("day", "made", "short", "vacant")

    def __init__(self, day: int) -> None:
        self.day = day
        self.vacant = True
        self.made: dict[str, list[Lot]] = {}
        self.short: dict[str, int] = {}


class Standing:
    """One account's standing. `step` and `settle` change it in place: hand them a `copy()` to keep the old one.

    `seq` numbers entries and moves; `day` is the latest local day seen; `due` is a lower bound of the next
    day on which something falls due by time alone. `tier` is an index into the levels, whose ids are `levels` as it was
    last counted (empty: never), and `floor` that of a tier somebody set, which no night lowers through `floor_until`
    (0: without end); `told_day` that of the notice that the tier held now may fall (0: none yet); `ranks` the
    tier's recent history as (first day, index); `rises` what rises and renewals go back to when a return undoes
    them, the latest last, as (day, tier, its last day, its last day of grace). `progress` is (day, amount) by day; the
    window's part starts at `head` and sums to `total`. `counts` (since the last gift) and `counted_day` (the days that
    counted) serve counting rules by id, `streaks` rules with a streak. `used` holds points per cap id and period.
    `opened`, as long as nothing but nights happened since an opening, are the points it brought less those owed, by
    currency (None: else); `withdrawn` is one that was taken back later. `had` is how many of a reward with a limit were
    had, by its id and the local day.
    Of a household, `shares` says by the account of each member what is theirs of all there is, and `givers` who brought
    or earned the lots that are still there, by currency and the lot's `seq`.
    """

    __slots__ = (
        "counted_day",
        "counts",
        "day",
        "due",
        "floor",
        "floor_until",
        "givers",
        "grace_until",
        "had",
        "head",
        "joined_day",
        "levels",
        "opened",
        "progress",
        "purses",
        "ranks",
        "rises",
        "seq",
        "shares",
        "streaks",
        "tier",
        "tier_until",
        "told_day",
        "total",
        "used",
        "withdrawn",
    )

    def __init__(self, joined_day: int = 0) -> None:
        self.seq = 0
        self.day = 0
        self.due = 0
        self.joined_day = joined_day
        self.purses: dict[str, Purse] = {}
        self.levels: tuple[str, ...] = ()
        self.opened: dict[str, int] | None = None
        self.withdrawn: Withdrawn | None = None
        self.tier = 0
        self.tier_until = 0
        self.grace_until = 0
        self.floor = 0
        self.floor_until = 0
        self.told_day = 0
        self.ranks: list[tuple[int, int]] = []
        self.rises: list[tuple[int, int, int, int]] = []
        self.progress: list[tuple[int, int]] = []
        self.head = 0
        self.total = 0
        self.counts: dict[str, int] = {}
        self.counted_day: dict[str, Periods] = {}
        self.streaks: dict[str, Streak] = {}
        self.used: dict[str, dict[int, int]] = {}
        self.had: dict[str, dict[int, int]] = {}
        self.shares: dict[int, Share] = {}
        self.givers: dict[str, dict[int, int]] = {}

    def purse(self, currency: str) -> Purse:
        """The purse of a currency, made when first asked for."""
        purse = self.purses.get(currency)
        if purse is None:
            purse = self.purses[currency] = Purse()
        return purse

    def tier_at(self, day: int) -> int:
        """The tier index on a local day, as far as the recent history tells."""
        found = self.ranks[0][1] if self.ranks else self.tier
        for since, tier in self.ranks:
            if since > day:
                break
            found = tier
        return found

    def add_progress(self, day: int, amount: int) -> None:
        """Add to (or, negative, take from) the progress of a day."""
        rows = self.progress
        if rows and rows[-1][0] == day:
            rows[-1] = (day, rows[-1][1] + amount)
            index = len(rows) - 1
        elif not rows or rows[-1][0] < day:
            rows.append((day, amount))
            index = len(rows) - 1
        else:
            index = bisect_right(rows, day, key=lambda row: row[0]) - 1
            if index >= 0 and rows[index][0] == day:
                rows[index] = (day, rows[index][1] + amount)
            else:
                index += 1
                rows.insert(index, (day, amount))
                if index < self.head:
                    self.head += 1
        if index >= self.head:
            self.total += amount

    def streak(self, rule: str) -> Streak:
        """The streak of a rule, begun when first asked for."""
        streak = self.streaks.get(rule)
        if streak is None:
            streak = self.streaks[rule] = Streak()
        return streak

    def have(self, reward: str, day: int, ever: bool) -> None:
        """Count a reward that was had on a day; unless its limit is for `ever`, days of long ago are forgotten."""
        days = self.had.setdefault(reward, {})
        days[day] = days.get(day, 0) + 1
        if not ever:
            for old in [one for one in days if one < day - _LONG_AGO_DAYS]:
                del days[old]

    def give_up(self, reward: str, day: int) -> None:
        """A reward that was had on that day was given back."""
        days = self.had.get(reward, {})
        if day in days:
            days[day] -= 1
            if not days[day]:
                del days[day]
        if not days:
            self.had.pop(reward, None)

    def copy(self) -> Standing:
        """An independent standing with the same content."""
        return load(dump(self))


def dump(standing: Standing, lots: bool = True) -> dict[str, Any]:
    """The standing as plain JSON values; `load` gives it back. Without `lots` the host keeps those as rows."""
    told: dict[str, Any] = {"told": standing.told_day} if standing.told_day else {}
    told |= {"had": {id: sorted(days.items()) for id, days in sorted(standing.had.items())}} if standing.had else {}
    told |= {"opened": dict(standing.opened)} if standing.opened is not None else {}
    told |= {"withdrawn": _dump_withdrawn(standing.withdrawn)} if standing.withdrawn is not None else {}
    told |= _dump_shares(standing) if standing.shares else {}
    return {
        "seq": standing.seq,
        "day": standing.day,
        "joined": standing.joined_day,
        "tier": [standing.tier, standing.tier_until, standing.grace_until],
        "floor": [standing.floor, standing.floor_until],
        "levels": list(standing.levels),
        "ranks": [list(rank) for rank in standing.ranks],
        "rises": [list(rise) for rise in standing.rises],
        "progress": list(standing.progress),
        "head": standing.head,
        "counts": dict(standing.counts),
        "counted_day": {rule: dump_counted(days) for rule, days in standing.counted_day.items()},
        "streaks": {
            rule: [dump_counted(one.counted), [[gift.period, gift.size, gift.owed] for gift in one.gifts]]
            for rule, one in standing.streaks.items()
        },
        "used": {cap: list(periods.items()) for cap, periods in standing.used.items()},
        "purses": {id: _dump_purse(purse, lots) for id, purse in standing.purses.items()},
        **told,
    }


def load(state: Mapping[str, Any]) -> Standing:
    """The standing that `dump` described."""
    standing = Standing(state["joined"])
    standing.seq = state["seq"]
    standing.day = state["day"]
    standing.tier, standing.tier_until, standing.grace_until = state["tier"]
    standing.floor, standing.floor_until = state.get("floor", (0, 0))
    standing.told_day = state.get("told", 0)
    standing.opened = dict(state["opened"]) if "opened" in state else None
    standing.withdrawn = _load_withdrawn(state["withdrawn"]) if "withdrawn" in state else None
    standing.levels = tuple(state.get("levels", ()))
    standing.ranks = [(since, tier) for since, tier in state["ranks"]]
    standing.rises = [(day, tier, until, grace) for day, tier, until, grace in state["rises"]]
    standing.progress = [*map(tuple, state["progress"])]  # a pair that is a tuple stays the one it is
    standing.head = state["head"]
    standing.total = sum(amount for _, amount in standing.progress[standing.head :])
    standing.counts = dict(state["counts"])
    standing.counted_day = {rule: load_counted(days) for rule, days in state["counted_day"].items()}
    standing.streaks = {
        rule: Streak(load_counted(counted, [gift[0] for gift in gifts]), [StreakGift(*gift) for gift in gifts])
        for rule, (counted, gifts) in state.get("streaks", {}).items()
    }
    standing.used = {cap: dict(rows) for cap, rows in state["used"].items()}
    standing.had = {id: dict(days) for id, days in state.get("had", {}).items()}
    standing.purses = {id: _load_purse(purse) for id, purse in state["purses"].items()}
    _load_shares(standing, state)
    return standing


def _dump_purse(purse: Purse, lots: bool) -> dict[str, Any]:
    state: dict[str, Any] = {
        "debt": purse.debt,
        "carry": [purse.carry, purse.denominator],
        "last": purse.last_day,
        "notices": list(purse.notices),
    }
    if purse.told:
        state["told"] = [[seq, list(days)] for seq, days in sorted(purse.told.items())]
    if purse.awaits:
        state["awaits"] = [list(row) for row in sorted(purse.awaits.items())]
    if purse.holds:
        state["holds"] = [
            [
                hold.event, hold.day, hold.lapse_day, [_dump_lot(part) for part in hold.lots],
                *([_dump_promised(hold.promised)] if hold.promised.reward else []),
            ]
            for hold in purse.holds
        ]  # fmt: skip
    if lots:
        state["waiting"] = [_dump_lot(lot) for lot in purse.waiting]
        state["open"] = [_dump_lot(lot) for lot in purse.open]
    elif purse.first_end or purse.first_wait:
        state["first"] = [purse.first_end, purse.first_wait]
    return state


def _load_purse(state: Mapping[str, Any]) -> Purse:
    purse = Purse()
    purse.debt = state["debt"]
    purse.carry, purse.denominator = state["carry"]
    purse.last_day = state["last"]
    purse.notices = list(state["notices"])
    purse.left_end, purse.left_wait = state.get("first", (0, 0))
    purse.told = {seq: tuple(days) for seq, days in state.get("told", ())}
    purse.awaits = dict(state.get("awaits", ()))
    for event, day, lapse_day, parts, *promised in state.get("holds", ()):
        kept = _load_promised(promised[0]) if promised else NO_REWARD
        purse.reserve(Hold(event, day, lapse_day, [Lot(*part) for part in parts], kept))
    for row in state.get("waiting", ()):
        purse.hold(Lot(*row))
    for row in state.get("open", ()):
        purse.admit(Lot(*row))
    return purse


def _dump_shares(standing: Standing) -> dict[str, Any]:
    return {
        "shares": [
            [
                member,
                sorted(share.points.items()),
                sorted(share.progress.items()),
                list(share.holds),
                *_dump_less(share),
            ]
            for member, share in sorted(standing.shares.items())
        ],
        "givers": [[id, sorted(givers.items())] for id, givers in sorted(standing.givers.items())],
    }


def _load_shares(standing: Standing, state: Mapping[str, Any]) -> None:
    for member, points, progress, holds, *apart in state.get("shares", ()):
        share = standing.shares[member] = Share()
        share.points, share.progress, share.holds = dict(points), dict(progress), list(holds)
        if apart:
            share.since, share.less = apart[0], {cap: dict(rows) for cap, rows in apart[1]}
    standing.givers = {id: dict(givers) for id, givers in state.get("givers", ())}


def _dump_less(share: Share) -> list[Any]:
    if share.less is None:
        return []
    return [share.since, [[cap, sorted(rows.items())] for cap, rows in sorted(share.less.items())]]


def _dump_withdrawn(withdrawn: Withdrawn) -> list[Any]:
    made = [[id, [_dump_lot(part) for part in parts]] for id, parts in sorted(withdrawn.made.items())]
    return [withdrawn.day, withdrawn.vacant, made, sorted(withdrawn.short.items())]


def _load_withdrawn(state: list[Any]) -> Withdrawn:
    day, vacant, made, short = state
    withdrawn = Withdrawn(day)
    withdrawn.vacant = vacant
    withdrawn.made = {id: [Lot(*part) for part in parts] for id, parts in made}
    withdrawn.short = dict(short)
    return withdrawn


def _dump_promised(promised: Promised) -> list[Any]:
    return [promised.reward, promised.price, promised.pays, str(promised.share)]


def _load_promised(state: list[Any]) -> Promised:
    reward, price, pays, share = state
    return Promised(reward, price, pays, Fraction(share))


def _dump_lot(lot: Lot) -> list[int]:
    return [lot.seq, lot.left, lot.earned_day, lot.available_day, lot.expires_day]
