"""The provider: name, colour, logo, zone, what is asked of staff. A colour that cannot be read is refused with the reason."""

from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vigie.people import provider
from vigie.people.errors import PeopleError

from . import logo
from .forms import ProviderForm
from .guard import StaffRequest, admins_only


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
                fields["logo"] = logo.keep(form.cleaned_data["logo_file"], form.cleaned_data["logo_file"].size)
            elif form.cleaned_data["logo_remove"]:
                fields["logo"] = ""
            before = current.logo
            after = provider.change(viewer=request.viewer, **fields).logo
            logo.forget(before if before != after else "")
            cache.delete("provider")
            messages.success(request, _("Saved."))
            return redirect("console:provider")
        except PeopleError as refused:
            logo.forget(fields.get("logo", ""))
            form.refused(refused)
    return render(
        request, "console/settings_brand.html", {"form": form, "provider": current}, status=422 if form.errors else 200
    )
