"""The text of a condition, bounded and parsed by Python itself, and the place of everything in it."""

from __future__ import annotations

import ast
import unicodedata

from regulars.kit.conditions.refusal import ConditionError
from regulars.kit.speaking import Said, phrase, worded

MAX_LENGTH = 2_000
MAX_DEPTH = 50
MAX_PARTS = 500

#: Letters and marks by their category that show nothing all the same.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_HINTS = (
    ("==", ""),
    ("=", worded('To compare, write two equal signs: brand == "Own".')),
    ("<>", worded('For "is not equal", write !=.')),
    ("&", worded("Write and.")),
    ("|", worded("Write or.")),
    ("!", worded("Write not, or != between two values.")),
    ("and", worded("Write and in small letters.")),
    ("or", worded("Write or in small letters.")),
    ("not", worded("Write not in small letters.")),
    ("in", worded("Write in with small letters.")),
    ("is", worded("Write == to compare, or is None for a missing value.")),
    *((mark, worded('Use straight quotes: "Own".')) for mark in "\u201c\u201d\u201e\u201f\u2018\u2019\u201a«»"),
)
#: What Python's parser says of a text, in words for people.
_SAID = (
    ("never closed", phrase("a parenthesis is not closed")),
    ("unmatched", phrase("there is a parenthesis too many")),
    ("does not match", phrase("two parentheses do not fit each other")),
    ("unterminated", phrase("a quotation mark is missing")),
)


class Script:
    """A condition's text and Python's own syntax tree of it.

    Raises ConditionError when the text is too long, too deep, has too many parts, or is not an expression.
    """

    def __init__(self, text: str) -> None:
        _check_characters(text)
        # One line, so that every place is one number; each character keeps its place.
        line = "".join(" " if one in "\t\r\n" else one for one in text)
        self.text = text
        self._shift = len(line) - len(line.lstrip(" "))
        self._line = line.strip(" ")
        self._bytes = self._line.encode()
        self.root = self._parsed()
        self._check_size()
        self._check_comment()
        self._check_names()

    def place(self, node: ast.AST) -> tuple[int, int]:
        """The offset and the length, in characters of the text as given, of what `node` was read from."""
        start, end = self._span(node)
        return start + self._shift, end - start

    def source(self, node: ast.AST) -> str:
        """The text `node` was read from."""
        start, end = self._span(node)
        return self._line[start:end]

    def refusal(self, node: ast.AST, code: str, message: str, remedy: str) -> ConditionError:
        """A ConditionError that points at `node`."""
        return ConditionError(code, message, remedy, *self.place(node))

    def _span(self, node: ast.AST) -> tuple[int, int]:
        start = int(getattr(node, "col_offset", 0))
        end = int(getattr(node, "end_col_offset", len(self._bytes)))
        return len(self._bytes[:start].decode()), len(self._bytes[:end].decode())

    def _parsed(self) -> ast.expr:
        try:
            return ast.parse(self._line, mode="eval").body
        except SyntaxError as error:
            raise self._unreadable(error) from None
        except (RecursionError, MemoryError):
            raise self._too_deep() from None

    def _unreadable(self, error: SyntaxError) -> ConditionError:
        if "too many nested" in str(error.msg):
            return self._too_deep()
        last = len(self._line) - 1
        at = min(error.offset - 1, last) if error.offset else last
        rest = self._line[at:].casefold()
        remedy = next((hint for mark, hint in _HINTS if rest.startswith(mark)), "")
        return ConditionError(
            "unreadable",
            worded("This cannot be read: {said}.", said=_said(str(error.msg))),
            remedy or worded('Write comparisons joined by and, or, not: brand == "Own" and hour < 12.'),
            at + self._shift,
            1,
        )

    def _too_deep(self) -> ConditionError:
        return ConditionError(
            "too_deep",
            worded("The condition is nested more than {most} deep.", most=MAX_DEPTH),
            worded("Split it into several rules, or leave out parentheses that are not needed."),
            0,
            len(self.text),
        )

    def _check_size(self) -> None:
        parts, level = 0, [self.root]
        for _ in range(MAX_DEPTH):
            parts += len(level)
            if parts > MAX_PARTS:
                raise ConditionError(
                    "too_many_parts",
                    worded("The condition has more than {most} parts.", most=MAX_PARTS),
                    worded("Split it into several rules, or give the products a category of their own."),
                    0,
                    len(self.text),
                )
            level = [child for node in level for child in _expressions(node)]
            if not level:
                return
        raise self._too_deep()

    def _check_names(self) -> None:
        """Python takes full-width and other letters for plain ones; whoever reads the condition may not."""
        for node in ast.walk(self.root):
            if isinstance(node, ast.Name) and self.source(node) != node.id:
                message = worded("This cannot be read: {said}.", said=phrase("a name in other than plain letters"))
                raise self.refusal(node, "unreadable", message, worded("Write {name}.", name=node.id))

    def _check_comment(self) -> None:
        _, end = self._span(self.root)
        at = self._line.find("#", end)
        if at >= 0:
            raise ConditionError(
                "comment",
                worded("A comment hides the rest of a condition."),
                worded("Put the comment on a line of its own, outside the condition."),
                at + self._shift,
                len(self._line) - at,
            )


def _said(message: str) -> Said:
    """What Python says of a text that it cannot read, in words that can be said in every language."""
    return next((said for mark, said in _SAID if mark in message), phrase("something is missing here, or too much"))


def _expressions(node: ast.AST) -> list[ast.expr]:
    # What hangs on a node in any other way (a keyword, a generator) is refused with the node itself.
    return [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]


def _check_characters(text: str) -> None:
    if not text.strip():
        raise ConditionError(
            "empty", worded("The condition is empty."), worded("Write one, or leave the key out."), 0, len(text)
        )
    if len(text) > MAX_LENGTH:
        raise ConditionError(
            "too_long",
            worded(
                "The condition has {count} characters; at most {most} are allowed.",
                count=len(text),
                most=MAX_LENGTH,
            ),
            worded("Split it into several rules, or give the products a category of their own."),
            MAX_LENGTH,
            len(text) - MAX_LENGTH,
        )
    for at, one in enumerate(text):
        if one in "\t\r\n":
            continue
        if unicodedata.category(one) in ("Cc", "Cf", "Cs") or one in _BLANK:
            message = worded("The character U+{code} cannot be seen and is not allowed.", code=f"{ord(one):04X}")
            raise ConditionError("invisible_character", message, worded("Delete it."), at, 1)
        if one == "\\":
            message = worded("A backslash has no place in a condition.")
            remedy = worded("Leave it out; a text with double quotes inside can stand between single quotes.")
            raise ConditionError("backslash", message, remedy, at, 1)
