"""What the kernel answers: movements of points, moves between tiers, and refusals, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from regulars.engine.rounding import share_out
from regulars.engine.theirs import Theirs

# Pots: the ends of a movement, all inside one account. The far ends may go below zero; they are where points
# come from and go to.
ISSUED: Final = "issued"
AVAILABLE: Final = "available"
PENDING: Final = "pending"
HELD: Final = "held"
DEBT: Final = "debt"
REDEEMED: Final = "redeemed"
EXPIRED: Final = "expired"
FORFEITED: Final = "forfeited"
TRANSIT: Final = "transit"

# Kinds of entries.
ACCRUAL: Final = "accrual"
ACTIVATION: Final = "activation"
REPAYMENT: Final = "repayment"
REDEMPTION: Final = "redemption"
EXPIRY: Final = "expiry"
CLAWBACK: Final = "clawback"
LAPSE: Final = "lapse"
HOLD: Final = "hold"
CAPTURE: Final = "capture"
RELEASE: Final = "release"
REVERSAL: Final = "reversal"
TRANSFER: Final = "transfer"
ADJUSTMENT: Final = "adjustment"
FORFEITURE: Final = "forfeiture"
OPENING: Final = "opening"
WITHDRAWAL: Final = "withdrawal"
MERGE: Final = "merge"
UNMERGE: Final = "unmerge"
POOLING: Final = "pooling"
#: Entries whose `base` is the day on which the points of their lot were earned: elsewhere, or before.
DATED: Final = (OPENING, MERGE, POOLING, REVERSAL, WITHDRAWAL, UNMERGE)


class RuleRef(NamedTuple):
    """The fixed part of a reason: the rule, its rate as `points` per `per` `unit`, or its factor `times`.

    Of what somebody decided, `id` is the reason code; of what points were spent on, the reward's.

    Rates and factors are exact fractions written as text ("1/100", "3/2").
    """

    id: str
    points: str
    per: int
    unit: str
    times: str
    every: int


class Entry(NamedTuple):
    """One movement of `amount` whole points of `currency` from `source` to `target` (pots of one account).

    `seq` numbers the account's entries and tier moves without gaps. `day` is the proleptic ordinal of the
    local day, `at` the instant in microseconds. Why: `rule` (accruals and their clawbacks), `base` (minor
    units, items or events the rule looked at; of what comes from elsewhere, the day on which its lot was earned; of a
    reward, the day on which it counts for its limit), `granted` (points
    before caps; `granted - amount` was clipped).
    `weights` are the contributions of the event's lines, by which `shares` splits the amount. `lots` are
    the lots a debit took from, or the lots an activation opened, as (seq of the lot, points). A credit is
    itself a lot under its own `seq`, spendable from `available_day` (or lapsed, if it waits for an event), through
    `expires_day` (0: no fixed day); so is what a hold that lapsed gives back of a lot with a last day, for longer, and
    what comes back that a merged member had spent. An activation by an event gives days to its lots.
    """

    seq: int
    at: int
    day: int
    event: str
    kind: str
    currency: str
    source: str
    target: str
    amount: int
    rule: RuleRef | None
    base: int
    granted: int
    weights: Sequence[int]
    lots: tuple[tuple[int, int], ...]
    available_day: int
    expires_day: int
    reverses: int

    @property
    def is_lot(self) -> bool:
        """Whether it is a lot of its own, under its `seq`."""
        return self.available_day > 0 and self.kind != ACTIVATION

    @property
    def earned_day(self) -> int:
        """The day on which the points of a lot were earned."""
        return self.base if self.kind in DATED else self.day

    def shares(self) -> list[int]:
        """Whole points per line of the event, by largest remainder; they sum to `amount`."""
        return share_out(self.amount, self.weights)


class TierMove(NamedTuple):
    """A change of tier: `why` is `reached`, `renewed`, `grace` (kept for now), `fell`,
    `undone` (a return took back what it stood on), `set` (by somebody) `version` (another version of the programme
    calls it otherwise, or has fewer), `opened` (brought along from another system), `withdrawn` (with its opening),
    `merged` (with another member) or `unmerged`, `joined` (a household, or by a member of it) or `left`; `progress` at
    that day.

    `until_day` is the last day through which the new tier is kept (0: without end).
    """

    seq: int
    at: int
    day: int
    event: str
    source: str
    target: str
    why: str
    progress: int
    until_day: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an event moves nothing: a stable `code`, a `sentence` for a person, and the figures."""

    code: str
    sentence: str
    figures: Mapping[str, Any]


class Moved(NamedTuple):
    """A part of what leaves an account for another: from which `pot` (available, pending or debt), and its days.

    `expires_day` is 0 where no day is fixed; `awaits` the type of event it waits for (empty: none).
    """

    currency: str
    pot: str
    points: int
    available_day: int
    expires_day: int
    awaits: str


