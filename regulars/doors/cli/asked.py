"""What a call asks for: values of arguments and options that several commands read, or that need a word of their own.

The one rule of exit status 2: what the call itself shows to be wrong (a value that none can be, two options that do
not go together) is a `typer.BadParameter`, raised before anything is opened or read. What only files or data show is
refused by `saying.refuse`, exit status 1.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Annotated
from uuid import UUID

import typer
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from regulars.programme.header import LANGUAGES


def one_of(*words: str) -> Callable[[str], str]:
    """Reads one of a few words. Raises BadParameter for another one."""

    def read(text: str) -> str:
        if text not in words:
            raise typer.BadParameter(f"Use {', '.join(words[:-1])} or {words[-1]}, not {text!r}.")
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
    """An e-mail address as a command takes it. Raises BadParameter for what can be none."""
    try:
        validate_email(text.strip())
    except ValidationError:
        raise typer.BadParameter(f"{text!r} is no e-mail address; it reads name@shop.example.") from None
    return text.strip()


def share(text: str) -> Fraction:
    """An exact share from 0 to 1. Raises BadParameter for another number."""
    try:
        exact = Fraction(text)
    except (ValueError, ZeroDivisionError):
        exact = Fraction(-1)
    if not 0 <= exact <= 1:
        raise typer.BadParameter(f"{text} is no share from 0 to 1. Write a quarter as 0.25.")
    return exact


def key_id(text: str) -> UUID:
    """The id of a key. Raises BadParameter for what is none."""
    try:
        return UUID(text)
    except ValueError:
        raise typer.BadParameter("Give the id as `regulars key list` shows it.") from None


def scope(text: str) -> str:
    """Something that a key may do. Raises BadParameter for what no key can do."""
    from regulars.ground.access.keys import SCOPES

    if text not in SCOPES:
        raise typer.BadParameter(f"There is no scope {text}; there are: {', '.join(SCOPES)}.")
    return text


def source(text: str) -> str:
    """The name of a system that tells events. Raises BadParameter for what can be none."""
    from regulars.ground.activity.naming import BadSource, source_named

    try:
        return source_named(text)
    except BadSource as refused:
        raise typer.BadParameter(f"{refused.code}: {refused}") from None


def reason(text: str) -> str:
    """Why something is done to points, as a code. Raises BadParameter for a text."""
    from regulars.ground.activity.contract import REASON

    if not REASON.fullmatch(text):
        raise typer.BadParameter("A reason is a code of small letters, digits and hyphens, such as late-delivery.")
    return text


def some(text: str) -> str:
    """A text that says something. Raises BadParameter for an empty one."""
    if not text.strip():
        raise typer.BadParameter("It says nothing.")
    return text.strip()
