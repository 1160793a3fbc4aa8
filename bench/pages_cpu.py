"""What a page costs: ms of CPU in this process, through the WSGI handler with every middleware, signed in.

    python -m bench.pages_cpu [rounds]

The queue with 50 rows (wanted: at most 12 ms), a ticket with 200 messages of which the last 50 are shown, for staff and for
the customer (at most 15 ms), each also against an empty page of bare Django, in turn within each round; medians.
"""

import io
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from typing import Any

from bench.load import load_line

CALLS = 10
MESSAGES, TICKETS = 200, 60
WANTED = {"queue": 12.0, "ticket, staff": 15.0, "ticket, customer": 15.0}


def main(rounds: int) -> int:
    """Print the table; 1 when a page costs more than wanted."""
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as folder:
        os.environ |= {"VIGIE_DATA": folder, "DJANGO_SETTINGS_MODULE": "vigie.config.settings", "VIGIE_LIMITS": "off"}
        import django

        django.setup()
        pages = _pages()
        took: dict[str, list[float]] = {name: [] for name in pages}
        for _round in range(rounds):
            for name, page in pages.items():
                took[name].append(_cpu(page))
    empty = statistics.median(took.pop("empty"))
    print(f"{'an empty page of Django':24}{empty:7.2f} ms; {load_line()}")
    over = 0
    for name, every in took.items():
        middle = statistics.median(every)
        over += middle > WANTED[name]
        print(f"{name:24}{middle:7.2f} ms, {middle / empty:5.1f} empty pages (wanted: at most {WANTED[name]:.0f} ms; best {min(every):.2f})")
    return int(over > 0)


def _pages() -> dict[str, Callable[[], None]]:
    """One request each, by name."""
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.core.management import call_command
    from django.http import HttpResponse
    from django.test import Client

    from vigie.people.access import viewer_of
    from vigie.people.models import Contact, Customer, Department, User
    from vigie.tickets.opening import open_ticket
    from vigie.tickets.replying import reply

    call_command("migrate", verbosity=0)
    owner = User.objects.create_user(email="owner@customer.example", password="a long password", name="Ada Owner")
    agent = User.objects.create_user(email="agent@provider.example", password="a long password", name="Max Agent", role="agent")
    customer = Customer.objects.create(name="Customer", reference="C-1", registered_address="owner@customer.example")
    Contact.objects.create(customer=customer, user=owner, role="owner")
    technical = Department.objects.get(code="technical")
    tickets = [
        open_ticket(
            viewer=viewer_of(owner), customer=customer, department=technical, priority="regular", subject="The site does not answer",
            body="Since 13:40 our **booking site** shows an error.\n\n```\nERROR 1040\n```", critical=None, client_key=uuid.uuid4(),
        )
        for _ in range(TICKETS)
    ]  # fmt: skip
    for number in range(MESSAGES - 1):
        who = agent if number % 2 else owner
        reply(viewer=viewer_of(who), ticket=tickets[0], body=f"Answer {number}: see *this* line.\n\n- one\n- two", client_key=uuid.uuid4())
    handler, cookies = WSGIHandler(), {}
    for user in (owner, agent):
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        cookies[user] = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"

    def page(path: str, user: User) -> Callable[[], None]:
        def get() -> None:
            status, body = _get(handler, path, cookies[user])
            if not status.startswith("200") or len(body) < 1000:
                msg = f"unexpected answer of {path}: {status}"
                raise RuntimeError(msg)

        return get

    bare = WSGIHandler()
    bare._middleware_chain = lambda _request: HttpResponse(b"")
    pages = {
        "empty": lambda: _get(bare, "/", "") and None,
        "queue": page("/console/", agent),
        "ticket, staff": page(f"/console/tickets/{tickets[0].number}/", agent),
        "ticket, customer": page(f"/client/tickets/{tickets[0].number}/", owner),
    }
    for one in pages.values():  # the first time templates are compiled
        one()
    return pages


def _get(handler: Any, path: str, cookie: str) -> tuple[str, bytes]:
    started: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
        "HTTP_HOST": "127.0.0.1", "HTTP_COOKIE": cookie, "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.version": (1, 0),
    }  # fmt: skip
    answer = handler(environ, lambda status, _headers: started.append(status))
    body = b"".join(answer)
    answer.close()
    return started[0], body


def _cpu(page: Callable[[], None]) -> float:
    """ms of CPU of one call."""
    began = time.process_time()
    for _ in range(CALLS):
        page()
    return (time.process_time() - began) / CALLS * 1000


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 7))
