"""Every entry says why: rule, rate or factor, what was looked at, what a cap held back, and its lines' shares."""

from __future__ import annotations

from datetime import UTC, date, datetime

from regulars.engine.entries import RuleRef
from regulars.engine.events import OPENING, Event, Opening
from regulars.engine.tests.worked import Member

SHOP = """
earn:
  rules:
    - {id: base, points: 1, per: 10.00}
    - {id: own-brand, times: 3/2, of: [base], when: brand == "Own"}
    - {id: cups, points: 2, per: item, when: category == "Cup"}
    - {id: third, points: 20, every: 3, when: total >= 5.00}
    - {id: thanks, points: 1/2, on: feedback}
  caps:
    - {id: daily, per: day, most: 30, at_edge: clip}
"""


def test_an_entry_names_its_rule_and_its_rate() -> None:
    ada = Member(SHOP)
    ada.does("2026-03-02", "buys 100.00 brand Own + 55.00 category Cup quantity 2")
    base, own, cups = ada.entries
    assert base.rule == RuleRef("base", "1", 1_000, "money", "", 0)
    assert own.rule == RuleRef("own-brand", "", 1, "", "3/2", 0)
    assert cups.rule == RuleRef("cups", "2", 1, "item", "", 0)


def test_an_entry_says_what_its_rule_looked_at() -> None:
    ada = Member(SHOP)
    ada.does("2026-03-02", "buys 100.00 brand Own + 55.00 category Cup quantity 2")
    assert [entry.base for entry in ada.entries] == [15_500, 10_000, 2]


def test_a_gift_says_how_often_it_is_given() -> None:
    bruno = Member(SHOP)
    for day in ("2026-03-02", "2026-03-03", "2026-03-04"):
        bruno.does(day, "buys 5.00")
    gift = bruno.entries[-1]
    assert gift.rule == RuleRef("third", "20", 1, "event", "", 3)
    assert gift.base == 3


def test_half_a_point_for_feedback_waits_for_the_other_half() -> None:
    bruno = Member(SHOP)
    assert bruno.does("2026-03-02", "feedback") == "nothing"
    assert bruno.does("2026-03-03", "feedback") == "thanks 1"
    assert bruno.entries[0].rule == RuleRef("thanks", "1/2", 1, "event", "", 0)


def test_a_capped_entry_tells_what_was_granted_before_the_cap() -> None:
    carmen = Member(SHOP)
    carmen.does("2026-03-02", "buys 400.00")
    (entry,) = carmen.entries
    assert (entry.granted, entry.amount) == (40, 30)
    (clip,) = carmen.outcome.clips
    assert clip == ("daily", "base", 10)


def test_the_lines_share_what_a_rule_gave_and_the_shares_sum_to_it() -> None:
    # Exactly 10 and 1.7 points are eleven whole ones: 10 and 1, and 0.7 waits.
    dagny = Member(SHOP)
    dagny.does("2026-03-02", "buys 33.00 + 33.00 + 34.00 brand Own")
    base, own = dagny.entries
    assert base.shares() == [3, 3, 4]
    assert own.shares() == [0, 0, 1]
    assert base.amount + own.amount == 11


def test_a_clawback_names_the_entry_it_reverses_and_the_lines_that_came_back() -> None:
    ada = Member(SHOP)
    ada.does("2026-03-02", "buys 100.00 + 55.00 as basket")
    ada.does("2026-03-03", "returns 0.00 + 55.00 of basket")
    granted, taken = ada.entries
    assert taken.reverses == granted.seq
    assert taken.rule == granted.rule
    assert taken.shares() == [0, 5]
    assert taken.lots == ((granted.seq, 5),)


def test_points_that_cannot_be_taken_back_are_named_as_forgiven() -> None:
    bruno = Member(SHOP)
    bruno.does("2026-03-02", "buys 100.00 as lamp")
    bruno.does("2026-03-03", "spends 6")
    assert bruno.does("2026-03-04", "returns lamp") == "base -4, forgiven 6 of base"
    assert bruno.outcome.forgiven == [("base", 6)]


def test_a_refused_redemption_says_what_is_required_available_and_missing() -> None:
    carmen = Member(SHOP)
    carmen.does("2026-03-02", "buys 100.00")
    carmen.does("2026-03-03", "spends 12")
    refusal = carmen.outcome.refusal
    assert refusal
    assert refusal.code == "insufficient_points"
    assert refusal.figures == {"required": 12, "available": 10, "missing": 2}


def test_a_refused_return_says_which_line_and_how_much_is_left_of_it() -> None:
    dagny = Member(SHOP)
    dagny.does("2026-03-02", "buys 50.00 + 40.00 as basket")
    dagny.does("2026-03-03", "returns 0.00 + 30.00 of basket")
    dagny.does("2026-03-04", "returns 0.00 + 15.00 of basket")
    refusal = dagny.outcome.refusal
    assert refusal
    assert refusal.code == "return_exceeds_purchase"
    assert refusal.figures == {"line": 2, "available": 1_000, "required": 1_500, "missing": 500}


def test_a_return_of_an_unknown_purchase_is_refused() -> None:
    assert Member(SHOP).does("2026-03-02", "returns lamp") == "refused: unknown_original"


def test_the_outcome_keeps_what_later_returns_must_know() -> None:
    ada = Member(
        SHOP + "tiers: {counts: spend, when: brand == 'Own', window: calendar_year, levels: [{id: all, at: 0}]}"
    )
    ada.does("2026-03-02", "buys 100.00 brand Own + 55.00")
    assert list(ada.outcome.progress) == [10_000, 0]
    assert ada.outcome.counted == ("third",)


def test_the_generated_code_can_be_read() -> None:
    source = Member(SHOP).kernel.sources["purchase"]
    assert "def weigh(event" in source
    assert "'Own'" in source


def test_a_day_among_the_figures_of_a_refusal_is_written_as_a_day() -> None:
    ada = Member(SHOP)
    at, ahead = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp()) * 1_000_000, date(2026, 3, 9).toordinal()
    refusal = ada.kernel.step(ada.kernel.open(), Event(OPENING, "o", at, opening=Opening(joined_day=ahead))).refusal
    assert refusal is not None and refusal.code == "bad_days"
    assert refusal.figures == {"joined_day": "2026-03-09"}
