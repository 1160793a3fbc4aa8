"""Two customers side by side: whatever the address, nothing of one is on a page of the other."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests import worlds

pytestmark = pytest.mark.django_db
Browse = Callable[..., Client]


@pytest.fixture
def theirs() -> dict[str, object]:
    """Somebody else's ticket, service and message, each with words found nowhere else."""
    other = worlds.customer("Hôtel Voisin")
    person = worlds.contact(other, name="Zoé Voisine")
    service = worlds.service(other, "198.51.100.77", name="voisin-db-09", order_number="777777")
    ticket = worlds.ticket(by=person, priority="high", subject="Secret du voisin", body="mot-de-passe-voisin")
    return {"customer": other, "person": person, "service": service, "ticket": ticket}


SECRETS = ("Secret du voisin", "mot-de-passe-voisin", "voisin-db-09", "198.51.100.77", "777777", "Hôtel Voisin", "Zoé")


def test_no_page_shows_another_customers_anything(browse: Browse, theirs: dict[str, object]) -> None:
    mine = worlds.contact(name="Hélène Évrard")
    own = worlds.ticket(by=mine, subject="Mon propre ticket")
    browser = browse(mine)
    number, service = theirs["ticket"].number, theirs["service"].pk  # type: ignore[attr-defined]
    for address in [
        "/client/",
        "/client/tickets/",
        "/client/tickets/?show=finished",
        "/client/tickets/?q=voisin",
        f"/client/tickets/?q={number}",
        "/client/tickets/new/",
        f"/client/tickets/new/?customer={theirs['customer'].pk}&service={service}",  # type: ignore[attr-defined]
        f"/client/tickets/new/service/?customer={own.conversation.customer_id}&service_text=voisin-db-09",
        f"/client/tickets/{own.number}/",
        "/client/services/",
        "/client/services/?q=198.51",
    ]:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        page = answer.content.decode().replace('value="voisin"', "")
        for secret in SECRETS:
            if secret in address:
                continue
            assert secret not in page, (address, secret)


def test_another_customers_addresses_do_not_exist(browse: Browse, theirs: dict[str, object]) -> None:
    browser = browse(worlds.contact())
    number, service = theirs["ticket"].number, theirs["service"].pk  # type: ignore[attr-defined]
    for address in [f"/client/tickets/{number}/", f"/client/tickets/{number}/fresh/", f"/client/services/{service}/"]:
        assert browser.get(address).status_code == 404
    for verb in ("reply", "read", "rating", "solved"):
        assert browser.post(f"/client/tickets/{number}/{verb}/", {"body": "x", "score": "5", "message": "1"}).status_code == 404


def test_a_ticket_cannot_name_another_customers_service(browse: Browse, theirs: dict[str, object]) -> None:
    from tests.portal.forms import high

    mine = worlds.contact()
    worlds.service(mine.contacts.get().customer)
    browser = browse(mine)
    for fields in (
        {"service": str(theirs["service"].pk)},  # type: ignore[attr-defined]
        {"service": "typed", "service_text": "198.51.100.77"},
        {"service": "typed", "service_text": "#777777"},
        {"service": "typed", "service_text": "voisin-db-09"},
    ):
        answer = browser.post("/client/tickets/new/", high(mine, **fields))
        assert answer.status_code == 422
        assert "voisin-db-09" not in answer.content.decode().replace('value="voisin-db-09"', "")


def test_notes_and_staff_fields_never_reach_the_customer(browse: Browse) -> None:
    mine = worlds.contact()
    ticket = worlds.ticket(by=mine)
    agent = worlds.agent(worlds.team(), name="Marion Lefèvre", email="marion.lefevre@staff.example")
    from vigie.tickets.replying import note
    from vigie.tickets.tagging import tag

    note(viewer=worlds.seen_by(agent), ticket=ticket, body="note-interne-ici", client_key=__import__("uuid").uuid4())
    tag(viewer=worlds.seen_by(agent), ticket=ticket, name="mauvais-payeur")
    worlds.reply(ticket, agent, "Bonjour, nous regardons.")
    for address in (f"/client/tickets/{ticket.number}/", f"/client/tickets/{ticket.number}/fresh/", "/client/tickets/?q=interne"):
        page = browse(mine).get(address).content.decode()
        for hidden in ("note-interne-ici", "mauvais-payeur", "Lefèvre", "marion.lefevre@"):
            assert hidden not in page
    assert "Marion" in browse(mine).get(f"/client/tickets/{ticket.number}/").content.decode()


def test_a_billing_contact_sees_financial_tickets_and_own_only(browse: Browse) -> None:
    whose = worlds.customer()
    owner, billing = worlds.contact(whose), worlds.contact(whose, role="billing")
    technical = worlds.ticket(by=owner, subject="Serveur arrêté")
    financial = worlds.ticket(by=owner, subject="Facture en double", department=worlds.financial())
    browser = browse(billing)
    page = browser.get("/client/tickets/").content.decode()
    assert "Facture en double" in page
    assert "Serveur arrêté" not in page
    assert browser.get(f"/client/tickets/{technical.number}/").status_code == 404
    assert browser.get(f"/client/tickets/{financial.number}/").status_code == 200
    assert "Serveur arrêté" not in browser.get("/client/tickets/?q=serveur").content.decode()


def test_strangers_sign_in_first_and_staff_go_to_the_console(browse: Browse) -> None:
    ticket = worlds.ticket()
    answer = browse().get(f"/client/tickets/{ticket.number}/")
    assert answer.status_code == 302
    assert answer["Location"] == f"/account/login/?next=%2Fclient%2Ftickets%2F{ticket.number}%2F"
    assert browse().get("/client/", headers={"HX-Request": "true"}).status_code == 401
    assert browse(worlds.agent()).get(f"/client/tickets/{ticket.number}/")["Location"] == f"/console/tickets/{ticket.number}/"


def test_a_person_without_an_account_is_told_so(browse: Browse) -> None:
    answer = browse(worlds.user()).get("/client/tickets/new/")
    assert answer.status_code == 403
    assert "Aucun compte" in answer.content.decode()
