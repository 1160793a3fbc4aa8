"""The doors."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from vigie.config import brand, favicon

urlpatterns: list[URLPattern | URLResolver] = [
    path("client/", include("vigie.portal.urls")),  # the first is found soonest
    path("console/", include("vigie.console.urls")),
    path("api/v1/", include("vigie.api.urls")),
    path("account/", include("vigie.config.account_urls")),
    path("language/", set_language, name="set_language"),
    path("", include("vigie.public.urls")),
    path("brand.css", brand.sheet, name="brand_sheet"),
    path("favicon.ico", favicon.favicon, name="favicon"),
    path("brand/logo", brand.logo, name="brand_logo"),
]
