"""An invitation to act for a customer, or to work here."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .customer import Customer
from .user import User


class Invitation(models.Model):
    """With a customer: to be its contact, `role` a `ContactRole`. Without: to be staff, `role` a `Role`.

    Nothing of the link is stored: its secret is an HMAC over `id` and `nonce` (see `people.inviting`), so whoever reads
    the database cannot use it. Works once (`used_at`), until `expires_at`, unless withdrawn.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, related_name="invitations")
    email = models.EmailField(_("E-mail address"))
    name = models.CharField(_("Name"), max_length=120, blank=True)
    role = models.CharField(_("Role"), max_length=9)
    language = models.CharField(_("Language"), max_length=2, default="fr")
    nonce = models.CharField(max_length=43)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "id"], name="invitation_customer")]

    def __str__(self) -> str:
        return f"{self.email} as {self.role}"
