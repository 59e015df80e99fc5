"""What a member has now, what time will do to it, and where she stands: right before the night has run as well."""

from __future__ import annotations

from datetime import UTC, date, datetime

from regulars.engine.tests.worked import Member
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.tests.cast import Line, account, fresh, notice, purchase, redemption, rows, tell
from regulars.exchange.ledger.holdings import balances, lots, tier_of, tier_view


def on(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def test_points_that_wait_are_shown_with_their_day(harbour: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-07 15:00", 10_000), purchase(ada, "2024-03-08 15:00", 5_000))
    (points,) = balances(account(ada), on("2024-03-10"))
    assert (points.available, points.pending, points.debt, points.worth) == (0, 150, 0, 0)
    assert points.coming == ((date(2024, 3, 22), 100), (date(2024, 3, 23), 50))


def test_what_fell_due_counts_before_the_night_has_run_and_nothing_is_written(harbour: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-07 15:00", 10_000))
    before = rows("balance", account(ada)), rows("standing", account(ada)), rows("lot", account(ada))
    late = [balances(account(ada), on("2024-03-22 03:59"))[0], balances(account(ada), on("2024-03-22 04:00"))[0]]
    assert [(points.available, points.pending) for points in late] == [(0, 100), (100, 0)]
    assert [lot.pending for lot in lots(account(ada), on("2024-03-22 04:00"))] == [False]
    assert before == (rows("balance", account(ada)), rows("standing", account(ada)), rows("lot", account(ada)))
    settle_due(on("2024-03-22 04:00"))
    assert balances(account(ada), on("2024-03-22 04:00"))[0] == late[1]


def test_nothing_expires_without_a_notice_and_with_one_the_day_is_known(harbour: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-07 15:00", 10_000))
    assert balances(account(ada), on("2026-12-01"))[0].expiring == ()
    (lot,) = lots(account(ada), on("2026-12-01"))
    assert lot.ends("en") == "Expires after 36 months without earning or spending."
    tell(notice(ada, "2027-01-21 15:00"))
    assert balances(account(ada), on("2027-02-01"))[0].expiring == ((date(2027, 3, 23), 100),)


def test_lots_are_in_the_order_in_which_they_are_spent(corner: int) -> None:
    ada = fresh("ada")
    tell(
        purchase(ada, "2024-03-31 12:00", Line(5_000, quantity=2), currency="DKK"),
        purchase(ada, "2024-02-01 12:00", Line(4_000, quantity=1), currency="DKK"),
        redemption(ada, "2024-04-02 12:00", 5),
    )
    found = lots(account(ada), on("2024-04-03"))
    assert [(lot.currency.id, lot.amount, lot.left, lot.pending, lot.expires_on) for lot in found] == [
        ("points", 5, 4, False, date(2024, 9, 30)),
        ("miles", 1, 1, False, None),
        ("miles", 2, 2, True, None),
    ]
    assert found[0].ends("en") == "To be spent by September 30, 2024."
    assert found[1].ends("en") == "Never expires."
    assert balances(account(ada), on("2024-04-03"))[0].expiring == ((date(2024, 10, 1), 4),)


def test_the_way_up_is_told_in_money(harbour: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-07 15:00", 50_050))
    view = tier_view(account(ada), on("2024-03-10"))
    assert view is not None and view.next is not None
    assert (view.current.id, view.progress, view.next.id, view.missing) == ("deckhand", 50_050, "mate", 69_950)
    assert (view.kept_until, view.to_keep, view.falls) == (None, 0, ())
    assert view.sentences("en") == ["$699.50 more until Mate."]


def test_progress_leaves_the_window_as_of_the_day_asked_about(harbour: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-07 15:00", 50_000), purchase(ada, "2024-06-07 15:00", 10_000))
    seen = [tier_view(account(ada), on(day)) for day in ("2025-03-07", "2025-03-09", "2025-06-09")]
    assert [view.progress for view in seen if view] == [60_000, 10_000, 0]


def test_what_keeps_a_tier_and_where_it_would_fall(harbour: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-07 15:00", 370_000), purchase(ada, "2024-06-07 15:00", 10_000))
    view = tier_view(account(ada), on("2024-07-01"))
    assert view is not None
    # On the last day of the kept time the window holds what came after the first purchase.
    assert (view.current.id, view.kept_until, view.to_keep) == ("captain", date(2025, 3, 7), 350_000)
    assert view.yours_until == view.kept_until
    assert not view.starts_later
    assert [(day, level.id) for day, level in view.falls] == [
        (date(2025, 5, 7), "mate"),
        (date(2026, 7, 6), "deckhand"),
    ]
    assert view.sentences("en") == [
        "Captain is yours until March 7, 2025.",
        "$3,500.00 more by then keep it longer.",
        "If nothing more comes, it is Mate from May 7, 2025 on.",
    ]
    grace = tier_view(account(ada), on("2025-04-01"))
    assert grace is not None
    assert (grace.current.id, grace.grace_until, grace.to_keep) == ("captain", date(2025, 5, 6), 350_000)
    assert grace.sentences("en")[0] == "Captain is yours until May 6, 2025."


def test_a_renewal_that_is_certain_moves_the_end_to_where_it_would_really_be(harbour: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-07 15:00", 370_000), purchase(ada, "2024-06-07 15:00", 370_000))
    view = tier_view(account(ada), on("2024-07-01"))
    assert view is not None and (view.kept_until, view.to_keep) == (date(2025, 3, 7), 0)
    assert view.yours_until == date(2026, 5, 6)
    assert view.sentences("en") == [
        "Captain is yours until May 6, 2026.",
        "If nothing more comes, it is Mate from May 7, 2026 on.",
    ]
    assert "6. Mai 2026" in view.sentences("de")[0] and "7. Mai 2026" in view.sentences("de")[1]


def test_a_year_that_has_not_begun_is_named(corner: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-07 15:00", Line(100, quantity=20), currency="DKK"))
    view = tier_view(account(ada), on("2024-04-01"))
    assert view is not None
    assert (view.current.id, view.next, view.missing) == ("friend", None, 0)
    assert view.sentences("en") == [
        "Friend is yours until December 31, 2025.",
        "20 miles from January 1, 2025 on keep it longer.",
        "If nothing more comes, it is Guest from January 1, 2026 on.",
    ]
    assert view.sentences("da")[0].startswith("Ven ") and "31. december 2025" in view.sentences("da")[0]


def test_somebody_without_a_past_stands_at_the_beginning(harbour: int) -> None:
    view = tier_view(-1, on("2024-04-01"))
    assert view is not None
    assert (view.current.id, view.progress, view.missing) == ("deckhand", 0, 120_000)
    assert [points.available for points in balances(-1, on("2024-04-01"))] == [0]
    assert lots(-1, on("2024-04-01")) == []


def test_a_tier_that_waits_for_its_notice_has_no_last_day_until_that_has_come() -> None:
    ada = Member(
        "{earn: {rules: [{id: base, points: 1, per: 10.00}]}, tiers: {counts: spend, window: calendar_year,"
        " notice: {earliest: 60, latest: 30}, levels: [{id: bronze, at: 0}, {id: gold, at: 500.00}]}}"
    )

    def view(day: str) -> tuple[date | None, date | None, list[date]]:
        found = tier_of(ada.kernel, ada.standing, date.fromisoformat(day).toordinal())
        assert found
        return found.kept_until, found.grace_until, [day for day, _ in found.falls]

    ada.does("2026-05-02", "buys 600.00")
    assert view("2026-05-02") == (date(2027, 12, 31), None, [])
    ada.does("2028-06-10", "sleeps")
    assert view("2028-06-10") == (None, None, [])
    ada.does("2028-06-10", "is told of the tier")
    assert view("2028-06-10") == (date(2027, 12, 31), date(2028, 7, 10), [date(2028, 7, 11)])
