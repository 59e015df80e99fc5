"""Random conditions and random lives for the laws, and a slow reading that nobody can doubt."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
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
WRITTEN = {
    Type.TEXT: st.sampled_from(TEXTS).map(repr),
    Type.INTEGER: st.integers(1, 6).map(str),
    Type.DECIMAL: st.sampled_from(["-0.5", "0", "0.1", "0.10", "2", "3.75"]),
    Type.MONEY: st.sampled_from(["-1", "0", "0.01", "1.5", "1.50", "20"]),
    Type.BOOLEAN: st.sampled_from(["True", "False"]),
    Type.DATE: st.sampled_from(DATES).map(repr),
    Type.WEEKDAY: st.sampled_from(DAYS).map(repr),
    Type.MONTH: st.integers(1, 4).map(str),
}
HELD: dict[Type, st.SearchStrategy[Any]] = {
    Type.TEXT: st.sampled_from(TEXTS),
    Type.INTEGER: st.integers(1, 6),
    Type.DECIMAL: st.sampled_from([Decimal("-0.5"), Decimal("0.1"), Decimal("2.0"), Decimal("3.75")]),
    Type.MONEY: st.sampled_from([-100, 0, 1, 150, 2000]),
    Type.BOOLEAN: st.booleans(),
    Type.DATE: st.sampled_from([date.fromisoformat(day) for day in DATES]),
    Type.WEEKDAY: st.sampled_from(DAYS),
    Type.MONTH: st.integers(1, 4),
    Type.TEXT_SET: st.lists(st.sampled_from(TEXTS), max_size=3),
}
EQUAL = st.sampled_from(["==", "!="])
ANY_OPERATOR = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])


@cache
def values(scope: Scope) -> st.SearchStrategy[dict[str, Any]]:
    """What the names of `scope` hold, None among it."""
    held: dict[str, st.SearchStrategy[Any]] = {}
    for name in VOCABULARY:
        if name.scope is scope:
            held[name.name] = st.none() | HELD[name.type] if name.nullable else HELD[name.type]
    return st.fixed_dictionaries(held)


@st.composite
def comparisons(draw: st.DrawFn, scope: Scope) -> str:
    """One statement about the names that `scope` allows."""
    name = draw(st.sampled_from(VOCABULARY.within(scope)))
    word, kind = name.name, name.type
    shapes = ["missing", "is"] if name.nullable else []
    if kind is Type.TEXT_SET:
        shapes.append("has")
    else:
        shapes += ["literal", "mirrored", "name", *(["flag"] if kind is Type.BOOLEAN else ["in", "chain"])]
    if kind in (Type.BOOLEAN, Type.WEEKDAY) and "chain" in shapes:
        shapes.remove("chain")
    operator = EQUAL if kind in (Type.BOOLEAN, Type.WEEKDAY) else ANY_OPERATOR
    alike = [other.name for other in VOCABULARY.within(scope) if other.type is kind]
    texts = [other.name for other in VOCABULARY.within(scope) if other.type is Type.TEXT]
    match draw(st.sampled_from(shapes)):
        case "missing":
            return f"missing({word})"
        case "is":
            return f"{word} is {draw(st.sampled_from(['None', 'not None']))}"
        case "has":
            item = draw(WRITTEN[Type.TEXT] | st.sampled_from(texts))
            return f"{item} {draw(st.sampled_from(['in', 'not in']))} {word}"
        case "flag":
            return word
        case "mirrored":
            return f"{draw(WRITTEN[kind])} {draw(operator)} {word}"
        case "name":
            return f"{word} {draw(operator)} {draw(st.sampled_from(alike))}"
        case "in":
            listed = draw(st.lists(WRITTEN[kind], min_size=1, max_size=4))
            return f"{word} {draw(st.sampled_from(['in', 'not in']))} [{', '.join(listed)}]"
        case "chain":
            return f"{draw(WRITTEN[kind])} {draw(operator)} {word} {draw(operator)} {draw(WRITTEN[kind])}"
    return f"{word} {draw(operator)} {draw(WRITTEN[kind])}"


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
            return f"count({where}) {draw(ANY_OPERATOR)} {draw(st.integers(0, 3))}"
        case "spend":
            return f"{draw(WRITTEN[Type.MONEY])} {draw(ANY_OPERATOR)} spend({where})"
        case fold:
            return f"{fold}({where})"


@cache
def conditions(scope: Scope) -> st.SearchStrategy[str]:
    """Random texts of conditions of `scope`."""
    statements = comparisons(scope)
    return joined(statements if scope is MEMBER else statements | about_lines())


class Reference:
    """What a condition means, word by word, over Python's own syntax tree: slow and plain."""

    def __init__(self, values: Mapping[str, Any], lines: Sequence[Mapping[str, Any]] = ()) -> None:
        self.values = values
        self.lines = lines

    def holds(self, text: str) -> bool:
        return self._condition(ast.parse(text, mode="eval").body)

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
