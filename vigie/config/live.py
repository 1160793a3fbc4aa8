"""The live endpoint wired to the house: who may listen to what, what the journal tells whom, who is looked at again."""

from collections.abc import Collection, Sequence
from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.db.models import Q
from django.http import HttpRequest
from django.http.request import validate_host

from vigie.config import proxies
from vigie.conversations.models import Conversation
from vigie.journal import order
from vigie.journal.models import Audience, Entry
from vigie.kernel.limits import place_of
from vigie.kernel.live import Hint, hint
from vigie.kernel.page import Guest
from vigie.people import second_factor
from vigie.people.access import Viewer, viewer_of
from vigie.people.models import Contact, User
from vigie.people.models.user import STAFF as STAFF_ROLES

STAFF = "staff"


def topics_of(entry: Entry) -> frozenset[str]:
    """Where a journal line is told: to staff always, to its conversation and its customer."""
    topics = {STAFF}
    if entry.conversation_id is not None:
        topics.add(f"conversation:{entry.conversation_id}")
    if entry.customer_id is not None:
        topics.add(f"customer:{entry.customer_id}")
    return frozenset(topics)


def hint_of(entry: Entry) -> Hint:
    """The event of a journal line; lines for staff reach staff alone. Who was invited or changed is no hint: technical and
    billing contacts listen too, and the pages that show it ask for it. No `seq` either: its gaps tell of internal notes.
    """
    data = {} if entry.kind.startswith("person.") else {name: value for name, value in entry.data.items() if name != "seq"}
    event = {"id": entry.id, "kind": entry.kind, "conversation": entry.conversation_id, "data": data}
    return hint(topics_of(entry), event, staff_only=entry.audience != Audience.CUSTOMER)


def concerned(entries: Sequence[Entry]) -> set[int]:
    """The users whose rights or sessions the lines may have changed: their open pages are looked at again."""
    found: set[int] = set()
    for entry in entries:
        fields = entry.data.get("fields", ())
        if entry.kind == "provider.changed" and "staff_mfa" in fields:
            found.update(User.objects.filter(role__in=STAFF_ROLES, is_active=True).values_list("pk", flat=True))
        if entry.kind == "customer.changed" and entry.customer_id and {"is_active", "registered_address"} & set(fields):
            found.update(Contact.objects.filter(customer_id=entry.customer_id).values_list("user_id", flat=True))
        if entry.kind.startswith(("person.", "customer.", "session.")):
            told = (entry.data.get(key) for key in ("user", "user_id", "person"))
            found |= {number for number in (entry.actor_id, *told) if isinstance(number, int)}
    return found


class Doorman:
    """Implements `kernel.page.Doorman` with Django's sessions and the nouns' `visible_to`. Staff without a second factor their
    provider requires are nobody here, as in the console (`factor_required`).
    """

    def __init__(self) -> None:
        self._store: Any = import_module(settings.SESSION_ENGINE).SessionStore

    def admit(self, session: str) -> Guest | None:
        user = self._user(session)
        if user is None:
            return None
        return Guest(user.pk, user.name, user.initials, user.is_staff, session)

    def allowed(self, guest: Guest, topics: Collection[str]) -> frozenset[str]:
        viewer = self._viewer(guest)
        if viewer.user is None:
            return frozenset()
        found = {topic for topic in topics if topic == STAFF and viewer.is_staff}
        customers = _numbers(topics, "customer")
        found |= {f"customer:{number}" for number in customers if viewer.is_staff or number in viewer.acts_for}
        conversations = _numbers(topics, "conversation")
        if conversations:
            visible = Conversation.objects.visible_to(viewer).filter(id__in=conversations).values_list("id", flat=True)
            found |= {f"conversation:{number}" for number in visible}
        return frozenset(found)

    def seen(self, guest: Guest, conversation: int) -> bool:
        return Conversation.objects.visible_to(self._viewer(guest)).filter(id=conversation).exists()

    def replay(self, topics: Collection[str], after: int, upto: int, limit: int) -> Sequence[Hint] | None:
        rows = Entry.objects.filter(id__gt=after, id__lte=upto).order_by("id")
        if STAFF not in topics:
            wanted = Q(conversation_id__in=_numbers(topics, "conversation"))
            rows = rows.filter(wanted | Q(customer_id__in=_numbers(topics, "customer")))
        entries = list(rows[: limit + 1])
        return None if len(entries) > limit else [hint_of(entry) for entry in entries]

    def newest(self) -> int:
        return order.settled()

    def _user(self, session: str) -> User | None:
        request = cast("HttpRequest", SimpleNamespace(session=self._store(session)))
        user = get_user(request)
        if not user.is_authenticated or not user.is_active or second_factor.is_missing(user):
            return None
        return user

    def _viewer(self, guest: Guest) -> Viewer:
        return viewer_of(User.objects.get(pk=guest.user_id))


def _numbers(topics: Collection[str], kind: str) -> list[int]:
    """The ids of the well-formed topics of one kind."""
    found = (topic.removeprefix(kind + ":") for topic in topics if topic.startswith(kind + ":"))
    return [int(number) for number in found if number.isascii() and number.isdigit() and len(number) < 19]


def place(scope: Any) -> str:
    """From where somebody comes; a trusted proxy says for whom it speaks."""
    return place_of(proxies.peer(scope["client"], scope["scheme"], scope["headers"], _trusted()).address)


@cache
def _trusted() -> tuple[proxies.Network, ...]:
    return proxies.networks(settings.TRUSTED_PROXIES)


def origin_ok(origin: str, host: str) -> bool:
    """Our own pages: the site's address, a trusted origin, or the host that was asked, if it is one of ours."""
    if origin in {settings.SITE_URL, *settings.CSRF_TRUSTED_ORIGINS}:
        return True
    parts = urlsplit(origin)
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return parts.scheme in {"http", "https"} and parts.netloc == host and validate_host(name.lower(), settings.ALLOWED_HOSTS)

