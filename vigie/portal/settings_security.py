"""Security: address, password, second factors. Changing them is allauth's business; this page says where one stands."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse

from vigie.people import second_factor

from .settings import SignedIn, show


@login_required
def security(request: SignedIn) -> HttpResponse:
    held = Authenticator.objects.filter(user=request.user).order_by("created_at")
    codes = next((one for one in held if one.type == Authenticator.Type.RECOVERY_CODES), None)
    context = {
        "pending": EmailAddress.objects.filter(user=request.user, verified=False)
        .exclude(email=request.user.email)
        .first(),
        "app": next((one for one in held if one.type == Authenticator.Type.TOTP), None),
        "passkeys": [one for one in held if one.type == Authenticator.Type.WEBAUTHN],
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else None,
        "missing": second_factor.is_missing(request.user),
    }
    return show(request, "security", context)
