"""Two customers full of data, every address, every method, every kind of person: nothing of one reaches the other.

Every address stands in GUARDS with how it is guarded; one that does not makes the first test fail. The guards' rules are
tested over all of them, and the last tests break a `visible_to` to see that this is noticed.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import worlds
from tests.api.callers import Caller
from tests.crossing import (
    NOTE,
    NOTHING,
    SECRET,
    Full,
    Route,
    ask,
    body,
    differences,
    everything,
    pointing_at,
    routes,
    text_of,
    told,
)
from vigie.config.live import Doorman
from vigie.conversations.finding import find
from vigie.conversations.models.attachment import AttachmentSet
from vigie.inventory.models import ServiceQuerySet
from vigie.kernel.page import Guest
from vigie.mail_out.models import OutgoingMail
from vigie.people.models.customer import CustomerQuerySet
from vigie.tickets import finding
from vigie.tickets.models.ticket import TicketSet

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

OPEN, SECRET_LINK, OWN, CUSTOMER, FILE, STAFF, LEADS, ADMINS, TOKEN = (
    "anybody; it holds nobody's data", "whoever has the secret in it", "whoever is signed in, about themselves",
    "contacts, through visible_to", "whoever may see the message, through visible_to; else it does not exist",
    "staff; to contacts it does not exist", "team leads", "administrators", "a token with the scope, through visible_to",
)  # fmt: skip

GUARDS: dict[str, str] = {
    "": OPEN, "language/": OPEN, "brand.css": OPEN, "brand/logo": OPEN, "favicon.ico": OPEN, "api/v1/openapi.json": OPEN,
    "account/login/": OPEN, "account/logout/": OPEN, "account/inactive/": OPEN, "account/signup/": OPEN, "account/confirm-email/": OPEN,
    "account/password/reset/": OPEN, "account/password/reset/done/": OPEN, "account/password/reset/key/done/": OPEN,
    "account/login/code/confirm/": OPEN, "account/2fa/authenticate/": OPEN, "account/2fa/webauthn/login/": OPEN,
    "account/invitation/<str:secret>/": SECRET_LINK, "proof/<str:secret>": SECRET_LINK,
    r"account/^confirm-email/(?P<key>[-:\w]+)/$": SECRET_LINK,
    r"account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": SECRET_LINK,
    **{f"account/{one}": OWN for one in (
        "reauthenticate/", "email/", "password/change/", "password/set/", "2fa/", "2fa/reauthenticate/", "2fa/totp/activate/",
        "2fa/totp/deactivate/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/", "2fa/recovery-codes/download/", "2fa/webauthn/",
        "2fa/webauthn/add/", "2fa/webauthn/reauthenticate/", "2fa/webauthn/keys/<int:pk>/remove/", "2fa/webauthn/keys/<int:pk>/edit/",
        "sessions/",
    )},
    **{f"{door}/settings/{one}": OWN for door in ("account", "client") for one in (
        "", "profile/", "security/", "sessions/", "sessions/<int:session_id>/end/", "sessions/others/end/", "contacts/",
        "contacts/<int:customer_id>/invite/", "contacts/<int:contact_id>/role/", "contacts/<int:contact_id>/remove/",
        "invitations/<int:invitation_id>/withdraw/",
    )},
    "files/": OWN, "drafts/<str:place>": OWN, "files/<uuid:attachment_id>/": OWN,
    "files/<uuid:attachment_id>/<path:name>": FILE, "thumbnails/<uuid:attachment_id>/": FILE,
    **{f"client/{one}": CUSTOMER for one in (
        "", "tickets/", "tickets/new/", "tickets/new/service/", "tickets/new/begin/", "tickets/new/promise/", "tickets/new/preview/",
        "tickets/<int:number>/", "tickets/<int:number>/fresh/", "tickets/<int:number>/reply/", "tickets/<int:number>/read/",
        "tickets/<int:number>/rating/", "tickets/<int:number>/solved/", "services/", "services/<int:service_id>/",
    )},
    **{f"console/{one}": STAFF for one in (
        "", "rail/", "tags/", "appearance/", "search/", "customers/", "customers/<int:customer_id>/", "outbox/", "outbox/<int:mail_id>/",
        "outbox/<int:mail_id>/again/", "parked/", "tickets/<int:number>/", "tickets/<int:number>/reply/<int:held_id>/undo/",
        *(f"tickets/<int:number>/{verb}/" for verb in (
            "read", "reply", "note", "claim", "assign", "escalate", "hand-back", "priority", "state", "department", "next-update", "tag",
            "untag", "proof", "action",
        )),
    )},
    **{f"console/{one}": LEADS for one in (
        "parked/<int:reaction_id>/run/", "parked/<int:reaction_id>/dismiss/", "settings/teams/", "settings/teams/<slug:code>/",
        "settings/hours/", "settings/hours/<int:calendar_id>/",
    )},
    **{f"console/settings/{one}": ADMINS for one in (
        "provider/", "departments/", "departments/<slug:code>/", "promises/", "staff/", "staff/<int:user_id>/",
        "staff/invitations/<int:invitation_id>/withdraw/",
    )},
    **{f"console/settings/tokens/{one}": STAFF for one in ("", "<int:token_id>/revoke/")},
    **{f"api/v1/{one}": TOKEN for one in (
        "", "customers", "customers/<reference>", "customers/<reference>/contacts", "customers/<reference>/contacts/<contact_id>",
        "services", "services/batch", "services/<order_number>", "tickets", "tickets/<number>",
        *(f"tickets/<number>/{thing}" for thing in (
            "messages", "replies", "notes", "assignee", "state", "priority", "escalations", "handbacks", "next-update", "tags/<name>",
            "rating",
        )),
        "attachments", "attachments/<attachment_id>", "attachments/<attachment_id>/content", "journal",
    )},
}  # fmt: skip
CONSOLE = {STAFF, LEADS, ADMINS}


def test_every_address_says_how_it_is_guarded() -> None:
    unguarded = [one.text for one in routes() if one.text not in GUARDS]
    assert unguarded == [], "say how this address is guarded: a line in GUARDS, and the guard itself"
    gone = set(GUARDS) - {one.text for one in routes()}
    assert gone == set(), "these addresses are no more"


@pytest.fixture(autouse=True)
def _unlimited(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from django.core.cache import cache

    monkeypatch.setattr("vigie.api.limiting.STRANGERS", 1_000_000)
    settings.LIMITS = False
    settings.ACCOUNT_RATE_LIMITS = False
    settings.API_RATE = 1_000_000
    cache.clear()
    yield
    cache.clear()


def guarded(*guards: str) -> list[Route]:
    return [one for one in routes() if GUARDS.get(one.text) in guards]


def walk(browse: Browse, person: Any, theirs: Full, mine: Full, chosen: list[Route]) -> None:
    """Every address and method as `person`, with the identifiers of others, of nothing, and of one's own; raises AssertionError."""
    before = everything()
    foreign = {key for key, row in before.items() if SECRET in repr(row)} | {
        ("people.Customer", theirs.ids["customer_id"]), ("conversations.Conversation", theirs.ids["conversation"])
    }  # fmt: skip
    for route in chosen:
        if "logout" in route.text:
            continue
        browser = browse(person)
        for method in METHODS:
            sent = body(theirs.ids)
            answer = ask(browser, method, route.path(theirs.ids), sent)
            real = told(answer, route.path(theirs.ids))
            assert SECRET not in real[2] and NOTE not in real[2], (method, route.text, "shows what is another's")
            assert answer.status_code < 500, (method, route.text)
            if route.names_something:
                path = route.path(NOTHING)
                unreal = told(ask(browser, method, path, sent), path)
                assert real == unreal, (method, route.text, "tells that it is there")
    after = everything()
    changed = differences({key: before[key] for key in foreign}, {key: after[key] for key in foreign if key in after})
    assert changed == [], "another's rows were changed"
    new = {key: row for key, row in after.items() if key not in before}
    assert pointing_at(new, foreign) == [], "something was hung on another's rows"
    for route in chosen:
        if route.names_something and GUARDS[route.text] in {CUSTOMER, FILE, OWN}:
            page = text_of(ask(browse(person), "GET", route.path(mine.ids), {}))
            assert NOTE not in page and SECRET not in page, (route.text, "shows what only staff may read")


