"""Probes: is the process alive, and is the house ready for work? For load balancers and supervisors; no key needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse

from regulars.ground.publishing.versions import PublishRefused, versions
from regulars.programme.problems import ProgrammeError


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is looked at, so that a database that is down restarts no server."""
    return JsonResponse({"alive": True})


def readyz(request: HttpRequest) -> JsonResponse:
    """Whether the database answers, has all its tables, and a programme to count by is published; else 503.

    A database that does not answer is asked once: who probes is not kept waiting for each check, nor told to mend what
    nobody looked at.
    """
    checks: dict[str, dict[str, object]] = {}
    for name, (check, remedy) in CHECKS.items():
        if not checks.get("database", {"ok": True})["ok"]:
            checks[name] = {"ok": False, "remedy": "Not looked at, as the database does not answer."}
            continue
        try:
            ok = check()
        except (DatabaseError, InterfaceError):
            ok = False
        checks[name] = {"ok": ok} if ok else {"ok": ok, "remedy": remedy}
    ready = all(check["ok"] for check in checks.values())
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


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


CHECKS: dict[str, tuple[Callable[[], bool], str]] = {
    "database": (_answers, "The database does not answer: see that it runs and DATABASE_URL leads to it."),
    "migrations": (_migrated, "Tables are missing: start `regulars serve` once, which makes them."),
    "programme": (_published, "No programme is published: regulars publish programme.yaml"),
}
