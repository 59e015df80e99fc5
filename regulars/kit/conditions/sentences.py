"""The third reading: a sentence fragment for people.

Statements are joined by "and" and "or". Where one joint stands inside another, the outer one is marked more
strongly (a comma, then a semicolon, then a dash), so that a sentence can be taken apart in one way only.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from regulars.kit.conditions.phrases import LANGUAGES, Orders
from regulars.kit.conditions.plain import plain
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
    Subject,
    type_of,
)
from regulars.kit.conditions.values import written
from regulars.kit.conditions.vocabulary import Name, Type

_MARKS = (" ", ", ", "; ", " \N{EN DASH} ")


def sentence(node: Node, language: str, exponent: int, currency: str | None) -> str:
    """`node` in `language` (en, de, es, da), money with `exponent` decimals in `currency` (None: no symbol).

    Raises ValueError for another language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no sentences in {language!r}: use one of {', '.join(LANGUAGES)}")
    return _Speaker(language, exponent, currency).said(plain(node), subordinate=False).text


@dataclass(frozen=True, slots=True)
class _Said:
    """A clause; `depth` counts the joints that stand inside each other in it.

    A single statement also has its parts; a `verb` only where the next statement may share it.
    """

    text: str
    depth: int
    subject: str = ""
    predicate: str = ""
    verb: str = ""
    negative: bool = False


