"""The demonstration: complete, told in order, quiet, and never on an installation that is not one."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.conf import LazySettings

from tests.conftest import Hold
from vigie.config import demo
from vigie.conversations.models import Message
from vigie.inventory.models import Address, Service
from vigie.journal.models import Entry, Reaction
from vigie.mail_out.models import OutgoingMail
from vigie.people.models import Customer, User
from vigie.promises.measured import measured
from vigie.tickets.models import State, Ticket


@pytest.fixture
def filled(db: None, settings: LazySettings, hold: Hold) -> None:
    settings.DEMO = True
    hold("2026-11-24 14:05")
    assert demo.fill()


def test_it_shows_a_desk_at_work(filled: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert set(Ticket.objects.values_list("state", flat=True)) == set(State.values)
    assert Customer.objects.count() == 24
    for address, _who in demo.SIGN_INS:
        assert User.objects.get(email=address).check_password(demo.PASSWORD)
    assert User.objects.get(email="client@demo.example").contacts.get().customer.services.count() >= 4
    spaces = ("192.0.2.", "198.51.100.", "203.0.113.", "2001:db8:")
    assert all(prefix.startswith(spaces) for prefix in Address.objects.values_list("prefix", flat=True))
    assert not Service.objects.filter(addresses=None).exists()

    for department in ("technical", "financial"):
        for priority in ("regular", "high"):
            month = measured("ticket", department, priority).month
            assert month is not None
            assert month.samples >= 30
            assert month.kept > 0.9
    assert measured("ticket").now is not None
    assert not [body for body in Message.objects.values_list("body", flat=True) if "{" in body and "}" in body]

    # told in order, so that a cursor means what it means in life
    instants = list(Entry.objects.order_by("id").values_list("at", flat=True))
    assert max((a - b for a, b in pairwise(instants)), default=timedelta()) <= timedelta(seconds=5)

    assert not OutgoingMail.objects.exists()
    assert not Reaction.objects.exists()

    before = Entry.objects.count()
    assert not demo.fill()
    assert Entry.objects.count() == before
    assert demo.PASSWORD in capsys.readouterr().out


def test_it_is_for_demonstrations_only(settings: LazySettings) -> None:
    settings.DEMO = False
    with pytest.raises(RuntimeError):
        demo.fill()
