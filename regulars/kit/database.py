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

from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo, timeout_from_conninfo

from regulars.kit import environment
from regulars.kit.postgres import Embedded, Report


class BadAddress(environment.BadSetting):
    """An address of the database that can be none: `code` is `bad_database_url`.

    Nothing of it is quoted: there is a password in it, and what is read as a port or a setting may be a part of that.
    """

    code = "bad_database_url"

    def __init__(self, name: str, wrong: str) -> None:
        super().__init__(
            f"{name} is no address of a database: {wrong}. It reads postgresql://user:password@host:port/database; in a"
            " password write / as %2F, ? as %3F, # as %23, @ as %40, : as %3A and % as %25."
        )


#: The role every statement of the application runs under.
APP_ROLE = "regulars_app"
#: Seconds that a request waits for a connection while the database is away; then its caller is told so.
PATIENCE_S = 5


def home() -> Path:
    """The folder where this installation keeps what is its own: `REGULARS_HOME`, or `.regulars` here."""
    return Path(environment.told("REGULARS_HOME", ".regulars")).absolute()


@contextmanager
def reachable(report: Report, stay: bool = False) -> Iterator[None]:
    """While inside, `DATABASE_URL` and `DATABASE_OWNER_URL` lead to a running server.

    An address that is set already is used as it is; otherwise the embedded server in the installation's home is
    started or joined, and left at the end. A process that means to `stay` starts it again should it die meanwhile.
    Raises BadSetting, before anything is opened, and EmbeddedError.
    """
    connections()
    if os.environ.get("DATABASE_URL"):
        yield
        return
    place = home() / "postgres"
    # As root, the server's own user must pass through it; each thing in it is private by itself.
    environment.make_folder(place.parent, 0o711 if os.geteuid() == 0 else 0o700)
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
    Raises BadAddress when a URL cannot be used, BadSetting for another number.
    """
    url = os.environ.get("DATABASE_URL", "")
    owner_url = os.environ.get("DATABASE_OWNER_URL", "")
    if owner_url and not url:
        raise BadAddress("DATABASE_URL", "it is empty, and DATABASE_OWNER_URL is not; name both, or this one alone")
    application = _parts("DATABASE_URL", url)
    owner = _parts("DATABASE_OWNER_URL", owner_url) if owner_url else _parts("DATABASE_URL", url)
    if url and not owner_url:
        _set(application, f"role={APP_ROLE}")
    # Statements that bind their values apart (`kit.binding`) are planned once, however few these are.
    _set(application, "plan_cache_mode=force_generic_plan")
    most = environment.whole("REGULARS_DATABASE_POOL", 0)
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


def _parts(name: str, url: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url or "postgresql:///regulars")
        told_port = parts.port
    except ValueError:
        raise BadAddress(name, "its host or its port can be none") from None
    if parts.scheme not in ("postgres", "postgresql"):
        raise BadAddress(name, "it does not begin with postgresql://")
    if not parts.path.strip("/"):
        raise BadAddress(name, "it names no database")
    if parts.fragment:
        raise BadAddress(name, "what stands after # belongs to nothing")
    options = dict(parse_qsl(parts.query))
    try:
        make_conninfo(**options)
        timeout_from_conninfo(dict(options))
    except ProgrammingError:
        raise BadAddress(name, "what stands after ? are no settings of a connection") from None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": options.pop("port", None) or str(told_port or ""),
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "OPTIONS": options,
    }
