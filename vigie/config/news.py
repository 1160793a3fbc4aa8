"""What the client area's bell counts."""

from vigie.kernel import sql
from vigie.people.access import Viewer, departments_sql

MOST = 99
_UNREAD = """SELECT c.id FROM conversations_conversation c LEFT JOIN tickets_ticket t ON t.conversation_id = c.id
WHERE {seen} AND NOT EXISTS (
    SELECT 1 FROM conversations_readmark r WHERE r.conversation_id = c.id AND r.user_id = %s AND r.seq >= c.last_public_seq
) LIMIT %s
"""


def news(viewer: Viewer) -> int:
    """Tickets with something the person has not read, at most 99; 0 for staff and strangers. One query."""
    if viewer.user is None or viewer.is_staff:
        return 0
    seen, values = departments_sql(viewer, customer="c.customer_id", department="t.department_id", contact="c.contact_id")
    return len(sql.ask(_UNREAD.format(seen=seen), (*values, viewer.user.pk, MOST)))  # it comes with every page
