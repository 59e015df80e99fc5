"""The first reading: Python source, for code that is generated once and run for every line of a year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Protocol, assert_never

from regulars.kit.conditions.tree import (
    And,
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
    Not,
    Op,
    Operand,
    Or,
    Ref,
    Spend,
    names,
    nullable,
    scope_of,
)
from regulars.kit.conditions.vocabulary import Name, Scope

Constant = Decimal | date | frozenset[Decimal] | frozenset[date]

# How tightly the source of a node binds.
_OR, _AND, _NOT, _ATOM = range(4)


class Source(Protocol):
    """Where a generated expression finds what it reads. All texts are Python source.

    The expression itself uses the builtins any, all and sum, and no other name than the ones given here.
    """

    def name(self, name: Name) -> str:
        """The value of a name, cheap and without side effects (a local variable): it may be written twice.

        For a name of line scope, the value for the line at hand: the same text as the target in `lines`.
        """

    def lines(self, names: tuple[Name, ...]) -> str:
        """What follows `for` in a comprehension over the order's lines: `brand, net in zip(brands, nets)`."""

    def constant(self, value: Constant) -> str:
        """The name under which the generated code holds a value that has no literal of its own."""

    def once(self, expression: str) -> str:
        """An expression about all lines together, given back as it is or as the name it was bound to before.

        Inside a loop over lines it means the same for each of them: binding it outside keeps the loop linear.
        """


def expression(node: Node, source: Source) -> str:
    """The source of an expression that is True or False; see `Source` for what it reads."""
    return _Writer(source).text(node)[0]


def function(node: Node) -> Callable[..., bool]:
    """`node` as a function of `(values, lines=())`, mappings by name."""
    source = _Mappings()
    body = expression(node, source)
    # A line name in a condition about an order is read from the lines alone.
    scope = scope_of(node)
    asked = [name for name in names(node) if name.scope <= scope]
    reads = "".join(f"    {source.name(name)} = {_read('values', name)}\n" for name in asked)
    text = f"def condition(values, lines=()):\n{reads}    return {body}\n"
    space: dict[str, Any] = {"__builtins__": {"any": any, "all": all, "sum": sum}, **source.constants}
    exec(compile(text, "<condition>", "exec"), space)  # noqa: S102 - written above from a checked tree
    made: Callable[..., bool] = space["condition"]
    return made


class _Writer:
    def __init__(self, source: Source) -> None:
        self._source = source

    def text(self, node: Node) -> tuple[str, int]:
        match node:
            case Or(parts):
                return " or ".join(self._bound(part, _AND) for part in parts), _OR
            case And(parts):
                return " and ".join(self._bound(part, _AND) for part in parts), _AND
            case Not(part):
                return f"not {self._bound(part, _NOT)}", _NOT
            case Compare(op, left, right):
                unsafe = nullable(left, right)
                if op is Op.EQ:
                    # None equals nothing but None: one side that is known makes the comparison safe.
                    unsafe = unsafe[:1] if len(unsafe) == 2 or left == right else []
                return self._guarded(unsafe, f"{self._operand(left)} {op.value} {self._operand(right)}")
            case In(left, values, negated):
                unsafe = nullable(left) if negated else []
                return self._guarded(unsafe, f"{self._operand(left)} {_in(negated)} {self._choices(values)}")
            case Has(group, item, negated):
                unsafe = nullable(Ref(group), item) if negated else nullable(Ref(group))
                return self._guarded(unsafe, f"{self._operand(item)} {_in(negated)} {self._source.name(group)}")
            case Flag(name):
                text = self._source.name(name)
                return (f"{text} is True" if name.nullable else text), _ATOM
            case Missing(name):
                return f"{self._source.name(name)} is None", _ATOM
            case AnyLine(where):
                return self._lines("any", self.text(where)[0], where, ()), _ATOM
            case EveryLine(where):
                return self._lines("all", self.text(where)[0], where, ()), _ATOM
        assert_never(node)

    def _bound(self, node: Node, level: int) -> str:
        text, own = self.text(node)
        return text if own >= level else f"({text})"

    def _guarded(self, unsafe: list[Name], text: str) -> tuple[str, int]:
        guards = [f"{self._source.name(name)} is not None" for name in unsafe]
        return " and ".join([*guards, text]), _AND if guards else _ATOM

    def _operand(self, operand: Operand) -> str:
        match operand:
            case Ref(name):
                return self._source.name(name)
            case Literal(value, _):
                return repr(value) if isinstance(value, str | int) else self._source.constant(value)
            case Count(where):
                return self._lines("sum", "1", where, (), self.text(where)[0])
            case Spend(where, amount):
                return self._lines("sum", self._source.name(amount), where, (amount,), self.text(where)[0])
        assert_never(operand)

    def _lines(self, fold: str, item: str, where: Node, more: tuple[Name, ...], test: str = "") -> str:
        read = (*more, *(name for name in names(where) if name.scope is Scope.LINE))
        loop = f"{item} for {self._source.lines(tuple(dict.fromkeys(read)))}"
        return self._source.once(f"{fold}({loop} if {test})" if test else f"{fold}({loop})")

    def _choices(self, values: tuple[Literal, ...]) -> str:
        plain = [value.value for value in values]
        if all(isinstance(value, str | int) for value in plain):
            # A set of constants after `in` is folded into one frozenset when the code is compiled.
            return "{" + ", ".join(repr(value) for value in plain) + "}"
        days = frozenset(value for value in plain if isinstance(value, date))
        return self._source.constant(days or frozenset(value for value in plain if isinstance(value, Decimal)))


class _Mappings:
    """A Source over mappings: one for the values, one per line."""

    def __init__(self) -> None:
        self.constants: dict[str, Constant] = {}

    def name(self, name: Name) -> str:
        return f"v_{name.name}"

    def lines(self, names: tuple[Name, ...]) -> str:
        targets = ", ".join(self.name(name) for name in names)
        values = ", ".join(_read("line", name) for name in names)
        return f"({targets},) in [({values},) for line in lines]"

    def constant(self, value: Constant) -> str:
        name = f"c_{len(self.constants)}"
        self.constants[name] = value
        return name

    def once(self, expression: str) -> str:
        return expression


def _read(mapping: str, name: Name) -> str:
    return f"{mapping}.get({name.name!r})" if name.nullable else f"{mapping}[{name.name!r}]"


def _in(negated: bool) -> str:
    return "not in" if negated else "in"
