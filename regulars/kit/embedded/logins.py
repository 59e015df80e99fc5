"""The two roles, their passwords, and the database: made if missing, checked by using them."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import pq, sql

from regulars.kit.embedded.place import Home, password
from regulars.kit.embedded.postmaster import NO_ROOM, PORT, SUPERUSER, log_tail, look, read_note
from regulars.kit.embedded.refusal import EmbeddedError, disk_full
from regulars.kit.embedded.waiting import Report, ticks

OWNER = "regulars_owner"
APP = "regulars_app"

RIGHTS = {
    OWNER: sql.SQL("LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"),
    APP: sql.SQL("LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"),
}
"""The owner migrates, and makes the databases that tests use. The application makes nothing."""


@dataclass(frozen=True)
class Login:
    """One role's way in. `host` is the folder of the socket."""

    host: str
    port: int
    dbname: str
    user: str
    password: str = field(repr=False)

    @property
    def dsn(self) -> str:
        """The same as a URL, good for psycopg, for any program on libpq, and as DATABASE_URL."""
        return (
            f"postgresql://{self.user}:{quote(self.password, safe='')}@/{quote(self.dbname, safe='')}"
            f"?host={quote(self.host, safe='')}&port={self.port}"
        )


@dataclass(frozen=True)
class Access:
    """The ways into a running server: `owner` for migrations, `app` for everything else."""

    owner: Login
    app: Login

    @property
    def owner_dsn(self) -> str:
        """The owner's URL."""
        return self.owner.dsn

    @property
    def app_dsn(self) -> str:
        """The application's URL."""
        return self.app.dsn


def provide(home: Home, database: str, durable: bool, report: Report) -> Access:
    """Both logins to `database` on the running server, tried out. The caller holds the start lock.

    Raises EmbeddedError `login_refused`, `disk_full`, or `server_not_durable` when a durable server
    is wanted and the one that runs was started for tests.
    """
    note = read_note(home)
    host = note.socket_folder if note is not None else Path()
    access = Access(_login(home, host, database, OWNER), _login(home, host, database, APP))
    if _refusal(home, access, report) is not None:
        try:
            _make(_connect(home, _login(home, host, "postgres", SUPERUSER), report), access)
        except psycopg.errors.DiskFull as error:
            raise disk_full(home.path) from error
        except psycopg.Error as error:
            raise _login_refused(home, error) from error
        refusal = _refusal(home, access, report)
        if refusal is not None:
            raise _login_refused(home, refusal)
    if durable:
        _refuse_fleeting(home, access.app)
    return access


def _login(home: Home, host: Path, database: str, role: str) -> Login:
    return Login(str(host), PORT, database, role, password(home, role))


def _refusal(home: Home, access: Access, report: Report) -> psycopg.OperationalError | None:
    try:
        for login in (access.owner, access.app):
            _connect(home, login, report).close()
    except psycopg.OperationalError as error:
        return error
    return None


def _connect(home: Home, login: Login, report: Report) -> psycopg.Connection:
    """Connects, waiting while the server says that it is recovering (it does so again after a crash of a part)."""
    for _waited in ticks(report, "starting", lambda: "PostgreSQL is recovering. " + log_tail(home, 1)):
        try:
            return psycopg.connect(login.dsn, autocommit=True, connect_timeout=30)
        except psycopg.OperationalError:
            busy = pq.PGconn.ping(login.dsn.encode()) == pq.Ping.REJECT
            if not busy or look(home) not in ("ready", "starting"):
                raise
    raise AssertionError("ticks never end")


def _make(connection: psycopg.Connection, access: Access) -> None:
    with connection:
        for login in (access.owner, access.app):
            role = sql.Identifier(login.user)
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login.user]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {}").format(role))
            # Hashed on this side: the password itself never reaches a statement, nor a log.
            secret = connection.pgconn.encrypt_password(login.password.encode(), login.user.encode(), b"scram-sha-256")
            connection.execute(
                sql.SQL("ALTER ROLE {} {} PASSWORD {}").format(role, RIGHTS[login.user], secret.decode())
            )
        name = access.owner.dbname
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER))
            )


def _refuse_fleeting(home: Home, login: Login) -> None:
    with psycopg.connect(login.dsn, autocommit=True) as connection:
        row = connection.execute("SHOW fsync").fetchone()
    if row != ("on",):
        raise EmbeddedError(
            "server_not_durable",
            f"The server that runs in {home.path} was started for tests and may lose what is committed.",
            "End the tests that use it, or use another folder.",
        )


def _login_refused(home: Home, error: Exception) -> EmbeddedError:
    # A new connection writes a file too.
    if any(word in str(error) for word in NO_ROOM):
        return disk_full(home.path)
    return EmbeddedError(
        "login_refused",
        f"PostgreSQL in {home.path} runs but lets nobody in: {error}",
        f"If files '*.password' were deleted or changed in {home.path}, bring them back from a backup.",
    )
