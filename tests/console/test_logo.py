"""The provider's logo and the icon of a tab: uploaded in the settings, shown on pages, in mails and beside the title."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests import worlds
from tests.tickets.reacting import react
from vigie.console import logo
from vigie.mail_out.models import OutgoingMail
from vigie.people.models import Provider

pytestmark = pytest.mark.django_db
FIELDS = {
    "name": "INTROSERV", "site": "", "support_address": "", "accent": "#2C49C8", "language": "fr", "timezone": "Europe/Paris",
    "reopen_days": "14",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def admin(browse: Callable[..., Client]) -> Client:
    return browse(worlds.admin())


def picture(size: tuple[int, int] = (400, 100), kind: str = "PNG", colour: str = "#ff0000") -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def upload(admin: Client, content: bytes, name: str = "logo.png", **fields: str) -> Any:
    return admin.post("/console/settings/provider/", {**FIELDS, **fields, "logo_file": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_an_uploaded_logo_is_drawn_anew_and_shown_to_strangers_and_in_mails(admin: Client, kind: str, browse: Callable[..., Client]) -> None:
    assert upload(admin, picture(kind=kind) + b"<script>").status_code == 302
    shown = browse().get("/account/login/").content.decode()
    assert 'src="/brand/logo?v=' in shown
    served = browse().get("/brand/logo")
    content = b"".join(served)
    assert (served["Content-Type"], content[:4]) == ("image/png", b"\x89PNG")
    assert b"script" not in content
    assert 'src="/brand/logo?v=' in browse().get("/").content.decode()
    worlds.ticket()
    react()
    assert "/brand/logo?v=" in OutgoingMail.objects.latest("id").html


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "logo.svg"), (b"not a picture", "logo.png"),
        (picture()[:60], "logo.png"), (picture(kind="GIF"), "logo.png"), (picture(kind="TIFF"), "logo.png"), (picture((8001, 1)), "logo.png"),
        (picture() + b"x" * logo.LARGEST, "logo.png"),
    ],
)  # fmt: skip
def test_what_is_no_small_raster_picture_is_refused_beside_its_field(admin: Client, content: bytes, name: str) -> None:
    answer = upload(admin, content, name)
    assert answer.status_code == 422
    assert 'id="id_logo_file_error"' in answer.content.decode() or "logo_file" in answer.content.decode()
    assert Provider.objects.get().logo == ""


def test_one_logo_is_kept_at_most(admin: Client, tmp_path: Path) -> None:
    upload(admin, picture())
    upload(admin, picture(colour="#00ff00"))
    assert len(list((tmp_path / "brand").iterdir())) == 1
    assert upload(admin, picture(), accent="#FFFFF0").status_code == 422
    assert len(list((tmp_path / "brand").iterdir())) == 1
    assert default_storage.exists(Provider.objects.get().logo)
    admin.post("/console/settings/provider/", {**FIELDS, "logo_remove": "on"})
    assert list((tmp_path / "brand").iterdir()) == []
    assert "/brand/logo" not in admin.get("/").content.decode()


def icon(browse: Callable[..., Client]) -> Image.Image:
    answer = browse().get("/favicon.ico")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/x-icon")
    opened = Image.open(BytesIO(answer.content))
    assert opened.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    return opened.convert("RGBA")


def test_a_tab_wears_the_mark_in_the_providers_colour(browse: Callable[..., Client], admin: Client) -> None:
    assert icon(browse).getpixel((24, 4)) == (0x2C, 0x49, 0xC8, 255)
    assert "img/vigie" in browse().get("/account/login/").content.decode()
    admin.post("/console/settings/provider/", {**FIELDS, "accent": "#8A1C4A"})
    assert icon(browse).getpixel((24, 4)) == (0x8A, 0x1C, 0x4A, 255)
    assert 'rel="icon" href="/favicon.ico?v=' in browse().get("/account/login/").content.decode()


def test_a_tab_wears_a_logo_that_is_about_square(browse: Callable[..., Client], admin: Client) -> None:
    upload(admin, picture((100, 100)))
    assert icon(browse).getpixel((24, 24)) == (255, 0, 0, 255)
    upload(admin, picture((400, 100)))
    assert icon(browse).getpixel((24, 4)) == (0x2C, 0x49, 0xC8, 255)
