"""What a condition means: the Python reading, what can be asked of a condition, and equality."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.kit.conditions import Condition, Name, Scope, Type, Vocabulary, parse
from regulars.kit.tests.random_conditions import (
    LINE,
    MEMBER,
    ORDER,
    VOCABULARY,
    Reference,
    conditions,
    every_statement,
    some_lives,
    values,
)

WINE = {"sku": "A1", "category": "Wine", "brand": "Own", "net": 1000}
BREAD = {"sku": "B1", "category": "Bread", "brand": None, "net": 250}
CHEESE = {"sku": "C1", "category": None, "brand": "Farm", "net": 400}


class Locals:
    """The source a code generator would give: local variables, parallel lists, constants in its namespace."""

    def __init__(self) -> None:
        self.constants: dict[str, Any] = {}
        self.before: dict[str, str] = {}

    def name(self, name: Name) -> str:
        return f"_{name.name}"

    def lines(self, names: tuple[Name, ...]) -> str:
        lists = [f"{name.name}_list" for name in names]
        return (
            f"_{names[0].name} in {lists[0]}"
            if len(names) == 1
            else (f"{', '.join(map(self.name, names))} in zip({', '.join(lists)})")
        )

    def constant(self, value: Any) -> str:
        self.constants[f"k{len(self.constants)}"] = value
        return f"k{len(self.constants) - 1}"

    def once(self, expression: str) -> str:
        return self.before.setdefault(expression, f"once{len(self.before)}")


def condition(text: str, scope: Scope = ORDER) -> Condition:
    return parse(text, VOCABULARY, scope, 2, "EUR")


def holds(text: str, scope: Scope = LINE, lines: Sequence[Mapping[str, Any]] = (), /, **held: Any) -> bool:
    return condition(text, scope).function()(held, lines)


def source(text: str, scope: Scope = LINE) -> str:
    return condition(text, scope).python(Locals())


def test_every_statement_and_its_negation_say_what_their_words_say() -> None:
    lives = some_lives(LINE, 40)
    references = [Reference(life) for life in lives]
    for statement in every_statement(LINE):
        for text in (statement, f"not ({statement})"):
            said = condition(text, LINE).function()
            assert [said(life) for life in lives] == [reference.holds(text) for reference in references], text


@settings(deadline=None)
@given(st.data(), st.sampled_from([LINE, ORDER, MEMBER]))
def test_the_function_says_what_the_words_say(data: st.DataObject, scope: Scope) -> None:
    text = data.draw(conditions(scope))
    held = data.draw(values(MEMBER)) | data.draw(values(ORDER)) | data.draw(values(LINE))
    lines = data.draw(st.lists(values(LINE), max_size=3))
    said = condition(text, scope).function()(held, lines)
    assert said is Reference(held, lines).holds(text)


@settings(deadline=None)
@given(st.data())
def test_generated_code_over_parallel_lists_says_the_same_as_the_function(data: st.DataObject) -> None:
    made = condition(data.draw(conditions(LINE) | conditions(ORDER)), LINE)
    held = data.draw(values(MEMBER)) | data.draw(values(ORDER)) | data.draw(values(LINE))
    lines = data.draw(st.lists(values(LINE), max_size=3))
    place = Locals()
    text = made.python(place)
    space: dict[str, Any] = {f"_{name}": value for name, value in held.items()}
    space |= {f"{name}_list": [line[name] for line in lines] for name in values_of(LINE)}
    space |= place.constants
    for expression, name in place.before.items():
        space[name] = eval(expression, space)
    assert eval(text, space) is made.function()(held, lines)


def values_of(scope: Scope) -> list[str]:
    return [name.name for name in VOCABULARY if name.scope is scope]


@settings(deadline=None)
@given(st.data())
def test_a_condition_holds_exactly_when_all_its_conjuncts_hold(data: st.DataObject) -> None:
    made = condition(data.draw(conditions(ORDER)))
    held, lines = (
        data.draw(values(MEMBER)) | data.draw(values(ORDER)),
        data.draw(st.lists(values(LINE), max_size=2)),
    )
    assert made.function()(held, lines) is all(part.function()(held, lines) for part in made.conjuncts())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('brand == "Own"', False),
        ('brand != "Own"', False),
        ('not brand == "Own"', True),
        ('not brand != "Own"', True),
        ('brand in ("Own", "Farm")', False),
        ('brand not in ("Own", "Farm")', False),
        ('not brand in ("Own", "Farm")', True),
        ('brand < "Own"', False),
        ('not brand < "Own"', True),
        ("brand == brand", False),
        ("brand == category", False),
        ("brand != sku", False),
        ("missing(brand)", True),
        ("brand is None", True),
        ("brand is not None", False),
        ("gift", False),
        ("not gift", True),
        ("gift == True", False),
        ("gift == False", False),
        ("gift != True", False),
        ('"vip" in likes', False),
        ('"vip" not in likes', False),
        ('not "vip" in likes', True),
        ("brand not in segments", False),
        ("regular_price > net", False),
    ],
)
def test_every_comparison_with_a_missing_value_is_false(text: str, expected: bool) -> None:
    missing = {"brand": None, "category": None, "gift": None, "likes": None, "regular_price": None}
    held = {**missing, "sku": "A1", "net": 100, "segments": ["vip"]}
    assert condition(text, LINE).function()(held) is expected


def test_a_nullable_name_may_be_absent_and_no_other() -> None:
    assert holds("missing(brand)") is True
    with pytest.raises(KeyError):
        holds("quantity == 1")


@pytest.mark.parametrize(
    ("text", "with_lines", "without"),
    [
        ('any(brand == "Own")', True, False),
        ('all(brand == "Own")', False, True),
        ("count(brand is None) == 1", True, False),
        ("count(net > 0.01) == 0", False, True),
        ('spend(category != "Bread") == 10', True, False),
        ('spend(not category == "Bread") == 14', True, False),
        ("spend(net < 5) == 6.50", True, False),
        ('not any(category == "Tea") and 2 <= count(net >= 4) < 3', True, False),
    ],
)
def test_conditions_about_lines_are_lifted_to_the_order(text: str, with_lines: bool, without: bool) -> None:
    assert holds(text, ORDER, [WINE, BREAD, CHEESE]) is with_lines
    assert holds(text, ORDER, []) is without


def test_a_line_is_compared_with_what_the_order_and_the_member_say() -> None:
    text = 'category in likes and hour < 12 and any(sku != "A1" and brand in segments)'
    held = {**WINE, "likes": {"Wine"}, "hour": 9, "segments": ["Farm"]}
    assert holds(text, LINE, [WINE, CHEESE], **held) is True
    assert holds(text, LINE, [WINE], **held) is False


def test_amounts_are_minor_units_of_the_currency() -> None:
    for exponent, text, minor in [(2, "10.50", 1050), (2, "10.5", 1050), (0, "10", 10), (3, "0.125", 125)]:
        made = parse(f"net >= {text}", VOCABULARY, LINE, exponent)
        assert made.function()({"net": minor}) is True
        assert made.function()({"net": minor - 1}) is False


def test_decimals_are_exact() -> None:
    assert holds("weight == 0.1", weight=Decimal("0.10")) is True
    assert holds("weight == 0.1", weight=Decimal("0.1000000000000000055")) is False
    assert holds("weight < 123456789012345.000000001", weight=Decimal("123456789012345")) is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('brand == "Own"', "_brand == 'Own'"),
        ('brand != "Own"', "_brand is not None and _brand != 'Own'"),
        ('sku != "A1"', "_sku is not None and _sku != 'A1'"),
        ('weekday in ("tue", "wed")', "_weekday in {'tue', 'wed'}"),
        ("10 <= hour < 12", "_hour >= 10 and _hour < 12"),
        ("net < regular_price", "_regular_price is not None and _net < _regular_price"),
        ('not (brand == "a" or hour == 1)', "not (_brand == 'a' or _hour == 1)"),
        ('any(brand == "Own")', "once0"),
        ("boxed and gift", "_boxed and _gift is True"),
        ('date == "2026-12-24"', "_date == k0"),
        ("weight in (1.5, 2)", "_weight in k0"),
    ],
)
def test_generated_source_has_no_guard_it_does_not_need(text: str, expected: str) -> None:
    assert source(text) == expected


def test_a_comprehension_reads_the_columns_it_needs() -> None:
    place = Locals()
    condition('any(brand == "Own") and spend(category == "Wine" and brand is None) > 5').python(place)
    assert list(place.before) == [
        "any(_brand == 'Own' for _brand in brand_list)",
        "sum(_net for _net, _category, _brand in zip(net_list, category_list, brand_list)"
        " if _category == 'Wine' and _brand is None)",
    ]


def test_no_value_can_leave_its_place_in_generated_source() -> None:
    for text in ["__import__('os')", "') or True or ('", "{x}", "%s", "a' + b", '"""', "#"]:
        quote = "'" if '"' in text else '"'
        assert holds(f"sku == {quote}{text}{quote}", sku=text) is True
        assert holds(f"sku == {quote}{text}{quote}", sku="") is False


