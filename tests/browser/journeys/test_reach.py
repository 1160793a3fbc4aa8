"""What axe does not see: text at 200 %, forced colours, names, and print."""

import pytest
from playwright.sync_api import Response, expect

from tests.browser.desk import OVERFLOW
from tests.browser.journeys.conftest import Visit
from tests.browser.journeys.steps import fill_high

SCREENS = ["/client/", "/client/tickets/", "/client/tickets/new/", "/client/services/"]


@pytest.mark.parametrize("path", SCREENS)
def test_text_at_200_percent_stays_on_the_page(visit: Visit, path: str) -> None:
    page = visit("helene", path, width=640)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    if path.endswith("new/"):
        page.check("[name=priority][value=high]")
    assert page.evaluate(OVERFLOW) == []


def test_the_high_part_fits_320_pixels(visit: Visit) -> None:
    page = visit("helene", "/client/tickets/new/", width=320)
    fill_high(page, subject="x" * 200)
    expect(page.locator("#began-read")).to_contain_text("heure de Paris")
    assert page.evaluate(OVERFLOW) == []


def test_choices_show_in_forced_colours(visit: Visit) -> None:
    page = visit("helene", "/client/tickets/new/", forced_colors="active")
    page.check("[name=priority][value=high]")
    borders = page.locator(".choice label").first.evaluate("one => getComputedStyle(one).borderTopWidth")
    assert borders != "0px"
    expect(page.locator("[name=priority][value=high]")).to_be_visible()
    expect(page.locator("[name=diagnostics]")).to_be_visible()


def test_a_ticket_prints_its_conversation_and_nothing_to_press(visit: Visit) -> None:
    page = visit("helene", "/client/tickets/")
    page.get_by_role("link", name="Site inaccessible").click()
    page.emulate_media(media="print")
    expect(page.locator(".thread")).to_be_visible()
    expect(page.locator("#reply")).not_to_be_visible()
    expect(page.locator(".topbar nav")).not_to_be_visible()


def test_every_control_of_the_form_has_a_name(visit: Visit) -> None:
    page = visit("helene", "/client/tickets/new/")
    page.check("[name=priority][value=high]")
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("main input:not([type=hidden]), main textarea, main select, main button")]
            .filter((one) => one.checkVisibility() && !one.labels?.length && !one.getAttribute("aria-label") && !one.textContent.trim())
            .map((one) => one.outerHTML)"""
    )
    assert nameless == []


@pytest.mark.parametrize("path", [*SCREENS, "/client/settings/"])
def test_a_client_page_weighs_no_more_than_promised(visit: Visit, path: str) -> None:
    page = visit("helene", "/client/")
    page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    weights = {"script": 0, "stylesheet": 0}

    def weigh(answer: Response) -> None:
        if answer.request.resource_type in weights:
            weights[answer.request.resource_type] += int(answer.headers.get("content-length", "0"))

    page.on("response", weigh)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert weights["script"] <= 25_000
    assert weights["stylesheet"] <= 10_240
