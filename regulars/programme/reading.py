"""One pass over a programme file: what was found wrong so far, and what earlier keys say about later ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from babel.numbers import get_currency_precision

from regulars.kit.conditions.refusal import nearest
from regulars.kit.speaking import phrase, worded
from regulars.programme.document import Document, Listing, Mapping, Node, Place, Scalar
from regulars.programme.problems import ERROR, Problem

#: A suggestion costs a comparison with every known name: neither a file with very many wrong names nor one
#: with very many names is slowed down by them.
_MOST_SUGGESTIONS = 100
_MOST_NAMES = 1_000

#: What can be referred to in a file, as messages name it.
KINDS = {
    "club": phrase("club"),
    "currency": phrase("currency"),
    "level": phrase("level"),
    "cap": phrase("cap"),
    "group": phrase("group"),
    "message": phrase("message"),
    "moment": phrase("moment"),
    "offer": phrase("offer"),
    "partner": phrase("partner"),
    "perk": phrase("perk"),
    "reason": phrase("reason"),
    "reward": phrase("reward"),
    "rule": phrase("rule"),
    "stage": phrase("stage"),
    "step": phrase("step"),
    "table": phrase("table"),
    "tier": phrase("tier"),
}

#: Where the records of a kind stand that other places name, and the keys without which nobody can name one.
_RECORDS = {
    "attribute": ("programme.attributes", ("name", "on", "type")),
    "tier": ("tiers.levels", ("id",)),
    "rule": ("earn.rules", ("id",)),
    "currency": ("currencies", ("id",)),
    **{kind: (f"{kind}s", ("id",)) for kind in ("club", "message", "reward")},
}
#: Those steps of such places that a file must have: that one is missing was said.
_NEEDED = frozenset({"programme", "currencies", "earn", "rules", "levels"})

#: The value of a key that could not be read; a problem says why.
BROKEN: Any = object()


@dataclass(frozen=True, slots=True)
class Placed:
    """A text that later checks give its meaning (a reference, a condition), with where it stands."""

    text: str
    path: str
    node: Scalar


class Reading:
    """Collects problems and holds what was shared: `languages` and `money` of the header."""

    def __init__(self, document: Document, problems: Iterable[Problem] = ()) -> None:
        self.document = document
        self.problems = list(problems)
        self.shared: dict[str, Any] = {}
        self._lost: dict[str, bool] = {}
        self._suggestions = _MOST_SUGGESTIONS

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the programme, the first of which is its own."""
        return self.shared.get("languages") or ("en",)

    @property
    def exponent(self) -> int:
        """How many decimals its money has; as many as any money, while that is not known."""
        money = self.shared.get("money")
        return get_currency_precision(money) if money else 4

    @property
    def failed(self) -> bool:
        """Whether an error (not only warnings) was found."""
        return any(problem.severity == ERROR for problem in self.problems)

    def problem(self, code: str, path: str, place: Place, message: str, remedy: str, severity: str = ERROR) -> None:
        """Note a problem; reading goes on."""
        self.problems.append(Problem(code, path, place.line, place.column, place.length, message, remedy, severity))

    def nearest(self, word: str, names: Iterable[str]) -> str:
        """A sentence with the names most like `word`."""
        self._suggestions -= 1
        if self._suggestions < 0:
            return worded("Use a name that exists.")
        return nearest(word, list(names)[:_MOST_NAMES]) or worded("There is none yet: write it first.")

    def lost(self, kind: str) -> bool:
        """Whether something of a kind stands in the file that nobody can name, because its own reading failed."""
        if kind not in self._lost:
            self._lost[kind] = self._unread(*_RECORDS[kind])
        return self._lost[kind]

    def meant(self, word: str, kind: str, names: Iterable[str]) -> bool:
        """Whether an unknown `word` may be something of a kind whose own reading failed: that was said, and is enough.

        A word like one of `names`, which are known, is that one misspelt.
        """
        return kind in _RECORDS and self.lost(kind) and not self._like(word, names)

    def _like(self, word: str, names: Iterable[str]) -> bool:
        self._suggestions -= 1
        return self._suggestions >= 0 and bool(get_close_matches(word, list(names)[:_MOST_NAMES], n=1))

    def _unread(self, path: str, keys: Collection[str]) -> bool:
        """Whether a record of the list at `path` could not be read, or the list itself, or what it stands in."""
        node: Node = self.document.root
        noted = {problem.path for problem in self.problems}
        place = ""
        for step in path.split("."):
            if not isinstance(node, Mapping):
                return True
            if step not in node.entries:
                return step in _NEEDED or misspelt(step, [key for key in node.entries if f"{place}{key}" in noted])
            node, place = node.entries[step][1], f"{place}{step}."
        if not isinstance(node, Listing) or path in noted:
            return True
        return any(
            not isinstance(record, Mapping)
            or any(key not in record.entries or f"{path}[{index}].{key}" in noted for key in keys)
            for index, record in enumerate(node.items)
        )


