"""Departments: what a ticket is about. Technical and Financial by default; providers add more."""

from django.db import models
from django.utils.translation import get_language


class Department(models.Model):
    """`code` is fixed (`technical`, `financial`, ...); names and descriptions are business settings, edited in the
    console.
    """

    code = models.SlugField(primary_key=True, max_length=32)
    name_fr = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    about_fr = models.CharField(max_length=200, blank=True)
    about_en = models.CharField(max_length=200, blank=True)
    address = models.EmailField(blank=True, help_text="Mail written here belongs to this department.")
    is_open = models.BooleanField(default=True, help_text="Customers may choose it.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the active language, French where another is asked."""
        return self.name_en if get_language() == "en" else self.name_fr

    @property
    def about(self) -> str:
        return self.about_en if get_language() == "en" else self.about_fr
