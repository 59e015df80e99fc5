"""What a house promises beyond points: contact, trust, messages, arrears, flows, forfeiture, terms and data."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from regulars.programme.contact import Hours, Limit
from regulars.programme.loading import load
from regulars.programme.promise import Programme
from regulars.programme.tests.shops import SMALL, errors

CARE = """\
contact:
  hours: {start: 9, end: 19}
  limits: {most: 2, days: 7}
  consent: soft
trust: {up_to: 100, sample: 1/10}
messages:
  - id: greeting
    kind: arrears
    channel: letter
    stage: 1
    subject: {en: A word from us, da: Et ord fra os}
    text:
      en: |
        Dear {name},
        call {person} at {callback}: we will find a way together.
      da: "Kære {name}, ring til {person} på {callback}."
  - id: sorry
    kind: apology
    channel: email
    text: Our mistake.
    apology: [responsibility, repair, regret, explanation]
    headers: [List-Unsubscribe]
arrears:
  options: [pause, longer, plan]
  fee: none
  plan: {contingency: 0.1, contingency_most: 150, least_instalments: 4}
  stages:
    - {id: hello, title: A greeting, after_days: 5, action: greet, channels: letter, message: greeting}
    - {id: talk, title: A call, after_days: 20, action: call, channels: call}
flows:
  join:
    channels: [web, counter]
    steps:
      - {id: name, title: Your name, kind: form, asks: [name], next: done}
      - {id: done, title: Welcome, kind: done}
  cancel:
    channels: [web, counter]
    steps:
      - {id: sure, title: Are you sure, kind: confirm, next: done}
      - {id: done, title: Good bye, kind: done}
forfeiture:
  - {id: second, title: A second account, when: '"second-account" in segments', evidence: both accounts}
terms:
  version: 2027-1
  effective: 2027-03-01
  fees: {transfer: none}
  bought: {months: 60}
  summary: {expiry: Points end three years after your last visit.}
  text: |
    The whole text,
    on several lines.
data:
  tables:
    - {id: ledger, room: ledger, purpose: to count points, basis: contract, keep_months: 84, personal: no}
    - {id: profile, room: profile, purpose: to know you, basis: contract, keep_months: forever, personal: yes}
  measures:
    - {id: warmth, title: Warmth, rung: emotional, evidence: [survey, unpaid_act]}
"""


@pytest.fixture(scope="module")
def bakery() -> Programme:
    return load(SMALL + CARE)


def test_what_is_left_out_is_empty() -> None:
    small = load(SMALL)
    assert (small.contact, small.trust, small.arrears, small.flows, small.terms, small.data) == (None,) * 6
    assert (small.messages, small.forfeiture) == ((), ())
    assert "contact" not in small.written


def test_contact_is_bounded_fairly_where_nothing_is_said(bakery: Programme) -> None:
    assert bakery.contact is not None
    assert (bakery.contact.hours, bakery.contact.limits) == (Hours(9, 19), (Limit(2, 7),))
    assert (bakery.contact.sundays, bakery.contact.opt_out_hours, bakery.contact.calls) == (False, 0, Limit(1, 30))


def test_a_small_claim_is_believed(bakery: Programme) -> None:
    assert bakery.trust is not None
    assert (bakery.trust.up_to, bakery.trust.sample, bakery.trust.most) == (10_000, Fraction(1, 10), 1)


def test_a_message_has_the_facts_that_stand_in_every_language(bakery: Programme) -> None:
    greeting, sorry = bakery.messages
    assert greeting.facts() == {"name", "person", "callback"}
    assert greeting.text["en"].startswith("Dear {name},\n")
    assert sorry.apology == ("responsibility", "repair", "regret", "explanation")


def test_arrears_name_the_message_of_a_stage_and_keep_the_membership(bakery: Programme) -> None:
    arrears = bakery.arrears
    assert arrears is not None
    assert [(stage.after_days, stage.message) for stage in arrears.stages] == [(5, "greeting"), (20, None)]
    assert (arrears.points_kept, arrears.tier_kept, arrears.marketing, arrears.fee) == (True, True, False, 0)
    assert (arrears.plan.contingency, arrears.plan.contingency_most) == (Fraction(1, 10), 15_000)


def test_the_shortest_way_through_a_flow_is_found(bakery: Programme) -> None:
    assert bakery.flows is not None and bakery.flows.join is not None and bakery.flows.cancel is not None
    assert [step.id for step in bakery.flows.join.shortest()] == ["name", "done"]
    assert bakery.flows.withdraw is None


def test_terms_begin_on_a_day_and_points_outlive_them(bakery: Programme) -> None:
    terms = bakery.terms
    assert terms is not None and terms.bought is not None
    assert (terms.effective, terms.run_off_days, terms.bought.months) == (date(2027, 3, 1), 1_095, 60)
    assert terms.summary["expiry"] is not None and terms.summary["fees"] is None


def test_data_say_why_and_how_long(bakery: Programme) -> None:
    assert bakery.data is not None
    ledger, profile = bakery.data.tables
    assert (ledger.keep_months, ledger.personal, profile.keep_months) == (84, False, None)


#: What is replaced, by what, and the code of the problem it makes.
REFUSED = [
    ("hours: {start: 9, end: 19}", "hours: {start: 19, end: 9}", "hours_backwards"),
    ("consent: soft", "consent: assumed", "not_a_choice"),
    ("up_to: 100", "up_to: -1", "out_of_range"),
    ("{person} at", "{shoesize} at", "unknown_fact"),
    ("headers: [List-Unsubscribe]", "headers: [list unsubscribe]", "not_a_header"),
    ("id: sorry", "id: greeting", "duplicate_id"),
    ("message: greeting", "message: threat", "unknown_reference"),
    ("after_days: 20", "after_days: 5", "stages_not_ascending"),
    ("- {id: sure, title: Are you sure, kind: confirm, next: done}", "- {id: sure, title: Sure, kind: wait, next: sure}", "flow_without_end"),
    ("next: done}\n      - {id: done, title: Good bye", "next: gone}\n      - {id: done, title: Good bye", "unknown_reference"),
    ("      - {id: sure, title: Are you sure, kind: confirm, next: done}\n      - {id: done, title: Good bye, kind: done}\n", "", "empty_value"),
    ("kind: done}\n  cancel", "kind: done}\n      - {id: lost, title: Lost, kind: wait}\n  cancel", "step_not_reached"),
    ("""when: '"second-account" in segments'""", "when: total > 5", "condition_wrong_scope"),
    ("effective: 2027-03-01", "effective: March", "not_a_day"),
    ("effective: 2027-03-01", "effective: 2027-02-30", "not_a_day"),
    ("keep_months: 84", "keep_months: long", "wrong_type"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code"), REFUSED)
def test_what_is_wrong_is_said_by_name(old: str, new: str, code: str) -> None:
    assert CARE.count(old) == 1
    found = errors(SMALL + CARE.replace(old, new))
    assert [problem.code for problem in found] == [code] * len(found) and found


def test_a_flow_may_go_in_circles_as_long_as_it_ends() -> None:
    text = CARE.replace("kind: confirm, next: done", "kind: confirm, next: [sure, done]")
    assert errors(SMALL + text) == []
