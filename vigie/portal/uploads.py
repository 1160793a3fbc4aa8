"""Files of a form: those uploaded before (hidden ids) and those that come with the form itself, where scripts are off."""

from collections.abc import Iterable
from uuid import UUID

from vigie.conversations import uploading
from vigie.conversations.errors import UploadRefused
from vigie.conversations.models import Attachment

from .gate import ClientRequest


def waiting(request: ClientRequest, ids: Iterable[str]) -> list[Attachment]:
    """The person's own unsent uploads among `ids`, in that order; anything else is passed over."""
    wanted = [parsed for parsed in map(_uuid, ids) if parsed]
    if not wanted:
        return []
    found = Attachment.objects.visible_to(request.viewer).filter(message=None, uploader=request.user, id__in=wanted)
    by_id = {attachment.id: attachment for attachment in found}
    return [by_id[wanted_id] for wanted_id in dict.fromkeys(wanted) if wanted_id in by_id]


def receive(request: ClientRequest) -> tuple[list[Attachment], list[str]]:
    """Take in the multipart field `files`: what was accepted, and why each of the others was not."""
    taken, refusals = [], []
    for sent in request.FILES.getlist("files"):
        if not sent.name:
            continue
        try:
            taken.append(uploading.receive(uploader=request.user, name=sent.name, stream=sent))
        except UploadRefused as refused:
            refusals.append(f"{sent.name}: {refused}")
    return taken, refusals


def discard(request: ClientRequest, attachment_id: str) -> None:
    """Forget one unsent upload."""
    parsed = _uuid(attachment_id)
    if parsed:
        uploading.discard(viewer=request.viewer, attachment_id=parsed)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
