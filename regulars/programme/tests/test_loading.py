"""What a right file becomes: values, defaults, exact numbers, digest."""

from __future__ import annotations

import hashlib
import pickle
import re
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from regulars.kit.conditions import Scope
from regulars.programme import arrears, contact, data, document, flows, forfeiture, messages, terms, trust
from regulars.programme.benefits import BENEFIT
from regulars.programme.clubs import CLUB, EXIT, RENEWAL, TRIAL
from regulars.programme.currencies import CURRENCY, EXPIRY, NOTICE, PENDING, Expiry, Notice, Pending
from regulars.programme.earn import BASE, CAP, EARN, GROUP, RULE, STREAK, Base, Cap, Group, Rule
from regulars.programme.header import ATTRIBUTE, BRAND, HEADER, Brand
from regulars.programme.loading import check, load
from regulars.programme.moments import BUDGET, GIFT, MILESTONE, MOMENT
from regulars.programme.offers import ELIGIBLE, OFFER, PRICE_PATH, SPAN, STEP, USE
from regulars.programme.offers import GROUP as OFFER_GROUP
from regulars.programme.partners import BURNS, EARNS, EXCHANGE, PARTNER, SETTLEMENT, SHARE
from regulars.programme.problems import ProgrammeError
from regulars.programme.promise import Programme
from regulars.programme.records import REQUIRED, Record
from regulars.programme.referrals import REFERENCES, REFERRALS, REMINDERS, VOUCHING
from regulars.programme.rewards import LIMIT, PRICE, REWARD
from regulars.programme.service import PERK, SERVICE, TARGET
from regulars.programme.tests.shops import HARBOUR, SMALL, edited
from regulars.programme.tiers import LEVEL, ROLLING, TIERS

DOCS = (Path(__file__).parents[3] / "docs" / "programme.md").read_text("utf-8")


def rule(programme: Programme, id: str) -> Rule:
    return next(one for one in programme.earn.rules if one.id == id)


def test_the_demo_shop_loads() -> None:
    harbour = load(HARBOUR, "harbour.yaml")
    assert harbour.header.zone == "America/New_York"
    points = harbour.currency("points")
    assert (points.value, points.pending, points.debt) == (1, Pending(14), True)
    assert points.expiry == Expiry("inactivity", 36, Notice(60, 30))
    base = rule(harbour, "base")
    assert (base.points, base.per, base.per_unit, base.times) == (1, 100, "money", None)
    assert base.when is not None
    assert base.when.scope is Scope.LINE
    quiet = rule(harbour, "quiet-days")
    assert (quiet.times, quiet.of, quiet.on) == (Fraction(3, 2), ("base",), ("purchase",))
    tenth = rule(harbour, "tenth-visit")
    assert (tenth.points, tenth.per_unit, tenth.every, tenth.count) == (50, "event", 10, "events")
    (daily,) = harbour.earn.caps
    assert daily.rules == ("base", "own-brand", "quiet-days", "captains-tenth", "tenth-visit")
    assert harbour.tiers is not None
    assert [level.at for level in harbour.tiers.levels] == [0, 120000, 360000]
    assert (harbour.tiers.window, harbour.tiers.months, harbour.tiers.keep_months) == ("rolling", 12, 12)


def test_what_is_left_out_has_the_fair_default() -> None:
    small = load(SMALL)
    points = small.currency("points")
    assert (points.kind, points.rounding, points.mode) == ("spendable", "carry", "down")
    assert (points.value, points.pending, points.expiry, points.debt) == (None, None, None, False)
    assert small.header.brand == Brand(accent="#1f4d5c", name="Ada's Bakery")
    assert small.earn.base == Base("net", tax=False, shipping=False, paid_with_points=False)
    assert small.tiers is not None
    assert (small.tiers.grace_days, small.tiers.fall, small.tiers.pending_counts) == (60, "one", True)
    assert (small.tiers.window, small.tiers.months, small.tiers.keep_months) == ("calendar_year", 12, 12)
    expiring = load(edited("    kind: qualifying", "    kind: qualifying\n    expiry: {after: earning, months: 1}"))
    assert expiring.currency("stamps").expiry == Expiry("earning", 1, Notice(60, 30))


