"""What differs between two promises, and which way is better for members."""

from __future__ import annotations

from dataclasses import dataclass, fields

import pytest

from regulars.kit.speaking import said_in
from regulars.programme.comparing import ADDED, REMOVED, Difference, differences, titles_stayed
from regulars.programme.header import LANGUAGES
from regulars.programme.judging import Effect
from regulars.programme.loading import load
from regulars.programme.promise import Programme
from regulars.programme.tests.shops import HARBOUR, SMALL, edited

GOOD, ADVERSE, DEVALUING, NEUTRAL = Effect.GOOD, Effect.ADVERSE, Effect.DEVALUING, Effect.NEUTRAL
DIFFERS = Effect.DIFFERS
RYE = """    - id: double
      title: double on rye
      times: 2
      of: [base]
      when: crust == "rye"
"""
STREAK = HARBOUR.replace("every: 10", "streak: {weeks: 2}")
GIFT = HARBOUR.replace("      every: 10\n", "")
REWARDS = (
    HARBOUR
    + """
rewards:
  - id: tea
    title: a tin of tea
    kind: product
    points: 500
    worth: 5.00
    fulfil_hours: 48
    valid_days: 30
    limit: {most: 2, per: month}
  - {id: tram, title: a ride, kind: service, points: {least: 200, most: 300}}
"""
)
TERMS = (
    HARBOUR
    + """
terms:
  version: first
  effective: 2026-01-01
  notice_days: 70
  run_off_days: 365
  fees: {redeem: none, transfer: 1.00}
"""
)

