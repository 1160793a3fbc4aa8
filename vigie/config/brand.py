"""The provider's name, colour and logo on every page. The colour travels as a style sheet of its own: pages carry no inline style."""

from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.cache import cache_control

from vigie.config.palette import palette
from vigie.people.models import Provider

OURS = "#2C49C8"
"""The accent the tokens already carry."""

KEY = "provider"
FRESH = 5
"""Seconds a process may show an older brand; whoever changes the provider in this process drops the key at once."""


@dataclass(frozen=True, slots=True)
class Brand:
    """What pages show of the provider; `sheet`, `logo` and `icon` are addresses, empty when there is nothing to load or ours will do."""

    name: str
    site: str
    support_address: str
    accent: str
    timezone: str
    sheet: str
    logo: str
    icon: str


def current() -> Brand:
    """The brand, kept for a few seconds."""
    kept: Brand | None = cache.get(KEY)
    if kept is None:
        kept = _read()
        cache.set(KEY, kept, FRESH)
    return kept


def _read() -> Brand:
    row = (
        Provider.objects.filter(pk=1)
        .values_list("name", "site", "support_address", "accent", "timezone", "logo")
        .first()
    )
    name, site, address, accent, zone, logo = row or ("Vigie", "", "", OURS, "Europe/Paris", "")
    mark = sha256(f"{accent}{logo}".encode()).hexdigest()[:12]
    return Brand(
        name=name,
        site=site,
        support_address=address,
        accent=accent,
        timezone=zone,
        sheet="" if accent.upper() == OURS else f"{reverse('brand_sheet')}?v={mark}",
        logo=f"{reverse('brand_logo')}?v={mark}" if logo else "",
        icon=f"{reverse('favicon')}?v={mark}" if logo or accent.upper() != OURS else "",
    )


@cache_control(public=True, max_age=31_536_000, immutable=True)
def sheet(_request: HttpRequest) -> HttpResponse:
    """The accent as tokens; its address changes with the colour."""
    made = palette(current().accent)
    names = {"accent": made.accent, "on-accent": made.on_accent, "accent-soft": made.soft, "accent-ink": made.ink}
    rules = "".join(f"--{name}:light-dark({light},{dark});" for name, (light, dark) in names.items())
    return HttpResponse(f":root{{{rules}}}", content_type="text/css; charset=utf-8")


@cache_control(public=True, max_age=31_536_000, immutable=True)
def logo(_request: HttpRequest) -> FileResponse:
    """The uploaded logo, a raster picture re-encoded at upload."""
    provider = Provider.objects.filter(pk=1).exclude(logo="").only("name", "logo").first()
    if provider is None or not default_storage.exists(provider.logo):
        raise Http404
    file = default_storage.open(provider.logo)
    return FileResponse(file, content_type="image/png", filename=f"{slugify(provider.name) or 'logo'}.png")
