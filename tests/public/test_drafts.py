"""Drafts over HTTP: exactly as typed, one's own, and of a bounded size."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from tests import worlds

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]
TYPED = {"subject": "  À moitié ", "body": "ligne\r\n\t\n💾 fin ", "attachments": ["a", "b"]}


def put(browser: Client, place: str, data: object):  # type: ignore[no-untyped-def]  # a test client's response
    return browser.put(f"/drafts/{place}", json.dumps(data), content_type="application/json")


def test_what_was_typed_comes_back_to_the_character(browse: Browse) -> None:
    browser = browse(worlds.contact())
    assert put(browser, "new:12", TYPED).json()["at"]
    assert browser.get("/drafts/new:12").json()["data"] == TYPED
    assert browser.delete("/drafts/new:12").status_code == 204
    assert browser.get("/drafts/new:12").status_code == 204


def test_a_draft_is_ones_own(browse: Browse) -> None:
    put(browse(worlds.contact()), "reply:5", TYPED)
    other = browse(worlds.contact())
    assert other.get("/drafts/reply:5").status_code == 204
    other.delete("/drafts/reply:5")
    assert browse().get("/drafts/reply:5").status_code == 401
    assert put(browse(), "reply:5", TYPED).status_code == 401


@pytest.mark.parametrize("place", ["elsewhere:1", "new:", "new:x", "reply:1:2"])
def test_there_are_no_other_places(browse: Browse, place: str) -> None:
    assert put(browse(worlds.contact()), place, TYPED).status_code == 404


def test_what_is_too_long_or_no_object_is_refused(browse: Browse) -> None:
    browser = browse(worlds.contact())
    assert put(browser, "new:1", {"body": "x" * 300_000}).status_code == 413
    assert put(browser, "new:1", ["x"]).status_code == 400
    assert browser.put("/drafts/new:1", "{", content_type="application/json").status_code == 400
    assert browser.get("/drafts/new:1").status_code == 204


@pytest.mark.parametrize("depth", [500, 5_000, 60_000])
def test_what_is_nested_without_end_breaks_nothing(browse: Browse, depth: int) -> None:
    nested = '{"body":' + "[" * depth + "]" * depth + "}"
    assert browse(worlds.contact()).put("/drafts/new:1", nested, content_type="application/json").status_code in {200, 400}


def test_the_drafts_of_one_person_are_bounded(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any number is a place, so that a draft tells nothing about what is there."""
    from vigie.conversations import drafting
    from vigie.conversations.models import Draft

    monkeypatch.setattr(drafting, "MOST", 3)
    other, browser = worlds.contact(), browse(worlds.contact())
    put(browse(other), "new:1", TYPED)
    for number in range(6):
        assert put(browser, f"reply:{number}", TYPED).status_code == 200
    assert sorted(Draft.objects.exclude(user=other).values_list("place", flat=True)) == ["reply:3", "reply:4", "reply:5"]
    assert Draft.objects.filter(user=other).exists()
