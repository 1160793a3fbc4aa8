"""What an API token may do."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SCOPES: dict[str, str | Promise] = {
    "customers:read": _("Read customers and contacts"),
    "customers:write": _("Create and change customers and contacts"),
    "services:read": _("Read services"),
    "services:write": _("Create and change services"),
    "tickets:read": _("Read tickets, messages and attachments"),
    "tickets:write": _("Create tickets, reply, assign and change them"),
    "notes:read": _("Read internal notes"),
    "notes:write": _("Write internal notes"),
    "journal:read": _("Read the journal"),
}
"""Scope -> what it allows, in words. A `:write` scope does not include `:read`."""
