"""A backup as a file: a ZIP with one text per table, as PostgreSQL's COPY writes it, and a manifest of what is in it.

`tables/<name>.copy` holds rows in COPY's text format (UTF-8, instants in UTC), `manifest.json` stands last. Any unzip
reads it and any PostgreSQL loads it, whatever its version. The file is secret: it holds people's data.
"""

from __future__ import annotations

import fcntl
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec

FORMAT = 1
_MANIFEST = "manifest.json"
_PIECE = 1 << 20
#: What a file says that was cut off, or in which bits have turned.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, msgspec.DecodeError, NotImplementedError)


class BackupRefused(Exception):
    """A backup could not be made or restored; nothing was changed: a stable `code` and a sentence with what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Partition(msgspec.Struct, frozen=True):
    """One part of a table that is partitioned by range: its name, where it begins and where the next one does."""

    name: str
    first: str
    after: str


class Table(msgspec.Struct, frozen=True):
    """What a backup holds of a table. `columns` are (name, type), `sha256` is that of the uncompressed text."""

    columns: list[tuple[str, str]]
    rows: int
    sha256: str
    partitions: list[Partition] = []


class Manifest(msgspec.Struct, frozen=True):
    """What is in a backup: made when and by which program, the migrations of its tables, rows and digests.

    `sequences` holds the next number of each, `left_out` why some tables' rows are not in it.
    """

    format: int
    made_at: datetime
    regulars: str
    postgresql: str
    migrations: list[tuple[str, str]]
    tables: dict[str, Table]
    sequences: dict[str, int]
    left_out: dict[str, str]

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(table.rows for table in self.tables.values())


class Writer:
    """A backup that is being written."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file

    def add(self, table: str, pieces: Iterable[bytes | bytearray | memoryview]) -> str:
        """Write the text of a table; answers its SHA-256."""
        digest = sha256()
        # A size is not known before the end, so that of a large table must be allowed for from the beginning.
        with self._file.open(_member(table), "w", force_zip64=True) as member:
            for piece in _gathered(pieces):
                digest.update(piece)
                member.write(piece)
        return digest.hexdigest()

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, which makes the backup whole."""
        self._file.writestr(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))


@contextmanager
def new(path: Path) -> Iterator[Writer]:
    """A backup at `path`, readable by its owner alone; it has that name only once it is whole and on the disk.

    Raises BackupRefused `file_exists`, `backup_running`, or OSError.
    """
    _unused(path)
    partial = path.with_name(f"{path.name}.partial")
    descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "r+b") as raw:
        try:
            fcntl.flock(raw, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _running(partial) from None
        # Whoever held it until now has given this very file its name, or has removed it.
        _unused(path)
        if not partial.exists() or not os.path.samestat(partial.stat(), os.fstat(descriptor)):
            raise _running(partial)
        try:
            raw.truncate(0)  # one that was killed may have left something
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
                yield Writer(file)
            raw.flush()
            os.fsync(descriptor)
            partial.rename(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


class Reader:
    """A whole backup. `manifest` says what is in it."""

    def __init__(self, file: zipfile.ZipFile, manifest: Manifest) -> None:
        self._file = file
        self.manifest = manifest

    def pieces(self, table: str) -> Iterator[bytes]:
        """The text of a table; after the last piece it has proved to be what was written.

        Raises BackupRefused `backup_damaged`.
        """
        digest = sha256()
        with _undamaged(), self._file.open(_member(table)) as member:
            while piece := member.read(_PIECE):
                digest.update(piece)
                yield piece
        if digest.hexdigest() != self.manifest.tables[table].sha256:
            raise _damaged(f"the rows of {table} are not those that were written")


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """The backup at `path`. Raises BackupRefused `backup_damaged`, `backup_of_newer_program`, or OSError."""
    with _undamaged(), zipfile.ZipFile(path) as file:
        text = file.read(_MANIFEST)
        if msgspec.json.decode(text).get("format") != FORMAT:
            raise BackupRefused("backup_of_newer_program", "A newer Regulars made this backup: install that one first.")
        yield Reader(file, msgspec.json.decode(text, type=Manifest))


def _unused(path: Path) -> None:
    if path.exists():
        raise BackupRefused("file_exists", f"{path} exists already and is left as it is: choose another name.")


def _running(partial: Path) -> BackupRefused:
    return BackupRefused("backup_running", f"Another process writes {partial} just now.")


def _member(table: str) -> str:
    return f"tables/{table}.copy"


def _gathered(pieces: Iterable[bytes | bytearray | memoryview]) -> Iterator[bytes]:
    """Rows come one by one; they are compressed and counted by the megabyte."""
    held, size = [], 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _PIECE:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


@contextmanager
def _undamaged() -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise _damaged(str(error) or type(error).__name__) from error


def _damaged(why: str) -> BackupRefused:
    return BackupRefused("backup_damaged", f"This is no whole backup of Regulars ({why}): use another one.")
