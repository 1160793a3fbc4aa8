"""What customers rent: services with an order number and addresses."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from vigie.people.access import Viewer, customers_q
from vigie.people.models import Customer


class ServiceState(models.TextChoices):
    ACTIVE = "active", _("Active")
    DEGRADED = "degraded", _("Degraded")
    DOWN = "down", _("Down")
    MAINTENANCE = "maintenance", _("In maintenance")
    SUSPENDED = "suspended", _("Suspended")
    ENDED = "ended", _("Ended")


class ServiceQuerySet(models.QuerySet["Service"]):
    def visible_to(self, viewer: Viewer) -> "ServiceQuerySet":
        """Every service for staff; those of their customers for contacts of any role (invoices name services too)."""
        return self.filter(customers_q(viewer))


class Service(models.Model):
    """`order_number` holds digits only, as in `#123456`; `name` is the name shown in the client area."""

    # the index `service_customer_name` begins with it; one of its own would be paid with every row and serve nobody
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="services", db_index=False)
    name = models.CharField(_("Service name"), max_length=120)
    order_number = models.CharField(_("Order number"), max_length=20, unique=True)
    product = models.CharField(_("Product"), max_length=120, blank=True)
    site = models.CharField(_("Data centre"), max_length=80, blank=True)
    room = models.CharField(_("Room"), max_length=40, blank=True)
    rack = models.CharField(_("Rack"), max_length=40, blank=True)
    node = models.CharField(_("Node"), max_length=80, blank=True)
    state = models.CharField(_("State"), max_length=11, choices=ServiceState, default=ServiceState.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["customer", "name"], name="service_customer_name"),
            models.Index(fields=["site", "rack"], name="service_place"),
            models.Index(fields=["node"], name="service_node"),
        ]

    def __str__(self) -> str:
        return self.name


class Address(models.Model):
    """An IP address or prefix of a service. `first` and `last` are 32 hex digits (IPv4 mapped into IPv6), so that
    containment is a range comparison on any database; `prefix` is the canonical text (RFC 5952), `/32` and `/128` omitted.
    """

    # the unique index `address_once` begins with it
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="addresses", db_index=False)
    prefix = models.CharField(max_length=43)
    first = models.CharField(max_length=32)
    last = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "prefix"], name="address_once")]
        indexes = [models.Index(fields=["first", "last"], name="address_range")]

    def __str__(self) -> str:
        return self.prefix
