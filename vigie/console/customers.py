"""Customers: found by number, address or name; one with their people, services and tickets."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vigie.inventory.models import Service
from vigie.people import customers as verbs
from vigie.people import inviting
from vigie.people.errors import PeopleError
from vigie.people.models import Contact, Customer, Invitation
from vigie.tickets.models import Ticket

from .forms import CustomerForm, InviteContactForm
from .guard import StaffRequest, staff_only

PAGE = 50


@require_http_methods(["GET", "POST"])
@staff_only
def customers(request: StaffRequest) -> HttpResponse:
    """`?q=`, `?after=` an id; oldest first, as ids go. POST adds one."""
    form = CustomerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = verbs.create(viewer=request.viewer, **form.cleaned_data)
            return redirect("console:customer", customer_id=made.pk)
        except PeopleError as refused:
            form.refused(refused)
    query, after = request.GET.get("q", "").strip(), request.GET.get("after", "")
    rows = Customer.objects.visible_to(request.viewer).order_by("pk")
    if query:
        rows = rows.filter(
            Q(reference__iexact=query) | Q(registered_address=query.lower()) | Q(name__istartswith=query)
        )
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__gt=int(after))
    found = list(rows[: PAGE + 1])
    here = reverse("console:customers")
    context = {
        "rows": found[:PAGE],
        "query": query,
        "form": form,
        "more": f"{here}?{urlencode({'q': query, 'after': str(found[PAGE - 1].pk)})}" if len(found) > PAGE else "",
        "first": f"{here}?{urlencode({'q': query})}" if after else "",
    }
    return render(request, "console/customers.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@staff_only
def customer(request: StaffRequest, customer_id: int) -> HttpResponse:
    """The account; POST changes it."""
    found = Customer.objects.visible_to(request.viewer).filter(pk=customer_id).first()
    if found is None:
        raise Http404
    fields = {name: getattr(found, name) for name in CustomerForm.base_fields}
    form = CustomerForm(request.POST or None, initial=fields, changing=True)
    invite = InviteContactForm(request.POST if "invite" in request.POST else None)
    if request.method == "POST":
        try:
            if "invite" in request.POST and invite.is_valid():
                inviting.invite_contact(viewer=request.viewer, customer=found, **invite.cleaned_data)
                messages.success(request, _("The invitation is on its way."))
                return redirect("console:customer", customer_id=customer_id)
            if "invite" not in request.POST and form.is_valid():
                verbs.change(viewer=request.viewer, customer=found, **form.changes())
                messages.success(request, _("Saved."))
                return redirect("console:customer", customer_id=customer_id)
        except PeopleError as refused:
            (invite if "invite" in request.POST else form).refused(refused)
    tickets = (
        Ticket.objects.visible_to(request.viewer).filter(conversation__customer=found).select_related("conversation")
    )
    services = Service.objects.visible_to(request.viewer).filter(customer=found).prefetch_related("addresses")
    context = {
        "customer": found,
        "form": form if "invite" not in request.POST else CustomerForm(initial=fields, changing=True),
        "invite": invite,
        "contacts": Contact.objects.filter(customer=found).select_related("user").order_by("role", "user__name"),
        "invitations": Invitation.objects.filter(customer=found, used_at=None, withdrawn_at=None).order_by("-pk"),
        "services": services.order_by("name")[:200],
        "tickets": tickets.order_by("-pk")[:20],
    }
    again = bool(request.POST) and bool(form.errors or invite.errors)
    return render(request, "console/customer.html", context, status=422 if again else 200)
