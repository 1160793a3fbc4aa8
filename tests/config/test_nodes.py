"""Several processes on PostgreSQL and Redis: two that serve pages, one that works, each a process of its own."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.databases import ROOT, TEMPLATE
from tests.faults.founding import Founded, found
from tests.faults.house import House, free_port
from tests.redis import BINARY, Redis

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.skipif(not BINARY, reason="redis-server is not installed")]


@contextmanager
def database(*, empty: bool = False) -> Iterator[str]:
    """The URL of a database of its own in the tests' cluster, migrated unless it is to be empty."""
    server, name = os.environ["VIGIE_TEST_POSTGRES_URL"], f"nodes_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as there:
        there.execute(f'CREATE DATABASE "{name}" TEMPLATE "{"template1" if empty else TEMPLATE}"')
        yield f"{server.rpartition('/')[0]}/{name}"
        there.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class Nodes:
    """One installation: a database, Redis, two `vigie web`, a `vigie worker`."""

    def __init__(self, house: House, url: str, redis: Redis) -> None:
        self.house, self.url, self.redis = house, url, redis
        self.one, self.two = free_port(), free_port()
        self.founded: Founded = found(house)
        started = [house.start("-m", "vigie", "web", "--port", str(port)) for port in (self.one, self.two)]
        self.worker = house.start("-m", "vigie", "worker")
        for process, port in zip(started, (self.one, self.two), strict=True):
            house.wait_until_ready(process, port)

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as there:
            return there.execute(sql, values).fetchall()

    def opened(self, port: int) -> int:
        """A ticket opened over HTTP on that node; its conversation."""
        with httpx.Client(timeout=20) as client:
            answer = self.founded.open_ticket(client, self.house.url("/client/tickets/new/", port))
        assert answer.status_code == 302, answer.text
        number = int(answer.headers["Location"].strip("/").rpartition("/")[2])
        return int(self.query("SELECT conversation_id FROM tickets_ticket WHERE number = %s", number)[0][0])

    @contextmanager
    def page(self, port: int, cookie: str, *topics: str) -> Iterator[ClientConnection]:
        """An open page on that node that has been greeted."""
        headers = {"Cookie": f"session={cookie}"}
        url, origin = f"ws://127.0.0.1:{port}/live", f"http://127.0.0.1:{port}"
        with connect(url, origin=origin, additional_headers=headers, close_timeout=0.2) as line:  # type: ignore[arg-type]
            line.send(json.dumps({"topics": topics, "after": None}))
            hello = json.loads(line.recv(10))
            assert (hello["kind"], hello.get("refused")) == ("hello", None)
            yield line


def hear(line: ClientConnection, wanted: Callable[[dict[str, Any]], bool], seconds: float = 15) -> dict[str, Any]:
    """The next event that is the one wanted; raises TimeoutError."""
    until = time.monotonic() + seconds
    while True:
        event: dict[str, Any] = json.loads(line.recv(max(0.01, until - time.monotonic())))
        if wanted(event):
            return event


def wait_until(true: Callable[[], object], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.05)
    assert true()


@pytest.fixture(scope="module")
def nodes(django_db_setup: None) -> Iterator[Nodes]:
    redis = Redis()
    redis.start()
    with database() as url:
        house = House(VIGIE_DATABASE_URL=url, VIGIE_REDIS_URL=redis.url)
        try:
            yield Nodes(house, url, redis)
        finally:
            house.end()
            redis.stop()


def test_a_ticket_opened_on_one_node_is_told_on_the_other_and_acknowledged_by_the_worker(nodes: Nodes) -> None:
    with nodes.page(nodes.two, nodes.founded.agent, "staff") as line:
        conversation = nodes.opened(nodes.one)
        event = hear(line, lambda event: event["kind"] == "ticket.opened")
        assert event["conversation"] == conversation
        hear(line, lambda event: event["kind"] == "clock.met" and event["conversation"] == conversation)
    (kind,) = nodes.query("SELECT kind FROM mail_out_outgoingmail WHERE conversation_id = %s", conversation)
    assert kind == ("acknowledgement",)


def test_who_is_present_on_one_node_is_seen_on_the_other(nodes: Nodes) -> None:
    conversation = nodes.opened(nodes.one)
    topic, me = f"conversation:{conversation}", nodes.founded.agent_id
    with nodes.page(nodes.two, nodes.founded.agent, topic) as watching:
        with nodes.page(nodes.one, nodes.founded.agent, topic) as there:
            there.send(json.dumps({"presence": {"conversation": conversation, "state": "writing"}}))
            people = hear(watching, lambda event: event["kind"] == "presence")["people"]
            assert [(one["id"], one["initials"], one["state"]) for one in people] == [(me, "AT", "writing")]
            with nodes.page(nodes.two, nodes.founded.agent, topic) as later:
                people = hear(later, lambda event: event["kind"] == "presence")["people"]
                assert [one["id"] for one in people] == [me], "who comes later is told at once"
        assert hear(watching, lambda event: event["kind"] == "presence")["people"] == []


