"""One server's life: created whole or not at all, launched, watched, ended; never a stranger signalled."""

import fcntl
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from regulars.kit.embedded.locks import is_free
from regulars.kit.embedded.place import SOCKET, Home, open_private, password, socket_folder
from regulars.kit.embedded.refusal import EmbeddedError, disk_full
from regulars.kit.embedded.software import Software
from regulars.kit.embedded.waiting import Report, ticks

State = Literal["absent", "stopped", "starting", "ready", "stopping", "unsettled"]
"""`unsettled`: processes of a server are alive, but no server answers for them: it is being launched,
or its head was killed and its children are still leaving."""

SUPERUSER = "postgres"
PORT = 5432
LEAVING_SECONDS = 60
"""How long the children of a killed server may take to leave before we say so and give up."""
LAUNCH_SECONDS = 5
"""How long a server that was just launched may take until it can be told from one that was killed."""
STOPPING = ((signal.SIGINT, 60), (signal.SIGQUIT, 20))
"""How the server is asked to stop, and the seconds it then has: fast, then immediate (it recovers later)."""

NO_ROOM = ("No space left on device", "Disk quota exceeded", "wrote only")
"""How PostgreSQL says that the disk is full."""

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "random_page_cost": "1.1",
    "jit": "off",
    # A year of sales is loaded in one go: few, wide checkpoints.
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_buffers": "16MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_startup_progress_interval": "1s",
    # What failed is told to the client; in the log it would keep people's data where nobody looks for it.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
FLEETING = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@dataclass(frozen=True)
class Note:
    """What `postmaster.pid` says: the pid, the folder of the socket, and PostgreSQL's word for its state."""

    pid: int
    socket_folder: Path
    word: str


def read_note(home: Home) -> Note | None:
    """The note that a server left in its data folder, or None if there is none that can be read."""
    try:
        lines = (home.data / "postmaster.pid").read_text().splitlines()
        return Note(int(lines[0]), Path(lines[4]), lines[7].strip() if len(lines) > 7 else "")
    except (OSError, ValueError, IndexError):
        return None


def look(home: Home) -> State:
    """What the server is doing now."""
    note = read_note(home)
    if note is not None and _is_ours(note.pid, home):
        if note.word == "ready":
            return "ready"
        return "stopping" if note.word == "stopping" else "starting"
    if not is_free(home.server_lock, home.account, fcntl.LOCK_SH):
        return "unsettled"
    return "stopped" if home.data.exists() else "absent"


def create(home: Home, software: Software, start_lock: int, durable: bool) -> None:
    """Makes the data folder: beside its place first, then moved there in one step.

    `start_lock` is passed on to initdb: if we are killed, the next one waits until initdb has ended too.
    Raises EmbeddedError `disk_full` or `creation_failed`.
    """
    fresh = home.path / "data.new"
    if fresh.exists():
        shutil.rmtree(fresh)
    password(home, SUPERUSER)
    made = subprocess.run(
        [
            software.programs / "initdb",
            f"--pgdata={fresh}",
            f"--username={SUPERUSER}",
            f"--pwfile={home.path / f'{SUPERUSER}.password'}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--data-checksums",
            "--no-instructions",
            *([] if durable else ["--no-sync"]),
        ],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        pass_fds=[start_lock],
        **home.account.child(),
    )
    if made.returncode:
        raise _failure(
            home,
            "creation_failed",
            f"PostgreSQL could not make a new database in {home.path}",
            made.stderr,
            "Remove the cause and start again; nothing half made was kept.",
        )
    fresh.rename(home.data)
    descriptor = os.open(home.path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def bring_up(home: Home, software: Software, durable: bool, report: Report) -> None:
    """Returns when the server is ready, launching it if there is none: after a crash, as long as
    recovery takes. The caller holds the start lock.

    Raises EmbeddedError `version_differs`, `server_died`, `disk_full` or `processes_left`.
    """
    launched = False
    settled_at = 0.0
    for waited in ticks(report, "starting", lambda: _starting(home)):
        state = look(home)
        if state == "ready":
            return
        if state == "stopped" and launched:
            raise _failure(
                home,
                "server_died",
                "PostgreSQL ended while it was starting",
                log_tail(home, 15),
                f"The data is untouched; the whole log is {home.log}.",
            )
        if state == "stopped":
            _launch(home, software, durable)
            launched = True
        if state != "unsettled":
            settled_at = waited
        elif waited - settled_at > LEAVING_SECONDS:
            raise EmbeddedError(
                "processes_left",
                f"The server in {home.data} was killed, but some of its processes still work on the data"
                f" after {LEAVING_SECONDS} s.",
                "End the programs that are connected to it (in the list of processes: 'postgres: ...').",
            )


def bring_down(home: Home, report: Report) -> None:
    """Returns when the server and all its processes have ended. The caller holds the start lock.

    Raises EmbeddedError `will_not_stop`.
    """
    for kind, patience in STOPPING:
        asked = False
        for waited in ticks(report, "stopping", lambda: "PostgreSQL is stopping."):
            state = look(home)
            if state in ("stopped", "absent"):
                return
            if state == "unsettled" and not asked and waited > LAUNCH_SECONDS:
                # Its head was killed before; its children leave by themselves, and nobody may be signalled.
                return
            asked = asked or send(home, kind)
            if waited > patience:
                break
    raise EmbeddedError(
        "will_not_stop",
        f"The server in {home.data} does not stop. {log_tail(home, 5)}",
        "Look at its processes; a disk or network drive that hangs is the usual reason.",
    )


def log_tail(home: Home, lines: int) -> str:
    """The last lines of what the server said since its launch; empty if it said nothing."""
    try:
        descriptor = os.open(home.log, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return ""
    with os.fdopen(descriptor, "rb") as file:
        file.seek(max(0, os.fstat(descriptor).st_size - 8192))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])