def test_the_scope_is_the_widest_it_speaks_of() -> None:
    assert condition('tier == "gold"', LINE).scope is MEMBER
    assert condition('tier == "gold" or hour < 9', LINE).scope is ORDER
    assert condition('any(brand == "Own")', LINE).scope is ORDER
    assert condition('any(brand == "Own") and sku == "A1"', LINE).scope is LINE
    assert condition("category in likes", LINE).scope is LINE


def test_names_are_told_in_order_of_mention() -> None:
    made = condition('hour < 9 and spend(brand == "Own") > total and not hour == 3')
    assert [name.name for name in made.names] == ["hour", "net", "brand", "total"]


def test_conjuncts_are_the_parts_that_must_all_hold() -> None:
    made = condition('hour < 9 and (tier == "gold" and 1 <= day <= 7) and (gift or lines == 1)')
    parts = ["hour < 9", 'tier == "gold"', "1 <= day", "day <= 7", "gift or lines == 1"]
    assert made.conjuncts() == [condition(part) for part in parts]
    assert condition("gift").conjuncts() == [condition("gift")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10 <= hour", "hour >= 10"),
        ("10 <= hour < 12", "(hour >= 10) and (12 > hour)"),
        ('brand in ("a",)', 'brand == "a"'),
        ('brand not in ["a", "a"]', 'brand != "a"'),
        ("missing(brand)", "brand is None"),
        ("brand is not None", "not missing(brand)"),
        ("not not gift", "gift == True"),
        ("net > 1", "net > 1.00"),
        ("hour < 9 and (day < 3 and lines < 2)", "(hour < 9 and day < 3) and lines < 2"),
    ],
)
def test_two_spellings_of_one_meaning_are_equal(one: str, other: str) -> None:
    assert condition(one, LINE) == condition(other, LINE)
    assert hash(condition(one, LINE)) == hash(condition(other, LINE))


