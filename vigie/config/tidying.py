"""What Django leaves behind: sessions that ran out."""

from importlib import import_module

from django.conf import settings


def clear_sessions() -> None:
    """Delete expired sessions. Idempotent."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
