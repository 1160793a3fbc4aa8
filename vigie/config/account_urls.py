"""Under /account/: our own pages, then allauth's. Its overviews of factors and sessions lead to the settings pages."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import include, path

from vigie.config.accounts import settings_page_of
from vigie.public import invitation


@login_required
def security(request: HttpRequest, **_arguments: Any) -> HttpResponseRedirect:
    return HttpResponseRedirect(settings_page_of(request.user, "security"))


@login_required
def sessions(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(settings_page_of(request.user, "sessions"))


urlpatterns = [
    path("invitation/<str:secret>/", invitation.invitation, name="invitation"),
    path("", include(("vigie.portal.settings_urls", "settings"), namespace="settings")),
    path("2fa/", security),
    path("2fa/webauthn/", security),
    path("sessions/", sessions),
    path("", include("allauth.urls")),
]