def test_different_conditions_are_different() -> None:
    texts = [
        "hour < 9",
        "hour <= 9",
        "day < 9",
        "gift",
        "not gift",
        "gift == False",
        'brand == "a"',
        'brand != "a"',
    ]
    assert len({condition(text, LINE) for text in texts}) == len(texts)


def test_a_condition_survives_the_way_to_another_process() -> None:
    made = condition('spend(category == "Wine") > 5 and date > "2026-01-01" and weekday in ("sat", "sun")')
    again = pickle.loads(pickle.dumps(made))
    assert again == made
    assert again.sentence("da") == made.sentence("da")
    held = {"date": date(2026, 1, 2), "weekday": "sun"}
    assert again.function()(held, [WINE]) is True


@pytest.mark.parametrize(
    ("word", "kind", "more"),
    [
        ("two words", Type.TEXT, {}),
        ("class", Type.TEXT, {}),
        ("größe", Type.TEXT, {}),
        ("count", Type.INTEGER, {}),
        ("level", Type.INTEGER, {"enum": ("a",)}),
        ("level", Type.TEXT, {"bounds": (1, 2)}),
    ],
)
def test_a_name_that_could_not_be_written_is_refused(word: str, kind: Type, more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=word):
        Name(word, kind, LINE, **more)


def test_a_name_exists_once() -> None:
    with pytest.raises(ValueError, match="brand"):
        VOCABULARY.extended([Name("brand", Type.TEXT, MEMBER)])
    assert Vocabulary.of([]).get("brand") is None
