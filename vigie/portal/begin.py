"""The time it began, spelled out while it is typed: what was understood, or why it cannot be."""

from datetime import date, datetime, time

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from vigie.kernel import clock
from vigie.tickets import begin_time

from . import zones
from .gate import ClientRequest, contacts_only


@require_GET
@contacts_only
def begin(request: ClientRequest) -> HttpResponse:
    """The fragment below the date and time fields. Nothing typed yet is an empty fragment, not an error."""
    zone = request.GET.get("began_zone", "")
    zone = zone if zones.known(zone) else request.user.timezone
    context: dict[str, object] = {"zone": zone, "began_fold": request.GET.get("began_fold", "")}
    try:
        day = date.fromisoformat(request.GET.get("began_date", ""))
        hour = time.fromisoformat(request.GET.get("began_time", ""))
    except ValueError:
        return render(request, "portal/new_ticket/begin.html", context)
    fold = request.GET.get("began_fold", "")
    try:
        began: datetime = begin_time.resolve(
            date=day, time=hour, zone=zone, fold=int(fold) if fold in {"0", "1"} else None, now=clock.now()
        )
        context["began"] = began
        twice = began_twice(day, hour, zone)
        context["ambiguous"] = twice
    except begin_time.AmbiguousTime as ambiguous:
        context["ambiguous"] = tuple(ambiguous.options)
    except begin_time.MissingTime:
        context["problem"] = "missing"
    except begin_time.FutureTime:
        context["problem"] = "future"
    return render(request, "portal/new_ticket/begin.html", context)


def began_twice(day: date, hour: time, zone: str) -> tuple[datetime, ...]:
    """Both instants of an hour that comes twice, so that the question stays when it is answered; else none."""
    try:
        begin_time.resolve(date=day, time=hour, zone=zone, fold=None, now=clock.now())
    except begin_time.AmbiguousTime as ambiguous:
        return tuple(ambiguous.options)
    except begin_time.FutureTime:
        return ()
    return ()