class Fields:
    """The keys of one record: values read, defaults of what is not given, and where everything stands.

    A key that could not be read has no value: `get` answers None for it, and `build` builds nothing.
    """

    def __init__(self, node: Mapping, path: str, reading: Reading) -> None:
        self.node = node
        self.path = path
        self.reading = reading
        self._values: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._values[key] = value

    def get(self, key: str) -> Any:
        """The value; None when it could not be read (or when that is its default)."""
        value = self._values[key]
        return None if value is BROKEN else value

    def given(self, key: str) -> bool:
        """Whether the key stands in the file."""
        return key in self.node.entries

    def broken(self) -> bool:
        """Whether one of its keys could not be read."""
        return any(value is BROKEN for value in self._values.values())

    def build(self, into: Callable[..., Any]) -> Any:
        """`into` called with every key; BROKEN when one of them could not be read."""
        if self.broken():
            return BROKEN
        return into(**self._values)

    def problem(self, code: str, key: str, message: str, remedy: str, *, at_key: bool = False) -> None:
        """Note a problem of one key: at its value (or the key itself), or at the record if not given."""
        path = f"{self.path}.{key}"
        if not self.given(key):
            self.reading.problem(code, self.path, self.node.place, message, remedy)
            return
        name, value = self.node.entries[key]
        self.reading.problem(code, path, name.place if at_key else value.place, message, remedy)

    def misplaced(self, key: str, why: str, remedy: str) -> None:
        """Note that `key` has no meaning here; `why` goes on with the sentence that begins with the key."""
        self.problem("misplaced_key", key, worded("`{key}` {why}", key=key, why=why), remedy, at_key=True)


def misspelt(key: str, unknown: list[str]) -> bool:
    """Whether `key` is not there because an unknown key is it, misspelt: one mistake is one problem."""
    return bool(get_close_matches(key, unknown[:_MOST_SUGGESTIONS], n=1))


def point(text: Placed, source: str, offset: int, length: int) -> Place:
    """Where characters `offset` to `offset + length` of a scalar's text stand in the file.

    Folding and quotes are followed back; where an escape prevents that, the place is the whole scalar.
    """
    node = text.node
    raw = source[node.start : node.end]
    if node.style == '"' and "\\" in raw.replace('\\"', "").replace("\\\\", ""):
        return node.place
    at = raw.find("\n") + 1 if node.style in ("|", ">") else 0
    first, last = -1, -1
    for index, character in enumerate(node.text[: offset + max(length, 1)]):
        if character.isspace():
            continue
        at = raw.find(character, at)
        if at < 0:
            return node.place
        if index >= offset and first < 0:
            first = at
        last = at
        at += 2 if node.style == "'" and character == "'" else 1
    if first < 0:  # nothing but space there, or the very end
        first = last = max(last, 0)
    before = source[: node.start + first].replace("\r\n", "\n").replace("\r", "\n")
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    same_line = raw[first : last + 1].replace("\r", "\n").split("\n")[0]
    return Place(line, column, max(1, len(same_line)))
