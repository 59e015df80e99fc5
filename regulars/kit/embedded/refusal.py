"""The one error of the embedded PostgreSQL, and how the system's own errors become it."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class EmbeddedError(Exception):
    """Why the embedded PostgreSQL cannot do what was asked.

    `code` is stable snake_case, `sentence` says what is wrong, `remedy` says what to do about it.
    """

    def __init__(self, code: str, sentence: str, remedy: str) -> None:
        super().__init__(f"{sentence} {remedy}")
        self.code = code
        self.sentence = sentence
        self.remedy = remedy


def disk_full(folder: Path) -> EmbeddedError:
    """The refusal for a disk (or quota) that has no room left for `folder`."""
    return EmbeddedError(
        "disk_full",
        f"The disk that holds {folder} is full.",
        "Free some space (a new database takes about 60 MB, and its journal up to 4 GB) and start again.",
    )


@contextmanager
def plainly(folder: Path) -> Iterator[None]:
    """Turns the system errors that people meet, no room, no right and no folder, into refusals about `folder`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(folder) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST, errno.ENOTDIR):
            raise EmbeddedError(
                "folder_not_usable",
                f"{error.filename or folder} cannot be used: {error.strerror}.",
                "Choose a folder of your own, or start as the user it belongs to.",
            ) from error
        raise
