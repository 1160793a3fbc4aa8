"""What lies on the desk now: a ticket in every state, clocks running, somebody waiting."""

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from vigie.inventory.models import Service
from vigie.kernel import clock
from vigie.promises.models import Priority
from vigie.tickets import assigning, committing, escalating, rating, replying, tagging
from vigie.tickets.models import State

from .agenda import Agenda, Story
from .customers import Client
from .past import answer, key, opened
from .staff import Crew


def tell(agenda: Agenda, crew: Crew, clients: dict[str, Client], *, now: datetime, random: Random) -> None:
    """Put today into the agenda, so that it stands at `now` as each story's comment says."""
    desk = Desk(crew, clients, random)
    for before, story in (
        (timedelta(minutes=26), desk.site_down()),
        (timedelta(minutes=3), desk.ingest_down()),
        (timedelta(minutes=6), desk.iso_wanted()),
        (timedelta(minutes=4, seconds=30), desk.double_charge()),
        (timedelta(minutes=8), desk.certificate()),
        (timedelta(hours=2, minutes=10), desk.mail_refused()),
        (timedelta(hours=3, minutes=5), desk.slow_queries()),
        (timedelta(hours=5), desk.transfer()),
        (timedelta(hours=20), desk.backup_choice()),
        (timedelta(days=1, hours=4), desk.disk_ordered()),
        (timedelta(days=1, hours=7), desk.us_latency()),
        (timedelta(days=2, hours=3), desk.invoice_address()),
        (timedelta(hours=9), desk.ptr_done()),
        (timedelta(days=3, hours=2), desk.db2_memory()),
        (timedelta(days=26), desk.old_migration()),
        (timedelta(days=6), desk.reopened()),
    ):
        agenda.add(now - before, story)


