"""`Idempotency-Key`: a request sent twice is done once, and the second time answered as the first."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from vigie.api.models import KeptAnswer
from vigie.api.problems import Problem
from vigie.kernel import clock

KEPT = timedelta(hours=24)
HEADER = "Idempotency-Key"
_KEPT_HEADERS = ("Content-Type", "Location", "Content-Language")
_KEY = re.compile(r"[!-~]{1,255}")
_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class _Undo(Exception):
    """Take back what a failed request wrote, and keep no answer: it may be sent again."""

    def __init__(self, response: HttpResponseBase) -> None:
        super().__init__()
        self.response = response


def once(request: HttpRequest, user_id: int, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """`act()`, or what it answered before to the same user's same key. The deed and the kept answer are one transaction.

    Two at the same instant: the second waits for the first and is answered as it. Answers of 409, 429 and 500 upward are not
    kept. Raises `Problem` 422 for a key used for something else. Without the header, `act()`.
    """
    key = request.headers.get(HEADER)
    if key is None or request.method not in _METHODS or request.content_type == "application/octet-stream":
        return act()
    if not _KEY.fullmatch(key):
        raise Problem(422, "idempotency-key", _("An idempotency key is 1 to 255 printable ASCII characters without blanks."))
    fingerprint = _fingerprint(request)
    KeptAnswer.objects.filter(user_id=user_id, key=key, created_at__lt=clock.now() - KEPT).delete()
    kept = KeptAnswer.objects.filter(user_id=user_id, key=key).first()
    if kept is None:
        try:
            return _first(user_id, key, fingerprint, act)
        except IntegrityError:
            kept = KeptAnswer.objects.filter(user_id=user_id, key=key).first()
            if kept is None:
                raise
    if kept.fingerprint != fingerprint:
        raise Problem(422, "idempotency-key", _("This idempotency key was used for another request."))
    again = HttpResponse(bytes(kept.body), status=kept.status or 200)
    del again["Content-Type"]
    for name, value in {**kept.headers, "Idempotency-Replayed": "true"}.items():
        again[name] = value
    return again


def _first(user_id: int, key: str, fingerprint: str, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    try:
        with transaction.atomic():
            kept = KeptAnswer.objects.create(
                user_id=user_id, key=key, fingerprint=fingerprint, created_at=clock.now()
            )
            response = act()
            if response.status_code in {409, 429} or response.status_code >= 500:
                raise _Undo(response)
            _keep(kept, response)
    except _Undo as undone:
        return undone.response
    return response


def clear() -> int:
    """Forget answers older than a day, some at a time; how many. A recurring job."""
    old = KeptAnswer.objects.filter(created_at__lt=clock.now() - KEPT).order_by("created_at")
    gone, _each = KeptAnswer.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:5000])).delete()
    return gone


def _fingerprint(request: HttpRequest) -> str:
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n{request.content_type}\n".encode())
    digest.update(request.body)
    return digest.hexdigest()


def _keep(kept: KeptAnswer, response: HttpResponseBase) -> None:
    kept.status = response.status_code
    kept.headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    kept.body = response.content if isinstance(response, HttpResponse) else b""
    kept.save(update_fields=["status", "headers", "body"])
