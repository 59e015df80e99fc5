"""What a call asks for: values of arguments and options that several commands read, or that need a word of their own.

The one rule of exit status 2: what the call itself shows to be wrong (a value that none can be, two options that do
not go together) is `Wrong`, raised before anything is opened or read. What only files or data show is refused by
`saying.refuse`, exit status 1. Both are said in the reader's language.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import MAXYEAR, date
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from typer.core import TyperCommand

from regulars.doors.cli.saying import spoken
from regulars.kit.speaking import listed, said_in, worded
from regulars.programme.header import LANGUAGES

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BELOW_ZERO = re.compile(r"-[0-9].*")


class Wrong(typer.BadParameter):
    """A wrong call, said in the environment's language where the sentence can be said in that."""

    def __init__(self, sentence: str, param_hint: str | None = None) -> None:
        super().__init__(said_in(spoken(None), sentence), param_hint=param_hint)

    def format_message(self) -> str:
        """The sentence, after what it is about."""
        hint = self.param_hint or (self.param.get_error_hint().replace("'", "") if self.param else "")
        return f"{hint}: {self.message}" if hint else self.message


class NumbersCommand(TyperCommand):
    """A command that takes numbers: one below zero is a value, of which it is said what is wrong, and no option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As every command does."""
        ctx.ignore_unknown_options = any(_BELOW_ZERO.fullmatch(arg) for arg in args)
        return super().parse_args(ctx, args)


def whole(least: int | None = None, most: int | None = None) -> Callable[[str | int], int]:
    """Reads a whole number from `least` (None: any) to `most` (None: any). Raises Wrong for another one."""

    def read(text: str | int) -> int:
        try:
            number = int(text)
        except ValueError:
            raise Wrong(worded("Write a whole number in digits, such as 30, not {text}.", text=text)) from None
        if least is not None and number < least:
            raise Wrong(worded("Write a number of at least {least}, not {number}.", least=least, number=number))
        if most is not None and number > most:
            raise Wrong(worded("Write a number of at most {most}, not {number}.", most=most, number=number))
        return number

    return read


def day(text: str) -> date:
    """Reads a day. Raises Wrong for another text, and for a day that no calendar has."""
    if not _DAY.fullmatch(text):
        raise Wrong(worded("Write a day as in 2026-05-31, not {text}.", text=text))
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Wrong(worded("There is no day {text}: write one of the calendar, like 2026-02-28.", text=text)) from None


def month(text: str) -> date:
    """Reads a month; answers its first day. Raises Wrong for another text, and where nothing can have happened."""
    from regulars.insight.liability.till import FIRST_DAY

    with suppress(Wrong):
        first = day(f"{text}-01")
        if FIRST_DAY <= first < date(MAXYEAR, 1, 1):
            return first
    raise Wrong(worded("Write a month as in 2026-05, not {text}.", text=text))


def one_of(*words: str) -> Callable[[str], str]:
    """Reads one of a few words. Raises Wrong for another one."""

    def read(text: str) -> str:
        if text not in words:
            raise Wrong(worded("Use {words}, not {text}.", words=listed(words, "or"), text=text))
        return text

    return read


#: A language that the house speaks, or None: that of the environment (`saying.spoken`).
Language = Annotated[
    str | None,
    typer.Option(
        help="The language of what people read. Default: the environment's.",
        parser=one_of(*LANGUAGES),
        metavar="|".join(LANGUAGES),
    ),
]
Port = Annotated[int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65_535)]


def address(text: str) -> str:
    """An e-mail address as a command takes it. Raises Wrong for what can be none."""
    try:
        validate_email(text.strip())
    except ValidationError:
        raise Wrong(worded("`{text}` is no e-mail address: it reads name@shop.example.", text=text)) from None
    return text.strip()


def share(text: str) -> Fraction:
    """An exact share from 0 to 1. Raises Wrong for another number."""
    try:
        exact = Fraction(text)
    except (ValueError, ZeroDivisionError):
        exact = Fraction(-1)
    if not 0 <= exact <= 1:
        raise Wrong(worded("Write a share from 0 to 1, a quarter as 0.25, not {text}.", text=text))
    return exact


def key_id(text: str) -> UUID:
    """The id of a key. Raises Wrong for what is none."""
    try:
        return UUID(text)
    except ValueError:
        raise Wrong(worded("Give the id as `regulars key list` shows it.")) from None


def scope(text: str) -> str:
    """Something that a key may do. Raises Wrong for what no key can do."""
    from regulars.ground.access.keys import SCOPES

    if text not in SCOPES:
        raise Wrong(worded("There is no scope `{text}`. There are: {scopes}.", text=text, scopes=listed(SCOPES)))
    return text


def source(text: str) -> str:
    """The name of a system that tells events. Raises Wrong for what can be none."""
    from regulars.ground.activity.naming import BadSource, source_of_others

    try:
        return source_of_others(text)
    except BadSource as refused:
        raise Wrong(f"{refused.code}: {said_in(spoken(None), refused.sentence)}") from None


def reason(text: str) -> str:
    """Why something is done to points, as a code. Raises Wrong for a text."""
    from regulars.ground.activity.contract import REASON

    if not REASON.fullmatch(text):
        raise Wrong(
            worded("A reason is a code of small letters, digits and hyphens, such as `late-delivery`, and no text.")
        )
    return text


def writable(text: str) -> Path:
    """A file that can be written, new or in place of one that is there. Raises Wrong for any other."""
    path = Path(text)
    if path.is_dir() or not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        raise Wrong(worded("{file} cannot be written: name a file in a folder that you may write to.", file=text))
    return path


def placed(text: str) -> str:
    """A new file in a folder that is there, or a folder, which is made where the text ends in /. Raises Wrong."""
    folder = Path(text).parent
    if not (text.endswith(os.sep) or folder.is_dir()):
        raise Wrong(
            worded(
                "There is no folder {folder}: make it first, or name a folder with / at its end, which is made.",
                folder=str(folder),
            )
        )
    return text


def act_id(text: str) -> str:
    """The own id of an act. Raises Wrong for one that is too long."""
    from regulars.ground.activity.contract import MAX_ID

    if len(text) > MAX_ID:
        raise Wrong(worded("An id has at most {most} characters.", most=MAX_ID))
    return text


def some(text: str) -> str:
    """A text that says something. Raises Wrong for an empty one."""
    if not text.strip():
        raise Wrong(worded("It says nothing."))
    return text.strip()