#: What is edited where, the clause and the facet it changes, and what it does, there and back.
EDITS = [
    (HARBOUR, "value: 0.01 ", "value: 0.005 ", "currency points", "value", DEVALUING, GOOD),
    (HARBOUR, "    value: 0.01 ", "    #", "currency points", "value", DEVALUING, GOOD),
    (HARBOUR, "      months: 36\n", "      months: 24\n", "currency points", "expiry", DEVALUING, GOOD),
    (HARBOUR, "after: inactivity", "after: earning", "currency points", "expiry", ADVERSE, DEVALUING),
    (HARBOUR, "latest: 30", "latest: 10", "currency points", "expiry_notice", ADVERSE, GOOD),
    (HARBOUR, "pending: {days: 14}", "pending: {days: 20}", "currency points", "pending", ADVERSE, GOOD),
    (HARBOUR, "pending: {days: 14}", "pending: none", "currency points", "pending", GOOD, ADVERSE),
    (HARBOUR, "pending: {days: 14}", "pending: {until: order delivered, within_days: 9}", "currency points", "pending", DIFFERS, DIFFERS),
    (HARBOUR, "pending: {days: 14}", "pending: {until: 2027-01-01}", "currency points", "pending", DIFFERS, DIFFERS),
    (HARBOUR, "rounding: carry", "rounding: line", "currency points", "rounding", ADVERSE, GOOD),
    (HARBOUR, "debt: true", "debt: false", "currency points", "debt", GOOD, ADVERSE),
    (HARBOUR, "points: 1\n", "points: 2\n", "rule base", "rate", GOOD, ADVERSE),
    (HARBOUR, "per: 1.00", "per: 1.25", "rule base", "rate", ADVERSE, GOOD),
    (HARBOUR, "per: 1.00", "per: item", "rule base", "rate", DIFFERS, DIFFERS),
    (HARBOUR, "times: 1.5", "times: 1.2", "rule quiet-days", "rate", ADVERSE, GOOD),
    (HARBOUR, 'in ("tue", "wed")', 'in ("tue", "wed", "thu")', "rule quiet-days", "when", GOOD, ADVERSE),
    (HARBOUR, 'in ("tue", "wed")', 'in ("thu", "fri")', "rule quiet-days", "when", ADVERSE, ADVERSE),
    (HARBOUR, "total >= 5.00", "total >= 8.00", "rule tenth-visit", "when", ADVERSE, GOOD),
    (GIFT, "total >= 5.00", "total >= 5.00\n      on_return: reconsider", "rule tenth-visit", "on_return", DIFFERS, DIFFERS),
    (HARBOUR, "every: 10", "every: 12", "rule tenth-visit", "every", ADVERSE, GOOD),
    (HARBOUR, "every: 10", "every: 10\n      count: days", "rule tenth-visit", "count", ADVERSE, GOOD),
    (HARBOUR, "most: 500", "most: 300", "cap daily", "most", ADVERSE, GOOD),
    (HARBOUR, "per: day", "per: month", "cap daily", "per", ADVERSE, GOOD),
    (HARBOUR, "at_edge: clip", "at_edge: refuse", "cap daily", "at_edge", ADVERSE, GOOD),
    (HARBOUR, "amount: net", "amount: gross", "base ", "amount", GOOD, ADVERSE),
    (HARBOUR, "tax: no", "tax: yes", "base ", "tax", GOOD, ADVERSE),
    (HARBOUR, "rolling_months: 12", "rolling_months: 6", "tiers ", "window", ADVERSE, GOOD),
    (HARBOUR, "grace_days: 60", "grace_days: 30", "tiers ", "grace_days", ADVERSE, GOOD),
    (HARBOUR, "keep_months: 12", "keep_months: 24", "tiers ", "keep_months", GOOD, ADVERSE),
    (HARBOUR, "fall: one", "fall: to_level", "tiers ", "fall", ADVERSE, GOOD),
    (HARBOUR, "fall: one", "fall: one\n  notice: {earliest: 60, latest: 30}", "tiers ", "notice", GOOD, ADVERSE),
    (SMALL, "window: calendar_year", "window: balance", "tiers ", "window", DIFFERS, DIFFERS),
    (SMALL, "counts: stamps", "counts: stamps\n  fall: never", "tiers ", "fall", GOOD, ADVERSE),
    (HARBOUR, "at: 3600.00", "at: 4000.00", "level captain", "at", ADVERSE, GOOD),
    (HARBOUR, "zone: America/New_York", "zone: Europe/Berlin", "programme ", "zone", DIFFERS, DIFFERS),
    (SMALL, "on: visit", "on: [visit, purchase]", "rule welcome", "on", GOOD, ADVERSE),
    (SMALL, "kind: qualifying", "kind: qualifying\n    expiry: {after: earning, months: 9}", "currency stamps", "expiry",
     ADVERSE, GOOD),
    (REWARDS, "points: 500", "points: 600", "reward tea", "price", DEVALUING, GOOD),
    (REWARDS, "worth: 5.00", "worth: 4.00", "reward tea", "price", DEVALUING, GOOD),
    (REWARDS, "points: 500\n    worth: 5.00", "points: 600\n    worth: 6.00", "reward tea", "price", ADVERSE, ADVERSE),
    (REWARDS, "most: 300}", "most: 350}", "reward tram", "price", DEVALUING, GOOD),
    (REWARDS, "fulfil_hours: 48", "fulfil_hours: 72", "reward tea", "fulfil_hours", ADVERSE, GOOD),
    (REWARDS, "valid_days: 30", "valid_days: 10", "reward tea", "valid_days", DEVALUING, GOOD),
    (REWARDS, "{most: 2, per: month}", "{most: 2, per: year}", "reward tea", "limit", DEVALUING, GOOD),
    (REWARDS, "a tin of tea", "a tin of good tea", "reward tea", "title", DIFFERS, DIFFERS),
    (TERMS, "notice_days: 70", "notice_days: 65", "terms ", "notice_days", ADVERSE, GOOD),
    (TERMS, "run_off_days: 365", "run_off_days: 180", "terms ", "run_off_days", DEVALUING, GOOD),
    (TERMS, "redeem: none", "redeem: 0.50", "terms ", "fees", DEVALUING, GOOD),
    (TERMS, "transfer: 1.00", "transfer: 2.00", "terms ", "fees", ADVERSE, GOOD),
    (HARBOUR, "earn:\n", "earn:\n  late_days: 30\n", "late ", "late_days", ADVERSE, GOOD),
    (STREAK, "{weeks: 2}", "{weeks: 3}", "rule tenth-visit", "streak", ADVERSE, GOOD),
    (STREAK, "      streak: {weeks: 2}\n", "", "rule tenth-visit", "streak", GOOD, ADVERSE),
    (STREAK, "{weeks: 2}", "{days: 2}", "rule tenth-visit", "streak", DIFFERS, DIFFERS),
    (SMALL, "{en: points, da: point}", "{en: crumbs, da: krummer}", "currency points", "title", NEUTRAL, NEUTRAL),
]  # fmt: skip


def found(old: str, new: str) -> dict[str, Difference]:
    return {f"{one.kind} {one.id}": one for one in differences(load(old), load(new))}


