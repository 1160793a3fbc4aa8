"""Opening a ticket is one transaction, and happens once however often it is sent."""

import uuid
from datetime import timedelta

import pytest

from tests import worlds
from vigie.conversations.errors import EmptyMessageError, MissingFilesError
from vigie.conversations.finding import find
from vigie.conversations.models import Conversation, Draft, Message, Trust
from vigie.journal.models import Entry
from vigie.kernel import clock
from vigie.people.models import ContactRole
from vigie.promises.models import Clock, Kind, Priority
from vigie.tickets import counting, critical
from vigie.tickets.begin_time import FutureTime, UnknownZone
from vigie.tickets.critical import Critical, service_named
from vigie.tickets.errors import (
    ClosedDepartmentError,
    MissingBeginError,
    MissingServiceError,
    NotYoursError,
    PriorityError,
    StrangeServiceError,
    SubjectError,
    TicketError,
    UsedKeyError,
)
from vigie.tickets.models import QueueCount, State, Ticket

pytestmark = pytest.mark.django_db


def test_everything_that_makes_a_ticket_is_there() -> None:
    ticket = worlds.ticket(subject="  Le serveur   ne répond plus ", body="**Bonjour**, plus de ping")
    fresh = Ticket.objects.select_related("conversation").get()
    assert (fresh.number, fresh.state, fresh.conversation.subject) == (ticket.number, State.NEW, "Le serveur ne répond plus")
    message = Message.objects.get()
    assert (message.seq, message.html) == (1, "<p><strong>Bonjour</strong>, plus de ping</p>")
    assert fresh.snippet == "Bonjour, plus de ping"
    assert set(Clock.objects.values_list("kind", flat=True)) == {Kind.ACKNOWLEDGEMENT, Kind.FIRST_REPLY}
    assert fresh.due_at == fresh.queue_at == Clock.objects.get(kind=Kind.FIRST_REPLY).due_at
    assert list(Entry.objects.values_list("kind", flat=True).order_by("id")) == ["message.posted", "ticket.opened"]
    assert find("reponde", customer_ids=None, notes=False).ids == []
    assert find("repond", customer_ids=None, notes=False).ids == [message.pk]
    assert counting.repair() == {}


def test_who_signed_in_is_verified_with_the_evidence() -> None:
    conversation = worlds.ticket().conversation
    assert conversation.trust == Trust.VERIFIED
    assert conversation.evidence[0]["kind"] == "signed_in"


def test_what_staff_open_in_a_customers_name_is_not_verified() -> None:
    agent = worlds.agent()
    ticket = worlds.ticket(by=agent, of=worlds.customer())
    assert ticket.conversation.trust == Trust.CLAIMED
    assert ticket.conversation.contact is None
    assert ticket.due_at is None


def test_numbers_count_up_by_one() -> None:
    first, second = worlds.ticket(), worlds.ticket()
    assert second.number == first.number + 1


def test_the_same_key_is_the_same_ticket() -> None:
    key, who = uuid.uuid4(), worlds.contact()
    first = worlds.ticket(by=who, client_key=key)
    again = worlds.ticket(by=who, client_key=key, subject="Autre chose")
    assert (again.pk, again.is_repeat) == (first.pk, True)
    assert Conversation.objects.count() == Message.objects.count() == 1
    assert Entry.objects.count() == 2
    assert QueueCount.objects.get(place="todo").n == 1


def test_somebody_elses_key_opens_nothing_and_shows_nothing() -> None:
    key = uuid.uuid4()
    worlds.ticket(client_key=key)
    with pytest.raises(UsedKeyError):
        worlds.ticket(client_key=key)
    colleague = worlds.contact(worlds.ticket().conversation.customer)
    with pytest.raises(UsedKeyError):
        worlds.ticket(by=colleague, client_key=key)


