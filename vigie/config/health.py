"""`/healthz`: the process answers. `/readyz`: it can work. `/metrics`: what it did."""

import json
from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Min

from vigie.config import database, metrics, proxies
from vigie.config.works import Works
from vigie.journal.models import Reaction, ReactionState
from vigie.kernel import clock
from vigie.kernel.live import hub

Answer = tuple[int, bytes, bytes]  # status, content type, body
_JSON = b"application/json"


class Health:
    """Answers about one process. `trusted`: the proxies that may speak for a client."""

    def __init__(self, works: Works, trusted: tuple[proxies.Network, ...]) -> None:
        self._works = works
        self._trusted = trusted
        self._migrated = False

    async def answer(self, scope: Any) -> Answer:
        """The answer to one of the three paths."""
        if scope["path"] == "/healthz":
            return 200, b"text/plain; charset=utf-8", b"ok\n"
        if scope["path"] == "/readyz":
            problems = [*await self._works.pool.run(self._database_problems), *self._works.problems]
            body = json.dumps({"ready": not problems, "problems": problems}).encode() + b"\n"
            return (503 if problems else 200), _JSON, body
        if not self._may_measure(scope):
            return 403, b"text/plain; charset=utf-8", b"metrics: from this machine, or with VIGIE_METRICS_TOKEN\n"
        await self._works.pool.run(self._measure)
        return 200, b"text/plain; version=0.0.4; charset=utf-8", metrics.text()

    def _database_problems(self) -> list[str]:
        """Migrations are looked at until they are complete; after that a query suffices."""
        try:
            if not self._migrated:
                if database.unapplied():
                    return ["migrations"]
                self._migrated = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                cursor.fetchone()
        except DatabaseError:
            connection.close()
            return ["database"]
        return []

    def _may_measure(self, scope: Any) -> bool:
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"").decode("latin-1")
        token = settings.METRICS_TOKEN
        if token and compare_digest(given.encode(), f"Bearer {token}".encode()):
            return True
        peer = proxies.peer(scope["client"], scope["scheme"], scope["headers"], self._trusted)
        # A proxy on this machine makes the whole world look like loopback: then only the token counts.
        return peer.direct and proxies.is_loopback(peer.address)

    def _measure(self) -> None:
        metrics.sockets.set(len(hub.listeners))
        metrics.cursor.set(hub.cursor)
        counts = Reaction.objects.filter(state__in=[ReactionState.WAITING, ReactionState.PARKED]).values("state")
        found = {row["state"]: row["many"] for row in counts.annotate(many=Count("id")).order_by()}
        for state in (ReactionState.WAITING, ReactionState.PARKED):
            metrics.reactions.labels(state.value).set(found.get(state, 0))
        oldest = Reaction.objects.filter(state=ReactionState.WAITING).aggregate(due=Min("due_at"))["due"]
        metrics.lag.set(max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0)
