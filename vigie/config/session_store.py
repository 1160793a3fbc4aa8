"""Sessions: rows in the database. A stranger's lives an hour, whatever a signed-in person's does.

Strangers get one when they begin a sign-in with a passkey or when what they posted is held over a sign-in: without an end
soon, and a limit on how many (`limiting`), a flood would fill the disk.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import cached_db, db

from vigie.kernel import clock

STRANGERS_AGE = timedelta(hours=1)

if TYPE_CHECKING:
    Kept = db.SessionStore
else:
    Kept = cached_db.SessionStore if settings.SESSION_COPIES else db.SessionStore


class SessionStore(Kept):
    """Read through the memory of the one process, or from the database where there are several (SESSION_COPIES)."""

    def _validate_session_key(self, key: str) -> bool:
        """A cookie may say anything, a NUL too, which PostgreSQL takes in no text; keys of ours are letters and digits."""
        known: bool = super()._validate_session_key(key)  # type: ignore[misc]  # its stubs leave it out
        return known and key.isascii() and key.isalnum()

    def get_expiry_age(self, **kwargs: Any) -> int:
        age = super().get_expiry_age(**kwargs)
        if "expiry" in kwargs:  # a row being loaded: its end was bounded when it was written, and its content is not there yet
            return age
        return age if SESSION_KEY in self else min(age, int(STRANGERS_AGE.total_seconds()))

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        date = super().get_expiry_date(**kwargs)
        return date if SESSION_KEY in self else min(date, clock.now() + STRANGERS_AGE)
