"""Files made to be taken for something else, or to cost more than they look: kept inert, or refused, never run, never a crash."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests import worlds
from vigie.conversations import uploading
from vigie.conversations.errors import UploadRefused

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]
SCRIPT = b"<script>alert(document.domain)</script>"


def png(width: int, height: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def picture(kind: str, **options: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (16, 16), "navy").save(made, kind, **options)
    return made.getvalue()


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("../../evil.html", SCRIPT)
        zipped.writestr("zeros", bytes(20_000_000))
    return made.getvalue()


HOSTILE = {
    "gif that is a script": b"GIF89a/*" + SCRIPT + b"*/=1;",
    "picture with a page behind it": picture("PNG") + SCRIPT,
    "jpeg with a page in its comment": picture("JPEG", comment=SCRIPT),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "xml that calls": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "html": b"<!doctype html>" + SCRIPT, "mhtml": b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + SCRIPT,
    "php": b"<?php system($_GET['x']);", "pdf with a script": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
    "shell": b"#!/bin/sh\nrm -rf /\n", "zip bomb": archive(), "windows program": b"MZ" + bytes(200),
    "png of ten billion pixels": png(100_000, 100_000, zlib.compress(bytes(1000))),
    "png that unpacks without end": png(4000, 4000, zlib.compress(bytes(80_000_000))),
    "utf-7": b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "utf-16 page": "<script>alert(1)</script>".encode("utf-16"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_or_served_inert(browse: Browse, name: str) -> None:
    browser = browse(worlds.contact())
    sent = browser.post("/files/", HOSTILE[name], content_type="text/html", headers={"X-File-Name": "page.html"})
    assert sent.status_code in {201, 422}
    if sent.status_code == 422:
        return
    answer = browser.get(sent.json()["url"])
    b"".join(answer)  # type: ignore[arg-type]
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] in {"application/octet-stream", "image/png", "image/jpeg", "image/gif", "image/webp"}
    assert answer["Content-Disposition"].startswith("attachment") or answer["Content-Type"].startswith("image/")
    if sent.json()["thumbnail"]:
        small = b"".join(browser.get(sent.json()["thumbnail"]))
        assert SCRIPT not in small and len(small) < 200_000


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd", "..\\..\\boot.ini", "a\r\nSet-Cookie: x=1", "a\x00.png", "\u202egnp.exe", 'a"; filename="b.html', "con.txt", ".htaccess",
        "é" * 300 + ".png", "a\u2028b", "\ud83d\ude00.png", "=cmd|' /C calc'!A0.csv", "<img src=x onerror=alert(1)>.png", "%0d%0aX: y", " ", "",
    ],
)  # fmt: skip
def test_a_name_is_only_ever_a_label(browse: Browse, name: str) -> None:
    browser = browse(worlds.contact())
    sent = browser.post(
        "/files/", b"hello", content_type="application/octet-stream", headers={"X-File-Name": quote(name.encode("utf-8", "surrogatepass"))}
    )
    assert sent.status_code == 201
    answer = browser.get(sent.json()["url"])
    assert answer.status_code == 200
    assert b"".join(answer) == b"hello"  # type: ignore[arg-type]
    told = answer["Content-Disposition"]
    assert "\r" not in told and "\n" not in told and told.isprintable()
    shown = sent.json()["name"]
    assert shown.isprintable() and "/" not in shown and "\\" not in shown and not shown.startswith(".")
    assert "Set-Cookie" not in answer


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    start=st.sampled_from([b"", picture("PNG"), picture("JPEG"), picture("WEBP"), picture("GIF"), b"\xff\xd8\xff\xe1", b"RIFF\xff\xff\xff\xffWEBP"]),
    cut=st.integers(0, 400), noise=st.binary(max_size=200), at=st.integers(0, 300),
)  # fmt: skip
def test_any_bytes_are_received_or_refused(db: None, start: bytes, cut: int, noise: bytes, at: int) -> None:
    from vigie.people.models import User

    content = start[: len(start) - min(cut, len(start)) // 2]
    content = content[:at] + noise + content[at:]
    uploader = User.objects.first() or worlds.contact()
    try:
        taken = uploading.receive(uploader=uploader, name="x", stream=ContentFile(content))
    except UploadRefused:
        return
    uploading.discard(viewer=worlds.seen_by(uploader), attachment_id=taken.pk)
