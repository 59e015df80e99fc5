"""Values written in a condition: read as the type they are compared with, exactly, or refused."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from regulars.kit.conditions.refusal import ConditionError, nearest, quoted
from regulars.kit.conditions.script import Script
from regulars.kit.conditions.tree import Count, Literal, Ref, Subject, type_of
from regulars.kit.conditions.vocabulary import WEEKDAYS, Name, Type
from regulars.kit.speaking import phrase, worded

_NUMBER = re.compile(r"(\d{1,15})(?:\.(\d{1,9}))?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_QUOTES = ('"', "'", '"""', "'''")

KINDS = {
    Type.TEXT: (phrase("a text"), worded('Write a text between quotes, such as "Own".')),
    Type.INTEGER: (phrase("a whole number"), worded("Write a whole number without quotes, such as 10.")),
    Type.DECIMAL: (phrase("a number"), worded("Write a number without quotes, such as 2.5.")),
    Type.MONEY: (
        phrase("an amount of money"),
        worded("Write the amount without quotes and without a currency, such as 10.00."),
    ),
    Type.BOOLEAN: (phrase("yes or no"), worded("Write the name by itself, or compare it with True or False.")),
    Type.DATE: (phrase("a date"), worded('Write the day as year-month-day between quotes, such as "2026-12-24".')),
    Type.WEEKDAY: (phrase("a day of the week"), worded('Write "mon", "tue", "wed", "thu", "fri", "sat" or "sun".')),
    Type.MONTH: (phrase("a month"), worded("Write the month as a number from 1 to 12.")),
    Type.TEXT_SET: (phrase("a list of texts"), worded('Write "vip" in segments.')),
}


def is_literal(node: ast.expr) -> bool:
    """Whether `node` is a value written out, of whatever kind."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return isinstance(node.operand, ast.Constant)
    return isinstance(node, ast.Constant)


def read(script: Script, node: ast.expr, subject: Subject, exponent: int) -> Literal:
    """The value `node` writes, as `subject` holds it.

    Money is in minor units of a currency with `exponent` decimals. Raises ConditionError when the value is of
    another kind, or not one of the values `subject` can hold.
    """
    kind = type_of(subject)
    name = subject.name if isinstance(subject, Ref) else None
    if isinstance(node, ast.Constant) and node.value is None:
        raise missing_value(script, node)
    match kind:
        case Type.TEXT | Type.TEXT_SET:
            text = _string(script, node, subject)
            _check_one_of(script, node, text, name.enum if name else None)
            return Literal(text, Type.TEXT)
        case Type.WEEKDAY:
            day = _string(script, node, subject)
            _check_one_of(script, node, day, WEEKDAYS)
            return Literal(day, kind)
        case Type.DATE:
            return Literal(_day(script, node, _string(script, node, subject)), kind)
        case Type.BOOLEAN:
            if isinstance(node, ast.Constant) and isinstance(node.value, bool):
                return Literal(node.value, kind)
            raise _wrong(script, node, subject)
    number = _number(script, node, subject)
    if kind is Type.MONEY:
        return Literal(_minor(script, node, number, exponent), kind)
    if kind is Type.DECIMAL:
        return Literal(number, kind)
    if _decimals(number):
        raise _wrong(script, node, subject)
    return Literal(int(number), kind)


def check_bounds(script: Script, node: ast.expr, literal: Literal, subject: Subject) -> None:
    """ConditionError when `subject` can never be equal to `literal`."""
    if isinstance(subject, Count):
        low, high = 0, None
    elif isinstance(subject, Ref) and subject.name.type is Type.MONTH:
        low, high = 1, 12
    elif isinstance(subject, Ref) and subject.name.bounds is not None:
        low, high = subject.name.bounds
    else:
        return
    value = literal.value
    if isinstance(value, int) and (value < low or (high is not None and value > high)):
        told = worded("{name} is never {value}.", name=said(subject), value=value)
        remedy = (
            worded("Write a number from {low} to {high}.", low=low, high=high)
            if high is not None
            else worded("Write 0 or more.")
        )
        raise script.refusal(node, "out_of_range", told, remedy)


def missing_value(script: Script, node: ast.expr) -> ConditionError:
    """The refusal of None where a value is compared."""
    return script.refusal(
        node,
        "comparison_with_none",
        worded("A comparison with None is always false."),
        worded("Write x is None, x is not None, or missing(x)."),
    )


def said(subject: Subject) -> str:
    """How a message calls `subject`."""
    if isinstance(subject, Ref):
        return quoted(subject.name.name)
    return "count(...)" if isinstance(subject, Count) else "spend(...)"


def kind_of(name: Name) -> str:
    """What `name` holds, for a message."""
    return KINDS[name.type][0]


def _wrong(script: Script, node: ast.expr, subject: Subject) -> ConditionError:
    held, remedy = KINDS[type_of(subject)]
    if isinstance(subject, Ref) and subject.name.type is Type.TEXT_SET:
        held, remedy = phrase("a list of texts"), KINDS[Type.TEXT][1]
    return script.refusal(
        node,
        "wrong_type",
        worded(
            "{name} holds {held}; {source} is something else.",
            name=said(subject),
            held=held,
            source=script.source(node),
        ),
        remedy,
    )


def _string(script: Script, node: ast.expr, subject: Subject) -> str:
    if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        raise _wrong(script, node, subject)
    # Without backslashes a plain text is its own source; others have a prefix (b, r) or are two in a row.
    if script.source(node) not in {quote + node.value + quote for quote in _QUOTES}:
        raise script.refusal(
            node,
            "not_one_text",
            worded("This is not one plain text between quotes."),
            worded('Put a comma between two texts ("tue", "wed"), and no letter before the quotes.'),
        )
    return node.value


def _day(script: Script, node: ast.expr, text: str) -> date:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise script.refusal(
        node, "not_a_date", worded("{given} is not a day of the calendar.", given=quoted(text)), KINDS[Type.DATE][1]
    )


def _check_one_of(script: Script, node: ast.expr, text: str, values: Iterable[str] | None) -> None:
    if values is not None and text not in values:
        message = worded("{given} is not one of the values it can have.", given=quoted(text))
        raise script.refusal(node, "unknown_value", message, nearest(text, values))


def _number(script: Script, node: ast.expr, subject: Subject) -> Decimal:
    negative = isinstance(node, ast.UnaryOp)
    constant = node.operand if isinstance(node, ast.UnaryOp) else node
    value = constant.value if isinstance(constant, ast.Constant) else None
    if isinstance(value, bool) or not isinstance(value, int | float | complex):
        raise _wrong(script, node, subject)
    text = script.source(constant)
    if _NUMBER.fullmatch(text) is None:
        raise script.refusal(
            node,
            "not_a_plain_number",
            worded("{given} is not a plain number.", given=quoted(text)),
            worded("Write digits, with a point before decimals: at most 15 digits before it and 9 after it."),
        )
    return Decimal(text).copy_negate() if negative else Decimal(text)


def _minor(script: Script, node: ast.expr, number: Decimal, exponent: int) -> int:
    if _decimals(number) > exponent:
        allowed = "no decimals" if exponent == 0 else f"{exponent} decimals"
        raise script.refusal(
            node,
            "too_many_decimals",
            worded(
                "{source} has {decimals} decimals; the currency has {allowed}.",
                source=script.source(node),
                decimals=_decimals(number),
                allowed=allowed,
            ),
            worded("Write the amount with the decimals of the currency, and no separator between thousands."),
        )
    return int(number.scaleb(exponent))


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
