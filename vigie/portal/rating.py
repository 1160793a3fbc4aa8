"""The rating at the end: one to five, with words if the customer likes."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vigie.tickets import rating as rating_verb
from vigie.tickets.errors import TicketError

from .gate import ClientRequest, contacts_only
from .ticket import composer, shown
from .whose import own_ticket


@require_POST
@contacts_only
def rating(request: ClientRequest, number: int) -> HttpResponse:
    """POST `score` (1 to 5) and `comment`; may be changed while the ticket can be rated."""
    found = own_ticket(request, number)
    score = request.POST.get("score", "")
    comment = request.POST.get("comment", "")
    problem = "" if score in {"1", "2", "3", "4", "5"} else _("Choose a figure from 1 to 5.")
    if not problem:
        try:
            rating_verb.rate(viewer=request.viewer, ticket=found, score=int(score), comment=comment)
        except TicketError as refused:
            problem = str(refused)
    if problem:
        context = {**shown(request, found), **composer(request, found)}
        context |= {"rating_problem": problem, "typed_comment": comment, "typed_score": score}
        return render(request, "portal/ticket/page.html", context, status=422)
    if "HX-Request" in request.headers:
        return render(request, "portal/ticket/fresh.html", shown(request, own_ticket(request, number)))
    return redirect(reverse("portal:ticket", args=[number]) + "#rating")
