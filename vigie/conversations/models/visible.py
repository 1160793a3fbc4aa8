"""What each viewer may see of conversations. A missing check is a missing queryset, not a leak."""

from django.db.models import Q

from vigie.people.access import Viewer, departments_q


def conversations_q(viewer: Viewer, path: str = "") -> Q:
    """A filter for rows that hang on a conversation by `path` (`"conversation__"`; empty: the conversation itself).

    A contact's role narrows by the department of the ticket that the conversation has, if it has one.
    """
    return departments_q(
        viewer, customer=f"{path}customer", department=f"{path}ticket__department", contact=f"{path}contact"
    )
