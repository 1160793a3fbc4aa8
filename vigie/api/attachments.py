"""Files: sent first, named in the message afterwards; fetched by whoever may see the message."""

from typing import Annotated, Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest
from ninja import Field, Router, Status

from vigie.api import problems
from vigie.api.gate import Bearer, Caller, caller_of
from vigie.api.shapes import AttachmentOut, Text
from vigie.conversations import uploading
from vigie.conversations.models import Attachment

router = Router(tags=["attachments"])
READ, WRITE = Bearer("tickets:read"), Bearer("tickets:write")
BODY = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}


@router.post("/attachments", response={201: AttachmentOut}, auth=WRITE, openapi_extra=BODY)
def send(request: HttpRequest, name: Annotated[Text, Field(max_length=255)] = "file") -> Status[dict[str, Any]]:
    """The body is the file, `name` its name. It waits a week for the message that names its id."""
    caller = caller_of(request)
    return Status(201, described(uploading.receive(uploader=caller.user, name=name, stream=request)))


@router.get("/attachments/{attachment_id}", response=AttachmentOut, auth=READ)
def get(request: HttpRequest, attachment_id: UUID) -> dict[str, Any]:
    return described(_find(caller_of(request), attachment_id))


@router.get(
    "/attachments/{attachment_id}/content",
    auth=READ,
    openapi_extra={
        "responses": {
            200: {"description": "OK", "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
        }
    },
)
def content(request: HttpRequest, attachment_id: UUID) -> FileResponse:
    """The bytes, always as a download."""
    found = _find(caller_of(request), attachment_id)
    response = FileResponse(
        default_storage.open(found.stored), as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


@router.delete("/attachments/{attachment_id}", response={204: None}, auth=WRITE)
def discard(request: HttpRequest, attachment_id: UUID) -> Status[None]:
    """Forget an own upload that was not sent. Nothing happens to any other."""
    uploading.discard(viewer=caller_of(request).viewer, attachment_id=attachment_id)
    return Status(204, None)


def described(attachment: Attachment) -> dict[str, Any]:
    names = ("id", "name", "media_type", "size", "sha256", "created_at")
    return {name: getattr(attachment, name) for name in names}


def _find(caller: Caller, attachment_id: UUID) -> Attachment:
    found = Attachment.objects.visible_to(caller.viewer).select_related("message").filter(pk=attachment_id).first()
    if found is None or (found.message is not None and found.message.is_note and not caller.may("notes:read")):
        raise problems.missing()
    return found
