"""Random conditions and random lives for the laws, and a slow reading that nobody can doubt."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from hypothesis import strategies as st

from regulars.kit.conditions import Name, Scope, Type, Vocabulary
from regulars.kit.conditions.standard import STANDARD

LINE, ORDER, MEMBER = Scope.LINE, Scope.ORDER, Scope.MEMBER

VOCABULARY: Vocabulary = STANDARD.extended(
    [
        Name("weight", Type.DECIMAL, LINE, nullable=True),
        Name("boxed", Type.BOOLEAN, LINE),
        Name("gift", Type.BOOLEAN, ORDER, nullable=True),
        Name("city", Type.TEXT, MEMBER),
        Name("age", Type.INTEGER, MEMBER, nullable=True),
        Name("rating", Type.DECIMAL, MEMBER, nullable=True),
        Name("credit", Type.MONEY, MEMBER, nullable=True),
        Name("staff", Type.BOOLEAN, MEMBER, nullable=True),
        Name("likes", Type.TEXT_SET, MEMBER, nullable=True),
        Name("day_off", Type.WEEKDAY, MEMBER, nullable=True),
    ]
)

TEXTS = ("", "a", "B", "b", "Ab", "ä", "z", "%s", "it's", "{v}|", "\uff5e", "\U0001f600")
DAYS = ("mon", "tue", "sun")
DATES = ("2024-02-29", "2025-12-31", "2026-01-01")
WRITTEN: dict[Type, list[str]] = {
    Type.TEXT: [repr(text) for text in TEXTS],
    Type.INTEGER: ["1", "2", "3", "4"],
    Type.DECIMAL: ["-0.5", "0", "0.1", "0.10", "2", "3.75"],
    Type.MONEY: ["-1", "0", "0.01", "1.5", "1.50", "20"],
    Type.BOOLEAN: ["True", "False"],
    Type.DATE: [repr(day) for day in DATES],
    Type.WEEKDAY: [repr(day) for day in DAYS],
    Type.MONTH: ["1", "2", "3", "4"],
}
POOLS: dict[Type, Sequence[Any]] = {
    Type.TEXT: TEXTS,
    Type.INTEGER: [1, 2, 3, 4],
    Type.DECIMAL: [Decimal("-0.5"), Decimal("0.1"), Decimal("2.0"), Decimal("3.75")],
    Type.MONEY: [-100, 0, 1, 150, 2000],
    Type.BOOLEAN: [True, False],
    Type.DATE: [date.fromisoformat(day) for day in DATES],
    Type.WEEKDAY: DAYS,
    Type.MONTH: [1, 2, 3, 4],
    Type.TEXT_SET: [[], ["a"], ["a", "b"], ["ä", "%s", ""]],
}


def operators(kind: Type) -> list[str]:
    """How values of `kind` may be compared."""
    return ["==", "!="] if kind in (Type.BOOLEAN, Type.WEEKDAY) else ["==", "!=", "<", "<=", ">", ">="]


def written(kind: Type) -> st.SearchStrategy[str]:
    """A value of `kind` as a condition writes it."""
    return st.sampled_from(WRITTEN[kind])


@cache
def values(scope: Scope) -> st.SearchStrategy[dict[str, Any]]:
    """What the names of `scope` hold, None among it."""
    held = {name.name: st.sampled_from(POOLS[name.type]) for name in VOCABULARY if name.scope is scope}
    may_miss = [name.name for name in VOCABULARY if name.scope is scope and name.nullable]
    return st.fixed_dictionaries({name: st.none() | one if name in may_miss else one for name, one in held.items()})


def some_lives(scope: Scope, count: int) -> list[dict[str, Any]]:
    """`count` times what the names of `scope` and below hold: always the same lives, full of coincidences."""
    chance = Random(count)
    return [
        {
            name.name: None if name.nullable and chance.random() < 0.25 else chance.choice(POOLS[name.type])
            for name in VOCABULARY.within(scope)
        }
        for _ in range(count)
    ]


def every_statement(scope: Scope) -> list[str]:
    """Every kind of single statement about every name that `scope` allows."""
    found: list[str] = []
    for name in VOCABULARY.within(scope):
        word, kind = name.name, name.type
        if name.nullable:
            found += [f"missing({word})", f"{word} is not None"]
        if kind is Type.TEXT_SET:
            found += [f"{item} {test} {word}" for item in ("'a'", "city", "tier") for test in ("in", "not in")]
            continue
        one, two, three = (WRITTEN[kind] * 2)[1:4]
        alike = [other.name for other in VOCABULARY.within(scope) if other.type is kind]
        for operator in operators(kind):
            found += [f"{word} {operator} {other}" for other in (one, *alike)]
            found.append(f"{two} {operator} {word}")
        if kind is Type.BOOLEAN:
            found.append(word)
        else:
            found += [f"{word} {test} [{one}, {two}, {three}]" for test in ("in", "not in")]
    return found


@st.composite
def comparisons(draw: st.DrawFn, scope: Scope) -> str:
    """One statement about the names that `scope` allows; often one with a chain of two comparisons."""
    if draw(st.booleans()):
        return draw(st.sampled_from(EVERY_STATEMENT[scope]))
    name = draw(st.sampled_from([one for one in VOCABULARY.within(scope) if one.type is not Type.TEXT_SET]))
    operator = st.sampled_from(operators(name.type))
    low, high = draw(written(name.type)), draw(written(name.type))
    return f"{low} {draw(operator)} {name.name} {draw(operator)} {high}"


EVERY_STATEMENT = {scope: every_statement(scope) for scope in Scope}


def joined(statements: st.SearchStrategy[str], size: int = 6) -> st.SearchStrategy[str]:
    """`statements` under and, or, not."""
    return st.recursive(
        statements,
        lambda inner: (
            inner.map(lambda one: f"not ({one})")
            | st.lists(inner, min_size=2, max_size=3).map(lambda many: "(" + " and ".join(many) + ")")
            | st.lists(inner, min_size=2, max_size=3).map(lambda many: "(" + " or ".join(many) + ")")
        ),
        max_leaves=size,
    )


OF_A_LINE = joined(comparisons(LINE), size=3)


@st.composite
def about_lines(draw: st.DrawFn) -> str:
    """any, all, count or spend of a random line condition."""
    inside = draw(OF_A_LINE)
    where = f"({inside}) and net >= -1" if draw(st.booleans()) else f"net != 0.01 or ({inside})"
    match draw(st.sampled_from(["any", "all", "count", "spend"])):
        case "count":
            return f"count({where}) {draw(st.sampled_from(operators(Type.MONEY)))} {draw(st.integers(0, 3))}"
        case "spend":
            return f"{draw(written(Type.MONEY))} {draw(st.sampled_from(operators(Type.MONEY)))} spend({where})"
        case fold:
            return f"{fold}({where})"


@cache
def conditions(scope: Scope) -> st.SearchStrategy[str]:
    """Random texts of conditions of `scope`."""
    statements = comparisons(scope)
    return joined(statements if scope is MEMBER else statements | about_lines())


@cache
def parsed(text: str) -> ast.expr:
    """Python's own reading of `text`."""
    return ast.parse(text, mode="eval").body


