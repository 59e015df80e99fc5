"""The notice a change owes, the grace after it, and what members would read."""

from __future__ import annotations

from datetime import date

import pytest

from regulars.programme.comparing import differences
from regulars.programme.header import LANGUAGES
from regulars.programme.judging import Effect
from regulars.programme.loading import load
from regulars.programme.notice import Owed, draft, owed, wrapped
from regulars.programme.notice_words import NOTICE_WORDS
from regulars.programme.tests.shops import HARBOUR, edited

TOLD = date(2026, 12, 1)
LOWER_CAP = edited("most: 500", "most: 300", HARBOUR)
CHEAPER = edited("value: 0.01 ", "value: 0.005 ", HARBOUR)
KINDER = edited("times: 1.5", "times: 1.7", HARBOUR)


def due(new: str) -> Owed:
    return owed(load(HARBOUR), load(new))


def written(new: str, language: str, effective: date = date(2027, 2, 1)) -> str:
    old, after = load(HARBOUR), load(new)
    return wrapped(draft(differences(old, after), old, after, TOLD, effective, language))


def test_an_adverse_change_owes_sixty_days_and_ninety_days_of_grace() -> None:
    told = due(LOWER_CAP)
    assert told == Owed(Effect.ADVERSE, 60, 90)
    assert told.earliest(TOLD) == date(2027, 1, 30)
    assert told.grace_until(TOLD) == date(2027, 3, 1)


def test_points_keep_their_worth_until_the_grace_is_over() -> None:
    told = due(CHEAPER)
    assert told.effect is Effect.DEVALUING
    assert told.earliest(TOLD) > told.grace_until(TOLD) == date(2027, 3, 1)


def test_terms_that_promise_more_are_kept_and_terms_that_promise_less_change_nothing() -> None:
    generous = "\nterms: {version: one, effective: 2026-01-01, notice_days: 120, grace_days: 150}\n"
    change = owed(load(HARBOUR + generous), load(LOWER_CAP + generous))
    assert (change.notice_days, change.grace_days) == (120, 150)
    assert change.again(TOLD, change.earliest(TOLD)) == date(2027, 1, 30)
    assert owed(load(HARBOUR + generous), load(CHEAPER + generous)).notice_days == 151
    hasty = generous.replace("120", "10").replace("150", "10")
    assert owed(load(HARBOUR + hasty), load(LOWER_CAP + hasty)) == Owed(Effect.ADVERSE, 60, 90)
    assert owed(load(HARBOUR + generous), load(HARBOUR + hasty)) == Owed(Effect.ADVERSE, 120, 150)


def test_a_notice_that_comes_too_long_before_is_given_once_more() -> None:
    told = due(LOWER_CAP)
    assert told.again(TOLD, date(2027, 3, 1)) is None
    assert told.again(TOLD, date(2027, 6, 1)) == date(2027, 4, 2)
    assert due(KINDER).again(TOLD, date(2027, 6, 1)) is None


def test_what_takes_nothing_away_may_begin_at_once() -> None:
    assert due(KINDER) == Owed(Effect.GOOD, 0, 0)
    assert due(HARBOUR) == Owed(Effect.NEUTRAL, 0, 0)
    assert due(KINDER).earliest(TOLD) == TOLD


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_names_both_clauses_the_dates_and_what_one_can_do(language: str) -> None:
    text = written(edited("times: 1.5", "times: 1.7", LOWER_CAP), language)
    days = {"en": "March 1, 2027", "de": "1. März 2027", "es": "1 de marzo de 2027", "da": "1. marts 2027"}
    flat = " ".join(text.split())
    for told in ("Harbour", "500", "300", days[language]):
        assert told in flat
    assert flat.index("300") < flat.index(load(HARBOUR).earn.rules[2].title[language])  # what is worse comes first
    assert text.count("\n- ") == 3
    assert "{" not in text and max(map(len, text.splitlines())) <= 76


def test_the_notice_in_english_as_it_is_read() -> None:
    assert (
        written(LOWER_CAP, "en")
        == """\
Harbour: what changes on February 1, 2027

Hello,

on February 1, 2027 we change what we promise you at Harbour. We are telling
you 62 days before. Some of it may be worse for you than today; here is the
old next to the new, so that you can judge for yourself.

NOT AS GOOD AS TODAY, FOR SOME OR FOR ALL

1. at most 500 points a day
   Until January 31, 2027: Points: at most 500 a day. What goes beyond that
   is not given.
   From February 1, 2027: Points: at most 300 a day. What goes beyond that
   is not given.

WHAT YOU HAVE COLLECTED

Everything you collect until January 31, 2027 stays yours and keeps its
value. In any case you can spend it as today until March 1, 2027.

WHAT YOU CAN DO

- Ask: answer this message. A person reads it and answers you.
- Spend what you have, as today, until March 1, 2027.
- Leave, whenever you like and free of charge.

Thank you for being with us.
Harbour
"""
    )


