"""A person who signs in: a customer's contact, or staff."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a user may be; staff roles include the rights of those before them."""

    CONTACT = "contact", _("Contact")
    AGENT = "agent", _("Agent")
    LEAD = "lead", _("Team lead")
    ADMIN = "admin", _("Administrator")


STAFF = (Role.AGENT, Role.LEAD, Role.ADMIN)


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user; without a password only a reset link lets the person in."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Signs in with `email`, stored in lower case. `timezone` is an IANA name, `language` one of settings.LANGUAGES."""

    email = models.EmailField(_("E-mail address"), unique=True)
    name = models.CharField(_("Name"), max_length=120)
    role = models.CharField(max_length=8, choices=Role, default=Role.CONTACT)
    language = models.CharField(_("Language"), max_length=2, default="fr")
    timezone = models.CharField(_("Time zone"), max_length=64, default="Europe/Paris")
    theme = models.CharField(
        _("Appearance"),
        max_length=5,
        default="auto",
        choices=[("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
    )
    keys = models.BooleanField(_("Single-letter keys"), default=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF

    @property
    def initials(self) -> str:
        """At most two letters, for the avatar."""
        words = [word for word in (self.name or self.email).split() if word[0].isalnum()]
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
