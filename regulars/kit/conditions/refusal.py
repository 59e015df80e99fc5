"""What is said about a condition that cannot be accepted."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from regulars.kit.speaking import listed, worded


class ConditionError(ValueError):
    """A condition was refused.

    `code` is stable snake_case, `message` says what is wrong, `remedy` what to do. `offset` and `length`
    count characters in the text as it was given: the part to underline.
    """

    def __init__(self, code: str, message: str, remedy: str, offset: int = 0, length: int = 0) -> None:
        super().__init__(code, message, remedy, offset, length)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.offset = offset
        self.length = length

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


#: So many choices are all named; of more than these a few, and how many there are.
MOST_NAMED, FEW = 80, 12


def nearest(word: str, choices: Iterable[str]) -> str:
    """`Did you mean "tue"?` for the choices most like `word`; when none is like it, the choices."""
    known = list(choices)
    folded = {choice.casefold(): choice for choice in known}
    wanted = word.casefold()
    near = [original for fold, original in folded.items() if wanted.startswith(fold) or fold == wanted]
    near = near or [folded[fold] for fold in get_close_matches(wanted, folded, n=3, cutoff=0.6)]
    if near:
        return worded("Did you mean {names}?", names=listed([quoted(one) for one in near], "or"))
    if len(known) > MOST_NAMED:
        shown = ", ".join(quoted(one) for one in known[:FEW])
        return worded("Use one of {names}, or one of {n} others.", names=shown, n=len(known) - FEW)
    return worded("Use one of {names}.", names=listed(quoted(one) for one in known)) if known else ""


def quoted(text: str) -> str:
    """`text` between double quotes, shortened when it is long."""
    return f'"{text}"' if len(text) <= 60 else f'"{text[:57]}..."'
