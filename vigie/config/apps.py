from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Last in INSTALLED_APPS: connects the house once every room stands."""

    name = "vigie.config"
    label = "config"

    def ready(self) -> None:
        from vigie.config import reactions

        reactions.connect()
