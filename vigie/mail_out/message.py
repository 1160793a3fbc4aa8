"""A queued mail as the bytes that travel (RFC 5322, MIME multipart/alternative), the same on every attempt."""

from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, quote

from vigie.mail_out.headers import one_line
from vigie.mail_out.models import OutgoingMail

_OURS = {"From", "From-Name"}
_BODY = SMTP.clone(cte_type="7bit")


def sender_of(mail: OutgoingMail) -> str:
    """The envelope sender, to which bounces return."""
    return str(mail.headers["From"])


def as_bytes(mail: OutgoingMail) -> bytes:
    """Headers and both parts, lines ended by CRLF, 7-bit clean.

    The headers are encoded here: the standard library's `EmailMessage` reads what it is given, decodes the encoded words
    (RFC 2047) a customer may have typed, and writes the line breaks hidden in them.
    """
    headers = {
        "From": f"{_phrase(one_line(str(mail.headers['From-Name'])))}<{sender_of(mail)}>",
        "To": mail.recipient,
        "Subject": _words("Subject", one_line(mail.subject)),
        "Date": format_datetime(mail.created_at),
        "Message-ID": mail.message_id,
        "Content-Language": mail.language,
        **{name: _words(name, one_line(str(value))) for name, value in mail.headers.items() if name not in _OURS},
    }
    body = EmailMessage(policy=_BODY)
    body.set_content(mail.text)
    if mail.html:
        body.add_alternative(mail.html, subtype="html")
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return head.encode("ascii") + body.as_bytes()


def _words(name: str, value: str) -> str:
    """Free text: as it is where that is plain ASCII, else as encoded words; what looks like an encoded word is encoded too."""
    plain = value.isascii() and "=?" not in value
    header = Header(value, "us-ascii" if plain else "utf-8", header_name=name)
    return header.encode(splitchars=" ", maxlinelen=76, linesep="\r\n")


def _phrase(name: str) -> str:
    """A display name before an address, quoted or encoded."""
    if not name:
        return ""
    if name.isascii() and "=?" not in name:
        return f'"{quote(name)}" '
    return _words("From", name) + " "
