"""Every month read from a real ledger closes, and says what its entries say when one adds them up by hand."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.engine.entries import AVAILABLE, DEBT, HELD, PENDING
from regulars.engine.events import (
    ADJUSTMENT,
    CAPTURE,
    FORFEITURE,
    HOLD,
    OPENING,
    REDEMPTION,
    RELEASE,
    REVERSAL,
    TRANSFER_IN,
    TRANSFER_OUT,
    WITHDRAWAL,
    OpenedLot,
    Opening,
    Origin,
    Spent,
)
from regulars.engine.purse import NEVER
from regulars.engine.tests.worked import programme_text
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.tests.cast import account, fresh, purchase, redemption, returned, rows, tell, visit
from regulars.exchange.earning.tests.lives import a_life, shuffled
from regulars.exchange.ledger.tests.test_acts import act, member_with
from regulars.ground.members.enrolling import Person, enrol
from regulars.ground.publishing.versions import publish, versions
from regulars.insight.liability.estimating import LEAST_MONTHS
from regulars.insight.liability.months import open_months
from regulars.insight.liability.movements import LedgerUnsound, month_of, movements, version_of
from regulars.insight.liability.rolling import (
    ADDED,
    ARRIVED,
    CORRECTED,
    EARNED,
    EXPIRED,
    FORFEITED,
    GIVEN,
    OPENED,
    OWED,
    REDEEMED,
    REPAID,
    SENT,
    TAKEN_BACK,
    WITHDRAWN,
    Month,
    Rolled,
    State,
)
from regulars.insight.liability.tests.test_rolling import chained, money_changes

END = datetime(2034, 1, 1, tzinfo=UTC)
MEMBERS = (AVAILABLE, PENDING, HELD)


def fold(now: datetime | None = None) -> list[Month]:
    """The months up to the last in which anything moved, or up to the running one of `now`."""
    if now is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT max(at) FROM entry")
            (now,) = cursor.fetchone()
    return list(open_months(versions(), now, None, State()).months)


def by_hand(zone: str) -> dict[tuple[str, int], tuple[int, int]]:
    """By currency and month in which anything moved: how what members hold and owe changed, entry by entry."""
    sums: Counter[tuple[str, int, str]] = Counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT at, currency, source, target, amount FROM entry")
        for at, currency, source, target, amount in cursor.fetchall():
            month = month_of(at.astimezone(ZoneInfo(zone)).date())
            for pot, change in ((source, -amount), (target, amount)):
                sums[currency, month, "hold" if pot in MEMBERS else "owe" if pot == DEBT else "far"] += change
    return {(c, m): (sums[c, m, "hold"], -sums[c, m, "owe"]) for c, m, _ in sums}


def balances() -> dict[str, tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT currency, sum(available + pending + held), -sum(debt) FROM balance GROUP BY currency")
        return {currency: (int(held), int(owed)) for currency, held, owed in cursor.fetchall()}


def check(months: list[Month], zone: str) -> None:
    """The laws: it closes, it is what the entries say month by month, and it ends at the balances."""
    told = by_hand(zone)
    for currency, (held, owed) in balances().items():
        rolled = chained(months, currency)
        for month, one in zip(months, rolled, strict=True):
            changed = (one.closing - one.opening, one.owed_closing - one.owed_opening)
            assert changed == told.get((currency, month.number), (0, 0))
            assert one.liability_opening + money_changes(one) == one.liability_closing
        assert (rolled[-1].closing, rolled[-1].owed_closing) == (held, owed)


@pytest.mark.parametrize("seed", range(3))
def test_lives_with_returns_and_mistakes_close_every_month(harbour: int, seed: int) -> None:
    random = Random(seed)
    for batch in shuffled([a_life(fresh("ada"), random, "USD", 40) for _ in range(6)], random):
        tell(*batch)
    settle_due(END)
    months = fold()
    check(months, "America/New_York")
    assert sum(one.currencies["points"].points[TAKEN_BACK] for one in months) > 0


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_any_life_closes_in_every_currency(corner: int, seed: int) -> None:
    """Of the shop that has points which expire, and miles which stand for no money."""
    random = Random(seed)
    tell(*a_life(fresh("bruno"), random, "DKK", 25))
    settle_due(END)
    check(fold(), "Europe/Copenhagen")


def test_what_is_brought_along_is_a_liability_of_the_months_it_was_earned_in_until_it_is_withdrawn(corner: int) -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    enrol([Person(ada), Person(bruno)], END)
    march, may, june = (date(2024, month, 3).toordinal() for month in (3, 5, 6))
    lots = [OpenedLot("points", 40, march, march, june + 1), OpenedLot("points", 60, may, june + 9, june + 99)]
    for member in (ada, bruno):
        act(member, "2024-06-03 15:00", OPENING, opening=Opening(lots))
    act(ada, "2024-06-04 15:00", REDEMPTION, points=30, of="points")
    settle_due(datetime(2024, 6, 20, tzinfo=UTC))
    act(bruno, "2024-07-03 15:00", WITHDRAWAL)
    months = fold()
    check(months, "Europe/Copenhagen")
    rolled = [one.currencies["points"] for one in months]
    assert [(one.points[OPENED], one.points[WITHDRAWN], one.closing) for one in rolled] == [(200, 0, 120), (0, 60, 60)]
    assert rolled[0].money[OPENED] > 0 == rolled[0].money[WITHDRAWN] < rolled[1].money[WITHDRAWN]
    moved = movements(versions(), month_of(date(2024, 7, 1))).moved["points"]
    assert {month: sum(lines[OPENED] for lines in told.values() if OPENED in lines) for month, told in moved.items()} == {
        month_of(date(2024, 3, 1)): 80, month_of(date(2024, 5, 1)): 120,
    }  # fmt: skip


def everything(when: str = "2024-06-01 15:00") -> dict[str, int]:
    """Every way in which points move, once; answers what each line has to say of June 2024."""
    ada, bruno = member_with(100), member_with(50, "bruno")
    hold = act(ada, when, HOLD, points=60, of="points", within_days=14).entries[-1].event
    act(ada, when, CAPTURE, points=20, of="points", hold=hold)
    act(ada, when, RELEASE, of="points", hold=hold)
    act(ada, when, ADJUSTMENT, points=30, of="points", reason="late-delivery", actor="dagny")
    act(ada, when, ADJUSTMENT, points=-5, of="points", reason="typing-error", actor="dagny")
    act(ada, when, FORFEITURE, points=7, of="points", reason="fraud", actor="dagny")
    sent = act(ada, when, TRANSFER_OUT, points=11, of="points")
    act(bruno, when, TRANSFER_IN, moved=tuple(sent.moved))
    spent = act(bruno, when, REDEMPTION, points=9, of="points").entries[-1]
    days = {row["seq"]: row for row in rows("lot", account(bruno))}
    lots = [
        (seq, part, days[seq]["earned_on"].toordinal(), days[seq]["available_on"].toordinal(), NEVER)
        for seq, part in spent.lots
    ]
    spending = Spent(spent.seq, "points", spent.amount, lots)
    act(bruno, when, REVERSAL, origin=Origin("x", 0, [], [], [], [], (), [spending]))
    return {REDEEMED: 20, ADDED: 30, CORRECTED: 5, FORFEITED: 7, SENT: 11, ARRIVED: 11}


def test_whatever_the_house_may_do_lands_in_its_line(harbour: int) -> None:
    said = everything()
    months = fold()
    check(months, "America/New_York")
    june = next(one for one in months if one.number == 2024 * 12 + 5).currencies["points"]
    assert {line: points for line, points in june.points.items() if points} == said
    assert june.closing == june.opening + 30 - 20 - 5 - 7


def test_debt_and_its_repayment_are_told_apart_from_what_was_taken_at_once(harbour: int) -> None:
    ada = fresh("ada")
    big = purchase(ada, "2025-01-07 15:00", 10_000)
    tell(big, redemption(ada, "2025-02-03 15:00", 80), returned(ada, "2025-03-04 15:00", big))
    tell(purchase(ada, "2025-04-07 15:00", 9_000))
    settle_due(END)
    months = fold()
    check(months, "America/New_York")
    january, february, march, april = (month.currencies["points"] for month in months[:4])
    assert (january.points[EARNED], january.worth.value) == (150, 1)
    assert (february.points[REDEEMED], march.points[TAKEN_BACK], march.points[OWED]) == (80, 70, 80)
    assert (april.points[EARNED], april.points[REPAID], april.owed_closing) == (135 - 45, 80, 0)


def test_a_visit_gives_without_a_sale_and_a_sale_counts_once_without_tax(corner: int) -> None:
    ada = fresh("ada")
    tell(visit(ada, "2026-05-04 15:00"), purchase(ada, "2026-05-04 16:00", 12_000, 3_000, currency="DKK"))
    (may, *_) = fold(datetime(2026, 5, 31, tzinfo=UTC))
    points = may.currencies["points"]
    assert may.sales == 15_000 and points.points[GIVEN] == 5 and points.money[GIVEN] == 50
    assert points.money[EARNED] == 15_000 - may.goods > 0 and may.currencies["miles"].money[EARNED] == 0


def test_what_was_paid_with_points_is_no_price_to_share(harbour: int) -> None:
    ada = fresh("ada")
    bought = purchase(ada, "2026-05-05 15:00", 10_000)
    bought.tendered = 4_000
    tell(bought, purchase(ada, "2026-05-06 15:00", 1_000))
    (may, *_) = fold(datetime(2026, 5, 31, tzinfo=UTC))
    assert may.sales == 6_000 + 1_000 and may.state.tendered == 4_000
    assert may.goods + may.currencies["points"].money[EARNED] == may.sales


def test_a_rule_for_purchases_and_visits_gives_with_a_sale_or_without_as_the_event_was(db: None) -> None:
    begins, ada = datetime(2025, 1, 1, tzinfo=UTC), fresh("ada")
    publish(
        programme_text(
            "programme: {zone: UTC, money: USD}\n"
            "currencies: [{id: points, value: 0.01}]\n"
            "earn: {rules: [{id: hello, on: [purchase, visit], points: 50}]}\n"
        ),
        begins, "keeper", begins,
    )  # fmt: skip
    tell(purchase(ada, "2025-01-05 12:00", 10_000), visit(ada, "2025-02-05 12:00"))
    january, february = fold(datetime(2025, 2, 20, tzinfo=UTC))
    there = january.currencies["points"]
    assert (january.sales, there.points[EARNED], there.points[GIVEN], there.money[EARNED]) == (10_000, 50, 0, 50)
    there = february.currencies["points"]
    assert (february.sales, there.points[EARNED], there.points[GIVEN], there.money[GIVEN]) == (0, 0, 50, 50)
    assert there.liability_closing == 100


def test_what_was_sold_before_points_had_a_value_is_no_sale_of_the_month_in_which_they_get_one(db: None) -> None:
    begins, ada = datetime(2025, 1, 1, tzinfo=UTC), fresh("ada")
    later = datetime(2025, 3, 10, tzinfo=UTC)
    for base, value, since in ((None, "", begins), (1, ", value: 0.01", later)):
        text = (
            "programme: {zone: UTC, money: USD}\n"
            "currencies: [{id: points" + value + "}]\nearn: {rules: [{id: base, points: 1, per: 1.00}]}\n"
        )
        publish(programme_text(text), since, "keeper", begins, base)
    tell(*(purchase(ada, f"2025-{month:02}-05 12:00", 10_000) for month in (1, 2, 3)))
    closed = fold(datetime(2025, 2, 20, tzinfo=UTC))[0]
    assert closed.sales == 0
    _, march = open_months(versions(), datetime(2025, 3, 20, tzinfo=UTC), closed.number, closed.state).months
    assert (march.sales, march.goods, march.currencies["points"].money[EARNED]) == (10_000, 9_901, 99)


def test_a_version_that_has_not_begun_changes_no_figure_whatever_its_zone(db: None) -> None:
    begins, ada = datetime(2026, 1, 1, tzinfo=UTC), fresh("ada")
    text = (
        "programme: {{zone: {zone}, money: USD}}\n"
        "currencies: [{{id: points, value: {value}}}]\nearn: {{rules: [{{id: base, points: 1, per: 1.00}}]}}\n"
    )

    def promise(zone: str, value: str, since: datetime, base: int | None) -> int:
        return publish(programme_text(text.format(zone=zone, value=value)), since, "keeper", begins, base)

    first = promise("Europe/Berlin", "0.01", begins, None)
    second = promise("Europe/Berlin", "0.02", datetime(2026, 5, 31, 22, tzinfo=UTC), first)  # 1 June in Berlin
    tell(purchase(ada, "2026-05-05 12:00", 10_000))
    now = datetime(2026, 7, 2, tzinfo=UTC)
    before = fold(now)
    promise("America/New_York", "0.03", datetime(2026, 10, 1, 6, tzinfo=UTC), second)
    after = fold(now)
    assert [one.currencies["points"] for one in after] == [one.currencies["points"] for one in before]
    assert (after[0].currencies["points"].money[EARNED], version_of(versions(), after[0].number).number) == (99, first)


def test_the_last_evening_of_a_month_belongs_to_it_where_the_shop_stands(harbour: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2026-06-01 03:30", 1_000))  # half past eleven in the evening of 31 May in New York
    assert [month.number for month in fold(datetime(2026, 6, 20, tzinfo=UTC))] == [2026 * 12 + 4, 2026 * 12 + 5]


def test_what_expires_is_in_its_month_and_frees_what_is_owed(corner: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2026-01-05 12:00", 1_000, currency="DKK"))
    settle_due(END)
    rolled: list[Rolled] = chained(fold())
    july = rolled[6]
    assert july.points[EXPIRED] == july.opening == 1 and july.liability_closing == july.closing == 0
    assert july.money[EXPIRED] == july.liability_opening > 0 == july.money["estimate"]


def test_gus_is_owed_for_his_ten_points_and_nothing_for_the_thousands_that_fay_let_expire(db: None) -> None:
    begins, fay, gus = datetime(2024, 1, 1, tzinfo=UTC), fresh("fay"), fresh("gus")
    publish(
        programme_text(
            "programme: {zone: UTC, money: USD}\n"
            "currencies: [{id: points, value: 0.01, expiry: {after: inactivity, months: 2, notice: none}}]\n"
            "earn: {rules: [{id: base, points: 1, per: 1.00}]}\n"
        ),
        begins, "keeper", begins,
    )  # fmt: skip
    tell(purchase(fay, "2024-03-05 12:00", 1_000_000), purchase(gus, "2024-03-05 12:00", 1_000))
    tell(*(purchase(gus, f"2024-{month:02}-05 12:00", 10) for month in range(4, 9)))
    settle_due(datetime(2024, 8, 20, tzinfo=UTC))
    told = chained(fold(datetime(2024, 8, 20, tzinfo=UTC)))
    assert [one.liability_closing for one in told] == [9911, 9911, 10, 10, 10, 10]
    assert (told[2].points[EXPIRED], told[2].money[EXPIRED], told[2].money["estimate"]) == (10_000, 9_901, 0)


def test_estimates_are_made_of_months_that_are_over(harbour: int) -> None:
    ada = fresh("ada")
    days = [f"{2024 + month // 12}-{month % 12 + 1:02}" for month in range(29)]
    tell(*(purchase(ada, f"{day}-05 15:00", 1_000) for day in days))
    tell(*(redemption(ada, f"{day}-20 15:00", 2) for day in days[-5:]))
    found = open_months(versions(), datetime(2026, 5, 31, tzinfo=UTC), None, State())
    used = [month.currencies["points"].worth.estimate.months for month in found.months]
    assert used == [*range(1, 29), 28] and LEAST_MONTHS in used
    assert {test.month for test in found.back_tests["points"]} <= set(range(2025 * 12 + 3, 2026 * 12 + 3))


def test_one_old_purchase_brought_in_later_is_no_evidence_for_breakage(harbour: int) -> None:
    ada = fresh("ada")
    tell(*(purchase(ada, f"2026-0{month}-05 15:00", 500_000) for month in (1, 2, 3)))
    end = datetime(2026, 4, 20, tzinfo=UTC)
    before = fold(end)[-1].currencies["points"]
    tell(purchase(ada, "2022-06-05 15:00", 100))
    after = fold(end)[-1].currencies["points"]
    assert (before.worth.estimate.months, after.worth.estimate.months) == (3, 3)
    assert not after.worth.estimate.used and after.liability_closing >= before.liability_closing > 0


def test_nothing_happened_yet(harbour: int) -> None:
    assert fold(END) == []


def test_an_entry_that_no_month_can_count_is_not_passed_over(harbour: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2026-05-04 15:00", 1_000))
    known = versions()
    assert movements(known, 2026 * 12 + 11).first == 2026 * 12 + 4
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO entry (account_id, seq, at, version, currency, kind, source, target, amount, granted)"
            " SELECT account_id, 99, at, version, currency, 'gift', 'issued', 'available', 1, 1 FROM entry"
            " WHERE account_id = %s AND seq = 1",
            [account(ada)],
        )
    with pytest.raises(LedgerUnsound, match="regulars prove"):
        movements(known, 2026 * 12 + 11, afresh=True)
