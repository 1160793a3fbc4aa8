"""Reactions that failed too often: why, run again, dismiss."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vigie.journal import parked as parking
from vigie.journal.parked import NotParked

from .event_words import EVENT_WORDS
from .guard import StaffRequest, leads_only, staff_only

PAGE = 50


@require_GET
@staff_only
def parked(request: StaffRequest) -> HttpResponse:
    after = request.GET.get("after", "")
    rows = list(parking.parked(int(after) if after.isdecimal() and len(after) < 19 else None, PAGE + 1))
    more = f"{reverse('console:parked')}?after={rows[PAGE - 1].pk}" if len(rows) > PAGE else ""
    context = {"rows": rows[:PAGE], "words": EVENT_WORDS, "more": more, "first": reverse("console:parked") if after else ""}
    return render(request, "console/parked.html", context)


@require_POST
@leads_only
def rerun(request: StaffRequest, reaction_id: int) -> HttpResponse:
    try:
        parking.rerun(reaction_id=reaction_id, actor_id=request.user.pk)
        messages.success(request, _("It runs again now."))
    except NotParked as gone:
        messages.error(request, str(gone))
    return redirect("console:parked")


@require_POST
@leads_only
def dismiss(request: StaffRequest, reaction_id: int) -> HttpResponse:
    try:
        parking.dismiss(reaction_id=reaction_id, actor_id=request.user.pk)
    except NotParked as gone:
        messages.error(request, str(gone))
    return redirect("console:parked")
