"""Profile: name, language, time zone, appearance, keys."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vigie.people import profile as verb
from vigie.people.errors import PeopleError
from vigie.people.models import User

from . import zones
from .settings import SignedIn, back_to, show

OWN_NAMES = {"fr": "Français", "en": "English"}
"""Languages in their own words: whoever cannot read the page finds theirs."""


THEMES = {"auto": gettext_lazy("As the device"), "light": gettext_lazy("Light"), "dark": gettext_lazy("Dark")}


class ProfileForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    language = forms.ChoiceField(label=gettext_lazy("Language"), widget=forms.RadioSelect)
    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("Every time in Vigie and in its mails is given in this zone."),
    )
    theme = forms.ChoiceField(label=gettext_lazy("Appearance"), widget=forms.RadioSelect)
    keys = forms.BooleanField(
        label=gettext_lazy("Single-letter keys"),
        required=False,
        help_text=gettext_lazy("Work without the mouse: press ? on a page to see its keys. They are off while you type."),
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, initial={name: getattr(user, name) for name in self.base_fields})
        if not user.is_staff:
            del self.fields["keys"]  # the console alone has keys
        self._choose("language", [(code, OWN_NAMES[code]) for code, _name in settings.LANGUAGES])
        self._choose("theme", list(THEMES.items()))
        known = zones.choices(user.language)
        alone = [] if any(user.timezone == zone for _r, group in known for zone, _w in group) else [user.timezone]
        self._choose("timezone", [*((zone, zone) for zone in alone), *known])

    def _choose(self, name: str, choices: list[Any]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices


@login_required
def profile(request: SignedIn) -> HttpResponse:
    form = ProfileForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            verb.change(user=request.user, **form.cleaned_data)
        except PeopleError as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            with translation.override(request.user.language):
                messages.success(request, _("Your settings are saved."))
            return back_to(request, "profile")
    return show(request, "profile", {"form": form}, status=422 if form.errors else 200)
