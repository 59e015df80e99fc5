"""Every problem a file can have: its code, the place it points at, and the remedy."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from regulars.programme.loading import check
from regulars.programme.records import Record
from regulars.programme.tests import (
    test_care_sections,
    test_clubs,
    test_moments,
    test_offers,
    test_partners,
    test_referrals,
    test_rewards,
    test_service,
)
from regulars.programme.tests.shops import HARBOUR, SMALL, edited, errors, underlined

RULE_ID = "    - id: double\n      title: double on rye\n"

#: (code, what is replaced in SMALL, by what, what is underlined, what the remedy says)
CASES = [
    ("anchor_refused", "name: Ada's Bakery", "name: &a Ada", "&a", "Write the value out"),
    ("anchor_refused", "[en, da]", "*all", "*all", "put it in quotes"),
    ("tag_refused", "name: Ada's Bakery", "name: !!str Ada", "!", "Remove it"),
    ("duplicate_key", "  money: DKK", "  money: DKK\n  money: EUR", "money", "Keep one of the two"),
    ("several_documents", "currencies:\n", "---\ncurrencies:\n", "---", "One file holds one programme"),
    ("too_deep", "[en, da]", "[" * 51 + "en" + "]" * 51, "[", "an opening bracket too many"),
    ("key_not_text", "  money: DKK", "  ? [money]\n  : DKK", "[", "Write `key: value`"),
    ("tab_indentation", "  money: DKK", "\tmoney: DKK", "\t", "Indent with spaces"),
    ("hidden_character", "Ada's Bakery", "Ada\u0301's\x00 Bakery", "\x00", "Delete it"),
    ("grows_too_much", "  groups:\n", "    - {id: a, title: a, times: 1000, of: [base]}\n    - {id: b, title: b, times: 1000, of: [a]}\n    - {id: c, title: c, times: 1000, of: [b]}\n  groups:\n", "1000", "multiply fewer times"),
    ("hidden_character", "Ada's Bakery", "Ada\u202e Bakery", "\u202e", "Delete it"),
    ("hidden_character", "Ada's Bakery", r'"Ada\0 Bakery"', r'"Ada\0 Bakery"', "on one line"),
    ("hidden_character", "Ada's Bakery", r'"Ada\nBakery"', r'"Ada\nBakery"', "on one line"),
    ("yaml_syntax", "name: Ada's Bakery", "name: Ada: Bakery", ":", "Put a text with a colon in it in quotes"),
    ("yaml_syntax", "name: Ada's Bakery", "name: 'Ada", "'", "Close it"),
    ("yaml_syntax", "name: Ada's Bakery", r'name: "Ada\q"', "\\", "for a backslash"),
    ("yaml_syntax", "at: 10}", "at: 10", "{", "Close the bracket"),
    ("yaml_syntax", "name: Ada's Bakery", "name: @ada", "@", "Put the value in quotes"),
    ("yaml_syntax", "  money: DKK", "  money DKK", "m", "`key: value`"),
    ("yaml_syntax", "  money: DKK", " money: DKK", "m", "begin in the same column"),
    ("missing_section", "regulars: 1\n", "", "programme:", "Begin the file with `regulars: 1`"),
    ("unknown_section", "tiers:\n", "tires:\n", "tires", 'Did you mean "tiers"'),
    ("unknown_format", "regulars: 1", "regulars: 2", "2", "Write 1,"),
    ("unknown_key", "  zone:", "  zona:", "zona", 'Did you mean "zone"'),
    ("unknown_key", "      per: item\n", "      colour: red\n", "colour", "Use one of"),
    ("missing_key", "  zone: Europe/Copenhagen\n", "", "id: adas-bakery", "Add `zone:` where its days begin"),
    ("missing_key", "      of: [base]\n", "", "id: double", "Add `of:` with the ids of rules above it"),
    ("missing_key", "    kind: qualifying\n", "", "id: base", "Add `currency:` with `points` or `stamps`"),
    ("empty_value", "  money: DKK", "  money:", "money", "Write an ISO 4217 code"),
    ("empty_value", "[en, da]", "[en, ~]", "~", "Write `en`, `de`"),
    ("empty_value", "  money: DKK", "  money: ~", "money", "Write an ISO 4217 code"),
    ("empty_value", "  money: DKK", "  money: DKK\n  brand: {accent: #123456\n }", "accent", 'such as "#1f4d5c"'),
    ("wrong_type", "[en, da]", "en", "en", "Write a list"),
    ("wrong_type", "name: Ada's Bakery", "name: [Ada]", "[Ada]", "Write a text"),
    ("wrong_type", "title: Guest, ", "title: [Guest], ", "[Guest]", "Write a text, or a text for each language"),
    ("wrong_type", "    kind: qualifying", "    debt: maybe", "maybe", "Write yes or no"),
    ("wrong_type", "    kind: qualifying", "    pending: 14 days", "14 days", "Write `none`, or a mapping of days"),
    ("wrong_type", "    kind: qualifying", "    pending: {until: [may]}", "[may]", "a day, such as"),
    ("wrong_type", "    kind: qualifying", "    pending: {until: purchase}", "purchase", "`order delivered`"),
    ("not_a_day", "    kind: qualifying", "    pending: {until: 2026-02-30}", "2026-02-30", "has no such day"),
    ("missing_key", "    kind: qualifying", "    kind: cash", "id: stamps", "Add `value:`"),
    ("streak_unclear", "on: visit", "on: visit\n      streak: {days: 3, weeks: 3}", "3", "`streak: {weeks: 3}`"),
    ("misplaced_key", "on: visit", "on: visit\n      every: 3\n      streak: {weeks: 3}", "streak", "Keep one"),
    ("misplaced_key", "per: item\n", "per: item\n      streak: {weeks: 3}\n", "streak", "Remove it, or `per`"),
    ("misplaced_key", "on: visit", "on: visit\n      every: 3\n      on_return: reconsider", "on_return", "or `every`"),
    ("misplaced_key", "per: item\n", "per: item\n      on_return: share\n", "on_return", "Remove it, or `per`"),
    ("cannot_reconsider", "on: visit", "on_return: reconsider", "reconsider", "Write a threshold"),
    ("cannot_reconsider", "on: visit", "when: total < 50.00\n      on_return: reconsider", "total < 50.00", "Write a threshold"),
    ("cannot_reconsider", "on: visit", "when: count(quantity > 1) > 2\n      on_return: reconsider", "count(quantity > 1) > 2", "Write a"),
    ("cannot_reconsider", "on: visit", "when: all(net >= 5.00)\n      on_return: reconsider", "all(net >= 5.00)", "Write a threshold"),
    ("pending_unclear", "    kind: qualifying", "    pending: {within_days: 9}", "{within_days: 9}", "Write `days: 14`, or `until:`"),
    ("missing_key", "    kind: qualifying", "    pending: {until: visit}", "{until: visit}", "Add `within_days: 60`"),
    ("misplaced_key", "    kind: qualifying", "    pending: {days: 1, within_days: 9}", "within_days", "Remove it"),
    ("wrong_type", "per: 10\n", "per: Item\n", "Item", "Write `item`, or an amount"),
    ("wrong_type", 'when: crust == "rye"', "when: {a: b}", "{a: b}", "must stand in quotes"),
    ("wrong_type", "of: [base]", "of: [[base]]", "[base]", "the id of a rule"),
    ("wrong_type", "  money: DKK", "  money: [DKK]", "[DKK]", "Write an ISO 4217 code"),
    ("wrong_type", "at: 10}", "at: [10]}", "[10]", "Write a number"),
    ("wrong_type", "most: 100", "most: [100]", "[100]", "Write a whole number"),
    ("wrong_type", "per: day", "per: [day]", "[day]", "Write `event`, `day`"),
    ("wrong_type", "id: best,", "id: [best],", "[best]", "Write an id"),
    ("out_of_range", "at: 10}", "at: 2.5}", "2.5", "Write a whole number"),
    ("out_of_range", "most: 100", "most: 0", "0", "from 1 to 1000000000"),
    ("out_of_range", "      times: 2", "      times: 0.9", "0.9", "from 1 to 1000"),
    ("out_of_range", "points: 5", "points: 0", "0", "above 0"),
    ("out_of_range", "points: 5", "points: -5", "-5", "above 0"),
    ("out_of_range", "per: 10\n", "per: 0.00\n", "0.00", "above 0"),
    ("out_of_range", "a gift for a visit", "x" * 121, "x" * 121, "at most 120 characters"),
    ("not_a_number", "per: 10\n", "per: 1,50\n", "1,50", "with a point"),
    ("not_a_number", "points: 5", "points: 1e3", "1e3", "Write digits"),
    ("not_a_number", "points: 5", "points: .5", ".5", "Write digits"),
    ("not_a_number", "most: 100", "most: 1_000", "1_000", "without separators"),
    ("not_a_number", "most: 100", "most: 010", "010", "without zeros in front: 10"),
    ("not_a_number", "most: 100", "most: 0x64", "0x64", "Write digits"),
    ("not_a_number", "points: 5", "points: 1/0", "1/0", "Write digits"),
    ("not_a_choice", "per: day", "per: daily", "daily", 'Did you mean "day"'),
    ("not_a_choice", "on: visit", "on: [visit, vist]", "vist", 'Did you mean "visit"'),
    ("not_an_id", "id: best,", "id: Best,", "Best", "small letters, digits or hyphens"),
    ("not_a_name", "name: crust", "name: Crust-1", "Crust-1", "small letters, digits or underscores"),
    ("not_a_colour", "  money: DKK", "  money: DKK\n  brand: {accent: red}", "red", "in quotes"),
    ("unknown_zone", "Europe/Copenhagen", "Europe/Copenhague", "Europe/Copenhague", '"Europe/Copenhagen"'),
    ("unknown_money", "money: DKK", "money: dkk", "dkk", 'Did you mean "DKK"'),
    ("unknown_money", "money: DKK", "money: DOLLAR", "DOLLAR", 'Did you mean "USD", "CAD" or "AUD"?'),
    ("unknown_money", "money: DKK", "money: kroner", "kroner", 'Did you mean "DKK", "SEK" or "NOK"?'),
    ("unknown_money", "money: DKK", "money: US$", "US$", 'Did you mean "USD"?'),
    ("unknown_money", "money: DKK", "money: EURO", "EURO", 'Did you mean "EUR"?'),
    ("unknown_language", "{en: points, da: point}", "{en: points, fr: points}", "fr", "It speaks en, de, es, da"),
    ("list_too_short", "[en, da]", "[]", "[]", "Add `en`, `de`"),
    ("list_too_short", "best_of: [base, welcome]", "best_of: [base]", "[base]", "Add the id of a rule"),
    ("duplicate_item", "[en, da]", "[en, da, en]", "en", "in one place only"),
    ("duplicate_id", RULE_ID, RULE_ID.replace("double", "base", 1), "base", "Choose another id"),
    ("duplicate_id", "id: stamps", "id: points", "points", "Choose another id"),
    ("duplicate_id", "{id: friend", "{id: guest", "guest", "Choose another id"),
    ("duplicate_id", "  attributes:\n", "  attributes:\n    - {name: crust, on: line, type: text, title: a}\n", "crust", ""),
    ("reserved_name", "name: crust", "name: brand", "brand", "Use that one, or choose another"),
    ("reserved_name", "name: crust", "name: lambda", "lambda", "choose another"),
    ("reserved_name", "  - id: points", "  - id: visits", "visits", "Choose another id"),
    ("misplaced_key", "    kind: qualifying", "    mode: up", "mode", "round by `order` or `line`"),
    ("misplaced_key", "    kind: qualifying", "    kind: qualifying\n    value: 1", "value", "`spendable`"),
    ("misplaced_key", "      per: 10\n", "      per: 10\n      every: 3\n", "every", "Remove it, or `per`"),
    ("misplaced_key", "      per: 10\n", "      per: 10\n      of: [welcome]\n", "of", "write `times`"),
    ("misplaced_key", "      per: 10\n", "      per: 10\n      on: [purchase, visit]\n", "on", "or `per`"),
    ("misplaced_key", "      on: visit", "      on: visit\n      count: days", "count", "Add `every`"),
    ("misplaced_key", "      times: 2", "      times: 2\n      per: item", "per", "Remove it"),
    ("misplaced_key", "      times: 2", "      times: 2\n      every: 5", "every", "Remove it"),
    ("misplaced_key", "      times: 2", "      times: 2\n      on: visit", "on", "Remove it"),
    ("misplaced_key", "  counts: stamps", "  counts: stamps\n  when: total > 5", "when", "to those rules"),
    ("misplaced_key", "  counts: stamps", "  counts: visits\n  pending_counts: no", "pending_counts", "Remove it"),
    ("misplaced_key", "  counts: stamps", "  counts: stamps\n  keep_months: 3", "keep_months", "rolling_months: 12"),
    ("money_too_fine", "per: 10\n", "per: 9.995\n", "9.995", "DKK has 2 decimals"),
    ("rule_kind_unclear", "      times: 2", "      times: 2\n      points: 3", "times", "Write `points` for a rule"),
    ("rule_kind_unclear", "      times: 2\n", "", "id: double", "Write `points` for a rule"),
    ("unknown_reference", "of: [base]", "of: [bass]", "bass", 'Did you mean "base"'),
    ("unknown_reference", "currency: stamps", "currency: stamp", "stamp", 'Did you mean "stamps"'),
    ("unknown_reference", "best_of: [base, welcome]", "best_of: [base, welcom]", "welcom", '"welcome"'),
    ("unknown_reference", "most: 100", "most: 100, rules: [bse]", "bse", 'Did you mean "base"'),
    ("unknown_reference", "counts: stamps", "counts: spent", "spent", 'Did you mean "spend"'),
    ("later_rule", "of: [base]", "of: [base, stamp]", "stamp", "Move this rule below"),
    ("later_rule", "of: [base]", "of: [double]", "double", "Move this rule below"),
    ("group_not_complete", "[base, welcome]", "[base, stamp]", "base", "Move this rule below all the members"),
    ("currency_mismatch", "[base, welcome]", "[base, stamp]", "stamp", "one currency only"),
    ("currency_mismatch", "most: 100", "most: 100, rules: [base, stamp]", "stamp", "one currency only"),
    ("currency_mismatch", "      times: 2", "      times: 2\n      currency: stamps", "stamps", "a multiplier has theirs"),
    ("mixed_multiplier", "of: [base]", "of: [base, welcome]", "[base, welcome]", "Write two multipliers"),
    ("rule_in_two_groups", "  caps:", "    - {id: b, best_of: [base, double]}\n  caps:", "base", "in one group only"),
    ("duplicate_id", "\ntiers:", "\n  budgets: [{id: daily, title: a, currency: points, per: day, most: 9, at_edge: clip}]\ntiers:", "daily", "another id"),
    ("rate_too_fine", "per: 10\n", "per: 10000.01\n", "10000.01", "Choose rounder figures"),
    ("rate_too_fine", "      times: 2", "      times: 1.0000001", "1.0000001", "Choose rounder figures"),
    ("rate_too_fine", "    title: {en: points, da", "    value: 0.000000001\n    title: {en: points, da", "0.000000001", ""),
    ("notice_backwards", "    kind: qualifying", "    expiry: {after: earning, months: 1, notice: {earliest: 5, latest: 9}}", "5", "Exchange the two"),
    ("tier_counts_spendable", "counts: stamps", "counts: points", "points", "Count `spend` or `visits`"),
    ("misplaced_key", "counts: stamps", "counts: stamps\n  fall: never\n  grace_days: 9", "grace_days", "Remove it"),
    ("notice_backwards", "counts: stamps", "counts: stamps\n  notice: {earliest: 5, latest: 9}", "5", "Exchange the two"),
    ("misplaced_key", "counts: stamps\n  window: calendar_year", "counts: visits\n  window: balance", "window", "Name a"),
    ("misplaced_key", "window: calendar_year", "window: balance\n  keep_months: 3", "keep_months", "Remove it"),
    ("first_level_not_zero", "at: 0}", "at: 5}", "5", "Write `at: 0`"),
    ("levels_not_ascending", "at: 10}", "at: 0}", "0", "the lowest first"),
    ("missing_language", "{en: points, da: point}", "{en: points}", "{en: points}", "Add it"),
    ("condition_unknown_name", "crust ==", "crumb ==", "crumb", "crust"),
    ("condition_wrong_scope", "      on: visit", "      when: brand == 'Own'", "brand", "any(...)"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "new", "under", "remedy"), CASES)
def test_a_problem_has_its_code_its_place_and_a_remedy(code: str, old: str, new: str, under: str, remedy: str) -> None:
    text = edited(old, new)
    found = [problem for problem in check(text) if problem.code == code]
    assert found, [problem.code for problem in check(text)]
    assert (underlined(found[0], text), remedy in found[0].remedy) == (under, True), found[0]


def test_the_small_file_that_the_cases_break_is_right() -> None:
    assert check(SMALL) == []
    assert check(HARBOUR) == []


def test_one_mistake_is_one_problem() -> None:
    alone = {
        "duplicate_key",
        "unknown_key",
        "not_a_number",
        "unknown_reference",
        "later_rule",
        "money_too_fine",
    }
    for code, old, new, _, _ in CASES:
        if code in alone:
            assert [problem.code for problem in check(edited(old, new))] == [code], (old, new)


def test_a_misspelt_key_is_not_also_a_missing_kind_of_rule() -> None:
    assert [problem.code for problem in check(edited("      times: 2", "      tims: 2"))] == ["unknown_key"]


@pytest.mark.parametrize(
    ("data", "code", "line", "column"),
    [
        (b"", "file_empty", 1, 1),
        (b"# only a comment\n", "file_empty", 1, 1),
        (b"regulars: 1\nname: caf\xe9\n", "not_utf8", 2, 10),
        ("regulars: 1".encode("utf-16"), "not_utf8", 1, 1),
        (b"regulars: 1 #" + b"x" * 1_000_000, "file_too_large", 1, 1),
        (b"- a list\n", "wrong_type", 1, 1),
        (b"just words\n", "wrong_type", 1, 1),
        ("regulars: \ud800", "hidden_character", 1, 11),
    ],
)
def test_a_file_that_is_none_says_so(data: str | bytes, code: str, line: int, column: int) -> None:
    (problem,) = errors(data)
    assert (problem.code, problem.line, problem.column) == (code, line, column)


def test_together_too_many_different_rates_are_too_fine() -> None:
    rules = "".join(
        f"    - {{id: r{per}, title: r, currency: points, points: 1, per: {per / 100}}}\n"
        for per in (9973, 9967, 9949, 9941)
    )
    text = edited("  rules:\n", f"  rules:\n{rules}")
    (problem,) = check(text)
    assert (problem.code, underlined(problem, text)) == ("rate_too_fine", "99.41")


def test_multipliers_of_multipliers_are_too_fine_when_their_product_is() -> None:
    chain = "".join(
        f"    - {{id: m{i}, title: m, times: 1.0001, of: [{f'm{i - 1}' if i else 'base'}]}}\n" for i in range(4)
    )
    text = edited("    - id: double\n", f"{chain}    - id: double\n").replace("best_of: [base, ", "best_of: [stamp, ")
    found = [problem for problem in check(text) if problem.code == "rate_too_fine"]
    assert [problem.path for problem in found] == ["earn.rules[4].times"]


def documented() -> set[str]:
    text = (Path(__file__).parents[3] / "docs" / "programme.md").read_text("utf-8")
    return set(re.findall(r"^\| `([a-z0-9_]+(?:\.\.\.)?)` \|", text.split("## Problems")[1], re.MULTILINE))


PACKAGE = [str(Path(__file__).parents[1])]

#: What the tests of other sections show to be refused; the code stands last.
SECTIONS = (
    test_rewards.REFUSED,
    test_offers.REFUSED,
    test_clubs.REFUSED,
    test_referrals.REFUSED,
    test_moments.REFUSED,
    test_partners.REFUSED,
    test_service.REFUSED,
    test_care_sections.REFUSED,
)


def test_every_problem_is_documented_and_tested() -> None:
    tested = {re.sub(r"^condition_.*", "condition_...", code) for code, *_ in CASES}
    tested |= {code for refused in SECTIONS for *_, code in refused if not code.startswith("condition_")}
    assert documented() == tested | {"file_empty", "not_utf8", "file_too_large"}


def test_every_code_in_the_source_is_documented() -> None:
    """Codes are the snake_case words in calls that note a problem or name one."""
    modules = [importlib.import_module(f"regulars.programme.{name}") for _, name, _ in pkgutil.iter_modules(PACKAGE)]
    records = [value for module in modules for value in vars(module).values() if isinstance(value, Record)]
    keys = {key for record in records for key in record.names()}
    notes = {"problem", "note", "Problem", "mismatch", "Word", "Known", "_refusal", "_refused"}
    found: set[str] = set()
    for path in (Path(__file__).parents[1]).glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and (getattr(call.func, "attr", "") or getattr(call.func, "id", "")) in notes:
                texts = [node.value for node in call.args if isinstance(node, ast.Constant)]
                found |= {text for text in texts if isinstance(text, str) and re.fullmatch("[a-z]+(_[a-z0-9]+)+", text)}
    assert len(found) > 40
    assert found - keys <= documented()
