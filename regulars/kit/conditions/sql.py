"""The second reading: a WHERE clause, for questions about members that the database answers.

Atoms are written plainly, so that indexes serve them; where a value is null they are null. Through AND and
OR that ends as "not true", exactly where the two-valued reading is False. Only NOT would tell null from
false, and NOT is written `(...) IS NOT TRUE`, which is true or false and never null.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never

from regulars.kit.conditions.tree import (
    And,
    AnyLine,
    Compare,
    Count,
    EveryLine,
    Flag,
    Has,
    In,
    Literal,
    Missing,
    Node,
    Not,
    Op,
    Operand,
    Or,
    Ref,
    Spend,
    nullable,
    scope_of,
    type_of,
)
from regulars.kit.conditions.vocabulary import Name, Scope, Type

_CASTS = {
    Type.TEXT: "text",
    Type.INTEGER: "bigint",
    Type.DECIMAL: "numeric",
    Type.MONEY: "bigint",
    Type.BOOLEAN: "boolean",
    Type.DATE: "date",
    Type.WEEKDAY: "text",
    Type.MONTH: "integer",
    Type.TEXT_SET: "text[]",
}


def clause(node: Node, column: Callable[[Name], str]) -> tuple[str, list[Any]]:
    """The clause and its parameters; ValueError unless `node` speaks of the member alone."""
    if scope_of(node) is not Scope.MEMBER:
        raise ValueError("only a condition about members can be read as SQL")
    writer = _Writer(column)
    return writer.text(node), writer.parameters


class _Writer:
    def __init__(self, column: Callable[[Name], str]) -> None:
        self._column = column
        self.parameters: list[Any] = []

    def text(self, node: Node) -> str:
        match node:
            case Or(parts):
                return "(" + " OR ".join(self.text(part) for part in parts) + ")"
            case And(parts):
                return "(" + " AND ".join(self.text(part) for part in parts) + ")"
            case Not(part):
                return f"({self.text(part)}) IS NOT TRUE"
            case Compare(op, left, right):
                return self._comparison(op, left, right)
            case In(left, values, negated):
                test = "<> ALL" if negated else "= ANY"
                return f"{self._operand(left)} {test} ({self._array(values)})"
            case Has(group, item, negated):
                return self._has(group, item, negated)
            case Flag(name):
                return self._column(name)
            case Missing(name):
                return f"{self._column(name)} IS NULL"
            case AnyLine() | EveryLine():
                raise ValueError("lines cannot be read as SQL")
        assert_never(node)

    def _comparison(self, op: Op, left: Operand, right: Operand) -> str:
        sign = {Op.EQ: "=", Op.NE: "<>"}.get(op, op.value)
        text = f"{self._operand(left)} {sign} {self._operand(right)}"
        # Python orders texts by code point; so does "C" in UTF-8, whatever the collation of the column.
        ordered = op not in (Op.EQ, Op.NE) and type_of(left) is Type.TEXT
        return f'{text} COLLATE "C"' if ordered else text

    def _has(self, group: Name, item: Ref | Literal, negated: bool) -> str:
        # @> rather than = ANY: a GIN index serves it, and a null inside the array does not make it null.
        holds = f"{self._column(group)} @> ARRAY[{self._operand(item)}]"
        if not negated:
            return holds
        known = "".join(f"{self._column(name)} IS NOT NULL AND " for name in nullable(item))
        return f"({known}NOT {holds})"

    def _operand(self, operand: Operand) -> str:
        match operand:
            case Ref(name):
                return self._column(name)
            case Literal(value, kind):
                self.parameters.append(value)
                return f"%s::{_CASTS[kind]}"
            case Count() | Spend():
                raise ValueError("lines cannot be read as SQL")
        assert_never(operand)

    def _array(self, values: tuple[Literal, ...]) -> str:
        self.parameters.append([value.value for value in values])
        return f"%s::{_CASTS[values[0].type]}[]"
