"""A customer with an owner, and an agent, both signed in, for tests that speak HTTP to processes of their own."""

import json
import uuid
from dataclasses import dataclass

import httpx

from tests.faults.house import House

_FOUND = """
import json
from django.conf import settings
from django.test import Client
from itertools import count
from tests import worlds
from vigie.people.models import User

worlds._number = count(User.objects.count() + 1)  # other addresses than those founded before

def cookie_of(user):
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client.cookies[settings.SESSION_COOKIE_NAME].value

customer = worlds.customer()
owner, agent = worlds.contact(customer), worlds.agent(worlds.team(), name="Ana Torres")
print(json.dumps({"customer": customer.pk, "owner": cookie_of(owner), "agent": cookie_of(agent), "agent_id": agent.pk}))
"""
SECRET = "a" * 32  # the CSRF cookie and field agree, as in a browser that has loaded the form


@dataclass(frozen=True)
class Founded:
    """`owner` and `agent` are session cookies' values."""

    customer: int
    owner: str
    agent: str
    agent_id: int

    def form(self, key: str | None = None) -> dict[str, str]:
        """The new ticket's form as the browser sends it."""
        return {
            "csrfmiddlewaretoken": SECRET, "client_key": key or str(uuid.uuid4()), "customer": str(self.customer),
            "department": "technical", "priority": "regular", "subject": "Le serveur ne répond plus",
            "body": "Bonjour, mon serveur ne répond plus au ping depuis ce matin.",
        }  # fmt: skip

    def open_ticket(self, client: httpx.Client, url: str, key: str | None = None) -> httpx.Response:
        """Send the form once as the owner. Raises httpx.HTTPError when nobody answers."""
        cookies = f"session={self.owner}; csrftoken={SECRET}"
        return client.post(url, data=self.form(key), headers={"Cookie": cookies})


def found(house: House) -> Founded:
    """Found it in the house's database."""
    return Founded(**json.loads(house.run(_FOUND).splitlines()[-1]))
