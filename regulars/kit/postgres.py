"""An embedded PostgreSQL in a private folder: for trying, tests and small shops.

    with Embedded(Path(".regulars/postgres")) as access:
        psycopg.connect(access.app_dsn)

Any number of processes may do this with the same folder; they share one server. It starts with the
first and stops with the last. A process that is killed counts as gone; a server whose last user was
killed goes on and is found by the next start. A server that was killed recovers at the next start.
"""

import fcntl
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from regulars.kit.embedded import locks, place, postmaster, software
from regulars.kit.embedded.logins import Access, provide
from regulars.kit.embedded.place import Home
from regulars.kit.embedded.postmaster import State
from regulars.kit.embedded.refusal import EmbeddedError, plainly
from regulars.kit.embedded.waiting import Report

__all__ = ["Access", "Embedded", "EmbeddedError", "Report", "State"]


GLANCE_SECONDS = 1
"""How often a watch looks whether its server is alive."""


def _silently(step: str, sentence: str) -> None:
    """The report of those who want none."""


class Embedded:
    """This process's use of the server that lives in `folder`.

    `folder` is for the server alone: new, empty, or made by an earlier start. As root the data may live
    elsewhere; `regulars.kit.embedded.place` states the rule. With `durable=False` a crash of the machine
    may lose everything: faster, for tests. `database` is the name of the database to provide.
    """

    def __init__(self, folder: Path, durable: bool = True, database: str = "regulars") -> None:
        self.folder = folder.absolute().resolve()
        self._durable = durable
        self._database = database
        self._using: int | None = None

    @property
    def home(self) -> Path | None:
        """Where the data, the log and the passwords really are; None before the first start."""
        home = place.locate(self.folder)
        return home.path if home else None

    def start(self, report: Report = _silently) -> Access:
        """Makes sure that the server runs, and counts this process among its users.

        Creates the database the first time; after a crash it waits for recovery, however long, as long as
        the server lives. `report` hears a step code and a sentence about once a second. May be called again.
        Raises EmbeddedError; its codes are listed in `docs/decisions/0004-our-own-supervisor.md`.
        """
        with plainly(self.folder):
            home = place.settle(self.folder)
            with locks.alone(home.start_lock, home.account, report) as start_lock:
                try:
                    self._join(home)
                    return self._open(home, start_lock, report)
                except BaseException:
                    self._leave(home, report)
                    raise

    def stop(self, report: Report = _silently) -> None:
        """Ends this process's use; the last user stops the server. Without a start it does nothing.

        Raises EmbeddedError `will_not_stop`.
        """
        if self._using is None:
            return
        with plainly(self.folder):
            home = place.settle(self.folder)
            with locks.alone(home.start_lock, home.account, report):
                self._leave(home, report)

    def status(self) -> State:
        """What the server is doing, whoever uses it; `absent` before the first start."""
        with plainly(self.folder):
            home = place.locate(self.folder)
            return postmaster.look(home) if home else "absent"

    @contextmanager
    def watched(self, report: Report = _silently) -> Iterator[None]:
        """While inside, a server that was killed or died is started again; the ways in stay the same.

        For processes that stay, after `start`. If it cannot be started again this process is asked to end (SIGTERM)
        and, once it has left, gets the EmbeddedError that says why.
        """
        over = threading.Event()
        refusals: list[EmbeddedError] = []
        watch = threading.Thread(target=self._watch, args=(over, refusals, report), name="postgres-watch", daemon=True)
        watch.start()
        try:
            yield
        finally:
            over.set()
            watch.join()
            if refusals:
                raise refusals[0]

    def _watch(self, over: threading.Event, refusals: list[EmbeddedError], report: Report) -> None:
        while not over.wait(GLANCE_SECONDS):
            try:
                if self.status() not in ("stopped", "unsettled"):
                    continue
                report("restarting", "PostgreSQL has ended unexpectedly; it is started again.")
                self.start(report)
                report("restarted", "PostgreSQL runs again; whatever was committed is there.")
            except EmbeddedError as refusal:
                refusals.append(refusal)
                os.kill(os.getpid(), signal.SIGTERM)
                return

    def __enter__(self) -> Access:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _open(self, home: Home, start_lock: int, report: Report) -> Access:
        if postmaster.look(home) == "ready":
            try:
                return provide(home, self._database, self._durable, report)
            except EmbeddedError:
                # A server that was killed a moment ago may still have looked alive.
                if postmaster.look(home) == "ready":
                    raise
        self._bring_up(home, start_lock, report)
        return provide(home, self._database, self._durable, report)

    def _bring_up(self, home: Home, start_lock: int, report: Report) -> None:
        programs = software.find(home.account, report)
        if postmaster.look(home) == "absent":
            report("creating", f"Making a new PostgreSQL {programs.major} database in {home.path}.")
            postmaster.create(home, programs, start_lock, self._durable)
        postmaster.bring_up(home, programs, self._durable, report)

    def _join(self, home: Home) -> None:
        # Nobody has this lock alone while we hold the start lock, so it is always to be had.
        if self._using is None:
            self._using = locks.attempt(home.users_lock, home.account, fcntl.LOCK_SH)

    def _leave(self, home: Home, report: Report) -> None:
        if self._using is not None:
            os.close(self._using)
            self._using = None
        if locks.is_free(home.users_lock, home.account, fcntl.LOCK_EX):
            postmaster.bring_down(home, report)
