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


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("who", "path"), SCREENS)
def test_a_screen_is_sound(visitors: Visitors, who: str | None, path: str, scheme: str, size: tuple[int, int]) -> None:
    language = "fr" if (size == DESKTOP) == (scheme == "light") else "en"
    with visitors.visit(who, language=language, scheme=scheme, size=size) as visit:
        opened(visit, who, path)
        assert visit.faults() == []


@pytest.mark.parametrize(("who", "path"), SCREENS)
def test_a_screen_fits_320_pixels(visitors: Visitors, who: str | None, path: str) -> None:
    """WCAG 1.4.10: what 1280 px show at 400 %."""
    with visitors.visit(who, size=(320, 256)) as visit:
        opened(visit, who, path)
        assert [fault for fault in visit.faults() if "sticks out" in fault] == []
