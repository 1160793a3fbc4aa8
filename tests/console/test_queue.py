"""The queue as HTML: order, groups, pages, and what fifty rows cost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import worlds
from tests.conftest import Hold
from vigie.promises.models import Priority

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]
QUEUE = "/console/"


def test_high_comes_first_then_what_is_due(browse: Browse, hold: Hold) -> None:
    hold("2026-11-24 13:00")
    worlds.ticket(subject="Ancien et normal")
    hold.forward(minutes=5)
    worlds.ticket(subject="Urgent", priority=Priority.HIGH)
    page = browse(worlds.agent(language="en")).get(QUEUE).content.decode()
    assert page.index("Urgent") < page.index("Ancien et normal")
    assert page.index("High priority") < page.index("Within 15 minutes")


def test_a_ticket_nobody_answered_in_time_stands_among_the_overdue(browse: Browse, hold: Hold) -> None:
    hold("2026-11-24 13:00")
    worlds.ticket(subject="Oublié")
    hold.forward(minutes=11)
    page = browse(worlds.agent(language="en")).get(QUEUE).content.decode()
    assert "Overdue" in page
    assert "Late by 1 min" in page


def test_a_name_cannot_bring_markup_into_the_queue(browse: Browse) -> None:
    worlds.ticket(of=worlds.customer("<script>alert(1)</script>"), subject="<img src=x onerror=1>")
    page = browse(worlds.agent()).get(QUEUE).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_an_unknown_place_is_not_found(browse: Browse) -> None:
    assert browse(worlds.agent()).get(QUEUE, {"place": "nowhere"}).status_code == 404


def test_an_empty_place_says_what_will_appear(browse: Browse) -> None:
    assert "New ones appear here by themselves" in browse(worlds.agent(language="en")).get(QUEUE).content.decode()


def test_what_is_read_loses_its_mark(browse: Browse) -> None:
    ticket, client = worlds.ticket(), browse(worlds.agent())
    assert 'class="tk unread"' in client.get(QUEUE).content.decode()
    client.get(reverse("console:ticket", args=[ticket.number]))
    assert 'class="tk unread"' not in client.get(QUEUE).content.decode()


@pytest.mark.slow
def test_fifty_rows_cost_as_many_queries_as_one_and_the_next_page_goes_on(
    browse: Browse, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    contact = worlds.contact()
    numbers = [worlds.ticket(contact).number for _ in range(53)]
    client = browse(worlds.agent())
    client.get(QUEUE)
    with django_assert_max_num_queries(8):  # one of them the session, where it is kept in PostgreSQL
        first = client.get(QUEUE)
    page = first.content.decode()
    assert page.count('class="tk') == 50
    more = page.split('hx-get="/console/?place=todo&amp;after=')[1].split('"')[0].replace("&amp;", "&")
    rest = client.get(f"{QUEUE}?place=todo&after={more}", headers={"HX-Request": "true"}).content.decode()
    assert rest.count('class="tk') == 3
    assert "<html" not in rest
    assert all(f"/console/tickets/{number}/" in page + rest for number in numbers)
