"""The doors."""

from django.urls import URLPattern, URLResolver, include, path

from vigie.config import brand

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("allauth.urls")),
    path("brand.css", brand.sheet, name="brand_sheet"),
    path("brand/logo", brand.logo, name="brand_logo"),
]
