"""What could not follow, in words."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests import worlds
from vigie.config.reactions import REACTIONS
from vigie.console.event_words import EVENT_WORDS
from vigie.journal.models import Entry, Reaction, ReactionState
from vigie.kernel import clock

pytestmark = pytest.mark.django_db


def test_every_event_that_something_follows_from_has_words() -> None:
    assert REACTIONS.keys() == EVENT_WORDS.keys()


def test_the_list_says_them(browse: Callable[..., Client]) -> None:
    worlds.ticket()
    entry = Entry.objects.get(kind="ticket.opened")
    Reaction.objects.filter(entry=entry).delete()
    Reaction.objects.create(entry=entry, handler="x", state=ReactionState.PARKED, error="broken", attempts=9, due_at=clock.now())
    page = browse(worlds.agent(language="fr")).get("/console/parked/").content.decode()
    assert "Ticket ouvert" in page
    assert "ticket.opened" not in page
