"""Random lives: what one member does over the years, and a host that tells the kernel of it.

A life is drawn as plans (buy, bring back, spend, come by, be told) with the time between them. `live` turns the
plans into events, as only the fold knows what is left to bring back or to spend; laws then fold those events again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from regulars.engine.entries import ACCRUAL, Outcome
from regulars.engine.events import NOTICE, PURCHASE, REDEMPTION, RETURN, VISIT, Event, Grant, Origin
from regulars.engine.kernel import Kernel
from regulars.engine.standing import Standing

MINUTE_US = 60_000_000
DAY_MINUTES = 1_440
START_US = 1_704_450_000_000_000  # 5 January 2024, 10:20 UTC
REFERRAL = "referral"

NETS = st.sampled_from((0, 1, 33, 99, 100, 199, 250, 500, 999, 1_000, 2_049, 12_345, 10**9))
GOODS: tuple[dict[str, Any], ...] = (
    {"sku": "A", "brand": "Own", "category": "Wine", "organic": True, "size": 1},
    {"sku": "B", "brand": "Own", "category": "Bread", "organic": False},
    {"sku": "C", "brand": "Farm", "category": "Bread", "size": 2},
    {"sku": "D", "brand": "Farm", "category": None, "organic": True, "size": 3},
    {"sku": "E", "category": "Wine"},
    {"sku": "F"},
)
OF_A_LINE = ("sku", "brand", "category", "organic", "size", "gross", "tax", "shipping")


@dataclass(frozen=True)
class Plan:
    """One thing a member does, `minutes` after the one before; `late` days earlier than it is told.

    A purchase has `nets`, `columns`, `attributes` and `tendered`. A return brings back `shares` (in thousandths of
    what is left of each line, cycled over the lines) of the purchase number `which`, `more` cents beyond. A
    redemption asks for `shares[0]` thousandths of what is available and `more` points beyond.
    """

    type: str
    minutes: int
    late: int = 0
    nets: tuple[int, ...] = ()
    columns: dict[str, list[Any]] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    tendered: int = 0
    which: int = 0
    shares: tuple[int, ...] = (1_000,)
    more: int = 0
    currency: str = "EUR"


@st.composite
def _columns(draw: st.DrawFn, nets: tuple[int, ...]) -> dict[str, list[Any]]:
    """The line columns of a purchase; those in which no line has a value are left out."""
    rows = [dict(draw(st.sampled_from(GOODS))) for _ in nets]
    for row, net in zip(rows, nets, strict=True):
        more = draw(st.sampled_from((None, (0, 0, 0), (100, 19, 0), (1, 0, 490))))
        if more:
            row |= {"gross": net + more[0], "tax": more[1], "shipping": more[2]}
    columns = {name: [row.get(name) for row in rows] for name in OF_A_LINE}
    found = {name: values for name, values in columns.items() if any(value is not None for value in values)}
    return {**found, "quantity": [draw(st.integers(0, 3)) for _ in nets]}


ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "store": st.sampled_from(("Quay", "Mill", None)),
        "coupon": st.just("SPRING"),
        "segments": st.sampled_from(((), ("vip",), ("new", "vip"))),
        "language": st.sampled_from(("da", "en")),
        "staff": st.booleans(),
        "birthday_month": st.integers(1, 3),
    },
)
GAPS = st.one_of(
    st.integers(1, 300),
    st.integers(1, 4).map(lambda days: days * DAY_MINUTES),
    st.integers(5, 45).map(lambda days: days * DAY_MINUTES + 7),
    st.integers(50, 400).map(lambda days: days * DAY_MINUTES),
)
SHARES = st.lists(st.sampled_from((0, 1, 250, 333, 500, 1_000)), min_size=1, max_size=3).map(tuple)


@st.composite
def purchases(draw: st.DrawFn, gaps: st.SearchStrategy[int] = GAPS, late: bool = False) -> Plan:
    """A purchase of no to four lines."""
    nets = tuple(draw(st.lists(NETS, max_size=4)))
    return Plan(
        PURCHASE, draw(gaps), draw(st.sampled_from((0, 0, 3, 20))) if late else 0, nets, draw(_columns(nets)),
        draw(ATTRIBUTES), draw(st.sampled_from((0, 0, 0, 150, 10**6))),
    )  # fmt: skip


@st.composite
def plans(draw: st.DrawFn, late: bool, returns: bool, spending: bool, refused: bool) -> Plan:
    """Any one thing that a member does."""
    kinds = [PURCHASE, PURCHASE, PURCHASE, VISIT, REFERRAL, NOTICE]
    kinds += [RETURN, RETURN] if returns else []
    kinds += [REDEMPTION] if spending else []
    kind = draw(st.sampled_from(kinds))
    too_much = refused and draw(st.integers(0, 5)) == 0
    if kind == PURCHASE:
        bought = draw(purchases(late=late))
        return replace(bought, currency="USD") if too_much else bought
    if kind in (RETURN, REDEMPTION):
        return Plan(kind, draw(GAPS), which=draw(st.integers(0, 9)), shares=draw(SHARES), more=1 if too_much else 0)
    return Plan(kind, draw(GAPS), attributes=draw(ATTRIBUTES))


def lives(
    late: bool = False, returns: bool = True, spending: bool = True, refused: bool = True, most: int = 12
) -> st.SearchStrategy[list[Plan]]:
    """What a member does, in the order in which it is told."""
    return st.lists(plans(late, returns, spending, refused), min_size=1, max_size=most)


@dataclass
class Life:
    """What was told and what came of it: one outcome per event."""

    kernel: Kernel
    standing: Standing
    events: list[Event] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)

    @property
    def movements(self) -> list[tuple[Any, ...]]:
        """Entries and tier moves, in the order of `seq`."""
        return movements(self.outcomes)

    def day(self, event: Event) -> int:
        """The local day of an event."""
        return self.kernel.terms.zone.local(event.at)[0]


def movements(outcomes: Sequence[Outcome]) -> list[tuple[Any, ...]]:
    """Entries and tier moves of several outcomes, in the order in which they are numbered."""
    rows = [(row.seq, row) for out in outcomes for row in (*out.entries, *out.moves)]
    return [(type(row).__name__, *row) for _, row in sorted(rows, key=lambda pair: pair[0])]


def live(kernel: Kernel, story: Sequence[Plan], standing: Standing | None = None, name: str = "e") -> Life:
    """Fold the plans into a life, keeping what later returns refer to, as a host does."""
    life = Life(kernel, standing or kernel.open())
    now = START_US
    for number, plan in enumerate(story):
        now += plan.minutes * MINUTE_US
        at = now - plan.late * DAY_MINUTES * MINUTE_US
        event = Event(
            plan.type, f"{name}{number}", at, plan.currency if plan.type == PURCHASE else "", list(plan.nets),
            plan.columns, plan.attributes, plan.tendered,
        )  # fmt: skip
        if plan.type == RETURN:
            _bring_back(life, plan, event)
        elif plan.type == REDEMPTION:
            _ask(life, plan, event)
        tell(life, event)
    return life


def tell(life: Life, event: Event) -> Outcome:
    """Tell the kernel one event and keep what came of it."""
    outcome = life.kernel.step(life.standing, event)
    life.events.append(event)
    life.outcomes.append(outcome)
    if outcome.refusal is None:
        if event.type == PURCHASE:
            life.origins.append(origin_of(event, outcome))
        elif event.type == RETURN and event.origin:
            for origin in life.origins:
                if origin.event == event.origin.event:
                    origin.returned = [gone + now for gone, now in zip(origin.returned, event.nets, strict=True)]
    return outcome


def origin_of(event: Event, outcome: Outcome) -> Origin:
    """What a later return must know of a purchase."""
    grants = [
        Grant(entry.seq, entry.currency, entry.rule.id, entry.amount, entry.shares())
        for entry in outcome.entries
        if entry.kind == ACCRUAL and entry.rule
    ]
    nothing = [0] * len(event.nets)
    return Origin(event.id, event.at, list(event.nets), nothing, grants, list(outcome.progress), outcome.counted)


def _bring_back(life: Life, plan: Plan, event: Event) -> None:
    if not life.origins:
        return
    origin = life.origins[plan.which % len(life.origins)]
    left = [net - gone for net, gone in zip(origin.nets, origin.returned, strict=True)]
    shares = [plan.shares[line % len(plan.shares)] for line in range(len(left))]
    event.nets = [rest * share // 1_000 for rest, share in zip(left, shares, strict=True)]
    if plan.more and left:
        event.nets[0] = left[0] + plan.more
    event.origin = replace(origin)


def _ask(life: Life, plan: Plan, event: Event) -> None:
    spendable = [one.id for one in life.kernel.terms.programme.currencies if one.kind == "spendable"]
    event.of = spendable[plan.which % len(spendable)]
    then = life.standing.copy()
    life.kernel.settle(then, life.day(event))
    available = then.purses[event.of].available if event.of in then.purses else 0
    event.points = available + 1 if plan.more else available * plan.shares[0] // 1_000
