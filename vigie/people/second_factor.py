"""The second factor: who has one, and who must."""

from allauth.mfa.models import Authenticator
from django.db import connection

from . import provider
from .models import User

FACTORS = (str(Authenticator.Type.TOTP), str(Authenticator.Type.WEBAUTHN))

_HAS_ONE = "SELECT EXISTS (SELECT 1 FROM mfa_authenticator WHERE user_id = %s AND type IN (%s, %s))"


def has_one(user: User) -> bool:
    """Recovery codes alone are none."""
    with connection.cursor() as cursor:  # by hand: for staff without one it comes with every request
        cursor.execute(_HAS_ONE, [user.pk, *FACTORS])
        return bool(cursor.fetchone()[0])


def is_missing(user: User) -> bool:
    """Staff without a second factor where the provider requires it."""
    return user.is_staff and provider.current().staff_mfa and not has_one(user)


def may_remove(authenticator: Authenticator) -> bool:
    """Whoever must have a factor keeps the last one."""
    user = authenticator.user
    if not user.is_staff or authenticator.type not in FACTORS or not provider.current().staff_mfa:
        return True
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exclude(pk=authenticator.pk).exists())
