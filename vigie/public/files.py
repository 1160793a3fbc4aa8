"""Attachments over HTTP: receive, discard, serve. Every request is checked against who may see the message."""

from typing import Any
from urllib.parse import unquote
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotFound, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vigie.conversations import uploading
from vigie.conversations.errors import FrequentUploadsError, UploadRefused
from vigie.conversations.models import Attachment
from vigie.people.models import User

from .asking import signed_in, viewer_of_request
from .serving import serve

RASTER = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Types a browser shows without running anything; all others are only ever saved."""


@require_POST
@signed_in
def upload(request: HttpRequest, user: User) -> HttpResponseBase:
    """One file: the raw body with its name in `X-File-Name` (percent-encoded), or the multipart field `file`.

    The raw body is streamed to storage as it comes. Answers 201 and `described`; {"error"} with 422 when refused, with 429 when
    too many came.
    """
    raw, sent = request.headers.get("X-File-Name"), None
    if raw is None:
        sent = request.FILES.get("file")
    try:
        if raw is not None:
            taken = uploading.receive(uploader=user, name=unquote(raw), stream=request)
        elif isinstance(sent, UploadedFile):
            taken = uploading.receive(uploader=user, name=sent.name or "", stream=sent)
        else:
            return JsonResponse({"error": _("No file came with the request.")}, status=400)
    except FrequentUploadsError as often:
        return JsonResponse({"error": str(often)}, status=429, headers={"Retry-After": str(often.wait)})
    except UploadRefused as refused:
        return JsonResponse({"error": str(refused)}, status=422)
    return JsonResponse(described(taken), status=201)


@require_http_methods(["DELETE"])
@signed_in
def discard(request: HttpRequest, _user: User, attachment_id: UUID) -> HttpResponseBase:
    """Forget an upload that was not sent. 204, also when it is already gone."""
    uploading.discard(viewer=viewer_of_request(request), attachment_id=attachment_id)
    return HttpResponse(status=204)


@require_GET
def file(request: HttpRequest, attachment_id: UUID, name: str) -> HttpResponseBase:  # noqa: ARG001  for people's eyes
    """The file itself. `name` in the address is for people; what is served is decided by the id and the viewer."""
    found = Attachment.objects.visible_to(viewer_of_request(request)).filter(id=attachment_id).first()
    if found is None:
        return _missing()
    safe = found.media_type in RASTER
    return serve(
        request,
        found.stored,
        name=found.name,
        media_type=found.media_type if safe else "application/octet-stream",
        inline=safe and "save" not in request.GET,
    )


@require_GET
def thumbnail(request: HttpRequest, attachment_id: UUID) -> HttpResponseBase:
    """The small picture of an image, made at upload."""
    found = Attachment.objects.visible_to(viewer_of_request(request)).filter(id=attachment_id).first()
    if found is None or not found.thumbnail:
        return _missing()
    return serve(request, found.thumbnail, name="thumbnail.webp", media_type="image/webp", inline=True)


def described(attachment: Attachment) -> dict[str, Any]:
    """What a script needs to show an upload."""
    return {
        "id": str(attachment.id),
        "name": attachment.name,
        "size": attachment.size,
        "media_type": attachment.media_type,
        "url": reverse("public:file", args=[attachment.id, attachment.name]),
        "thumbnail": reverse("public:thumbnail", args=[attachment.id]) if attachment.thumbnail else None,
    }


def _missing() -> HttpResponse:
    """The same answer for "is not there" and "is not yours"."""
    return HttpResponseNotFound(_("There is no such file."), content_type="text/plain; charset=utf-8")