def test_words_for_nothing_are_none() -> None:
    text = edited("    kind: qualifying", "    kind: qualifying\n    pending: none\n    expiry: never")
    assert (load(text).currency("stamps").pending, load(text).currency("stamps").expiry) == (None, None)
    silent = edited(
        "    kind: qualifying", "    kind: qualifying\n    expiry: {after: earning, months: 1, notice: none}"
    )
    assert load(silent).currency("stamps").expiry == Expiry("earning", 1, None)


def test_a_rule_gives_the_only_currency_that_can_be_spent() -> None:
    small = load(SMALL)
    assert [(one.id, one.currency) for one in small.earn.rules] == [
        ("base", "points"),
        ("welcome", "points"),
        ("double", "points"),
        ("stamp", "stamps"),
    ]
    assert small.earn.caps == (
        Cap(
            "daily",
            dict.fromkeys(("en", "da"), "at most 100 a day"),
            "points",
            ("base", "welcome", "double"),
            100,
            "day",
            "clip",
        ),
    )
    assert small.earn.groups == (Group("best", ("base", "welcome")),)


def test_the_kinds_of_rules_say_what_applies_to_them() -> None:
    small = load(SMALL)
    assert [(one.points, one.per, one.per_unit) for one in small.earn.rules] == [
        (1, 1000, "money"),
        (5, 1, "event"),
        (0, 1, ""),
        (1, 1, "item"),
    ]


def test_a_multiplier_of_gifts_looks_at_their_events_and_at_the_order() -> None:
    text = edited('of: [base]\n      when: crust == "rye"', "of: [welcome]\n      when: weekday == 'sun'")
    double = rule(load(text), "double")
    assert double.on == ("visit",)
    assert double.when is not None
    assert double.when.scope is Scope.ORDER


@pytest.mark.parametrize(
    ("money", "written", "minor"),
    [("JPY", "500", 500), ("USD", "1.5", 150), ("KWD", "0.005", 5), ("DKK", "10", 1000)],
)
def test_money_is_read_in_minor_units_of_its_own_currency(money: str, written: str, minor: int) -> None:
    text = edited("money: DKK", f"money: {money}").replace("per: 10\n", f"per: {written}\n")
    assert rule(load(text), "base").per == minor


def test_money_without_decimals_says_so() -> None:
    (problem,) = check(edited("money: DKK", "money: JPY").replace("per: 10\n", "per: 0.5\n"))
    assert (problem.code, problem.remedy) == ("money_too_fine", "JPY has no decimals.")


@pytest.mark.parametrize(
    ("written", "exact"), [("1.1", Fraction(11, 10)), ("4/3", Fraction(4, 3)), ('"1.10"', Fraction(11, 10))]
)
def test_numbers_are_exact(written: str, exact: Fraction) -> None:
    assert rule(load(edited("times: 2", f"times: {written}")), "double").times == exact


def test_a_point_may_be_worth_less_than_a_coin() -> None:
    text = edited("    title: {en: points, da: point}", "    title: points\n    value: 0.0025")
    assert load(text).currency("points").value == Fraction(1, 4)


def test_words_that_yaml_takes_for_other_things_stay_words() -> None:
    text = edited("{en: points, da: point}", "{en: no, da: 012}")
    assert load(text).currency("points").title == {"en": "no", "da": "012"}
    assert rule(load(edited("      on: visit", '      "on": [visit]')), "welcome").on == ("visit",)
    for word, value in (("no", False), ("Yes", True), ("TRUE", True)):
        text = edited("    kind: qualifying", f"    kind: qualifying\n    debt: {word}")
        assert load(text).currency("stamps").debt is value


