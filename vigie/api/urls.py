"""Version 1. Every route stands behind the gate; the description of the API alone is open."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, re_path
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from vigie import __version__
from vigie.api import attachments, customers, handling, journal, problems, refusing, services, tickets
from vigie.api.gate import gate
from vigie.api.shapes import ProblemOut

app_name = "api"


class Api(NinjaAPI):
    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """Ninja's, with what the gate adds to every route."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        shapes = schema.setdefault("components", {}).setdefault("schemas", {})
        shapes["Problem"] = ProblemOut.model_json_schema()["$defs"].get("Problem") or _flat(ProblemOut.model_json_schema())
        told = {
            "description": "What went wrong (RFC 9457).",
            "content": {problems.TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for methods in schema["paths"].values():
            for method, operation in methods.items():
                operation["responses"]["4XX"] = told
                if method != "get" and "application/octet-stream" not in operation.get("requestBody", {}).get("content", {}):
                    operation.setdefault("parameters", []).append(_IDEMPOTENCY)
        return schema


_IDEMPOTENCY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "Sent again within 24 hours with the same key, the request is answered as the first time and done once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}


def _flat(schema: dict[str, Any]) -> dict[str, Any]:
    failure = schema.pop("$defs")["Failure"]
    schema["properties"]["errors"]["items"] = failure
    return schema


api = Api(
    title="Vigie",
    version="1",
    description=f"Vigie {__version__}. See docs/api.md.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
refusing.install(api)
for module in (customers, services, tickets, handling, attachments, journal):
    api.add_router("", module.router)


def openapi(_request: HttpRequest) -> JsonResponse:
    """The description of every route, OpenAPI 3.1."""
    return JsonResponse(_description())


@cache
def _description() -> OpenAPISchema:
    """Made once: it takes 50 ms, and anybody may ask for it."""
    return api.get_openapi_schema(path_prefix="/api/v1/")


@gate
def nowhere(request: HttpRequest) -> HttpResponse:
    return problems.answer(request, problems.missing())


def _queries() -> dict[str, dict[str, frozenset[str]]]:
    """By path and method, the query parameters that were described."""
    return {
        path: {
            method.upper(): frozenset(one["name"] for one in operation.get("parameters", ()) if one["in"] == "query")
            for method, operation in methods.items()
        }
        for path, methods in api.get_openapi_schema(path_prefix="/")["paths"].items()
    }


def _gated() -> Iterator[URLPattern]:
    queries = _queries()
    for pattern in api.urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name != "api-root":
            described = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
            pattern.callback = gate(pattern.callback, queries[described])
            yield pattern


urlpatterns: list[URLPattern] = [
    path("openapi.json", openapi, name="openapi"),
    *_gated(),
    re_path(r"", nowhere),
]
