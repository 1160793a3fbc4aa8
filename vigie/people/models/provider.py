"""The provider's own business settings: one row."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Provider(models.Model):
    """Exactly one row, id 1, created by the first migration and edited in the console (journaled)."""

    name = models.CharField(_("Name"), max_length=80, default="Vigie")
    site = models.URLField(_("Web site"), blank=True)
    support_address = models.EmailField(_("Support address"), blank=True)
    accent = models.CharField(_("Accent colour"), max_length=7, default="#2C49C8")
    logo = models.CharField(max_length=64, blank=True, help_text="Generated storage name of the uploaded logo.")
    language = models.CharField(_("Default language"), max_length=2, default="fr")
    timezone = models.CharField(_("Time zone"), max_length=64, default="Europe/Paris")
    staff_mfa = models.BooleanField(_("Second factor required of staff"), default=False)
    reopen_days = models.PositiveSmallIntegerField(_("A reply reopens within (days)"), default=14)

    def __str__(self) -> str:
        return self.name