class Clip(NamedTuple):
    """Points of a rule that a cap or a budget did not let through on this event."""

    cap: str
    rule: str
    points: int


class Draw(NamedTuple):
    """What an event takes from a budget of all members, in its period `period` of length `per`.

    Of the points `asked` it was `allotted` so many; `given` in the end by the `rules` (after other budgets), or with a
    return given back, below zero.
    """

    budget: str
    per: str
    period: int
    asked: int
    allotted: int
    given: int
    rules: tuple[str, ...]


class Worth(NamedTuple):
    """What a rule gave on a purchase exactly, in `1/denominator` points of a currency whose fractions wait for the next
    one: `parts` by line, or in one number those of a minor unit of each line's net."""

    currency: str
    rule: str
    denominator: int
    parts: int | Sequence[int]


_NONE: Final[Mapping[str, list[Any]]] = {}


class Outcome:
    """The answer to one event: entries and tier moves in order of `seq`, and what later returns must know.

    `progress` is what each line counted towards tiers (empty: nothing), `counted` the counting rules that advanced
    (named twice: a round was completed; after a plus: the event joined a day or period that had counted),
    `thresholds` what the gifts stand on that a return reconsiders, by rule, `clips` what caps and budgets held back,
    `drawn` what it takes from budgets, `forgiven` points that a return could not take back because the currency knows
    no debt, by rule; `gone` points that it did not take, as they had expired or been forfeited, by the seq of their
    accrual; `moved` what left for another account, `carried` a whole standing that did (as `dump` tells it), `before`
    the one that another was united with; `back` what came back that a merged member had spent, as (its account, seq
    there, points); `lacking` what was spent of an opening that is withdrawn, by currency, as points (made up for by
    others of the member, owed, left to the next opening); `theirs` what was taken and given back for such a member, in
    `theirs_of`; `paid`, where they are two again, what points of theirs had paid of what they owed, by currency (None:
    nobody looked); `pays` what points take off a bill, in minor units; `apart`: what whoever joined a household uses
    under caps is counted there; `worth` is what a purchase was worth exactly, where fractions wait; `parted`: of a
    fraction that waited, two who are two again have what is still there of their own. `at` is the instant as of which
    the event counted: its own, or that of recording for one told after the window for late events. `own`: points of the
    purchase itself were taken back before others that still wait; `parts`: some of its own were there as lots besides
    its first one, which go before others as well. `heeded`: a correction said that something had been taken back or had
    come back already, or was not gone; `righted` points that a return did not take, as a correction had taken them, by
    the seq of their accrual. `short`: what whoever left a household had spent there beyond what they gave, by currency;
    `over`, where two are two again, what nobody made up for of lots of the other one's that are over, as (seq there,
    points) (None: nobody looked). A `refusal` says why the event itself moved nothing.
    """

    __slots__ = (
        "apart", "at", "back", "before", "carried", "clips", "counted", "drawn", "entries", "forgiven", "gone",
        "heeded", "lacking", "moved", "moves", "over", "own", "paid", "parted", "parts", "pays", "progress", "refusal",
        "righted", "short", "theirs", "thresholds", "worth",
    )  # fmt: skip

    def __init__(self, refusal: Refusal | None = None) -> None:
        self.apart = False
        self.own = False
        self.parts = False
        self.heeded = False
        self.righted: list[tuple[int, int]] = []
        self.short: Mapping[str, int] = {}
        self.over: Sequence[tuple[int, int]] | None = None
        self.parted = False
        self.at = 0
        self.entries: list[Entry] = []
        self.moves: list[TierMove] = []
        self.progress: Sequence[int] = ()
        self.counted: tuple[str, ...] = ()
        self.clips: list[Clip] = []
        self.drawn: Sequence[Draw] = ()
        self.forgiven: list[tuple[str, int]] = []
        self.gone: list[tuple[int, int]] = []
        self.moved: Sequence[Moved] = ()
        self.pays = 0
        self.lacking: dict[str, tuple[int, int, int]] = {}
        self.carried: Mapping[str, Any] | None = None
        self.before: Mapping[str, Any] | None = None
        self.back: Sequence[tuple[int, int, int]] = ()
        self.theirs: list[Theirs] = []
        self.paid: Mapping[str, int] | None = None
        self.refusal = refusal
        self.thresholds: Mapping[str, list[Any]] = _NONE
        self.worth: Sequence[Worth] = ()

    def theirs_of(self, whose: int) -> Theirs:
        """What is noted for a member who was merged into this one, begun when first asked for; for nobody (0), what
        nobody looks at."""
        for one in self.theirs:
            if one.whose == whose:
                return one
        begun = Theirs(whose)
        if whose:
            self.theirs.append(begun)
        return begun
