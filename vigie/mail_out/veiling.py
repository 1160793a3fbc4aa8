"""What of a mail staff may read: a link that opens somebody's door is for its recipient alone."""

import re

from vigie.mail_out.models import MailState, OutgoingMail
from vigie.people.access import Viewer

OPENING = frozenset({"account", "proof"})
"""Kinds of mail whose links sign in, set a password, accept an invitation or prove an identity."""

_LINK = re.compile(r"(https?://[^\s/<>\"']+/)[^\s<>\"']+")


def opens_doors(mail: OutgoingMail) -> bool:
    return mail.kind in OPENING


def text_for(viewer: Viewer, mail: OutgoingMail) -> str:
    """The text, the links of account and proof mails cut short.

    Else any agent could ask for an administrator's reset link, or prove a customer's identity, and follow the link in the
    outbox. Administrators read them while the mail is kept here for want of a mail server: somebody must hand them on.
    """
    if not viewer.is_staff:
        return ""
    if not opens_doors(mail) or (viewer.is_admin and mail.state == MailState.KEPT):
        return mail.text
    return _LINK.sub(r"\1…", mail.text)
