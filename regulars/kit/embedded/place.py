"""Where the server lives and whose it is: folders, private files, the socket's folder.

The rule
- An ordinary user's server lives in the folder that was asked for, and belongs to that user.
- PostgreSQL refuses to run as root. When root asks, the server belongs to the owner of the folder,
  and if that is root, to the system user `postgres`, or else to `nobody`.
- If that user can reach the folder, the folder is given to that user and the server lives there.
- If not (a clone below a closed home folder), no parent is ever opened: the server lives in a folder
  of its own below `/var/lib/regulars/`, and the folder that was asked for keeps a symbolic link
  `place` to it. The link alone decides, so deleting the folder means a fresh beginning and no old
  data comes back by surprise; what `place` named is then free to be deleted as well.

Every folder of ours is 0700 and every file 0600, owned by the server's user. As root works inside
folders of a lesser user, files are opened without following links and links are never trusted.
"""

import hashlib
import os
import pwd
import secrets
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regulars.kit.embedded.refusal import EmbeddedError

ELSEWHERE = Path("/var/lib/regulars")
"""Where root keeps what the server's user could not reach otherwise. Owned by root, 0755."""

SOCKET = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 103
"""Bytes that a socket's path may take: 107 on Linux, 103 on macOS."""

PLACE = "place"
START_LOCK = "start.lock"


@dataclass(frozen=True)
class Account:
    """The system user that owns the server and its files."""

    uid: int
    gid: int

    def reaches(self, path: Path) -> bool:
        """Whether this user may pass through `path` and all folders above it (of a file: run it).

        True of ourselves: for us the system answers, by its whole set of rules, when we go there.
        """
        return self.uid == os.geteuid() or all(self._passes(part) for part in (path, *path.parents))

    def _passes(self, path: Path) -> bool:
        facts = path.stat()
        if facts.st_uid == self.uid:
            return bool(facts.st_mode & stat.S_IXUSR)
        return bool(facts.st_mode & (stat.S_IXGRP if facts.st_gid == self.gid else stat.S_IXOTH))

    def child(self) -> dict[str, Any]:
        """What `subprocess` needs to run a program as this user, apart from our terminal and settings."""
        settings: dict[str, Any] = {
            "cwd": "/",
            "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            "umask": 0o077,
            "start_new_session": True,
        }
        if self.uid != os.geteuid():
            settings |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return settings


@dataclass(frozen=True)
class Home:
    """The folder in which one server lives, and the user it belongs to."""

    path: Path
    account: Account

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder; if it exists, it is whole."""
        return self.path / "data"

    @property
    def log(self) -> Path:
        """What the server said since its last launch."""
        return self.path / "server.log"

    @property
    def start_lock(self) -> Path:
        """Held by the process that creates, starts or stops the server."""
        return self.path / START_LOCK

    @property
    def users_lock(self) -> Path:
        """Held, shared, by every process that uses the server."""
        return self.path / "users.lock"

    @property
    def server_lock(self) -> Path:
        """Held by the server and its children for as long as one of them lives."""
        return self.path / "server.lock"


def locate(folder: Path) -> Home | None:
    """The home of the server asked for by `folder`, or None if none was made yet. Changes nothing.

    Raises EmbeddedError `folder_of_another_user`, `folder_unreachable` or `place_missing`.
    """
    if not folder.exists():
        return None
    facts = folder.stat()
    if os.geteuid() not in (0, facts.st_uid):
        raise _of_another_user(folder, facts.st_uid)
    path = folder
    if facts.st_uid == os.geteuid() and (folder / PLACE).is_symlink():
        path = (folder / PLACE).readlink()
        if not path.is_dir():
            raise EmbeddedError(
                "place_missing",
                f"The database of {folder} was kept in {path}, which is gone.",
                f"Bring it back from a backup, or delete {folder} to begin anew.",
            )
        facts = path.stat()
    elif not (folder / START_LOCK).exists():
        return None
    home = Home(path, Account(facts.st_uid, facts.st_gid))
    if home.account.uid == 0:
        raise _of_another_user(path, 0)
    if not home.account.reaches(path):
        raise EmbeddedError(
            "folder_unreachable",
            f"The user that owns the database (uid {home.account.uid}) can no longer reach {path}.",
            "Let that user pass through the folders above it, as it could when the database was made.",
        )
    return home


def settle(folder: Path) -> Home:
    """The home of the server asked for by `folder`, made if there is none, by the rule above.

    Raises EmbeddedError `folder_not_empty`, `no_unprivileged_user`, or what `locate` raises.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Listed before asking: another process that is just settling here leaves its mark first.
    strange = sorted(path.name for path in folder.iterdir()) if os.access(folder, os.R_OK) else []
    known = locate(folder)
    if known is not None:
        return known
    if strange:
        raise EmbeddedError(
            "folder_not_empty",
            f"{folder} holds other things already ({', '.join(strange[:3])}).",
            "Choose an empty or a new folder for the database.",
        )
    account = _account_for(folder)
    if not account.reaches(folder.parent):
        return _settle_elsewhere(folder, account)
    private_folder(folder, account)
    os.close(open_private(folder / START_LOCK, account))
    return Home(folder, account)


