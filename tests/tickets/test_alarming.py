"""Alarms climb the ladder before a promise breaks; when it breaks the customer is told, with a new time."""

from datetime import timedelta
from itertools import product

import pytest

from tests import worlds
from tests.conftest import Hold
from tests.tickets.reacting import react
from vigie.conversations.models import Author, Message
from vigie.journal.models import Entry
from vigie.mail_out.models import OutgoingMail
from vigie.people.models import Calendar, Team, User
from vigie.promises.models import Clock, ClockState, Kind
from vigie.promises.steps import HALF, LAST_MINUTES
from vigie.promises.sweep import sweep
from vigie.tickets import alarming
from vigie.tickets.alarming import ALARMS, BROKEN
from vigie.tickets.models import Ticket
from vigie.tickets.on_duty import Rung, reached

pytestmark = pytest.mark.django_db


def opened(hold: Hold, when: str = "2026-11-24 13:40", **fields: object) -> Ticket:
    """Acknowledged, mails forgotten."""
    hold(when)
    ticket = worlds.ticket(worlds.contact(worlds.customer(), language="fr"), **fields)  # type: ignore[arg-type]
    react()
    OutgoingMail.objects.all().delete()
    return ticket


def alarmed() -> set[str]:
    return set(OutgoingMail.objects.filter(kind="alarm").values_list("recipient", flat=True))


def passes(hold: Hold, **span: float) -> None:
    hold.forward(**span)
    OutgoingMail.objects.all().delete()
    sweep()
    react()


def assigned(ticket: Ticket, to: User) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(assignee=to)


def test_every_step_of_every_clock_is_in_the_table() -> None:
    assert set(ALARMS) == set(product(Kind.values, (HALF, LAST_MINUTES, BROKEN)))


def test_the_alarm_climbs_from_the_assignee_to_whoever_is_on_call(hold: Hold) -> None:
    ticket = opened(hold)
    team = worlds.team("support")
    assignee, colleague = worlds.agent(team), worlds.agent(team)
    above, on_call = worlds.agent(worlds.team("datacentre")), worlds.agent(worlds.team("sysadmin"), on_call=True)
    outsider = worlds.agent(worlds.team("billing"), on_call=True)
    assigned(ticket, assignee)
    passes(hold, minutes=5)
    assert alarmed() == {assignee.email}
    passes(hold, minutes=3)
    assert alarmed() == {assignee.email, colleague.email, above.email}
    passes(hold, minutes=2)
    assert alarmed() == {assignee.email, colleague.email, above.email, on_call.email}
    assert outsider.email not in alarmed()
    people = [entry.data["people"] for entry in Entry.objects.filter(kind="ticket.alarmed").order_by("id")]
    assert [len(each) for each in people] == [1, 3, 4]


def test_without_an_assignee_the_team_hears_first(hold: Hold) -> None:
    opened(hold)
    member = worlds.agent(worlds.team("support"))
    worlds.agent(worlds.team("datacentre"))
    passes(hold, minutes=5)
    assert alarmed() == {member.email}


def test_who_is_off_duty_is_passed_over(hold: Hold) -> None:
    opened(hold, "2026-11-24 03:00")  # the L2 and L3 teams sleep
    worlds.agent(worlds.team("datacentre"))
    on_call = worlds.agent(worlds.team("sysadmin"), on_call=True)
    passes(hold, minutes=5)
    assert alarmed() == {on_call.email}


def test_with_nobody_at_all_leads_and_administrators_hear(hold: Hold) -> None:
    opened(hold)
    lead, admin = worlds.lead(), worlds.admin()
    worlds.agent()
    worlds.admin(is_active=False)
    passes(hold, minutes=5)
    assert alarmed() == {lead.email, admin.email}


def test_a_team_at_another_site_is_no_next_level(hold: Hold) -> None:
    ticket = opened(hold)
    Team.objects.filter(code="datacentre").update(location="Amsterdam")
    far, near = worlds.agent(worlds.team("datacentre")), worlds.agent(worlds.team("sysadmin"))
    found = reached(ticket, (Rung.NEXT_LEVEL,), hold.at)
    assert near in found and far not in found


