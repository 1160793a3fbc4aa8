"""Never lose a character, never send twice: the rule of the house, in a real browser."""

import re

from playwright.sync_api import Route, expect

from tests.browser.journeys.conftest import Visit
from tests.browser.journeys.house import House
from tests.browser.journeys.steps import drop_file, fill_high, saved, send
from tests.browser.journeys.world import PASSWORD

NEW = "/client/tickets/new/"


def test_a_tab_killed_while_typing_gives_everything_back(visit: Visit) -> None:
    page = visit("nadia", NEW)
    fill_high(page, subject="Tué en pleine frappe")
    page.locator("[name=body]").press_sequentially(" jusqu’au dernier caractère Œ")
    page.context.storage_state()  # the browser has written what it keeps
    typed = page.input_value("[name=body]")
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto(NEW)
    expect(again.locator("[name=body]")).to_have_value(typed)
    expect(again.locator("[name=subject]")).to_have_value("Tué en pleine frappe")
    expect(again.locator("[name=priority][value=high]")).to_be_checked()
    expect(again.locator("[name=began_time]")).to_have_value("00:00")
    expect(again.locator("[name=diagnostics]")).to_have_value("ping: 100 % packet loss")


def test_what_is_typed_before_the_scripts_arrive_is_kept(visit: Visit) -> None:
    page = visit("paul", NEW)
    held: list[Route] = []
    page.route("**/draft*.js", lambda route: held.append(route))  # noqa: PLW0108  Playwright marks its handlers: no builtin
    page.goto(NEW, wait_until="commit")
    page.fill("[name=subject]", "Réseau lent")
    for one in held:
        one.continue_()
    saved(page)
    page.unroute_all()
    page.goto("/client/")
    page.goto(NEW)
    expect(page.locator("[name=subject]")).to_have_value("Réseau lent")
    page.fill("[name=subject]", "")


def test_another_device_goes_on_with_the_draft_and_its_files(visit: Visit) -> None:
    page = visit("paul", NEW)
    page.fill("[name=subject]", "Commencé au bureau")
    page.set_input_files("#files", {"name": "capture.txt", "mimeType": "text/plain", "buffer": b"disk full"})
    expect(page.locator(".up.done")).to_contain_text("capture.txt")
    saved(page)
    page.wait_for_timeout(1200)
    other = visit("paul", NEW, width=390)
    expect(other.locator("[name=subject]")).to_have_value("Commencé au bureau")
    expect(other.locator(".up.done")).to_contain_text("capture.txt")


def test_a_double_click_and_a_lost_answer_make_one_ticket(visit: Visit) -> None:
    page = visit("lucie", NEW)
    page.fill("[name=subject]", "Une seule fois")
    page.fill("[name=body]", "Bonjour")
    lost = {"n": 0}

    def lose_the_answer(route: Route) -> None:
        if lost["n"] == 0:
            lost["n"] += 1
            route.fetch()  # the server has it; the browser never hears so
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(f"**{NEW}", lose_the_answer)
    page.get_by_test_id("send").dblclick()
    page.wait_for_url(re.compile(r"/client/tickets/\d+/$"), timeout=20_000)
    assert lost["n"] == 1
    page.unroute_all()
    page.goto("/client/tickets/")
    expect(page.get_by_role("link", name="Une seule fois")).to_have_count(1)


