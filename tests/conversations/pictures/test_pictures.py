"""Pictures lose the place where they were taken and nothing else."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from vigie.conversations import pictures
from vigie.conversations.sniffing import sniff

SECRET = b"48 deg 51 min N, 2 deg 21 min E"


def picture() -> Image.Image:
    image = Image.new("RGB", (64, 40))
    image.putdata([(x * 4 % 256, y * 6 % 256, (x * y) % 256) for y in range(40) for x in range(64)])
    return image


def exif(orientation: int = 1) -> Image.Exif:
    made = Image.Exif()
    made[0x0112] = orientation
    made[0x010E] = SECRET.decode()
    made[0x8825] = {1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 3.0), 0x1D: "2026:11:24"}
    return made


def saved(kind: str, **options: object) -> bytes:
    out = BytesIO()
    picture().save(out, kind, **options)
    return out.getvalue()


def clean(data: bytes) -> bytes:
    pieces = pictures.cleaned(sniff(data), memoryview(data))
    assert pieces is not None
    return b"".join(pieces)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"exif": exif(), "comment": SECRET, "quality": 90}),
        ("JPEG", {"exif": exif(), "progressive": True}),
        ("PNG", {"exif": exif()}),
        ("WEBP", {"exif": exif(), "xmp": SECRET}),
        ("AVIF", {"exif": exif(), "xmp": SECRET}),
    ],
)
def test_the_image_stays_and_the_place_goes(kind: str, options: dict[str, object]) -> None:
    before = saved(kind, **options)
    with Image.open(BytesIO(before)) as image:
        assert image.getexif().get_ifd(0x8825)
    after = clean(before)
    with Image.open(BytesIO(after)) as image, Image.open(BytesIO(before)) as original:
        assert image.tobytes() == original.tobytes()
        assert not image.getexif().get_ifd(0x8825)
    assert SECRET not in after


def test_the_place_in_a_scan_goes_and_its_pixels_stay() -> None:
    plain = saved("TIFF")
    first = int.from_bytes(plain[4:8], "little")
    count = int.from_bytes(plain[first : first + 2], "little")
    gps = len(plain)
    directory = gps + 2 + 12 + 4 + len(SECRET)
    place = b"\x01\0" + b"\x1c\0\x02\0" + len(SECRET).to_bytes(4, "little") + (gps + 18).to_bytes(4, "little") + b"\0\0\0\0" + SECRET
    entries = plain[first + 2 : first + 2 + 12 * count] + b"\x25\x88\x04\0\x01\0\0\0" + gps.to_bytes(4, "little")
    told = plain[:4] + directory.to_bytes(4, "little") + plain[8:] + place + (count + 1).to_bytes(2, "little") + entries + b"\0\0\0\0"
    with Image.open(BytesIO(told)) as image:
        assert image.getexif().get_ifd(0x8825)
    after = clean(told)
    assert SECRET not in after
    with Image.open(BytesIO(after)) as image:
        assert image.tobytes() == picture().tobytes()
        assert not image.getexif().get_ifd(0x8825)


def test_a_photo_taken_on_its_side_stays_turned() -> None:
    after = clean(saved("JPEG", exif=exif(orientation=6)))
    with Image.open(BytesIO(after)) as image:
        assert image.getexif()[0x0112] == 6
        assert len(image.getexif()) == 1


def test_the_colour_profile_stays() -> None:
    profile = b"not a real profile, kept as it is" * 10
    with Image.open(BytesIO(clean(saved("JPEG", icc_profile=profile, exif=exif())))) as image:
        assert image.info["icc_profile"] == profile


def test_what_follows_the_end_of_a_photo_goes() -> None:
    assert SECRET not in clean(saved("JPEG") + saved("JPEG", comment=SECRET) + SECRET)


def test_text_beside_a_screenshot_goes() -> None:
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    told.add_text("Location", SECRET.decode())
    told.add_itxt("XML:com.adobe.xmp", SECRET.decode(), zip=False)
    assert SECRET not in clean(saved("PNG", pnginfo=told))


def test_the_place_in_a_film_goes() -> None:
    def box(kind: bytes, body: bytes) -> bytes:
        return (len(body) + 8).to_bytes(4, "big") + kind + body

    track = box(b"trak", box(b"tkhd", b"track header") + box(b"udta", SECRET))
    film = box(b"ftyp", b"qt  \0\0\0\0qt  ") + box(b"moov", box(b"udta", box(b"\xa9xyz", SECRET)) + track) + box(b"mdat", b"frames")
    after = clean(film)
    assert SECRET not in after
    assert len(after) == len(film)  # offsets into the file stay true
    assert b"track header" in after
    assert b"frames" in after


def test_a_photo_cut_short_is_still_cleaned() -> None:
    whole = saved("JPEG", exif=exif(), quality=95)
    after = clean(whole[: len(whole) * 3 // 4])
    assert SECRET not in after
    assert after.endswith(b"\xff\xd9")


@given(st.sampled_from(sorted(pictures.CLEANERS)), st.binary(max_size=400))
def test_no_content_raises_anything_but_damaged(media_type: str, data: bytes) -> None:
    try:
        pictures.cleaned(media_type, memoryview(data))
    except pictures.Damaged:
        return


@given(st.data())
def test_a_damaged_picture_is_cleaned_or_refused(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP", "AVIF", "TIFF"]))
    content = bytearray(saved(kind, **({"exif": exif()} if kind != "TIFF" else {})))
    for _hit in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, min(len(content), 600) - 1))] = data.draw(st.integers(0, 255))
    media_type = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "AVIF": "image/avif", "TIFF": "image/tiff"}[kind]
    try:
        pictures.cleaned(media_type, memoryview(bytes(content)))
    except pictures.Damaged:
        return


