"""The laws of the ledger: nothing is made or lost, lots are taken in their order, promises of time are kept.

Each law was seen to fail on a kernel made wrong on purpose:
- nothing is made or lost: a repayment left the debt as it was; an expiry took lots but not the sum; a clawback from a
  lot of its own was written without that lot; the number of an entry was used twice;
- the order of lots: `turn` began with the day of earning; pending points were taken the last ones first;
- notice: a notice counted for ever; a notice from before the points were earned, or from the same day, counted;
- expiry: the last day itself was no longer good;
- caps: a cap counted what was asked instead of what was given; weeks began on Sunday; a return gave the room
  back twice.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from regulars.engine.entries import ACCRUAL, ACTIVATION, CAPTURE, CLAWBACK, EXPIRY, HOLD, REDEMPTION, RELEASE, Entry
from regulars.engine.events import NOTICE, PURCHASE
from regulars.engine.kernel import Kernel
from regulars.engine.tests.books import Books
from regulars.engine.tests.random_lives import (
    ACTS,
    ALL,
    BASKETS,
    DELIVERIES,
    HOLDS,
    LONG,
    MONTHS,
    NOTICES,
    REDEMPTIONS,
    RETURNS,
    SOON,
    Plan,
    go_on,
    live,
    lives,
    numbered,
    tell,
)
from regulars.engine.tests.random_programmes import EXPIRIES, Lean, law, programmes
from regulars.kit.zones import add_months
from regulars.programme.currencies import Expiry
from regulars.programme.promise import Programme

RETURNING = (*ALL, RETURNS)


@law
@given(programmes() | programmes(Lean(awaiting=True)), lives(late=True) | lives(ACTS, SOON))
def test_nothing_is_made_or_lost(programme: Programme, story: list[Plan]) -> None:
    life = live(Kernel(programme), [])
    books, seq = Books(programme), 0
    for event in live(Kernel(programme), story).events:
        outcome = tell(life, event)
        for row in numbered(outcome):
            seq += 1
            assert row.seq == seq
            if isinstance(row, Entry):
                books.write(row)
        assert life.standing.seq == seq
        assert books.agrees(life.standing)


@law
@given(
    programmes(Lean(waiting=True)),
    lives(RETURNING, SOON, late=True) | lives(ACTS, SOON, late=True),
    st.sampled_from(EXPIRIES),
    st.integers(1, 12),
)
def test_every_debit_takes_its_lots_in_the_documented_order(
    programme: Programme, story: list[Plan], expiry: Expiry, published: int
) -> None:
    life = live(Kernel(programme), story[:published])
    # The lots of one version all end in the order in which they were earned; those of two need not.
    new = tuple(replace(one, expiry=expiry) for one in programme.currencies)
    life.kernel = Kernel(replace(programme, currencies=new))
    go_on(life, story[published:])
    books = Books(programme)
    for outcome in life.outcomes:
        for entry in outcome.entries:
            if entry.kind != ACCRUAL:
                assert entry.lots == books.expected(entry)
            books.write(entry)


@law
@given(
    programmes(Lean(expiring=True, tiered=False)),
    lives((BASKETS, NOTICES, DELIVERIES, REDEMPTIONS, HOLDS), (*MONTHS, *LONG)),
)
def test_points_expire_after_their_last_day_and_only_after_a_notice_given_in_time(
    programme: Programme, story: list[Plan]
) -> None:
    life = live(Kernel(programme), story)
    active: dict[str, int] = defaultdict(int)
    notices: list[int] = []
    granted: dict[int, Entry] = {}
    for event, outcome in zip(life.events, life.outcomes, strict=True):
        for entry in outcome.entries:
            expiry = programme.currency(entry.currency).expiry
            if entry.is_lot:
                granted[entry.seq] = entry
            if entry.kind == RELEASE and not entry.event:
                active[entry.currency] = entry.day
            if entry.expires_day and not entry.is_lot:
                granted |= {seq: granted[seq]._replace(expires_day=entry.expires_day) for seq, _ in entry.lots}
            if entry.kind == EXPIRY:
                assert expiry
                lots = [granted[seq] for seq, _ in entry.lots]
                last = max(lot.expires_day for lot in lots)
                since = max(lot.day for lot in lots)
                if expiry.after == "inactivity":
                    last = add_months(active[entry.currency], expiry.months)
                    since = active[entry.currency]
                assert entry.day > last
                ends = entry.day - 1
                if expiry.notice:
                    # What comes back after its last day expires at once, by the notice that was given for that day.
                    early, late = (last if entry.event else ends) - expiry.notice.earliest, ends - expiry.notice.latest
                    assert any(early <= day <= late and day > since for day in notices)
                elif not entry.event:
                    assert ends == last
            if entry.kind in (ACCRUAL, ACTIVATION, REDEMPTION, HOLD, CAPTURE):
                active[entry.currency] = entry.day
        if event.type == NOTICE:
            notices.append(life.day(event))
        if event.type == PURCHASE:
            active |= {currency.id: life.day(event) for currency in programme.currencies}


def period(per: str, event: str, day: int) -> object:
    """What a day belongs to, by the calendar."""
    moment = date.fromordinal(day)
    return {
        "event": event,
        "day": moment,
        "week": moment.isocalendar()[:2],
        "month": (moment.year, moment.month),
        "year": moment.year,
        "ever": "",
    }[per]


@law
@given(programmes(Lean(tiered=False, caps=(1, 2))), lives(RETURNING, SOON, late=True))
def test_no_cap_is_ever_exceeded_and_returns_give_back_exactly_their_room(
    programme: Programme, story: list[Plan]
) -> None:
    life = live(Kernel(programme), story)
    caps = [(cap, defaultdict[object, int](int)) for cap in programme.earn.caps]
    granted: dict[int, Entry] = {}
    for event, outcome in zip(life.events, life.outcomes, strict=True):
        for entry in outcome.entries:
            if entry.kind == ACCRUAL:
                granted[entry.seq] = entry
        moved = [(entry, entry.amount) for entry in outcome.entries if entry.kind == ACCRUAL]
        moved += [(granted[entry.reverses], -entry.amount) for entry in outcome.entries if entry.kind == CLAWBACK]
        for rule, points in outcome.forgiven:
            assert event.origin
            moved += [(granted[grant.seq], -points) for grant in event.origin.grants if grant.rule == rule]
        for cap, used in caps:
            for entry, points in moved:
                assert entry.rule
                if entry.rule.id in cap.rules:
                    used[period(cap.per, entry.event, entry.day)] += points
            assert all(0 <= points <= cap.most for points in used.values())
            clipped = [clip for clip in outcome.clips if clip.cap == cap.id]
            if cap.at_edge == "refuse" and clipped:
                given = [entry for entry in outcome.entries if entry.kind == ACCRUAL and entry.rule]
                assert not any(entry.rule and entry.rule.id in cap.rules for entry in given)
