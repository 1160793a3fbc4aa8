"""Following an invitation: see what it is for, choose a name and a password, come in."""

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from vigie.people import inviting
from vigie.people.errors import InvitationGone, PeopleError
from vigie.people.models import ContactRole, Invitation, Role, User


class Welcome(forms.Form):
    """For somebody new: how to be called, and a password."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=gettext_lazy("10 characters at least; longer is better. Not a common one, and not your name."),
    )

    def __init__(self, *args: object, invitation: Invitation, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through as they came
        self.invitation = invitation

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, User(email=self.invitation.email, name=self.cleaned_data.get("name", "")))
        return password


@never_cache
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """A link that opens nothing says so (410), in the same words whatever the reason."""
    try:
        found = inviting.find(secret)
    except InvitationGone as gone:
        return render(request, "public/invitation_gone.html", {"said": str(gone)}, status=410)
    user = User.objects.filter(email=found.email).first()
    known = user is not None and user.has_usable_password()
    if user is None:
        translation.activate(found.language)
    form = None if known else Welcome(request.POST or None, invitation=found, initial={"name": found.name})
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            accepted = inviting.accept(secret=secret, **(form.cleaned_data if form else {}))
        except PeopleError as refusal:
            if form is None:
                return render(request, "public/invitation_gone.html", {"said": str(refusal)}, status=410)
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return _come_in(request, accepted, known=known)
    context = {"invitation": found, "form": form, "role": role_words(found)}
    return render(request, "public/invitation.html", context)


def role_words(found: Invitation) -> str:
    return str((ContactRole if found.customer_id else Role)(found.role).label)


def _come_in(request: HttpRequest, user: User, *, known: bool) -> HttpResponseRedirect:
    """Somebody new is signed in; somebody known signs in as always, second factor included."""
    adapter = get_adapter(request)
    if known and request.user != user:
        messages.success(request, _("The invitation is accepted. Sign in to go on."))
        return HttpResponseRedirect(reverse("account_login"))
    if not known:
        if request.user.is_authenticated:
            logout(request)
        adapter.login(request, user)
    messages.success(request, _("Welcome, %(name)s.") % {"name": user.name})
    return HttpResponseRedirect(adapter.get_login_redirect_url(request))
