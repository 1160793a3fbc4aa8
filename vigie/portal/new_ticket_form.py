"""The new ticket as it comes from the browser: cleaned field by field, each error beside what caused it."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vigie.inventory.models import Service
from vigie.kernel import clock, lookup
from vigie.people.access import Viewer
from vigie.people.models import Customer, Department
from vigie.promises.models import Priority
from vigie.tickets import begin_time, begin_words
from vigie.tickets.begin_time import BeginTimeError
from vigie.tickets.critical import Critical, service_named
from vigie.tickets.errors import TicketError

from . import zones

TYPED = "typed"
"""The choice "another one" beside the listed services: named by address, order number or name."""


class _Shared(dict[str, forms.Field]):
    """Fields that nobody changes, one set for all requests: Django copies each of them deeply for every form."""

    def __deepcopy__(self, _memo: dict[int, Any]) -> dict[str, forms.Field]:
        return dict(self)


class NewTicketForm(forms.Form):
    """`cleaned_data` adds `critical` (for High) and `department_row`.

    `client_key` names this sending: the same key again is the same ticket.
    """

    client_key = forms.UUIDField()
    department = forms.CharField(error_messages={"required": _("Choose the department your question is for.")})
    priority = forms.ChoiceField(
        choices=Priority.choices, error_messages={"required": _("Choose how urgent it is.")}
    )
    service = forms.CharField(required=False)
    service_text = forms.CharField(required=False, max_length=200)
    began_date = forms.DateField(required=False, error_messages={"invalid": _("Give the date as day, month and year.")})
    began_time = forms.TimeField(required=False, error_messages={"invalid": _("Give the time as hours and minutes, 13:40.")})
    began_zone = forms.CharField(required=False)
    began_fold = forms.TypedChoiceField(choices=[("0", "0"), ("1", "1")], coerce=int, required=False, empty_value=None)
    diagnostics = forms.CharField(required=False, strip=False, max_length=200_000)
    subject = forms.CharField(
        max_length=200,
        error_messages={
            "required": _("Say in a few words what it is about."),
            "max_length": _("The subject may have %(limit_value)d characters; this one has %(show_value)d. Put the rest below."),
        },
    )
    body = forms.CharField(
        strip=False,
        max_length=100_000,
        error_messages={
            "required": _("Describe what you see."),
            "max_length": _("The description may have %(limit_value)d characters; attach the rest as a file."),
        },
    )

    def __init__(self, *args: Any, viewer: Viewer, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        self.customer = customer

    def clean_department(self) -> str:
        code: str = self.cleaned_data["department"]
        row = lookup.one(Department, "code = %s AND is_open", code)
        if row is None:
            raise forms.ValidationError(_("Choose the department your question is for."))
        self.cleaned_data["department_row"] = row
        return code

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if not body.strip():
            raise forms.ValidationError(_("Describe what you see."))
        return body

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["critical"] = None
        if cleaned.get("priority") == Priority.HIGH:
            service, began_at = self._service(), self._began_at()
            if began_at is not None and not ({"service", "service_text"} & set(self.errors)):
                cleaned["critical"] = Critical(
                    service=service,
                    began_at=began_at,
                    began_zone=self.zone,
                    diagnostics=cleaned.get("diagnostics", ""),
                )
        return cleaned

    def refuse(self, refusal: Exception) -> None:
        """Put a verb's refusal beside the field it names, or at the head of the form."""
        field = {"began": "began_date", **{name: name for name in self.fields}}.get(getattr(refusal, "field", ""))
        self.add_error(field, str(refusal))

    @property
    def zone(self) -> str:
        """The zone the time is stated in: the one chosen, else the person's own."""
        chosen = str(self.data.get("began_zone") or "")
        user = self.viewer.user
        return chosen if zones.known(chosen) else (user.timezone if user else "Europe/Paris")

    def _service(self) -> Service | None:
        """The one chosen, or the one service that the typed text names; an error beside the field otherwise."""
        chosen, typed = self.cleaned_data.get("service", ""), self.cleaned_data.get("service_text", "").strip()
        own = Service.objects.visible_to(self.viewer).filter(customer=self.customer)
        if chosen not in {"", TYPED}:
            found = own.filter(id=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 19 else None
            if found is None:
                self.add_error("service", _("This service is not among yours. Choose one from the list."))
            return found
        if not typed and not own.exists():
            return None
        if not typed:
            field = "service_text" if chosen == TYPED else "service"
            self.add_error(field, _("Say which server or service is concerned: choose it, or give its IP address or order number."))
            return None
        try:
            return service_named(self.viewer, self.customer, as_reference(typed))
        except TicketError as refused:
            self.add_error("service_text", str(refused))
            return None

    def _began_at(self) -> datetime | None:
        """The instant it began. An hour that comes twice asks which, one that never was and the future are refused."""
        day: date | None = self.cleaned_data.get("began_date")
        hour: time | None = self.cleaned_data.get("began_time")
        if day is None and "began_date" not in self.errors:
            self.add_error("began_date", _("Give the day it began."))
        if hour is None and "began_time" not in self.errors:
            self.add_error("began_time", _("Give the time it began, about if you are not sure."))
        if day is None or hour is None:
            return None
        fold = self.cleaned_data.get("began_fold")
        try:
            return begin_time.resolve(day, hour, self.zone, fold, now=clock.now())
        except BeginTimeError as wrong:
            field = "began_fold" if isinstance(wrong, begin_time.AmbiguousTime) else "began_time"
            self.add_error(field, begin_words.told(wrong))
            return None


NewTicketForm.base_fields = _Shared(NewTicketForm.base_fields)


def as_reference(typed: str) -> str:
    """Bare digits in the field that asks for an order number are one."""
    return f"#{typed}" if typed.isdecimal() else typed
