"""The closed set of nodes a checked condition is made of, and what can be asked of any tree.

Nodes are values: equal when they say the same. A literal always stands on the right, a list of values always
has two or more, and `and` within `and` is flat, so one meaning has few spellings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import assert_never

from regulars.kit.conditions.vocabulary import Name, Scope, Type


class Op(Enum):
    """How two values are compared."""

    EQ = "=="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="


MIRRORED = {Op.EQ: Op.EQ, Op.NE: Op.NE, Op.LT: Op.GT, Op.LE: Op.GE, Op.GT: Op.LT, Op.GE: Op.LE}
OPPOSITE = {Op.EQ: Op.NE, Op.NE: Op.EQ, Op.LT: Op.GE, Op.LE: Op.GT, Op.GT: Op.LE, Op.GE: Op.LT}


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as the type it is compared with holds it (money: minor units)."""

    value: str | int | Decimal | date
    type: Type


@dataclass(frozen=True, slots=True)
class Ref:
    """The value of a name."""

    name: Name


@dataclass(frozen=True, slots=True)
class Count:
    """The number of lines for which `where` holds."""

    where: Node


@dataclass(frozen=True, slots=True)
class Spend:
    """The sum of `amount` over the lines for which `where` holds, in minor units."""

    where: Node
    amount: Name


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Node


@dataclass(frozen=True, slots=True)
class Compare:
    """False when either side is missing, whatever `op` is."""

    op: Op
    left: Subject
    right: Operand


@dataclass(frozen=True, slots=True)
class In:
    """Whether `left` is one of `values`; False when it is missing, also when `negated`."""

    left: Subject
    values: tuple[Literal, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Has:
    """Whether the text set `group` contains `item`; False when either is missing, also when `negated`."""

    group: Name
    item: Ref | Literal
    negated: bool


@dataclass(frozen=True, slots=True)
class Flag:
    """A boolean by itself; False when missing."""

    name: Name


@dataclass(frozen=True, slots=True)
class Missing:
    name: Name


@dataclass(frozen=True, slots=True)
class AnyLine:
    where: Node


@dataclass(frozen=True, slots=True)
class EveryLine:
    where: Node


Subject = Ref | Count | Spend
Operand = Subject | Literal
Node = And | Or | Not | Compare | In | Has | Flag | Missing | AnyLine | EveryLine


def both(parts: list[Node]) -> Node:
    """All of `parts`, as flat as it can be."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, And) else (part,))
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def either(parts: list[Node]) -> Node:
    """At least one of `parts`, as flat as it can be."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Or) else (part,))
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def negation(part: Node) -> Node:
    """Not `part`; logic is two-valued, so not not is nothing."""
    return part.part if isinstance(part, Not) else Not(part)


def type_of(operand: Operand) -> Type:
    """What `operand` holds."""
    match operand:
        case Ref(name):
            return name.type
        case Literal(_, type_):
            return type_
        case Count():
            return Type.INTEGER
        case Spend():
            return Type.MONEY
    assert_never(operand)


def nullable(*operands: Operand) -> list[Name]:
    """The names among `operands` whose value may be missing, each once."""
    found = [one.name for one in operands if isinstance(one, Ref) and one.name.nullable]
    return list(dict.fromkeys(found))


def names(node: Node | Operand) -> tuple[Name, ...]:
    """Every name `node` mentions, in the order of first mention."""
    return tuple(dict.fromkeys(_mentions(node)))


def scope_of(node: Node | Operand) -> Scope:
    """The widest scope `node` speaks of; what is said of all lines together belongs to the order."""
    match node:
        case Count() | Spend() | AnyLine() | EveryLine():
            return Scope.ORDER
        case And(parts) | Or(parts):
            return max(scope_of(part) for part in parts)
        case Not(part):
            return scope_of(part)
        case Compare(_, left, right):
            return max(scope_of(left), scope_of(right))
        case In(left, _, _):
            return scope_of(left)
        case Has(group, item, _):
            return max(group.scope, scope_of(item))
        case Flag(name) | Missing(name) | Ref(name):
            return name.scope
        case Literal():
            return Scope.MEMBER
    assert_never(node)


def _mentions(node: Node | Operand) -> Iterator[Name]:
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _mentions(part)
        case Not(part):
            yield from _mentions(part)
        case Compare(_, left, right):
            yield from _mentions(left)
            yield from _mentions(right)
        case In(left, _, _):
            yield from _mentions(left)
        case Has(group, item, _):
            yield group
            yield from _mentions(item)
        case Flag(name) | Missing(name) | Ref(name):
            yield name
        case Spend(where, amount):
            yield amount
            yield from _mentions(where)
        case Count(where) | AnyLine(where) | EveryLine(where):
            yield from _mentions(where)
        case Literal():
            return
        case _:
            assert_never(node)
