"""The provider's own settings: brand, language, zone, what is asked of staff."""

from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock, lookup

from . import checking, contrast
from .access import Viewer
from .errors import Invalid, LowContrast, NotAllowed
from .models import Provider


class Fields(TypedDict, total=False):
    name: str
    site: str
    support_address: str
    accent: str
    logo: str
    language: str
    timezone: str
    staff_mfa: bool
    reopen_days: int


def current() -> Provider:
    """The one row; one query by primary key."""
    found = lookup.one(Provider, "id = %s", 1)
    if found is None:
        raise Provider.DoesNotExist
    return found


def change(*, viewer: Viewer, **fields: Unpack[Fields]) -> Provider:
    """Change what is given. Raises `NotAllowed`; `Invalid` naming the field; `LowContrast` with the ratio and the
    nearest colour that can be read.
    """
    if not viewer.is_admin:
        raise NotAllowed
    values, provider = _cleaned(fields), current()
    changed = [field for field, value in values.items() if getattr(provider, field) != value]
    if changed:
        with transaction.atomic():
            for field in changed:
                setattr(provider, field, values[field])
            provider.save(update_fields=changed)
            record(
                "provider.changed",
                at=clock.now(),
                audience=Audience.STAFF,
                actor_id=viewer.actor_id,
                data={"fields": changed},
            )
    return provider


def _cleaned(fields: Fields) -> dict[str, Any]:
    values: dict[str, Any] = dict(fields)
    if "name" in fields:
        values["name"] = checking.name(fields["name"], length=80)
    if fields.get("site"):
        values["site"] = _checked_site(fields["site"])
    if fields.get("support_address"):
        values["support_address"] = checking.address(fields["support_address"], field="support_address")
    if "accent" in fields:
        values["accent"] = _checked_accent(fields["accent"])
    if "language" in fields:
        values["language"] = checking.language(fields["language"])
    if "timezone" in fields:
        values["timezone"] = checking.timezone(fields["timezone"])
    if "reopen_days" in fields and not 0 <= fields["reopen_days"] <= 365:
        raise Invalid(_("Between 0 and 365 days."), field="reopen_days")
    return values


def _checked_site(url: str) -> str:
    try:
        URLValidator(schemes=["https", "http"])(url.strip())
    except ValidationError:
        raise Invalid(_("This is not a web address, like https://www.example.com."), field="site") from None
    return url.strip()


def _checked_accent(colour: str) -> str:
    colour = colour.strip().upper()
    if not contrast.is_colour(colour):
        raise Invalid(_("A colour is written like #2C49C8."), field="accent")
    worst = contrast.worst(colour)
    if worst < contrast.AA_TEXT:
        said = _(
            "%(colour)s has a contrast of %(ratio).1f to 1 with the pages; text needs 4.5 to 1 to be readable. "
            "The nearest readable colour is %(nearest)s."
        )
        numbers = {"colour": colour, "ratio": int(worst * 10) / 10, "nearest": contrast.nearest_readable(colour)}
        raise LowContrast(said % numbers, field="accent")
    return colour
