"""What people set about themselves: name, language, time zone, appearance, keys."""

from django.db import transaction

from vigie.journal.models import Audience
from vigie.journal.record import record
from vigie.kernel import clock

from . import checking
from .errors import Invalid
from .models import User

THEMES = ("auto", "light", "dark")


def change(
    *,
    user: User,
    name: str | None = None,
    language: str | None = None,
    timezone: str | None = None,
    theme: str | None = None,
    keys: bool | None = None,
) -> User:
    """Change what is given, leave the rest. Raises `Invalid` naming the field. Nothing is written when nothing
    changes.
    """
    wanted: dict[str, object] = {}
    if name is not None:
        wanted["name"] = checking.name(name)
    if language is not None:
        wanted["language"] = checking.language(language)
    if timezone is not None:
        wanted["timezone"] = checking.timezone(timezone)
    if theme is not None:
        if theme not in THEMES:
            raise Invalid(field="theme")
        wanted["theme"] = theme
    if keys is not None:
        wanted["keys"] = keys
    changed = [field for field, value in wanted.items() if getattr(user, field) != value]
    if not changed:
        return user
    with transaction.atomic():
        for field in changed:
            setattr(user, field, wanted[field])
        user.save(update_fields=changed)
        record(
            "person.changed",
            at=clock.now(),
            audience=Audience.STAFF,
            actor_id=user.pk,
            data={"person": user.pk, "fields": changed},
        )
    return user
