"""One outage as several customers told it: the distribution of a rack failed, five days ago."""

from datetime import datetime, timedelta
from random import Random

from vigie.kernel import clock
from vigie.people.access import Viewer
from vigie.promises.models import Priority
from vigie.tickets import assigning, committing, escalating, moving, rating, replying, tagging

from .agenda import Agenda, Story
from .customers import Client
from .past import answer, key, opened
from .staff import Crew

TAG = "panne-baie-r14"
TELLERS = (  # who, which service, minutes after the failure, subject, words, what was seen
    ("si@coop-leman.example", "erp-leman", 2, "ERP inaccessible pour tous nos magasins",
     "Bonjour, `erp-leman` a disparu d’un coup à l’instant. Douze magasins ne peuvent plus encaisser.",
     "ping : 100 % de pertes depuis trois sites différents"),
    ("exploitation@lumiere-fils.example", "prod-lumiere", 3, "prod-lumiere ne répond plus",
     "Plus aucune réponse de `prod-lumiere`, ni SSH ni HTTPS. La supervision est passée au rouge il y a deux minutes.",
     "CRITICAL - Host Unreachable (198.51.100.24)\nlast OK: il y a 2 min 10 s"),
    ("informatique@ferrand.example", "gps-ferrand", 4, "Suivi GPS interrompu",
     "Nos camions n’envoient plus leur position, le serveur `gps-ferrand` est injoignable.",
     "connect: No route to host\n214 véhicules en attente d’envoi"),
    ("dev@pixelbraise.example", "jeu-braise-1", 6, "Les deux serveurs de jeu sont tombés",
     "jeu-braise-1 et jeu-braise-2 sont tombés ensemble, 300 joueurs déconnectés. Un souci d’hyperviseur ?",
     "both hosts: ICMP timeout, console VNC noire"),
    ("contact@atelier-brossard.example", "web-brossard", 9, "Site et courriels à l’arrêt",
     "Bonjour, notre site et nos mails ne fonctionnent plus depuis une dizaine de minutes.",
     "Message du navigateur : délai d’attente dépassé (ERR_CONNECTION_TIMED_OUT)"),
)  # fmt: skip
FOUND = """Bonjour {first},

La distribution électrique de la baie **R14** (Paris PA2) s’est arrêtée ; votre service en fait partie. Deux techniciens sont devant la baie. Prochaine nouvelle dans 20 minutes au plus tard, ici même.

{agent}"""
FIXED = """Bonjour {first},

Le courant est revenu sur la baie R14 et votre service a redémarré. Cause : un disjoncteur de la voie A, remplacé ; la voie B, qui aurait dû reprendre, était mal raccordée depuis une intervention, et cela est corrigé et vérifié. Un rapport complet suivra sous 48 heures.

Nous sommes désolés de cette interruption.

{agent}"""


def tell(agenda: Agenda, crew: Crew, clients: dict[str, Client], *, now: datetime, random: Random) -> None:
    """Put the outage into the agenda."""
    failed = now - timedelta(days=5, hours=3, minutes=20)
    technician = crew.by_team["datacentre"][0]
    for place, (address, service, minutes, subject, body, seen) in enumerate(TELLERS):
        agent = crew.by_team["support"][place % len(crew.by_team["support"])]
        story = _told(
            clients[address], service, (subject, body, seen), failed=failed, agent=agent, technician=technician,
            random=random, first=place == 0,
        )  # fmt: skip
        agenda.add(failed + timedelta(minutes=minutes), story)


def _told(
    client: Client, name: str, words: tuple[str, str, str], *, failed: datetime, agent: Viewer, technician: Viewer,
    random: Random, first: bool,
) -> Story:  # fmt: skip
    service = next(one for one in client.services if one.name == name)
    subject, body, seen = words
    ticket = opened(
        client, "technical", subject, body, random, priority=Priority.HIGH, service=service, diagnostics=seen,
        began=clock.now() - failed,
    )  # fmt: skip
    yield timedelta(minutes=random.uniform(1.5, 4))
    assigning.claim(viewer=agent, ticket=ticket)
    tagging.tag(viewer=agent, ticket=ticket, name=TAG)
    yield timedelta(seconds=random.uniform(20, 60))
    answer(agent, ticket, _filled(FOUND, client, agent), random)
    committing.promise_update(
        viewer=agent, ticket=ticket, due_at=clock.now() + timedelta(minutes=20), note="Remise sous tension de la baie R14"
    )
    if first:
        yield timedelta(minutes=1)
        escalating.escalate(
            viewer=agent, ticket=ticket, note="Baie R14 entière hors tension, voies A et B. Il faut quelqu’un sur place."
        )
        yield timedelta(minutes=5)
        assigning.claim(viewer=technician, ticket=ticket)
        note = "Disjoncteur 32 A de la voie A déclenché, la voie B n’alimente rien : cordon débranché depuis l’intervention du 3."
        replying.note(viewer=technician, ticket=ticket, body=note, client_key=key(random))
        agent = technician
    yield timedelta(minutes=random.uniform(9, 13))
    answer(agent, ticket, _filled(FIXED, client, agent), random)
    yield timedelta(minutes=random.uniform(10, 25))
    answer(client.owner, ticket, "Tout est revenu de notre côté. Merci pour les nouvelles régulières.", random)
    yield timedelta(minutes=random.uniform(5, 15))
    moving.move(viewer=agent, ticket=ticket, to="solved")
    yield timedelta(minutes=random.uniform(10, 90))
    rating.rate(viewer=client.owner, ticket=ticket, score=random.choice((4, 5, 5)), comment="Bien informés pendant la panne.")


def _filled(text: str, client: Client, agent: Viewer) -> str:
    return text.replace("{first}", client.first).replace("{agent}", agent.user.name if agent.user else "")
