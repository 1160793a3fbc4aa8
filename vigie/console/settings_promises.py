"""Promises: what is published, per channel, department and priority. Clocks that run keep what was promised to them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from vigie.conversations.models import Channel
from vigie.people.models import Calendar, Department
from vigie.promises import policy
from vigie.promises.errors import PromiseError
from vigie.promises.models import Kind, Priority, Promise

from .forms import VerbForm
from .guard import StaffRequest, admins_only

ANY = gettext_lazy("Every one")


class PromiseForm(VerbForm):
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=Channel.choices)
    kind = forms.ChoiceField(label=gettext_lazy("What"), choices=Kind.choices, initial=Kind.FIRST_REPLY)
    department = forms.ModelChoiceField(
        label=gettext_lazy("Department"), queryset=Department.objects.all(), required=False, empty_label=ANY
    )
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), choices=[("", ANY), *Priority.choices], required=False)
    aim = forms.DecimalField(
        label=gettext_lazy("Aimed at (minutes)"), min_value=0, max_digits=8, decimal_places=2,
        help_text=gettext_lazy("Shown to agents; at most the limit."),
    )  # fmt: skip
    limit = forms.DecimalField(
        label=gettext_lazy("Limit (minutes)"), min_value=0, max_digits=8, decimal_places=2,
        help_text=gettext_lazy("What is published and measured."),
    )  # fmt: skip
    calendar = forms.ModelChoiceField(
        label=gettext_lazy("Counted in"), queryset=Calendar.objects.order_by("name"), required=False,
        empty_label=gettext_lazy("All hours, 24/7"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@admins_only
def promises(request: StaffRequest) -> HttpResponse:
    """The table; POST sets one row, or withdraws the one named in `withdraw`."""
    if "withdraw" in request.POST:
        return _withdrawn(request, request.POST["withdraw"])
    form = PromiseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            policy.set_promise(viewer=request.viewer, **_terms(form.cleaned_data))
            messages.success(request, _("Saved."))
            return redirect("console:promises")
        except PromiseError as refused:
            form.refused(refused)
    rows = Promise.objects.select_related("department", "calendar").order_by(
        "channel", "kind", "department", "priority"
    )
    return render(
        request, "console/settings_promises.html", {"rows": rows, "form": form}, status=422 if form.errors else 200
    )


def _terms(data: dict[str, Any]) -> dict[str, Any]:
    """What the verb takes: seconds and keys."""
    return {
        "channel": data["channel"],
        "kind": data["kind"],
        "department_id": data["department"].pk if data["department"] else None,
        "priority": data["priority"],
        "aim": round(data["aim"] * 60),
        "limit": round(data["limit"] * 60),
        "calendar_id": data["calendar"].pk if data["calendar"] else None,
    }


def _withdrawn(request: StaffRequest, number: str) -> HttpResponse:
    found = Promise.objects.filter(pk=int(number) if number.isdecimal() and len(number) < 10 else 0).first()
    if found is None:
        raise Http404
    policy.withdraw_promise(viewer=request.viewer, promise=found)
    return redirect("console:promises")
