"""Sampling: the good programme, and how a bad one and its good neighbour are made of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Sample:
    """In the good programme, `old` becomes `bad`, which `code` finds, or `fine`, which nothing finds.

    One that is mended `by_hand` has no mechanical remedy, though its check has some. `besides` are further edits
    of both.
    """

    code: str
    old: str
    bad: str
    fine: str
    by_hand: bool = False
    besides: tuple[tuple[str, str], ...] = ()

    def bad_programme(self) -> str:
        """The whole programme that the check stops."""
        return _edited((self.old, self.bad), *self.besides)

    def fine_programme(self) -> str:
        """The whole programme that every check lets pass."""
        return _edited((self.old, self.fine), *self.besides)


@cache
def good_programme() -> str:
    """The programme of which no check has anything to say."""
    return resources.files("regulars.programme.checks").joinpath("good.yaml").read_text("utf-8")


def _edited(*edits: tuple[str, str]) -> str:
    text = good_programme()
    for old, new in edits:
        if text.count(old) != 1:
            raise ValueError(f"{old!r} stands {text.count(old)} times in the good programme.")
        text = text.replace(old, new)
    return text
