"""What a basket would earn, why not more, and nothing written."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from regulars.engine.entries import Refusal
from regulars.exchange.earning.quoting import NotGiven, Quote, quote
from regulars.exchange.earning.tests.cast import Line, account, fresh, purchase, redemption, rows, tell, visit
from regulars.kit.wire import Wire
from regulars.programme.header import LANGUAGES


def silent(answer: Quote) -> dict[str, NotGiven]:
    return {one.rule: one for one in answer.not_given}


def test_a_quote_says_what_each_rule_would_give_and_writes_nothing(harbour: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-02-01 15:00", 1_000))
    before = {table: rows(table, account(ada)) for table in ("entry", "lot", "balance", "standing", "event")}
    basket = purchase(ada, "2024-03-07 15:00", Line(2_345, "National"), Line(500, "Private"))
    answer = quote(basket, account(ada), "en")
    assert {table: rows(table, account(ada)) for table in before} == before
    assert [(one.currency, one.points, one.available_on.isoformat()) for one in answer.earned] == [
        ("points", 33, "2024-03-22")
    ]
    assert [(one.rule, one.title, one.points) for one in answer.given] == [
        ("base", "A point for every dollar", 28),
        ("own-brand", "Double on our own brand", 5),
    ]
    assert answer.given[0].why == "1 for every $1.00, on $28.45. Available from March 22, 2024."
    assert answer.given[0].working[0] == ("Counted", "$28.45")
    assert (answer.held_back, answer.refusal, answer.version) == ((), None, harbour)


def test_the_quote_is_what_the_purchase_then_earns(harbour: int) -> None:
    ada = fresh("ada")
    for day in range(10, 29):
        basket = purchase(ada, f"2024-03-{day} 15:00", Line(day * 111, "Private"), Line(30_000))
        answer = quote(basket, account(ada) if day > 10 else None, "en")
        (result,) = tell(basket)
        assert result.outcome is not None
        accruals = [entry for entry in result.outcome.entries if entry.kind == "accrual"]
        assert [(one.rule, one.points) for one in answer.given] == [(e.rule.id, e.amount) for e in accruals if e.rule]


def test_why_not_more_names_the_missing_conditions(harbour: int) -> None:
    answer = quote(purchase("ada", "2024-03-07 15:00", Line(380, "National")), None, "en")
    why = silent(answer)
    assert list(why) == ["own-brand", "quiet-days", "captains-tenth", "tenth-visit"]
    assert why["own-brand"].missing == ("the brand is Private",)
    assert why["own-brand"].why == "Only if the brand is Private."
    assert why["quiet-days"].missing == ("the day is Tuesday or Wednesday",)
    assert why["captains-tenth"].code == "condition" and "Captain" in why["captains-tenth"].why
    assert why["tenth-visit"].missing == ("the total is at least $5.00 ($1.20 to go)",)
    assert (why["tenth-visit"].to_go, why["tenth-visit"].why) == (
        10,
        "Only if the total is at least $5.00 ($1.20 to go). 10 more times to go.",
    )


def test_a_counting_rule_says_how_many_to_go(harbour: int) -> None:
    ada = fresh("ada")
    tell(*(purchase(ada, f"2024-03-{day} 15:00", 600) for day in (14, 15, 16, 17, 18, 21, 22, 23)))
    ninth = silent(quote(purchase(ada, "2024-03-25 15:00", 600), account(ada), "en"))["tenth-visit"]
    assert (ninth.code, ninth.to_go, ninth.why) == ("count", 1, "1 more time to go.")
    tell(purchase(ada, "2024-03-25 15:00", 600))
    tenth = quote(purchase(ada, "2024-03-28 15:00", 600), account(ada), "en")
    assert "tenth-visit" not in silent(tenth)
    assert tenth.given[-1].points == 50


def test_caps_that_hold_back_are_named(harbour: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-07 15:00", 60_000))
    answer = quote(purchase(ada, "2024-03-07 16:00", Line(1_000, "Private")), account(ada), "en")
    assert [(one.cap, one.title, one.points) for one in answer.held_back] == [("daily", "at most 500 points a day", 20)]
    assert answer.given == answer.earned == ()
    assert silent(answer)["base"].why == "Nothing more is given: at most 500 points a day."


def test_less_than_a_point_and_nothing_at_all_are_told_apart(harbour: int) -> None:
    little = silent(quote(purchase("ada", "2024-03-07 15:00", 40), None, "en"))
    assert (little["base"].code, little["base"].why) == (
        "fraction",
        "Less than a whole point so far; it is kept for the next time.",
    )
    nothing = silent(quote(purchase("ada", "2024-03-07 15:00", Line(0, "Private")), None, "en"))
    assert nothing["base"].code == "nothing_counted"
    assert nothing["own-brand"].why == "There is nothing to multiply: “a point for every dollar” gives nothing here."
    paid = silent(quote(purchase("ada", "2024-03-07 15:00", 900, tendered=900), None, "en"))
    assert paid["base"].code == "nothing_counted"


def test_of_a_condition_about_lines_the_nearest_line_counts(corner: int) -> None:
    lines = (Line(4_000, category="milk"), Line(9_000, category="milk"))
    why = silent(quote(purchase("ada", "2024-03-07 15:00", *lines, currency="DKK"), None, "en"))
    assert why["rye"].missing == ("the category is rye",)
    (missing,) = why["big"].missing
    assert missing.replace("\xa0", "") == "the amount is at least DKK100.00 (DKK10.00 to go)"


def test_in_a_group_the_better_rule_is_named(corner: int) -> None:
    basket = purchase("ada", "2024-03-07 15:00", Line(12_000, category="rye"), currency="DKK")
    why = silent(quote(basket, None, "en"))["rye"]
    assert (why.code, why.why) == ("not_the_best", "Only the best counts, and that is “big baskets”.")


def test_a_day_that_is_counted_says_so(corner: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-07 12:00", 1_000, currency="DKK"))
    why = silent(quote(purchase(ada, "2024-03-07 15:00", 1_000, currency="DKK"), account(ada), "en"))["loyal-days"]
    assert (why.code, why.to_go, why.why) == ("counted_today", 2, "Today is counted already. 2 more times to go.")


def test_an_event_is_asked_about_its_own_rules_alone(corner: int) -> None:
    answer = quote(visit("ada", "2024-03-07 12:00"), None, "da")
    assert [(one.rule, one.points) for one in answer.given] == [("hello", 5)]
    assert answer.not_given == ()


def test_the_tier_after_the_basket_and_what_is_missing(harbour: int) -> None:
    low = quote(purchase("ada", "2024-03-07 15:00", 20_000), None, "en").tier
    assert low is not None
    assert (low.level, low.rises, low.next, low.missing, low.sentence) == (
        "deckhand",
        False,
        "mate",
        100_000,
        "$1,000.00 more until Mate.",
    )
    high = quote(purchase("ada", "2024-03-07 15:00", 120_000), None, "en").tier
    assert high is not None
    assert (high.level, high.rises, high.missing) == ("mate", True, 240_000)
    assert high.sentence == "This makes it Mate. $2,400.00 more until Captain."


def test_what_fell_due_before_is_reckoned_with(harbour: int) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-07 15:00", 370_000))
    now = quote(purchase(ada, "2025-05-06 15:00", 1_000), account(ada), "en")
    later = quote(purchase(ada, "2025-05-08 15:00", 1_000), account(ada), "en")
    assert "captains-tenth" not in silent(now)
    assert silent(later)["captains-tenth"].code == "condition"


def test_a_basket_that_would_be_refused_says_why(harbour: int) -> None:
    refusal = quote(purchase("ada", "2024-03-07 15:00", 100, currency="EUR"), None, "en").refusal
    assert isinstance(refusal, Refusal) and refusal.code == "currency_mismatch"
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-07 15:00", 100))
    short = quote(redemption(ada, "2024-03-07 16:00", 5), account(ada), "en").refusal
    assert short is not None and short.figures["missing"] == 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_is_said_in_the_language_asked_for(harbour: int, language: str) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-07 15:00", 130_000))
    answer = quote(purchase(ada, "2024-03-08 15:00", Line(390, "National")), account(ada), language)
    said = [one.why for one in (*answer.given, *answer.not_given)] + [answer.tier.sentence if answer.tier else ""]
    english = quote(purchase(ada, "2024-03-08 15:00", Line(390, "National")), account(ada), "en")
    others = [one.why for one in (*english.given, *english.not_given)] + [english.tier.sentence if english.tier else ""]
    assert all(sentence.endswith(".") and "%" not in sentence for sentence in said)
    assert [one == other for one, other in zip(said, others, strict=True)] == [language == "en"] * len(said)


def _noting(execute: Any, done: list[str]) -> Any:
    """The same, and the statement is noted."""

    def noted(own: Any, statement: Any, *rest: Any, **more: Any) -> Any:
        done.append(str(statement))
        return execute(own, statement, *rest, **more)

    return noted


def test_a_quote_takes_a_handful_of_statements(harbour: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = fresh("ada")
    tell(purchase(ada, "2024-03-07 15:00", 130_000))
    done: list[str] = []
    number = account(ada)
    for way, method in ((psycopg.Cursor, "execute"), (Wire, "put")):
        monkeypatch.setattr(way, method, _noting(getattr(way, method), done))
    quote(purchase(ada, "2024-03-08 15:00", 390), number, "en")
    assert 1 <= len(done) <= 5 and all(sql.startswith("SELECT") for sql in done), done
