"""The login of a customer's account: the owner whose sign-in address is the registered address."""

from allauth.account.models import EmailAddress

from .checking import NAME_LENGTH
from .models import Contact, ContactRole, Customer, User
from .models.user import STAFF


def is_staff_address(address: str) -> bool:
    """Staff never act for customers: one address, one side of the desk."""
    return User.objects.filter(email=address, role__in=STAFF).exists()


def give(customer: Customer) -> User:
    """Make whoever signs in with the registered address an owner, creating the person when new. Idempotent.

    A new person has no password: the first one is set by a link sent to the address. Call inside a transaction.
    """
    user = User.objects.filter(email=customer.registered_address).first() or User.objects.create_user(
        email=customer.registered_address,
        name=customer.name[:NAME_LENGTH],
        language=customer.language,
        timezone=customer.timezone,
    )
    Contact.objects.update_or_create(customer=customer, user=user, defaults={"role": ContactRole.OWNER})
    return user


def follow(customer: Customer, *, old: str) -> None:
    """After the registered address changed from `old`: its owner signs in with the new one from now on.

    When the new address already belongs to a person, that person becomes an owner beside the old one instead.
    """
    owner = Contact.objects.filter(customer=customer, user__email=old).select_related("user").first()
    acts_elsewhere = owner is not None and owner.user.contacts.exclude(customer=customer).exists()
    if owner is None or acts_elsewhere or User.objects.filter(email=customer.registered_address).exists():
        give(customer)
        return
    EmailAddress.objects.filter(user=owner.user).delete()
    owner.user.email = customer.registered_address
    owner.user.save(update_fields=["email"])
