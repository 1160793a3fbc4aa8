"""Every screen, as it first meets the eye: axe finds nothing, nothing sticks out, no script fails."""

import pytest

from tests.browser.desk import DESKTOP, PHONE, Visit, Visitors

SCREENS = [
    (None, "/"),
    (None, "/account/login/"),
    (None, "/account/password/reset/"),
    ("client", "/client/"),
    ("client", "/client/tickets/"),
    ("client", "/client/tickets/new/"),
    ("client", "ticket"),
    ("client", "/client/services/"),
    ("client", "/client/settings/"),
    ("client", "/client/settings/profile/"),
    ("client", "/client/settings/security/"),
    ("client", "/client/settings/sessions/"),
    ("client", "/client/settings/contacts/"),
    ("agent", "/console/"),
    ("agent", "ticket"),
    ("agent", "/console/search/?q=disque"),
    ("agent", "/console/customers/"),
    ("agent", "/console/outbox/"),
    ("agent", "/console/parked/"),
    ("admin", "/console/settings/provider/"),
    ("admin", "/console/settings/departments/"),
    ("admin", "/console/settings/teams/"),
    ("admin", "/console/settings/hours/"),
    ("admin", "/console/settings/promises/"),
    ("admin", "/console/settings/staff/"),
]


def opened(visit: Visit, who: str | None, path: str) -> None:
    """Go there; `ticket` is the one about the site that is down, found as a person would."""
    if path != "ticket":
        visit.go(path)
        return
    visit.go("/console/" if who == "agent" else "/client/tickets/")
    link = visit.page.locator("a", has_text="Site inaccessible depuis").first
    link.wait_for(state="attached")
    visit.go(str(link.get_attribute("href")))


@pytest.mark.parametrize(("who", "path"), SCREENS)
def test_a_screen_is_sound(visitors: Visitors, who: str | None, path: str) -> None:
    """Light and dark, on a desk, on a phone, and at 320 px (WCAG 1.4.10); each screen in one language, by turns."""
    language = "en" if SCREENS.index((who, path)) % 2 else "fr"
    with visitors.visit(who, language=language) as visit:
        opened(visit, who, path)
        found = {}
        for width, height in (DESKTOP, PHONE):
            visit.page.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                visit.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                found[f"{width} px, {scheme}"] = visit.faults()
        visit.page.set_viewport_size({"width": 320, "height": 640})
        found["320 px"] = [fault for fault in visit.faults() if "sticks out" in fault]
        assert {where: faults for where, faults in found.items() if faults} == {}
