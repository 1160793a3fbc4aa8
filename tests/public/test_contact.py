"""The public page says what the provider publishes, as configured and as measured."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests import worlds
from tests.conftest import Hold
from tests.promises.test_clocks import started
from vigie.promises import clocks
from vigie.promises.models import Kind, Promise
from vigie.public import contact
from vigie.public.spans import span

pytestmark = pytest.mark.django_db
NBSP, THIN = "\u00a0", "\u202f"

SEED = [
    "Moyens de contacter le service d'assistance",
    "Ticket d'assistance",
    "Méthode principale pour traiter les problèmes techniques, les demandes de facturation ou les demandes liées au compte.",
    "Ajouter un ticket",
    "Sélectionnez le département et le niveau de priorité appropriés.",
    "Questions techniques",
    "Questions financières",
    "pour les demandes standard",
    "pour les incidents critiques (par exemple, indisponibilité totale du service)",
    "Fournissez une description détaillée du problème.",
    "l'adresse IP du serveur ou le numéro de commande (par exemple, #123456)",
    "le nom du service tel qu'il est affiché dans votre espace client",
    "l'heure à laquelle le problème a commencé (en CET/CEST ou indiquez votre fuseau horaire)",
    "toutes les données de diagnostic disponibles",
    "Réponse initiale dans les 10 minutes",
    "Les tickets hautement prioritaires sont traités en priorité.",
    "Les demandes d'urgence doivent être soumises via le système de tickets afin de vérifier la propriété du compte",
    "Autre méthode de contact lorsque l'espace client est inaccessible.",
    "support@introserv.com",
    "Utilisez l'adresse électronique enregistrée avec votre compte INTROSERV.",
    "15 à 30 minutes",
    "Résumé des méthodes de contact",
    "Demandes techniques ou de facturation",
]
LATER = [
    "Chat en direct",
    "Disponible 24 heures sur 24, 7 jours sur 7",
    "Réponse immédiate",
    "État des services et mises à jour",
    "Factures/commandes",
    "recevoir les rapports d'abus et les notifications de sécurité",
    "Localisez la section « Envoyer des courriels »",
    "En temps réel",
    "Espace client et courriel",
]


@pytest.fixture(autouse=True)
def _introserv() -> None:
    cache.clear()
    worlds.provider(site="https://introserv.com")


def page(client: Client, path: str = "/", **headers: str) -> str:
    """What a reader sees: entities resolved, spaces and apostrophes made plain."""
    response = client.get(path, headers={"accept-language": "fr", **headers})
    assert response.status_code == 200
    return plain(response.content.decode())


def plain(html: str) -> str:
    import html as entities

    text = entities.unescape(re.sub(r"<[^>]+>", "", html))
    return re.sub(r"[\s\u00a0\u202f]+", " ", text.replace("’", "'"))


def test_the_page_says_what_the_provider_publishes(client: Client) -> None:
    text = page(client)
    assert [words for words in SEED if words not in text] == []


def test_only_what_runs_is_promised(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    text = page(client)
    assert "Chat en direct" not in text and "notifications" not in text.lower()
    monkeypatch.setattr(contact.apps, "is_installed", lambda _name: True)
    text = page(client)
    assert [words for words in SEED + LATER if words not in text] == []
    worlds.provider(support_address="")
    cache.clear()
    text = page(client)
    assert "Assistance par courrier électronique" not in text and "@introserv.com" not in text


def test_the_reader_chooses_the_language_without_a_script(client: Client) -> None:
    text = page(client, "/?lang=en")
    assert "How to reach support" in text and "Initial reply within 10 minutes" in text and "15 to 30 minutes" in text
    assert "How to reach support" in page(client)  # remembered
    assert "Moyens de contacter" in page(client, "/?lang=fr")
    assert "How to reach support" in page(Client(), "/", **{"accept-language": "en"})
    assert "Moyens de contacter" in page(Client(), "/?lang=xx")


def test_both_languages_are_told_to_search_engines(client: Client) -> None:
    response = client.get("/?lang=en")
    html = response.content.decode()
    assert '<html lang="en"' in html and response["Content-Language"] == "en"
    assert {"Accept-Language", "Cookie"} <= {part.strip() for part in response["Vary"].split(",")}
    for code in ("fr", "en", "x-default"):
        assert f'hreflang="{code}"' in html
    assert re.search(r'<meta name="description" content="[^"]{40,}">', html)
    assert "<title>How to reach support – INTROSERV</title>" in html


def test_the_structured_data_is_whole_and_cannot_be_broken_out_of(client: Client) -> None:
    worlds.provider(name="</script><script>alert(1)//", site="https://introserv.com")
    html = client.get("/").content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found
    data = json.loads(found[1])
    assert data["name"] == "</script><script>alert(1)//"
    assert {point.get("email") for point in data["contactPoint"]} == {None, "support@introserv.com"}
    assert "<script>alert" not in html


def test_the_promise_shown_is_the_one_in_force(client: Client) -> None:
    Promise.objects.filter(channel="ticket", kind=Kind.FIRST_REPLY).update(aim=5400, limit=5400)
    Promise.objects.create(
        channel="ticket",
        kind=Kind.FIRST_REPLY,
        department_id="financial",
        aim=14_400,
        limit=14_400,
        calendar=worlds.calendar("Facturation à Paris"),
    )
    Promise.objects.create(channel="ticket", kind=Kind.FIRST_REPLY, priority="high", aim=300, limit=300)
    text = page(client)
    assert "Réponse initiale dans les 90 minutes" in text
    assert "Questions financièresRéponse initiale dans les 4 heures, en heures ouvrées (Facturation à Paris)" in text
    assert "Questions techniques, ÉlevéeRéponse initiale dans les 5 minutes" in text


def test_without_a_promise_none_is_claimed(client: Client) -> None:
    Promise.objects.filter(channel="mail").delete()
    assert "Aucun délai promis" in page(client)


def test_figures_stand_there_from_twenty_samples_on(client: Client, hold: Hold) -> None:
    begin = hold("2026-11-24 13:40")
    assert "Mesuré" not in page(client)
    for number in range(20):
        conversation = worlds.conversation()
        started(conversation, begin)
        clocks.meet(
            conversation_id=conversation.pk, kind=Kind.FIRST_REPLY, at=begin + timedelta(minutes=4, seconds=number)
        )
    hold.forward(minutes=10)
    cache.clear()
    text = page(client)
    assert "Mesuré sur les dernières 24 heures : la moitié des premières réponses en 4 min au plus" in text
    assert "promesse tenue pour 100 % des demandes." in text
    assert text.count("Mesuré") == 2


def test_the_page_is_for_everybody(browse: Callable[..., Any]) -> None:
    for user in (worlds.contact(), worlds.agent()):
        assert browse(user).get("/").status_code == 200
    assert Client().post("/").status_code == 405


@pytest.mark.parametrize(
    ("aim", "limit", "words"),
    [(600, 600, "10 minutes"), (60, 60, "1 minute"), (900, 1800, "15 à 30 minutes"), (3600, 3600, "1 heure"),
     (90, 1800, "30 minutes"), (45, 45, "45 secondes"), (86_400, 172_800, "1 à 2 jours")],
)  # fmt: skip
def test_spans_are_spelled_out(aim: int, limit: int, words: str) -> None:
    from django.utils import translation

    with translation.override("fr"):
        assert re.sub(r"\s", " ", span(aim, limit)) == words