class Reference:
    """What a condition means, word by word, over Python's own syntax tree: slow and plain."""

    def __init__(self, values: Mapping[str, Any], lines: Sequence[Mapping[str, Any]] = ()) -> None:
        self.values = values
        self.lines = lines

    def holds(self, text: str) -> bool:
        return self._condition(parsed(text))

    def _condition(self, node: ast.expr) -> bool:
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                return all(self._condition(value) for value in values)
            case ast.BoolOp(values=values):
                return any(self._condition(value) for value in values)
            case ast.UnaryOp(operand=operand):
                return not self._condition(operand)
            case ast.Name(id=name):
                return bool(self.values[name])
            case ast.Call(func=ast.Name(id="missing"), args=[ast.Name(id=name)]):
                return self.values[name] is None
            case ast.Call(func=ast.Name(id="any"), args=[where]):
                return len(self._lines(where)) > 0
            case ast.Call(func=ast.Name(id="all"), args=[where]):
                return len(self._lines(where)) == len(self.lines)
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                sides = [left, *comparators]
                pairs = zip(sides, ops, comparators, strict=False)
                return all(self._comparison(one, op, other) for one, op, other in pairs)
        raise AssertionError(ast.dump(node))

    def _comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> bool:
        if isinstance(op, ast.Is):
            return self._value(left, right) is None
        if isinstance(op, ast.IsNot):
            return self._value(left, right) is not None
        one = self._value(left, right)
        others = [self._value(item, left) for item in right.elts] if isinstance(right, ast.List) else []
        other = others or self._value(right, left)
        if one is None or other is None:
            return False
        match op:
            case ast.Eq():
                return bool(one == other)
            case ast.NotEq():
                return bool(one != other)
            case ast.Lt():
                return bool(one < other)
            case ast.LtE():
                return bool(one <= other)
            case ast.Gt():
                return bool(one > other)
            case ast.GtE():
                return bool(one >= other)
            case ast.In():
                return one in list(other)
        return one not in list(other)

    def _value(self, node: ast.expr, beside: ast.expr) -> Any:
        match node:
            case ast.Name(id=name):
                return self.values[name]
            case ast.Call(func=ast.Name(id="count"), args=[where]):
                return len(self._lines(where))
            case ast.Call(func=ast.Name(id="spend"), args=[where]):
                return sum(line["net"] for line in self._lines(where))
            case ast.UnaryOp(operand=operand):
                return -self._value(operand, beside)
            case ast.Constant(value=value):
                kind = self._kind(beside)
                if kind is Type.MONEY:
                    return int(Decimal(str(value)) * 100)
                if kind is Type.DECIMAL:
                    return Decimal(str(value))
                return date.fromisoformat(str(value)) if kind is Type.DATE else value
        raise AssertionError(ast.dump(node))

    def _kind(self, node: ast.expr) -> Type:
        if isinstance(node, ast.Name):
            return VOCABULARY.names[node.id].type
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Name)
        return Type.MONEY if node.func.id == "spend" else Type.INTEGER

    def _lines(self, where: ast.expr) -> list[Mapping[str, Any]]:
        return [line for line in self.lines if Reference({**self.values, **line})._condition(where)]
