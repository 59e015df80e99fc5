"""Asking every check of one file: what a loader cannot refuse, and members would not forgive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from regulars.kit.speaking import counted, worded
from regulars.programme.checks.allowances import allowances, unused
from regulars.programme.checks.catalogue import CHECKS
from regulars.programme.checks.registry import Check, rulings_by_limit
from regulars.programme.checks.rulings import DIGNITY, Ruling, gravest
from regulars.programme.checks.subject import Edit, Finding, Subject
from regulars.programme.loading import inspect
from regulars.programme.problems import ERROR, WARNING, Problem
from regulars.programme.promise import Programme

#: Of one check; what is beyond is counted in a last one.
MOST_FINDINGS = 50


@dataclass(frozen=True, slots=True)
class Linted:
    """What was found in a file: `problems` of the loader and of the checks, in the order of the file.

    `programme` is None when it did not load; then the checks were not asked. `edits` mend findings among
    `problems`; `allowed` counts the findings that allowances took away.
    """

    programme: Programme | None
    problems: tuple[Problem, ...]
    edits: tuple[Edit, ...] = ()
    allowed: int = 0

    @property
    def failed(self) -> bool:
        """Whether one of the problems is an error."""
        return any(problem.severity == ERROR for problem in self.problems)


def lint(
    data: str | bytes,
    name: str = "programme.yaml",
    profiles: Iterable[str] = (DIGNITY,),
    checks: Iterable[Check] = CHECKS,
) -> Linted:
    """Load `data` and ask every check; what counts, and how gravely, is said by the rulings of `profiles`."""
    programme, document, problems = inspect(data, name)
    if programme is None or document is None:
        return Linted(None, tuple(problems))
    subject = Subject(programme, document)
    wanted = set(profiles)
    allowed, faults = allowances(document, (check.code for check in CHECKS))
    excused = {(code, one.line) for one in allowed for code in one.codes}
    used: set[tuple[str, int]] = set()
    kept: list[Problem] = [*problems, *faults]
    edits: list[Edit] = []
    count = 0
    for check in checks:
        said: list[Problem] = []
        for path, broken in _found(check, subject).items():
            key = (check.code, subject.place(path).line)
            used.add(key)
            active = [(finding, [one for one in rulings if one.profile in wanted]) for finding, rulings in broken]
            active = [(finding, rulings) for finding, rulings in active if rulings]
            if not active:
                continue
            if key in excused:
                count += 1
                continue
            said.append(_said(check, subject, active))
            edits += [active[0][0].edit] if active[0][0].edit else []
        kept += said[:MOST_FINDINGS]
        if len(said) > MOST_FINDINGS:
            kept.append(_and_more(len(said) - MOST_FINDINGS, said[MOST_FINDINGS]))
    kept += unused(allowed, used)
    kept.sort(key=lambda problem: (problem.line, problem.column))
    return Linted(programme, tuple(kept), tuple(edits), count)


def _found(check: Check, subject: Subject) -> dict[str, list[tuple[Finding, list[Ruling]]]]:
    """By path, what `check` finds there under each limit, with the rulings that draw it; one for each limit."""
    found: dict[str, list[tuple[Finding, list[Ruling]]]] = {}
    for limit, rulings in rulings_by_limit(check.rulings):
        paths: set[str] = set()
        for finding in check.ask(subject, limit):
            if finding.path not in paths:
                paths.add(finding.path)
                found.setdefault(finding.path, []).append((finding, rulings))
    return found


def _said(check: Check, subject: Subject, active: list[tuple[Finding, list[Ruling]]]) -> Problem:
    """The finding of the first ruling that is broken here, with the grounds of all of them."""
    first = active[0][0]
    broken = [ruling for _, rulings in active for ruling in rulings]
    severity = WARNING if first.mild else ERROR if first.undecided else gravest(broken)
    example = (worded("For example: {example}", example=first.example),) if first.example else ()
    notes = (*example, *(ruling.sentence() for ruling in broken))
    place = subject.place(first.path)
    return Problem(
        check.code, first.path, place.line, place.column, place.length, first.message, first.remedy, severity, notes
    )


def _and_more(more: int, first: Problem) -> Problem:
    message = counted(
        "One more like those above begins here; it is not shown.",
        "{n} more like those above begin here; they are not shown.",
        more,
    )
    return replace(first, message=message, remedy=worded("Mend the ones above and check again."), notes=())
