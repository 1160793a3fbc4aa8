"""What each viewer may see of conversations. A missing check is a missing queryset, not a leak."""

from typing import TYPE_CHECKING

from django.db.models import Q

from vigie.people.access import Viewer, departments_q, may_see

if TYPE_CHECKING:
    from .conversation import Conversation


def conversations_q(viewer: Viewer, path: str = "") -> Q:
    """A filter for rows that hang on a conversation by `path` (`"conversation__"`; empty: the conversation itself).

    A contact's role narrows by the department of the ticket that the conversation has, if it has one.
    """
    return departments_q(
        viewer, customer=f"{path}customer", department=f"{path}ticket__department", contact=f"{path}contact"
    )


def sees(viewer: Viewer, conversation: "Conversation", department: str | None) -> bool:
    """The rule of `conversations_q` for a conversation in hand; `department` is the code of its ticket's, None without one."""
    return may_see(
        viewer, customer_id=conversation.customer_id, department=department, contact_id=conversation.contact_id
    )
