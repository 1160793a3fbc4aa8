"""Words for the events that something follows from, for the list of what could not follow."""

from django.utils.translation import gettext_lazy as _

EVENT_WORDS = {
    "person.invited": _("Invitation"),
    "customer.address_changed": _("Registered address moved"),
    "person.reset_asked": _("New password asked for"),
    "ticket.opened": _("Ticket opened"),
    "message.posted": _("Message"),
    "ticket.priority_changed": _("Priority changed"),
    "ticket.next_update_promised": _("Next update promised"),
    "ticket.state_changed": _("State changed"),
    "clock.warned": _("Time is running out"),
    "clock.broken": _("Promise broken"),
}
