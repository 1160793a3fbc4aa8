"""What somebody has typed and not sent, kept on the server: one per person and place, never shown to anyone else."""

import json
import re

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vigie.conversations import drafting
from vigie.conversations.errors import LongMessageError
from vigie.people.models import User

from .asking import signed_in

PLACE = re.compile(r"(new|reply|note):[0-9]{1,19}")
LIMIT = 256 * 1024
"""Bytes of one draft: a long log pasted into a field fits, a file does not."""


@require_http_methods(["GET", "PUT", "DELETE"])
@signed_in
def draft(request: HttpRequest, user: User, place: str) -> HttpResponseBase:
    """GET: {"data", "at"}, or 204 where nothing was typed. PUT: the fields as a JSON object, answered by {"at"}. DELETE: 204, also when there is none."""
    if not PLACE.fullmatch(place):
        return JsonResponse({"error": _("There is no such draft.")}, status=404)
    if request.method == "PUT":
        return _keep(request, user, place)
    if request.method == "DELETE":
        drafting.drop(user=user, place=place)
        return HttpResponse(status=204)
    at = drafting.kept_at(user, place)
    if at is None:
        return HttpResponse(status=204)
    return JsonResponse({"data": drafting.find(user, place), "at": at.isoformat()})


def _keep(request: HttpRequest, user: User, place: str) -> JsonResponse:
    if int(request.headers.get("Content-Length") or 0) > LIMIT:
        return JsonResponse({"error": _("This draft is too long to be kept on the server.")}, status=413)
    try:
        data = json.loads(request.body)
    except (ValueError, RecursionError):
        return JsonResponse({"error": "JSON"}, status=400)
    if not isinstance(data, dict):
        return JsonResponse({"error": "JSON"}, status=400)
    try:
        kept = drafting.keep(user=user, place=place, data=data)
    except RecursionError:  # read, but nested too deep to be written
        return JsonResponse({"error": "JSON"}, status=400)
    except LongMessageError:
        return JsonResponse({"error": _("This draft is too long to be kept on the server.")}, status=413)
    return JsonResponse({"at": kept.updated_at.isoformat()})