def test_the_draft_goes_with_the_ticket() -> None:
    who = worlds.contact()
    whose = who.contacts.get().customer
    Draft.objects.create(user=who, place=f"new:{whose.pk}", data={"body": "x"}, updated_at=clock.now())
    worlds.ticket(by=who)
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"subject": "  "}, SubjectError),
        ({"subject": "x" * 201}, SubjectError),
        ({"priority": "urgent"}, PriorityError),
        ({"body": " \n"}, EmptyMessageError),
        ({"attachment_ids": [uuid.uuid4()]}, MissingFilesError),
    ],
)
def test_what_is_missing_is_refused_and_nothing_is_left(wrong: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        worlds.ticket(**wrong)
    assert not Conversation.objects.exists()
    assert not Entry.objects.exists()


def test_a_closed_department_takes_no_tickets_but_from_staff() -> None:
    closed = worlds.department(is_open=False)
    with pytest.raises(ClosedDepartmentError):
        worlds.ticket(department=closed)
    assert worlds.ticket(by=worlds.agent(), of=worlds.customer(), department=closed).department == closed


def test_nobody_opens_a_ticket_for_another_customer() -> None:
    with pytest.raises(NotYoursError):
        worlds.ticket(by=worlds.contact(), of=worlds.customer())


def test_an_inactive_customer_opens_none() -> None:
    with pytest.raises(NotYoursError):
        worlds.ticket(of=worlds.customer(is_active=False))


class TestCritical:
    """What a High ticket must give."""

    def high(self, **change: object) -> Ticket:
        whose = worlds.customer()
        given = {
            "service": worlds.service(whose), "began_at": clock.now() - timedelta(minutes=3), "began_zone": "Europe/Paris",
            "diagnostics": "100 % packet loss", **change,
        }  # fmt: skip
        return worlds.ticket(of=whose, priority=Priority.HIGH, critical=Critical(**given))  # type: ignore[arg-type]

    def test_goes_first(self) -> None:
        ticket = self.high()
        assert (ticket.urgency, ticket.began_zone) == (0, "Europe/Paris")
        assert ticket.service is not None

    @pytest.mark.parametrize(
        ("change", "error", "field"),
        [
            ({"service": None}, MissingServiceError, "service"),
            ({"began_at": None}, MissingBeginError, "began"),
            ({"began_zone": "Mars/Olympus"}, UnknownZone, "zone"),
        ],
    )
    def test_needs_every_part(self, change: dict[str, object], error: type[TicketError], field: str) -> None:
        with pytest.raises(error) as refused:
            self.high(**change)
        assert refused.value.field == field

    def test_may_come_without_diagnostics(self) -> None:
        assert self.high(diagnostics="").urgency == 0

    def test_needs_no_service_of_a_customer_who_has_none(self) -> None:
        when = Critical(service=None, began_at=clock.now(), began_zone="Europe/Paris", diagnostics="")
        assert worlds.ticket(of=worlds.customer(), priority=Priority.HIGH, critical=when).service is None

    def test_cannot_begin_in_the_future(self) -> None:
        with pytest.raises(FutureTime):
            self.high(began_at=clock.now() + timedelta(minutes=6))

    def test_is_about_an_own_service(self) -> None:
        with pytest.raises(NotYoursError):
            self.high(service=worlds.service())

    def test_is_needed_for_high(self) -> None:
        whose = worlds.customer()
        with pytest.raises(MissingServiceError):
            critical.check(None, viewer=worlds.seen_by(worlds.contact(whose)), customer=whose, now=clock.now())

    def test_a_service_is_found_by_what_the_customer_types(self) -> None:
        whose = worlds.customer()
        mine = worlds.service(whose, "203.0.113.7", "2001:db8::/64", name="web-01", order_number="777123")
        other = worlds.service(whose, "198.51.100.9", name="db-01")
        viewer = worlds.seen_by(worlds.contact(whose))
        for typed in ("203.0.113.7", "2001:DB8::7", "#777123", "web-01"):
            assert service_named(viewer, whose, typed) == mine
        stranger = worlds.service(worlds.customer(), "192.0.2.4")
        for typed in ("192.0.2.4", stranger.order_number, "#999999999", "n'importe quoi"):
            with pytest.raises(StrangeServiceError):
                service_named(viewer, whose, typed)
        with pytest.raises(StrangeServiceError, match=f"{mine.name}|{other.name}"):
            service_named(viewer, whose, "web-01 db-01")
        with pytest.raises(MissingServiceError):
            service_named(viewer, whose, "  ")


def test_text_no_database_can_hold_is_mended() -> None:
    ticket = worlds.ticket(subject="a\ud800b", body="c\x00d\udfffe")
    ticket.conversation.refresh_from_db()
    assert ticket.conversation.subject == "a?b"
    assert Message.objects.get().body == "c\ufffdd?e"


def test_a_billing_contact_may_open_a_technical_ticket_and_sees_it() -> None:
    who = worlds.contact(role=ContactRole.BILLING)
    ticket = worlds.ticket(by=who)
    assert Ticket.objects.visible_to(worlds.seen_by(who)).get() == ticket