def test_no_connection_keeps_the_ticket_and_sends_it_when_it_is_back(visit: Visit) -> None:
    page = visit("lucie", NEW)
    page.fill("[name=subject]", "Écrit dans le train")
    page.fill("[name=body]", "Le tunnel arrive")
    page.context.set_offline(True)
    page.get_by_test_id("send").click()
    expect(page.locator("[data-saved]")).to_contain_text("Pas de connexion")
    page.context.set_offline(False)
    page.wait_for_url(re.compile(r"/client/tickets/\d+/$"), timeout=20_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Écrit dans le train")


def test_a_session_that_ends_while_typing_asks_over_the_page_and_goes_on(visit: Visit, house: House) -> None:
    page = visit("omar", NEW)
    page.fill("[name=subject]", "Session perdue")
    page.fill("[name=body]", "Rien de ceci ne doit disparaître.")
    page.context.clear_cookies(name=re.compile("^(?!csrftoken)"))
    page.get_by_test_id("send").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.locator("[name=login]").fill(house.people["omar"])
    dialog.locator("[name=password]").fill(PASSWORD)
    dialog.locator("[name=password]").press("Enter")
    page.wait_for_url(re.compile(r"/client/tickets/\d+/$"))
    expect(page.locator(".thread")).to_contain_text("Rien de ceci ne doit disparaître.")
    house.signed_in.pop("omar", None)


def test_errors_stand_beside_their_fields_with_everything_kept(visit: Visit) -> None:
    page = visit("ines", NEW)
    fill_high(page, subject="")
    page.check("[name=service][value=typed]")
    page.fill("[name=service_text]", "192.0.2.99")
    expect(page.locator("#service_text-found")).to_contain_text("192.0.2.99")
    page.set_input_files("#files", {"name": "capture.txt", "mimeType": "text/plain", "buffer": b"disk full"})
    expect(page.locator(".up.done")).to_have_count(1)
    page.get_by_test_id("send").click()
    expect(page.locator("#subject-error")).to_be_visible()
    expect(page.locator("#service_text-error")).to_be_visible()
    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator("[name=body]")).to_have_value("Plus rien ne répond depuis ce matin.")
    expect(page.locator(".up.done")).to_contain_text("capture.txt")
    page.fill("[name=subject]", "Disque plein")
    page.fill("[name=service_text]", "#700007")
    expect(page.locator("#service_text-found")).to_contain_text("vps-ines")
    send(page)
    expect(page.locator(".att")).to_contain_text("capture.txt")
    expect(page.locator("#about")).to_contain_text("vps-ines")


def test_files_are_dropped_pasted_cancelled_and_tried_again(visit: Visit) -> None:
    page = visit("ines", NEW)
    drop_file(page, ".drop", "depose.txt", "a")
    expect(page.locator(".up.done")).to_contain_text("depose.txt")
    drop_file(page, "[name=body]", "colle.txt", "b", "paste")
    expect(page.locator(".up.done")).to_have_count(2)
    page.get_by_role("button", name=re.compile("depose.txt")).click()
    expect(page.locator(".up")).to_have_count(1)
    page.route("**/files/", lambda route: route.abort("connectionreset"))
    drop_file(page, ".drop", "perdu.txt", "c")
    expect(page.locator(".up.failed")).to_contain_text("perdu.txt")
    page.unroute_all()
    page.locator(".up.failed [data-retry]").click()
    expect(page.locator(".up.done")).to_have_count(2)


def test_the_reply_stays_until_it_is_sent(visit: Visit) -> None:
    page = visit("jeanne", "/client/tickets/")
    page.get_by_role("link", name=re.compile("PHP 8.2")).click()
    page.wait_for_url(re.compile(r"/client/tickets/\d+/$"))
    page.fill("#reply-body", "Jeudi soir convient")
    saved(page)
    page.reload()
    expect(page.locator("#reply-body")).to_have_value("Jeudi soir convient")
    page.get_by_test_id("reply").click()
    expect(page.locator(".thread .msg.me").last).to_contain_text("Jeudi soir convient")
    expect(page.locator("#reply-body")).to_have_value("")
    expect(page.get_by_test_id("state")).to_have_text("En cours")
    page.reload()
    expect(page.locator(".thread .msg").get_by_text("Jeudi soir convient")).to_have_count(1)
    expect(page.locator("#reply-body")).to_have_value("")


def test_a_reply_written_offline_survives_events_and_the_tab_and_arrives_once(visit: Visit) -> None:
    page = visit("helene", "/client/tickets/")
    page.get_by_role("link", name=re.compile("Site inaccessible")).click()
    page.wait_for_url(re.compile(r"/client/tickets/\d+/$"))
    page.route("**/reply/", lambda route: route.abort("connectionreset"))
    page.fill("#reply-body", "Écrit sans connexion")
    page.get_by_test_id("reply").click()
    bubble = page.locator(".thread .msg.failed")
    expect(bubble).to_contain_text("Écrit sans connexion")
    page.evaluate("dispatchEvent(new CustomEvent('vigie:event', { detail: { kind: 'message.posted' } }))")
    page.wait_for_timeout(1000)
    expect(bubble).to_contain_text("Écrit sans connexion")
    page.fill("#reply-body", "Et la suite, pas encore envoyée")
    page.unroute_all()
    page.reload()
    expect(page.locator(".thread .msg[id^=m]").get_by_text("Écrit sans connexion")).to_have_count(1)
    expect(page.locator("#reply-body")).to_have_value("Et la suite, pas encore envoyée")
    page.reload()
    expect(page.locator(".thread .msg").get_by_text("Écrit sans connexion")).to_have_count(1)
    page.fill("#reply-body", "")
