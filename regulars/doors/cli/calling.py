"""Calling: what is said of a call that cannot be meant, in the reader's language: what is wrong, and around it how the
command is called. The library speaks English alone."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer
from rich.markup import escape
from typer.core import TyperGroup

from regulars.doors.cli.saying import err, spoken
from regulars.kit.speaking import Said, Tongue, listed, said_in, worded

#: What the library says of a value or a call, and how the house says it; what is found goes into the sentence.
_SENTENCES: tuple[tuple[re.Pattern[str], Callable[[str], Said]], ...] = tuple(
    (re.compile(pattern, re.S), sentence)
    for pattern, sentence in (
        (r"No such command '(.*)'\.", lambda found: worded("There is no command `{name}`.", name=found)),
        (r"Missing (command)\.", lambda found: worded("Name a command.")),
        (
            r"Got unexpected extra argument.*? \((.*)\)",
            lambda found: worded("This is too much: {more}", more=found),
        ),
        (r"\w+ '(.*)' does not exist\.", lambda found: worded("`{name}` does not exist.", name=found)),
        (r"\w+ '(.*)' is a file\.", lambda found: worded("`{name}` is a file: name a folder.", name=found)),
        (r"\w+ '(.*)' is a directory\.", lambda found: worded("`{name}` is a folder: name a file.", name=found)),
        (r"\w+ '(.*)' is not readable\.", lambda found: worded("`{name}` cannot be read.", name=found)),
        (r"\w+ '(.*)' is not writable\.", lambda found: worded("`{name}` cannot be written to.", name=found)),
        (r"Value error, .* is not one of (.*)\.", lambda found: _choice(found)),
    )
)

#: A byte of a call that was no UTF-8, as Python keeps it.
_HALF = re.compile("[\ud800-\udfff]")


class Calls(TyperGroup):
    """The commands of the house, whose wrong calls are told by `tell`."""

    def main(self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **more: Any) -> Any:  # type: ignore[override]
        """Run a command, and end the process as it ended, unless it is one among others (`standalone_mode`)."""
        if not standalone_mode:
            return super().main(args, standalone_mode=False, **more)
        try:
            if any(_HALF.search(one) for one in (sys.argv[1:] if args is None else args)):
                raise typer.BadParameter(worded("Write the call in UTF-8: it has bytes that are none."))
            status = super().main(args, standalone_mode=False, **more)
        except typer.TyperException as wrong:
            tell(wrong)
            status = wrong.exit_code
        except typer.Abort:
            status = 1
        sys.exit(status or 0)


def tell(wrong: typer.TyperException) -> None:
    """Say on the error stream what is wrong with a call, and how the command is called."""
    if type(wrong).__name__ == "NoArgsIsHelpError":  # its help stands there
        return
    say, context = Tongue(spoken(None)), getattr(wrong, "ctx", None)
    if context is not None:
        usage = context.get_usage().removeprefix("Usage: ")
        for english, ours in (
            ("[OPTIONS]", say.words("[OPTIONS]")),
            ("COMMAND [ARGS]...", say.words("COMMAND [ARGUMENTS]...")),
        ):
            usage = usage.replace(english, ours)
        for line in (
            say.words("Usage: {call}", call=usage),
            say.words("`{command} --help` says more.", command=context.command_path),
        ):
            err.print(line, style="dim", markup=False, soft_wrap=True)
    err.print(f"[bold red]wrong_call[/bold red]: {escape(_sentence(wrong, say.language))}", soft_wrap=True)


def _sentence(wrong: typer.TyperException, language: str) -> str:
    if type(wrong) is not typer.BadParameter:
        return said_in(language, _of_call(wrong))
    name, said = _named(wrong), said_in(language, _of_value(wrong))
    return f"{name}: {said}" if name else said


def _of_call(wrong: typer.TyperException) -> str:
    """What is wrong with a call; as it was raised where the sentence is ours."""
    kind = type(wrong).__name__
    if kind == "NoSuchOption":
        near: list[str] = getattr(wrong, "possibilities", None) or []
        name = getattr(wrong, "option_name", "")
        if near:
            return worded("There is no option `{name}`: {near}?", name=name, near=listed(sorted(near), "or"))
        return worded("There is no option `{name}`.", name=name)
    if kind == "BadOptionUsage":
        name = getattr(wrong, "option_name", "")
        if "does not take" in wrong.message:
            return worded("`{name}` takes no value.", name=name)
        return worded("Write a value after `{name}`.", name=name)
    if kind == "MissingParameter":
        return worded("`{name}` is missing.", name=_named(wrong))
    return _of_text(wrong.format_message())


def _named(wrong: typer.TyperException) -> str:
    """Which argument or option is meant, as it is written."""
    hint, param = getattr(wrong, "param_hint", None), getattr(wrong, "param", None)
    told = hint or (param.get_error_hint() if param is not None else "")
    return (told if isinstance(told, str) else " / ".join(told)).replace("'", "")


def _of_value(wrong: typer.TyperException) -> str:
    """What is wrong with the value of an argument or option."""
    from regulars.doors.api.places import misfit

    errors = getattr(wrong.__cause__, "errors", None)
    if errors is None or errors()[0]["type"] == "value_error":
        return _of_text(wrong.message)
    return misfit(errors()[0])["sentence"]


def _of_text(text: str) -> str:
    for pattern, ours in _SENTENCES:
        if found := pattern.fullmatch(text):
            return ours(found[1])
    return text


def _choice(words: str) -> Said:
    return worded("Use {words}.", words=listed(re.findall("'([^']*)'", words), "or"))
