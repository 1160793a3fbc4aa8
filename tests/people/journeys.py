"""Steps people take at sign-in, as tests speak of them."""

import base64
import hashlib
import hmac
import struct
import time
from typing import Any

from django.test import Client

from vigie.journal.models import Reaction
from vigie.kernel import clock
from vigie.mail_out.models import OutgoingMail
from vigie.people.models import User

LOGIN = "/account/login/"


def sign_in(client: Client, email: str, password: str, **more: Any) -> Any:
    return client.post(LOGIN, {"login": email, "password": password}, **more)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def prove_again(client: Client, password: str) -> None:
    """Pass "is it you?", so that what is tested comes next."""
    client.post("/account/reauthenticate/", {"password": password})


def react() -> None:
    """Run what follows from the journal so far, as the dispatcher would."""
    from vigie.journal.dispatch import claim
    from vigie.journal.dispatch import react as run

    while taken := claim(clock.now()):
        for one in taken:
            assert run([one]) == 1, Reaction.objects.get(pk=one.pk).error


def link_in(mail: OutgoingMail) -> str:
    """The path of the first link of a mail that leads to an account page."""
    start = mail.text.index("/account/")
    return mail.text[start:].split()[0]


def totp(secret: str, moment: float | None = None) -> str:
    """RFC 6238 with SHA-1, 30 seconds, 6 digits: written here again, so that the app's word is not taken for it."""
    counter = struct.pack(">Q", int((moment or time.time()) // 30))
    digest = hmac.new(base64.b32decode(secret + "=" * (-len(secret) % 8)), counter, hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def language_of(user: User, code: str) -> User:
    user.language = code
    user.save()
    return user
