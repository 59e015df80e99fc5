"""The map: how a shop's own columns become those of the contract. A small YAML language, in docs/events.md.

map: 1
columns:
  member: card                                      # a column under another name
  event: {join: [store, till, receipt]}
  at: {from: time, format: "%d.%m.%Y %H:%M", zone: Europe/Berlin}
  net: {from: amount, round: half_even}
  gross: {sum: [amount, discount], round: half_even}
  type: {from: kind, values: {S: purchase, R: return}}
  currency: {always: EUR}
attributes:
  department: {type: text}
ignore: [week]
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from regulars.ground.activity.contract import ATTRIBUTE_KINDS, COLUMNS, LINE, ORDER, Declared, Kind
from regulars.kit.conditions.refusal import nearest, quoted
from regulars.programme import document
from regulars.programme.document import Document, Listing, Node, Scalar
from regulars.programme.problems import Problem, ProgrammeError

FROM, ALWAYS, JOIN, SUM, DIFFERENCE = "from", "always", "join", "sum", "difference"
DERIVATIONS = (FROM, ALWAYS, JOIN, SUM, DIFFERENCE)
ROUNDINGS = ("half_even", "half_up", "down")
SEPARATORS = {",": ",", ";": ";", "tab": "\t", "\t": "\t", "|": "|"}
#: Which extra keys a derivation takes.
EXTRAS = {
    FROM: ("values", "default", "round", "scale", "format", "zone"),
    ALWAYS: (),
    JOIN: ("with", "values", "default"),
    SUM: ("round", "scale"),
    DIFFERENCE: ("round", "scale"),
}
#: Extra keys that only make sense for one kind of column.
ONLY = {"round": Kind.MONEY, "scale": Kind.MONEY, "format": Kind.TIME, "zone": Kind.TIME}
_NAME = re.compile("[a-z][a-z0-9_]{0,62}")
_SCALE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


class MapError(ProgrammeError):
    """A map that cannot be used: `problems`, each with its place; as text, with the line and a caret."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """Where one column comes from. `how` is one of DERIVATIONS; `sources` are columns of the file.

    `text` is what stands there always, `glue` what joins; `values` replaces texts by others, `default` fills what
    is empty; `rounding` and `scale` (a factor) make amounts; `format` (strptime) and `zone` read times. `line` is
    its line in the map, 0 when the file's own column is simply taken.
    """

    target: str
    kind: Kind
    how: str
    sources: tuple[str, ...]
    text: str = ""
    glue: str = "-"
    values: dict[str, str] = field(default_factory=dict)
    default: str | None = None
    rounding: str | None = None
    scale: Fraction | None = None
    format: str | None = None
    zone: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Map:
    """A checked map. `ignored` columns of the file are not read; `ignore_others` leaves out all it does not name.

    `separator` and `decimal` (the sign before decimals) are those of a CSV file.
    """

    name: str = ""
    derivations: dict[str, Derivation] = field(default_factory=dict)
    declared: tuple[Declared, ...] = ()
    ignored: frozenset[str] = frozenset()
    ignore_others: bool = False
    separator: str = ","
    decimal: str = "."


def read_map(data: str | bytes, name: str) -> Map:
    """The map written in `data`; `name` is how messages call it. Raises MapError with everything that is wrong."""
    try:
        written, problems = document.read(data, name)
    except ProgrammeError as error:
        raise MapError(error.problems, error.text, error.name) from None
    reader = _Reader(written, problems)
    result = reader.map()
    if reader.problems:
        raise MapError(sorted(reader.problems, key=lambda one: (one.line, one.column)), written.text, name)
    return result


class _Reader:
    def __init__(self, written: Document, problems: Sequence[Problem]) -> None:
        self.document = written
        self.problems = list(problems)

    def map(self) -> Map:
        top = self._table(
            self.document.root, "The map", ("map", "columns", "attributes", "ignore", "separator", "decimal")
        )
        version = top.get("map")
        if version is None or self._text(version) != "1":
            self._problem(
                version or self.document.root,
                "map_version",
                "A map begins with `map: 1`.",
                "Write that line first.",
            )
        columns = self._columns(top.get("columns"))
        declared, attributes = self._attributes(top.get("attributes"))
        ignore = top.get("ignore")
        others = isinstance(ignore, Scalar) and ignore.text == "others"
        return Map(
            name=self.document.name,
            derivations=columns | attributes,
            declared=declared,
            ignored=frozenset() if ignore is None or others else frozenset(self._texts(ignore)),
            ignore_others=others,
            separator=SEPARATORS[self._choice(top.get("separator"), SEPARATORS, ",")],
            decimal=self._choice(top.get("decimal"), (".", ","), "."),
        )

    def _columns(self, node: Node | None) -> dict[str, Derivation]:
        found = {}
        for name, (key, value) in self._entries(node, "`columns`").items():
            if name in COLUMNS:
                found[name] = self._derivation(name, COLUMNS[name], key, value, ())
            else:
                self._problem(
                    key, "unknown_column", f"An event has no column {quoted(name)}.",
                    f"{nearest(name, COLUMNS)} What is your own goes under `attributes`.",
                )  # fmt: skip
        return found

    def _attributes(self, node: Node | None) -> tuple[tuple[Declared, ...], dict[str, Derivation]]:
        declared, found = [], {}
        for name, (key, value) in self._entries(node, "`attributes`").items():
            if name in COLUMNS or not _NAME.fullmatch(name):
                self._problem(
                    key, "bad_name", f"{quoted(name)} cannot be the name of an attribute.",
                    "Use small letters, digits and underscores, and no name that the contract already has.",
                )  # fmt: skip
                continue
            table = self._table(value, "An attribute", ("type", "on", *DERIVATIONS, *_EXTRA_KEYS))
            if "type" not in table:
                self._problem(key, "missing_key", f"The attribute {quoted(name)} has no `type`.",
                              f"Write one of {', '.join(ATTRIBUTE_KINDS)}.")  # fmt: skip
            kind = ATTRIBUTE_KINDS[self._choice(table.get("type"), ATTRIBUTE_KINDS, "text")]
            declared.append(Declared(name, kind, self._choice(table.get("on"), (LINE, ORDER), LINE)))
            found[name] = self._derivation(name, kind, key, value, ("type", "on"))
        return tuple(declared), found

    def _derivation(self, name: str, kind: Kind, key: Scalar, node: Node, beside: tuple[str, ...]) -> Derivation:
        line = key.place.line
        if isinstance(node, Scalar):
            return Derivation(name, kind, FROM, (self._text(node),), line=line)
        table = self._table(node, f"`{name}`", (*DERIVATIONS, *_EXTRA_KEYS, *beside))
        if not isinstance(node, document.Mapping):
            return Derivation(name, kind, FROM, (), line=line)
        hows = [how for how in DERIVATIONS if how in table]
        if len(hows) > 1 or not (hows or beside):
            # A word that is not known was told already; it was meant to be the derivation.
            if len(hows) > 1 or not table.keys() - set(DERIVATIONS) - set(_EXTRA_KEYS):
                self._problem(
                    key,
                    "one_derivation",
                    f"`{name}` needs exactly one of {', '.join(DERIVATIONS)}.",
                    "Write for example {from: amount} or {join: [store, receipt]}.",
                )
            return Derivation(name, kind, FROM, (), line=line)
        how = hows[0] if hows else FROM
        for extra in _EXTRA_KEYS:
            if extra in table and (extra not in EXTRAS[how] or ONLY.get(extra, kind) is not kind):
                self._problem(table[extra], "key_not_here", f"`{extra}` means nothing for `{name}` with `{how}`.",
                              "Remove it; docs/events.md says what goes together.")  # fmt: skip
        if kind is not Kind.MONEY and how in (SUM, DIFFERENCE):
            self._problem(key, "key_not_here", f"`{name}` is no amount: it cannot be a {how}.", "Use `from` or `join`.")
        if "default" in table and ("round" in table or "scale" in table):
            self._problem(
                table["default"],
                "key_not_here",
                "`default` does not go with `round` or `scale`.",
                "Remove it.",
            )
        given = table.get(how)
        return Derivation(
            name, kind, how,
            sources=self._sources(how, given, name),
            text=self._text(given) if how == ALWAYS and given is not None else "",
            glue=self._text(table["with"]) if "with" in table else "-",
            values=self._values(table.get("values")),
            default=self._text(table["default"]) if "default" in table else None,
            rounding=self._choice(table.get("round"), ROUNDINGS, "") or None,
            scale=self._scale(table.get("scale")),
            format=self._text(table["format"]) if "format" in table else None,
            zone=self._zone(table.get("zone")),
            line=line,
        )  # fmt: skip

    def _sources(self, how: str, given: Node | None, name: str) -> tuple[str, ...]:
        if given is None:
            return (name,)
        if how == ALWAYS:
            return ()
        if how == FROM:
            return (self._text(given),)
        names = self._texts(given)
        if len(names) < 2:
            self._problem(given, "too_few", f"`{how}` needs at least two columns.", f"Write {how}: [one, another].")
        return tuple(names)

    def _values(self, node: Node | None) -> dict[str, str]:
        return {name: self._text(value) for name, (_, value) in self._entries(node, "`values`").items()}

    def _scale(self, node: Node | None) -> Fraction | None:
        if node is None:
            return None
        text = self._text(node)
        if not _SCALE.fullmatch(text) or not Fraction(text):
            self._problem(
                node,
                "bad_scale",
                f"{quoted(text)} is not a factor.",
                "Write a number above zero such as 0.01.",
            )
            return None
        return Fraction(text)

    def _zone(self, node: Node | None) -> str | None:
        if node is None:
            return None
        text = self._text(node)
        if text not in zoneinfo.available_timezones():
            self._problem(node, "bad_zone", f"There is no time zone {quoted(text)}.",
                          nearest(text, sorted(zoneinfo.available_timezones())))  # fmt: skip
            return None
        return text

    def _entries(self, node: Node | None, what: str) -> dict[str, tuple[Scalar, Node]]:
        if node is None:
            return {}
        if not isinstance(node, document.Mapping):
            self._problem(node, "not_a_table", f"{what} is a list of `name: value`.", "Indent the names below it.")
            return {}
        return node.entries

    def _table(self, node: Node, what: str, keys: Sequence[str]) -> dict[str, Node]:
        entries = self._entries(node, what)
        for name, (key, _) in entries.items():
            if name not in keys:
                self._problem(key, "unknown_key", f"{what} has no key {quoted(name)}.", nearest(name, keys))
        return {name: value for name, (_, value) in entries.items()}

    def _texts(self, node: Node) -> list[str]:
        if not isinstance(node, Listing):
            self._problem(node, "not_a_list", "A list of columns is expected.", "Write [one, another].")
            return []
        return [self._text(item) for item in node.items]

    def _text(self, node: Node) -> str:
        if isinstance(node, Scalar) and not node.empty:
            return node.text
        self._problem(node, "not_a_text", "A text is expected here.", "Write a word, or a text between quotes.")
        return ""

    def _choice(self, node: Node | None, choices: Sequence[str] | dict[str, object] | dict[str, str] | dict[str, Kind],
                fallback: str) -> str:  # fmt: skip
        if node is None:
            return fallback
        text = self._text(node)
        if text and text not in choices:
            self._problem(node, "unknown_value", f"{quoted(text)} is not known here.", nearest(text, choices))
        return text if text in choices else fallback

    def _problem(self, node: Node, code: str, message: str, remedy: str) -> None:
        place = node.place
        self.problems.append(Problem(code, "", place.line, place.column, place.length, message, remedy))


_EXTRA_KEYS = tuple(dict.fromkeys(key for keys in EXTRAS.values() for key in keys))
