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
from regulars.kit.conditions.vocabulary import FUNCTIONS, NUMBERS, ORDERED, Name, Scope, Type, Vocabulary

_OPS: dict[type[ast.cmpop], Op] = {
    ast.Eq: Op.EQ,
    ast.NotEq: Op.NE,
    ast.Lt: Op.LT,
    ast.LtE: Op.LE,
    ast.Gt: Op.GT,
    ast.GtE: Op.GE,
}
_PLACES = {Scope.LINE: "a line", Scope.ORDER: "an order", Scope.MEMBER: "a member"}
_REMEDIES: dict[type[ast.AST], str] = {
    ast.Attribute: "Use the names alone, without a dot.",
    ast.Subscript: "Use the names alone, without brackets after them.",
    ast.IfExp: "Write the condition alone; what follows from it stands beside it in the programme.",
    ast.NamedExpr: "To compare, write ==.",
    ast.JoinedStr: 'Write a plain text between quotes, such as "Own".',
}


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
                f"{self._script.source(node)} says nothing about a purchase or a member.",
                "Compare it with a name; a rule that always holds needs no condition.",
            )
        if isinstance(node, ast.Call):
            subject = self._subject(node)
            raise self._refusal(
                node,
                "not_a_condition",
                f"{literals.said(subject)} is a number.",
                "Compare it: count(...) >= 2.",
            )
        raise self._unsupported(node)

    def _flag(self, node: ast.Name) -> Node:
        name = self._name(node)
        if name.type is not Type.BOOLEAN:
            message = f"{quoted(name.name)} holds {literals.kind_of(name)}, not yes or no."
            remedy = "Compare it with something." if name.type is not Type.TEXT_SET else 'Write "vip" in segments.'
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
                    "in and is cannot be part of a chain.",
                    "Write two comparisons with and.",
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
                "Two values are compared, and no name.",
                "Compare a value with a name.",
            )
        meaning = _OPS[type(op)]
        if literals.is_literal(left):
            return self._compare(node, right, MIRRORED[meaning], left)
        return self._compare(node, left, meaning, right)

    def _compare(self, node: ast.Compare, left: ast.expr, op: Op, right: ast.expr) -> Node:
        subject = self._subject(left)
        kind = type_of(subject)
        if kind is Type.TEXT_SET:
            message = f"{literals.said(subject)} holds a list of texts."
            raise self._refusal(left, "wrong_type", message, f'Write "..." in {self._script.source(left)}.')
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
                message = (
                    f"{literals.said(subject)} holds {literals.KINDS[kind][0]}, "
                    f"{literals.said(operand)} holds {literals.KINDS[type_of(operand)][0]}."
                )
                raise self._refusal(node, "wrong_type", message, "Compare two things of the same kind.")
        return Compare(op, subject, operand)

    def _check_order(self, node: ast.expr, subject: Subject) -> None:
        closed = isinstance(subject, Ref) and subject.name.enum is not None
        if type_of(subject) in ORDERED and not closed:
            return
        raise self._refusal(
            node,
            "no_order",
            f"The values of {literals.said(subject)} have no order.",
            'Name the values instead: x in ("a", "b").',
        )

    def _identity(self, node: ast.Compare, left: ast.expr, right: ast.expr, negated: bool) -> Node:
        if isinstance(right, ast.Constant) and right.value is None:
            found = self._missing(node, left)
            return negation(found) if negated else found
        raise self._refusal(
            node,
            "is_without_none",
            "is asks for a missing value only: x is None.",
            "To compare, write == or !=.",
        )

    def _missing(self, node: ast.expr, asked: ast.expr) -> Node:
        if not isinstance(asked, ast.Name):
            raise self._refusal(asked, "not_a_name", "Only a name can be missing.", "Write missing(name).")
        name = self._name(asked)
        if not name.nullable:
            message = f"{quoted(name.name)} is never missing."
            raise self._refusal(node, "never_missing", message, "Leave this part out.")
        return Missing(name)

    def _membership(self, left: ast.expr, right: ast.expr, negated: bool) -> Node:
        if isinstance(right, ast.Name):
            return self._has(left, right, negated)
        if not isinstance(right, ast.Tuple | ast.List | ast.Set):
            raise self._refusal(
                right,
                "not_a_list",
                f"in needs a list; {self._script.source(right)} is none.",
                'Write ["tue", "wed"], or == for a single value.',
            )
        if literals.is_literal(left):
            raise self._refusal(left, "not_a_condition", "A value is looked up, and no name.", "Write a name first.")
        subject = self._subject(left)
        if type_of(subject) is Type.TEXT_SET:
            message = f"{literals.said(subject)} is a list itself."
            remedy = f'Write "..." in {self._script.source(left)}, and or between two of them.'
            raise self._refusal(left, "wrong_type", message, remedy)
        return self._one_of(subject, right, right.elts, negated)

    def _one_of(self, subject: Subject, node: ast.expr, elements: Sequence[ast.expr], negated: bool) -> Node:
        if type_of(subject) is Type.BOOLEAN:
            message = f"{literals.said(subject)} is yes or no."
            raise self._refusal(node, "wrong_type", message, literals.KINDS[Type.BOOLEAN][1])
        found: dict[Literal, None] = {}
        for element in elements:
            if not literals.is_literal(element):
                raise self._refusal(
                    element,
                    "not_a_value",
                    f"{self._script.source(element)} is not a value written out.",
                    "List values only; compare two names with ==.",
                )
            value = literals.read(self._script, element, subject, self._exponent)
            literals.check_bounds(self._script, element, value, subject)
            found[value] = None
        if not found:
            raise self._refusal(node, "empty_list", "The list is empty.", "Write at least one value.")
        if len(found) == 1:
            return Compare(Op.NE if negated else Op.EQ, subject, next(iter(found)))
        return In(subject, tuple(found), negated)

    def _has(self, left: ast.expr, right: ast.Name, negated: bool) -> Node:
        group = self._name(right)
        if group.type is not Type.TEXT_SET:
            message = f"{quoted(group.name)} holds {literals.kind_of(group)}, not a list."
            raise self._refusal(right, "not_a_list", message, "Compare it with ==, or look it up in a list.")
        if literals.is_literal(left):
            return Has(group, literals.read(self._script, left, Ref(group), self._exponent), negated)
        item = self._subject(left)
        if not isinstance(item, Ref) or item.name.type is not Type.TEXT:
            message = f"{quoted(group.name)} holds texts; {literals.said(item)} holds none."
            raise self._refusal(left, "wrong_type", message, 'Write a text: "vip" in segments.')
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
                    f"{called}(...) is yes or no.",
                    "Use it by itself, or with not before it.",
                )
            case ast.Call(func=ast.Name(id=called)):
                raise self._refusal(
                    node,
                    "unknown_function",
                    f"There is no function {quoted(called)}.",
                    nearest(called, FUNCTIONS),
                )
        raise self._unsupported(node)

    def _amount(self, node: ast.Call) -> Name:
        net = self._vocabulary.get("net")
        if net is None or net.type is not Type.MONEY or net.scope is not Scope.LINE or net.nullable:
            raise self._refusal(node, "no_amount", "Lines have no amount here.", "Use count(...) instead.")
        return net

    def _only_argument(self, node: ast.Call) -> ast.expr:
        if len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], ast.Starred):
            return node.args[0]
        called = self._script.source(node.func)
        raise self._refusal(
            node,
            "one_argument",
            f"{called} needs exactly one thing in its parentheses.",
            f"Write {called}(...).",
        )

    def _of_lines(self, node: ast.Call) -> Node:
        called = self._script.source(node.func)
        argument = self._only_argument(node)
        if self._within is not None:
            raise self._refusal(
                node,
                "nested_lines",
                f"Inside {self._within}(...) one line is looked at; {called}(...) speaks of all lines.",
                f"Write {called}(...) beside it, with and or or.",
            )
        if self._scope is Scope.MEMBER:
            message = f"{called}(...) speaks of the lines of an order; here only the member is known."
            raise self._refusal(node, "wrong_scope", message, "Use it in a rule about purchases.")
        demanded, self._scope, self._within = self._scope, Scope.LINE, called
        where = self.condition(argument)
        self._scope, self._within = demanded, None
        if scope_of(where) is not Scope.LINE:
            raise self._refusal(
                argument,
                "no_line",
                f"Nothing inside {called}(...) speaks of a line.",
                f"Write it without {called}(...), or mention what a line has, such as category.",
            )
        return where

    def _name(self, node: ast.Name) -> Name:
        name = self._vocabulary.get(node.id)
        if name is None:
            raise self._unknown(node)
        if name.scope > self._scope:
            message = (
                f"{quoted(name.name)} belongs to {_PLACES[name.scope]}; this condition is about {_PLACES[self._scope]}."
            )
            raise self._refusal(node, "wrong_scope", message, self._lifted(name))
        return name

    def _lifted(self, name: Name) -> str:
        if name.scope is Scope.LINE and self._scope is Scope.ORDER:
            return "Put the part about lines inside any(...), all(...), count(...) or spend(...)."
        known = ", ".join(one.name for one in self._vocabulary.within(self._scope))
        return f"Use one of: {known}." if known else "Use it in a rule about purchases."

    def _unknown(self, node: ast.Name) -> ConditionError:
        if node.id in FUNCTIONS:
            return self._refusal(
                node, "one_argument", f"{node.id} needs something in parentheses.", f"Write {node.id}(...)."
            )
        if node.id.casefold() in ("true", "false", "none"):
            message = f"There is no name {quoted(node.id)}."
            return self._refusal(node, "unknown_name", message, f"Write {node.id.capitalize()}.")
        remedy = nearest(node.id, [name.name for name in self._vocabulary.within(self._scope)])
        told = f"{remedy} A text stands between quotes.".lstrip()
        return self._refusal(node, "unknown_name", f"There is no name {quoted(node.id)}.", told)

    def _unsupported(self, node: ast.expr) -> ConditionError:
        remedy = next((hint for kind, hint in _REMEDIES.items() if isinstance(node, kind)), "")
        match node:
            case ast.BinOp(op=ast.BitAnd()):
                remedy = "Write and."
            case ast.BinOp(op=ast.BitOr()):
                remedy = "Write or."
            case ast.BinOp():
                remedy = "A condition does not calculate; a date stands between quotes."
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
                remedy = "Compare names and values; join comparisons with and or or."
        return self._refusal(
            node,
            "not_in_the_language",
            f"{quoted(self._script.source(node))} is not part of the language of conditions.",
            remedy or "Use names, values, comparisons, in, and, or, not, any, all, count, spend, missing.",
        )