def test_a_reply_in_time_alarms_nobody_and_tells_no_delay(hold: Hold) -> None:
    ticket = opened(hold)
    agent = worlds.agent(worlds.team("support"))
    hold.forward(minutes=4)
    worlds.reply(ticket, agent)
    react()
    passes(hold, minutes=30)
    assert OutgoingMail.objects.count() == 0


def test_a_reply_between_the_warning_and_its_reaction_silences_it(hold: Hold) -> None:
    ticket = opened(hold)
    agent = worlds.agent(worlds.team("support"))
    hold.forward(minutes=5)
    sweep()
    worlds.reply(ticket, agent)
    react()
    assert alarmed() == set()


def test_a_broken_promise_is_told_on_the_ticket_and_by_mail_with_a_new_time(hold: Hold) -> None:
    ticket = opened(hold)
    start = hold.at
    passes(hold, minutes=10)
    message = Message.objects.get(conversation=ticket.pk, author=Author.AUTO)
    mail = OutgoingMail.objects.get(kind="late")
    promised = Clock.objects.get(kind=Kind.NEXT_UPDATE)
    assert promised.due_at == start + timedelta(minutes=41)
    for said in (message.body, mail.text, mail.html):
        assert "14:21" in said
    assert promised.promised_by is None
    ticket.refresh_from_db()
    assert ticket.due_at == start + timedelta(minutes=10)  # still first in the queue
    entry = Entry.objects.get(kind="ticket.next_update_promised")
    assert (entry.audience, entry.data["automatic"]) == ("customer", True)
    assert Clock.objects.get(kind=Kind.FIRST_REPLY).answered_at is None  # our own words answer nothing


def test_each_broken_word_promises_a_later_time(hold: Hold) -> None:
    ticket = opened(hold)
    passes(hold, minutes=10)
    gaps = []
    for _ in range(5):
        clock = Clock.objects.get(kind=Kind.NEXT_UPDATE, state=ClockState.RUNNING)
        gaps.append(round((clock.due_at - clock.started_at) / timedelta(minutes=1)))
        passes(hold, minutes=gaps[-1])
        assert OutgoingMail.objects.filter(kind="late").count() == 1
    assert gaps == [31, 61, 121, 241, 241]
    assert Message.objects.filter(conversation=ticket.pk, author=Author.AUTO).count() == 6


def test_a_time_an_agent_promised_already_is_the_one_told(hold: Hold) -> None:
    from vigie.tickets import committing

    ticket = opened(hold)
    committing.promise_update(
        viewer=worlds.seen_by(worlds.agent()), ticket=ticket, due_at=hold.at + timedelta(hours=2), note=""
    )
    passes(hold, minutes=10)
    assert "15:40" in Message.objects.get(conversation=ticket.pk, author=Author.AUTO).body
    assert Clock.objects.filter(kind=Kind.NEXT_UPDATE).count() == 1


def test_telling_twice_says_it_once(hold: Hold) -> None:
    ticket = opened(hold)
    passes(hold, minutes=10)
    alarming.broken(Entry.objects.get(kind="clock.broken", data__kind=Kind.FIRST_REPLY))
    assert Message.objects.filter(conversation=ticket.pk, author=Author.AUTO).count() == 1
    assert OutgoingMail.objects.filter(kind="late").count() == 1
    assert Entry.objects.filter(kind="ticket.next_update_promised").count() == 1


def test_an_acknowledgement_that_fails_wakes_those_on_call_not_the_customer(hold: Hold) -> None:
    hold("2026-11-24 13:40")
    ticket = worlds.ticket()
    on_call = worlds.agent(worlds.team("support"), on_call=True)
    hold.forward(minutes=2)
    sweep()
    alarming.broken(Entry.objects.get(kind="clock.broken"))
    assert alarmed() == {on_call.email}
    assert not Message.objects.filter(conversation=ticket.pk, author=Author.AUTO).exists()


def test_hours_of_a_team_are_those_of_its_calendar(hold: Hold) -> None:
    ticket = opened(hold)
    Calendar.objects.filter(teams__code="support").update(always=False)
    off, lead = worlds.agent(worlds.team("support")), worlds.lead()
    assert reached(ticket, (Rung.TEAM,), hold.at) == {lead: Rung.ON_CALL}
    assert off not in reached(ticket, (Rung.TEAM,), hold.at)
