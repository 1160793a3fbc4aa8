"""Newest-first search over a million messages: a word in all of them, in many, in one of a thousand; staff and customer.

    python -m bench.search [messages]      wants: under 30 ms each
"""

import os
import statistics
import sys
import time

from bench.big import database, load

QUERIES = {
    "in every message": "serveur",
    "in every message, two words": "serveur fin",
    "in a fifth": "panne",
    "two common words": "panne facture",
    "three, one of them uncommon": "serveur panne mot5000",
    "in one of a million": "rare77",
    "start of many words": "mo",
    "start of a word": "redem",
    "nowhere": "introuvable",
    "common and nowhere": "serveur introuvable",
    "hostile": '" OR * NEAR( -serveur ^ text:panne',
}


def main(messages: int) -> None:
    os.environ["VIGIE_DATA"] = str(database(messages))
    os.environ["DJANGO_SETTINGS_MODULE"] = "vigie.config.settings"
    import django

    django.setup()
    from vigie.kernel import search

    print(f"search over {messages} messages, 20 newest, ms (median and worst of 15); {load()}")
    for told, query in QUERIES.items():
        for who, scope in (("staff", None), ("customer", [17])):
            took = []
            found: list[int] = []
            for _round in range(15):
                start = time.perf_counter()
                found = search.find(query, customer_ids=scope, notes=scope is None)
                took.append((time.perf_counter() - start) * 1000)
            print(f"  {told:30} {who:9} {len(found):3} found {statistics.median(took):7.2f} {max(took):7.2f}")
    print(load())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
