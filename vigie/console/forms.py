"""The console's forms: they read what was typed; what holds is decided by the verbs, whose refusals stand beside the field."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vigie.people.models import Calendar, ContactRole, Department, Role, User
from vigie.people.models.user import STAFF
from vigie.people.scopes import SCOPES


class VerbForm(forms.Form):
    """A form whose last word is a verb's."""

    def refused(self, problem: Exception) -> None:
        """Put the verb's refusal beside the field it names, or above the form."""
        field = getattr(problem, "field", "")
        self.add_error(field if field in self.fields else None, str(problem))


class TimeZoneField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"})
        super().__init__(
            label=_("Time zone"), widget=widget, help_text=_("An IANA name, like Europe/Paris."), **options
        )


class CustomerForm(VerbForm):
    name = forms.CharField(label=_("Name"), max_length=200)
    reference = forms.CharField(label=_("Customer number"), max_length=64)
    registered_address = forms.EmailField(
        label=_("Registered address"), help_text=_("The sign-in of the account’s owner.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    timezone = TimeZoneField(initial="Europe/Paris")
    plan = forms.CharField(label=_("Plan"), max_length=80, required=False)
    since = forms.DateField(
        label=_("Customer since"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    is_active = forms.BooleanField(
        label=_("Active"),
        required=False,
        initial=True,
        help_text=_("Without it the client area is closed to this customer."),
    )

    def __init__(self, *args: Any, changing: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if changing:
            self.fields["reference"].disabled = True

    def changes(self) -> dict[str, Any]:
        """Everything but the reference, which never changes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reference"}


class InviteContactForm(VerbForm):
    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), required=False)
    role = forms.ChoiceField(label=_("Role"), choices=ContactRole.choices, initial=ContactRole.TECHNICAL)


class ProviderForm(VerbForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    site = forms.CharField(label=_("Web site"), required=False, widget=forms.URLInput())
    support_address = forms.EmailField(label=_("Support address"), required=False)
    accent = forms.CharField(
        label=_("Accent colour"), max_length=7, widget=forms.TextInput(attrs={"data-colour": "", "spellcheck": "false"}),
        help_text=_("Buttons, links and marks on every page. It must be readable: the contrast is checked."),
    )  # fmt: skip
    logo_file = forms.FileField(
        label=_("Logo"), required=False, help_text=_("PNG, JPEG or WebP, 2 MB at most; on pages, in mails, shown 32 pixels high."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )  # fmt: skip
    logo_remove = forms.BooleanField(label=_("Show no logo"), required=False)
    language = forms.ChoiceField(label=_("Default language"), choices=settings.LANGUAGES)
    timezone = TimeZoneField()
    staff_mfa = forms.BooleanField(
        label=_("Second factor required of staff"), required=False,
        help_text=_("Who has none is led to set one up before entering the console."),
    )  # fmt: skip
    reopen_days = forms.IntegerField(label=_("A reply reopens within (days)"), min_value=0, max_value=365)


class DepartmentForm(VerbForm):
    code = forms.SlugField(label=_("Code"), max_length=32, help_text=_("Never changes: mails and the API use it."))
    name_fr = forms.CharField(label=_("Name in French"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80)
    about_fr = forms.CharField(label=_("Description in French"), max_length=200, required=False)
    about_en = forms.CharField(label=_("Description in English"), max_length=200, required=False)
    address = forms.EmailField(
        label=_("Address"), required=False, help_text=_("Mail written here belongs to this department.")
    )
    is_open = forms.BooleanField(label=_("Customers may choose it"), required=False, initial=True)
    position = forms.IntegerField(label=_("Position in lists"), min_value=0, initial=10)


class TeamForm(VerbForm):
    code = forms.SlugField(label=_("Code"), max_length=32)
    name_fr = forms.CharField(label=_("Name in French"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80)
    level = forms.TypedChoiceField(label=_("Level"), choices=[(n, f"L{n}") for n in (1, 2, 3)], coerce=int)
    calendar = forms.ModelChoiceField(label=_("Working hours"), queryset=Calendar.objects.order_by("name"))
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.all(), required=False, empty_label=_("Every department")
    )
    location = forms.CharField(label=_("Data centre"), required=False, help_text=_("Empty: every site."))


class MembersForm(VerbForm):
    members = forms.ModelMultipleChoiceField(
        label=_("Members"), required=False, widget=forms.CheckboxSelectMultiple,
        queryset=User.objects.filter(role__in=STAFF, is_active=True).order_by("name"),
    )  # fmt: skip
    on_call = forms.ModelMultipleChoiceField(
        label=_("On call"), required=False, widget=forms.CheckboxSelectMultiple,
        queryset=User.objects.filter(role__in=STAFF, is_active=True).order_by("name"),
        help_text=_("Reached last, at any hour, when a promise is about to break."),
    )  # fmt: skip


class InviteStaffForm(VerbForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(
        label=_("Role"), choices=[(one.value, one.label) for one in (Role.AGENT, Role.LEAD, Role.ADMIN)]
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class TokenForm(VerbForm):
    email = forms.EmailField(label=_("Acts as"), help_text=_("The address somebody signs in with; the token may do what they may."))
    name = forms.CharField(label=_("What it is for"), max_length=80, required=False)
    days = forms.IntegerField(
        label=_("Days until it ends"), min_value=1, max_value=3650, required=False, help_text=_("Empty: it does not end.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), choices=[(code, format_lazy("{} ({})", words, code)) for code, words in SCOPES.items()], widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one scope.")},
    )  # fmt: skip

    def ends_at(self, now: datetime) -> datetime | None:
        days: int | None = self.cleaned_data["days"]
        return now + timedelta(days=days) if days else None
