"""What a critical incident must give: the service and since when; and what was seen, as far as there is anything."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from vigie.inventory import matching
from vigie.inventory.models import Service
from vigie.people.access import Viewer
from vigie.people.models import Customer
from vigie.tickets import begin_time
from vigie.tickets.errors import (
    MissingBeginError,
    MissingServiceError,
    NotYoursError,
    StrangeServiceError,
)


@dataclass(frozen=True, slots=True)
class Critical:
    """`began_at` is an instant; `began_zone` the IANA zone in which it was said; `diagnostics` text, files come beside it."""

    service: Service | None
    began_at: datetime | None
    began_zone: str
    diagnostics: str


def check(critical: Critical | None, *, viewer: Viewer, customer: Customer, now: datetime) -> Critical:
    """What a High ticket must give, given. Raises MissingServiceError (unless the customer has no service to name),
    NotYoursError, MissingBeginError, and FutureTime or UnknownZone of `begin_time`; each tells its field.

    Diagnostics are all that are available, so there may be none: at 3 a.m. an outage is no time to demand a traceroute.
    """
    if critical is None:
        raise MissingServiceError
    service = critical.service
    if service is None:
        if Service.objects.visible_to(viewer).filter(customer=customer).exists():
            raise MissingServiceError
    elif service.customer_id != customer.pk or not Service.objects.visible_to(viewer).filter(pk=service.pk).exists():
        raise NotYoursError
    if critical.began_at is None:
        raise MissingBeginError
    begin_time.check(critical.began_at, critical.began_zone, now)
    return critical


def service_named(viewer: Viewer, customer: Customer, text: str) -> Service:
    """The one service of `customer` that `text` names by address, order number or name. Raises MissingServiceError,
    StrangeServiceError with a message that says what is wrong and never whether somebody else has such a service.
    """
    if not text.strip():
        raise MissingServiceError
    match = matching.find(viewer, customer, text)
    if len(match.services) == 1 and not match.strangers:
        return match.services[0]
    if len(match.services) > 1 and not match.strangers:
        names = ", ".join(service.name for service in match.services[:5])
        raise StrangeServiceError(
            _("This names several of your services (%(names)s). Choose one of them.") % {"names": names}
        )
    raise StrangeServiceError(match.message)
