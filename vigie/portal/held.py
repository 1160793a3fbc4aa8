"""What a form without scripts carried when its session had ended: kept in the browser's session over the sign-in."""

from django.http import HttpRequest

from vigie.kernel.limits import Limit, place_of, spend

LIMIT = 200_000
"""Characters kept; Django's sign-in carries the data of an anonymous session over to the new one."""
HOLDING = Limit("holding", 30, 3600)
"""Forms held for one place: anybody may post without having signed in, and what is held is written down."""


def hold(request: HttpRequest) -> None:
    """Keep the posted fields under the form's address, in place of what was held before. Files cannot be kept; uploads
    already made are, by their ids.
    """
    fields = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > LIMIT:
        return
    if spend(HOLDING, place_of(request.META.get("REMOTE_ADDR", ""))):
        return
    for other in [key for key in request.session.keys() if key.startswith("held:")]:  # noqa: SIM118  a session is no dictionary
        del request.session[other]
    request.session[f"held:{request.path}"] = fields


def take(request: HttpRequest, path: str) -> dict[str, list[str]] | None:
    """What was kept for `path`, once."""
    kept: dict[str, list[str]] | None = request.session.pop(f"held:{path}", None)
    return kept
