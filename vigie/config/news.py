"""What the client area's bell counts."""

from django.db.models import F

from vigie.conversations.models import Conversation
from vigie.people.access import Viewer

MOST = 99


def news(viewer: Viewer) -> int:
    """Tickets with something the person has not read, at most 99; 0 for staff and strangers. One query."""
    if viewer.user is None or viewer.is_staff:
        return 0
    unread = Conversation.objects.visible_to(viewer).exclude(
        read_marks__user=viewer.user, read_marks__seq__gte=F("last_public_seq")
    )
    return len(unread.values_list("pk")[:MOST])
