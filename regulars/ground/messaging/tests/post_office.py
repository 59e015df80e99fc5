"""A real mail server in this process, which takes what it is given, or refuses it as it is told to."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from regulars.ground.messaging.mailing import MailServer

SENDER = "Harbour <shop@harbour.example>"


class PostOffice:
    """What arrived, in order. `answers` holds what an address or the next mails are answered with; `taken` is called
    when a mail is there, before the sender hears of it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.to: list[str] = []
        self.addresses: dict[str, str] = {}
        self.answers: list[str] = []
        self.taken: Callable[[], None] = lambda: None
        self.secure: list[bool] = []
        self.port = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.addresses:
            return self.addresses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answers:
            return self.answers.pop(0)
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        self.to += envelope.rcpt_tos
        self.secure.append(session.ssl is not None)
        self.taken()
        return "250 OK"

    def server(self, scheme: str = "smtp+plain", **more: Any) -> MailServer:
        """The way there."""
        return MailServer(
            scheme, "localhost", self.port, more.pop("user", ""), more.pop("password", ""), SENDER, **more
        )


@contextmanager
def open_office(tls: ssl.SSLContext | None = None, at_once: bool = False, user: str = "") -> Iterator[PostOffice]:
    """An open post office on a free port: with `tls` by STARTTLS, or `at_once`; with a `user` whose password is `pw`."""
    office = PostOffice()

    def known(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (user.encode(), b"pw"), handled=False)

    options: dict[str, Any] = {}
    if tls and not at_once:
        options |= {"tls_context": tls, "require_starttls": True}
    if user:
        options |= {"authenticator": known, "auth_required": True, "auth_require_tls": bool(tls) and not at_once}
    controller = Controller(
        office, hostname="127.0.0.1", port=free_port(), ssl_context=tls if at_once else None, **options
    )
    controller.start()
    office.port = controller.port
    try:
        yield office
    finally:
        controller.stop()


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as looking:
        looking.bind(("127.0.0.1", 0))
        return int(looking.getsockname()[1])


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """(the server's side, the side of a client that trusts it) of a certificate made for `localhost`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(path)
    client = ssl.create_default_context()
    client.load_verify_locations(path)
    return server, client