def test_a_title_has_a_text_for_every_language_of_the_programme() -> None:
    text = edited("{en: points, da: point}", "{de: Punkte}")
    assert load(text).currency("points").title == {"en": "Punkte", "da": "Punkte", "de": "Punkte"}
    (problem,) = check(text)
    assert (problem.code, problem.severity, problem.path) == (
        "missing_language",
        "warning",
        "currencies[0].title",
    )


def test_a_condition_may_use_the_keepers_words_and_only_the_tiers_there_are() -> None:
    known = load(edited('crust == "rye"', 'crust == "rye" and tier == "friend"'))
    condition = rule(known, "double").when
    assert condition is not None
    assert condition.sentence("da") == "skorpen er rye og niveauet er Friend"
    (problem,) = check(edited('crust == "rye"', 'tier == "freind"'))
    assert (problem.code, problem.remedy) == ("condition_unknown_value", 'Did you mean "friend"?')


def test_without_tiers_no_condition_asks_for_one() -> None:
    text = edited('crust == "rye"', 'tier == "friend"').split("tiers:\n")[0]
    assert [problem.code for problem in check(text)] == ["condition_unknown_name"]


def test_a_broken_part_does_not_blame_what_refers_to_it() -> None:
    assert [
        one.code for one in check(edited("      points: 1\n      per: 10\n", "      points: x\n      per: 10\n"))
    ] == ["not_a_number"]
    for broken in ("currencies: 3", "currencies: []"):
        text = re.sub(r"currencies:\n(.*\n)*?earn:", f"{broken}\nearn:", SMALL)
        assert len(check(text)) <= 2, check(text)
    tiers = SMALL.split("tiers:\n")[0].replace('crust == "rye"', 'tier == "friend"') + "tiers: 3\n"
    assert [problem.code for problem in check(tiers)] == ["wrong_type"]


def test_records_without_a_readable_name_are_not_each_others_doubles() -> None:
    nameless = "    - {on: line, type: text, title: a}\n"
    assert [problem.code for problem in check(edited("  attributes:\n", "  attributes:\n" + nameless * 2))] == [
        "missing_key",
        "missing_key",
    ]


def test_all_problems_are_found_in_the_order_of_the_file() -> None:
    text = edited("money: DKK", "money: XYZ").replace("most: 100", "most: -1").replace("points: 5", "points: five")
    with pytest.raises(ProgrammeError) as caught:
        load(text, "ada.yaml")
    assert [problem.code for problem in caught.value.problems] == [
        "unknown_money",
        "not_a_number",
        "out_of_range",
    ]
    assert "--> ada.yaml:6:10  programme.money" in str(caught.value)
    assert check(text) == list(caught.value.problems)


def test_warnings_do_not_stop_loading() -> None:
    text = edited("{en: points, da: point}", "{en: points}")
    assert load(text).currency("points").title == {"en": "points", "da": "points"}
    assert [problem.severity for problem in check(text)] == ["warning"]


def test_the_digest_is_that_of_the_text_however_it_was_given() -> None:
    text = load(SMALL.encode())
    assert text.text == SMALL
    assert text.digest == hashlib.sha256(SMALL.encode()).hexdigest() == load(SMALL).digest
    assert load(b"\xef\xbb\xbf" + SMALL.encode()) == text


def test_lines_may_end_as_windows_ends_them() -> None:
    text = SMALL.replace("\n", "\r\n")
    assert load(text).earn == load(SMALL).earn
    (problem,) = check(text.replace("per: 10\r\n", "per: ten\r\n"))
    (same,) = check(SMALL.replace("per: 10\n", "per: ten\n"))
    assert problem == same


def test_without_the_fast_parser_a_file_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = load(HARBOUR)
    monkeypatch.setattr(document, "_Loader", yaml.SafeLoader)
    assert load(HARBOUR) == fast
    assert [problem.code for problem in check("[" * 100_000)] == ["too_deep"]


def test_a_programme_can_be_sent_to_another_process() -> None:
    harbour = load(HARBOUR)
    assert pickle.loads(pickle.dumps(harbour)) == harbour


