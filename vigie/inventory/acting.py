"""Guarded actions on a service (reboot, rescue, console): only for who is verified, signed, timed, and written down."""

import hashlib
import hmac
import json
import os
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from vigie.inventory.actions import Action, declared
from vigie.inventory.errors import NotAllowedError, UnknownActionError, UnverifiedError
from vigie.inventory.models import Service
from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock
from vigie.kernel.fetch import FetchError, Response, TimedOut, fetch
from vigie.people.access import Viewer

_ANSWER_BYTES = 64 * 1024
_LONGEST_MESSAGE = 500


class Conversation(Protocol):
    """What an action must know of a conversation; the inventory stands below conversations."""

    @property
    def pk(self) -> int: ...
    @property
    def trust(self) -> str: ...
    @property
    def customer_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Used:
    """What became of it. `message` is fit for the agent; `url` is where to go on (a console), https only, else empty.

    `uncertain`: no answer came in time, so it may have had its effect.
    """

    id: str
    ok: bool
    message: str
    url: str = ""
    uncertain: bool = False


def available(viewer: Viewer, conversation: Conversation, service: Service) -> list[Action]:
    """The actions this agent may use here now, none below `verified`. Raises `ActionsBroken`."""
    if viewer.user is None or not viewer.is_staff or not _fits(conversation, service):
        return []
    return [one for one in declared().values() if viewer.user.role in one.roles and service.state in one.states]


def use(*, viewer: Viewer, conversation: Conversation, service: Service, action_code: str) -> Used:
    """Call the provider's API and tell what it said. Not idempotent: each call acts once, under an id of its own.

    Written in the journal before (`action.asked`) and after (`action.used`, also when it failed), so that not even a crash in
    between hides that it was done. The body is signed (docs/actions.md). Raises `NotAllowedError`, `UnverifiedError`,
    `UnknownActionError`, `ActionsBroken`; what goes wrong with the call itself is a `Used` that is not ok.
    """
    if viewer.user is None or not viewer.is_staff:
        raise NotAllowedError
    if not _fits(conversation, service):
        raise UnverifiedError
    action = next((one for one in available(viewer, conversation, service) if one.code == action_code), None)
    if action is None:
        raise UnknownActionError
    id_ = str(uuid.uuid4())
    _write("action.asked", viewer, conversation, service, {"action": action.code, "id": id_})
    used, status = _call(action, viewer, conversation, service, id_)
    outcome = "done" if used.ok else "uncertain" if used.uncertain else "failed"
    data = {"action": action.code, "id": id_, "outcome": outcome, "status": status, "message": used.message[:200]}
    _write("action.used", viewer, conversation, service, data)
    return used


def signature(secret: str, at: datetime, body: bytes) -> str:
    """`t=<Unix seconds>,v1=<hex>`: HMAC-SHA-256 over the seconds, a dot and the body, so that neither can be swapped."""
    seconds = str(int(at.timestamp()))
    return f"t={seconds},v1={hmac.new(secret.encode(), seconds.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


def _fits(conversation: Conversation, service: Service) -> bool:
    """Nobody's conversation fits nobody's service: both must be there, and the same customer's."""
    there = service.pk is not None and conversation.customer_id is not None
    return there and conversation.trust == "verified" and conversation.customer_id == service.customer_id


def _call(
    action: Action, viewer: Viewer, conversation: Conversation, service: Service, id_: str
) -> tuple[Used, int | None]:
    secret = os.environ.get(action.secret, "")
    if not secret:
        return Used(
            id_, ok=False, message=_("The key of this action is not configured (%(name)s).") % {"name": action.secret}
        ), None
    now = clock.now()
    body = json.dumps(_body(action, viewer, conversation, service, id_, now), ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Idempotency-Key": id_,
        "Vigie-Signature": signature(secret, now, body),
    }
    try:
        answer = fetch(
            action.method,
            action.url_for(service),
            headers=headers,
            body=body,
            timeout=action.timeout,
            max_bytes=_ANSWER_BYTES,
        )
    except TimedOut:
        message = _("No answer within %(seconds)d s. It may have been done: look before trying again.")
        return Used(id_, ok=False, message=message % {"seconds": action.timeout}, uncertain=True), None
    except FetchError as error:
        return Used(
            id_, ok=False, message=_("The provider’s system was not reached: %(reason)s") % {"reason": error}
        ), None
    return _told(id_, answer), answer.status


def _body(
    action: Action, viewer: Viewer, conversation: Conversation, service: Service, id_: str, now: datetime
) -> dict[str, Any]:
    user = viewer.user
    return {
        "id": id_,
        "at": now.isoformat(),
        "action": action.code,
        "service": {
            "order_number": service.order_number,
            "name": service.name,
            "node": service.node,
            "addresses": list(service.addresses.order_by("first").values_list("prefix", flat=True)),
        },
        "customer": service.customer.reference,
        "conversation": conversation.pk,
        "agent": {"id": user.pk, "name": user.name, "email": user.email} if user else None,
    }


def _told(id_: str, answer: Response) -> Used:
    """A JSON answer may hold `message`, a text for the agent, and `url`, where to go on."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = {}
    message = said.get("message") if isinstance(said, dict) else None
    url = said.get("url") if isinstance(said, dict) else None
    usual = (
        _("Done.")
        if answer.ok
        else _("The provider’s system refused it (HTTP %(status)d).") % {"status": answer.status}
    )
    text = " ".join(message.split())[:_LONGEST_MESSAGE] if isinstance(message, str) and message.strip() else usual
    safe = (
        url
        if answer.ok and isinstance(url, str) and url.startswith("https://") and len(url) <= 2000 and url.isprintable()
        else ""
    )
    return Used(id_, ok=answer.ok, message=text, url=safe)


def _write(kind: str, viewer: Viewer, conversation: Conversation, service: Service, data: dict[str, Any]) -> None:
    with transaction.atomic():
        record(
            kind,
            at=clock.now(),
            audience=Audience.STAFF,
            actor_id=viewer.actor_id,
            customer_id=service.customer_id,
            conversation_id=conversation.pk,
            data={"service": service.pk, **data},
        )