def test_the_notice_of_a_devaluation_does_not_say_that_points_keep_their_worth() -> None:
    text = " ".join(written(CHEAPER, "en", date(2027, 3, 2)).split())
    assert "also touches what you have collected already" in text
    assert "keeps its value" not in text
    assert "100 are worth at least $1.00." in text and "100 are worth at least $0.50." in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_changed_at_once_is_told_afterwards_and_promises_nothing_of_before(language: str) -> None:
    words, text = NOTICE_WORDS[language], " ".join(written(CHEAPER, language, TOLD).split())
    assert words.at_once_opening.split("{")[2].split("}")[1][:20] in text
    for told in (words.opening, words.stays, words.stays_other, words.stays_less, words.spend):
        assert max(told.replace("}", "{").split("{"), key=len).strip() not in text
    assert words.ask in text and "{" not in text and " 0 " not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_nobody_can_judge_stands_between_worse_and_better(language: str) -> None:
    elsewhere = edited("zone: America/New_York", "zone: America/Chicago", KINDER)
    told = written(elsewhere, language)
    words = NOTICE_WORDS[language]
    assert words.worse not in told
    assert told.index(words.otherwise) < told.index("America/Chicago") < told.index(words.better)
    assert due(elsewhere) == Owed(Effect.DIFFERS, 60, 90)


def test_good_news_alone_threatens_nobody() -> None:
    text = written(KINDER, "en")
    assert "Nothing gets worse for you" in " ".join(text.split())
    assert "NOT AS GOOD" not in text and "Leave" not in text


def test_what_changes_nothing_for_members_needs_no_notice() -> None:
    assert written(edited("at most 500 points a day", "no more than 500 a day", HARBOUR), "en") == ""


REWARDED = (
    HARBOUR
    + "\nrewards:\n"
    + "".join(f"  - {{id: {id}, title: {id}, kind: product, points: 500, worth: 5.00}}\n" for id in ("tea", "jam"))
)
CLUB = """
clubs:
  - {id: table, title: The Long Table, price: 60.00, months: 12, gives: [{credit: 10.00}], exit: {EXIT}}
"""


def between(old: str, new: str, language: str, effective: date) -> str:
    before, after = load(old), load(new)
    return " ".join(draft(differences(before, after), before, after, TOLD, effective, language).split())


@pytest.mark.parametrize(("language", "ends", "grace"), [
    ("en", "January 30, 2027", "March 1, 2027"), ("de", "30. Januar 2027", "1. März 2027"),
    ("es", "30 de enero de 2027", "1 de marzo de 2027"), ("da", "30. januar 2027", "1. marts 2027"),
])  # fmt: skip
def test_what_ends_before_the_grace_can_be_spent_only_until_it_ends(language: str, ends: str, grace: str) -> None:
    """Ada saves for the jam, which ends on January 31: the letter promises it no day longer."""
    without = REWARDED[: REWARDED.index("  - {id: jam")]
    told = between(REWARDED, without, language, date(2027, 1, 31))
    assert grace not in told and told.count(ends) >= 3


def test_whoever_is_bound_by_a_club_is_not_told_that_leaving_is_free() -> None:
    for exit, free in (
        ("{notice_days: 0, refund: rest}", True), ("{notice_days: 30, refund: rest}", False),
        ("{notice_days: 0, refund: nothing}", False), ("{notice_days: 0, refund: rest, fee: 5.00}", False),
    ):  # fmt: skip
        club = CLUB.replace("{EXIT}", exit)
        told = between(HARBOUR + club, LOWER_CAP + club, "en", date(2027, 2, 1))
        assert ("free of charge" in told) is free
        assert ("ends as its own terms say: The Long Table." in told) is not free


def test_how_long_points_last_after_leaving_is_what_the_terms_say() -> None:
    terms = "\nterms: {version: one, effective: 2026-01-01, run_off_days: 30}\n"
    assert "spent for 30 days afterwards" in between(HARBOUR + terms, LOWER_CAP + terms, "en", date(2027, 2, 1))
    assert "afterwards" not in between(HARBOUR, LOWER_CAP, "en", date(2027, 2, 1))
