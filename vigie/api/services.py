"""Services, by order number."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from vigie.api import paging, problems
from vigie.api.gate import Bearer, caller_of
from vigie.api.paging import Cursor, Limit, Page, page
from vigie.api.shapes import Batch, BatchOut, Key, ServiceIn, ServiceOut, given
from vigie.inventory.errors import RowRefused
from vigie.inventory.importing import columns, services
from vigie.inventory.importing.columns import GivenService
from vigie.inventory.importing.outcome import Outcome, Result
from vigie.inventory.models import Service
from vigie.people.access import Viewer

router = Router(tags=["services"])
READ, WRITE = Bearer("services:read"), Bearer("services:write")


@router.get("/services", response=Page[ServiceOut], auth=READ)
def list_services(
    request: HttpRequest, response: HttpResponse, customer: str = "", cursor: Cursor = "", limit: Limit = 50
) -> dict[str, Any]:
    """Every service the caller may see, or those of one customer, oldest first."""
    rows = _seen(caller_of(request).viewer).order_by("id")
    if customer:
        rows = rows.filter(customer__reference=customer.replace("\0", ""))
    if after := paging.key_of(cursor):
        rows = rows.filter(id__gt=after)
    return page(request, response, list(rows[: limit + 1]), limit, _shape, lambda row: row.id)


@router.post("/services/batch", response=BatchOut, auth=WRITE)
def put_services(request: HttpRequest, sent: Batch) -> dict[str, Any]:
    """Create or change up to 1,000 services in one transaction; what is wrong with one does not keep the others out."""
    viewer = caller_of(request).viewer
    rows: list[GivenService] = []
    outcomes: list[Outcome | None] = []
    for one in sent.services:
        try:
            rows.append(columns.service(given(one)))
            outcomes.append(None)
        except RowRefused as refused:
            outcomes.append(Outcome(Result.REFUSED, reason=str(refused)))
    put = iter(services.put(rows, viewer=viewer))
    told = zip(sent.services, (outcome or next(put) for outcome in outcomes), strict=True)
    return {
        "rows": [
            {"order_number": one.order_number, "result": outcome.result.value, "reason": outcome.reason} for one, outcome in told
        ]
    }


@router.get("/services/{order_number}", response=ServiceOut, auth=READ)
def get_service(request: HttpRequest, order_number: Key) -> dict[str, Any]:
    return _shape(_find(caller_of(request).viewer, order_number))


@router.put("/services/{order_number}", response={200: ServiceOut, 201: ServiceOut}, auth=WRITE)
def put_service(request: HttpRequest, order_number: Key, sent: ServiceIn) -> Status[dict[str, Any]]:
    """Create or change; a field not sent stays as it is. A new one needs `customer` and `name`."""
    viewer = caller_of(request).viewer
    row = columns.service({"order_number": order_number, **given(sent)})
    outcome = services.put([row], viewer=viewer)[0]
    if outcome.result is Result.REFUSED:
        raise RowRefused(outcome.reason)
    return Status(201 if outcome.result is Result.ADDED else 200, _shape(_find(viewer, row.order_number)))


def _seen(viewer: Viewer) -> Any:
    return Service.objects.visible_to(viewer).select_related("customer").prefetch_related("addresses")


def _find(viewer: Viewer, order_number: str) -> Service:
    found: Service | None = _seen(viewer).filter(order_number=order_number.removeprefix("#")).first()
    if found is None:
        raise problems.missing()
    return found


def _shape(service: Service) -> dict[str, Any]:
    names = ("order_number", "name", "product", "site", "room", "rack", "node", "state", "created_at", "updated_at")
    addresses = sorted(service.addresses.all(), key=lambda one: (one.first, one.last))
    return {
        **{name: getattr(service, name) for name in names},
        "customer": service.customer.reference,
        "addresses": [one.prefix for one in addresses],
    }
