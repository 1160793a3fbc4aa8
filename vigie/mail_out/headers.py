"""The headers of what we send. Whatever a customer typed, no value can start a header of its own."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from vigie.mail_out.errors import BadAddressError
from vigie.people.models import Provider

# C0 and C1 controls (CR, LF and NUL among them), and Unicode's line and paragraph separators.
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SUBJECT = 200


def one_line(text: str) -> str:
    """Free text as a header value: controls and line breaks become one space, lone surrogates a question mark."""
    return " ".join(_BREAKS.sub(" ", text).encode("utf-8", "replace").decode().split())


def subject_line(text: str) -> str:
    """A subject of at most 200 characters."""
    line = one_line(text)
    return line if len(line) <= _SUBJECT else line[: _SUBJECT - 1].rstrip() + "…"


def address(text: str) -> str:
    """An address fit for an envelope: checked, its domain in ASCII (IDNA). Raises BadAddressError."""
    bare = text.strip()
    if len(bare) > 254:  # RFC 5321, section 4.5.3.1.3
        raise BadAddressError
    try:
        validate_email(bare)
        local, _at, domain = bare.rpartition("@")
        return f"{local}@{domain.encode('idna').decode() if not domain.isascii() else domain}"
    except (ValidationError, UnicodeError) as wrong:
        raise BadAddressError from wrong


def our_domain() -> str:
    """The domain of our Message-IDs and our EHLO: the host of `VIGIE_SITE_URL`."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def sender(provider: Provider) -> tuple[str, str]:
    """(name, address) that mails come from: the support address, or one of this host where none is set."""
    host = our_domain() if our_domain()[-1].isalpha() else "localhost"  # not of a bare IP address
    return one_line(provider.name), provider.support_address or f"support@{host}"


def thread_of(conversation_id: int) -> str:
    """The Message-ID that stands for the conversation: every mail of it refers to it, so that readers show one thread."""
    return f"<conversation.{conversation_id}@{our_domain()}>"


def marks(*, kind: str, automatic: bool, conversation_id: int | None) -> dict[str, str]:
    """Threading, and for automatic mail the marks that keep vacation responders silent (RFC 3834, section 5)."""
    made: dict[str, str] = {}
    if automatic:
        made["Auto-Submitted"] = "auto-replied" if kind == "acknowledgement" else "auto-generated"
        made["X-Auto-Response-Suppress"] = "All"
    if conversation_id is not None:
        made["In-Reply-To"] = made["References"] = thread_of(conversation_id)
    return made
