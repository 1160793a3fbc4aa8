"""The time it began, spelled out while it is typed: what was understood, or why it cannot be."""

from datetime import date, time
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from vigie.kernel import clock
from vigie.tickets import begin_time, begin_words

from . import zones
from .gate import ClientRequest, contacts_only


@require_GET
@contacts_only
def begin(request: ClientRequest) -> HttpResponse:
    """The fragment below the date and time fields. Nothing typed yet is an empty fragment, not an error."""
    asked = {name: request.GET.get(name, "") for name in ("began_date", "began_time", "began_fold", "began_zone")}
    zone = asked["began_zone"] if zones.known(asked["began_zone"]) else request.user.timezone
    read_as = read(asked["began_date"], asked["began_time"], zone, asked["began_fold"])
    return render(request, "portal/new_ticket/begin.html", {"values": {**asked, "began_zone": zone}, **read_as})


def read(day: str, hour: str, zone: str, fold: str) -> dict[str, Any]:
    """What the fields mean: `began` (an instant), `twice` (the options of an hour that comes twice), `begin_problem` in words."""
    try:
        asked = date.fromisoformat(day), time.fromisoformat(hour), zone
    except ValueError:
        return {}
    now = clock.now()
    try:
        return {"began": begin_time.resolve(*asked, now=now)}
    except begin_time.AmbiguousTime as ambiguous:
        chosen = {"began": begin_time.resolve(*asked, int(fold), now=now)} if fold in {"0", "1"} else {}
        return {"twice": [(one.fold, one.instant, begin_words.label(one)) for one in ambiguous.options], **chosen}
    except begin_time.BeginTimeError as wrong:
        return {"begin_problem": begin_words.told(wrong)}
