"""Staff: who works here and as what, and who was invited."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vigie.people import inviting
from vigie.people import staff as verbs
from vigie.people.errors import PeopleError
from vigie.people.models import Invitation, Role, User
from vigie.people.models.user import STAFF

from .forms import InviteStaffForm
from .guard import StaffRequest, admins_only


@require_http_methods(["GET", "POST"])
@admins_only
def staff(request: StaffRequest) -> HttpResponse:
    """The list; POST invites."""
    form = InviteStaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            inviting.invite_staff(viewer=request.viewer, **form.cleaned_data)
            messages.success(request, _("The invitation is on its way."))
            return redirect("console:staff")
        except PeopleError as refused:
            form.refused(refused)
    waiting = Invitation.objects.filter(customer=None, used_at=None, withdrawn_at=None).order_by("-pk")
    context = {
        "people": User.objects.filter(role__in=STAFF).prefetch_related("teams").order_by("-is_active", "name"),
        "invitations": waiting,
        "roles": [(one.value, one.label) for one in (Role.AGENT, Role.LEAD, Role.ADMIN)],
        "form": form,
    }
    return render(request, "console/settings_staff.html", context, status=422 if form.errors else 200)


@require_POST
@admins_only
def change(request: StaffRequest, user_id: int) -> HttpResponse:
    """`role` sets the role; `active` (1 or 0) lets in or shuts out."""
    person = User.objects.filter(pk=user_id, role__in=STAFF).first()
    if person is None:
        raise Http404
    try:
        if request.POST.get("active") == "0":
            verbs.deactivate(viewer=request.viewer, user=person)
        elif request.POST.get("active") == "1":
            verbs.reactivate(viewer=request.viewer, user=person)
        else:
            verbs.appoint(viewer=request.viewer, user=person, role=request.POST.get("role", ""))
        messages.success(request, _("Saved."))
    except PeopleError as refused:
        messages.error(request, str(refused))
    return redirect("console:staff")


@require_POST
@admins_only
def withdraw(request: StaffRequest, invitation_id: int) -> HttpResponse:
    found = Invitation.objects.filter(pk=invitation_id, customer=None).first()
    if found is None:
        raise Http404
    inviting.withdraw(viewer=request.viewer, invitation=found)
    return redirect("console:staff")
