"""A critical incident from the first word to the rating, both sides at their screens, without a reload."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.journeys.conftest import Visit
from tests.browser.journeys.steps import fill_high, send

NEW = "/client/tickets/new/"


@pytest.mark.parametrize(
    ("who", "width", "words"),
    [
        ("nadia", 390, {"progress": "En cours", "solved": "Résolu", "rated": "5 sur 5", "again": "En cours", "promise": "Première réponse"}),
        ("george", 1280, {"progress": "In progress", "solved": "Solved", "rated": "5 out of 5", "again": "In progress", "promise": "First reply"}),
    ],
    ids=["french-phone", "english-desktop"],
)
def test_high_ticket_answered_seen_live_rated_and_reopened(visit: Visit, who: str, width: int, words: dict[str, str]) -> None:
    customer = visit(who, NEW, width=width)
    fill_high(customer, subject=f"Plus rien ne répond ({who})")
    number = send(customer)
    expect(customer.locator("#promises")).to_contain_text(words["promise"])
    expect(customer.locator("#promises [data-due] [data-words]").first).to_have_text(re.compile(r"^\d:\d\d|10:00$"))

    agent = visit("marion", "/console/")
    agent.goto(f"/console/tickets/{number}/")
    agent.locator("form[action$='/claim/'] button").click()
    agent.fill("#composer [name=body]", "Bonjour, je regarde le disque.")
    agent.locator("[data-send-main]").click()
    answer = customer.locator(".thread .msg:not(.me):not(.auto)")
    expect(answer).to_contain_text("je regarde le disque", timeout=25_000)
    expect(customer.locator("#promises .met")).not_to_have_count(0)
    expect(customer.locator("#ticket-head")).to_contain_text("Marion")
    expect(customer.locator("body")).not_to_contain_text("Lefèvre")

    customer.fill("#reply-body", "Merci, cela remarche.")
    customer.get_by_test_id("reply").click()
    expect(agent.locator("#thread")).to_contain_text("cela remarche", timeout=15_000)
    expect(customer.get_by_test_id("state")).to_have_text(words["progress"])

    agent.locator("form[action$='/state/'] button[data-key=e]").click()
    expect(customer.get_by_test_id("state")).to_have_text(words["solved"], timeout=15_000)
    customer.locator("label:has([name=score][value='5'])").click()
    customer.fill("#comment", "Rapide et clair")
    customer.locator("#rating button.primary").click()
    expect(customer.get_by_test_id("rated")).to_contain_text(words["rated"])

    customer.fill("#reply-body", "Cela recommence.")
    customer.get_by_test_id("reply").click()
    expect(customer.get_by_test_id("state")).to_have_text(words["again"])


def test_with_the_keyboard_alone(visit: Visit) -> None:
    page = visit("paul", "/client/tickets/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")

    def until(selector: str, key: str = "Tab") -> None:
        for _ in range(40):
            if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
                return
            page.keyboard.press(key)
        raise AssertionError(f"the focus never reaches {selector}")

    until("a[href='/client/tickets/new/']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{NEW}")
    page.evaluate("document.querySelector('#main').focus()")
    until("[name=department]")
    until("[name=priority]")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name=priority][value=high]")).to_be_checked()
    until("[name=service]")
    page.keyboard.press("Space")
    until("[name=began_date]")
    page.locator("[name=began_date]").fill(page.get_attribute("[name=began_date]", "max") or "")
    until("[name=began_time]")
    page.locator("[name=began_time]").fill("00:00")
    until("[name=diagnostics]")
    page.keyboard.type("mtr: 100 %")
    until("[name=subject]")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Au clavier seulement")
    until("[name=body]")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Sans souris.")
    until("[data-testid=send]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/client/tickets/\d+/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Au clavier seulement")


def test_without_scripts(visit: Visit) -> None:
    page = visit("omar", NEW, java_script_enabled=True)
    page.close()
    page = visit("omar", NEW, java_script_enabled=False)
    expect(page.locator("[name=diagnostics]")).not_to_be_visible()
    fill_high(page, subject="Sans scripts")
    expect(page.locator("[name=diagnostics]")).to_be_visible()
    page.set_input_files("#files", {"name": "trace.txt", "mimeType": "text/plain", "buffer": b"1 * * *"})
    number = send(page)
    expect(page.locator(".att")).to_contain_text("trace.txt")
    page.fill("#reply-body", "Une précision.")
    page.get_by_test_id("reply").click()
    page.wait_for_url(re.compile(rf"/client/tickets/{number}/#m\d+$"))
    expect(page.locator(".thread .msg.me").last).to_contain_text("Une précision.")
