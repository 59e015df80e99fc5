"""The environment of this installation: the one place that reads its settings, and says what is wrong with one.

A setting that cannot be meant is refused as soon as it is read, before anything is opened: its name, what it says, and
what to write. Empty is as if it were not there. All of them: docs/settings.md; the addresses of the database are looked
at where they are used (`kit.database`).
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from regulars.kit.speaking import listed, worded

_HOST = re.compile(r"\*|\.?[\w-]+(\.[\w-]+)*\.?|\[[0-9A-Fa-f:.]+\]")


class BadSetting(ValueError):
    """A setting that cannot be meant; the sentence can be said in every language of the house."""

    code = "bad_setting"

    @property
    def sentence(self) -> str:
        """What to write."""
        told: str = self.args[0]
        return told


def told(name: str, default: str = "") -> str:
    """What a setting says, or the default."""
    return os.environ.get(name, "").strip() or default


def make_folder(path: Path, mode: int) -> None:
    """Make a folder of this installation unless it is there. Raises BadSetting where nobody may."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=mode)
    except OSError as error:
        raise no_home(path, error) from None


def no_home(path: Path, error: OSError) -> BadSetting:
    """What to say where this installation cannot keep what is its own."""
    return BadSetting(
        worded(
            "{path} cannot be written to ({why}): let REGULARS_HOME name a folder that can, or see to its rights.",
            path=str(path), why=error.strerror or "",
        )
    )  # fmt: skip


def whole(name: str, default: int) -> int:
    """A whole number from 0 to a billion. Raises BadSetting."""
    text = told(name, str(default))
    if not re.fullmatch("[0-9]{1,9}", text):
        raise BadSetting(worded("{name} says {text}: write a whole number from 0 on, in digits.", name=name, text=text))
    return int(text)


def one_of(name: str, *words: str) -> str:
    """One of some words, the first where nothing is said. Raises BadSetting."""
    text = told(name, words[0])
    if text not in words:
        raise BadSetting(worded("{name} says {text}: write {words}.", name=name, text=text, words=listed(words, "or")))
    return text


def switch(name: str) -> bool:
    """Whether something is on, which is said with 1. Raises BadSetting."""
    return one_of(name, "0", "1") == "1"


def hosts(name: str, default: str) -> list[str]:
    """Names of hosts, with commas. Raises BadSetting."""
    found = [part.strip() for part in told(name, default).split(",") if part.strip()]
    for host in found:
        if not _HOST.fullmatch(host):
            raise BadSetting(
                worded(
                    "{name} says {text}: write a host by its name alone, such as shop.example.", name=name, text=host
                )
            )
    return found


def origins(name: str) -> list[str]:
    """Where pages may come from, scheme and host, with commas. Raises BadSetting."""
    return [address(name, part.strip(), bare=True) for part in told(name).split(",") if part.strip()]


def address(name: str, text: str, bare: bool = False) -> str:
    """An address on the web that a setting tells, or nothing; `bare`: scheme and host alone. Raises BadSetting."""
    try:
        parts = urlsplit(text)
        well = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) and " " not in text
    except ValueError:
        well = False
    if text and (not well or (bare and (parts.path or parts.query or parts.fragment))):
        raise BadSetting(
            worded("{name} says {text}: write it with its scheme, such as https://shop.example.", name=name, text=text)
        )
    return text
