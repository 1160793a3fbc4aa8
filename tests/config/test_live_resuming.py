"""The live endpoint on a real server: nothing is lost or told twice, by socket or by event stream."""

import json
import random
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.db import connections

from tests import worlds
from tests.config.listening import begin, cookie_of, hear, hear_live, nothing_more, published, socket_of, write
from vigie.journal.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_page_that_comes_back_is_told_what_it_missed_in_order(port: int) -> None:
    agent = worlds.agent()
    with socket_of(port, agent) as line:
        start = begin(line, "staff")["id"]
    missed = [write().id for _ in range(20)]
    published(Entry.objects.latest("id"))
    with socket_of(port, agent) as line:
        assert begin(line, "staff", after=start)["id"] == start
        assert [hear(line)["id"] for _ in missed] == missed
        assert hear_live(line) == Entry.objects.latest("id").id
        nothing_more(line)


def test_a_page_too_far_behind_or_ahead_of_the_journal_must_load_itself_anew(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vigie.kernel.page.REPLAY", 10)
    agent = worlds.agent()
    for _ in range(12):
        last = write()
    published(last)
    with socket_of(port, agent) as line:
        hello = begin(line, "staff", after=0)
        assert (hello["reset"], hello["id"]) == (True, last.id)
        hello = begin(line, "staff", after=last.id + 1000)
        assert (hello["reset"], hello["id"]) == (True, last.id)
        assert hear_live(line) == last.id + 1


def test_cut_at_any_instant_nothing_is_lost_or_told_twice(port: int) -> None:
    """A page that reconnects with the last id it has, while two threads write, cut after a random number of hints."""
    agent, dice = worlds.agent(), random.Random(7)
    cookie = cookie_of(agent)
    written: list[int] = []

    def writing(seed: int) -> None:
        pause = random.Random(seed)
        try:
            for _ in range(150):
                written.append(write().id)
                time.sleep(pause.random() / 150)
        finally:
            connections.close_all()

    with socket_of(port, cookie) as line:
        last = begin(line, "staff")["id"]
    writers = [threading.Thread(target=writing, args=(seed,)) for seed in (1, 2)]
    for one in writers:
        one.start()
    heard: list[int] = []
    until = time.monotonic() + 60
    while (len(heard) < len(written) or any(one.is_alive() for one in writers)) and time.monotonic() < until:
        with socket_of(port, cookie) as line:
            last = begin(line, "staff", after=last)["id"]
            for _ in range(dice.randrange(12)):
                try:
                    heard.append(hear(line, 0.3)["id"])
                except TimeoutError:
                    break
                last = heard[-1]
            if dice.random() < 0.5 and line.socket is not None:
                line.socket.shutdown(socket.SHUT_RDWR)
    assert heard == sorted(written)


def test_changing_topics_on_an_open_page_tells_each_line_once(port: int) -> None:
    customer = worlds.customer()
    agent = worlds.agent()
    with socket_of(port, agent) as line:
        begin(line, f"customer:{customer.id}")
        first = write(customer_id=customer.id)
        assert hear(line)["id"] == first.id
        other = write()  # for staff, not yet listened to
        published(other)
        begin(line, f"customer:{customer.id}", "staff", after=first.id - 1)
        assert hear(line)["id"] == other.id
        nothing_more(line)


def events(answer: httpx.Response) -> Iterator[tuple[int | None, dict[str, Any]]]:
    number = None
    for line in answer.iter_lines():
        if line.startswith("id: "):
            number = int(line[4:])
        elif line.startswith("data: "):
            yield number, json.loads(line[6:])
            number = None


def test_the_event_stream_tells_the_same_and_resumes(port: int) -> None:
    agent = worlds.agent()
    headers = {"Cookie": cookie_of(agent), "Accept": "text/event-stream"}
    url = f"http://127.0.0.1:{port}/live"
    with httpx.stream("GET", f"{url}?topics=staff", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        stream = events(answer)
        start = next(stream)[1]["id"]
        first = write()
        assert next(stream)[0] == first.id
    second, third = write(), write()
    published(third)
    with httpx.stream("GET", f"{url}?topics=staff&after={start}", headers={**headers, "Last-Event-ID": str(first.id)}) as answer:
        stream = events(answer)
        assert next(stream)[1]["kind"] == "hello"
        assert [next(stream)[0], next(stream)[0]] == [second.id, third.id]


def test_presence_by_post_lives_as_long_as_its_event_stream(port: int) -> None:
    ana, luc = worlds.agent(), worlds.agent(name="Luc Roy")
    number = worlds.conversation(worlds.customer()).id
    url, cookie = f"http://127.0.0.1:{port}/live", cookie_of(luc)
    with socket_of(port, ana) as hers:
        begin(hers, f"conversation:{number}")
        with httpx.stream("GET", f"{url}?topics=conversation:{number}", headers={"Cookie": cookie}) as answer:
            stream = events(answer)
            next(stream)
            sent = {"presence": {"conversation": number, "state": "writing"}}
            told = httpx.post(url, json=sent, headers={"Cookie": cookie, "Origin": f"http://127.0.0.1:{port}"})
            assert told.status_code == 204
            assert hear(hers)["people"][0]["initials"] == "LR"
        assert hear(hers)["people"] == []


def test_the_stream_is_closed_to_strangers(port: int) -> None:
    assert httpx.get(f"http://127.0.0.1:{port}/live?topics=staff").status_code == 401
    assert httpx.put(f"http://127.0.0.1:{port}/live").status_code == 405