def test_the_programme_in_the_documentation_loads() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)
    assert check(example) == []


@pytest.mark.parametrize(
    ("heading", "record"),
    [
        ("programme", HEADER),
        ("programme.brand", BRAND),
        ("programme.attributes", ATTRIBUTE),
        ("currencies", CURRENCY),
        ("currencies.pending", PENDING),
        ("currencies.expiry", EXPIRY),
        ("currencies.expiry.notice", NOTICE),
        ("earn", EARN),
        ("earn.rules.streak", STREAK),
        ("earn.base", BASE),
        ("earn.rules", RULE),
        ("earn.groups", GROUP),
        ("earn.caps", CAP),
        ("tiers", TIERS),
        ("tiers.window", ROLLING),
        ("tiers.levels", LEVEL),
        ("rewards", REWARD),
        ("rewards.points", PRICE),
        ("rewards.limit", LIMIT),
        ("contact", contact.CONTACT),
        ("contact.hours", contact.HOURS),
        ("contact.limits", contact.LIMIT),
        ("trust", trust.TRUST),
        ("messages", messages.MESSAGE),
        ("arrears", arrears.ARREARS),
        ("arrears.stages", arrears.STAGE),
        ("arrears.plan", arrears.PLAN),
        ("flows", flows.FLOWS),
        ("flows.join", flows.FLOW),
        ("flows.join.steps", flows.STEP),
        ("forfeiture", forfeiture.REASON),
        ("terms", terms.TERMS),
        ("terms.fees", terms.FEES),
        ("terms.bought", terms.BOUGHT),
        ("terms.summary", terms.SUMMARY),
        ("data", data.DATA),
        ("data.tables", data.TABLE),
        ("data.measures", data.MEASURE),
        ("offers", OFFER),
        ("offers.gives", BENEFIT),
        ("offers.eligible", ELIGIBLE),
        ("offers.eligible.tenure_days", SPAN),
        ("offers.price", PRICE_PATH),
        ("offers.price.steps", STEP),
        ("offers.use", USE),
        ("offers.stacking", OFFER_GROUP),
        ("clubs", CLUB),
        ("clubs.trial", TRIAL),
        ("clubs.renewal", RENEWAL),
        ("clubs.exit", EXIT),
        ("referrals", REFERRALS),
        ("referrals.reminders", REMINDERS),
        ("referrals.vouching", VOUCHING),
        ("referrals.references", REFERENCES),
        ("moments", MOMENT),
        ("moments.gives", GIFT),
        ("moments.milestone", MILESTONE),
        ("moments.budget", BUDGET),
        ("partners", PARTNER),
        ("partners.earns", EARNS),
        ("partners.burns", BURNS),
        ("partners.exchange", EXCHANGE),
        ("partners.shares", SHARE),
        ("partners.settlement", SETTLEMENT),
        ("service", SERVICE),
        ("service.perks", PERK),
        ("service.targets", TARGET),
    ],
)
def test_every_key_is_documented_with_whether_it_must_be_there(heading: str, record: Record) -> None:
    section = re.split(r"^##+ ", DOCS.split(f"## `{heading}`\n")[1], flags=re.MULTILINE)[0]
    rows = re.findall(r"^\| `([a-z_]+)` \|.*?\|.*?\| (.*?) \|", section, re.MULTILINE)
    assert [key for key, _ in rows] == [field.key for field in record.fields]
    required = {key for key, default in rows if default == "required"}
    assert required == {field.key for field in record.fields if field.default is REQUIRED}


def test_an_average_member_may_be_stated_to_weigh_percentages_with() -> None:
    assert (load(SMALL).header.average_order, load(SMALL).header.orders_a_year) == (None, None)
    text = edited("  money: DKK\n", "  money: DKK\n  average_order: 84.50\n  orders_a_year: 40\n")
    assert (load(text).header.average_order, load(text).header.orders_a_year) == (8450, 40)