def _starting(home: Home) -> str:
    """What there is to say while one waits; the server's own words are in its log."""
    recovering = "not properly shut down" in log_tail(home, 50)
    return "PostgreSQL is starting" + (": it recovers what was under way when it last ended." if recovering else ".")


def _launch(home: Home, software: Software, durable: bool) -> None:
    _refuse_other_version(home, software)
    sockets = socket_folder(home)
    # The server's lock is free: whatever these files say, and whatever process has the pid today, is stale.
    # PostgreSQL itself would give up if that pid belonged to an innocent process of the same user.
    for stale in (home.data / "postmaster.pid", sockets / SOCKET, sockets / f"{SOCKET}.lock"):
        stale.unlink(missing_ok=True)
    if home.log.exists():
        home.log.rename(home.path / "server.log.before")
    settings = SETTINGS | (DURABLE if durable else FLEETING) | {"unix_socket_directories": _quoted(sockets)}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    lock = open_private(home.server_lock, home.account)
    try:
        # Free but for a moment, while somebody asks for our state.
        fcntl.flock(lock, fcntl.LOCK_EX)
        # The shell opens the log as the server's user and leaves at once, so the server is nobody's
        # child: it outlives us, and no zombie of it waits for us.
        shell = ["/bin/sh", "-c", 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 &', "sh", str(home.log)]
        subprocess.run(
            [*shell, str(software.programs / "postgres"), "-D", str(home.data), *options],
            check=True,
            pass_fds=[lock],
            **home.account.child(),
        )
    finally:
        os.close(lock)


def _quoted(folder: Path) -> str:
    return '"' + str(folder).replace('"', '""') + '"'


def _refuse_other_version(home: Home, software: Software) -> None:
    found = (home.data / "PG_VERSION").read_text().strip()
    if found != str(software.major):
        raise EmbeddedError(
            "version_differs",
            f"{home.data} was made by PostgreSQL {found}; the installed programs are version {software.major}.",
            f"Back up with a Regulars that brings version {found}, move the folder away, and restore with this one.",
        )


def _is_ours(pid: int, home: Home) -> bool:
    """Whether this pid, today, is the server of this data folder: user, program and folder agree.

    A dead process that was not yet cleared away has no words left, and its children carry other titles.
    """
    if pid <= 1:
        return False
    if Path("/proc/self/cmdline").exists():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            owner = Path(f"/proc/{pid}").stat().st_uid
        except OSError:
            return False
        ours = words[0].endswith(b"/postgres") and words[1:3] == [b"-D", os.fsencode(home.data)]
        return ours and owner == home.account.uid
    asked = ["ps", "-ww", "-o", "uid=,command=", "-p", str(pid)]
    shown = subprocess.run(asked, check=False, capture_output=True, text=True).stdout.split(maxsplit=1)
    return len(shown) == 2 and shown[0] == str(home.account.uid) and f"/postgres -D {home.data} -c " in shown[1]


def send(home: Home, kind: signal.Signals) -> bool:
    """Sends the signal to the server and to nothing else; False if there is no server to be found."""
    note = read_note(home)
    if note is None:
        return False
    try:
        if not hasattr(os, "pidfd_open"):
            if _is_ours(note.pid, home):
                os.kill(note.pid, kind)
                return True
            return False
        # The descriptor stands for this very process: its pid cannot pass to another between look and signal.
        process = os.pidfd_open(note.pid)
        try:
            if _is_ours(note.pid, home):
                signal.pidfd_send_signal(process, kind)
                return True
            return False
        finally:
            os.close(process)
    except ProcessLookupError:
        return False


def _failure(home: Home, code: str, sentence: str, said: str, remedy: str) -> EmbeddedError:
    # A lack of shared memory is told in the same words as a lack of disk.
    lines = [line for line in said.splitlines() if "shared memory" not in line]
    if any(word in line for line in lines for word in NO_ROOM):
        return disk_full(home.path)
    return EmbeddedError(code, f"{sentence}. It said:\n{said.strip()}\n", remedy)
