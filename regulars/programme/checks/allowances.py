"""`# regulars: allow CAP-2 because ...`: a keeper who departs from a check says so, where it stands, and why.

An allowance behind something speaks of that line; one on a line of its own, of the next line that is not a
comment. What it allows is still counted, and an allowance that allows nothing is itself said.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from regulars.kit.speaking import worded
from regulars.programme.checks.registry import CODE
from regulars.programme.document import Document, Listing, Mapping, Node, Scalar
from regulars.programme.problems import WARNING, Problem, shown, split_lines

_COMMENT = re.compile(r"#[ \t]*regulars:(.*)")
_FORM = re.compile(r"\s*allow\s+(?P<codes>[^\s,]+(?:\s*,\s*[^\s,]+)*)(?:\s+because\b\s*(?P<reason>.*?))?\s*")
_AS = "# regulars: allow CODE because <reason>"


@dataclass(frozen=True, slots=True)
class Allowance:
    """`codes` are allowed on `line`; the comment itself stands at `written`, `column` and `length`."""

    codes: tuple[str, ...]
    reason: str
    line: int
    written: int
    column: int
    length: int

    def problem(self, code: str, message: str, remedy: str, severity: str = "error") -> Problem:
        """A problem at the comment."""
        return Problem(code, "", self.written, self.column, self.length, message, remedy, severity)


def allowances(document: Document, known: Iterable[str]) -> tuple[list[Allowance], list[Problem]]:
    """The allowances in the file, and what is wrong with those that cannot be taken.

    `known` are the codes that exist. Problems: `allowance_unclear`, `allowance_without_reason`,
    `allowance_unknown`. Texts that merely look like a comment (inside quotes or a block) are none.
    """
    if "regulars:" not in document.text.removeprefix("regulars:"):
        return [], []
    codes = set(known)
    lines = split_lines(document.text)
    following = _following(lines)
    spans = sorted(_spans(document.root))
    starts = [start for start, _ in spans]
    found: list[Allowance] = []
    problems: list[Problem] = []
    offset = 0
    for number, line in enumerate(lines, 1):
        match = _COMMENT.search(line)
        if match and _is_comment(line, match.start(), offset, starts, spans):
            alone = not line[: match.start()].strip()
            one = _read(match, number, following[number] if alone else number)
            problem = _fault(one, match[1], codes)
            if problem:
                problems.append(problem)
            else:
                found.append(one)
        offset += len(line)
        offset += 2 if document.text.startswith("\r\n", offset) else 1
    return found, problems


def unused(found: Iterable[Allowance], used: set[tuple[str, int]]) -> Iterable[Problem]:
    """A warning for every code of an allowance that nothing needed; `used` holds codes with their lines."""
    for one in found:
        for code in one.codes:
            if (code, one.line) not in used:
                yield one.problem(
                    "allowance_unused",
                    worded(
                        "{code} has nothing to say on line {line}: this allowance allows nothing.",
                        code=code,
                        line=one.line,
                    ),
                    worded("Remove it, or put it on the line that the check names."),
                    WARNING,
                )


def _read(match: re.Match[str], written: int, line: int) -> Allowance:
    form = _FORM.fullmatch(match[1])
    codes = tuple(re.split(r"\s*,\s*", form["codes"])) if form else ()
    reason = (form["reason"] or "").strip() if form else ""
    return Allowance(codes, reason, line, written, match.start() + 1, len(match[0].rstrip()))


def _fault(one: Allowance, written: str, known: set[str]) -> Problem | None:
    if not one.codes or not all(CODE.fullmatch(code) for code in one.codes):
        message = worded("What {given} asks of the checks is not clear.", given=shown(written.strip()))
        return one.problem("allowance_unclear", message, worded("Write `{form}`.", form=_AS))
    if len({word.lower() for word in re.findall(r"[^\W\d_]{2,}", one.reason)}) < 2:
        message = worded("{codes} is allowed here without a reason.", codes=", ".join(one.codes))
        return one.problem(
            "allowance_without_reason",
            message,
            worded("Say why, for those who read it after you: `{form}`.", form=_AS),
        )
    strange = [code for code in one.codes if code not in known]
    if strange:
        message = worded("There is no check {given}.", given=shown(strange[0]))
        return one.problem("allowance_unknown", message, worded("docs/checks/README.md lists the codes there are."))
    return None


def _following(lines: list[str]) -> list[int]:
    """By line number, the next line that holds something else than a comment; the last one of the file, if none."""
    following = [len(lines)] * (len(lines) + 1)
    for number in range(len(lines) - 1, 0, -1):
        text = lines[number].strip()
        following[number] = number + 1 if text and not text.startswith("#") else following[number + 1]
    return following


def _is_comment(line: str, at: int, offset: int, starts: list[int], spans: list[tuple[int, int]]) -> bool:
    if at and not line[at - 1].isspace():
        return False
    index = bisect_right(starts, offset + at) - 1
    return index < 0 or offset + at >= spans[index][1]


def _spans(node: Node) -> Iterable[tuple[int, int]]:
    if isinstance(node, Scalar):
        yield node.start, node.end
    elif isinstance(node, Listing):
        for item in node.items:
            yield from _spans(item)
    elif isinstance(node, Mapping):
        for key, value in node.entries.values():
            yield key.start, key.end
            yield from _spans(value)
