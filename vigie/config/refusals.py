"""Answers given before a page is asked: in the visitor's language, plain text, never cached."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from vigie.kernel import inert

MESSAGES = {
    408: gettext_noop("Your connection was silent for too long. Please send it again."),
    413: gettext_noop("This is too large: at most %(megabytes)d MB can be sent at once."),
    429: gettext_noop("Too many large files are on their way from your network at once. Please send it again in a minute."),
    503: gettext_noop("Too many requests just now. Please try again in a few seconds."),
}
WAITS = {429: b"60", 503: b"2"}
"""Seconds after which it is worth trying again."""


async def refuse(send: Any, scope: Any, status: int, request_id: str, limit: int = 0) -> int:
    """Send the refusal and close the connection: an unread body would be taken for the next request. Returns the status."""
    accepted = next((value for name, value in scope["headers"] if name == b"accept-language"), b"").decode("latin-1")
    language = "en" if accepted.lower().startswith("en") else "fr"
    with translation.override(language):
        text = _(MESSAGES[status]) % {"megabytes": limit // (1024 * 1024)}
    body = (text + "\n").encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-language", language.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
        (b"x-request-id", request_id.encode()),
        *inert.HEADERS,
    ]
    if status in WAITS:
        headers.append((b"retry-after", WAITS[status]))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
    return status
