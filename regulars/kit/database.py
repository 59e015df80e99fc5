"""Where the database is: `DATABASE_URL`, or an embedded PostgreSQL below `.regulars/`.

Two connections are told apart everywhere: the owner migrates; the application works under the role
`regulars_app`, which may neither create tables nor change what is append-only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from regulars.kit.postgres import Embedded, Report

#: The role every statement of the application runs under.
APP_ROLE = "regulars_app"
#: Seconds that a request waits for a connection while the database is away; then its caller is told so.
PATIENCE_S = 5


def home() -> Path:
    """The folder where this installation keeps what is its own: `REGULARS_HOME`, or `.regulars` here."""
    return Path(os.environ.get("REGULARS_HOME", ".regulars")).absolute()


@contextmanager
def reachable(report: Report, stay: bool = False) -> Iterator[None]:
    """While inside, `DATABASE_URL` and `DATABASE_OWNER_URL` lead to a running server.

    An address that is set already is used as it is; otherwise the embedded server in the installation's home is
    started or joined, and left at the end. A process that means to `stay` starts it again should it die meanwhile.
    Raises EmbeddedError.
    """
    if os.environ.get("DATABASE_URL"):
        yield
        return
    place = home() / "postgres"
    # As root, the server's own user must pass through it; each thing in it is private by itself.
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
    server = Embedded(place)
    access = server.start(report)
    os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"] = access.app_dsn, access.owner_dsn
    try:
        with server.watched(report) if stay else nullcontext():
            yield
    finally:
        del os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"]
        server.stop(report)


def connections() -> dict[str, dict[str, Any]]:
    """Django's two connections, `default` (the application) and `owner` (migrations), from the environment.

    With one URL for both, the application's connections switch to the role `regulars_app` as they open. With
    `REGULARS_DATABASE_POOL` they come from a pool of at most so many; otherwise each thread keeps its own.
    Raises ValueError when a URL cannot be used.
    """
    url = os.environ.get("DATABASE_URL", "")
    owner_url = os.environ.get("DATABASE_OWNER_URL", "")
    application, owner = _parts(url), _parts(owner_url or url)
    if url and not owner_url:
        _set(application, f"role={APP_ROLE}")
    # Statements that bind their values apart (`kit.binding`) are planned once, however few these are.
    _set(application, "plan_cache_mode=force_generic_plan")
    most = int(os.environ.get("REGULARS_DATABASE_POOL") or 0)
    if most:
        # One that keeps trying pauses ever longer; a new one, for the next request, tries at once.
        patience = {"timeout": PATIENCE_S, "reconnect_timeout": PATIENCE_S}
        application["OPTIONS"]["pool"] = {"min_size": 1, "max_size": most, **patience}
    else:
        application["CONN_MAX_AGE"] = None
    return {"default": application, "owner": owner}


def _set(told: dict[str, Any], setting: str) -> None:
    """Let a connection open with a setting of the server's."""
    told["OPTIONS"]["options"] = f"{told['OPTIONS'].get('options', '')} -c {setting}".strip()


def _parts(url: str) -> dict[str, Any]:
    parts = urlsplit(url or "postgresql:///regulars")
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ValueError("DATABASE_URL must read postgresql://user:password@host:port/database")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": options.pop("port", None) or str(parts.port or ""),
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "OPTIONS": options,
    }
