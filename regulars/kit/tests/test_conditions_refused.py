"""What is refused, where it points, and what it tells to do; nothing that is written can break the reader."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.kit.conditions import Condition, ConditionError, Name, Scope, Type, Vocabulary, parse
from regulars.kit.tests.random_conditions import LINE, MEMBER, ORDER, VOCABULARY

TIERS = VOCABULARY.closed("tier", ("silver", "gold"))


def refused(text: str, scope: Scope = ORDER, vocabulary: Vocabulary = TIERS, exponent: int = 2) -> ConditionError:
    with pytest.raises(ConditionError) as caught:
        parse(text, vocabulary, scope, exponent)
    return caught.value


# Each row: the text, the code, what the place covers, a word of the remedy.
WRONG = [
    ("brnad_ == 1", "unknown_name", "brnad_", "quotes"),
    ("hours == 1", "unknown_name", "hours", '"hour"'),
    ("weekday == tuesday", "unknown_name", "tuesday", "quotes"),
    ("gift == true", "unknown_name", "true", "True"),
    ("ány == 1", "unknown_name", "ány", "quotes"),
    ('brand == "Own"', "wrong_scope", "brand", "any(...)"),
    ("any(hour < 3)", "no_line", "hour < 3", "without any"),
    ("any(count(net > 1) > 2)", "nested_lines", "count(net > 1)", "beside"),
    ("any(any(net > 1))", "nested_lines", "any(net > 1)", "beside"),
    ('hour == "ten"', "wrong_type", '"ten"', "whole number"),
    ("hour == 10.5", "wrong_type", "10.5", "whole number"),
    ("hour == True", "wrong_type", "True", "whole number"),
    ("store == 7", "wrong_type", "7", "quotes"),
    ('store == -"x"', "wrong_type", '-"x"', "quotes"),
    ('total > "10"', "wrong_type", '"10"', "10.00"),
    ("gift == 1", "wrong_type", "1", "True or False"),
    ("gift in (True, False)", "wrong_type", "(True, False)", "by itself"),
    ("date > 20261224", "wrong_type", "20261224", "year-month-day"),
    ('month == "dec"', "wrong_type", '"dec"', "1 to 12"),
    ("weekday == 2", "wrong_type", "2", '"tue"'),
    ("hour == total", "wrong_type", "hour == total", "same kind"),
    ("weekday == store", "wrong_type", "weekday == store", "same kind"),
    ("spend(net > 1) > count(net > 1)", "wrong_type", "spend(net > 1) > count(net > 1)", "same kind"),
    ('segments == "vip"', "wrong_type", "segments", "in segments"),
    ('segments in ("vip", "new")', "wrong_type", "segments", "in segments"),
    ("3 in segments", "wrong_type", "3", "text"),
    ("hour in segments", "wrong_type", "hour", "vip"),
    ("segments", "not_a_condition", "segments", "in segments"),
    ("hour", "not_a_condition", "hour", "Compare"),
    ("not store", "not_a_condition", "store", "Compare"),
    ("True", "not_a_condition", "True", "needs no condition"),
    ("hour < 3 or 4", "not_a_condition", "4", "Compare"),
    ("1 < 2", "not_a_condition", "1 < 2", "name"),
    ('"a" in ("a", "b")', "not_a_condition", '"a"', "name"),
    ("count(net > 1)", "not_a_condition", "count(net > 1)", ">= 2"),
    ("any(net > 1) == True", "not_a_value", "any(net > 1)", "by itself"),
    ("store == None", "comparison_with_none", "None", "is None"),
    ("None != store", "comparison_with_none", "None", "is None"),
    ('store in ("a", None)', "comparison_with_none", "None", "is None"),
    ("missing(hour)", "never_missing", "missing(hour)", "Leave"),
    ("hour is not None", "never_missing", "hour is not None", "Leave"),
    ("missing(3)", "not_a_name", "3", "missing(name)"),
    ('store is "a"', "is_without_none", 'store is "a"', "=="),
    ("gift is True", "is_without_none", "gift is True", "=="),
    ('weekday in ("tue")', "not_a_list", '"tue"', "["),
    ("weekday in store", "not_a_list", "store", "=="),
    ("weekday in 3", "not_a_list", "3", "["),
    ("weekday in ()", "empty_list", "()", "at least one"),
    ("store in (channel, 'a')", "not_a_value", "channel", "=="),
    ("store in (*channel, 'a')", "not_a_value", "*channel", "=="),
    ('weekday in ("tue" "wed")', "not_a_list", '"tue" "wed"', "["),
    ('weekday in ["tue" "wed"]', "not_one_text", '"tue" "wed"', "comma"),
    ('store == b"a"', "wrong_type", 'b"a"', "quotes"),
    ('store == r"a"', "not_one_text", 'r"a"', "letter"),
    ('store == f"a"', "not_in_the_language", 'f"a"', "plain text"),
    ('weekday == "Tuesday"', "unknown_value", '"Tuesday"', '"tue"'),
    ('weekday in ("mon", "thurs")', "unknown_value", '"thurs"', '"thu"'),
    ('tier == "glod"', "unknown_value", '"glod"', '"gold"'),
    ('tier == "Gold"', "unknown_value", '"Gold"', '"gold"'),
    ('tier == "x"', "unknown_value", '"x"', '"silver", "gold"'),
    ('tier > "silver"', "no_order", "tier", "in"),
    ('weekday >= "tue"', "no_order", "weekday", "in"),
    ("gift < True", "no_order", "gift", "in"),
    ('date == "2026-02-30"', "not_a_date", '"2026-02-30"', "2026-12-24"),
    ('date == "24.12.2026"', "not_a_date", '"24.12.2026"', "2026-12-24"),
    ('date in ("2026-01-01", "20260102")', "not_a_date", '"20260102"', "2026-12-24"),
    ("date > 2026-12-24", "not_in_the_language", "2026-12-24", "quotes"),
    ("hour == 24", "out_of_range", "24", "0 to 23"),
    ("hour in (1, -1)", "out_of_range", "-1", "0 to 23"),
    ("month == 13", "out_of_range", "13", "1 to 12"),
    ("count(net > 1) == -1", "out_of_range", "-1", "0 or more"),
    ("total > 10.005", "too_many_decimals", "10.005", "thousands"),
    ("total > 10.000", "too_many_decimals", "10.000", "thousands"),
    ("total > 1e3", "not_a_plain_number", "1e3", "digits"),
    ("total > 1_000", "not_a_plain_number", "1_000", "digits"),
    ("hour > 0x10", "not_a_plain_number", "0x10", "digits"),
    ("hour > 3j", "not_a_plain_number", "3j", "digits"),
    ("rating > .5", "not_a_plain_number", ".5", "digits"),
    (f"total > {'9' * 16}", "not_a_plain_number", "9" * 16, "digits"),
    ("hour > --3", "not_in_the_language", "--3", "names"),
    ("hour > +3", "not_in_the_language", "+3", "names"),
    ("hour < 3 < day in (1, 2)", "mixed_chain", "hour < 3 < day in (1, 2)", "two"),
    ("hour + 1 > 3", "not_in_the_language", "hour + 1", "calculate"),
    ("(hour < 3) & gift", "not_in_the_language", "(hour < 3) & gift", "and"),
    ("gift | gift", "not_in_the_language", "gift | gift", "or"),
    ("store.upper() == 'A'", "not_in_the_language", "store.upper()", "names"),
    ("store.name == 'A'", "not_in_the_language", "store.name", "dot"),
    ("segments[0] == 'A'", "not_in_the_language", "segments[0]", "brackets"),
    ("gift if gift else gift", "not_in_the_language", "gift if gift else gift", "alone"),
    ("(x := 3) > 2", "not_in_the_language", "x := 3", "=="),
    ("lambda: gift", "not_in_the_language", "lambda: gift", "names"),
    ("any(x for x in segments)", "not_in_the_language", "(x for x in segments)", "names"),
    ("[gift]", "not_in_the_language", "[gift]", "names"),
    ("(gift, gift)", "not_in_the_language", "(gift, gift)", "names"),
    ("gift == (hour < 3)", "not_in_the_language", "hour < 3", "and"),
    ("sum(net > 1) > 2", "unknown_function", "sum(net > 1)", "count"),
    ("anny(net > 1)", "unknown_function", "anny(net > 1)", '"any"'),
    ("__import__('os')", "unknown_function", "__import__('os')", "any"),
    ("any", "one_argument", "any", "any(...)"),
    ("any()", "one_argument", "any()", "any(...)"),
    ("any(net > 1, net < 2)", "one_argument", "any(net > 1, net < 2)", "any(...)"),
    ("any(*segments)", "one_argument", "any(*segments)", "any(...)"),
    ("any(where=gift)", "one_argument", "any(where=gift)", "any(...)"),
    ('store = "a"', "unreadable", "=", "two equal signs"),
    ("gift && gift", "unreadable", "&", "Write and"),
    ("gift || gift", "unreadable", "|", "Write or"),
    ("!gift", "unreadable", "!", "not"),
    ("gift AND gift", "unreadable", "A", "small letters"),
    ("store <> 'a'", "unreadable", "<", "!="),
    ("store == \u201ca\u201d", "unreadable", "\u201c", "straight quotes"),
    ("hour <", "unreadable", "<", "comparisons"),
    ("(gift", "unreadable", "(", "comparisons"),
    ("gift; gift", "unreadable", ";", "comparisons"),
    ("gift # and gift", "comment", "# and gift", "outside"),
    ("store == 'a\\n'", "backslash", "\\", "single quotes"),
    ("gift\x00", "invisible_character", "\x00", "Delete"),
    ("store == '\u202e'", "invisible_character", "\u202e", "Delete"),
    ("store == '\u200b'", "invisible_character", "\u200b", "Delete"),
    ("store == 'a\xadb'", "invisible_character", "\xad", "Delete"),
    ("store == '\u3164'", "invisible_character", "\u3164", "Delete"),
    ("\uff53tore == 'a'", "unreadable", "\uff53tore", "Write store."),
    ("store == '\ud800'", "invisible_character", "\ud800", "Delete"),
    ("  ", "empty", "  ", "leave the key out"),
    ("", "empty", "", "leave the key out"),
]


@pytest.mark.parametrize(("text", "code", "place", "remedy"), WRONG)
def test_what_is_wrong_is_named_with_its_place_and_a_remedy(text: str, code: str, place: str, remedy: str) -> None:
    error = refused(text)
    assert error.code == code
    assert text[error.offset : error.offset + error.length] == place
    assert remedy in error.remedy
    assert error.message.endswith(".")
    assert str(error) == f"{error.message} {error.remedy}"


def test_the_place_counts_characters_of_the_text_as_it_was_given() -> None:
    for text in ["\n  store == 'Ærø' and\n  houry < 3", "  store == '\U0001f600é' or houry == 1\n"]:
        error = refused(text)
        assert text[error.offset : error.offset + error.length] == "houry"


def test_a_condition_may_stand_on_several_lines() -> None:
    folded = "hour < 3\n  and\r\n\tday == 1\n"
    assert parse(folded, VOCABULARY, ORDER) == parse("hour < 3 and day == 1", VOCABULARY, ORDER)


def test_a_comment_cannot_hide_the_next_line() -> None:
    assert refused("gift # always\nand hour < 3").code == "comment"
    assert refused("(gift # always\nand hour < 3)").code == "unreadable"
    assert parse("store == '#1'", VOCABULARY, ORDER).function()({"store": "#1"}) is True


def test_a_member_condition_knows_no_purchase() -> None:
    for text, place in [("hour < 3", "hour"), ("any(net > 1)", "any(net > 1)"), ('brand == "a"', "brand")]:
        error = refused(text, MEMBER)
        assert error.code == "wrong_scope"
        assert text[error.offset : error.offset + error.length] == place
        assert "any(...)" not in error.remedy


def test_a_line_condition_may_mention_everything() -> None:
    text = 'brand == "a" and hour < 3 and tier == "gold" and any(net > 1)'
    assert parse(text, TIERS, LINE).scope is LINE


def test_nearest_names_are_names_that_may_be_used_here() -> None:
    assert '"birthday_month"' in refused("birthday_mont == 1", MEMBER).remedy
    assert "brand" not in refused("brandd == 1", MEMBER).remedy


def test_an_amount_has_the_decimals_of_its_currency() -> None:
    assert refused("total > 10.5", exponent=0).code == "too_many_decimals"
    assert "no decimals" in refused("total > 10.5", exponent=0).message
    assert parse("total > 10.125", VOCABULARY, ORDER, 3).function()({"total": 10126}) is True


def test_spend_needs_lines_with_an_amount() -> None:
    bare = Vocabulary.of([Name("brand", Type.TEXT, LINE)])
    assert refused('spend(brand == "a") > 1', vocabulary=bare).code == "no_amount"
    assert parse('count(brand == "a") > 1', bare, ORDER).scope is ORDER


def test_a_condition_has_bounds() -> None:
    assert refused("gift or " * 250 + "gift").code == "too_long"
    listed = ",".join("1" for _ in range(600))
    assert refused(f"hour in ({listed})").code == "too_many_parts"
    assert refused("not " * 60 + "gift").code == "too_deep"
    parse("not " * 40 + "gift", VOCABULARY, ORDER)
    parse(f"hour in ({','.join('1' for _ in range(490))})", VOCABULARY, ORDER)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1000,
        "(" * 990 + "gift" + ")" * 990,
        "[" * 1999,
        "-" * 1990 + "1",
        "~" * 1990 + "1",
        "not " * 499 + "gift",
        "gift" + ".a" * 900,
        "gift" + "()" * 900,
        "gift" + "[0]" * 600,
        "lambda:" * 280 + "1",
        "gift if gift else " * 100 + "gift",
        "1" + "**1" * 600,
        "hour" + "<1" * 600,
        "any(" * 150 + "gift" + ")" * 150,
        "f'{" * 600,
        "f'{f\"{1}\"}'",
        "9" * 1999,
        "1." + "9" * 1990,
        "'" * 1999,
        '"""' + "a" * 1990,
        "gift\x0cor gift",
        "\ufeffgift",
        "gift or " * 249 + "gift or gift",
        "yield",
        "await gift",
        "{**gift}",
        "{gift: gift}",
        "gift[1:2]",
        "...",
        "`gift`",
        "$gift",
    ],
)
def test_hostile_texts_are_refused_and_nothing_else(text: str) -> None:
    error = refused(text)
    assert 0 <= error.offset <= len(text)
    assert error.remedy


PIECES = """
    and or not in is None True ( ) [ ] , == != < >= - hour gift brand net date tier segments any count spend
    missing 1 2.5 "a" '2026-01-01' lambda if else : := . * ** { } f'' b'' # é = for
"""
TEXTS = st.lists(st.sampled_from([*PIECES.split(), "\n", "\x0b"]), max_size=25).map(" ".join) | st.text(max_size=60)


@settings(deadline=None)
@given(TEXTS, st.sampled_from([LINE, ORDER, MEMBER]))
def test_any_text_is_a_condition_or_a_refusal_with_a_place(text: str, scope: Scope) -> None:
    made = read(text, scope)
    if isinstance(made, Condition):
        assert made.scope <= scope
        assert made.sentence("de")
    else:
        assert 0 <= made.offset <= made.offset + made.length <= len(text)
        assert made.code
        assert made.remedy


def read(text: str, scope: Scope) -> Condition | ConditionError:
    try:
        return parse(text, TIERS, scope)
    except ConditionError as error:
        return error
