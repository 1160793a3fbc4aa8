"""The world of the browser tests, made in the data folder of the server under test: `python -m tests.browser.journeys.world`."""

import json
import sys
from datetime import timedelta

PASSWORD = "vigie-demo-tests"
"""That of `tests.worlds`, which needs Django to stand before it can be read."""

PEOPLE = {
    # key: (name, language)
    "helene": ("Hélène Évrard", "fr"),
    "george": ("George Miller", "en"),
    "nadia": ("Nadia Benali", "fr"),
    "paul": ("Paul Girard", "fr"),
    "lucie": ("Lucie Caron", "fr"),
    "omar": ("Omar Diallo", "fr"),
    "ines": ("Inès Robert", "fr"),
    "jeanne": ("Jeanne Petit", "fr"),
}


def make() -> dict[str, str]:
    """Migrate, make everybody a customer of the provider, and one agent; the addresses by key."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests import worlds
    from vigie.kernel import clock

    worlds.provider(name="INTROSERV")
    made = {}
    agent = worlds.agent(worlds.team(), name="Marion Lefèvre", email="marion@introserv.example")
    made["marion"] = agent.email
    for at, (key, (name, language)) in enumerate(PEOPLE.items(), 1):
        whose = worlds.customer(f"Ateliers {name.split()[1]}", language=language)
        person = worlds.contact(whose, name=name, email=f"{key}@client.example", language=language)
        worlds.service(whose, f"198.51.100.{at}", f"2001:db8:{at}::/48", name=f"vps-{key}", order_number=str(700000 + at), state="down")
        worlds.service(whose, name=f"web-{key}", site="Gravelines")
        made[key] = person.email
        if key in {"helene", "jeanne"}:
            with clock.held_at(clock.now() - timedelta(days=1)):
                solved = worlds.ticket(by=person, subject="Facture de novembre en double", department=worlds.financial())
                worlds.reply(solved, agent, "C’est corrigé : un avoir part aujourd’hui.", then="solved")
            opened = worlds.ticket(by=person, priority="high", subject="Site inaccessible depuis 13:40", body="Bonjour,\n\n- **erreur 500**\n- `vps` injoignable")
            worlds.reply(opened, agent, "Bonjour, je regarde le disque.\n\n```\n$ df -h /var\n/dev/vda2 40G 40G 0 100 %\n```")
            waiting = worlds.ticket(by=person, subject="Passer de PHP 8.2 à 8.4")
            worlds.reply(waiting, agent, "Peut-on le faire jeudi soir ?", then="waiting")
    return made


if __name__ == "__main__":
    from vigie.config.command import stand_up

    stand_up()
    json.dump(make(), sys.stdout)
