"""API tokens: which live, what they may do, a new one shown once, and ending one."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vigie.kernel import clock
from vigie.people import tokens as verbs
from vigie.people.errors import PeopleError
from vigie.people.models import ApiToken, User

from .forms import TokenForm
from .guard import StaffRequest, admins_only


@require_http_methods(["GET", "POST"])
@admins_only
def tokens(request: StaffRequest) -> HttpResponse:
    """The living ones, newest first; POST makes one and shows its secret on this answer alone."""
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        person = User.objects.filter(email=form.cleaned_data["email"].lower()).first()
        try:
            if person is None:
                form.add_error("email", _("Nobody signs in with this address."))
            else:
                _token, secret = verbs.create(
                    viewer=request.viewer, user=person, scopes=form.cleaned_data["scopes"],
                    name=form.cleaned_data["name"], expires_at=form.ends_at(clock.now()),
                )  # fmt: skip
        except PeopleError as refused:
            form.refused(refused)
    living = ApiToken.objects.filter(revoked_at=None).select_related("user").order_by("-pk")
    context = {"tokens": living, "form": TokenForm() if secret else form, "secret": secret}
    return render(request, "console/settings_tokens.html", context, status=422 if form.errors else 200)


@require_POST
@admins_only
def revoke(request: StaffRequest, token_id: int) -> HttpResponse:
    """End one at once."""
    found = ApiToken.objects.filter(pk=token_id).first()
    if found is None:
        raise Http404
    verbs.revoke(viewer=request.viewer, token=found)
    messages.success(request, _("The token is ended."))
    return redirect("console:tokens")
