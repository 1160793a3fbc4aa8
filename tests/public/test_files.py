"""Attachments over HTTP: received raw or as a form field, served inert, and only to who may see the message."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests import worlds
from vigie.conversations.models import Attachment
from vigie.people.models import User

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


def sent_raw(browser: Client, name: str, content: bytes):  # type: ignore[no-untyped-def]  # a test client's response
    return browser.post("/files/", content, content_type="application/octet-stream", headers={"X-File-Name": name})


def picture() -> bytes:
    made = BytesIO()
    Image.new("RGB", (1200, 800), "navy").save(made, "PNG")
    return made.getvalue()


@pytest.fixture
def helene() -> User:
    return worlds.contact(name="Hélène Évrard")


def test_a_raw_body_becomes_an_upload_with_its_name(browse: Browse, helene: User) -> None:
    answer = sent_raw(browse(helene), "capture%20%C3%A9cran.txt", b"disk full")
    assert answer.status_code == 201
    taken = Attachment.objects.get()
    assert answer.json()["id"] == str(taken.pk)
    assert (taken.name, taken.size, taken.uploader) == ("capture écran.txt", 9, helene)


def test_a_form_field_does_too(browse: Browse, helene: User) -> None:
    answer = browse(helene).post("/files/", {"file": SimpleUploadedFile("a.txt", b"x")})
    assert answer.status_code == 201


def test_what_is_refused_says_why(browse: Browse, helene: User) -> None:
    answer = sent_raw(browse(helene), "vide.txt", b"")
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert browse(helene).post("/files/", {}).status_code == 400
    assert sent_raw(browse(), "a.txt", b"x").status_code == 401


def test_files_are_served_inert(browse: Browse, helene: User) -> None:
    page = sent_raw(browse(helene), "page.html", b"<html><script>alert(1)</script></html>").json()
    answer = browse(helene).get(page["url"])
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert b"".join(answer) == b"<html><script>alert(1)</script></html>"


def test_pictures_show_in_place_with_a_thumbnail(browse: Browse, helene: User) -> None:
    image = sent_raw(browse(helene), "photo.png", picture()).json()
    shown = browse(helene).get(image["url"])
    assert shown["Content-Disposition"].startswith("inline")
    assert shown["Content-Type"] == "image/png"
    b"".join(shown)
    small = browse(helene).get(image["thumbnail"])
    assert small.status_code == 200
    width = Image.open(BytesIO(b"".join(small))).width
    assert width < 1200


def test_a_part_of_a_file_is_served(browse: Browse, helene: User) -> None:
    there = sent_raw(browse(helene), "log.txt", b"0123456789").json()["url"]
    for wanted, status, content, told in [
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=50-", 416, b"", "bytes */10"),
        ("bytes=4-2", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
    ]:
        answer = browse(helene).get(there, headers={"Range": wanted})
        assert answer.status_code == status, wanted
        assert b"".join(answer) == content
        assert answer.get("Content-Range") == told


def test_an_upload_is_its_uploaders_alone_until_it_is_sent(browse: Browse, helene: User) -> None:
    colleague = worlds.contact(helene.contacts.get().customer)
    upload = sent_raw(browse(helene), "secret.txt", b"secret").json()
    for other in (colleague, worlds.contact(), worlds.agent(), None):
        assert browse(other).get(upload["url"]).status_code == 404
    ticket = worlds.ticket(by=helene, attachment_ids=[upload["id"]])
    assert ticket.number
    for reader in (helene, colleague, worlds.agent()):
        answer = browse(reader).get(upload["url"])
        assert answer.status_code == 200
        b"".join(answer)
    for other in (worlds.contact(), None):
        assert browse(other).get(upload["url"]).status_code == 404


def test_a_file_of_a_note_is_never_the_customers(browse: Browse, helene: User) -> None:
    import uuid

    from vigie.tickets.replying import note

    agent, ticket = worlds.agent(), worlds.ticket(by=helene)
    upload = sent_raw(browse(agent), "interne.txt", b"interne").json()
    note(viewer=worlds.seen_by(agent), ticket=ticket, body="Voir", client_key=uuid.uuid4(), attachment_ids=[uuid.UUID(upload["id"])])
    assert browse(helene).get(upload["url"]).status_code == 404
    answer = browse(agent).get(upload["url"])
    assert answer.status_code == 200
    b"".join(answer)


def test_an_upload_is_discarded_by_its_uploader_only(browse: Browse, helene: User) -> None:
    upload = sent_raw(browse(helene), "a.txt", b"x").json()
    browse(worlds.contact()).delete(f"/files/{upload['id']}/")
    assert Attachment.objects.exists()
    assert browse(helene).delete(f"/files/{upload['id']}/").status_code == 204
    assert not Attachment.objects.exists()
    assert browse(helene).delete(f"/files/{upload['id']}/").status_code == 204


def test_a_foreign_page_cannot_upload(helene: User) -> None:
    from django.conf import settings

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(helene, backend=settings.AUTHENTICATION_BACKENDS[-1])
    assert sent_raw(browser, "a.txt", b"x").status_code == 403
    assert not Attachment.objects.exists()
