"""A checked condition and its readings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from regulars.kit.conditions import python, sentences, sql, tree
from regulars.kit.conditions.vocabulary import Name, Scope


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that `parse` accepted. Two are equal when their trees are.

    `exponent` and `currency` say how its amounts, kept in minor units, are written for people.
    """

    root: tree.Node
    exponent: int = field(default=2, compare=False)
    currency: str | None = field(default=None, compare=False)

    @property
    def names(self) -> tuple[Name, ...]:
        """Every name it mentions, in the order of first mention; spend(...) mentions the net of a line."""
        return tree.names(self.root)

    @property
    def scope(self) -> Scope:
        """The widest scope it speaks of; any, all, count and spend lift what is inside to the order."""
        return tree.scope_of(self.root)

    def conjuncts(self) -> list[Condition]:
        """The conditions that must all hold for this one to hold; itself when it is not joined by `and`."""
        parts = self.root.parts if isinstance(self.root, tree.And) else (self.root,)
        return [Condition(part, self.exponent, self.currency) for part in parts]

    def python(self, source: python.Source) -> str:
        """Python source of an expression that is True or False, for generated code; see `Source`."""
        return python.expression(self.root, source)

    def function(self) -> Callable[..., bool]:
        """A function of `(values, lines=())`: a mapping by name, and one such mapping per line of the order.

        A nullable name may be absent; any other absent name raises KeyError. For tests and where speed does
        not matter; generated code uses `python`.
        """
        found: Callable[[Mapping[str, Any], Sequence[Mapping[str, Any]]], bool] = python.function(self.root)
        return found

    def sql(self, column: Callable[[Name], str]) -> tuple[str, list[Any]]:
        """A WHERE clause and its parameters for psycopg; `column` gives the SQL text of a name's column.

        The clause is true exactly where the function is; where the function is False it is false or null, so
        write `(clause) IS TRUE` anywhere but in WHERE, ON or FILTER. Raises ValueError unless the scope is
        the member.
        """
        return sql.clause(self.root, column)

    def sentence(self, language: str) -> str:
        """A fragment that a person can read, without capital and full stop; ValueError for another language.

        The languages are `en`, `de`, `es` and `da`.
        """
        return sentences.sentence(self.root, language, self.exponent, self.currency)
