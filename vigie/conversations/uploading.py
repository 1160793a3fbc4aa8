"""Receiving files: as they stream in, checked by content, without the place a photo was taken, under generated names."""

import hashlib
import mmap
import secrets
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import IO, Protocol
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, Sum

from vigie.conversations import pictures
from vigie.conversations.errors import (
    DamagedPictureError,
    EmptyFileError,
    FrequentUploadsError,
    LargeFileError,
    ManyUploadsError,
)
from vigie.conversations.labelling import label
from vigie.conversations.models import Attachment
from vigie.conversations.sniffing import HEAD, sniff
from vigie.conversations.thumbnails import Looks, looks
from vigie.kernel import clock
from vigie.kernel.limits import Limit, spend
from vigie.people.access import Viewer
from vigie.people.models import User

MOST_WAITING = 50
"""Files of one person that wait to be sent."""
MOST_WAITING_BYTES = 12
"""Times `settings.ATTACHMENT_BYTES` that they may hold together."""
KEPT = timedelta(days=7)
"""How long an upload waits to be sent: as long as a draft is likely to be taken up again."""
AN_HOUR = Limit("uploads", 300, 3600)
BYTES_AN_HOUR = Limit("upload-bytes", 2 * 1024**3, 3600)
"""Of one person, also those discarded again."""
_STEP = 256 * 1024


class Stream(Protocol):
    """Anything that gives bytes: a request, an uploaded or an opened file."""

    def read(self, size: int, /) -> bytes: ...


def receive(*, uploader: User, name: str, stream: Stream, at: datetime | None = None) -> Attachment:
    """Take one file; it waits, reachable by its uploader alone, until a message is sent with it.

    Durable when it returns. Never more than the limit plus one step is read or stored. Raises UploadRefused: LargeFileError,
    EmptyFileError, DamagedPictureError, ManyUploadsError, FrequentUploadsError.
    """
    now = at or clock.now()
    _check_rate(AN_HOUR, uploader, 1)
    _check_quota(uploader, 0)
    with TemporaryFile() as arrived, TemporaryFile() as clean:
        _check_rate(BYTES_AN_HOUR, uploader, _take(stream, arrived))
        arrived.seek(0)
        media_type = sniff(arrived.read(HEAD))
        kept = clean if _without_place(media_type, arrived, clean) else arrived
        seen = looks(media_type, kept)
        made = Attachment(
            id=uuid4(), uploader=uploader, name=label(name), media_type=media_type, size=kept.seek(0, 2),
            sha256=_fingerprint(kept), width=seen.width if seen else None, height=seen.height if seen else None,
            created_at=now,
        )  # fmt: skip
        return _store(uploader, made, kept, seen)


def discard(*, viewer: Viewer, attachment_id: UUID) -> None:
    """Forget an upload of the viewer that was not sent. Idempotent; anybody else's, and a sent one, stays."""
    if viewer.user is None:
        return
    with transaction.atomic():
        mine = Attachment.objects.select_for_update().filter(pk=attachment_id, uploader=viewer.user, message=None)
        _forget(list(mine))


def clear_unsent() -> int:
    """Forget uploads that waited a week; how many. Any number may run at once."""
    with transaction.atomic():
        old = Attachment.objects.select_for_update(skip_locked=True).filter(message=None, created_at__lt=clock.now() - KEPT)
        gone = list(old.order_by("created_at")[:500])
        _forget(gone)
    return len(gone)


def _check_rate(limit: Limit, uploader: User, amount: int) -> None:
    if wait := spend(limit, uploader.pk, amount):
        raise FrequentUploadsError(wait)


def _take(stream: Stream, into: IO[bytes]) -> int:
    """How many bytes there were."""
    limit, size = settings.ATTACHMENT_BYTES, 0
    while chunk := stream.read(_STEP):
        size += len(chunk)
        if size > limit:
            raise LargeFileError(limit)
        into.write(chunk)
    into.flush()
    if size == 0:
        raise EmptyFileError
    return size


def _without_place(media_type: str, arrived: IO[bytes], clean: IO[bytes]) -> bool:
    """Write the file into `clean` without what tells where it was taken; False where its type holds no such thing."""
    if media_type not in pictures.CLEANERS:
        return False
    # Closed when the last piece is gone: closing it by hand would fail while slices of it live.
    data = memoryview(mmap.mmap(arrived.fileno(), 0, access=mmap.ACCESS_READ))
    try:
        pieces = pictures.cleaned(media_type, data) or ()
    except pictures.Damaged:
        raise DamagedPictureError from None
    for piece in pieces:
        clean.write(piece)
    clean.flush()
    return True


def _store(uploader: User, made: Attachment, kept: IO[bytes], seen: Looks | None) -> Attachment:
    kept.seek(0)
    made.stored = default_storage.save(_new_name(made.created_at), File(kept))
    try:
        if seen is not None and seen.thumbnail is not None:
            made.thumbnail = default_storage.save(_new_name(made.created_at), ContentFile(seen.thumbnail))
        with transaction.atomic():
            # The uploader's row: two files arriving at once must not both pass the quota.
            list(User.objects.select_for_update().filter(pk=uploader.pk))
            _check_quota(uploader, made.size)
            made.save(force_insert=True)
    except BaseException:
        _delete_files([made])
        raise
    return made


def _fingerprint(kept: IO[bytes]) -> str:
    kept.seek(0)
    digest = hashlib.sha256()
    while chunk := kept.read(_STEP):
        digest.update(chunk)
    return digest.hexdigest()


def _check_quota(uploader: User, more: int) -> None:
    waiting = Attachment.objects.filter(uploader=uploader, message=None).aggregate(n=Count("pk"), size=Sum("size"))
    if waiting["n"] >= MOST_WAITING or (waiting["size"] or 0) + more > MOST_WAITING_BYTES * settings.ATTACHMENT_BYTES:
        raise ManyUploadsError


def _forget(gone: list[Attachment]) -> None:
    """The rows now, the files once that is certain."""
    Attachment.objects.filter(pk__in=[one.pk for one in gone]).delete()
    transaction.on_commit(lambda: _delete_files(gone))


def _delete_files(gone: list[Attachment]) -> None:
    for one in gone:
        for name in filter(None, (one.stored, one.thumbnail)):
            default_storage.delete(name)


def _new_name(at: datetime) -> str:
    """Unguessable, and spread over folders by month so that no folder grows without end."""
    return f"{at:%Y-%m}/{secrets.token_hex(1)}/{secrets.token_hex(24)}"
