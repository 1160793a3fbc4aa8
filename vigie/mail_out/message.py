"""A queued mail as the bytes that travel (RFC 5322, MIME multipart/alternative), the same on every attempt."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from vigie.mail_out.headers import one_line
from vigie.mail_out.models import OutgoingMail

_OURS = {"From", "From-Name"}


def sender_of(mail: OutgoingMail) -> str:
    """The envelope sender, to which bounces return."""
    return str(mail.headers["From"])


def as_bytes(mail: OutgoingMail) -> bytes:
    """Headers and both parts, lines ended by CRLF, 7-bit clean."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = Address(display_name=one_line(str(mail.headers["From-Name"])), addr_spec=sender_of(mail))
    message["To"] = Address(addr_spec=mail.recipient)
    message["Subject"] = one_line(mail.subject)
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Content-Language"] = mail.language
    for name, value in mail.headers.items():
        if name not in _OURS:
            message[name] = one_line(str(value))
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message.as_bytes()
