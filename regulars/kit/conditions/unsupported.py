"""What is Python and no part of a condition, and what to write instead."""

from __future__ import annotations

import ast

from regulars.kit.conditions.refusal import ConditionError, quoted
from regulars.kit.conditions.script import Script
from regulars.kit.speaking import worded

_REMEDIES: dict[type[ast.AST], str] = {
    ast.Attribute: worded("Use the names alone, without a dot."),
    ast.Subscript: worded("Use the names alone, without brackets after them."),
    ast.IfExp: worded("Write the condition alone; what follows from it stands beside it in the programme."),
    ast.NamedExpr: worded("To compare, write ==."),
    ast.JoinedStr: worded('Write a plain text between quotes, such as "Own".'),
}


def unsupported(script: Script, node: ast.expr) -> ConditionError:
    """What to write instead of `node`, which is Python and no condition."""
    remedy = next((hint for kind, hint in _REMEDIES.items() if isinstance(node, kind)), "")
    match node:
        case ast.BinOp(op=ast.BitAnd()):
            remedy = worded("Write and.")
        case ast.BinOp(op=ast.BitOr()):
            remedy = worded("Write or.")
        case ast.BinOp():
            remedy = worded("A condition does not calculate; a date stands between quotes.")
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            remedy = worded("Compare names and values; join comparisons with and or or.")
    return script.refusal(
        node,
        "not_in_the_language",
        worded("{given} is not part of the language of conditions.", given=quoted(script.source(node))),
        remedy or worded("Use names, values, comparisons, in, and, or, not, any, all, count, spend, missing."),
    )
