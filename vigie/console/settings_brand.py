"""The provider: name, colour, logo, zone, what is asked of staff. A colour that cannot be read is refused with the reason."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from PIL import Image

from vigie.kernel import ids
from vigie.people import provider
from vigie.people.errors import PeopleError

from .forms import ProviderForm
from .guard import StaffRequest, admins_only

TALLEST, WIDEST = 192, 960
"""Pixels a logo is scaled down to; it is shown 32 pixels high."""


@require_http_methods(["GET", "POST"])
@admins_only
def brand(request: StaffRequest) -> HttpResponse:
    current = provider.current()
    kept = {name: getattr(current, name, "") for name in ProviderForm.base_fields}
    form = ProviderForm(request.POST or None, request.FILES or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        fields: dict[str, Any] = {
            name: value for name, value in form.cleaned_data.items() if not name.startswith("logo")
        }
        try:
            if form.cleaned_data["logo_file"]:
                fields["logo"] = _stored(form.cleaned_data["logo_file"].image)
            elif form.cleaned_data["logo_remove"]:
                fields["logo"] = ""
            provider.change(viewer=request.viewer, **fields)
            cache.delete("provider")
            messages.success(request, _("Saved."))
            return redirect("console:provider")
        except PeopleError as refused:
            form.refused(refused)
    return render(
        request, "console/settings_brand.html", {"form": form, "provider": current}, status=422 if form.errors else 200
    )


def _stored(picture: Image.Image) -> str:
    """Drawn anew as PNG, so that nothing but pixels is kept; the generated storage name."""
    picture = picture.convert("RGBA")
    picture.thumbnail((WIDEST, TALLEST))
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return str(default_storage.save(f"brand/{ids.token()[:24]}.png", ContentFile(out.getvalue())))
