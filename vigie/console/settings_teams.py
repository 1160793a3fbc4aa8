"""Teams, their level and hours, and who works in them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vigie.kernel import clock
from vigie.people import on_duty
from vigie.people import teams as verbs
from vigie.people.errors import PeopleError
from vigie.people.models import Team, TeamMember

from .forms import MembersForm, TeamForm
from .guard import StaffRequest, leads_only


@require_http_methods(["GET", "POST"])
@leads_only
def teams(request: StaffRequest) -> HttpResponse:
    """The list with who works now; POST adds one."""
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.create(viewer=request.viewer, **form.cleaned_data)
            return redirect("console:team", code=made.code)
        except PeopleError as refused:
            form.refused(refused)
    now = clock.now()
    every = Team.objects.select_related("calendar", "department").prefetch_related(
        "members", "calendar__hours", "calendar__holidays"
    )
    context = {"teams": [(team, on_duty.works(team.calendar, now)) for team in every], "form": form}
    return render(request, "console/settings_teams.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@leads_only
def team(request: StaffRequest, code: str) -> HttpResponse:
    """POST with `set_members` sets who works in it, else changes the team."""
    found = Team.objects.filter(code=code).first()
    if found is None:
        raise Http404
    setting = "set_members" in request.POST
    changing = request.method == "POST" and not setting
    kept = {name: getattr(found, name) for name in TeamForm.base_fields}
    form = TeamForm(request.POST if changing else None, initial=kept)
    form.fields["code"].disabled = True
    held = list(TeamMember.objects.filter(team=found).values_list("user_id", "on_call"))
    people = {"members": [pk for pk, _called in held], "on_call": [pk for pk, called in held if called]}
    members = MembersForm(request.POST if setting else None, initial=people)
    try:
        if setting and members.is_valid():
            verbs.set_members(viewer=request.viewer, team=found, **members.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("console:team", code=code)
        if changing and form.is_valid():
            fields = {name: value for name, value in form.cleaned_data.items() if name != "code"}
            verbs.change(viewer=request.viewer, team=found, **fields)
            messages.success(request, _("Saved."))
            return redirect("console:team", code=code)
    except PeopleError as refused:
        (members if setting else form).refused(refused)
    refused_any = bool(form.errors or members.errors)
    context = {"team": found, "form": form, "members": members}
    return render(request, "console/settings_team.html", context, status=422 if refused_any else 200)
