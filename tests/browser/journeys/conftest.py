"""The journeys change things, end sessions and cut connections: they have a house of their own beside the demonstration."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.journeys.house import House, running, sign_in


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("house")) as opened:
        yield opened


Visit = Callable[..., Page]


@pytest.fixture
def visit(house: House, browser: Browser) -> Iterator[Visit]:
    """`visit("helene", "/client/", width=390, dark=True)`: a page of somebody signed in.

    The test fails when a script raised an error or the policy refused something.
    """
    opened, wrong = [], []

    def visit_(who: str, path: str = "/client/", *, width: int = 1280, dark: bool = False, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 500 else 900},
            color_scheme="dark" if dark else "light",
            timezone_id="Europe/Paris",
            storage_state=house.signed_in.get(who),
            base_url=house.base,
            **{"locale": "fr-FR", **options},
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        if who not in house.signed_in:
            sign_in(page, house.people[who])
            house.signed_in[who] = context.storage_state()
        page.goto(path)
        return page

    yield visit_
    for context in opened:
        context.close()
    assert not wrong, wrong