class _Speaker:
    def __init__(self, language: str, exponent: int, currency: str | None) -> None:
        self._language = language
        self._words = LANGUAGES[language]
        self._exponent = exponent
        self._currency = currency

    def said(self, node: Node, subordinate: bool, inside_and: bool = False) -> _Said:
        match node:
            case And(parts):
                return self._joined([self.said(part, subordinate, True) for part in parts], self._words.both)
            case Or(parts):
                first, joint = self._words.either if inside_and else ("", self._words.one_of)
                joined = self._joined([self.said(part, subordinate) for part in parts], joint)
                return _Said(f"{first} {joined.text}".lstrip(), joined.depth)
            case AnyLine(where):
                return self._of_lines(self._words.any_line, where)
            case Not(AnyLine(where)):
                return self._of_lines(self._words.no_line, where)
            case EveryLine(where):
                return self._of_lines(self._words.every_line, where)
            case Not(part):
                return self._statement(part, True, subordinate)
        return self._statement(node, False, subordinate)

    def _joined(self, parts: list[_Said], joint: str) -> _Said:
        depth = max(part.depth for part in parts)
        mark = _MARKS[min(depth, len(_MARKS) - 1)]
        text = parts[0].text
        for before, part in pairwise(parts):
            again = _without_repetition(before, part)
            text += f"{mark}{self._euphonic(joint, again)} {again}"
        return _Said(text, depth + 1)

    def _of_lines(self, phrase: str, where: Node) -> _Said:
        inner = self.said(plain(where), subordinate=True)
        return _Said(phrase.format(c=inner.text), inner.depth + 1)

    def _statement(self, node: Node, denied: bool, subordinate: bool) -> _Said:
        words, depth = self._words, 0
        match node:
            case Compare(Op.EQ, left, Literal() as right):
                subject, depth = self._subject(left)
                phrase, value = (words.equal, words.unequal)[denied], self._after_is(right, left)
            case Compare(Op.EQ, left, right):
                subject, depth = self._subject(left)
                phrase, value = (words.same, words.other)[denied], self._value(right, left)
            case Compare(op, left, right):
                subject, depth = self._subject(left)
                phrase, value = self._order(left, right)[op], self._value(right, left)
            case In(left, values, _):
                subject, depth = self._subject(left)
                phrase = (words.equal, words.neither)[denied]
                value = self._listed([self._after_is(one, left) for one in values], denied)
            case Has(group, item, _):
                subject = group.called(self._language)
                phrase, value = (words.contains, words.lacks)[denied], self._object(item, group)
            case Flag(name):
                subject, phrase, value = (
                    name.called(self._language),
                    (words.applies, words.applies_not)[denied],
                    "",
                )
            case Missing(name):
                subject, phrase, value = name.called(self._language), (words.unknown, words.known)[denied], ""
            case _:
                raise AssertionError("joints and lines are said elsewhere")
        predicate = self._arranged(phrase, value, subordinate)
        # "a or b and not c" would be read in two ways: a list keeps its verb.
        verb, negation, _ = phrase.split("|")
        verb = "" if isinstance(node, In) else verb
        return _Said(f"{subject} {predicate}", depth, subject, predicate, verb, bool(negation))

    def _arranged(self, phrase: str, value: str, subordinate: bool) -> str:
        parts = [part.format(v=value) for part in phrase.split("|")]
        order = self._words.subordinate if subordinate else self._words.main
        arranged = " ".join(parts[at] for at in order if parts[at])
        return arranged.replace(" a el ", " al ") if self._language == "es" else arranged

    def _subject(self, subject: Subject) -> tuple[str, int]:
        match subject:
            case Ref(name):
                return name.called(self._language), 0
            case Count(where):
                said = self._of_lines(self._words.count, where)
            case Spend(where, _):
                said = self._of_lines(self._words.spend, where)
        return said.text, said.depth

    def _value(self, operand: Operand, beside: Subject) -> str:
        """What is compared with `beside`: a value as people write it, or a subject."""
        if not isinstance(operand, Literal):
            return self._subject(operand)[0]
        if isinstance(operand.value, str) and operand.type is Type.TEXT and isinstance(beside, Ref):
            label = beside.name.label(operand.value, self._language)
            return label if label.strip() else f'"{label}"'
        return written(operand, self._language, self._exponent, self._currency)

    def _after_is(self, literal: Literal, beside: Subject) -> str:
        value = self._value(literal, beside)
        return self._words.day.format(v=value) if literal.type is Type.DATE else value

    def _object(self, item: Ref | Literal, group: Name) -> str:
        value = self._value(item, Ref(group))
        # German alone changes the article of an object, and of masculine words only.
        masculine = self._language == "de" and isinstance(item, Ref) and value.startswith("der ")
        return f"den {value.removeprefix('der ')}" if masculine else value

    def _order(self, left: Subject, right: Operand) -> Orders:
        literal, kind = isinstance(right, Literal), type_of(left)
        if kind in (Type.DATE, Type.MONTH):
            written_out = self._words.dates if kind is Type.DATE else self._words.months
            return written_out if literal else self._words.times_names
        if kind is Type.TEXT:
            adverb = self._words.alphabetical
            return {op: text.replace("||", f"||{adverb} ") for op, text in self._words.numbers_names.items()}
        return self._words.numbers if literal else self._words.numbers_names

    def _listed(self, values: list[str], denied: bool) -> str:
        """`a, b or c`; denied: `a nor b nor c`."""
        if denied:
            return f" {self._words.none_of} ".join(values)
        joint = self._euphonic(self._words.one_of, values[-1])
        return f"{', '.join(values[:-1])} {joint} {values[-1]}"

    def _euphonic(self, joint: str, following: str) -> str:
        """Spanish y and o before their own sound: "septiembre u octubre"."""
        sound = following.casefold().removeprefix("h")[:1]
        if self._language == "es" and (joint, sound) in {("o", "o"), ("y", "i")}:
            return {"o": "u", "y": "e"}[joint]
        return joint


def _without_repetition(before: _Said, part: _Said) -> str:
    """`part` after `before`: "the hour is at least 10 and less than 12" names subject and verb once."""
    if not part.subject or part.subject != before.subject:
        return part.text
    # After "not" the verb is repeated: "is not a and at least b" would deny both.
    shared = bool(part.verb) and part.verb == before.verb and (part.negative or not before.negative)
    return part.predicate.removeprefix(f"{part.verb} ") if shared else part.predicate