def test_a_session_ended_on_one_node_is_ended_on_the_other(nodes: Nodes) -> None:
    mine = found(nodes.house)
    cookies = {"session": mine.owner}
    assert [httpx.get(nodes.house.url("/client/", port), cookies=cookies).status_code for port in (nodes.one, nodes.two)] == [200, 200]
    secret = "b" * 32
    with nodes.page(nodes.two, mine.owner, f"customer:{mine.customer}") as line:
        answer = httpx.post(
            nodes.house.url("/account/logout/", nodes.one), data={"csrfmiddlewaretoken": secret},
            headers={"Cookie": f"session={mine.owner}; csrftoken={secret}"},
        )  # fmt: skip
        assert answer.status_code == 302
        with pytest.raises(Exception, match="4401"):
            hear(line, lambda _event: False)
    assert httpx.get(nodes.house.url("/client/", nodes.two), cookies=cookies).status_code == 302


def test_without_redis_nothing_is_lost_and_when_it_is_back_all_is_as_before(nodes: Nodes) -> None:
    with nodes.page(nodes.two, nodes.founded.agent, "staff") as line:
        nodes.redis.stop()
        silent = nodes.opened(nodes.one)
        hear(line, lambda event: event["kind"] == "ticket.opened" and event["conversation"] == silent)
        hear(line, lambda event: event["kind"] == "clock.met" and event["conversation"] == silent)
        assert httpx.get(nodes.house.url("/client/", nodes.two), cookies={"session": nodes.founded.owner}).status_code == 200
        nodes.redis.start()
        again = nodes.opened(nodes.one)
        hear(line, lambda event: event["kind"] == "ticket.opened" and event["conversation"] == again)
    topic = f"conversation:{again}"
    with nodes.page(nodes.two, nodes.founded.agent, topic) as watching, nodes.page(nodes.one, nodes.founded.agent, topic) as there:
        until = time.monotonic() + 30
        people: list[Any] = []
        while not people and time.monotonic() < until:  # each node finds Redis again within seconds
            there.send(json.dumps({"presence": {"conversation": again, "state": "viewing"}}))
            try:
                people = hear(watching, lambda event: event["kind"] == "presence", 1)["people"]
            except TimeoutError:
                continue
        assert [one["id"] for one in people] == [nodes.founded.agent_id]
    assert not [line for line in nodes.house.lines() if line.get("level") == "error"]


def test_check_knows_how_many_serve_pages(nodes: Nodes) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "vigie", "check"], cwd=ROOT, env={**nodes.house.environment, "VIGIE_REDIS_URL": "", "LANG": "en_GB.UTF-8"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "2 web processes run without VIGIE_REDIS_URL" in done.stdout


def test_when_the_database_restarts_each_node_goes_on(nodes: Nodes) -> None:
    """Every connection is cut, as by a restart or a failover."""
    with nodes.page(nodes.two, nodes.founded.agent, "staff") as line:
        nodes.query("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")

        def opens() -> bool:
            try:
                opened.append(nodes.opened(nodes.one))
            except AssertionError:
                return False
            return True

        opened: list[int] = []
        wait_until(opens)
        hear(line, lambda event: event["kind"] == "clock.met" and event["conversation"] == opened[0])
    with nodes.page(nodes.two, nodes.founded.agent, "staff"):
        pass


def test_a_worker_that_is_told_to_end_ends_well_and_another_takes_its_place(nodes: Nodes) -> None:
    mailed = "SELECT 1 FROM mail_out_outgoingmail WHERE conversation_id = %s"
    first = nodes.opened(nodes.one)
    wait_until(lambda: nodes.query(mailed, first), 60)
    nodes.worker.send_signal(signal.SIGTERM)
    assert nodes.worker.wait(40) == 0
    second = nodes.opened(nodes.one)
    nodes.worker = nodes.house.start("-m", "vigie", "worker")
    wait_until(lambda: nodes.query(mailed, second), 60)


def test_a_backup_of_postgresql_restores_everything(nodes: Nodes, tmp_path: Path) -> None:
    folder = nodes.house.folder
    stored = folder / "files" / "ab" / "generated-name"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(b"attachment")
    archive = tmp_path / "all.tar.gz"
    vigie = [sys.executable, "-m", "vigie"]
    said = {**nodes.house.environment, "LANG": "en_GB.UTF-8"}
    done = subprocess.run([*vigie, "backup", str(archive)], cwd=ROOT, env=said, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    tickets = "SELECT conversation_id, number, state FROM tickets_ticket ORDER BY 1"
    with database(empty=True) as url:
        said |= {"VIGIE_DATABASE_URL": url, "VIGIE_DATA": str(tmp_path / "other")}
        restore = [*vigie, "restore", str(archive)]
        done = subprocess.run(restore, cwd=ROOT, env=said, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "other" / "files" / "ab" / "generated-name").read_bytes() == b"attachment"
        assert (tmp_path / "other" / "secret-key").read_text() == (folder / "secret-key").read_text()
        with psycopg.connect(url) as there:
            assert there.execute(tickets).fetchall() == nodes.query(tickets)
            there.execute("INSERT INTO journal_entry (at, kind, audience, data) VALUES (now(), 'test.after', 'staff', '{}')")
        again = subprocess.run(restore, cwd=ROOT, env=said, capture_output=True, text=True, check=False)
        assert (again.returncode, "--replace" in again.stderr) == (1, True)
        done = subprocess.run([*restore, "--replace"], cwd=ROOT, env=said, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        with psycopg.connect(url) as there:
            assert there.execute("SELECT 1 FROM journal_entry WHERE kind = 'test.after'").fetchall() == []
