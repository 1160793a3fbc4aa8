"""What a customer does on the new ticket's page, in both languages."""

import re
from typing import Any

from playwright.sync_api import Page, expect


def fill_high(page: Page, *, subject: str, body: str = "Plus rien ne répond depuis ce matin.") -> None:
    """A critical incident, begun at midnight today."""
    page.check("[name=priority][value=high]")
    page.locator("[name=service]").first.check()
    page.fill("[name=began_date]", page.get_attribute("[name=began_date]", "max") or "")
    page.fill("[name=began_time]", "00:00")
    page.fill("[name=diagnostics]", "ping: 100 % packet loss")
    page.fill("[name=subject]", subject)
    page.fill("[name=body]", body)


def send(page: Page) -> str:
    """Press send and arrive at the ticket; its number."""
    page.get_by_test_id("send").click()
    page.wait_for_url(re.compile(r"/client/tickets/\d+/$"))
    return page.url.rstrip("/").rsplit("/", 1)[1]


def drop_file(page: Page, selector: str, name: str, content: str, kind: str = "drop") -> None:
    """Let a file arrive at `selector` as the browser would hand it over: `drop` or `paste`."""
    page.evaluate(
        """([selector, name, content, kind]) => {
            const data = new DataTransfer();
            data.items.add(new File([content], name, { type: "text/plain" }));
            const place = document.querySelector(selector);
            const event = kind === "paste"
                ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
                : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
            place.dispatchEvent(event);
        }""",
        [selector, name, content, kind],
    )


def saved(page: Page, **options: Any) -> None:
    """The draft has reached the server."""
    expect(page.locator("form[data-draft] [data-saved]").first).to_have_text(
        re.compile("Draft saved|Brouillon enregistré"), **options
    )
