"""Proof links: one click of an agent mails one to the registered address; using it makes the conversation verified."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from vigie.conversations.errors import (
    DeadProofError,
    ManyProofsError,
    NobodyToProveError,
    NotAllowedError,
    VerifiedAlreadyError,
)
from vigie.conversations.models import Conversation, ProofLink, Trust
from vigie.conversations.verifying import tell, verify
from vigie.journal.models import Audience
from vigie.kernel import clock, ids
from vigie.mail_out import compose
from vigie.people.access import Viewer

LIFE = timedelta(hours=1)
A_DAY = 5
"""Proof links to one address in 24 hours, over all conversations: nobody's mailbox is flooded by asking."""


def send_proof_link(*, viewer: Viewer, conversation: Conversation) -> ProofLink:
    """Mail a single-use link to the registered address of the conversation's customer, and to no other; it lives an hour.

    For staff. Raises NotAllowedError, VerifiedAlreadyError, NobodyToProveError, ManyProofsError.
    """
    now = clock.now()
    if not viewer.is_staff:
        raise NotAllowedError
    with transaction.atomic():
        # The customer's row, since the cap is for its address: two agents asking at once must not both pass it.
        held = Conversation.objects.select_for_update(of=("self", "customer")).select_related("customer")
        fresh = held.filter(pk=conversation.pk, customer__is_active=True).first()
        if fresh is None or fresh.customer is None:
            raise NobodyToProveError
        if fresh.trust == Trust.VERIFIED:
            raise VerifiedAlreadyError
        address = fresh.customer.registered_address
        if ProofLink.objects.filter(address=address, created_at__gt=now - timedelta(days=1)).count() >= A_DAY:
            raise ManyProofsError
        secret = ids.token()
        link = ProofLink.objects.create(
            conversation=fresh,
            address=address,
            hash=ids.fingerprint(secret),
            asked_by=viewer.user,
            created_at=now,
            expires_at=now + LIFE,
        )
        compose.queue(
            key=f"proof:{link.pk}",
            kind="proof",
            recipient=address,
            language=fresh.language,
            template="proof",
            context={
                "url": settings.SITE_URL + reverse("public:proof", args=[secret]),
                "subject": fresh.subject,
                "expires_at": link.expires_at,
                "customer": fresh.customer,
            },
            customer_id=fresh.customer_id,
            conversation_id=fresh.pk,
        )
        tell("proof.sent", fresh, at=now, by=viewer.user, audience=Audience.STAFF, data={"link": link.pk})
    return link


def proof_waiting(secret: str) -> ProofLink | None:
    """The link a secret opens, if it still does: for the page that asks to confirm (mail scanners follow links)."""
    links = ProofLink.objects.select_related("conversation__customer")
    return links.filter(hash=ids.fingerprint(secret), used_at=None, expires_at__gt=clock.now()).first()


def use_proof_link(secret: str) -> Conversation:
    """Spend the link: its conversation is verified from now on. Once only, also when raced. Raises DeadProofError."""
    now = clock.now()
    with transaction.atomic():
        mine = ProofLink.objects.filter(hash=ids.fingerprint(secret))
        if not mine.filter(used_at=None, expires_at__gt=now).update(used_at=now):
            raise DeadProofError
        link = mine.select_related("conversation__customer").get()
        customer = link.conversation.customer
        if customer is None or customer.registered_address != link.address:
            raise DeadProofError  # the registered address was changed since: the old mailbox proves nothing
        verify(conversation=link.conversation, kind="proof_link", by=None, at=now, detail={"address": link.address})
    return link.conversation
