"""Teams, their level, and when they work."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .department import Department
from .user import User


class Calendar(models.Model):
    """Working time in one IANA zone. `always` means 24/7: hours and holidays are then ignored."""

    name = models.CharField(_("Name"), max_length=80, unique=True)
    timezone = models.CharField(_("Time zone"), max_length=64, default="Europe/Paris")
    always = models.BooleanField(_("24/7"), default=False)

    def __str__(self) -> str:
        return self.name


class WorkingHours(models.Model):
    """One span of wall-clock time on a weekday (Monday is 0); `end` 00:00 means midnight at the day's end."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    start = models.TimeField()
    end = models.TimeField()

    class Meta:
        ordering = ["weekday", "start"]

    def __str__(self) -> str:
        return f"{self.weekday} {self.start:%H:%M}-{self.end:%H:%M}"


class Holiday(models.Model):
    """A whole local day on which nobody works."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="holidays")
    date = models.DateField()
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="holiday_once")]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class Team(models.Model):
    """`level` 1 to 3 (L1 ... L3). `department` empty: every department. `location` empty: every site."""

    code = models.SlugField(max_length=32, unique=True)
    name_fr = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField(default=1)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="teams")
    location = models.CharField(max_length=80, blank=True)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="teams")
    members = models.ManyToManyField(User, through="TeamMember", related_name="teams")

    class Meta:
        ordering = ["level", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_fr


class TeamMember(models.Model):
    """`on_call`: reached last when a promise is about to break and nobody of the team answers."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    on_call = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="team_member_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"
