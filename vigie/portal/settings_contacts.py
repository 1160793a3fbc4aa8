"""Who acts for the account: seen by its contacts, changed by its owners."""

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from vigie.people import contacts as verb
from vigie.people import inviting
from vigie.people.errors import PeopleError
from vigie.people.models import Contact, ContactRole, Customer, Invitation

from .settings import SignedIn, back_to, show

if TYPE_CHECKING:
    from django.db.models import QuerySet

ABOUT = {
    ContactRole.OWNER: gettext_lazy("Everything, and who else acts for the account"),
    ContactRole.TECHNICAL: gettext_lazy("Services and technical tickets"),
    ContactRole.BILLING: gettext_lazy("Financial tickets"),
}


class InviteForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("E-mail address"), widget=forms.EmailInput({"autocomplete": "off"}))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, required=False)
    role = forms.ChoiceField(
        label=gettext_lazy("May see"),
        choices=list(ABOUT.items()),
        initial=ContactRole.TECHNICAL,
        widget=forms.RadioSelect,
    )


@login_required
def contacts(request: SignedIn) -> HttpResponse:
    return _page(request)


@require_POST
@login_required
def invite(request: SignedIn, customer_id: int) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.viewer), pk=customer_id)
    form = InviteForm(request.POST, prefix=str(customer.pk))
    if form.is_valid():
        try:
            inviting.invite_contact(viewer=request.viewer, customer=customer, **form.cleaned_data)
        except PeopleError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("An invitation is on its way to %(email)s.") % form.cleaned_data)
            return back_to(request, "contacts")
    return _page(request, refused=form, customer_id=customer.pk, status=422)


@require_POST
@login_required
def role(request: SignedIn, contact_id: int) -> HttpResponse:
    contact = get_object_or_404(_visible(request), pk=contact_id)
    try:
        verb.change_role(viewer=request.viewer, contact=contact, role=request.POST.get("role", ""))
    except PeopleError as refusal:
        return _page(request, said=str(refusal), beside=contact.pk, status=422)
    messages.success(request, _("%(name)s has a new role.") % {"name": contact.user})
    return back_to(request, "contacts")


@require_POST
@login_required
def remove(request: SignedIn, contact_id: int) -> HttpResponse:
    contact = get_object_or_404(_visible(request), pk=contact_id)
    try:
        verb.remove(viewer=request.viewer, contact=contact)
    except PeopleError as refusal:
        return _page(request, said=str(refusal), beside=contact.pk, status=422)
    messages.success(request, _("%(name)s no longer acts for the account.") % {"name": contact.user})
    return back_to(request, "contacts" if contact.user != request.user else "settings")


@require_POST
@login_required
def withdraw(request: SignedIn, invitation_id: int) -> HttpResponse:
    mine = Customer.objects.visible_to(request.viewer)
    invitation = get_object_or_404(Invitation.objects.filter(customer__in=mine), pk=invitation_id)
    try:
        inviting.withdraw(viewer=request.viewer, invitation=invitation)
    except PeopleError as refusal:
        return _page(request, said=str(refusal), status=422)
    messages.success(request, _("The invitation is withdrawn."))
    return back_to(request, "contacts")


def _visible(request: SignedIn) -> "QuerySet[Contact]":
    mine = Customer.objects.visible_to(request.viewer)
    return Contact.objects.filter(customer__in=mine).select_related("user", "customer")


def _page(
    request: SignedIn,
    *,
    refused: InviteForm | None = None,
    customer_id: int | None = None,
    said: str = "",
    beside: int | None = None,
    status: int = 200,
) -> HttpResponse:
    """Every account the person acts for; forms where the person owns it. Staff act for none: their page says so."""
    held = Customer.objects.visible_to(request.viewer).filter(pk__in=list(request.viewer.acts_for)).order_by("name")
    accounts = [
        {
            "customer": customer,
            "owned": request.viewer.owns(customer.pk),
            "contacts": customer.contacts.select_related("user").order_by("user__name", "pk"),
            "invitations": inviting.waiting(customer),
            "form": refused if customer.pk == customer_id else InviteForm(prefix=str(customer.pk)),
        }
        for customer in held
    ]
    context = {"accounts": accounts, "roles": ContactRole.choices, "about": ABOUT, "said": said, "beside": beside}
    return show(request, "contacts", context, status=status)
