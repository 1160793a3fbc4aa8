"""How django-allauth fits this house: who may sign in, where each person lands, and how its mails leave."""

import base64
import hashlib
from functools import cache
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vigie.config import account_mails
from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock, ids, lookup
from vigie.people import addresses, provider, second_factor
from vigie.people.errors import AddressTaken
from vigie.people.models import User


class ByAddress(AuthenticationBackend):
    """E-mail and password, with the same work for an address nobody has: one query, one hash."""

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, by one plain statement: this comes with every request."""
        return lookup.one(User, "id = %s AND is_active", user_id)

    def _authenticate_by_email(self, email: str, password: str) -> AbstractBaseUser | None:
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            self._did_check_password = True
            check_password(password, _nobodys_password())
            return None
        found: AbstractBaseUser | None = self._check_password(user, password)
        return found


@cache
def _nobodys_password() -> str:
    """A hash by the preferred hasher that no password opens."""
    return make_password(ids.token())


class Accounts(DefaultAccountAdapter):
    """No public sign-up; addresses confirmed before they are used; every mail through the house's own queue."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes, then try again."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": _("This code is not right, or no longer valid. Enter the one shown now."),
        "duplicate_email": _("This is already your address."),
        "email_taken": _("This address already belongs to somebody else."),
        "invalid_password_reset": _("This link was already used or has expired."),
        "rate_limited": _("Too many attempts. Wait a few minutes, then try again."),
        "unverified_primary_email": _("Confirm your e-mail address first."),
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request.user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return settings_page_of(request.user, "security")

    def get_email_verification_redirect_url(self, _email_address: EmailAddress) -> str:
        if self.request.user.is_authenticated:
            return settings_page_of(self.request.user, "security")
        return reverse("account_login")

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Somebody with a password got it by a link to the sign-in address, or from an administrator: it is proven."""
        if not EmailAddress.objects.filter(user=user).exists():
            addresses.prove(user)
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def reauthenticate(self, user: User, password: str) -> bool:
        """By the sign-in address, which every user has; allauth would need its own address row."""
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """A link sent to an address was used: it becomes the sign-in address, and the old one is told."""
        user, old = email_address.user, email_address.user.email
        if old == email_address.email:
            addresses.prove(user)
            return True
        try:
            addresses.move(user=user, to=email_address.email)
        except AddressTaken as refusal:
            self.add_message(request, messages.ERROR, message=str(refusal))
            return False
        account_mails.address_changed(user, old=old)
        self.add_message(request, messages.SUCCESS, message=str(_("You sign in with your new address from now on.")))
        return True

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        _journal("person.signed_in", user, {"ip": self.get_client_ip(request)})
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        return answer

    def logout(self, request: HttpRequest) -> None:
        """Journaled, so that the person's other open pages are looked at again at once."""
        user = request.user
        super().logout(request)
        if isinstance(user, User):
            _journal("person.signed_out", user, {})

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Every change to how somebody signs in is told and journaled."""
        _journal("person.security_changed", user, {"what": template_prefix.rpartition("/")[2]})
        super().send_notification_mail(template_prefix, user, context, email or user.email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        account_mails.queue(template_prefix, email, context)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,  # noqa: ARG002  our words need none
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Allauth's own messages in our words; those not in the table are not worth a line."""
        said = message or SAID.get(message_template or "")
        if said:
            messages.add_message(request, level, str(said), extra_tags=extra_tags)


SAID = {
    "account/messages/password_changed.txt": _("Your password is changed. Your other sessions have ended."),
    "account/messages/password_set.txt": _("Your password is set."),
    "account/messages/email_confirmation_sent.txt": _("A link is on its way. Your address changes when you follow it."),
    "account/messages/email_confirmation_failed.txt": _("This address cannot be confirmed."),
    "mfa/messages/totp_activated.txt": _("Your authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": _("Your authenticator app is no longer asked for."),
    "mfa/messages/webauthn_added.txt": _("Your passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "mfa/messages/recovery_codes_generated.txt": _("Your recovery codes are made; any made before no longer work."),
}


class SecondFactors(DefaultMFAAdapter):
    """Named after the provider; secrets encrypted at rest; required factors cannot be put down."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": Accounts.error_messages["incorrect_code"],
        "cannot_delete_authenticator": _("You need a second factor here. Add another one before you remove this one."),
        "cannot_generate_recovery_codes": _(
            "Recovery codes come with an authenticator app or a passkey. Add one first."
        ),
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def _get_site_name(self) -> str:
        return provider.current().name

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return second_factor.may_remove(authenticator)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002  theirs
        held = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return str(_("Passkey %(number)d") % {"number": held + 1})


def _journal(kind: str, user: User, data: dict[str, Any]) -> None:
    with transaction.atomic():
        at = clock.now()
        record(kind, at=at, audience=Audience.STAFF, actor_id=user.pk, data={"person": user.pk, **data})


def _cipher() -> MultiFernet:
    """AES by the secret key; a retired key in SECRET_KEY_FALLBACKS still reads what it wrote."""
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"vigie.mfa:" + key.encode()).digest())) for key in keys]
    )


def home_of(user: Any) -> str:
    """Where a person belongs: staff at the console, everybody else in the client area."""
    return reverse("console:queue" if getattr(user, "is_staff", False) else "portal:home")


def settings_page_of(user: Any, name: str) -> str:
    """A settings page behind the door the person came in by."""
    return reverse(f"{'settings' if getattr(user, 'is_staff', False) else 'portal'}:{name}")
