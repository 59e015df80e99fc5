"""Late events: what happened earlier than it is told counts as of its own day; earlier grants never change."""

from __future__ import annotations

from regulars.engine.tests.worked import Member

CAPPED = """
earn:
  rules: [{id: base, points: 1, per: 1.00}]
  caps: [{id: daily, per: day, most: 100, at_edge: clip}]
"""
TIERED = """
earn:
  rules:
    - {id: base, points: 1, per: 10.00}
    - {id: double, times: 2, of: [base], when: tier == "silver"}
tiers:
  counts: spend
  window: {rolling_months: 1}
  grace_days: 0
  levels: [{id: bronze, at: 0}, {id: silver, at: 500.00}]
"""


def test_a_late_purchase_counts_under_the_cap_of_its_own_day() -> None:
    ada = Member(CAPPED)
    ada.does("2026-03-02", "buys 90.00")
    ada.does("2026-03-03", "buys 90.00")
    assert ada.does("2026-03-02", "buys 30.00") == "base 10, cap daily kept back 20 of base"
    assert ada.does("2026-03-03", "buys 30.00") == "base 10, cap daily kept back 20 of base"


def test_a_late_purchase_earns_by_the_tier_of_its_own_day() -> None:
    bruno = Member(TIERED)
    bruno.does("2026-03-02", "buys 100.00")
    bruno.does("2026-03-10", "buys 500.00")
    assert bruno.does("2026-03-12", "buys 10.00") == "base 1, double 1"
    assert bruno.does("2026-03-09", "buys 10.00") == "base 1"


def test_a_late_purchase_makes_progress_on_its_own_day_and_raises_the_tier_today() -> None:
    carmen = Member(TIERED)
    carmen.does("2026-03-20", "buys 400.00")
    assert carmen.does("2026-03-10", "buys 100.00") == "base 10, reached silver on 2026-03-20"
    assert carmen.has() == "50 points, silver until 2026-04-20"


def test_a_late_purchase_from_before_the_window_makes_no_progress_now() -> None:
    dagny = Member(TIERED)
    dagny.does("2026-03-20", "buys 400.00")
    assert dagny.does("2026-02-10", "buys 100.00") == "base 10"
    assert dagny.standing.total == 40_000


def test_what_a_late_purchase_should_have_made_available_already_is_dated_when_it_was_due() -> None:
    ada = Member("currencies: [{id: points, pending: {days: 14}}]\nearn: {rules: [{id: base, points: 1, per: 1.00}]}")
    ada.does("2026-03-20", "buys 5.00")
    assert ada.does("2026-03-01", "buys 7.00") == "base 7"
    assert ada.does("2026-03-21", "visits") == "available 7 on 2026-03-16"
    assert ada.has() == "7 points, 5 waiting"


def test_lots_of_late_purchases_are_spent_by_their_own_last_day() -> None:
    bruno = Member(
        "currencies: [{id: points, expiry: {after: earning, months: 2, notice: none}}]\n"
        "earn: {rules: [{id: base, points: 1, per: 1.00}]}"
    )
    bruno.does("2026-03-20", "buys 5.00")
    bruno.does("2026-03-10", "buys 7.00")
    bruno.does("2026-03-21", "spends 8")
    first, second = bruno.entries[:2]
    assert bruno.entries[2].lots == ((second.seq, 7), (first.seq, 1))


def test_counting_follows_the_order_of_recording() -> None:
    carmen = Member("earn: {rules: [{id: second, points: 9, every: 2}]}")
    carmen.does("2026-03-20", "buys 5.00")
    assert carmen.does("2026-03-10", "buys 7.00") == "second 9"


def test_what_arrives_late_from_another_account_does_not_set_the_clock_of_inactivity_back() -> None:
    dagny = Member(
        "currencies: [{id: points, expiry: {after: inactivity, months: 1, notice: none}}]\n"
        "earn: {rules: [{id: base, points: 1, per: 1.00}]}"
    )
    dagny.does("2026-03-01", "buys 5.00")
    dagny.does("2026-03-02", "sends 2")
    dagny.does("2026-03-20", "buys 5.00")
    assert dagny.does("2026-03-21", "receives on 2026-03-10") == "received 2 on 2026-03-10"
    assert dagny.does("2026-04-20", "sleeps") == "nothing"
    assert dagny.does("2026-04-21", "sleeps") == "expired 10"
