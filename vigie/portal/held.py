"""What a form without scripts carried when its session had ended: kept in the browser's session over the sign-in."""

from django.http import HttpRequest

LIMIT = 200_000
"""Characters kept; Django's sign-in carries the data of an anonymous session over to the new one."""


def hold(request: HttpRequest) -> None:
    """Keep the posted fields under the form's address. Files cannot be kept; uploads already made are, by their ids."""
    fields = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    if sum(len(value) for values in fields.values() for value in values) <= LIMIT:
        request.session[f"held:{request.path}"] = fields


def take(request: HttpRequest, path: str) -> dict[str, list[str]] | None:
    """What was kept for `path`, once."""
    kept: dict[str, list[str]] | None = request.session.pop(f"held:{path}", None)
    return kept
