"""Thresholds: the part of a gift's condition that a return can take away, as plain values that are kept with the gift.

A threshold asks for at least so much: of the total, of lines, of what is spent on lines, of one line's amount. So what
a return has once taken below it never comes up again, and what is left of the purchase's amounts is all it asks for.
What else a condition asks (a tier, a weekday, a store) was true when the gift was given and no return changes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.kit.conditions import Condition, Scope
from regulars.kit.conditions.tree import (
    And,
    AnyLine,
    Compare,
    Count,
    EveryLine,
    Literal,
    Node,
    Not,
    Op,
    Or,
    Ref,
    Spend,
)  # fmt: skip
from regulars.kit.speaking import worded

#: `["and", part, ...]`, `["or", part, ...]`, `["any", of a line]`, or `[word, least]` and `[word, of a line, least]`:
#: `total` and `lines` of what is left, `net` of a line, `count` and `spend` of lines. Amounts are minor units.
Threshold = list[Any]

_WHOLE = ("total", "lines")


class Unfit(Exception):
    """A part of a condition cannot be asked again of what is left after a return; `why` says so, as a sentence."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def threshold(when: Condition | None) -> Threshold | None:
    """What of `when` a return can take away; None when there is nothing. Raises Unfit."""
    parts = [_order(part.root) for part in when.conjuncts() if _changes(part)] if when else []
    return None if not parts else parts[0] if len(parts) == 1 else ["and", *parts]


def stands(asked: Threshold, nets: Sequence[int], gone: Sequence[int]) -> bool:
    """Whether a purchase of `nets` still meets a threshold when `gone` of each line has come back; minor units.

    Of a purchase that has come back as a whole nothing stands. A line that cost nothing stays until then.
    """
    left = [net - back for net, back in zip(nets, gone, strict=True) if back < net or not net]
    return list(nets) != list(gone) and _met(asked, left)


def _met(asked: Threshold, nets: Sequence[int]) -> bool:
    word, *parts = asked
    if word in ("and", "or"):
        return (all if word == "and" else any)(_met(part, nets) for part in parts)
    if word == "any":
        return any(_met(parts[0], [net]) for net in nets)
    counted = [net for net in nets if _met(parts[0], [net])] if len(parts) > 1 else nets
    has = len(counted) if word in ("lines", "count") else sum(counted)
    return bool(has >= parts[-1])


def _changes(part: Condition) -> bool:
    """Whether a return can change it: it looks at lines, or at what they come to."""
    return any(name.scope is Scope.LINE or name.name in _WHOLE for name in part.names) or _of_lines(part.root)


def _of_lines(node: Node) -> bool:
    match node:
        case And(parts) | Or(parts):
            return any(_of_lines(part) for part in parts)
        case Not(part):
            return _of_lines(part)
        case Compare(_, left, right):
            return isinstance(left, Count | Spend) or isinstance(right, Count | Spend)
    return isinstance(node, AnyLine | EveryLine)


def _order(node: Node) -> Threshold:
    match node:
        case And(parts) | Or(parts):
            return ["and" if isinstance(node, And) else "or", *map(_order, parts)]
        case AnyLine(where):
            return ["any", _line(where)]
        case Compare(op, Count(where), Literal(int() as value)):
            return ["count", _line(where), _least(op, value)]
        case Compare(op, Spend(where, amount), Literal(int() as value)) if amount.name == "net":
            return ["spend", _line(where), _least(op, value)]
        case Compare(op, Ref(name), Literal(int() as value)) if name.name in _WHOLE:
            return [name.name, _least(op, value)]
    raise Unfit(worded("Only `total`, `lines`, `count`, `spend` and `any` can be asked again, for at least so much."))


def _line(node: Node) -> Threshold:
    match node:
        case And(parts) | Or(parts):
            return ["and" if isinstance(node, And) else "or", *map(_line, parts)]
        case Compare(op, Ref(name), Literal(int() as value)) if name.name == "net":
            return ["net", _least(op, value)]
    raise Unfit(worded("Of a line, only its amount is kept for returns: ask for at least so much `net`."))


def _least(op: Op, value: int) -> int:
    if op not in (Op.GE, Op.GT):
        raise Unfit(worded("Only `>=` and `>` can be asked again: what came below once must stay below."))
    return value + (op is Op.GT)
