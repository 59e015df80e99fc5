"""Every movement says why, from what was recorded, in the member's language; every page adds up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from random import Random

import pytest
from django.utils import translation

from regulars.exchange.earning.acting import By
from regulars.exchange.earning.merging import merge
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.tests.cast import (
    Line,
    account,
    fresh,
    pots,
    purchase,
    redemption,
    returned,
    tell,
    visit,
)
from regulars.exchange.earning.tests.lives import a_life
from regulars.exchange.ledger.statement import StatementLine, statement
from regulars.ground.members.enrolling import given_accounts_of
from regulars.ground.publishing.models import ProgrammeVersion
from regulars.ground.publishing.versions import publish, versions
from regulars.programme.header import LANGUAGES


def lines(member: str, **more: str) -> list[StatementLine]:
    """The whole statement, the oldest movement first."""
    return list(reversed(statement(account(member), limit=1_000, **more)))  # type: ignore[arg-type]


def told(member: str, language: str = "en") -> list[tuple[str, int, str, str]]:
    return [(line.pot, line.amount, line.title(language), line.why(language)) for line in lines(member)]


def test_what_was_earned_names_rule_rate_and_base(harbour: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-07 15:00", Line(2_345, "National"), Line(500, "Private"), Line(900, department="FUEL")))
    base, own = lines(ada)
    assert (base.kind, base.pot, base.amount, base.available_on) == ("accrual", "pending", 28, date(2024, 3, 22))
    assert base.title("en") == "A point for every dollar"
    (rule, *_) = versions().latest.kernel.terms.programme.earn.rules
    assert rule.when is not None
    assert base.why("en") == (
        f"1 for every $1.00, on $28.45, where {rule.when.sentence('en')}. Available from March 22, 2024."
    )
    assert own.why("en") == (
        "2 times what “a point for every dollar” gives, on $5.00, where the brand is Private. This is what comes on top."
        " Available from March 22, 2024."
    )
    assert base.rule_sentence("en").startswith("Points: 1 for every $1.00 spent")
    assert base.working("en") == [
        ("Counted", "$28.45"),
        ("Exactly", "28.45"),
        ("In whole points, with fractions kept for the next time", "28"),
        ("Points", "28"),
    ]


def test_a_condition_that_every_line_meets_is_not_worth_a_word(harbour: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-07 15:00", Line(500, "Private")))
    assert [why for _, _, _, why in told(ada)] == [
        "1 for every $1.00, on $5.00. Available from March 22, 2024.",
        "2 times what “a point for every dollar” gives, on $5.00. This is what comes on top."
        " Available from March 22, 2024.",
    ]


def test_a_condition_of_the_whole_purchase_is_the_reason(harbour: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-05 15:00", 1_000))
    assert told(ada)[1][3].startswith(
        "1.5 times what “a point for every dollar” gives, on $10.00, because the day is Tuesday or Wednesday."
    )


def test_the_tenth_visit_and_the_cap_say_so(harbour: int) -> None:
    ada = fresh("ada")
    tell(*(purchase(ada, f"2024-03-{day} 15:00", 600) for day in (14, 15, 16, 17, 18, 21, 22, 23, 24)))
    tell(purchase(ada, "2024-03-28 15:00", 60_000))
    base, tenth = lines(ada)[-2:]
    assert tenth.title("en") == "Every tenth visit"
    assert tenth.why("en").startswith(
        "Given once in every 10 times, and this one completed them, because the total is at"
    )
    assert base.why("en").startswith(
        "1 for every $1.00, on $600.00. 138 more were not given: at most 500 points a day."
    )
    assert base.working("en")[-2:] == [("at most 500 points a day", "−138"), ("Points", "462")]
    assert (base.amount, tenth.amount) == (462, 38)


def test_what_becomes_of_points_says_why_too(harbour: int) -> None:
    ada = fresh("ada")
    bought = purchase(ada, "2024-03-07 15:00", 10_000)
    tell(bought, redemption(ada, "2024-04-04 15:00", 90), returned(ada, "2024-04-05 15:00", bought))
    tell(purchase(ada, "2024-04-12 15:00", 2_000))
    settle_due(datetime(2024, 6, 1, tzinfo=UTC))
    assert told(ada)[1:5] == [
        ("available", 100, "Now available", "The 14 days of waiting are over."),
        ("available", -90, "Spent", "You spent these points."),
        (
            "available",
            -10,
            "Taken back: a point for every dollar",
            "Taken back, because something bought on March 7, 2024 was returned.",
        ),
        (
            "debt",
            -90,
            "Taken back: a point for every dollar",
            "Taken back, because something bought on March 7, 2024 was returned."
            " Too few points were left, so these are owed, and the next ones pay for them.",
        ),
    ]
    assert told(ada)[-1] == (
        "available",
        -20,
        "Paid back",
        "These points pay back what a return had left owing.",
    )
    assert [line.within for line in lines(ada)] == [False, True, False, False, False, False, True, True]
    assert lines(ada)[-1].debt_after == 70


def test_items_visits_groups_and_fixed_expiry(corner: int) -> None:
    ada = fresh("ada")
    tell(
        visit(ada, "2024-01-30 12:00"),
        purchase(ada, "2024-01-31 12:00", Line(5_050, category="rye", quantity=3), currency="DKK"),
    )
    settle_due(datetime(2024, 9, 1, tzinfo=UTC))
    said = [(title, why) for _, _, title, why in told(ada)]
    assert said == [
        ("A visit", "Given for: visit. To be spent by July 30, 2024."),
        ("A point for ten kroner", "1 for every DKK\xa010.00, on DKK\xa050.50. To be spent by July 31, 2024."),
        (
            "Double rye",
            "2 times what “a point for ten kroner” gives, on DKK\xa050.50. This is what comes on top."
            " To be spent by July 31, 2024.",
        ),
        ("A mile for every item", "1 for every item, on 3 items. Available from February 4, 2024."),
        ("Now available", "The 3 days of waiting are over."),
        ("Expired", "They could be spent for 6 months."),
        ("Expired", "They could be spent for 6 months."),
    ]
    assert [line.currency for line in lines(ada, currency="miles")] == ["miles", "miles"]


def test_an_entry_is_explained_by_the_programme_it_was_earned_under(harbour: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-07 15:00", 1_000))
    text = ProgrammeVersion.objects.get(number=harbour).text
    changed = text.replace("points: 1\n      per: 1.00", "points: 3\n      per: 1.00").replace(
        "a point for every dollar", "three points for every dollar"
    )
    begins = datetime(2024, 4, 1, tzinfo=UTC)
    assert publish(changed, begins, "keeper", begins, base=harbour) == harbour + 1
    tell(purchase(ada, "2024-04-04 15:00", 1_000))
    earned = [line for line in lines(ada) if line.kind == "accrual"]
    assert [(line.version, line.amount, line.title("en")) for line in earned] == [
        (harbour, 10, "A point for every dollar"),
        (harbour + 1, 30, "Three points for every dollar"),
    ]
    assert earned[1].why("en").startswith("3 for every $1.00")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_is_said_in_the_language_asked_for_whatever_the_page_speaks(harbour: int, language: str) -> None:
    ada = fresh("ada")
    tell(*a_life(ada, Random(5), "USD", events=60))
    settle_due(datetime(2031, 1, 1, tzinfo=UTC))
    with translation.override("da"):
        said = {line.seq: (line.title(language), line.why(language)) for line in lines(ada)}
    english = {line.seq: (line.title("en"), line.why("en")) for line in lines(ada)}
    assert len({line.kind for line in lines(ada)}) >= 4
    for seq, (title, why) in said.items():
        assert title and why.endswith(".") and "%" not in why and "  " not in why
        assert (why == english[seq][1]) == (language == "en"), why


def test_german_reads_like_german(harbour: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-05 15:00", Line(123_456, "National"), Line(500, "Private")))
    base, own, quiet = lines(ada)
    assert base.title("de") == "Ein Punkt je Dollar"
    assert "1.239,56\xa0$" in base.why("de") and "20. März 2024" in base.why("de")
    assert "die Marke ist Private" in own.why("de")
    assert "der Tag ist Dienstag oder Mittwoch" in quiet.why("de")


@pytest.mark.parametrize("gathered", [False, True])
def test_pages_follow_each_other_and_every_line_adds_up(harbour: int, gathered: bool) -> None:
    ada = fresh("ada")
    tell(*a_life(ada, Random(8), "USD", events=80))
    number = account(ada)
    whole = statement(number, limit=1_000, gathered=gathered)
    paged: list[StatementLine] = []
    while page := statement(number, before=paged[-1].seq if paged else None, limit=7, gathered=gathered):
        paged.extend(page)
    assert paged == whole
    assert len(whole) > 40
    nights = [(line.at, line.kind) for line in whole if line.event is None]
    assert len(nights) > 5 and (not gathered or len(set(nights)) == len(nights))
    held = {"available": 0, "pending": 0, "debt": 0}
    for line in reversed(whole):
        held[line.pot] += line.amount
        if line.kind == "activation":
            held["pending"] -= line.amount
        if line.kind == "repayment":
            held["debt"] -= line.amount
        assert [line.available_after, line.pending_after, -line.debt_after] == list(held.values())
    assert {pot: amount for pot, amount in held.items() if amount} == {
        pot: amount for pot, amount in pots(ada).items() if pot in held
    }


def test_nobody_has_an_empty_statement(harbour: int) -> None:
    assert statement(-1) == []


def test_a_sifted_statement_says_the_same_of_each_line_as_the_whole(harbour: int) -> None:
    ada = fresh("ada")
    tell(
        purchase(ada, "2026-03-02 15:00", 30_000), redemption(ada, "2026-04-01 12:00", 100),
        purchase(ada, "2026-04-20 15:00", 20_000), redemption(ada, "2026-05-20 12:00", 50),
    )  # fmt: skip
    whole = {line.seq: line for line in statement(account(ada))}
    for kinds in (["redemption"], ["accrual"], ["activation", "redemption"]):
        found = statement(account(ada), kinds=kinds)
        assert [line.seq for line in found] == [seq for seq, line in whole.items() if line.kind in kinds]
        assert all(line == whole[line.seq] for line in found)
    since, until = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 21, tzinfo=UTC)
    found = statement(account(ada), since=since, until=until)
    assert [line.seq for line in found] == [seq for seq, line in whole.items() if since <= line.at < until]
    assert found and all(line == whole[line.seq] for line in found)


def test_what_a_merge_brought_is_one_movement_for_each_pot_and_no_page_tears_it(harbour: int) -> None:
    ada, second = fresh("ada"), fresh("ada")
    bought = [purchase(second, f"2024-{month:02}-{on:02} 15:00", 1_000) for month in (3, 4) for on in range(1, 21)]
    tell(*bought, purchase(ada, "2024-03-07 15:00", 5_000), redemption(ada, "2024-04-10 15:00", 20))
    merge(second, ada, By("dagny", "desk", fresh("one"), datetime(2024, 4, 21, tzinfo=UTC)))
    tell(purchase(ada, "2024-04-22 15:00", 700))
    each, whole = statement(account(ada), limit=1_000), statement(account(ada), limit=1_000, gathered=True)
    came = [line for line in whole if line.kind == "merge"]
    assert len([line for line in each if line.kind == "merge"]) > 40
    assert sorted((line.pot, line.available_on) for line in came) == [("available", None), ("pending", None)]
    assert sum(line.amount for line in came) == sum(line.amount for line in each if line.kind == "merge")
    assert "each of them until its own day" in next(one for one in came if one.pot == "pending").why("en")
    for newer, older in pairwise(whole):  # what stands after each follows from the one before
        gained = {newer.pot: newer.amount, newer.reason.source if newer.within else "": -abs(newer.amount)}
        assert newer.available_after - older.available_after == gained.get("available", 0)
        assert newer.pending_after - older.pending_after == gained.get("pending", 0)
    paged: list[StatementLine] = []
    while page := statement(account(ada), before=paged[-1].seq if paged else None, limit=1, gathered=True):
        paged += page
    assert paged == whole
    tell(purchase(second, "2024-04-25 15:00", 300))
    (latest, before, *_) = statement(account(ada))
    assert (latest.told_under, before.told_under) == (given_accounts_of([second])[second], 0)
    sifted = statement(account(ada), kinds=["accrual", "merge"], limit=1_000, gathered=True)[1:]
    assert sifted == [line for line in whole if line.kind in ("accrual", "merge")]
