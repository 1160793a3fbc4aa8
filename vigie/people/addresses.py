"""The sign-in address: proving it, and moving a person to another."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock

from .errors import AddressTaken
from .models import Customer, User
from .models.customer import ContactRole


def prove(user: User) -> None:
    """Note that the person reads mail at the sign-in address: a link sent there was used. Idempotent."""
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


def move(*, user: User, to: str, now: datetime | None = None) -> None:
    """Make `to` (lower case, proven by the caller) the sign-in address.

    Where the old one was the registered address of a customer this person owns, that follows: the registered address is
    the login of the account. Raises `AddressTaken`.
    """
    now = now or clock.now()
    old = user.email
    if User.objects.filter(email=to).exclude(pk=user.pk).exists():
        raise AddressTaken(_("This address already belongs to somebody else."), field="email")
    with transaction.atomic():
        user.email = to
        user.save(update_fields=["email"])
        EmailAddress.objects.filter(user=user).exclude(email=to).delete()
        prove(user)
        record(
            "person.address_changed", at=now, audience=Audience.STAFF, actor_id=user.pk, data={"from": old, "to": to}
        )
        owned = Customer.objects.filter(registered_address=old, contacts__user=user, contacts__role=ContactRole.OWNER)
        if not Customer.objects.filter(registered_address=to).exists():
            for customer in owned:
                customer.registered_address = to
                customer.save(update_fields=["registered_address", "updated_at"])
                record(
                    "customer.changed",
                    at=now,
                    audience=Audience.CUSTOMER,
                    actor_id=user.pk,
                    customer_id=customer.pk,
                    data={"fields": ["registered_address"]},
                )
