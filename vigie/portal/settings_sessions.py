"""Where one is signed in, and signing out there."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from vigie.people import devices
from vigie.people import sessions as verb

from .settings import SignedIn, back_to, show


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    browser: str
    system: str
    is_hand_held: bool
    ip: str
    seen_at: datetime
    since: datetime
    is_this: bool


@login_required
def sessions(request: SignedIn) -> HttpResponse:
    rows = [
        Row(
            one.pk,
            *devices.described(one.user_agent),
            devices.is_hand_held(one.user_agent),
            one.ip,
            one.last_seen_at,
            one.created_at,
            one.session_key == request.session.session_key,
        )
        for one in verb.of(request.user)
    ]
    return show(request, "sessions", {"rows": sorted(rows, key=lambda row: not row.is_this)})


@require_POST
@login_required
def end(request: SignedIn, session_id: int) -> HttpResponse:
    """Ending one's own session is signing out."""
    here = any(s.pk == session_id and s.session_key == request.session.session_key for s in verb.of(request.user))
    verb.end(user=request.user, session_id=session_id)
    if here:
        logout(request)
        return HttpResponseRedirect(reverse("account_login"))
    messages.success(request, _("That session has ended."))
    return back_to(request, "sessions")


@require_POST
@login_required
def end_others(request: SignedIn) -> HttpResponse:
    count = verb.end_all(user=request.user, keep=request.session.session_key)
    said = ngettext("%(count)d other session has ended.", "%(count)d other sessions have ended.", count)
    messages.success(request, said % {"count": count})
    return back_to(request, "sessions")
