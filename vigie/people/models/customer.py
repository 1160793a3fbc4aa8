"""A customer is an account with the provider; contacts act for it."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from .user import User

if TYPE_CHECKING:
    from vigie.people.access import Viewer


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, viewer: "Viewer") -> "CustomerQuerySet":
        """All for staff, the active ones they act for to contacts, none to anybody else."""
        return self if viewer.is_staff else self.filter(pk__in=list(viewer.acts_for))


class Customer(models.Model):
    """`registered_address` is the login of the account, lower case, unique; `reference` is the provider's own key."""

    name = models.CharField(_("Name"), max_length=200)
    reference = models.CharField(_("Customer number"), max_length=64, unique=True)
    registered_address = models.EmailField(_("Registered address"), unique=True)
    language = models.CharField(_("Language"), max_length=2, default="fr")
    timezone = models.CharField(_("Time zone"), max_length=64, default="Europe/Paris")
    plan = models.CharField(_("Plan"), max_length=80, blank=True)
    since = models.DateField(_("Customer since"), null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CustomerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class ContactRole(models.TextChoices):
    """Owner: everything. Technical: technical tickets and services. Billing: financial tickets."""

    OWNER = "owner", _("Owner")
    TECHNICAL = "technical", _("Technical")
    BILLING = "billing", _("Billing")


class Contact(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="contacts")
    role = models.CharField(_("Role"), max_length=9, choices=ContactRole, default=ContactRole.TECHNICAL)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "user"], name="contact_once")]

    def __str__(self) -> str:
        return f"{self.user} ({self.customer})"
