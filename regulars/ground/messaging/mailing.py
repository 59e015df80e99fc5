"""Mailing: one mail, handed to the house's own mail server by SMTP."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote, urlsplit
from uuid import UUID

from regulars.kit.environment import BadSetting, address, told
from regulars.kit.speaking import worded

if TYPE_CHECKING:  # the settings are looked at before there is a database
    from regulars.ground.messaging.queueing import Text

#: How long the server may take to answer, in seconds.
TIMEOUT_S = 20
#: A paragraph that is an address and nothing else can be followed.
_ADDRESS = re.compile(r"https?://\S+")
_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


class MailRefused(Exception):
    """This mail was refused; `code` says by what (`smtp_550`), `again` whether trying again may help."""

    def __init__(self, code: str, again: bool) -> None:
        super().__init__(code)
        self.code = code
        self.again = again


class ServerUnusable(Exception):
    """The house's mail server does not answer, or not as it should: no mail goes out now; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class MailServer:
    """How mail leaves this house. `scheme` is `smtp` (STARTTLS, or nothing is sent), `smtps` (TLS from the start) or
    `smtp+plain` (none: for a relay on the same machine); `sender` is the address it comes from, with or without a name.
    `trust` replaces the certificates that are trusted."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str = ""
    trust: ssl.SSLContext | None = field(default=None, repr=False)


def mail_server() -> MailServer | None:
    """The server that the environment names; None without one. Raises BadSetting."""
    url, sender = told("REGULARS_SMTP_URL"), told("REGULARS_MAIL_FROM")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise BadSetting(
            worded("REGULARS_SMTP_URL must read smtp://user:password@host:587, or smtps:// or smtp+plain://")
        )
    try:
        _address(sender)
    except ValueError:
        raise BadSetting(
            worded("REGULARS_MAIL_FROM must be the address that mail comes from: Harbour <shop@example.com>")
        ) from None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii():
        raise BadSetting(
            worded(
                "REGULARS_SMTP_URL must name user and password in ASCII, as mail servers take no others: choose "
                "another one"
            )
        )
    return MailServer(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], user, password, sender)


def members_address() -> str:
    """Where members find their own pages, as the environment names it; empty when it does not. Raises BadSetting."""
    return address("REGULARS_URL", told("REGULARS_URL"))


def mail(id: UUID, sender: str, to: str, name: str, text: Text, at: datetime) -> EmailMessage:
    """The message `id` as a mail to one person, in plain text and as simple HTML. Raises MailRefused `bad_address`.

    However often it is sent, its Message-ID is the same. It asks machines not to answer (RFC 3834). There is no way to
    unsubscribe from what a house must tell, so none is offered, and nothing in it tells who read it.
    """
    message = EmailMessage(policy=SMTP)
    try:
        origin = _address(sender)
        person = _address(to)
        message["From"] = origin
        message["To"] = Address(" ".join(name.split()), addr_spec=person.addr_spec)
    except ValueError as error:
        raise MailRefused("bad_address", again=False) from error
    message["Subject"] = " ".join(text.subject.split())
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{id}@{origin.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_plain(text))
    message.add_alternative(_html(text), subtype="html")
    message["Content-Language"] = text.language  # last: setting content clears all that is said of one
    return message


class Mailer:
    """A conversation with the server, opened when there is something to send. Use it as a context manager."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self._open: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def send(self, message: EmailMessage) -> None:
        """Hand a mail over; when this returns, the server has taken it. Raises MailRefused, ServerUnusable."""
        connection = self._open or self._connect()
        try:
            connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, _said = next(iter(error.recipients.values()))
            raise MailRefused(f"smtp_{code}", again=code < 500) from error
        except smtplib.SMTPSenderRefused as error:  # not the member's fault
            self._hang_up()
            raise ServerUnusable(f"smtp_{error.smtp_code}_sender") from error
        except smtplib.SMTPDataError as error:
            raise MailRefused(f"smtp_{error.smtp_code}", again=error.smtp_code < 500) from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailRefused("address_not_supported", again=False) from error
        except (smtplib.SMTPException, OSError) as error:
            # It broke off in the middle: whether the server took it nobody knows, so it counts as a try.
            self._hang_up()
            raise MailRefused("broke_off", again=True) from error

    def _connect(self) -> smtplib.SMTP:
        server = self.server
        context = server.trust or ssl.create_default_context()
        try:
            if server.scheme == "smtps":
                connection: smtplib.SMTP = smtplib.SMTP_SSL(
                    server.host, server.port, timeout=TIMEOUT_S, context=context
                )
            else:
                connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
            self._open = connection
            if server.scheme == "smtp":
                connection.starttls(context=context)
            if server.user:
                _sign_in(connection, server)
        except ServerUnusable:
            self._hang_up()
            raise
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise ServerUnusable(_said(error)) from error
        return connection

    def _hang_up(self) -> None:
        connection, self._open = self._open, None
        if connection is None:
            return
        try:
            connection.quit()
        except (smtplib.SMTPException, OSError):
            connection.close()


def _sign_in(connection: smtplib.SMTP, server: MailServer) -> None:
    """Say who we are. Raises ServerUnusable `no_auth` where the server takes no sign-in of a kind that we know."""
    try:
        connection.login(server.user, server.password)
    except (smtplib.SMTPResponseException, smtplib.SMTPServerDisconnected):
        raise
    except smtplib.SMTPException as error:
        raise ServerUnusable("no_auth") from error


def _said(error: Exception) -> str:
    """A code for what is wrong with the server, which gives nothing away."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"smtp_{error.smtp_code}_server"
    if isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError):
        return "no_tls"
    return "no_answer"


def _address(text: str) -> Address:
    """An address with its name. Raises ValueError for none, or for one that no header can hold."""
    name, address = parseaddr(text.strip())
    if not address or not text.isprintable() or "@" not in address:
        raise ValueError("no address")
    try:
        found = Address(name, addr_spec=address)
    except (HeaderParseError, IndexError) as error:
        raise ValueError("no address") from error
    if not found.username or not found.domain:
        raise ValueError("no address")
    return found


def _plain(text: Text) -> str:
    parts = [part if isinstance(part, str) else "\n".join(f"- {line}" for line in part) for part in text.paragraphs]
    return "\n\n".join(parts) + "\n"


def _html(text: Text) -> str:
    body = "\n".join(_block(part) for part in text.paragraphs)
    head = f'<meta charset="utf-8"><title>{escape(text.subject)}</title>'
    return f'<!doctype html>\n<html lang="{text.language}"><head>{head}</head>\n<body>\n{body}\n</body></html>\n'


def _block(part: str | Sequence[str]) -> str:
    if isinstance(part, str):
        said = escape(part)
        return f'<p><a href="{said}">{said}</a></p>' if _ADDRESS.fullmatch(part) else f"<p>{said}</p>"
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in part) + "</ul>"