@pytest.mark.parametrize(("text", "old", "new", "clause", "facet", "there", "back"), EDITS)
def test_each_edit_is_told_with_what_it_does_there_and_back(
    text: str, old: str, new: str, clause: str, facet: str, there: Effect, back: Effect
) -> None:
    changed = edited(old, new, text)
    for before, after, effect in ((text, changed, there), (changed, text, back)):
        told = found(before, after)
        assert list(told) == [clause]
        assert [(aspect.name, aspect.effect) for aspect in told[clause].aspects] == [(facet, effect)]
        assert told[clause].effect is effect


@pytest.mark.parametrize(
    ("gone", "clause", "comes", "goes"),
    [
        (RYE, "rule double", GOOD, ADVERSE),
        ("  groups:\n    - {id: best, best_of: [base, welcome]}\n", "group best", ADVERSE, GOOD),
        ("  caps:\n    - {id: daily, title: at most 100 a day, per: day, most: 100, at_edge: clip}\n", "cap daily",
         ADVERSE, GOOD),
        ("    - {id: friend, title: Friend, at: 10}\n", "level friend", GOOD, ADVERSE),
    ],
)  # fmt: skip
def test_what_comes_and_what_goes(gone: str, clause: str, comes: Effect, goes: Effect) -> None:
    without = edited(gone, "")
    assert found(SMALL, without)[clause].effect is goes
    assert found(without, SMALL)[clause].effect is comes
    assert (found(SMALL, without)[clause].change, found(without, SMALL)[clause].change) == (REMOVED, ADDED)


def test_a_smaller_budget_of_all_members_is_worse_and_none_at_all_is_better() -> None:
    launch = (
        "\n  budgets: [{id: launch, title: used up, currency: points, per: month, most: 5000, at_edge: clip}]\ntiers:"
    )
    some, fewer = edited("\ntiers:", launch), edited("\ntiers:", launch.replace("5000", "4000"))
    assert found(some, fewer)["budget launch"].effect is ADVERSE
    assert found(fewer, some)["budget launch"].effect is GOOD
    assert found(SMALL, some)["budget launch"].effect is ADVERSE
    assert found(some, SMALL)["budget launch"].effect is GOOD


def test_points_that_can_no_longer_be_spent_have_lost_their_worth() -> None:
    other = HARBOUR.replace("- id: points", "- id: shells").replace("currency: points", "currency: shells")
    assert found(HARBOUR, other)["currency points"].devalues
    assert found(HARBOUR, other)["currency shells"].effect is GOOD


def test_terms_where_there_were_none_are_good_unless_they_cost_something() -> None:
    assert found(HARBOUR, TERMS.replace("transfer: 1.00", "transfer: none"))["terms "].effect is GOOD
    assert found(HARBOUR, TERMS)["terms "].effect is ADVERSE
    assert found(HARBOUR, TERMS.replace("redeem: none", "redeem: 1.00"))["terms "].effect is DEVALUING


def test_a_new_rule_under_a_cap_that_clips_takes_nothing_away() -> None:
    without = edited(RYE, "")
    told = found(without, SMALL)["cap daily"]
    assert told.effect is NEUTRAL
    # Both bound all the rules there are, so the first sentence is the same: the rules themselves are said.
    assert told.new["en"] == "It bounds together: “a point for ten kroner”, “a gift for a visit”, and “double on rye”."
    assert told.old["de"] != told.new["de"]
    refusing = [text.replace("at_edge: clip", "at_edge: refuse") for text in (without, SMALL)]
    assert found(*refusing)["cap daily"].effect is ADVERSE


def test_one_good_and_one_bad_change_of_a_clause_are_adverse_together() -> None:
    told = found(HARBOUR, edited("most: 500", "most: 3500", edited("per: day", "per: week", HARBOUR)))["cap daily"]
    assert {aspect.name: aspect.effect for aspect in told.aspects} == {"most": GOOD, "per": ADVERSE}
    assert told.effect is ADVERSE


def test_a_tier_reached_sooner_is_adverse_where_the_tier_below_has_more() -> None:
    """Carmen is a mate with a rule of her own; as a captain she would lose it."""
    mates = HARBOUR.replace('tier == "captain"', 'tier == "mate"')
    assert found(mates, edited("at: 3600.00", "at: 3000.00", mates))["level captain"].effect is ADVERSE
    admiral = edited("at: 3600.00}", "at: 3600.00}\n    - {id: admiral, title: Admiral, at: 9000.00}", HARBOUR)
    assert found(HARBOUR, admiral)["level admiral"].effect is ADVERSE
    also = edited('tier == "captain"', 'tier in ("captain", "admiral")', admiral)
    assert found(HARBOUR, also)["level admiral"].effect is GOOD