@pytest.mark.slow
@pytest.mark.parametrize("role", ["owner", "technical", "billing"])
def test_a_contact_meets_nothing_of_another_customer(browse: Browse, role: str) -> None:
    theirs, mine = Full(SECRET), Full("zzeigenes")
    walk(browse, mine.contacts[role], theirs, mine, guarded(OPEN, SECRET_LINK, OWN, CUSTOMER, FILE, *CONSOLE))


@pytest.mark.slow
def test_a_stranger_and_a_person_without_account_meet_nothing(browse: Browse) -> None:
    theirs, mine = Full(SECRET), Full("zzeigenes")
    for person in (None, worlds.user()):
        walk(browse, person, theirs, mine, guarded(CUSTOMER, FILE, OWN, *CONSOLE))


def test_strangers_are_asked_to_sign_in_and_contacts_find_no_console(browse: Browse) -> None:
    theirs, unknown, contact = Full(SECRET), browse(), browse(worlds.contact())
    for route in guarded(*CONSOLE):
        for method in METHODS:
            path = route.path(theirs.ids)
            stranger = ask(unknown, method, path, {})
            asked = stranger.status_code in {302, 401, 405} and "/account/login/" in stranger.headers.get("Location", "/account/login/")
            assert asked, (method, path)
            assert ask(contact, method, path, {}).status_code in {404, 405}, (method, path)


