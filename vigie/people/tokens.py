"""API tokens: the secret is shown once and kept as a fingerprint only."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hmac import compare_digest

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock, ids
from vigie.kernel.plain_line import plain_line

from .access import Viewer
from .errors import Invalid, NotAllowed
from .models import ApiToken, User
from .scopes import SCOPES

PREFIX = "vigie_"
TOUCH = timedelta(minutes=1)


def create(
    *, viewer: Viewer, user: User, scopes: Iterable[str], name: str = "", expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A token that acts as `user`, and its secret, which nothing can show again.

    Staff create tokens for themselves, administrators for anybody: a contact's token reaches what the contact may see and do.
    Raises `NotAllowed`, `Invalid`.
    """
    if not viewer.is_staff or not (viewer.is_admin or viewer.actor_id == user.pk):
        raise NotAllowed
    if not user.is_active:
        raise Invalid(_("A token acts as somebody active."), field="user")
    wanted = sorted(set(scopes))
    if not wanted:
        raise Invalid(_("Choose at least one scope."), field="scopes")
    if unknown := [scope for scope in wanted if scope not in SCOPES]:
        known = ", ".join(SCOPES)
        raise Invalid(
            _("There is no scope “%(scope)s”. There are: %(known)s.") % {"scope": unknown[0], "known": known},
            field="scopes",
        )
    now = clock.now()
    if expires_at is not None and expires_at <= now:
        raise Invalid(_("The end lies in the past."), field="expires_at")
    secret = ids.token(PREFIX)
    with transaction.atomic():
        token = ApiToken.objects.create(
            user=user,
            name=plain_line(name)[:80],
            prefix=secret[:12],
            hash=ids.fingerprint(secret),
            scopes=wanted,
            expires_at=expires_at,
        )
        _journal("person.token_created", viewer, token, now)
    return token, secret


def verify(secret: str) -> ApiToken | None:
    """The living token behind a secret, its user loaded; None for anything else.

    Takes the same time whatever is wrong: the secret is hashed first, found by its full fingerprint through a unique
    index, and compared in constant time. Notes the use at most once a minute.
    """
    now, fingerprint = clock.now(), ids.fingerprint(secret)
    token = ApiToken.objects.select_related("user").filter(hash=fingerprint).first()
    if token is None or not compare_digest(token.hash, fingerprint):
        return None
    if token.revoked_at or (token.expires_at and token.expires_at <= now) or not token.user.is_active:
        return None
    if token.last_used_at is None or token.last_used_at <= now - TOUCH:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - TOUCH)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    return token


def revoke(*, viewer: Viewer, token: ApiToken) -> None:
    """End the token at once. One's own, or any for administrators. Idempotent. Raises `NotAllowed`."""
    if not (viewer.is_admin or (viewer.is_staff and viewer.actor_id == token.user_id)):
        raise NotAllowed
    now = clock.now()
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
            _journal("person.token_revoked", viewer, token, now)


def _journal(kind: str, viewer: Viewer, token: ApiToken, now: datetime) -> None:
    record(
        kind,
        at=now,
        audience=Audience.STAFF,
        actor_id=viewer.actor_id,
        data={"person": token.user_id, "token": token.pk, "prefix": token.prefix, "scopes": token.scopes},
    )