def test_a_difference_names_the_rules_it_bears_on_and_what_multiplies_them() -> None:
    told = found(HARBOUR, edited("per: 1.00", "per: 2.00", HARBOUR))["rule base"]
    assert told.rules == {"base", "own-brand", "quiet-days", "captains-tenth"}


def test_both_clauses_are_said_in_every_language_and_only_what_differs() -> None:
    told = found(HARBOUR, edited("pending: {days: 14}", "pending: {days: 1}", HARBOUR))["currency points"]
    assert {language: told.sentence(language) for language in LANGUAGES} == {
        "en": "points. So far: They may be spent after 14 days. From then on: They may be spent after 1 day.",
        "de": "Punkte. Bisher: Sie sind nach 14 Tagen einlösbar. Von da an: Sie sind nach 1 Tag einlösbar.",
        "es": "puntos. Hasta ahora: Se pueden gastar al cabo de 14 días. "
        "Desde entonces: Se pueden gastar al cabo de 1 día.",
        "da": "point. Hidtil: De kan bruges efter 14 dage. Derefter: De kan bruges efter 1 dag.",
    }


def test_a_section_that_nobody_judges_yet_is_told_as_different_and_owes_a_notice() -> None:
    """A programme that grew: a section beside the known ones."""

    @dataclass(frozen=True)
    class Grown(Programme):
        parties: tuple[str, ...] = ()

    def grown(parties: tuple[str, ...]) -> Programme:
        return Grown(*(getattr(harbour, field.name) for field in fields(harbour)), parties)

    harbour = load(HARBOUR)
    assert differences(grown(("tea",)), grown(("tea",))) == ()
    (told,) = differences(grown(("tea", "cake")), grown(("tea",)))
    assert (told.kind, told.effect, told.adverse) == ("parties", DIFFERS, True)
    assert all("parties" in told.sentence(language) for language in LANGUAGES)


def test_a_new_name_or_day_of_the_terms_and_other_messages_are_no_difference() -> None:
    assert found(TERMS, TERMS.replace("first", "second").replace("2026-01-01", "2027-01-01")) == {}


def test_a_programme_compared_with_itself_differs_in_nothing() -> None:
    for text in (HARBOUR, SMALL):
        assert differences(load(text), load(text)) == ()


def test_a_clause_that_changed_under_its_old_title_is_pointed_out() -> None:
    twice = edited("times: 1.5", "times: 2", HARBOUR)
    assert found(HARBOUR, twice)["rule quiet-days"].title_stayed
    renamed = edited("en: half as much again on", "en: double on", twice)
    assert found(HARBOUR, renamed)["rule quiet-days"].stayed == ("de", "es", "da")
    said = titles_stayed(differences(load(HARBOUR), load(renamed)))
    assert said.startswith("“double on Tuesdays and Wednesdays” (de, es, da) changed under its old title")
    for old, new in (("anderthalbfach", "doppelt"), ("la mitad más", "doble"), ("halvanden gang", "dobbelt")):
        renamed = edited(f": {old} ", f": {new} ", renamed)
    assert not found(HARBOUR, renamed)["rule quiet-days"].title_stayed
    assert not found(HARBOUR, edited("fall: one", "fall: to_level", HARBOUR))["tiers "].title_stayed
    higher = found(HARBOUR, edited("at: 3600.00", "at: 4000.00", HARBOUR))
    assert [one.kind for one in higher.values()] == ["level"] and not any(one.title_stayed for one in higher.values())


def test_the_hint_at_titles_that_stayed_is_given_once_in_each_language() -> None:
    old = load(HARBOUR)
    several = edited("times: 1.5", "times: 2", edited("every: 10", "every: 8", HARBOUR))
    said = titles_stayed(differences(old, load(several)))
    assert said.count("read whether") == 1 and said.count("“") == 2 and " changed under their old titles" in said
    one = titles_stayed(differences(old, load(edited("every: 10", "every: 8", HARBOUR))))
    assert "changed under its old title" in one
    for language in ("de", "es", "da"):
        assert said_in(language, said) != said and said_in(language, one) != one
    assert titles_stayed(differences(old, old)) == ""