class Desk:
    """The stories, each a method; what is said to whom stands in full, so that the demonstration reads like a desk."""

    def __init__(self, crew: Crew, clients: dict[str, Client], random: Random) -> None:
        self.crew, self.clients, self.random = crew, clients, random

    def _service(self, client: Client, name: str) -> Service:
        return next(one for one in client.services if one.name == name)

    def _wall(self, client: Client, before: timedelta) -> str:
        return f"{(clock.now() - before).astimezone(ZoneInfo(client.customer.timezone)):%H:%M}"

    def site_down(self) -> Story:
        """High, open, with the agent of the demonstration; a promised update is due in some minutes."""
        client, agent, tech = self.clients["client@demo.example"], self.crew.agent, self.crew.tech
        since = timedelta(minutes=14)
        ticket = opened(
            client, "technical", f"Site inaccessible depuis {self._wall(client, since)}",
            "Bonjour,\n\nnotre site de réservation affiche « Error establishing a database connection » depuis "
            f"{self._wall(client, since)}. Rien n’a été modifié de notre côté.\n\nHélène Évrard", self.random,
            priority=Priority.HIGH, service=self._service(client, "vps-pro-03"), began=since,
            diagnostics="$ curl -sI https://reservations.hotel-les-embruns.example | head -1\nHTTP/2 500\n"
            "$ systemctl status mariadb\n● mariadb.service - failed (Result: exit-code)",
        )  # fmt: skip
        yield timedelta(minutes=2)
        assigning.claim(viewer=agent, ticket=ticket)
        tagging.tag(viewer=agent, ticket=ticket, name="disque")
        yield timedelta(minutes=1)
        answer(
            agent, ticket,
            "Bonjour Hélène,\n\nj’ai pris votre demande en charge. Le disque du serveur est plein, ce qui a arrêté la base de "
            "données. Nous libérons l’espace en ce moment.\n\nMarion Lefèvre", self.random,
        )  # fmt: skip
        yield timedelta(minutes=2)
        replying.note(
            viewer=tech, ticket=ticket, client_key=key(self.random),
            body="@Marion le binlog a rempli `/var` depuis la migration d’hier. Je purge, tu peux prévenir la cliente ?\n\n"
            "```\n$ df -h /var\n/dev/vda2   40G   40G     0 100%  /var\n$ du -sh /var/lib/mysql/binlog.*\n27G   total\n```",
        )  # fmt: skip
        yield timedelta(minutes=3)
        answer(client.owner, ticket, "Merci pour la rapidité. Les réservations prises entre-temps sont-elles perdues ?", self.random)
        yield timedelta(minutes=4)
        answer(
            agent, ticket,
            "Non, rassurez-vous : votre module garde les demandes en file d’attente et les enregistrera dès le retour de la "
            "base. Je reviens vers vous dès qu’elle est relancée.", self.random,
        )  # fmt: skip
        committing.promise_update(
            viewer=agent, ticket=ticket, due_at=clock.now() + timedelta(minutes=45), note="Retour de la base de données"
        )

    def ingest_down(self) -> Story:
        """High and new: nobody has it, some minutes are left."""
        client = self.clients["ops@fjord-telemetry.example"]
        opened(
            client, "technical", "ingest-01 unreachable, sensors are buffering",
            "Hello,\n\n`ingest-01` stopped answering a few minutes ago, both over IPv4 and IPv6. Our sensors can buffer for "
            "about an hour.\n\nIngrid Solberg", self.random, priority=Priority.HIGH,
            service=self._service(client, "ingest-01"), began=timedelta(minutes=6),
            diagnostics="$ ping -c 5 198.51.100.42\n5 packets transmitted, 0 received, 100% packet loss\n"
            "$ ping -6 -c 5 2001:db8:2a::1\n5 packets transmitted, 0 received, 100% packet loss",
        )  # fmt: skip
        yield from ()

    def iso_wanted(self) -> Story:
        """Regular and new."""
        opened(
            self.clients["infra@bluefin.example"], "technical", "Rescue image for match-us1",
            "Hi, could you boot **match-us1** into the rescue image tonight after 23:00 EST? We want to re-partition.",
            self.random,
        )  # fmt: skip
        yield from ()

    def double_charge(self) -> Story:
        """Financial and new."""
        opened(
            self.clients["julie.fontaine@boutique12.example"], "financial", "Le paiement tourne en boucle",
            "Bonjour, je n’arrive pas à régler ma facture : après la validation de la banque, la page revient au début. J’ai "
            "essayé avec deux cartes différentes. Suis-je débitée deux fois ?", self.random,
        )  # fmt: skip
        yield from ()

    def certificate(self) -> Story:
        """Taken, not yet answered: little time is left."""
        client = self.clients["informatique@saint-aubin.example"]
        ticket = opened(
            client, "technical", "Renouveler le certificat de 4 sous-domaines",
            "Bonjour,\n\nnotre certificat expire bientôt et le renouvellement automatique échoue pour ces quatre noms :\n\n"
            "- demarches.saint-aubin.example\n- famille.saint-aubin.example\n- agenda.saint-aubin.example\n"
            "- archives.saint-aubin.example\n\nMerci de votre aide.", self.random,
        )  # fmt: skip
        yield timedelta(minutes=2)
        assigning.claim(viewer=self.crew.by_team["support"][1], ticket=ticket)

    def mail_refused(self) -> Story:
        """Open on level 3, with notes."""
        client, agent, tech = self.clients["contact@atelier-brossard.example"], self.crew.by_team["support"][2], self.crew.tech
        ticket = opened(
            client, "technical", "Mails refusés par Gmail (550 5.7.26)",
            "Bonjour, depuis hier soir tous nos envois vers Gmail reviennent avec l’erreur suivante :\n\n"
            "> 550-5.7.26 This mail has been blocked because the sender is unauthenticated.\n\nNos devis ne partent plus.",
            self.random,
        )  # fmt: skip
        yield timedelta(minutes=5)
        assigning.claim(viewer=agent, ticket=ticket)
        answer(
            agent, ticket,
            "Bonjour Luc,\n\nla clé DKIM publiée dans votre zone ne correspond plus à celle du serveur `mail-07`. Je vérifie "
            "d’où vient l’écart avant de republier.", self.random,
        )  # fmt: skip
        yield timedelta(minutes=12)
        escalating.escalate(
            viewer=agent, ticket=ticket, note="La clé a changé lors de la mise à jour d’OpenDKIM cette nuit. D’autres machines "
            "du même lot peuvent être touchées : un œil de L3 serait bien.",
        )  # fmt: skip
        yield timedelta(minutes=9)
        assigning.claim(viewer=tech, ticket=ticket)
        tagging.tag(viewer=tech, ticket=ticket, name="dkim")
        replying.note(
            viewer=tech, ticket=ticket, client_key=key(self.random),
            body="Sélecteur `s2` recréé à 02:14 par le paquet. Trois autres machines du lot, sans envoi pour l’instant.",
        )  # fmt: skip
        yield timedelta(minutes=30)
        answer(client.owner, ticket, "Toujours bloqué, nos devis ne partent plus… Avez-vous une idée du délai ?", self.random)
        yield timedelta(minutes=6)
        answer(
            tech, ticket, "La bonne clé est publiée. Gmail garde l’ancienne une heure au plus ; je contrôle et je vous écris.",
            self.random,
        )  # fmt: skip
        committing.promise_update(
            viewer=tech, ticket=ticket, due_at=clock.now() + timedelta(minutes=95), note="Contrôle des envois vers Gmail"
        )

    def slow_queries(self) -> Story:
        """The second customer's: open, answered, in English."""
        client, agent = self.clients["client2@demo.example"], self.crew.agent
        ticket = opened(
            client, "technical", "Slow queries on analytics-db1 since the weekend",
            "Hi,\n\nsince Saturday the same reports take four times longer on **analytics-db1**. Load and memory look normal "
            "from inside. Could a neighbour or the storage be the reason?\n\nDaniel", self.random,
        )  # fmt: skip
        yield timedelta(minutes=4)
        assigning.claim(viewer=agent, ticket=ticket)
        answer(
            agent, ticket,
            "Hi Daniel,\n\nthe server is dedicated, so no neighbours. One of the two NVMe drives reports a high write latency, "
            "though (`nvme smart-log` shows 91 % of its life used). I suggest a hot replacement; the mirror keeps you running."
            "\n\nMarion", self.random,
        )  # fmt: skip
        yield timedelta(minutes=38)
        answer(client.owner, ticket, "Please go ahead. Any time after 20:00 Amsterdam time is fine.", self.random)
        yield timedelta(minutes=7)
        answer(agent, ticket, "Booked for 20:30 today with the technicians in AM5. I will write when the mirror is rebuilt.", self.random)
        committing.promise_update(
            viewer=agent, ticket=ticket, due_at=clock.now() + timedelta(hours=7), note="Drive replacement in AM5"
        )

    def transfer(self) -> Story:
        """Waiting for the customer."""
        client, agent = self.clients["gestion@verrier.example"], self.crew.agent
        ticket = opened(
            client, "technical", "Transfert de domaine bloqué, code AUTH refusé",
            "Bonjour, le transfert de verrier.example vers chez vous est refusé : « code d’autorisation invalide ». Je l’ai "
            "pourtant copié depuis l’ancien prestataire.", self.random,
        )  # fmt: skip
        yield timedelta(minutes=6)
        assigning.claim(viewer=agent, ticket=ticket)
        answer(
            agent, ticket,
            "Bonjour,\n\nle registre répond que le code a expiré (il vaut 15 jours). Pourriez-vous en demander un nouveau à "
            "votre ancien prestataire et nous l’indiquer dans l’espace client, sans le mettre dans ce ticket ?", self.random,
            then=State.WAITING,
        )  # fmt: skip

    def backup_choice(self) -> Story:
        """The demonstration client's own: waiting for an answer."""
        client, agent = self.clients["client@demo.example"], self.crew.by_team["support"][1]
        ticket = opened(
            client, "technical", "Sauvegarde quotidienne de srv-reservations",
            "Bonjour, pouvez-vous ajouter `srv-reservations` à la sauvegarde quotidienne, comme les autres ?", self.random,
        )  # fmt: skip
        yield timedelta(minutes=7)
        assigning.claim(viewer=agent, ticket=ticket)
        answer(
            agent, ticket,
            "Bonjour Hélène,\n\nbien sûr. Deux heures sont possibles :\n\n1. 02:00, comme vos autres services ;\n2. 05:00, hors "
            "de votre clôture de caisse.\n\nLaquelle préférez-vous ? Et combien de jours faut-il conserver ?", self.random,
            then=State.WAITING,
        )  # fmt: skip

    def disk_ordered(self) -> Story:
        """On hold: a part is on its way."""
        client, agent = self.clients["dsi@tilleuls.example"], self.crew.tech
        ticket = opened(
            client, "technical", "Alerte SMART sur imagerie-02",
            "Notre supervision remonte `Reallocated_Sector_Ct = 48` sur le disque 3 d’imagerie-02. Est-ce à remplacer ?",
            self.random,
        )  # fmt: skip
        yield timedelta(minutes=5)
        if agent.user is not None:
            assigning.assign(viewer=self.crew.lead, ticket=ticket, assignee=agent.user)
        answer(
            agent, ticket,
            "Bonjour,\n\noui, il faut le remplacer avant qu’il ne lâche. La grappe est en RAID 6, rien ne presse à l’heure près. "
            "Le disque (8 To, même modèle) est commandé, livraison demain à PA2.", self.random, then=State.HOLD,
        )  # fmt: skip

    def us_latency(self) -> Story:
        """On hold on level 2, at the site."""
        client, agent = self.clients["it@cedarridge.example"], self.crew.by_team["support"][3]
        service = self._service(client, "portal-us1")
        ticket = opened(
            client, "technical", "Packet loss between our clinics and portal-us1",
            "Our clinics in Georgia see 2 to 3 % packet loss towards **portal-us1** during office hours. Traces attached below."
            "\n\n```\n 7. mia-core2   0.0%\n 8. portal-us1  2.8%\n```", self.random, priority=Priority.HIGH, service=service,
            diagnostics="mtr from two offices, 500 packets each: loss starts at the last hop.", began=timedelta(hours=1),
        )  # fmt: skip
        yield timedelta(minutes=4)
        assigning.claim(viewer=agent, ticket=ticket)
        answer(agent, ticket, "Hello Marcus, I see errors on the switch port of portal-us1 and ask the technicians on site.", self.random)
        yield timedelta(minutes=3)
        escalating.escalate(viewer=agent, ticket=ticket, note="CRC errors on mia-sw12 port 31, please swap optics and patch.")
        yield timedelta(minutes=50)
        technician = self.crew.by_team["datacentre-miami"][0]
        assigning.claim(viewer=technician, ticket=ticket)
        answer(
            technician, ticket, "Optics replaced, the counter is quiet. A new patch cable is on order; until it is in I keep this "
            "ticket on hold and watch the port.", self.random, then=State.HOLD,
        )  # fmt: skip

    def invoice_address(self) -> Story:
        """The demonstration client's financial ticket: solved, waiting for a rating."""
        client, agent = self.clients["client@demo.example"], self.crew.by_team["billing"][0]
        ticket = opened(
            client, "financial", "Nouvelle adresse de facturation",
            "Bonjour, notre siège a déménagé : 4, quai des Corsaires, 35400 Saint-Malo. Pouvez-vous le corriger sur nos "
            "prochaines factures ?", self.random,
        )  # fmt: skip
        yield timedelta(minutes=8)
        assigning.claim(viewer=agent, ticket=ticket)
        answer(
            agent, ticket, "Bonjour Hélène,\n\nl’adresse est corrigée, et la facture de ce mois réémise avec elle.\n\n"
            "Lucie Marchal", self.random, then=State.SOLVED,
        )  # fmt: skip

    def ptr_done(self) -> Story:
        """Solved today and rated."""
        client, agent = self.clients["technique@canut102.example"], self.crew.agent
        ticket = opened(
            client, "technical", "Ouvrir le port 8000 sur stream-lyon",
            "Bonjour, le flux Icecast doit sortir sur 8000/TCP, il est filtré en amont.", self.random,
        )  # fmt: skip
        yield timedelta(minutes=3)
        assigning.claim(viewer=agent, ticket=ticket)
        answer(agent, ticket, "Bonjour Farid, le port est ouvert en IPv4 et en IPv6.", self.random, then=State.SOLVED)
        yield timedelta(minutes=20)
        rating.rate(viewer=client.owner, ticket=ticket, score=5, comment="Trois minutes, bravo.")

    def db2_memory(self) -> Story:
        """The second customer's: solved and rated."""
        client, agent = self.clients["client2@demo.example"], self.crew.by_team["support"][1]
        ticket = opened(
            client, "technical", "Memory upgrade for analytics-db2",
            "Hello, can analytics-db2 take another 128 GB, and how long would it be down?", self.random,
        )  # fmt: skip
        yield timedelta(minutes=6)
        assigning.claim(viewer=agent, ticket=ticket)
        answer(agent, ticket, "Hi Daniel, yes: four slots are free, about 20 minutes. Shall we say tonight at 21:00?", self.random)
        yield timedelta(hours=1)
        answer(client.owner, ticket, "21:00 works.", self.random)
        yield timedelta(hours=6)
        answer(agent, ticket, "Done, 256 GB are seen by the system. It was down for 14 minutes.", self.random, then=State.SOLVED)
        yield timedelta(hours=12)
        rating.rate(viewer=client.owner, ticket=ticket, score=5, comment="")

    def old_migration(self) -> Story:
        """The demonstration client's: closed long ago."""
        client, agent = self.clients["client@demo.example"], self.crew.tech
        ticket = opened(
            client, "technical", "Migration vers MariaDB 11.8",
            "Bonjour, pouvez-vous prévoir la migration de la base de vps-pro-03 vers MariaDB 11.8 ?", self.random,
        )  # fmt: skip
        yield timedelta(minutes=7)
        assigning.claim(viewer=agent, ticket=ticket)
        answer(agent, ticket, "Bonjour Hélène, oui. Je propose une nuit de semaine, dix minutes de coupure vers 3 h.", self.random)
        yield timedelta(hours=5)
        answer(client.owner, ticket, "La nuit de mardi à mercredi nous convient.", self.random)
        yield timedelta(hours=30)
        answer(agent, ticket, "C’est fait, six minutes de coupure, contrôles passés.", self.random, then=State.SOLVED)
        yield timedelta(hours=4)
        rating.rate(viewer=client.owner, ticket=ticket, score=5, comment="Rien à redire.")

    def reopened(self) -> Story:
        """Solved, then reopened by a reply today."""
        client, agent = self.clients["camille@ortega-studio.example"], self.crew.agent
        ticket = opened(
            client, "technical", "Passer web-09 de PHP 8.2 à 8.4",
            "Bonjour Marion, peut-on passer web-09 en PHP 8.4 ? Notre nouveau thème l’exige.", self.random,
        )  # fmt: skip
        yield timedelta(minutes=5)
        assigning.claim(viewer=agent, ticket=ticket)
        answer(agent, ticket, "Bonjour Camille, oui, nous pouvons le faire jeudi soir à 20 h. Cela vous va ?", self.random)
        yield timedelta(hours=2)
        answer(client.owner, ticket, "Parfait, on peut le faire jeudi soir.", self.random)
        yield timedelta(days=2)
        answer(agent, ticket, "PHP 8.4 est en place sur web-09.", self.random, then=State.SOLVED)
        yield timedelta(days=3, hours=21, minutes=25)
        answer(client.owner, ticket, "Merci ! Il reste un détail : l’extension `imagick` manque depuis le passage.", self.random)
        yield timedelta(minutes=4)
        answer(agent, ticket, "Exact, elle n’était pas dans la nouvelle version. Je l’installe ce soir avec les autres.", self.random)
