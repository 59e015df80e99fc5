"""What differs between two promises beside earning: each key of each section is judged, or said to differ, and told in
every language."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

import pytest

from regulars.programme.checks.sampling import good_programme
from regulars.programme.comparable import KINDS
from regulars.programme.comparing import ADDED, REMOVED, Difference, differences
from regulars.programme.earn import Earn
from regulars.programme.header import LANGUAGES
from regulars.programme.judging import Effect, Whole
from regulars.programme.kinds import Kind, value_of
from regulars.programme.loading import load
from regulars.programme.notice import owed
from regulars.programme.promise import Programme
from regulars.programme.tests.shops import edited

GOOD, ADVERSE, DEVALUING, NEUTRAL = Effect.GOOD, Effect.ADVERSE, Effect.DEVALUING, Effect.NEUTRAL
DIFFERS = Effect.DIFFERS

#: A programme with every section, and in each something of every kind.
FULL = good_programme()
for _old, _new in (
    ("    gives: {percent: 10}\n    reduced_from", "    gives: [{percent: 10, most: 50.00}]\n    use: {minimum_spend: 100.00, valid_days: 30}\n    reduced_from"),
    ("  loses: this_reward\n", "  loses: this_reward\n  minimum_spend: 50.00\n  limit: {most: 5, per: year}\n"),
    ("    gives: {note: a note in Ada's hand, costs: 1.00}", "    years: [1, 5]\n    gives: [{note: a note in Ada's hand, costs: 1.00}, {points: 50, currency: points}]"),
    ("partners:\n", "  - id: luck\n    title: a bit of luck\n    kind: surprise\n    gives: {credit: 20.00}\n    budget: {most: 500.00, per: month, chosen: by_lot}\n"
     "  - id: tenth\n    title: the tenth visit\n    kind: milestone\n    milestone: {visits: 10}\n    gives: {reward: loaf}\npartners:\n"),
    ("    burns: {points: 100, worth: 10.00}\n", "    earns: {points: 1, per: 10.00}\n    burns: {points: 100, worth: 10.00}\n    exchange: {into: flour, points: 10, gives: 5}\n"),
    ("  perks: [{id: usual, title: your usual is kept for you, kind: usual}]\n", "  perks:\n    - {id: usual, title: your usual is kept for you, kind: usual}\n"
     "    - {id: next, title: you are next, kind: priority_queue, tiers: [friend, family], within_minutes: 10}\n"),
):  # fmt: skip
    FULL = edited(_old, _new, FULL)

#: What is edited, the clause and the facet it changes, and what it does, there and back.
EDITS = [
    ("most: 50.00}]", "most: 40.00}]", "offer welcome", "gives", ADVERSE, GOOD),
    ("{percent: 10, most: 50.00}", "{percent: 12, most: 50.00}", "offer welcome", "gives", GOOD, ADVERSE),
    ("{percent: 10, most: 50.00}", "{amount: 10.00}", "offer welcome", "gives", ADVERSE, ADVERSE),
    ("customers: tenured", "customers: all", "offer thanks", "eligible.customers", GOOD, ADVERSE),
    ("customers: new, channels: [shop, web]", "customers: new, channels: [shop]", "offer welcome", "eligible.channels", ADVERSE, GOOD),
    ("moved_is_new: no", "moved_is_new: yes", "offer welcome", "eligible.moved_is_new", GOOD, ADVERSE),
    ("least: 730", "least: 365", "offer years", "eligible.tenure_days", GOOD, ADVERSE),
    ("minimum_spend: 100.00, valid", "minimum_spend: 120.00, valid", "offer welcome", "use.minimum_spend", ADVERSE, GOOD),
    ("valid_days: 30", "valid_days: 20", "offer welcome", "use.valid_days", ADVERSE, GOOD),
    ("valid_days: 30", "valid_days: 30, margin_floor: 0.2", "offer welcome", "use.margin_floor", ADVERSE, GOOD),
    ("valid_days: 30", "valid_days: 30, regular_price_only: yes", "offer welcome", "use.regular_price_only", ADVERSE, GOOD),
    ("valid_days: 30", "valid_days: 30, limit: {most: 1, per: ever}", "offer welcome", "use.limit", ADVERSE, GOOD),
    ("reduced_from: lowest_30_days", "reduced_from: list_price", "offer welcome", "reduced_from", ADVERSE, GOOD),
    ("reduced_from: lowest_30_days", "reduced_from: lowest_30_days\n    code: HELLO", "offer welcome", "code", ADVERSE, GOOD),
    ("reduced_from: lowest_30_days", "reduced_from: lowest_30_days\n    ends: 2027-06-30", "offer welcome", "ends", ADVERSE, GOOD),
    ("reduced_from: lowest_30_days", "reduced_from: lowest_30_days\n    starts: 2027-06-30", "offer welcome", "starts", ADVERSE, GOOD),
    ("reduced_from: lowest_30_days", "reduced_from: lowest_30_days\n    lines: crust == \"rye\"", "offer welcome", "lines", ADVERSE, GOOD),
    ("list: 149.00", "list: 159.00", "offer first-box", "price", ADVERSE, GOOD),
    ("{months: 3, pays: 99.00}", "{months: 4, pays: 99.00}", "offer first-box", "price", GOOD, ADVERSE),
    ("pays: 99.00}], notice_days: 14", "pays: 99.00}], notice_days: 7", "offer first-box", "price", ADVERSE, GOOD),
    ("product: bread box", "product: bread bag", "offer first-box", "product", ADVERSE, ADVERSE),
    ("price: 588.00", "price: 600.00", "club table", "price", ADVERSE, GOOD),
    ("worth: 60.00}, {credit: 100.00}", "worth: 60.00}, {credit: 90.00}", "club table", "gives", ADVERSE, GOOD),
    ("trial: {days: 30", "trial: {days: 14", "club table", "trial", ADVERSE, GOOD),
    ("reminder_days: 30", "reminder_days: 15", "club table", "renewal", ADVERSE, GOOD),
    ("unused_months: 6", "unused_months: 12", "club table", "unused_months", ADVERSE, GOOD),
    ("exit: {notice_days: 0", "exit: {notice_days: 30", "club table", "exit.notice_days", ADVERSE, GOOD),
    ("refund: rest", "refund: nothing", "club table", "exit.refund", ADVERSE, GOOD),
    ("cooling_off_days: 14}", "cooling_off_days: 7}", "club table", "exit.cooling_off_days", ADVERSE, GOOD),
    ("cooling_off_days: 14}", "cooling_off_days: 14, fee: 10.00}", "club table", "exit.fee", ADVERSE, GOOD),
    ("mechanisms: [link, code]", "mechanisms: [link]", "referrals ", "mechanisms", ADVERSE, GOOD),
    ("mechanisms: [link, code]", "mechanisms: [link, code, contacts]", "referrals ", "mechanisms", ADVERSE, GOOD),
    ("advocate: {amount: 10.00}", "advocate: {amount: 8.00}", "referrals ", "advocate", ADVERSE, GOOD),
    ("shows_reward: yes", "shows_reward: no", "referrals ", "shows_reward", ADVERSE, GOOD),
    ("same_terms: yes", "same_terms: no", "referrals ", "same_terms", ADVERSE, GOOD),
    ("loses: this_reward", "loses: points", "referrals ", "loses", ADVERSE, GOOD),
    ("minimum_spend: 50.00\n  limit", "minimum_spend: 40.00\n  limit", "referrals ", "minimum_spend", GOOD, ADVERSE),
    ("{most: 5, per: year}", "{most: 4, per: year}", "referrals ", "limit", ADVERSE, GOOD),
    ("{most: 1, per: purchase, after: satisfied}", "{most: 2, per: purchase, after: satisfied}", "referrals ", "reminders", ADVERSE, GOOD),
    ("{most: 1, per: purchase, after: satisfied}", "{most: 1, per: purchase, after: any}", "referrals ", "reminders", ADVERSE, GOOD),
    ("{most: 1, per: purchase, after: satisfied}", "none", "referrals ", "reminders", GOOD, ADVERSE),
    ("{revocable: yes", "{revocable: no", "referrals ", "vouching", ADVERSE, GOOD),
    ("references: {most: 1, per: year}", "references: {most: 2, per: year}", "referrals ", "references", ADVERSE, GOOD),
    ("years: [1, 5]", "years: [1]", "moment years-together", "years", ADVERSE, GOOD),
    ("{points: 50, currency", "{points: 40, currency", "moment years-together", "gives", ADVERSE, GOOD),
    ("requires: [no_open_case, no_late_delivery, no_broken_promise]", "requires: none", "moment years-together", "requires", DIFFERS, DIFFERS),
    ("{most: 500.00, per: month", "{most: 400.00, per: month", "moment luck", "budget", ADVERSE, GOOD),
    ("chosen: by_lot", "chosen: staff", "moment luck", "budget", DIFFERS, DIFFERS),
    ("milestone: {visits: 10}", "milestone: {visits: 12}", "moment tenth", "milestone", ADVERSE, GOOD),
    ("milestone: {visits: 10}", "milestone: {years: 10}", "moment tenth", "milestone", DIFFERS, DIFFERS),
    ("burns: {points: 100, worth: 10.00}", "burns: {points: 110, worth: 10.00}", "partner mill", "burns", DEVALUING, GOOD),
    ("worth: 10.00}\n    exchange", "worth: 10.00, fulfil_hours: 100}\n    exchange", "partner mill", "burns", ADVERSE, GOOD),
    ("points: 10, gives: 5", "points: 10, gives: 4", "partner mill", "exchange", DEVALUING, GOOD),
    ("into: flour", "into: corn", "partner mill", "exchange", DEVALUING, DEVALUING),
    ("earns: {points: 1, per: 10.00}", "earns: {points: 1, per: 12.00}", "partner mill", "earns", ADVERSE, GOOD),
    ("[{data: membership, purpose: to know whose points are spent}]", "[]", "partner mill", "shares", GOOD, ADVERSE),
    ("to know whose points are spent}", "to write to you}", "partner mill", "shares", ADVERSE, ADVERSE),
    ("shares_shown: yes", "shares_shown: no", "partner mill", "shares_shown", ADVERSE, GOOD),
    ("    notice_days: 30\n    card", "    notice_days: 20\n    card", "partner mill", "notice_days", ADVERSE, GOOD),
    ("card_linking: opt_in", "card_linking: automatic", "partner mill", "card_linking", ADVERSE, GOOD),
    ("tiers: [friend, family], within", "tiers: [family], within", "perk next", "whom", ADVERSE, GOOD),
    ("tiers: [friend, family], within", "clubs: [table], within", "perk next", "whom", ADVERSE, ADVERSE),
    ("within_minutes: 10", "within_minutes: 20", "perk next", "within_minutes", ADVERSE, GOOD),
    ("kind: usual", "kind: named_contact", "perk usual", "kind", DIFFERS, DIFFERS),
    ("authority: 150.00", "authority: 100.00", "service ", "authority", ADVERSE, GOOD),
    ("hours: {start: 9, end: 20}", "hours: {start: 9, end: 21}", "contact ", "hours", ADVERSE, GOOD),
    ("sundays: no", "sundays: yes", "contact ", "sundays", ADVERSE, GOOD),
    ("{most: 8, days: 30}]", "{most: 9, days: 30}]", "contact ", "limits", ADVERSE, GOOD),
    ("calls: {most: 1, days: 30}", "calls: {most: 1, days: 20}", "contact ", "calls", ADVERSE, GOOD),
    ("surveys: {most: 1, days: 90}", "surveys: {most: 2, days: 180}", "contact ", "surveys", ADVERSE, ADVERSE),
    ("  opt_out_hours: 0", "  consent: soft\n  opt_out_hours: 0", "contact ", "consent", ADVERSE, GOOD),
    ("opt_out_hours: 0", "opt_out_hours: 24", "contact ", "opt_out_hours", ADVERSE, GOOD),
    ("up_to: 100.00", "up_to: 50.00", "trust ", "up_to", ADVERSE, GOOD),
    ("up_to: 100.00, most: 1, months: 12", "up_to: 100.00, most: 1, months: 24", "trust ", "claims", ADVERSE, GOOD),
    ("sample: 0.05", "sample: 0.2", "trust ", "sample", ADVERSE, GOOD),
    ("review_hours: 72", "review_hours: 96", "trust ", "review_hours", ADVERSE, GOOD),
    ("reasons_told: yes", "reasons_told: no", "trust ", "reasons_told", ADVERSE, GOOD),
    ("options: [pause, longer, token, plan]", "options: [pause, longer, token]", "arrears ", "options", ADVERSE, GOOD),
    ("contingency: 0.1", "contingency: 0.05", "arrears ", "plan.contingency", ADVERSE, GOOD),
    ("least_instalments: 3, fee: none", "least_instalments: 3, fee: 5.00", "arrears ", "plan.fee", ADVERSE, GOOD),
    ("fee: none, interest: no", "fee: none, interest: yes", "arrears ", "plan.interest", ADVERSE, GOOD),
    ("least_instalments: 3,", "least_instalments: 2,", "arrears ", "plan.least_instalments", ADVERSE, GOOD),
    ("least_instalments: 3,", "least_instalments: 3, most_months: 24,", "arrears ", "plan.most_months", ADVERSE, GOOD),
    ("least_instalments: 3,", "least_instalments: 3, contingency_most: 90.00,", "arrears ", "plan.contingency_most", ADVERSE, GOOD),
    ("  breathing_days: 60", "  fee: 20.00\n  breathing_days: 60", "arrears ", "fee", ADVERSE, GOOD),
    ("  breathing_days: 60", "  interest: yes\n  breathing_days: 60", "arrears ", "interest", ADVERSE, GOOD),
    ("breathing_days: 60", "breathing_days: 30", "arrears ", "breathing_days", ADVERSE, GOOD),
    ("  notice_days: 30\n  calls", "  notice_days: 20\n  calls", "arrears ", "notice_days", ADVERSE, GOOD),
    ("calls: {most: 2, days: 7}", "calls: {most: 3, days: 7}", "arrears ", "calls", ADVERSE, GOOD),
    ("contacts: {most: 3, days: 7}", "contacts: {most: 3, days: 6}", "arrears ", "contacts", ADVERSE, GOOD),
    ("hours: {start: 9, end: 19}", "hours: {start: 8, end: 19}", "arrears ", "hours", ADVERSE, GOOD),
    ("points_kept: yes", "points_kept: no", "arrears ", "points_kept", DEVALUING, GOOD),
    ("tier_kept: yes", "tier_kept: no", "arrears ", "tier_kept", ADVERSE, GOOD),
    ("marketing: no", "marketing: yes", "arrears ", "marketing", ADVERSE, GOOD),
    ("after_days: 45", "after_days: 30", "stage pause", "after_days", ADVERSE, GOOD),
    ("action: pause_service", "action: court", "stage pause", "action", ADVERSE, GOOD),
    ("action: pause_service", "action: call", "stage pause", "action", GOOD, ADVERSE),
    ("action: greet", "action: remind", "stage hello", "action", DIFFERS, DIFFERS),
    ("channels: [email, letter]", "channels: [letter]", "stage help", "channels", DIFFERS, DIFFERS),
    ("  cancel:\n    channels: [web, counter]", "  cancel:\n    channels: [web]", "flow cancel", "channels", ADVERSE, GOOD),
    ("goes_at_once: yes", "goes_at_once: no", "flow cancel", "steps", ADVERSE, GOOD),
    ("decline: equal", "decline: hidden", "flow cancel", "steps", ADVERSE, GOOD),
    ("countdown: no", "countdown: yes", "flow cancel", "steps", ADVERSE, GOOD),
    ("kind: confirm, countdown: no", "kind: confirm, clicks: 3, countdown: no", "flow cancel", "steps", ADVERSE, GOOD),
    ("preticked: no", "preticked: yes", "flow join", "steps", ADVERSE, GOOD),
    ("asks: [name, email]", "asks: [name, email, birthday]", "flow join", "steps", ADVERSE, GOOD),
    ("acknowledged: yes", "acknowledged: no", "flow withdraw", "acknowledged", ADVERSE, GOOD),
    ("label: withdraw from contract here", "label: withdraw here", "flow withdraw", "label", DIFFERS, DIFFERS),
    ("when: newsletter", "when: newsletter and tier == \"guest\"", "forfeiture twice", "when", GOOD, DEVALUING),
    ("evidence: both receipts", "evidence: the receipts", "forfeiture twice", "evidence", DIFFERS, DIFFERS),
    ("    evidence: both receipts\n", "", "forfeiture twice", "evidence", ADVERSE, GOOD),
    ("    notice_days: 30\n    appeal", "    notice_days: 10\n    appeal", "forfeiture twice", "notice_days", ADVERSE, GOOD),
    ("appeal_days: 30", "appeal_days: 10", "forfeiture twice", "appeal_days", ADVERSE, GOOD),
    ("decided_by: person", "decided_by: machine", "forfeiture twice", "decided_by", ADVERSE, GOOD),
    ("bought: {months: 60", "bought: {months: 36", "terms ", "bought", ADVERSE, GOOD),
    ("dormant_months: 12", "dormancy_fee: 1.00, dormant_months: 12", "terms ", "bought", ADVERSE, GOOD),
    ("paid_out: yes", "paid_out: no", "terms ", "bought", ADVERSE, GOOD),
    ("unclaimed: yes", "unclaimed: no", "terms ", "bought", ADVERSE, GOOD),
    ("keep_months: 24", "keep_months: 36", "table members", "keep_months", ADVERSE, GOOD),
    ("keep_months: 24", "keep_months: forever", "table members", "keep_months", ADVERSE, GOOD),
    ("keep_months: forever, personal: no", "keep_months: forever, personal: yes", "table points", "personal", ADVERSE, GOOD),
    ("free_text: no", "free_text: yes", "table points", "free_text", ADVERSE, GOOD),
    ("sensitive: [health]", "sensitive: [health, religion]", "table diets", "sensitive", ADVERSE, GOOD),
    ("shared_with: [post]", "shared_with: [post, printer]", "table mailing", "shared_with", ADVERSE, GOOD),
    ("told: yes}\n  measures", "told: no}\n  measures", "table mailing", "told", ADVERSE, GOOD),
    ("basis: consent", "basis: interest", "table diets", "basis", ADVERSE, GOOD),
    ("to answer you, basis: contract", "to answer you, basis: interest", "table sent", "basis", DIFFERS, DIFFERS),
    ("room: messages", "room: cases", "table sent", "room", DIFFERS, DIFFERS),
    ("evidence: [visits, recency]", "evidence: [visits, recency, spend]", "measure habit", "evidence", ADVERSE, GOOD),
    ("consent_recorded: yes\n  consent_clicks", "consent_recorded: no\n  consent_clicks", "data ", "consent_recorded", ADVERSE, GOOD),
    ("consent_clicks: 1", "consent_clicks: 2", "data ", "consent_clicks", DIFFERS, DIFFERS),
    ("withdraw_clicks: 1", "withdraw_clicks: 2", "data ", "withdraw_clicks", ADVERSE, GOOD),
]  # fmt: skip

#: What comes and what goes: the lines of the file, the clause, and what it does.
COMINGS = [
    ("  - id: thanks\n", "  - id: first-box", "offer thanks", GOOD, ADVERSE),
    ("  - id: luck\n", "  - id: tenth", "moment luck", GOOD, ADVERSE),
    ("    - {id: next,", "  authority", "perk next", GOOD, ADVERSE),
    ("trust:", "messages:", "trust ", GOOD, ADVERSE),
    ("contact:", "trust:", "contact ", ADVERSE, GOOD),
    ("forfeiture:", "terms:", "forfeiture twice", DEVALUING, GOOD),
    ("    - {id: pause,", "  options", "stage pause", ADVERSE, GOOD),
    ("    - {id: help,", "    - {id: pause,", "stage help", DIFFERS, DIFFERS),
    ("  withdraw:", "forfeiture:", "flow withdraw", DIFFERS, DIFFERS),
    ("    - {id: sent,", "    - {id: diets", "table sent", ADVERSE, GOOD),
    ("    - {id: points, room", "    - {id: sent,", "table points", NEUTRAL, NEUTRAL),
    ("    - {id: warmth,", "  consent_recorded", "measure warmth", ADVERSE, GOOD),
    ("partners:", "service:", "partner mill", ADVERSE, DEVALUING),
    ("clubs:", "referrals:", "club table", GOOD, ADVERSE),
    ("referrals:", "moments:", "referrals ", GOOD, ADVERSE),
]


loaded = cache(load)


def found(old: str, new: str) -> dict[str, Difference]:
    return {f"{one.kind} {one.id}": one for one in differences(loaded(old), loaded(new))}


@pytest.mark.parametrize(("old", "new", "clause", "facet", "there", "back"), EDITS)
def test_each_edit_is_told_with_what_it_does_there_and_back_in_every_language(
    old: str, new: str, clause: str, facet: str, there: Effect, back: Effect
) -> None:
    changed = edited(old, new, FULL)
    for before, after, effect in ((FULL, changed, there), (changed, FULL, back)):
        told = found(before, after)
        assert list(told) == [clause]
        assert [(aspect.name, aspect.effect) for aspect in told[clause].aspects] == [(facet, effect)]
        assert told[clause].effect is effect
        for language in LANGUAGES:
            was, becomes = told[clause].old[language], told[clause].new[language]
            assert was != becomes and told[clause].title[language]
            assert "{" not in was + becomes


@pytest.mark.parametrize(("old", "new", "clause"), [
    ("title: a loaf of rye", "title: one slice of yesterday's bread", "reward loaf"),
    ("title: your usual is kept for you", "title: we may say hello", "perk usual"),
])  # fmt: skip
def test_a_title_that_is_the_gift_itself_is_judged_by_whoever_reads_it(old: str, new: str, clause: str) -> None:
    told = found(FULL, edited(old, new, FULL))[clause]
    assert [(aspect.name, aspect.effect) for aspect in told.aspects] == [("title", DIFFERS)]
    assert owed(load(FULL), load(edited(old, new, FULL))).notice_days == 60


def test_one_more_language_and_other_capitals_say_the_same() -> None:
    both = edited("title: a loaf of rye", "title: {en: A  loaf of rye, de: ein Brot}", FULL)
    assert found(FULL, both)["reward loaf"].effect is NEUTRAL


@pytest.mark.parametrize(("begin", "end", "clause", "comes", "goes"), COMINGS)
def test_what_comes_and_what_goes(begin: str, end: str, clause: str, comes: Effect, goes: Effect) -> None:
    start = FULL.index(f"\n{begin}") + 1
    without = FULL[:start] + FULL[FULL.index(f"\n{end}", start) + 1 :]
    told, back = found(without, FULL)[clause], found(FULL, without)[clause]
    assert (told.effect, told.change) == (comes, ADDED)
    assert (back.effect, back.change) == (goes, REMOVED)
    assert all(told.new[language] and back.old[language] for language in LANGUAGES)


def test_an_offer_that_is_over_when_the_new_promise_begins_takes_nothing_away() -> None:
    start, end = FULL.index("  - id: thanks"), FULL.index("  - id: first-box")
    kinds = {}
    for day in ("2026-12-31", "2027-01-01"):
        dated = edited("title: ten per cent for everybody who stays", f"title: thanks\n    ends: {day}", FULL)
        kinds[day] = found(dated, FULL[:start] + FULL[end:])["offer thanks"].effect
    assert kinds == {"2026-12-31": NEUTRAL, "2027-01-01": ADVERSE}


def test_what_promises_nothing_to_members_is_no_difference() -> None:
    for old, new in (
        ("measure: handle_time", "measure: sales"),
        ("rung: emotional", "rung: identity"),
        ("message: first-letter}", "message: first-letter }"),
        ("text: new this week", "text: news of this week"),
        ("kind: loyalty\n    eligible: {customers: tenured", "kind: promotion\n    eligible: {customers: tenured"),
    ):
        assert found(FULL, edited(old, new, FULL)) == {}


def records(kind: Kind, programme: Programme) -> list[Any]:
    return list(kind.records(programme).values())


def test_every_kind_of_clause_stands_in_the_full_programme_and_no_section_is_told_as_a_whole() -> None:
    full = load(edited("at_edge", "at_edge", FULL) if "at_edge" in FULL else _with_all_of_earn(FULL))
    assert [kind.name for kind in KINDS if not records(kind, full)] == []
    covered = {kind.part for kind in KINDS}
    parts = {field.name for field in fields(Programme)} - {"text", "digest", "written", "messages", "earn"}
    assert parts | {f"earn.{field.name}" for field in fields(Earn)} == covered


def _with_all_of_earn(text: str) -> str:
    more = "  groups: [{id: best, best_of: [rye, friends]}]\n  caps:\n    - {id: daily, title: a day, per: day, most: 100, at_edge: clip}\n"
    more += "  budgets:\n    - {id: launch, title: a launch, per: year, most: 100, at_edge: clip}\n"
    return edited("\ntiers:\n", f"\n{more}\ntiers:\n", text)


def test_every_field_of_every_record_has_a_judge_or_a_reason_why_it_has_none() -> None:
    full = load(_with_all_of_earn(FULL))
    for kind in KINDS:
        judged = [path for facet in kind.facets for path in facet.fields]
        assert all([*kind.silent.values(), *kind.differs.values()]), f"{kind.name}: a reason is missing"
        told = {path.split(".")[0] for path in (*judged, *kind.differs, *kind.silent)}
        for record in records(kind, full):
            assert is_dataclass(record)
            assert {field.name for field in fields(record)} <= told, kind.name
            for parent in {path.split(".")[0] for path in (*judged, *kind.differs) if "." in path}:
                inner = {path.split(".")[1] for path in (*judged, *kind.differs) if path.startswith(f"{parent}.")}
                assert {field.name for field in fields(value_of(record, parent))} == inner, f"{kind.name}.{parent}"


def test_a_judge_of_a_whole_value_looks_at_each_of_its_fields() -> None:
    full = load(_with_all_of_earn(FULL))
    seen = set()
    for kind in KINDS:
        for facet in kind.facets:
            if isinstance(facet.judge, Whole):
                for record in records(kind, full):
                    (value,) = facet.read(record)
                    if value is not None:
                        seen.add(facet.name)
                        looked = {*facet.judge.judges, *facet.judge.untold}
                        assert {field.name for field in fields(value)} == looked, f"{kind.name}.{facet.name}"
    assert seen == {"trial", "renewal", "vouching", "bought"}


def test_a_full_programme_compared_with_itself_differs_in_nothing() -> None:
    assert found(FULL, FULL) == {}
