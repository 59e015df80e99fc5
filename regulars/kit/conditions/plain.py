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
            return _all_of(said) if isinstance(node, And) is holds else _one_of(said)
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
    return _one_of([Compare(OPPOSITE[node.op], node.left, node.right), *(Missing(name) for name in unknown)])


def _excluded(test: Node, unknown: list[Name], holds: bool) -> Node:
    """Not `test`, and nothing missing; or the opposite of that."""
    if holds:
        return _all_of([*(Not(Missing(name)) for name in unknown), Not(test)])
    return _one_of([test, *(Missing(name) for name in unknown)])


def _all_of(parts: list[Node]) -> Node:
    """All of `parts`, without what another part says already."""
    joined = both(parts)
    if not isinstance(joined, And):
        return joined
    flat = list(dict.fromkeys(joined.parts))
    known = {part for part in flat if isinstance(part, Not) and isinstance(part.part, Missing)}
    ruled_out = {part.part for part in known}
    flat = [_but(part, ruled_out) if isinstance(part, Or) else part for part in flat]
    told = {Not(Missing(name)) for part in flat if isinstance(part, Compare | In | Has) for name in _compared(part)}
    flat = [part for part in flat if part not in told]
    return both(flat)


def _one_of(parts: list[Node]) -> Node:
    """At least one of `parts`, without what another part says already."""
    joined = either(parts)
    if not isinstance(joined, Or):
        return joined
    flat = list(dict.fromkeys(joined.parts))
    otherwise: set[Node] = {Not(part) for part in flat if isinstance(part, Missing)}
    return either([_but(part, otherwise) if isinstance(part, And) else part for part in flat])


def _but(joint: And | Or, settled: set[Node]) -> Node:
    """`joint` without the parts that the statements around it have settled, unless that is all of it."""
    left = [part for part in joint.parts if part not in settled] or list(joint.parts)
    return both(left) if isinstance(joint, And) else either(left)


def _compared(node: Compare | In | Has) -> list[Name]:
    """The names that are not missing where `node` holds."""
    match node:
        case Compare(_, left, right):
            return nullable(left, right)
        case In(left, _, _):
            return nullable(left)
    return nullable(Ref(node.group), node.item)


def _signed(test: Node, holds: bool) -> Node:
    return test if holds else Not(test)
