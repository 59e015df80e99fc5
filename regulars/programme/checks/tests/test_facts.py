"""What is said of all lines together bounds how many lines of a kind there may be."""

from __future__ import annotations

from regulars.kit.conditions import Name, Scope, Type
from regulars.kit.conditions.tree import AnyLine, EveryLine, Flag
from regulars.programme.checks.facts import Fact

GIFT = Flag(Name("gift", Type.BOOLEAN, Scope.LINE, title={"en": "a gift"}))


def test_where_not_every_line_is_one_at_least_one_is_none() -> None:
    every, some = Fact("every", EveryLine(GIFT)), Fact("any", AnyLine(GIFT))
    assert every.bound(holds=True) == ("lines", False, (None, 0))
    assert every.bound(holds=False) == ("lines", False, (1, None))
    assert (some.bound(holds=True), some.bound(holds=False)) == (("lines", True, (1, None)), ("lines", True, (None, 0)))
