"""No float touches an amount: in the kernel, the programme file and the whole exchange, by reading every expression."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.reading_code import found, origin, origins, owners, said

FLOORS = ("engine", "programme", "exchange")
_EXACT_MATH = {"gcd", "lcm", "isqrt", "prod", "comb", "perm", "factorial", "ceil", "floor", "trunc"}
_EXACT = {"fractions.Fraction"}
_INEXACT_NAMES = {"float", "complex"}
_INEXACT_CALLS = {"timestamp", "total_seconds", "fromtimestamp", "mean", "truediv", "__truediv__", "__float__"}
_INEXACT_TYPES = {"Float32", "Float64"}

#: The honest places, as (file, statement), each with its reason. Whatever is no longer there must leave this list.
HONEST = {
    # Both sides are Fractions, so the quotient is one too.
    ("engine/terms.py", "parts[rule.id] = (rule.points / rule.per).denominator"),
    ("engine/weighing.py", "self.units[rule.id] = rule.points / rule.per * self._parts(rule)"),
    ("exchange/ledger/reasons.py", "return rule.points / rule.per"),
    # A rate as people read it: a decimal of as many digits as the loader lets a rate have.
    ("programme/sentences.py", "decimal = Decimal(exact.numerator) / Decimal(exact.denominator)"),
    # Ten to the number of a currency's decimals, which is never negative.
    ("programme/shapes.py", "minor = Fraction(node.text) * 10 ** reading.exponent"),
    ("programme/tiers.py", "return minor_units(at * 10 ** reading.exponent, node, path, reading)"),
    ("exchange/earning/behaving.py", "worth = FIRST_REWARD_WORTH * 10 ** digits"),
    # Parts of a whole, for reading only: a figure of a report, of which nothing is worked out.
    ("exchange/earning/distributing.py", "def ratio(part: int, whole: int) -> float | None:"),
    (
        "exchange/earning/distributing.py",
        "return round(Fraction(part * 10000, whole)) / 10000 if whole > 0 else None",
    ),
    ("exchange/earning/distributing.py", "def gini(values: Sequence[int]) -> float | None:"),
}


def inexact(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Whatever makes a float out of whole numbers, or is one, with the statement it stands in."""
    names, place = origins(tree), owners(tree)
    for node in ast.walk(tree):
        if _is_inexact(node, names):
            yield getattr(node, "lineno", 0), said(place[node])


def _is_inexact(node: ast.AST, names: dict[str, str]) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float | complex)
    if isinstance(node, ast.Name):
        return node.id in _INEXACT_NAMES
    if isinstance(node, ast.AugAssign):
        return isinstance(node.op, ast.Div) or (isinstance(node.op, ast.Pow) and not _is_count(node.value))
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Pow):
            return not _is_count(node.right)
        return isinstance(node.op, ast.Div) and not (_is_text(node.right) or _is_exact(node.right, names))
    if isinstance(node, ast.Attribute):
        return node.attr in _INEXACT_CALLS | _INEXACT_TYPES or _from_math(origin(node, names))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return (node.func.id == "pow" and len(node.args) < 3) or _from_math(names.get(node.func.id, ""))
    if isinstance(node, ast.ImportFrom | ast.Import):
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
        return any(module.split(".")[0] in ("statistics", "numpy", "operator", "cmath") for module in modules)
    return False


def _is_count(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int) and node.value >= 0


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _is_exact(node: ast.expr, names: dict[str, str]) -> bool:
    return isinstance(node, ast.Call) and origin(node.func, names) in _EXACT


def _from_math(meant: str) -> bool:
    return meant.startswith("math.") and meant.removeprefix("math.") not in _EXACT_MATH


def test_no_float_touches_an_amount() -> None:
    places = found(inexact, *FLOORS)
    assert {f"{file}:{line}": what for (file, what), line in places.items() if (file, what) not in HONEST} == {}


def test_every_place_that_is_excused_is_still_there() -> None:
    assert HONEST - found(inexact, *FLOORS).keys() == set()


@pytest.mark.parametrize(
    "line",
    [
        "points = net / 10", "points /= 10", "points = pow(net, -1)", "points **= -1", "points = net ** exponent",
        "points = float(net)", "points = 1e6", "points = 0.5", "points: float = net", "points = complex(net)",
        "from math import sqrt as root\npoints = root(net)", "import math as m\npoints = m.floor(m.log(net))",
        "from operator import truediv", "import statistics", "points = moment.timestamp()", "points = column.mean()",
        "points = pl.Float64", "points = net.__truediv__(10)", "points = map(float, nets)", "points = gap.total_seconds()",
    ],
)  # fmt: skip
def test_a_float_is_found_however_it_is_written(line: str) -> None:
    assert list(inexact(ast.parse(line)))


@pytest.mark.parametrize(
    "line",
    [
        "points = net // 10", "points = 10 ** 6", "points = pow(net, -1, 7)", "file = folder / 'entries.parquet'",
        "from fractions import Fraction\nrate = points / Fraction(per)", "from math import lcm\nparts = lcm(2, 3)",
    ],
)  # fmt: skip
def test_what_is_exact_passes(line: str) -> None:
    assert list(inexact(ast.parse(line))) == []
