"""Probes: is the process alive, and is the house ready for work? For load balancers and supervisors; no key needed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import lru_cache
from threading import Lock, Thread
from time import monotonic
from typing import Any

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse

from regulars.ground.publishing.versions import PublishRefused, versions
from regulars.kit.database import PATIENCE_S
from regulars.programme.problems import ProgrammeError

Check = Callable[[], bool]
#: By the name of a check: whether it is `ok`, and what to do where it is not.
Checks = dict[str, dict[str, Any]]


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is looked at, so that a database that is down restarts no server."""
    return JsonResponse({"alive": True})


def readyz(request: HttpRequest) -> JsonResponse:
    """Whether the database answers, has all its tables, and a programme to count by is published; else 503.

    A database that does not answer is asked once: who probes is not kept waiting for each check, nor told to mend what
    nobody looked at. One that has gone silent in the middle of a connection is waited for `PATIENCE_S` seconds.
    """
    checks = _QUESTION.answer()
    ready = all(check["ok"] for check in checks.values())
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


class _Question:
    """What is asked of the database, one time after the other, by a thread of its own: a server that says nothing at
    all can keep that one for as long as it likes, and nobody else."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked: Future[Checks] | None = None
        self._until = 0.0

    def answer(self) -> Checks:
        """What it says to each check. Whoever asks while it is asked gets that answer; and while it is silent for
        longer than `PATIENCE_S`, at once that it does not answer."""
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked, self._until = Future(), monotonic() + PATIENCE_S
                Thread(target=_ask, args=(self._asked,), name="readyz", daemon=True).start()
            asked, until = self._asked, self._until
        try:
            return asked.result(max(0.0, until - monotonic()))
        except TimeoutError:
            return _looked(_silent)


def _ask(asked: Future[Checks]) -> None:
    try:
        asked.set_result(_looked(lambda check: check()))
    except Exception as error:  # noqa: BLE001 - whoever asked is told
        asked.set_exception(error)
    finally:
        connection.close()


def _silent(check: Check) -> bool:
    return False


def _looked(look: Callable[[Check], bool]) -> Checks:
    """What each check comes to; those after a database that does not answer are not looked at."""
    checks: Checks = {}
    for name, (check, remedy) in CHECKS.items():
        if not checks.get("database", {"ok": True})["ok"]:
            checks[name] = {"ok": False, "remedy": "Not looked at, as the database does not answer."}
            continue
        try:
            ok = look(check)
        except (DatabaseError, InterfaceError):
            ok = False
        checks[name] = {"ok": ok} if ok else {"ok": ok, "remedy": remedy}
    return checks


def _answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _migrated() -> bool:
    return _newest() <= MigrationRecorder(connection).applied_migrations().keys()


@lru_cache(maxsize=1)
def _newest() -> frozenset[tuple[str, str]]:
    """The last migration of every app, as this version of the program has them."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def _published() -> bool:
    try:
        return bool(versions().latest.kernel)
    except (PublishRefused, ProgrammeError):
        return False


CHECKS: dict[str, tuple[Check, str]] = {
    "database": (_answers, "The database does not answer: see that it runs and DATABASE_URL leads to it."),
    "migrations": (_migrated, "Tables are missing: start `regulars serve` once, which makes them."),
    "programme": (_published, "No programme is published: regulars publish programme.yaml"),
}
_QUESTION = _Question()
