"""The same condition said plainly: `not` moved inwards, until it stands before single statements only.

Logic is two-valued, so this changes nothing but the words: not (a and b) is not a or not b; not (x < 5) is
x >= 5, or x is missing. What a missing value decides is said openly.
"""

from __future__ import annotations

from typing import assert_never

from regulars.kit.conditions.tree import (
    OPPOSITE,
    And,
    AnyLine,
    Compare,
    EveryLine,
    Flag,
    Has,
    In,
    Literal,
    Missing,
    Node,
    Not,
    Op,
    Or,
    Ref,
    both,
    either,
    negation,
    nullable,
)
from regulars.kit.conditions.vocabulary import Name


def plain(node: Node, holds: bool = True) -> Node:
    """`node`, or its negation when it shall not hold, out of And, Or and statements that Not may precede.

    What is left of comparisons: ==, also under Not, and the four orders. Inside any, all, count and spend
    nothing is changed yet.
    """
    match node:
        case And(parts) | Or(parts):
            said = [plain(part, holds) for part in parts]
            return both(said) if isinstance(node, And) is holds else either(said)
        case Not(part):
            return plain(part, not holds)
        case Compare():
            return _comparison(node, holds)
        case In(left, values, negated):
            test = In(left, values, negated=False)
            return _excluded(test, nullable(left), holds) if negated else _signed(test, holds)
        case Has(group, item, negated):
            found = Has(group, item, negated=False)
            return _excluded(found, nullable(Ref(group), item), holds) if negated else _signed(found, holds)
        case EveryLine(where) if not holds:
            return AnyLine(negation(where))
        case EveryLine() | AnyLine() | Flag() | Missing():
            return _signed(node, holds)
    assert_never(node)


def _comparison(node: Compare, holds: bool) -> Node:
    unknown = nullable(node.left, node.right)
    match node:
        case Compare(op, Ref(name), Literal(bool() as value, _)):
            # x == False: x is known and does not apply.
            asked = value if op is Op.EQ else not value
            return _signed(Flag(name), holds) if asked else _excluded(Flag(name), unknown, holds)
        case Compare(Op.NE, left, right):
            return _excluded(Compare(Op.EQ, left, right), unknown, holds)
        case Compare(Op.EQ, _, _):
            return _signed(node, holds)
    if holds:
        return node
    return either([Compare(OPPOSITE[node.op], node.left, node.right), *(Missing(name) for name in unknown)])


def _excluded(test: Node, unknown: list[Name], holds: bool) -> Node:
    """Not `test`, and nothing missing; or the opposite of that."""
    if holds:
        return both([*(Not(Missing(name)) for name in unknown), Not(test)])
    return either([test, *(Missing(name) for name in unknown)])


def _signed(test: Node, holds: bool) -> Node:
    return test if holds else Not(test)
