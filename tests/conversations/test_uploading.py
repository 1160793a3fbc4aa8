"""Files arrive as a stream, within limits, known by content, under generated names."""

import re
import uuid
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests import worlds
from tests.conftest import Hold
from vigie.conversations import uploading
from vigie.conversations.errors import DamagedPictureError, EmptyFileError, LargeFileError, ManyUploadsError
from vigie.conversations.labelling import LONGEST, label
from vigie.conversations.models import Attachment
from vigie.conversations.sniffing import sniff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def photo(kind: str = "JPEG", size: tuple[int, int] = (900, 600), **options: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def received(content: bytes, name: str = "a.txt", by: Any = None) -> Attachment:
    return uploading.receive(uploader=by or worlds.agent(), name=name, stream=BytesIO(content))


def test_a_file_is_kept_under_a_generated_name_with_its_own_as_a_label(folder: Path) -> None:
    made = received(b"PING 203.0.113.7\n", "../../etc/ping résultat.txt")
    assert (made.name, made.media_type, made.size) == ("ping résultat.txt", "text/plain", 17)
    assert re.fullmatch(r"\d{4}-\d\d/[0-9a-f]{2}/[0-9a-f]{48}", made.stored)
    with default_storage.open(made.stored) as file:
        assert file.read() == b"PING 203.0.113.7\n"
    assert len(stored(folder)) == 1


def test_what_it_is_is_decided_by_its_content() -> None:
    assert received(b"<html><script>alert(1)</script>", "photo.jpg").media_type == "text/plain"
    assert received(b"%PDF-1.7\n%\xe2\xe3", "a.png").media_type == "application/pdf"
    assert received(bytes(range(256)) * 4, "a.txt").media_type == "application/octet-stream"
    assert received(photo(), "rapport.pdf").media_type == "image/jpeg"


def test_an_image_gets_a_thumbnail_and_its_size() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    made = received(photo(exif=exif))
    assert (made.width, made.height) == (600, 900)
    with default_storage.open(made.thumbnail) as file, Image.open(file) as small:
        assert (small.format, small.size) == ("WEBP", (320, 480))


def test_an_image_with_too_many_pixels_is_kept_without_a_thumbnail() -> None:
    made = received(photo("PNG", (5000, 4000)))
    assert (made.width, made.thumbnail) == (5000, "")


def test_a_file_above_the_limit_leaves_nothing(settings: Any, folder: Path) -> None:
    settings.ATTACHMENT_BYTES = 1000

    class Endless:
        given = 0

        def read(self, size: int, /) -> bytes:
            self.given += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(LargeFileError, match="Mo|MB"):
        uploading.receive(uploader=worlds.agent(), name="a", stream=stream)
    assert stream.given <= 256 * 1024
    assert not stored(folder)
    assert not Attachment.objects.exists()


def test_an_empty_file_and_a_damaged_photo_are_refused(folder: Path) -> None:
    with pytest.raises(EmptyFileError):
        received(b"")
    with pytest.raises(DamagedPictureError):
        received(photo()[:20] + b"\0" * 50)
    assert not stored(folder)


def test_not_too_many_wait(settings: Any, folder: Path) -> None:
    settings.ATTACHMENT_BYTES = 10
    who = worlds.agent()
    for _n in range(12):
        received(b"x" * 10, by=who)
    with pytest.raises(ManyUploadsError):
        received(b"x", by=who)
    assert len(stored(folder)) == 12
    received(b"x")  # somebody else's are their own


def test_a_waiting_file_is_its_uploaders_alone() -> None:
    who = worlds.contact()
    made = received(b"x", by=who)
    assert Attachment.objects.visible_to(worlds.seen_by(who)).get() == made
    for other in (worlds.contact(who.contacts.get().customer), worlds.admin()):
        assert not Attachment.objects.visible_to(worlds.seen_by(other)).exists()


def test_a_sent_file_is_seen_by_who_sees_the_message() -> None:
    ticket, agent = worlds.ticket(), worlds.agent()
    shown, hidden = received(b"x", by=agent), received(b"y", by=agent)
    worlds.reply(ticket, agent, attachment_ids=[shown.pk])
    from vigie.tickets import replying

    replying.note(
        viewer=worlds.seen_by(agent), ticket=ticket, body="n", client_key=uuid.uuid4(), attachment_ids=[hidden.pk]
    )
    customer = worlds.seen_by(ticket.conversation.contact)
    assert Attachment.objects.visible_to(customer).get() == shown
    assert Attachment.objects.visible_to(worlds.seen_by(worlds.agent())).count() == 2
    assert not Attachment.objects.visible_to(worlds.seen_by(worlds.contact())).exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_discarded_is_gone_but_only_by_its_uploader(folder: Path) -> None:
    who = worlds.contact()
    made = received(photo(), by=who)
    uploading.discard(viewer=worlds.seen_by(worlds.admin()), attachment_id=made.pk)
    assert len(stored(folder)) == 2
    uploading.discard(viewer=worlds.seen_by(who), attachment_id=made.pk)
    uploading.discard(viewer=worlds.seen_by(who), attachment_id=made.pk)
    assert not stored(folder)


@pytest.mark.django_db(transaction=True)
def test_what_waited_a_week_is_forgotten_and_what_was_sent_is_not(hold: Hold, folder: Path) -> None:
    hold("2026-11-24 13:40")
    ticket, agent = worlds.ticket(), worlds.agent()
    sent, _waiting = received(b"x", by=agent), received(b"y", by=agent)
    worlds.reply(ticket, agent, attachment_ids=[sent.pk])
    assert uploading.clear_unsent() == 0
    hold.forward(days=8)
    assert uploading.clear_unsent() == 1
    assert Attachment.objects.get() == sent
    assert len(stored(folder)) == 1
    assert timedelta(days=7) == uploading.KEPT


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("C:\\Users\\moi\\trace.txt", "trace.txt"),
        ("rapport\u202egpj.exe", "rapportgpj.exe"),
        ("a\r\nSet-Cookie: x.txt", "a Set-Cookie: x.txt"),
        ("..", "file"),
        ("", "file"),
        (".htaccess", "htaccess"),
        ("é" * 300 + ".log", "é" * 115 + "….log"),
    ],
)
def test_a_name_becomes_a_harmless_label(name: str, shown: str) -> None:
    assert label(name) == shown


@given(st.text(max_size=300))
def test_any_name_becomes_a_label(name: str) -> None:
    made = label(name)
    assert 1 <= len(made) <= LONGEST
    assert made.isprintable()
    assert not set("/\\") & set(made)
    assert not made.startswith(".")


@given(st.binary(max_size=300))
def test_any_content_has_a_type(content: bytes) -> None:
    assert "/" in sniff(content)
