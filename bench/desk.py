"""A desk to measure: a data folder with one signed-in customer, its sign-in cookies, and a server on it.

`python -m bench.desk FOLDER` founds the folder and prints what a client needs as JSON, with the statements one ticket writes.
"""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.load import free_port, post, wait_until_open

ROOT = Path(__file__).resolve().parent.parent
Statement = tuple[str, list[list[Any]]]
SUBJECT = "The booking site does not answer"
BODY = "Since 13:40 our booking site shows an error establishing a database connection. " * 4


@dataclass(frozen=True)
class Desk:
    """`statements` are (sql, a list of parameters for each time it runs) of one opening, with `@conversation`-like marks where a key stands; `following`
    those of what its acknowledgement writes.
    """

    folder: Path
    cookie: str
    token: str
    customer: int
    statements: list["Statement"]
    following: list["Statement"]

    def opening(self, _number: int) -> bytes:
        """A ticket sent as the form sends it, with a key of its own."""
        fields = {
            "csrfmiddlewaretoken": self.token, "client_key": str(uuid.uuid4()), "customer": self.customer,
            "department": "technical", "priority": "regular", "subject": SUBJECT, "body": BODY,
        }  # fmt: skip
        return post("/client/tickets/new/", urlencode(fields), cookie=self.cookie)


def founded(folder: Path) -> Desk:
    """Found a desk in an empty folder, in a process of its own."""
    environment = {**os.environ, "VIGIE_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "vigie.config.settings"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.desk", str(folder)],
        cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return Desk(folder=folder, **json.loads(done.stdout.splitlines()[-1]))


@contextmanager
def serving(arguments: list[str], folder: Path, smtp: int = 0) -> Iterator[tuple[int, int]]:
    """Run `python ARGUMENTS --port N` on that folder; yields the port and the process id once it listens."""
    port = free_port()
    environment = {
        **os.environ, "VIGIE_DATA": str(folder), "VIGIE_LOG_LEVEL": "WARNING", "VIGIE_SITE_URL": "http://127.0.0.1",
        "DJANGO_SETTINGS_MODULE": "vigie.config.settings", "VIGIE_LIMITS": "off",  # one person opens thousands of tickets here
    }  # fmt: skip
    if smtp:
        environment["VIGIE_SMTP_URL"] = f"smtp://127.0.0.1:{smtp}"
    server = subprocess.Popen([sys.executable, *arguments, "--port", str(port)], cwd=ROOT, env=environment)
    try:
        wait_until_open(port)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait()


def _found() -> dict[str, Any]:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.middleware.csrf import _get_new_csrf_string, _mask_cipher_secret
    from django.test import Client

    from vigie.journal import dispatch
    from vigie.journal.models import Reaction
    from vigie.kernel import clock
    from vigie.people.access import viewer_of
    from vigie.people.models import Contact, Customer, Department, User
    from vigie.tickets.opening import open_ticket

    call_command("migrate", verbosity=0)
    user = User.objects.create_user(email="owner@customer.example", password="a long password", name="Ada Owner")
    customer = Customer.objects.create(name="Customer", reference="C-1", registered_address="owner@customer.example")
    Contact.objects.create(customer=customer, user=user, role="owner")
    seen: list[Statement] = []

    def keep(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        if sql.strip().startswith(("INSERT", "UPDATE", "DELETE")):
            seen.append((sql, [list(row) for row in (values if many else [values or ()])]))
        return execute(sql, values, many, context)

    technical = Department.objects.get(code="technical")
    for key in (uuid.uuid4(), uuid.uuid4()):  # the first one warms caches and makes rows that are written once
        seen.clear()
        with transaction.atomic(), connection.execute_wrapper(keep):  # in a transaction it is written here, not by the writer's thread
            ticket = open_ticket(
                viewer=viewer_of(user), customer=customer, department=technical, priority="regular", subject=SUBJECT,
                body=BODY, critical=None, client_key=key,
            )  # fmt: skip
    opened = seen[:]
    seen.clear()
    dispatch.dispatch_due()  # the first ticket's: it fills caches
    Reaction.objects.filter(state="waiting").update(due_at=clock.now())
    seen.clear()
    ticket_again = open_ticket(
        viewer=viewer_of(user), customer=customer, department=technical, priority="regular", subject=SUBJECT, body=BODY,
        critical=None, client_key=uuid.uuid4(),
    )  # fmt: skip
    with transaction.atomic(), connection.execute_wrapper(keep):
        dispatch.dispatch_due()
    message = ticket.conversation.messages.get().pk
    marks = {key.hex: "@key", ticket.number: "@number"}
    following = [(sql, [_marked(sql, row, {}, ticket_again.pk, -1) for row in every]) for sql, every in seen]
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    secret = _get_new_csrf_string()
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}; {settings.CSRF_COOKIE_NAME}={secret}"
    return {
        "cookie": cookie,
        "token": _mask_cipher_secret(secret),
        "customer": customer.pk,
        "statements": [(sql, [_marked(sql, row, marks, ticket.pk, message) for row in every]) for sql, every in opened],
        "following": following,
    }


def _marked(sql: str, row: list[Any], marks: dict[Any, str], conversation: int, message: int) -> list[Any]:
    """Parameters as JSON: keys of the rows written before stand as marks, by the column they go into."""
    columns = [name.strip(' "') for name in sql[sql.index("(") + 1 : sql.index(")")].split(",")] if sql.startswith(("INSERT", "\nINSERT")) else []
    return [_mark(columns[n] if n < len(columns) else "", value, marks, conversation, message) for n, value in enumerate(row)]


def _mark(column: str, value: Any, marks: dict[Any, str], conversation: int, message: int) -> Any:
    if column == "conversation_id" and value == conversation:
        return "@conversation"
    if column in {"rowid", "message_id"} and value == message:
        return "@message"
    if (column == "message_id" and isinstance(value, str)) or value == f"ack:{conversation}":
        return "@unique"
    if column == "entry_id":
        return "@entry"
    if isinstance(value, (str, int)) and value in marks:
        return marks[value]
    return value if value is None or isinstance(value, (str, int, float)) else str(value)


if __name__ == "__main__":
    print(json.dumps(_found()))
