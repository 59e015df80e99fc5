"""What the kernel is told: one event of one account, with what the host looked up for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from regulars.engine.ended import Ended
from regulars.engine.entries import Entry, Moved, Worth
from regulars.engine.theirs import Theirs

PURCHASE: Final = "purchase"
RETURN: Final = "return"
REDEMPTION: Final = "redemption"
VISIT: Final = "visit"
NOTICE: Final = "expiry notice"
TIER_NOTICE: Final = "tier notice"

# What rooms of the house bring about; nobody tells these from outside.
HOLD: Final = "hold"
CAPTURE: Final = "capture"
RELEASE: Final = "release"
REVERSAL: Final = "reversal"
TRANSFER_OUT: Final = "transfer out"
TRANSFER_IN: Final = "transfer in"
ADJUSTMENT: Final = "adjustment"
FORFEITURE: Final = "forfeiture"
TIER: Final = "tier set"
OPENING: Final = "opening"
WITHDRAWAL: Final = "opening withdrawn"
MERGE_OUT: Final = "merge out"
MERGE_IN: Final = "merge in"
UNMERGE_OUT: Final = "unmerge out"
UNMERGE_IN: Final = "unmerge in"
JOIN_OUT: Final = "household joined"
JOIN_IN: Final = "member joined"
LEAVE_OUT: Final = "member left"
LEAVE_IN: Final = "household left"

#: What leaves one account for another, and the event of that one by which it arrives, under the same id.
ARRIVES_AS: Final = {
    TRANSFER_OUT: TRANSFER_IN,
    MERGE_OUT: MERGE_IN,
    UNMERGE_OUT: UNMERGE_IN,
    JOIN_OUT: JOIN_IN,
    LEAVE_OUT: LEAVE_IN,
}

#: Every type that may be told. All are kept on the member's timeline; the kernel moves points for the first
#: four, for notices, and for any type a rule names in `on`.
TYPES: Final = (
    PURCHASE,
    RETURN,
    REDEMPTION,
    VISIT,
    NOTICE,
    TIER_NOTICE,
    "order promised",
    "order shipped",
    "order delivered",
    "delivery exception",
    "wrong item",
    "address changed",
    "obligation due",
    "payment",
    "payment missed",
    "contact",
    "complaint",
    "feedback",
    "thanks",
    "cancellation asked",
    "event attended",
    "referral",
)


@dataclass(slots=True)
class Grant:
    """An accrual of an earlier event, as the ledger recorded it: `shares` are whole points per line.

    `account` is that of a member merged into this one, in which it was recorded (0: this one); `seq` is then that of
    the lot as it came here, or stands for itself alone where nothing of it did. `member` is who brought it along to a
    household (0: nobody).
    """

    seq: int
    currency: str
    rule: str
    amount: int
    shares: Sequence[int]
    account: int = 0
    member: int = 0


@dataclass(frozen=True, slots=True)
class Spent:
    """Points that were spent on a purchase or a reward: the entry `seq`, a redemption or a capture of `amount`.

    `lots` are those it took from, in their order, with what their rows say now: (seq, points, earned day, available
    day, last day (NEVER: none is fixed)); `returned` is how many of the points came back since, and `righted`
    how many corrections gave for them. `reward` is what they
    were spent on, `day` the one on which it counts for its limit. `account` is that of a member merged into this one,
    who spent them (0: this one); then no number of it means anything here. `whose` is the same account, if undoing its
    merge lets go with it what comes back (0: nobody noted that).
    """

    seq: int
    currency: str
    amount: int
    lots: Sequence[tuple[int, int, int, int, int]]
    returned: int = 0
    reward: str = ""
    day: int = 0
    account: int = 0
    whose: int = 0
    righted: int = 0


class Came(NamedTuple):
    """A lot that came with a merge: its number `there` and `here`, its days (the last one 0 where none is fixed), and
    what time did to its points since.

    `hold` is the event of the hold it was a part of (empty: none); `lasts_longer`: that has lapsed since. `over`: it
    ended, when so many points of it `expired` or `lapsed`; `opened` of those that waited became available on
    `opened_day`. So many of its points were `taken` for its own member, by a return of what they had bought. `back`: it
    did not come with the merge, but is what they had spent before, of the lot `there`.
    """

    currency: str
    there: int
    here: int
    points: int
    earned_day: int
    available_day: int
    expires_day: int
    hold: str = ""
    lasts_longer: bool = False
    over: bool = False
    expired: int = 0
    lapsed: int = 0
    opened: int = 0
    opened_day: int = 0
    taken: int = 0
    back: bool = False


class Own(NamedTuple):
    """A part of one of the survivor's own lots that was taken for the other one, out of the `pot` (pending or
    available) to which it belongs now, and the days of the lot."""

    currency: str
    pot: str
    seq: int
    points: int
    earned_day: int
    available_day: int
    expires_day: int


@dataclass(frozen=True, slots=True)
class Union:
    """A merge as the survivor recorded it: the standing that was `carried` over and the one it had `before`, as `dump`
    tells them; the lots that came; and what was `repaid` at once of what the two of them owed.

    `theirs` is what was taken and given back for the other one since, by event, in their order. For that, `own` lots
    paid, so much is `owed` still, by currency, and so many points are to be taken `again` where they belong, as
    (currency, seq of the grant there, points, how many of them were not taken of lots that had come). `owes` is what
    the other one still owes of what they brought, as far as points of theirs have not `paid` it (None: nobody looks,
    and what was paid is made up for). `days` are those of the survivor's lots, by their seq, as (earned, available,
    last; NEVER: none is fixed).
    """

    carried: Mapping[str, Any]
    before: Mapping[str, Any]
    came: Sequence[Came] = ()
    repaid: Sequence[Spent] = ()
    theirs: Mapping[str, Theirs] = field(default_factory=dict)
    own: Sequence[Own] = ()
    owed: Mapping[str, int] = field(default_factory=dict)
    again: Sequence[tuple[str, int, int, int]] = ()
    owes: Mapping[str, int] | None = None
    paid: Mapping[str, int] = field(default_factory=dict)
    days: Mapping[int, tuple[int, int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Origin:
    """The purchase that a return or a delivery refers to, as recorded: money in minor units per line.

    `at` is the instant as of which it counted: its outcome's.
    `returned` is the net that earlier returns brought back, per line; `progress` what each line counted
    towards tiers (one number in all for visits); `counted` the counting rules it advanced, as its outcome had them;
    `spent` the points that paid a part of it; `thresholds` what gifts stand on that go back whole when no longer met,
    by rule (see `regulars.programme.thresholds`); `ended` what became of the account's lots by then; `drawn` the
    budgets it drew from, as (budget, per, period, rules). `whose` is the account that was merged into this one with it,
    if undoing that merge lets go with it what is taken back (0: it is this one's own, or nobody noted that).
    `worth` is what was given exactly, where fractions wait, unless what waited of it stayed elsewhere, or nobody noted
    it.
    """

    event: str
    at: int
    nets: Sequence[int]
    returned: Sequence[int]
    grants: Sequence[Grant]
    progress: Sequence[int]
    counted: Sequence[str]
    spent: Sequence[Spent] = ()
    thresholds: Mapping[str, list[Any]] = field(default_factory=dict)
    ended: Ended = field(default_factory=Ended)
    drawn: Sequence[tuple[str, str, int, Sequence[str]]] = ()
    whose: int = 0
    worth: Sequence[Worth] = ()


class OpenedLot(NamedTuple):
    """Points brought along from another system; days are proleptic ordinals, the last one 0 where none is fixed."""

    currency: str
    points: int
    earned_day: int
    available_day: int
    expires_day: int


@dataclass(frozen=True, slots=True)
class Opening:
    """What a member brings along: lots, what is owed as (currency, points), progress towards tiers as (day, amount in
    what they count), the days of joining and of the last earning or spending (0: the day of the opening)."""

    lots: Sequence[OpenedLot] = ()
    debts: Sequence[tuple[str, int]] = ()
    progress: Sequence[tuple[int, int]] = ()
    joined_day: int = 0
    active_day: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """An opening as it was recorded: its instant `at`, what it told, and the `seq` of its first entry; where another
    one is to take its place, none of these. Beside it all `entries` of its account, the instants as of which what was
    `bought` counted, and by each event that `answers` a hold, the one that it names."""

    at: int = 0
    opening: Opening | None = None
    seq: int = 0
    entries: Sequence[Entry] = ()
    bought: Sequence[int] = ()
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Event:
    """One event. `at` is microseconds since 1970-01-01T00:00Z; money is in minor units of `currency`.

    `nets` has one amount per line (never negative; zero is valid). `columns` holds further line columns by
    name, each a list as long as `nets`; `attributes` the order's and the member's values that conditions may
    ask for. `tendered` is the part of the bill that points paid. `points` is what a redemption asks, of the
    currency `of`, or of a `reward` (its id) whose price they are (0: the only one it has); `payable` is the bill that a
    redemption or a capture takes something off, in minor units (0: none).
    A return carries its `origin` and, in `nets`, what comes back of each of the origin's lines; any other event may
    carry the `origin` it belongs to, so that points that wait for it become available.
    A hold asks for `points` as well, and states its time as `within_days`; a capture and a release name the `hold`
    by the id of its event, `of` its currency, and ask for `points` of it, or for all with 0.
    A reversal carries the redemption as its `origin`. A transfer out asks for `points` of `of`, or for everything with
    `of` empty; a transfer in carries what `moved`. An adjustment (`points` may be below zero) and a forfeiture say why
    and who decided it, as codes: `reason` and `actor`; `reverses` is the `seq` of an entry that is put right.
    A tier is set by its id in `of` (empty: what was set ends), through `until_day` (0: without end), with a reason.
    An `opening` comes with the same two; its withdrawal, and the one that takes its place, with what was `opened`,
    where other things happened since. A
    merge in carries the standing that was `carried` out, as does an unmerge in; an unmerge out the `union` that it
    undoes. Joining and leaving a household carry one as well, and leaving `theirs`, as `Theirs.dump` tells it. `by` is
    the account of the member of a household whose number was used (0: the account is its member's own).
    `recorded_at` is when it was told, in microseconds (0: as it happened). `allotted` are the points that are left for
    it of budgets of all members, by id; of one that is not named, all that it asks.
    What `stands` was recorded before: a return that brings nothing back, which is refused today, was taken once; one
    took what waits before its own points; what corrections had put right was not asked by those that take or give back;
    of households neither what each member has used under caps was counted, nor what whoever left had spent beyond what
    they gave; nor what a purchase was worth exactly; and when two were two again, nothing was told of what nobody made
    up for, and the other one had the fraction that came, used or not.
    """

    type: str
    id: str
    at: int
    currency: str = ""
    nets: list[int] = field(default_factory=list)
    columns: Mapping[str, list[Any]] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    tendered: int = 0
    points: int = 0
    of: str = ""
    origin: Origin | None = None
    recorded_at: int = 0
    within_days: int = 0
    hold: str = ""
    reason: str = ""
    actor: str = ""
    reverses: int = 0
    until_day: int = 0
    moved: Sequence[Moved] = ()
    opening: Opening | None = None
    reward: str = ""
    payable: int = 0
    allotted: Mapping[str, int] | None = None
    carried: Mapping[str, Any] | None = None
    theirs: Sequence[Mapping[str, Any]] = ()
    union: Union | None = None
    opened: Opened | None = None
    by: int = 0
    stands: bool = False