def test_settings_of_leads_and_administrators_give_others_nothing(browse: Browse) -> None:
    theirs = Full(SECRET)
    for guard, people in ((LEADS, [worlds.agent()]), (ADMINS, [worlds.agent(), worlds.lead()])):
        for person in people:
            before, browser = everything(), browse(person)
            for route in guarded(guard):
                for method in METHODS:
                    answer = ask(browser, method, route.path(theirs.ids), body(theirs.ids))
                    assert answer.status_code in {403, 405}, (method, route.text)
                    assert SECRET not in text_of(answer)
            assert differences(before, everything()) == []


def test_a_session_is_no_token(browse: Browse) -> None:
    """Cookies count for nothing at the API: there is nothing a foreign page could forge."""
    theirs = Full(SECRET)
    for person in (theirs.contacts["owner"], worlds.admin()):
        browser = browse(person)
        for route in guarded(TOKEN):
            for method in METHODS:
                assert ask(browser, method, route.path(theirs.ids), body(theirs.ids)).status_code == 401, (method, route.text)


@pytest.mark.parametrize("role", ["owner", "technical", "billing"])
def test_a_contacts_token_meets_nothing_of_another_customer(role: str) -> None:
    theirs, mine = Full(SECRET), Full("zzeigenes")
    caller = Caller(mine.contacts[role])
    before = everything()
    for route in guarded(TOKEN):
        for method in METHODS:
            real, unreal = (
                told(caller.ask(method, route.path(ids).removeprefix("/api/v1"), body(theirs.ids)), route.path(ids))
                for ids in (theirs.ids, NOTHING)
            )
            assert SECRET not in real[2], (method, route.text)
            assert NOTE not in real[2], (method, route.text)
            assert not route.names_something or real == unreal, (method, route.text)
            own = caller.ask(method, route.path(mine.ids).removeprefix("/api/v1")) if method == "GET" else None
            assert own is None or NOTE not in text_of(own), route.text
    foreign = {key for key, row in before.items() if SECRET in repr(row)}
    after = everything()
    assert differences({key: before[key] for key in foreign}, {key: after[key] for key in foreign if key in after}) == []


def test_searching_finds_nothing_of_another_customer(browse: Browse) -> None:
    Full(SECRET)
    mine = Full("zzeigenes")
    for role, person in mine.contacts.items():
        for query in (SECRET, SECRET[:4], NOTE, f"{SECRET} body", "zzeigenes"):
            for path in ("/client/tickets/", "/client/services/"):
                page = browse(person).get(path, {"q": query}).content.decode().replace(query, "")
                assert "geheimnis" not in page, (role, path, query)
                assert "interne" not in page.replace("Note interne", ""), (role, path, query)
    assert "zzeigenes" in browse(mine.contacts["owner"]).get("/client/tickets/", {"q": "eigenes subject zzeigenes"}).content.decode()


