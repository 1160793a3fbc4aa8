"""allauth's forms in our words, with what this house adds: equal work for every address, other sessions ended."""

from collections.abc import Mapping
from typing import Any

from allauth.account import forms
from allauth.core import context
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as passkey_forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock
from vigie.people import addresses, sessions
from vigie.people.models import User


def _word(form: Any, labels: Mapping[str, str | Promise], hints: Mapping[str, str | Promise] | None = None) -> None:
    """Our labels; no placeholders, which vanish while one types; hints only where they say something."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label, field.help_text = label, (hints or {}).get(name, "")
        field.widget.attrs.pop("placeholder", None)


PASSWORD_HINT = _("10 characters at least; longer is better. Not a common one, and not your name.")
CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}


class SignIn(forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "login": _("E-mail address"),
            "password": _("Password"),
            "remember": _("Stay signed in on this device"),
        }
        _word(self, words)
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"


class AskReset(forms.ResetPasswordForm):
    """Only writes down who was asked for; whether anybody signs in with it is looked up after the answer went out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, {"email": _("E-mail address")})

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def save(self, _request: HttpRequest, **_kwargs: Any) -> str:
        address = str(self.cleaned_data["email"])
        with transaction.atomic():
            record("person.reset_asked", at=clock.now(), audience=Audience.STAFF, data={"address": address})
        return address


class Reset(forms.ResetPasswordKeyForm):
    """The link was mailed: the address is proven. Whoever was signed in is so no longer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, {"password1": _("New password")}, {"password1": PASSWORD_HINT})
        del self.fields["password2"]

    def save(self) -> None:
        user: User = self.user
        with transaction.atomic():
            super().save()
            addresses.prove(user)
            sessions.end_all(user=user)
            _journal("person.password_reset", user)


class ChangePassword(forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {"oldpassword": _("Current password"), "password1": _("New password")}
        _word(self, words, {"password1": PASSWORD_HINT})
        del self.fields["password2"]

    def save(self) -> None:
        _save_password(self.user, super().save)


class SetPassword(forms.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, {"password1": _("New password")}, {"password1": PASSWORD_HINT})
        del self.fields["password2"]

    def save(self) -> None:
        _save_password(self.user, super().save)


class Reauthenticate(forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, {"password": _("Password")})


class ChangeAddress(forms.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _("We send a link there. Until you follow it, nothing changes.")
        _word(self, {"email": _("New e-mail address")}, {"email": hint})


class Code(factor_forms.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, {"code": _("Code")}, {"code": _("6 digits from your authenticator app, or a recovery code.")})
        self.fields["code"].widget.attrs.update(CODE)


class CodeAgain(factor_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, {"code": _("Code")}, {"code": _("6 digits from your authenticator app, or a recovery code.")})
        self.fields["code"].widget.attrs.update(CODE)


class SetUpApp(totp_forms.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, {"code": _("Code shown by the app")})
        self.fields["code"].widget.attrs.update({**CODE, "autofocus": False})


class AddPasskey(passkey_forms.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hints = {
            "name": _("To recognise it in the list, as in “Laptop” or “Blue key”."),
            "passwordless": _("The device then asks for its PIN, your finger or your face."),
        }
        _word(self, {"name": _("Name"), "passwordless": _("Sign in with it alone, without a password")}, hints)
        self.fields["passwordless"].initial = True


class RenamePasskey(passkey_forms.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, {"name": _("Name")})


def _save_password(user: User, save: Any) -> None:
    """Save, and end every session but this one. (Its key changes right after: Django cycles it.)"""
    with transaction.atomic():
        save()
        sessions.end_all(user=user, keep=context.request.session.session_key)
        _journal("person.password_changed", user)


def _journal(kind: str, user: User) -> None:
    record(kind, at=clock.now(), audience=Audience.STAFF, actor_id=user.pk, data={"person": user.pk})
