"""Newest-first search over a million messages: common words, rare ones, words that never meet; staff, and three sizes of customer.

    python -m bench.search [messages]      wants: under 30 ms each

Each line: what the first page found, its median and worst time, and, where a page came short, how many more pages it takes until
20 are found or all is searched, with their median and worst.
"""

import os
import statistics
import sys
import time
from typing import Any

from bench.big import LARGE, RARE, database, load

WANTED = 30.0
QUERIES = {
    "in every message": "serveur",
    "in every message, two words": "serveur fin",
    "in a fifth": "panne",
    "two common words": "panne facture",
    "three common words": "panne facture merci",
    "four common words": "panne facture merci disque",
    "twelve common words": "serveur bonjour merci panne disque reseau ping facture paiement redemarrage console rescue",
    "three, one of them uncommon": "serveur panne mot5000",
    "halves that never meet": "pair impair",
    "fifths that never meet": "gauche droite",
    "four fifths that never meet": "gauche droite dessus dessous",
    "old and new, never together": "ancien moderne",
    "old and uncommon": "ancien mot15000",
    "two uncommon words": "mot5000 mot6000",
    "in one of a million": "rare77",
    "start of many words": "mo",
    "start of 7,500 words": "mot1",
    "start of 111,000 words, all old": "ref1",
    "two starts that never meet": "gau droi",
    "fifths and a common start": "gauche mot1 droite",
    "start of a word": "redem",
    "one piece, common": "serveur-merci",
    "one piece, nowhere": "gauche-droite",
    "nowhere": "introuvable",
    "common and nowhere": "serveur introuvable",
    "hostile": '" OR * NEAR( -serveur ^ text:panne',
}
ROUNDS = 15
PAGE = 20


def main(messages: int) -> None:
    os.environ["VIGIE_DATA"] = str(database(messages))
    os.environ["DJANGO_SETTINGS_MODULE"] = "vigie.config.settings"
    import django

    django.setup()
    who = {"staff": None, "customer": [17], "of 20": [RARE], "of a tenth": [LARGE]}
    print(f"search over {messages} messages, {PAGE} newest, ms (median and worst of {ROUNDS}); {load()}")
    worst, beyond, searched = 0.0, 0, 0
    for told, query in QUERIES.items():
        for name, scope in who.items():
            took, found, before = first_page(query, scope)
            further, pages = rest(query, scope, found, before)
            typical = statistics.median(took)
            worst = max(worst, typical, statistics.median(further or [0.0]))
            beyond += sum(one > WANTED for one in [*took, *further])
            searched += len(took) + len(further)
            more = f"  then {len(further):3} pages of {statistics.median(further):6.2f} {max(further):6.2f}, {pages} found" if further else ""
            print(f"  {told:32} {name:10} {found:3} found {typical:7.2f} {max(took):7.2f}{more}")
    print(f"worst median {worst:.1f} ms; {beyond} of {searched} searches above {WANTED:.0f} ms; {load()}")


def search(query: str, scope: list[int] | None, before: int | None = None) -> tuple[float, Any]:
    from vigie.conversations.finding import find

    start = time.perf_counter()
    found = find(query, customer_ids=scope, notes=scope is None, before_id=before, limit=PAGE)
    return (time.perf_counter() - start) * 1000, found


def first_page(query: str, scope: list[int] | None) -> tuple[list[float], int, int | None]:
    results = [search(query, scope) for _round in range(ROUNDS)]
    last = results[-1][1]
    return [spent for spent, _found in results], len(last.ids), last.before


def rest(query: str, scope: list[int] | None, found: int, before: int | None, most: int = 100) -> tuple[list[float], int]:
    """What going on costs, page by page, where the first one came short."""
    took: list[float] = []
    while before is not None and found < PAGE and len(took) < most:
        spent, page = search(query, scope, before)
        took.append(spent)
        found += len(page.ids)
        before = page.before
    return took, found


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
