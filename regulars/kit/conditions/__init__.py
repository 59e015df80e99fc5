"""Conditions: the short expressions in a programme file that say when a promise holds.

`brand == "Own" and weekday in ("tue", "wed")` is written in Python's own expression grammar, of which only a
small, closed part is allowed. `parse` checks it against a vocabulary (which names exist, what each one holds,
whether it belongs to a line, an order or a member) and returns a `Condition`; whatever is wrong is a
`ConditionError` with its place in the text and what to do about it. Nothing unchecked is ever compiled.

One tree, three readings:
- `python` and `function`: source for a code generator, or a ready function (the kernel);
- `sql`: a WHERE clause with parameters (member scope: audiences);
- `sentence`: a fragment a member can read, in English, German, Spanish or Danish (the reason).

Logic is two-valued: every comparison with a missing value is false, and so is a missing boolean; `not` turns
that around. `x != "a"` is false when x is missing, `not x == "a"` is true.

The language is described for keepers in docs/conditions.md.
"""

from regulars.kit.conditions.condition import Condition
from regulars.kit.conditions.grammar import parse
from regulars.kit.conditions.python import Source
from regulars.kit.conditions.refusal import ConditionError
from regulars.kit.conditions.vocabulary import Name, Scope, Type, Vocabulary

__all__ = ["Condition", "ConditionError", "Name", "Scope", "Source", "Type", "Vocabulary", "parse"]
