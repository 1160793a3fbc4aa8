"""For which of their customers a viewer acts now."""

from vigie.kernel import lookup
from vigie.people.access import Viewer
from vigie.people.models import Customer


def acting_for(viewer: Viewer, asked: str) -> Customer:
    """The customer whose id is `asked` when it is one of the viewer's, else their first by name.

    For contacts only: the viewer must act for at least one active customer.
    """
    own = asked.isdecimal() and len(asked) < 19 and int(asked) in viewer.acts_for
    only = next(iter(viewer.acts_for)) if len(viewer.acts_for) == 1 else None
    chosen = int(asked) if own else only
    found = lookup.one(Customer, "id = %s", chosen) if chosen is not None else None
    return found or Customer.objects.visible_to(viewer).order_by("name", "id")[0]
