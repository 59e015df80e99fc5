"""Standing: everything the past must tell the future of one account, and nothing else."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any, Final

from regulars.engine.amounts import Amounts
from regulars.engine.purse import Purse
from regulars.engine.purse_values import dump_purse, load_purse
from regulars.engine.streaks import Periods, Streak, StreakGift, dump_counted, load_counted

#: Longer than any calendar period.
_LONG_AGO_DAYS: Final = 400


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

    By currency, what was spent and is not there without it waits, where nothing can be owed, for the next one: `short`.
    """

    __slots__ = ("day", "short", "vacant")

    def __init__(self, day: int) -> None:
        self.day = day
        self.vacant = True
        self.short: dict[str, int] = {}


#: What a standing is made of.
FIELDS: Final = (
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

    __slots__ = FIELDS

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
        self.progress = Amounts()
        self.head = 0
        self.total = 0
        self.counts: dict[str, int] = {}
        self.counted_day: dict[str, Periods] = {}
        self.streaks: dict[str, Streak] = {}
        self.used: dict[str, Amounts] = {}
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
        flat = self.progress.flat
        if not flat or flat[-2] < day:
            place = len(flat)
            flat += (day, amount)
        elif flat[-2] == day:
            place = len(flat) - 2
            flat[place + 1] += amount
        else:
            place = 2 * bisect_left(range(len(flat) // 2), day, key=lambda row: flat[2 * row])
            if flat[place] == day:
                flat[place + 1] += amount
            else:
                flat[place:place] = (day, amount)
                if place < 2 * self.head:
                    self.head += 1
        if place >= 2 * self.head:
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
    used = {cap: [*periods] for cap, periods in standing.used.items()}
    return told_in_full({**dump_brief(standing, lots), "progress": [*standing.progress], "used": used})


def load(state: Mapping[str, Any]) -> Standing:
    """The standing that `dump` described."""
    used = {cap: Amounts.of(rows).flat for cap, rows in state["used"].items()}
    return load_brief({**state, "progress": Amounts.of(state["progress"]).flat, "used": used})


def told_in_full(state: Mapping[str, Any]) -> dict[str, Any]:
    """A state that leaves out what is empty, with that as `dump` tells it."""
    purses = {id: {"debt": 0, "carry": [0, 1], "notices": [], **purse} for id, purse in state["purses"].items()}
    return {
        "floor": [0, 0], "levels": [], "ranks": [], "rises": [], "progress": [], "head": 0, "counts": {},
        "counted_day": {}, "streaks": {}, "used": {}, **state, "purses": purses,
    }  # fmt: skip


def dump_brief(standing: Standing, lots: bool = False) -> dict[str, Any]:
    """As `dump`, for a host that writes a standing with every event; `load_brief` gives it back.

    What is empty is left out, and what is long is flat: `progress` is `[day, amount, day, amount ...]`, and `used` by
    cap `[period, points, period, points ...]`. These lists are the standing's own.
    """
    state: dict[str, Any] = {
        "seq": standing.seq,
        "day": standing.day,
        "joined": standing.joined_day,
        "tier": [standing.tier, standing.tier_until, standing.grace_until],
        "purses": {id: dump_purse(purse, lots) for id, purse in standing.purses.items()},
    }
    if standing.levels:
        state["levels"] = list(standing.levels)
    if standing.progress.flat:
        state["progress"] = standing.progress.flat
    if standing.head:
        state["head"] = standing.head
    if standing.used:
        state["used"] = {cap: periods.flat for cap, periods in standing.used.items()}
    if standing.counts:
        state["counts"] = dict(standing.counts)
    if standing.counted_day:
        state["counted_day"] = {rule: dump_counted(days) for rule, days in standing.counted_day.items()}
    if standing.streaks:
        state["streaks"] = {rule: _dump_streak(streak) for rule, streak in standing.streaks.items()}
    if standing.floor or standing.floor_until:
        state["floor"] = [standing.floor, standing.floor_until]
    if standing.told_day:
        state["told"] = standing.told_day
    if standing.ranks:
        state["ranks"] = [list(rank) for rank in standing.ranks]
    if standing.rises:
        state["rises"] = [list(rise) for rise in standing.rises]
    if standing.had:
        state["had"] = {id: sorted(days.items()) for id, days in sorted(standing.had.items())}
    if standing.opened is not None:
        state["opened"] = dict(standing.opened)
    if standing.withdrawn is not None:
        state["withdrawn"] = _dump_withdrawn(standing.withdrawn)
    if standing.shares:
        _dump_shares(standing, state)
    return state


def load_brief(state: Mapping[str, Any]) -> Standing:
    """The standing that `dump_brief` described; its flat lists become the standing's own."""
    standing = Standing(state["joined"])
    standing.seq = state["seq"]
    standing.day = state["day"]
    standing.tier, standing.tier_until, standing.grace_until = state["tier"]
    standing.purses = {id: load_purse(purse) for id, purse in state["purses"].items()}
    if "levels" in state:
        standing.levels = tuple(state["levels"])
    if "head" in state:
        standing.head = state["head"]
    if "progress" in state:
        standing.progress = Amounts(state["progress"])
        standing.total = standing.progress.since(standing.head)
    if "used" in state:
        standing.used = {cap: Amounts(flat) for cap, flat in state["used"].items()}
    if "counts" in state:
        standing.counts = dict(state["counts"])
    if "counted_day" in state:
        standing.counted_day = {rule: load_counted(days) for rule, days in state["counted_day"].items()}
    if "streaks" in state:
        standing.streaks = {rule: _load_streak(*told) for rule, told in state["streaks"].items()}
    if "floor" in state:
        standing.floor, standing.floor_until = state["floor"]
    if "told" in state:
        standing.told_day = state["told"]
    if "ranks" in state:
        standing.ranks = [(since, tier) for since, tier in state["ranks"]]
    if "rises" in state:
        standing.rises = [(day, tier, until, grace) for day, tier, until, grace in state["rises"]]
    if "had" in state:
        standing.had = {id: dict(days) for id, days in state["had"].items()}
    if "opened" in state:
        standing.opened = dict(state["opened"])
    if "withdrawn" in state:
        standing.withdrawn = _load_withdrawn(state["withdrawn"])
    if "shares" in state:
        _load_shares(standing, state)
    return standing


def _dump_streak(streak: Streak) -> list[Any]:
    return [dump_counted(streak.counted), [[gift.period, gift.size, gift.owed] for gift in streak.gifts]]


def _load_streak(counted: list[Any], gifts: list[list[int]]) -> Streak:
    return Streak(load_counted(counted, [gift[0] for gift in gifts]), [StreakGift(*gift) for gift in gifts])


def _dump_shares(standing: Standing, state: dict[str, Any]) -> None:
    state["shares"] = [
        [
            member,
            sorted(share.points.items()),
            sorted(share.progress.items()),
            sorted(share.holds),
            *_dump_less(share),
        ]
        for member, share in sorted(standing.shares.items())
    ]
    state["givers"] = [[id, sorted(givers.items())] for id, givers in sorted(standing.givers.items())]


def _load_shares(standing: Standing, state: Mapping[str, Any]) -> None:
    for member, points, progress, holds, *apart in state["shares"]:
        share = standing.shares[member] = Share()
        share.points, share.progress, share.holds = dict(points), dict(progress), list(holds)
        if apart:
            share.since, share.less = apart[0], {cap: dict(rows) for cap, rows in apart[1]}
    standing.givers = {id: dict(givers) for id, givers in state["givers"]}


def _dump_less(share: Share) -> list[Any]:
    if share.less is None:
        return []
    return [share.since, [[cap, sorted(rows.items())] for cap, rows in sorted(share.less.items())]]


def _dump_withdrawn(withdrawn: Withdrawn) -> list[Any]:
    return [withdrawn.day, withdrawn.vacant, sorted(withdrawn.short.items())]


def _load_withdrawn(state: list[Any]) -> Withdrawn:
    day, vacant, *_, short = state  # what made up for it was kept between, once
    withdrawn = Withdrawn(day)
    withdrawn.vacant = vacant
    withdrawn.short = dict(short)
    return withdrawn
