"""The pictures of the README, taken from the demonstration.

`VIGIE_TEST_PICTURES=1 .venv/bin/python -m pytest tests/browser/test_pictures.py` writes them to docs/pictures; otherwise they
are taken and thrown away, so that what the README shows is known to work.
"""

import os
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.desk import DESKTOP, PHONE, Visitors

KEPT = Path(__file__).resolve().parent.parent.parent / "docs" / "pictures"
PICTURES = [
    ("contact", None, "/", "fr", DESKTOP, "light"),
    ("console", "agent", "/console/", "fr", (1440, 900), "light"),
    ("console-dark", "agent", "ticket", "en", (1440, 900), "dark"),
    ("new-ticket", "client", "/client/tickets/new/", "fr", DESKTOP, "light"),
    ("ticket-phone", "client", "ticket", "fr", PHONE, "light"),
]


@pytest.mark.parametrize(("name", "who", "path", "language", "size", "scheme"), PICTURES, ids=[one[0] for one in PICTURES])
def test_a_picture_is_taken(
    visitors: Visitors, tmp_path: Path, name: str, who: str | None, path: str, language: str, size: tuple[int, int], scheme: str
) -> None:
    folder = KEPT if os.environ.get("VIGIE_TEST_PICTURES") == "1" else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    with visitors.visit(who, language=language, size=size, scheme=scheme) as visit:
        visit.go("/console/" if who == "agent" else "/client/tickets/" if path == "ticket" else path)
        if path == "ticket":
            visit.go(str(visit.page.locator("a", has_text="Site inaccessible depuis").first.get_attribute("href")))
        visit.page.wait_for_timeout(400)
        visit.page.screenshot(path=folder / f"{name}.png")
    with Image.open(folder / f"{name}.png") as picture:
        assert len(picture.convert("RGB").getcolors(1 << 24) or []) > 100, "an empty page"
