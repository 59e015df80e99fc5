"""Secrets of this installation, made once and kept in files only their owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from regulars.kit.environment import BadSetting, make_folder, no_home
from regulars.kit.speaking import worded

#: Characters that a secret has at least: those of 16 bytes as hexadecimal digits.
SHORTEST = 32


class WeakKey(BadSetting):
    """A secret key that could be guessed: the setting, or the file in which it is kept."""

    code = "weak_secret_key"


def secret_key(told: str, path: Path) -> str:
    """What signs sessions and forms: `told`, or else what is kept in `path`, where it is made when there is none yet.

    Raises WeakKey for one that could be guessed, or a file that was emptied.
    """
    key = told or secret(path)
    if len(key) >= SHORTEST:
        return key
    if told:
        raise WeakKey(
            worded(
                "REGULARS_SECRET_KEY has {length} characters, and needs {least} or more: put 64 random ones in its "
                "place (openssl rand -hex 32).",
                length=len(key), least=SHORTEST,
            )
        )  # fmt: skip
    raise WeakKey(
        worded(
            "The secret key in {file} has {length} characters, and needs {least} or more: put 64 random ones in its "
            "place (openssl rand -hex 32), or remove the file.",
            file=str(path), length=len(key), least=SHORTEST,
        )
    )  # fmt: skip


def secret(path: Path) -> str:
    """The secret kept in `path`; made (64 random characters, mode 0600) when there is none yet. Raises BadSetting."""
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise no_home(path, error) from None
    make_folder(path.parent, 0o711)
    made = secrets.token_hex(32)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was faster
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise no_home(path.parent, error) from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(made + "\n")
    return made
