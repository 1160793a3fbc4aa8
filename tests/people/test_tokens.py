"""API tokens: shown once, stored hashed, revocable, dated."""

from datetime import timedelta

import pytest

from tests import worlds
from tests.conftest import Hold
from vigie.journal.models import Entry
from vigie.people import tokens
from vigie.people.access import OPERATOR, viewer_of
from vigie.people.errors import Invalid, NotAllowed
from vigie.people.models import ApiToken

pytestmark = pytest.mark.django_db


def test_the_secret_opens_and_is_nowhere_stored() -> None:
    agent = worlds.agent()
    token, secret = tokens.create(viewer=viewer_of(agent), user=agent, scopes=["tickets:read"], name="Supervision")
    assert tokens.verify(secret) == token
    stored = str(ApiToken.objects.filter(pk=token.pk).values().get()) + str(list(Entry.objects.values()))
    assert secret not in stored
    assert tokens.verify(secret[:-1]) is None
    assert tokens.verify("") is None


def test_use_is_noted_at_most_once_a_minute(hold: Hold) -> None:
    first = hold("2026-11-24 13:40")
    agent = worlds.agent()
    token, secret = tokens.create(viewer=OPERATOR, user=agent, scopes=["tickets:read"])
    tokens.verify(secret)
    hold.forward(seconds=59)
    tokens.verify(secret)
    token.refresh_from_db()
    assert token.last_used_at == first
    later = hold.forward(seconds=1)
    tokens.verify(secret)
    token.refresh_from_db()
    assert token.last_used_at == later


def test_revoked_expired_and_orphaned_tokens_open_nothing(hold: Hold) -> None:
    now = hold("2026-11-24 13:40")
    agent = worlds.agent()
    revoked, one = tokens.create(viewer=OPERATOR, user=agent, scopes=["tickets:read"])
    _dated, two = tokens.create(viewer=OPERATOR, user=agent, scopes=["tickets:read"], expires_at=now + timedelta(hours=1))
    _fine, three = tokens.create(viewer=OPERATOR, user=agent, scopes=["tickets:read"])
    tokens.revoke(viewer=viewer_of(agent), token=revoked)
    assert tokens.verify(one) is None
    hold.forward(hours=1)
    assert tokens.verify(two) is None
    assert tokens.verify(three) is not None
    agent.is_active = False
    agent.save()
    assert tokens.verify(three) is None


def test_who_may_and_what_is_refused() -> None:
    agent, other = worlds.agent(), worlds.agent()
    with pytest.raises(NotAllowed):
        tokens.create(viewer=viewer_of(agent), user=other, scopes=["tickets:read"])
    with pytest.raises(NotAllowed):
        tokens.create(viewer=viewer_of(worlds.contact()), user=agent, scopes=["tickets:read"])
    with pytest.raises(Invalid, match="tickets:read"):
        tokens.create(viewer=viewer_of(agent), user=agent, scopes=["all"])
    token, _secret = tokens.create(viewer=OPERATOR, user=agent, scopes=["tickets:read"])
    with pytest.raises(NotAllowed):
        tokens.revoke(viewer=viewer_of(other), token=token)


def test_a_contact_gets_one_from_an_administrator_alone() -> None:
    contact = worlds.contact()
    with pytest.raises(NotAllowed):
        tokens.create(viewer=viewer_of(contact), user=contact, scopes=["tickets:read"])
    _token, secret = tokens.create(viewer=OPERATOR, user=contact, scopes=["tickets:read"])
    found = tokens.verify(secret)
    assert found is not None
    assert found.user == contact
