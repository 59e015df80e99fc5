"""From a text to a checked tree: the only way in.

Python parses; this module accepts the few shapes the language has, gives every name and value its type, and
refuses the rest with a place and a remedy.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from regulars.kit.conditions import literals
from regulars.kit.conditions.condition import Condition
from regulars.kit.conditions.refusal import ConditionError, nearest, quoted
from regulars.kit.conditions.script import Script
from regulars.kit.conditions.tree import (
    MIRRORED,
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
    Op,
    Operand,
    Ref,
    Spend,
    Subject,
    both,
    either,
    negation,
    scope_of,
    type_of,
)
from regulars.kit.conditions.unsupported import unsupported
from regulars.kit.conditions.vocabulary import FUNCTIONS, NUMBERS, ORDERED, Name, Scope, Type, Vocabulary
from regulars.kit.speaking import phrase, worded

_OPS: dict[type[ast.cmpop], Op] = {
    ast.Eq: Op.EQ,
    ast.NotEq: Op.NE,
    ast.Lt: Op.LT,
    ast.LtE: Op.LE,
    ast.Gt: Op.GT,
    ast.GtE: Op.GE,
}
_PLACES = {Scope.LINE: phrase("a line"), Scope.ORDER: phrase("an order"), Scope.MEMBER: phrase("a member")}


def parse(text: str, vocabulary: Vocabulary, scope: Scope, exponent: int = 2, currency: str | None = None) -> Condition:
    """The condition `text` writes, checked against `vocabulary`.

    `scope` is the widest it may speak of: a line condition may also mention the order and the member, an
    order condition the member. Amounts are written in major units and kept as integers in minor units:
    `exponent` is the number of decimals of the currency, `currency` its ISO 4217 code for sentences (None:
    plain numbers).
    Raises ConditionError, always with the offset and length of what is wrong.
    """
    script = Script(text)
    root = _Reader(script, vocabulary, scope, exponent).condition(script.root)
    return Condition(root, exponent, currency)


class _Reader:
    def __init__(self, script: Script, vocabulary: Vocabulary, scope: Scope, exponent: int) -> None:
        self._script = script
        self._vocabulary = vocabulary
        self._scope = scope
        self._exponent = exponent
        self._within: str | None = None
        self._refusal = script.refusal

    def condition(self, node: ast.expr) -> Node:
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                return both([self.condition(value) for value in values])
            case ast.BoolOp(values=values):
                return either([self.condition(value) for value in values])
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return negation(self.condition(operand))
            case ast.Compare():
                return self._comparisons(node)
            case ast.Call(func=ast.Name(id="any")):
                return AnyLine(self._of_lines(node))
            case ast.Call(func=ast.Name(id="all")):
                return EveryLine(self._of_lines(node))
            case ast.Call(func=ast.Name(id="missing")):
                return self._missing(node, self._only_argument(node))
            case ast.Name():
                return self._flag(node)
        if literals.is_literal(node):
            raise self._refusal(
                node,
                "not_a_condition",
                worded("{source} says nothing about a purchase or a member.", source=self._script.source(node)),
                worded("Compare it with a name; a rule that always holds needs no condition."),
            )
        if isinstance(node, ast.Call):
            subject = self._subject(node)
            raise self._refusal(
                node,
                "not_a_condition",
                worded("{name} is a number.", name=literals.said(subject)),
                worded("Compare it: count(...) >= 2."),
            )
        raise unsupported(self._script, node)

    def _flag(self, node: ast.Name) -> Node:
        name = self._name(node)
        if name.type is not Type.BOOLEAN:
            message = worded(
                "{given} holds {held}, not yes or no.", given=quoted(name.name), held=literals.kind_of(name)
            )
            remedy = (
                worded("Compare it with something.")
                if name.type is not Type.TEXT_SET
                else worded('Write "vip" in segments.')
            )
            raise self._refusal(node, "not_a_condition", message, remedy)
        return Flag(name)

    def _comparisons(self, node: ast.Compare) -> Node:
        chained = len(node.ops) > 1
        parts: list[Node] = []
        left = node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            if chained and type(op) not in _OPS:
                raise self._refusal(
                    node,
                    "mixed_chain",
                    worded("in and is cannot be part of a chain."),
                    worded("Write two comparisons with and."),
                )
            parts.append(self._comparison(node, left, op, right))
            left = right
        return both(parts)

    def _comparison(self, node: ast.Compare, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Node:
        if isinstance(op, ast.Is | ast.IsNot):
            return self._identity(node, left, right, isinstance(op, ast.IsNot))
        if isinstance(op, ast.In | ast.NotIn):
            return self._membership(left, right, isinstance(op, ast.NotIn))
        if literals.is_literal(left) and literals.is_literal(right):
            raise self._refusal(
                node,
                "not_a_condition",
                worded("Two values are compared, and no name."),
                worded("Compare a value with a name."),
            )
        meaning = _OPS[type(op)]
        if literals.is_literal(left):
            return self._compare(node, right, MIRRORED[meaning], left)
        return self._compare(node, left, meaning, right)

    def _compare(self, node: ast.Compare, left: ast.expr, op: Op, right: ast.expr) -> Node:
        subject = self._subject(left)
        kind = type_of(subject)
        if kind is Type.TEXT_SET:
            message = worded("{name} holds a list of texts.", name=literals.said(subject))
            raise self._refusal(
                left, "wrong_type", message, worded('Write "..." in {source}.', source=self._script.source(left))
            )
        if op not in (Op.EQ, Op.NE):
            self._check_order(left, subject)
        operand: Operand
        if literals.is_literal(right):
            operand = literals.read(self._script, right, subject, self._exponent)
            if op in (Op.EQ, Op.NE):
                literals.check_bounds(self._script, right, operand, subject)
            if op is Op.EQ and operand.value is True and isinstance(subject, Ref):
                return Flag(subject.name)
        else:
            operand = self._subject(right)
            if type_of(operand) is not kind and not {kind, type_of(operand)} <= NUMBERS:
                message = worded(
                    "{name} holds {held}, {other} holds {holding}.",
                    name=literals.said(subject),
                    held=literals.KINDS[kind][0],
                    other=literals.said(operand),
                    holding=literals.KINDS[type_of(operand)][0],
                )
                raise self._refusal(node, "wrong_type", message, worded("Compare two things of the same kind."))
        return Compare(op, subject, operand)

    def _check_order(self, node: ast.expr, subject: Subject) -> None:
        closed = isinstance(subject, Ref) and subject.name.enum is not None
        if type_of(subject) in ORDERED and not closed:
            return
        raise self._refusal(
            node,
            "no_order",
            worded("The values of {name} have no order.", name=literals.said(subject)),
            worded('Name the values instead: x in ("a", "b").'),
        )

    def _identity(self, node: ast.Compare, left: ast.expr, right: ast.expr, negated: bool) -> Node:
        if isinstance(right, ast.Constant) and right.value is None:
            found = self._missing(node, left)
            return negation(found) if negated else found
        raise self._refusal(
            node,
            "is_without_none",
            worded("is asks for a missing value only: x is None."),
            worded("To compare, write == or !=."),
        )

    def _missing(self, node: ast.expr, asked: ast.expr) -> Node:
        if not isinstance(asked, ast.Name):
            raise self._refusal(
                asked, "not_a_name", worded("Only a name can be missing."), worded("Write missing(name).")
            )
        name = self._name(asked)
        if not name.nullable:
            message = worded("{given} is never missing.", given=quoted(name.name))
            raise self._refusal(node, "never_missing", message, worded("Leave this part out."))
        return Missing(name)

    def _membership(self, left: ast.expr, right: ast.expr, negated: bool) -> Node:
        if isinstance(right, ast.Name):
            return self._has(left, right, negated)
        if not isinstance(right, ast.Tuple | ast.List | ast.Set):
            raise self._refusal(
                right,
                "not_a_list",
                worded("in needs a list; {source} is none.", source=self._script.source(right)),
                worded('Write ["tue", "wed"], or == for a single value.'),
            )
        if literals.is_literal(left):
            raise self._refusal(
                left, "not_a_condition", worded("A value is looked up, and no name."), worded("Write a name first.")
            )
        subject = self._subject(left)
        if type_of(subject) is Type.TEXT_SET:
            message = worded("{name} is a list itself.", name=literals.said(subject))
            remedy = worded('Write "..." in {source}, and or between two of them.', source=self._script.source(left))
            raise self._refusal(left, "wrong_type", message, remedy)
        return self._one_of(subject, right, right.elts, negated)

    def _one_of(self, subject: Subject, node: ast.expr, elements: Sequence[ast.expr], negated: bool) -> Node:
        if type_of(subject) is Type.BOOLEAN:
            message = worded("{name} is yes or no.", name=literals.said(subject))
            raise self._refusal(node, "wrong_type", message, literals.KINDS[Type.BOOLEAN][1])
        found: dict[Literal, None] = {}
        for element in elements:
            if not literals.is_literal(element):
                raise self._refusal(
                    element,
                    "not_a_value",
                    worded("{source} is not a value written out.", source=self._script.source(element)),
                    worded("List values only; compare two names with ==."),
                )
            value = literals.read(self._script, element, subject, self._exponent)
            literals.check_bounds(self._script, element, value, subject)
            found[value] = None
        if not found:
            raise self._refusal(node, "empty_list", worded("The list is empty."), worded("Write at least one value."))
        if len(found) == 1:
            return Compare(Op.NE if negated else Op.EQ, subject, next(iter(found)))
        return In(subject, tuple(found), negated)

    def _has(self, left: ast.expr, right: ast.Name, negated: bool) -> Node:
        group = self._name(right)
        if group.type is not Type.TEXT_SET:
            message = worded(
                "{given} holds {held}, not a list.", given=quoted(group.name), held=literals.kind_of(group)
            )
            raise self._refusal(right, "not_a_list", message, worded("Compare it with ==, or look it up in a list."))
        if literals.is_literal(left):
            return Has(group, literals.read(self._script, left, Ref(group), self._exponent), negated)
        item = self._subject(left)
        if not isinstance(item, Ref) or item.name.type is not Type.TEXT:
            message = worded(
                "{given} holds texts; {name} holds none.", given=quoted(group.name), name=literals.said(item)
            )
            raise self._refusal(left, "wrong_type", message, worded('Write a text: "vip" in segments.'))
        return Has(group, item, negated)

    def _subject(self, node: ast.expr) -> Subject:
        match node:
            case ast.Name():
                return Ref(self._name(node))
            case ast.Call(func=ast.Name(id="count")):
                return Count(self._of_lines(node))
            case ast.Call(func=ast.Name(id="spend")):
                return Spend(self._of_lines(node), self._amount(node))
            case ast.Call(func=ast.Name(id="any" | "all" | "missing" as called)):
                raise self._refusal(
                    node,
                    "not_a_value",
                    worded("{called}(...) is yes or no.", called=called),
                    worded("Use it by itself, or with not before it."),
                )
            case ast.Call(func=ast.Name(id=called)):
                raise self._refusal(
                    node,
                    "unknown_function",
                    worded("There is no function {given}.", given=quoted(called)),
                    nearest(called, FUNCTIONS),
                )
        raise unsupported(self._script, node)

    def _amount(self, node: ast.Call) -> Name:
        net = self._vocabulary.get("net")
        if net is None or net.type is not Type.MONEY or net.scope is not Scope.LINE or net.nullable:
            raise self._refusal(
                node, "no_amount", worded("Lines have no amount here."), worded("Use count(...) instead.")
            )
        return net

    def _only_argument(self, node: ast.Call) -> ast.expr:
        if len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], ast.Starred):
            return node.args[0]
        called = self._script.source(node.func)
        raise self._refusal(
            node,
            "one_argument",
            worded("{called} needs exactly one thing in its parentheses.", called=called),
            worded("Write {called}(...).", called=called),
        )

    def _of_lines(self, node: ast.Call) -> Node:
        called = self._script.source(node.func)
        argument = self._only_argument(node)
        if self._within is not None:
            raise self._refusal(
                node,
                "nested_lines",
                worded(
                    "Inside {within}(...) one line is looked at; {called}(...) speaks of all lines.",
                    within=self._within,
                    called=called,
                ),
                worded("Write {called}(...) beside it, with and or or.", called=called),
            )
        if self._scope is Scope.MEMBER:
            message = worded(
                "{called}(...) speaks of the lines of an order; here only the member is known.", called=called
            )
            raise self._refusal(node, "wrong_scope", message, worded("Use it in a rule about purchases."))
        demanded, self._scope, self._within = self._scope, Scope.LINE, called
        where = self.condition(argument)
        self._scope, self._within = demanded, None
        if scope_of(where) is not Scope.LINE:
            raise self._refusal(
                argument,
                "no_line",
                worded("Nothing inside {called}(...) speaks of a line.", called=called),
                worded("Write it without {called}(...), or mention what a line has, such as category.", called=called),
            )
        return where

    def _name(self, node: ast.Name) -> Name:
        name = self._vocabulary.get(node.id)
        if name is None:
            raise self._unknown(node)
        if name.scope > self._scope:
            message = worded(
                "{given} belongs to {place}; this condition is about {scope}.",
                given=quoted(name.name),
                place=_PLACES[name.scope],
                scope=_PLACES[self._scope],
            )
            raise self._refusal(node, "wrong_scope", message, self._lifted(name))
        return name

    def _lifted(self, name: Name) -> str:
        if name.scope is Scope.LINE and self._scope is Scope.ORDER:
            return worded("Put the part about lines inside any(...), all(...), count(...) or spend(...).")
        known = ", ".join(one.name for one in self._vocabulary.within(self._scope))
        return worded("Use one of: {known}.", known=known) if known else worded("Use it in a rule about purchases.")

    def _unknown(self, node: ast.Name) -> ConditionError:
        if node.id in FUNCTIONS:
            return self._refusal(
                node,
                "one_argument",
                worded("{name} needs something in parentheses.", name=node.id),
                worded("Write {name}(...).", name=node.id),
            )
        if node.id.casefold() in ("true", "false", "none"):
            message = worded("There is no name {given}.", given=quoted(node.id))
            return self._refusal(node, "unknown_name", message, worded("Write {name}.", name=node.id.capitalize()))
        remedy = nearest(node.id, [name.name for name in self._vocabulary.within(self._scope)])
        told = (
            worded("{remedy} A text stands between quotes.", remedy=remedy)
            if remedy
            else worded("A text stands between quotes.")
        )
        return self._refusal(node, "unknown_name", worded("There is no name {given}.", given=quoted(node.id)), told)
