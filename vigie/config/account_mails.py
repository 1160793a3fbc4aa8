"""The mails about accounts: links to confirm an address, set a password or accept an invitation, and notices of
changes.

Links are built on VIGIE_SITE_URL, never on the Host header of whoever asked.
"""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.http import int_to_base36
from django.utils.translation import gettext_lazy as _

from vigie.journal.models import Entry
from vigie.kernel import clock
from vigie.mail_out import compose
from vigie.people import devices, inviting
from vigie.people.models import Customer, Invitation, User

NOTICES: dict[str, str | Promise] = {
    "account/email/password_changed": _("Your password was changed"),
    "account/email/password_set": _("A password was set for your account"),
    "account/email/password_reset": _("Your password was reset"),
    "mfa/email/totp_activated": _("An authenticator app was set up for your account"),
    "mfa/email/totp_deactivated": _("The authenticator app was removed from your account"),
    "mfa/email/webauthn_added": _("A passkey was added to your account"),
    "mfa/email/webauthn_removed": _("A passkey was removed from your account"),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made for your account"),
}
"""What allauth wants told -> its subject in our words."""

CONFIRM = "account/email/email_confirmation"


def queue(template_prefix: str, email: str, context: dict[str, Any]) -> None:
    """A mail allauth wants sent, in the person's language. One it has no words for is a mistake of ours: KeyError."""
    if template_prefix.startswith(CONFIRM):
        user: User = context["user"]
        link = settings.SITE_URL + reverse("account_confirm_email", args=[context["key"]])
        _send(f"confirm:{uuid4()}", "account_confirm", email, user.language, {"user": user, "link": link})
        return
    _notice(NOTICES[template_prefix], email, context)


def address_changed(user: User, *, old: str) -> None:
    """Tell the address a person no longer signs in with."""
    what = _("Your sign-in address was changed")
    _send(f"address:{uuid4()}", "account_address", old, user.language, {"user": user, "what": what, "to": user.email})


def registered_address_changed(entry: Entry) -> None:
    """Reaction to `customer.address_changed`: staff or the provider's own system moved a customer's sign-in elsewhere.
    The old address is told, as it is when people do so themselves: whoever was moved against their will must learn of it.
    """
    customer = Customer.objects.filter(pk=entry.customer_id or 0).first()
    if customer is None:
        return
    with translation.override(customer.language):
        what = str(_("Your sign-in address was changed"))
    context = {"user": customer, "what": what, "to": entry.data["to"]}
    _send(f"moved:{entry.pk}", "account_address", entry.data["from"], customer.language, context)


def send_reset(entry: Entry) -> None:
    """Reaction to `person.reset_asked`: a link to set a password, if anybody signs in with that address.

    Done here and not in the request, so that asking takes the same time and leaves the same trace for every address.
    """
    user = User.objects.filter(email=entry.data["address"], is_active=True).first()
    if user is None:
        return
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": int_to_base36(user.pk), "key": key})
    context = {"user": user, "link": settings.SITE_URL + path, "first": not user.has_usable_password()}
    _send(f"reset:{entry.pk}", "account_reset", user.email, user.language, context)


def send_invitation(entry: Entry) -> None:
    """Reaction to `person.invited`: the link, to the address invited."""
    invitation = Invitation.objects.select_related("customer", "invited_by").filter(pk=entry.data["invitation"]).first()
    if invitation is None or invitation.used_at or invitation.withdrawn_at:
        return
    link = settings.SITE_URL + reverse("invitation", args=[inviting.secret_of(invitation)])
    context = {
        "invitation": invitation,
        "link": link,
        "has_account": User.objects.filter(email=invitation.email).exists(),
    }
    _send(f"invitation:{invitation.pk}", "account_invitation", invitation.email, invitation.language, context)


def _notice(what: str | Promise, email: str, context: dict[str, Any]) -> None:
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        return
    browser, system = devices.described(context.get("user_agent", ""))
    said = {
        "user": user,
        "what": what,
        "at": clock.now(),
        "ip": context.get("ip", ""),
        "browser": browser,
        "system": system,
    }
    _send(f"notice:{uuid4()}", "account_notice", email, user.language, said)


def _send(key: str, template: str, recipient: str, language: str, context: dict[str, Any]) -> None:
    with translation.override(language):
        ready = {name: str(value) if isinstance(value, Promise) else value for name, value in context.items()}
    compose.queue(
        key=key,
        kind="account",
        recipient=recipient,
        language=language,
        template=template,
        context=ready,
        automatic=True,
    )