def test_no_note_leaves_by_mail() -> None:
    Full(SECRET)
    assert OutgoingMail.objects.exclude(kind="alarm").exists()
    for mail in OutgoingMail.objects.all():
        assert NOTE not in f"{mail.subject}{mail.text}{mail.html}{mail.headers}", mail.kind


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_topic_of_another_is_ever_allowed(data: st.DataObject, two: tuple[Full, Full]) -> None:
    theirs, mine = two
    numbers = st.sampled_from(
        [theirs.ids["customer_id"], theirs.ids["conversation"], mine.ids["customer_id"], mine.ids["conversation"], 0, -1]
    ) | st.integers(0, 2**70)
    shapes = st.sampled_from(["{}", "0{}", " {}", "{} ", "+{}", "{}\n", "{},1", "{}.0", "٠{}", "", "*"])
    topics = data.draw(st.lists(
        st.just("staff") | st.text(max_size=12)
        | st.builds(lambda kind, shape, n: f"{kind}:{shape.format(n)}", st.sampled_from(["conversation", "customer", "staff"]), shapes, numbers),
        max_size=8,
    ))  # fmt: skip
    person = mine.contacts[data.draw(st.sampled_from(["owner", "technical", "billing"]))]
    guest = Guest(person.pk, person.name, person.initials, False, "")
    allowed = Doorman().allowed(guest, topics)
    assert "staff" not in allowed
    for topic in allowed:
        kind, _colon, number = topic.partition(":")
        assert int(number) != theirs.ids["customer_id" if kind == "customer" else "conversation"]


@pytest.fixture
def two() -> tuple[Full, Full]:
    return Full(SECRET), Full("zzeigenes")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=30) | st.sampled_from([SECRET, NOTE, f'"{SECRET}" OR scope : n', "scope : p", "* OR p", f"{SECRET}*", "NEAR(p n)"]))
def test_no_query_leaves_its_scope(query: str, two: tuple[Full, Full]) -> None:
    """Whatever is typed is words: no operator of the index reaches notes or other customers."""
    from vigie.conversations.models import Message

    _theirs, mine = two
    found = find(query, customer_ids=[mine.ids["customer_id"]], notes=False, limit=100).ids
    assert not Message.objects.filter(pk__in=found).exclude(conversation__customer=mine.ids["customer_id"], is_note=False).exists()


@pytest.mark.parametrize(
    ("broken", "address"),
    [
        (TicketSet, "client/tickets/"), (TicketSet, "client/"), (AttachmentSet, "thumbnails/<uuid:attachment_id>/"),
        (ServiceQuerySet, "client/services/<int:service_id>/"), (CustomerQuerySet, "client/settings/contacts/<int:contact_id>/remove/"),
    ],
)  # fmt: skip
def test_a_check_that_is_missing_is_noticed(browse: Browse, monkeypatch: pytest.MonkeyPatch, broken: type, address: str) -> None:
    theirs, mine = Full(SECRET), Full("zzeigenes")
    chosen = [one for one in routes() if one.text == address]
    walk(browse, mine.contacts["owner"], theirs, mine, chosen)
    monkeypatch.setattr(broken, "visible_to", lambda rows, _viewer: rows.all())
    with pytest.raises(AssertionError):
        walk(browse, mine.contacts["owner"], theirs, mine, chosen)


def test_a_question_that_is_missing_is_noticed(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ticket's page asks the rows in hand (`tickets.finding`) where others filter."""
    theirs, mine = Full(SECRET), Full("zzeigenes")
    chosen = [one for one in routes() if one.text == "client/tickets/<int:number>/"]
    walk(browse, mine.contacts["owner"], theirs, mine, chosen)
    monkeypatch.setattr(finding, "sees", lambda _viewer, _ticket: True)
    with pytest.raises(AssertionError):
        walk(browse, mine.contacts["owner"], theirs, mine, chosen)
