"""The words in which a section declares what one key holds: a text, a whole number, an amount, a choice.

A shape knows what is wanted, reads a node into a value, and notes a problem with its place when the node
holds something else. Nothing here knows a section; what one key means for another is the section's affair.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from regulars.kit.speaking import Said, counted, listed, phrase, worded
from regulars.programme import document
from regulars.programme.document import Listing, Node, Place, Scalar
from regulars.programme.problems import HIDDEN, WARNING, shown
from regulars.programme.reading import BROKEN, Placed, Reading

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?")
_RATIO = re.compile(r"[1-9][0-9]{0,17}/[1-9][0-9]{0,17}")
_LARGEST_MONEY = 10**12  # minor units: far from any limit of the tables that hold it


class Shape:
    """What may stand at a place. Subclasses say what is `wanted` and read it in `_read`."""

    def wanted(self) -> str:
        """What is wanted, as a phrase in the nominative."""
        raise NotImplementedError

    def read(self, node: Node, path: str, reading: Reading) -> Any:
        """The value of `node`, or BROKEN after a problem was noted."""
        if isinstance(node, Scalar) and node.empty:
            return self.without_value(node.place, path, reading)
        return self._read(node, path, reading)

    def without_value(self, place: Place, path: str, reading: Reading) -> Any:
        """Note that nothing stands where a value should."""
        remedy = worded("Write {wanted}, or remove the key.", wanted=self.wanted())
        reading.problem("empty_value", path, place, worded("{key} has no value.", key=called(path)), remedy)
        return BROKEN

    def _read(self, node: Node, path: str, reading: Reading) -> Any:
        raise NotImplementedError

    def mismatch(self, node: Node, path: str, reading: Reading, code: str = "wrong_type", remedy: str = "") -> Any:
        """Note that something else than what is wanted stands here."""
        message = worded(
            "{key} must be {wanted}, not {given}.",
            key=called(path),
            wanted=self.wanted(),
            given=_described(node),
        )
        reading.problem(code, path, node.place, message, remedy or worded("Write {wanted}.", wanted=self.wanted()))
        return BROKEN


@dataclass(frozen=True)
class Text(Shape):
    """One line of text, at most `most` characters."""

    most: int = 200

    def wanted(self) -> str:
        return phrase("a text of at most {most} characters", most=self.most)

    def _read(self, node: Node, path: str, reading: Reading) -> Any:
        if not isinstance(node, Scalar):
            return self.mismatch(node, path, reading)
        text = node.text.strip()
        if not text or len(text) > self.most:
            return self.mismatch(node, path, reading, "out_of_range")
        if HIDDEN.search(text) or "\n" in text or "\t" in text:
            message = worded("{key} holds a line break or a character that cannot be seen.", key=called(path))
            remedy = worded("Write it on one line, in plain characters.")
            reading.problem("hidden_character", path, node.place, message, remedy)
            return BROKEN
        return text


@dataclass(frozen=True)
class Prose(Text):
    """A text of several lines, at most `most` characters."""

    most: int = 4_000

    def _read(self, node: Node, path: str, reading: Reading) -> Any:
        if not isinstance(node, Scalar):
            return self.mismatch(node, path, reading)
        text = node.text.strip()
        return text if 0 < len(text) <= self.most else self.mismatch(node, path, reading, "out_of_range")


@dataclass(frozen=True)
class Word(Shape):
    """A text of a given form, such as an id; other texts are problem `code`."""

    pattern: str
    code: str
    form: str

    def wanted(self) -> str:
        return phrase(self.form)

    def _read(self, node: Node, path: str, reading: Reading) -> Any:
        if not isinstance(node, Scalar):
            return self.mismatch(node, path, reading)
        if not re.fullmatch(self.pattern, node.text):
            return self.mismatch(node, path, reading, self.code)
        return node.text


@dataclass(frozen=True)
class Integer(Shape):
    """A whole number from `least` to `most`."""

    least: int
    most: int

    def wanted(self) -> str:
        return phrase("a whole number from {least} to {most}", least=str(self.least), most=str(self.most))

    def _read(self, node: Node, path: str, reading: Reading) -> Any:
        if not isinstance(node, Scalar):
            return self.mismatch(node, path, reading)
        if not _WHOLE.fullmatch(node.text):
            return self.mismatch(node, path, reading, "not_a_number", _number_hint(node.text, whole=True))
        value = int(node.text)
        return value if self.least <= value <= self.most else self.mismatch(node, path, reading, "out_of_range")


@dataclass(frozen=True)
class Number(Shape):
    """An exact number, as a decimal (1.5) or, where `ratio`, a fraction (4/3), from `least` to `most`.

    With `above`, `least` itself is excluded.
    """

    least: int
    most: int
    above: bool = False
    ratio: bool = False

    def wanted(self) -> str:
        if self.above:
            return phrase("a number above {least}, at most {most}", least=str(self.least), most=str(self.most))
        return phrase("a number from {least} to {most}", least=str(self.least), most=str(self.most))

    def _read(self, node: Node, path: str, reading: Reading) -> Any:
        if not isinstance(node, Scalar):
            return self.mismatch(node, path, reading)
        if not (_DECIMAL.fullmatch(node.text) or (self.ratio and _RATIO.fullmatch(node.text))):
            return self.mismatch(node, path, reading, "not_a_number", _number_hint(node.text))
        value = Fraction(node.text)
        if value > self.most or value < self.least or (self.above and value == self.least):
            return self.mismatch(node, path, reading, "out_of_range")
        return value


@dataclass(frozen=True)
class Money(Shape):
    """An amount above zero, written in major units ("1.50") and read in minor units of the programme's money.

    `whole` amounts are ints and must be payable; others are Fractions (a point may be worth half a cent).
    """

    whole: bool = True

    def wanted(self) -> str:
        return phrase("an amount of money above 0")

    def _read(self, node: Node, path: str, reading: Reading) -> Any:
        if not isinstance(node, Scalar):
            return self.mismatch(node, path, reading)
        if not _DECIMAL.fullmatch(node.text):
            return self.mismatch(node, path, reading, "not_a_number", _number_hint(node.text))
        minor = Fraction(node.text) * 10**reading.exponent
        if not 0 < minor <= _LARGEST_MONEY:
            return self.mismatch(node, path, reading, "out_of_range")
        return minor_units(minor, node, path, reading) if self.whole else minor


@dataclass(frozen=True)
class YesNo(Shape):
    """Yes or no."""

    def wanted(self) -> str:
        return phrase("yes or no")

    def _read(self, node: Node, path: str, reading: Reading) -> Any:
        known = {"yes": True, "true": True, "no": False, "false": False}
        if not isinstance(node, Scalar) or node.text.lower() not in known:
            return self.mismatch(node, path, reading)
        return known[node.text.lower()]


@dataclass(frozen=True)
class Choice(Shape):
    """One of a few words."""

    words: tuple[str, ...]

    def wanted(self) -> str:
        return one_of(self.words)

    def _read(self, node: Node, path: str, reading: Reading) -> Any:
        if not isinstance(node, Scalar):
            return self.mismatch(node, path, reading)
        if node.text not in self.words:
            remedy = reading.nearest(node.text, self.words)
            return self.mismatch(node, path, reading, "not_a_choice", remedy)
        return node.text


@dataclass(frozen=True)
class Known(Shape):
    """A name out of a published list, such as a time zone; other texts are problem `code`.

    `like` gives the names to propose first for another text, the likeliest before the others.
    """

    names: Callable[[], Collection[str]]
    code: str
    kind: str
    like: Callable[[str], Sequence[str]] = lambda text: ()

    def wanted(self) -> str:
        return phrase(self.kind)

    def _read(self, node: Node, path: str, reading: Reading) -> Any:
        if not isinstance(node, Scalar):
            return self.mismatch(node, path, reading)
        if node.text not in self.names():
            first = [f'"{name}"' for name in self.like(node.text)[:3]]
            remedy = (
                worded("Did you mean {names}?", names=listed(first, "or"))
                if first
                else reading.nearest(node.text, sorted(self.names()))
            )
            return self.mismatch(node, path, reading, self.code, remedy)
        return node.text


@dataclass(frozen=True)
class Reference(Shape):
    """The id of something else in the file (`what`), as Placed: the section looks it up."""

    what: str

    def wanted(self) -> str:
        return phrase("the id of {what}", what=phrase(self.what))

    def _read(self, node: Node, path: str, reading: Reading) -> Any:
        return Placed(node.text, path, node) if isinstance(node, Scalar) else self.mismatch(node, path, reading)


@dataclass(frozen=True)
class Expression(Shape):
    """A condition, as Placed: the section knows its scope."""

    def wanted(self) -> str:
        return phrase('a condition, such as brand == "Own"')

    def _read(self, node: Node, path: str, reading: Reading) -> Any:
        remedy = worded("A condition with a brace or bracket at its beginning, or with a colon, must stand in quotes.")
        if not isinstance(node, Scalar):
            return self.mismatch(node, path, reading, remedy=remedy)
        return Placed(node.text, path, node)


@dataclass(frozen=True)
class Title(Shape):
    """What members call something: a text for every language, or texts by language, read as {language: text}.

    A language of the programme without a text is a warning; it is shown in the first language that has one.
    """

    languages: tuple[str, ...]
    text: Text = Text(120)

    def wanted(self) -> str:
        return phrase("a text, or a text for each language ({languages})", languages=listed(self.languages))

    def _read(self, node: Node, path: str, reading: Reading) -> Any:
        if isinstance(node, Scalar):
            text = self.text.read(node, path, reading)
            return BROKEN if text is BROKEN else dict.fromkeys(reading.languages, text)
        if not isinstance(node, document.Mapping) or not node.entries:
            return self.mismatch(node, path, reading)
        texts: dict[str, str] = {}
        for language, (key, value) in node.entries.items():
            inner = f"{path}.{shown(language)[1:-1]}"
            if language not in self.languages:
                message = worded("{given} is not a language that Regulars speaks.", given=shown(language))
                remedy = worded("It speaks {languages}.", languages=listed(self.languages))
                reading.problem("unknown_language", inner, key.place, message, remedy)
            else:
                texts[language] = self.text.read(value, inner, reading)
        if len(texts) < len(node.entries) or BROKEN in texts.values():
            return BROKEN
        missing = [language for language in reading.languages if language not in texts]
        if missing:
            message = worded("{key} has no text in {languages}.", key=called(path), languages=listed(missing))
            remedy = worded("Add it; until then members who read that language see another one.")
            reading.problem("missing_language", path, node.place, message, remedy, WARNING)
        fallback = next((texts[one] for one in reading.languages if one in texts), next(iter(texts.values())))
        return {**dict.fromkeys(reading.languages, fallback), **texts}


def minor_units(minor: Fraction, node: Node, path: str, reading: Reading) -> Any:
    """`minor` as an int, or BROKEN after noting that no such amount can be paid."""
    if minor.denominator == 1:
        return minor.numerator
    message = worded("{key} has a fraction of the smallest coin.", key=called(path))
    money = reading.shared.get("money") or ""
    remedy = (
        counted("{money} has one decimal.", "{money} has {n} decimals.", reading.exponent, money=money)
        if reading.exponent
        else worded("{money} has no decimals.", money=money)
    )
    reading.problem("money_too_fine", path, node.place, message, remedy)
    return BROKEN


def one_of(words: Collection[str]) -> Said:
    """`a`, `b` or `c`."""
    return listed([f"`{word}`" for word in words], "or")


def called(path: str) -> str:
    """The last step of a path, as messages name it."""
    return f"`{path.rsplit('.', 1)[-1]}`"


def _described(node: Node) -> str:
    if isinstance(node, Scalar):
        return shown(node.text)
    return phrase("a list") if isinstance(node, Listing) else phrase("a mapping")


def _number_hint(text: str, *, whole: bool = False) -> str:
    if re.fullmatch(r"-?[0-9]+,[0-9]+", text):
        return (
            worded("Write decimals with a point: 1.50.")
            if not whole
            else worded("Write a whole number without separators: 1500.")
        )
    if re.fullmatch(r"-?[0-9]{1,3}([_' ,.][0-9]{3})+([.,][0-9]+)?", text):
        return worded("Write the number without separators: 1500.")
    if re.fullmatch(r"-?0[0-9]+", text):
        return worded("Write it without zeros in front: {number}.", number=str(int(text[:30])))
    return (
        worded("Write digits only, as 1500.")
        if whole
        else worded("Write digits, with a point before decimals: 1500 or 1.50.")
    )