def private_folder(path: Path, account: Account) -> None:
    """Makes `path` if needed, and makes sure it is a real folder, 0700, of that user.

    Raises EmbeddedError `folder_of_another_user` or `folder_not_private`.
    """
    with suppress(FileExistsError):
        path.mkdir(0o700)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        raise _of_another_user(path, path.lstat().st_uid) from None
    try:
        if os.fstat(descriptor).st_uid not in (os.geteuid(), account.uid):
            raise _of_another_user(path, os.fstat(descriptor).st_uid)
        os.fchmod(descriptor, 0o700)
        if os.fstat(descriptor).st_uid != account.uid:
            os.fchown(descriptor, account.uid, account.gid)
        if stat.S_IMODE(os.fstat(descriptor).st_mode) != 0o700:
            raise EmbeddedError(
                "folder_not_private",
                f"{path} cannot be closed to other users: its file system keeps no permissions.",
                "Choose a folder on a file system of this machine.",
            )
    finally:
        os.close(descriptor)


def open_private(path: Path, account: Account) -> int:
    """Opens a file of ours for reading and writing, made if needed, 0600; gives the descriptor.

    Raises EmbeddedError `folder_of_another_user` if something else stands at its name.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode) or facts.st_nlink > 1 or facts.st_uid not in (os.geteuid(), account.uid):
        os.close(descriptor)
        raise _of_another_user(path, facts.st_uid)
    if facts.st_uid != account.uid:
        os.fchown(descriptor, account.uid, account.gid)
    return descriptor


def password(home: Home, role: str) -> str:
    """The password of a database role, kept in its own file, made by chance the first time."""
    path = home.path / f"{role}.password"
    descriptor = open_private(path, home.account)
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        # A line without its end was cut off by a crash, and nobody has used it yet.
        line = file.readline()
        if not line.endswith("\n"):
            line = secrets.token_urlsafe(32) + "\n"
            file.seek(0)
            file.write(line)
            file.truncate()
            file.flush()
            os.fsync(descriptor)
    return line.strip()


def socket_folder(home: Home) -> Path:
    """The private folder for the server's socket: in its home, or, where that path is too long
    for a socket or cannot be told to a client, below the folder for temporary files.

    Raises EmbeddedError `socket_folder_taken` when somebody else was there first.
    """
    near = home.path / "socket"
    if _fits(near):
        private_folder(near, home.account)
        return near
    name = "regulars-" + hashlib.sha256(os.fsencode(home.data)).hexdigest()[:16]
    places = [Path(tempfile.gettempdir()).resolve(), Path("/tmp").resolve()]  # noqa: S108 - the folder inside is private
    usable = [place / name for place in places if _fits(place / name) and home.account.reaches(place)]
    far = usable[0] if usable else places[-1] / name
    try:
        private_folder(far, home.account)
    except EmbeddedError as error:
        raise EmbeddedError(
            "socket_folder_taken",
            f"{far} was made by somebody else, so a socket there would not be private.",
            "Have it removed, set TMPDIR to a folder of your own, or use a data folder with a shorter path.",
        ) from error
    return far


def _fits(folder: Path) -> bool:
    # A comma separates hosts for clients and folders for the server.
    return len(os.fsencode(folder / SOCKET)) <= SOCKET_PATH_LIMIT and "," not in str(folder)


def _account_for(folder: Path) -> Account:
    facts = folder.stat()
    if facts.st_uid != 0:
        return Account(facts.st_uid, facts.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedError(
        "no_unprivileged_user",
        "PostgreSQL refuses to run as root, and there is neither a user 'postgres' nor 'nobody'.",
        "Make a system user 'postgres', or start as an ordinary user.",
    )


def _settle_elsewhere(folder: Path, account: Account) -> Home:
    private_folder(folder, Account(os.geteuid(), os.getegid()))
    path = root_folder() / secrets.token_hex(8)
    private_folder(path, account)
    try:
        (folder / PLACE).symlink_to(path)
    except FileExistsError:
        # Another process settled at the same moment; its place counts.
        path.rmdir()
    home = locate(folder)
    assert home is not None, "the link was just made"
    return home


def root_folder() -> Path:
    """`/var/lib/regulars`, made if needed: root's own, open to be passed through.

    Raises EmbeddedError `folder_of_another_user` if others may write there.
    """
    if not ELSEWHERE.exists():
        ELSEWHERE.mkdir(parents=True, exist_ok=True)
        ELSEWHERE.chmod(0o755)
    facts = ELSEWHERE.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != 0 or facts.st_mode & 0o022:
        raise _of_another_user(ELSEWHERE, facts.st_uid)
    return ELSEWHERE


def _of_another_user(path: Path, uid: int) -> EmbeddedError:
    return EmbeddedError(
        "folder_of_another_user",
        f"{path} belongs to the user with uid {uid}, or others may change it; this is uid {os.geteuid()}.",
        "Start as the user that made it, or choose another folder.",
    )
