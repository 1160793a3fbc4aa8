"""Departments: what a ticket can be about."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vigie.people import departments as verbs
from vigie.people.errors import PeopleError
from vigie.people.models import Department

from .forms import DepartmentForm
from .guard import StaffRequest, admins_only


@require_http_methods(["GET", "POST"])
@admins_only
def departments(request: StaffRequest) -> HttpResponse:
    """The list; POST adds one."""
    form = DepartmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.create(viewer=request.viewer, **form.cleaned_data)
            return redirect("console:departments")
        except PeopleError as refused:
            form.refused(refused)
    context = {"departments": Department.objects.all(), "form": form}
    return render(request, "console/settings_departments.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@admins_only
def department(request: StaffRequest, code: str) -> HttpResponse:
    found = Department.objects.filter(code=code).first()
    if found is None:
        raise Http404
    form = DepartmentForm(
        request.POST or None, initial={name: getattr(found, name) for name in DepartmentForm.base_fields}
    )
    form.fields["code"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            fields = {name: value for name, value in form.cleaned_data.items() if name != "code"}
            verbs.change(viewer=request.viewer, department=found, **fields)
            messages.success(request, _("Saved."))
            return redirect("console:departments")
        except PeopleError as refused:
            form.refused(refused)
    context = {"form": form, "title": found.name, "back": "console:departments"}
    return render(request, "console/settings_form.html", context, status=422 if form.errors else 200)
