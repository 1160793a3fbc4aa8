"""One connection to the mail server, and what became of each mail on it."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.errors import MessageError
from enum import Enum, auto
from functools import partial
from urllib.parse import unquote, urlsplit

from vigie.mail_out.errors import ServerAddressError
from vigie.mail_out.headers import our_domain
from vigie.mail_out.message import as_bytes, sender_of
from vigie.mail_out.models import OutgoingMail

CONNECT_SECONDS = 20
ANSWER_SECONDS = 60
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class Fate(Enum):
    """What the server did with a mail. `UNKNOWN`: it had the whole mail, then the connection was lost before its answer."""

    ACCEPTED = auto()
    LATER = auto()
    REFUSED = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    fate: Fate
    said: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server as `VIGIE_SMTP_URL` names it; `scheme` says how the connection is protected."""

    scheme: str
    host: str
    port: int
    user: str
    password: str

    @classmethod
    def of(cls, url: str) -> "Server":
        """From `smtp://`, `smtps://` or `smtp+starttls://user:password@host:port`. Raises ServerAddressError."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as wrong:
            raise ServerAddressError from wrong
        if parts.scheme not in PORTS or not parts.hostname:
            raise ServerAddressError
        return cls(
            parts.scheme,
            parts.hostname,
            port or PORTS[parts.scheme],
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )


class Connection:
    """Opened at the first mail and used for the next ones. Raises OSError or SMTPException when the server cannot be had."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def send(self, mail: OutgoingMail) -> Outcome:
        """Hand over one mail. After any trouble with the connection itself it is closed, and the next mail opens a new one."""
        smtp = self._opened()
        try:
            body = as_bytes(mail)
        except (MessageError, UnicodeError, ValueError) as wrong:
            return Outcome(Fate.REFUSED, f"{type(wrong).__name__}: {wrong}")
        try:
            return _converse(smtp, mail, body)
        except (OSError, smtplib.SMTPException) as lost:
            self.close()
            return Outcome(Fate.LATER, said_by(lost))
        finally:
            if self._smtp is not None and self._smtp.sock is None:
                self.close()

    def close(self) -> None:
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
            self._smtp.close()
            self._smtp = None

    def _opened(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp = _open(self._server)
        return self._smtp


def _open(server: Server) -> smtplib.SMTP:
    secure = ssl.create_default_context()
    smtp: smtplib.SMTP
    if server.scheme == "smtps":
        smtp = smtplib.SMTP_SSL(
            server.host, server.port, local_hostname=our_domain(), timeout=CONNECT_SECONDS, context=secure
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, local_hostname=our_domain(), timeout=CONNECT_SECONDS)
    try:
        if server.scheme == "smtp+starttls":  # never in the clear: a server without it is an error
            smtp.starttls(context=secure)
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    if smtp.sock is not None:
        smtp.sock.settimeout(ANSWER_SECONDS)
    return smtp


def _converse(smtp: smtplib.SMTP, mail: OutgoingMail, body: bytes) -> Outcome:
    """One mail transaction (RFC 5321, section 3.3). Raises only while the server cannot have taken the mail."""
    smtp.ehlo_or_helo_if_needed()
    steps = (partial(smtp.mail, sender_of(mail)), partial(smtp.rcpt, mail.recipient), partial(smtp.docmd, "DATA"))
    for step in steps:
        code, said = step()
        if code // 100 not in {2, 3}:
            return _refusal(smtp, code, said)
    dotted = b"".join(b"." + line if line.startswith(b".") else line for line in body.splitlines(keepends=True))
    smtp.send(dotted + b".\r\n")  # failing here, the end of the mail was not sent
    try:
        code, said = smtp.getreply()
    except (OSError, smtplib.SMTPException) as lost:
        return Outcome(Fate.UNKNOWN, said_by(lost))
    if code // 100 == 2:
        return Outcome(Fate.ACCEPTED, _words(code, said))
    return _refusal(smtp, code, said)


def _refusal(smtp: smtplib.SMTP, code: int, said: bytes) -> Outcome:
    """4xx: later; 5xx: never. Anything else (a lost connection shows as -1) is tried again."""
    outcome = Outcome(Fate.REFUSED if code // 100 == 5 else Fate.LATER, _words(code, said))
    if code == 421:  # it closes the connection
        smtp.close()
    elif smtp.sock is not None:
        smtp.rset()
    return outcome


def said_by(wrong: Exception) -> str:
    """An exception in words for the outbox, without anything of ours that is secret."""
    if isinstance(wrong, smtplib.SMTPResponseException):
        said = wrong.smtp_error
        return _words(wrong.smtp_code, said if isinstance(said, bytes) else str(said).encode())
    return f"{type(wrong).__name__}: {wrong}"


def _words(code: int, said: bytes) -> str:
    return f"{code} {said.decode('utf-8', 'replace')}"
