"""Callers of the API in tests: a token and a client that carries it."""

import json
from typing import Any

from django.test import Client

from vigie.kernel import ids
from vigie.people.models import ApiToken, User
from vigie.people.scopes import SCOPES

BASE = "/api/v1"


class Caller:
    """`caller.get("/tickets")` and its like, answered by the whole application; the body given is sent as JSON."""

    def __init__(self, user: User, *scopes: str, **headers: str) -> None:
        self.user = user
        self.secret = ids.token("vigie_")
        self.token = ApiToken.objects.create(
            user=user, prefix=self.secret[:12], hash=ids.fingerprint(self.secret), scopes=list(scopes or SCOPES)
        )
        self.headers = {"Authorization": f"Bearer {self.secret}", "Accept-Language": "en", **headers}
        self.client = Client(raise_request_exception=False)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        url = path if path.startswith(BASE) else BASE + path
        return self.client.generic(
            method, url, json.dumps(body) if body is not None else "", "application/json", headers=sent
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("PUT", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.ask("DELETE", path, **headers)

    def send(self, name: str, content: bytes) -> Any:
        url = f"{BASE}/attachments?name={name}"
        return self.client.post(url, content, content_type="application/octet-stream", headers=self.headers)
