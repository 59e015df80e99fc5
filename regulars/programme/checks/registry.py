"""A check: a question asked of every programme, with its code, its grounds, and what it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from regulars.programme.checks.rulings import Ruling
from regulars.programme.checks.subject import Finding, Subject

CODE = re.compile(r"[A-Z]{2,5}-[1-9][0-9]?[a-z]?")
Question = Callable[[Subject, int | None], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """`code` is stable: the letters of its family and a number. `title` says what must hold.

    `why` says what is at stake for whom; `decides` exactly what is compared; `fixable` whether `--fix` can
    mend what it finds. `ask(subject, limit)` is called once for every limit that the rulings draw.
    """

    code: str
    title: str
    why: str
    decides: str
    rulings: tuple[Ruling, ...]
    ask: Question
    fixable: bool = False

    @property
    def family(self) -> str:
        """The letters before the number."""
        return self.code.split("-")[0]

    def order(self) -> tuple[str, int, str]:
        """A key to sort by: the family, then the number."""
        family, rest = self.code.split("-")
        number = re.match(r"\d+", rest)
        return family, int(number[0]) if number else 0, rest

    def within(self, profiles: Iterable[str]) -> tuple[Ruling, ...]:
        """Its rulings in the given profiles."""
        wanted = set(profiles)
        return tuple(ruling for ruling in self.rulings if ruling.profile in wanted)


REGISTERED: dict[str, Check] = {}


def check(
    code: str, title: str, *rulings: Ruling, why: str, decides: str, fixable: bool = False
) -> Callable[[Question], Question]:
    """Register the function below as the check `code`; ValueError when the code is taken or has another form."""

    def register(ask: Question) -> Question:
        if code in REGISTERED or not CODE.fullmatch(code) or not rulings:
            raise ValueError(f"{code!r} is taken, is no code, or stands on no ruling.")
        REGISTERED[code] = Check(code, title, why, decides, rulings, ask, fixable)
        return ask

    return register


def rulings_by_limit(rulings: Iterable[Ruling]) -> Iterator[tuple[int | None, list[Ruling]]]:
    """The rulings, those with the same limit together, in the order in which limits come first."""
    found: dict[int | None, list[Ruling]] = {}
    for ruling in rulings:
        found.setdefault(ruling.limit, []).append(ruling)
    yield from found.items()
