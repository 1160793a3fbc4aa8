"""Invitations: a link, sent by mail, that lets its reader act for a customer or work here. Once, for a week.

The link carries an id and an HMAC-SHA-256 under the installation's secret key over the id and a random nonce. Nothing
that opens it is stored, so neither the database nor the journal gives an invitation away, and the mail is written by a
reaction after the commit.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock, ids

from . import addresses, checking, contacts, staff
from .access import OPERATOR, Viewer
from .errors import AddressTaken, Invalid, InvitationGone, NotAllowed
from .models import Contact, Customer, Invitation, User
from .models.user import STAFF

LIVES = timedelta(days=7)


def invite_contact(
    *, viewer: Viewer, customer: Customer, email: str, role: str, name: str = "", language: str = ""
) -> Invitation:
    """Owners and staff invite to an account. A second invitation to the same address withdraws the first.

    Raises `NotAllowed`, `Invalid`, `OwnersOwn`, `AddressTaken` when the person acts for the customer already. That an address
    belongs to somebody elsewhere is never told.
    """
    contacts.guard(viewer, customer)
    address, role = checking.address(email), contacts.checked_role(role)
    contacts.guard_owners(viewer, customer, role=role, address=address)
    if Contact.objects.filter(customer=customer, user__email=address).exists():
        raise AddressTaken(_("This person already acts for the account."), field="email")
    return _invite(
        viewer, customer=customer, email=address, role=role, name=name, language=language or customer.language
    )


def invite_staff(*, viewer: Viewer, email: str, role: str, name: str, language: str = "fr") -> Invitation:
    """Administrators invite staff. Raises `NotAllowed`, `Invalid`, `AddressTaken` (administrators may know)."""
    if not viewer.is_admin:
        raise NotAllowed
    address = checking.address(email)
    if role not in STAFF:
        raise Invalid(_("Choose agent, team lead or administrator."), field="role")
    if User.objects.filter(email=address).exists():
        raise AddressTaken(field="email")
    return _invite(viewer, customer=None, email=address, role=role, name=checking.name(name), language=language)


def withdraw(*, viewer: Viewer, invitation: Invitation) -> None:
    """Make the link useless. Idempotent. Raises `NotAllowed`."""
    if not viewer.is_admin and not (invitation.customer and (viewer.is_staff or viewer.owns(invitation.customer.pk))):
        raise NotAllowed
    now = clock.now()
    with transaction.atomic():
        if Invitation.objects.filter(pk=invitation.pk, used_at=None, withdrawn_at=None).update(withdrawn_at=now):
            _journal("person.invitation_withdrawn", viewer.actor_id, invitation, now)


def find(secret: str) -> Invitation:
    """The invitation a link opens. Raises `InvitationGone` for anything that does not, whatever the reason."""
    number, _dot, proof = secret.partition("-")
    found = (
        Invitation.objects.select_related("customer").filter(pk=int(number)).first()
        if number.isdecimal() and len(number) < 19
        else None
    )
    if found is None or not constant_time_compare(proof, _proof(found)):
        raise InvitationGone
    if found.used_at or found.withdrawn_at or found.expires_at <= clock.now():
        raise InvitationGone
    if found.customer is not None and not found.customer.is_active:
        raise InvitationGone
    return found


def waiting(customer: Customer) -> list[Invitation]:
    """Those of the account that can still be used, newest first."""
    unused = Invitation.objects.filter(customer=customer, used_at=None, withdrawn_at=None, expires_at__gt=clock.now())
    return list(unused.order_by("-pk"))


def secret_of(invitation: Invitation) -> str:
    """What the link carries; for the mail alone."""
    return f"{invitation.pk}-{_proof(invitation)}"


def accept(*, secret: str, password: str | None = None, name: str = "") -> User:
    """Use the link: the person it names acts for the customer, or works here, from now on.

    Somebody who has no account yet gets one with `password` (already validated by the form) and `name`; the address
    counts as proven. Somebody who has one keeps it, and signs in as always. Raises `InvitationGone`, `Invalid`,
    `AddressTaken`.
    """
    invitation = find(secret)
    now = clock.now()
    with transaction.atomic():
        unused = Invitation.objects.filter(pk=invitation.pk, used_at=None, withdrawn_at=None)
        if not unused.update(used_at=now):
            raise InvitationGone
        user = User.objects.filter(email=invitation.email).first()
        if user is None or not user.has_usable_password():
            if not password:
                raise Invalid(_("Choose a password."), field="password")
            user = user or User(email=invitation.email, name="", language=invitation.language)
            user.name = checking.name(name or user.name or invitation.name)
            user.set_password(password)
            user.save()
        addresses.prove(user)
        if invitation.customer is not None:
            contacts.add(viewer=OPERATOR, customer=invitation.customer, user=user, role=invitation.role)
        else:
            staff.appoint(viewer=OPERATOR, user=user, role=invitation.role)
        _journal("person.invitation_accepted", user.pk, invitation, now)
    return user


def _invite(
    viewer: Viewer, *, customer: Customer | None, email: str, role: str, name: str, language: str
) -> Invitation:
    now = clock.now()
    with transaction.atomic():
        waiting = Invitation.objects.filter(customer=customer, email=email, used_at=None, withdrawn_at=None)
        waiting.update(withdrawn_at=now)
        invitation = Invitation.objects.create(
            customer=customer,
            email=email,
            role=role,
            name=checking.name(name) if name.strip() else "",
            language=checking.language(language),
            nonce=ids.token(),
            invited_by=viewer.user if viewer.actor_id else None,
            created_at=now,
            expires_at=now + LIVES,
        )
        _journal("person.invited", viewer.actor_id, invitation, now)
    return invitation


def _journal(kind: str, actor_id: int | None, invitation: Invitation, now: datetime) -> None:
    record(
        kind,
        at=now,
        audience=Audience.CUSTOMER if invitation.customer_id else Audience.STAFF,
        actor_id=actor_id,
        customer_id=invitation.customer_id,
        data={"invitation": invitation.pk, "email": invitation.email, "role": invitation.role},
    )


def _proof(invitation: Invitation) -> str:
    return salted_hmac("vigie.people.inviting", f"{invitation.pk}:{invitation.nonce}", algorithm="sha256").hexdigest()
