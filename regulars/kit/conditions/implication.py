"""Implication: does one condition hold wherever another one does? Decided on the trees alone, where they show it."""

from __future__ import annotations

import operator

from regulars.kit.conditions.tree import (
    And,
    AnyLine,
    Compare,
    EveryLine,
    In,
    Literal,
    Node,
    Not,
    Op,
    Or,
)

_HOLDS = {
    Op.EQ: operator.eq,
    Op.NE: operator.ne,
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.GT: operator.gt,
    Op.GE: operator.ge,
}
_UP, _DOWN = (Op.GT, Op.GE), (Op.LT, Op.LE)


def implies(one: Node, other: Node) -> bool:
    """Whether `other` certainly holds wherever `one` holds. False says only that the trees do not show it.

    Seen are parts of `and` and `or`, narrower lists of values, and bounds on the same subject, also inside
    `not`, `any` and `all`. Logic is two-valued, so `not` turns an implication around.
    """
    if one == other:
        return True
    if isinstance(one, Or):
        return all(implies(part, other) for part in one.parts)
    if isinstance(other, And):
        return all(implies(one, part) for part in other.parts)
    if isinstance(one, And) and any(implies(part, other) for part in one.parts):
        return True
    if isinstance(other, Or) and any(implies(one, part) for part in other.parts):
        return True
    match one, other:
        case Not(inner), Not(outer):
            return implies(outer, inner)
        case (AnyLine(inner), AnyLine(outer)) | (EveryLine(inner), EveryLine(outer)):
            return implies(inner, outer)
        case ((Compare() | In()), (Compare() | In())):
            return one.left == other.left and _bounds(one, other)
    return False


def _bounds(one: Compare | In, other: Compare | In) -> bool:
    """The same for two statements about one subject; both are false when it is missing."""
    listed = _values(one)
    if listed is not None:
        return all(_satisfies(value, other) for value in listed)
    shut, other_shut = _excluded(one), _excluded(other)
    if shut is not None:
        return other_shut is not None and all(value in shut for value in other_shut)
    if not isinstance(one, Compare) or not isinstance(one.right, Literal):
        return False
    if other_shut is not None:
        return not any(_HOLDS[one.op](value.value, one.right.value) for value in other_shut)
    if not isinstance(other, Compare) or not isinstance(other.right, Literal):
        return False
    mine, theirs = one.right.value, other.right.value
    for way, beyond in ((_UP, operator.gt), (_DOWN, operator.lt)):
        if one.op in way and other.op in way:
            strict = other.op in (Op.GT, Op.LT) and one.op not in (Op.GT, Op.LT)
            return bool(beyond(mine, theirs)) or (mine == theirs and not strict)
    return False


def _values(statement: Compare | In) -> tuple[Literal, ...] | None:
    """The only values for which the statement holds, where it lists them."""
    match statement:
        case In(_, values, False):
            return values
        case Compare(Op.EQ, _, Literal() as value):
            return (value,)
    return None


def _excluded(statement: Compare | In) -> tuple[Literal, ...] | None:
    """The only values that are there and for which the statement does not hold, where it lists them."""
    match statement:
        case In(_, values, True):
            return values
        case Compare(Op.NE, _, Literal() as value):
            return (value,)
    return None


def _satisfies(value: Literal, statement: Compare | In) -> bool:
    match statement:
        case In(_, values, negated):
            return (value in values) != negated
        case Compare(op, _, Literal(bound, _)):
            return bool(_HOLDS[op](value.value, bound))
    return False
