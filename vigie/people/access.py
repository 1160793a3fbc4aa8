"""Who is looking, and what that allows. Every door fetches through `visible_to(viewer)`; these are its predicates."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from vigie.people.models import Contact, ContactRole, Role, User
from vigie.people.models.user import STAFF


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody behind a door, loaded once per request. `acts_for` maps customer ids to the role there."""

    user: User | None
    acts_for: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_staff(self) -> bool:
        return self.user is not None and self.user.role in STAFF

    @property
    def is_lead(self) -> bool:
        return self.user is not None and self.user.role in {Role.LEAD, Role.ADMIN}

    @property
    def is_admin(self) -> bool:
        return self.user is not None and self.user.role == Role.ADMIN

    def owns(self, customer_id: int) -> bool:
        """Whether the viewer is an owner of that customer."""
        return self.acts_for.get(customer_id) == ContactRole.OWNER


NOBODY = Viewer(user=None)


def viewer_of(user: User) -> Viewer:
    """The viewer for a signed-in, active user; `NOBODY` for anyone else. One query for contacts, none for staff."""
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    if user.is_staff:
        return Viewer(user=user)
    return Viewer(user=user, acts_for=dict(Contact.objects.filter(user=user, customer__is_active=True).values_list("customer_id", "role")))


def customers_q(viewer: Viewer, path: str = "customer") -> Q:
    """A filter for rows that hang on a customer by `path`: all for staff, the viewer's own for contacts, none otherwise."""
    if viewer.is_staff:
        return Q()
    return Q(**{f"{path}__in": list(viewer.acts_for)})
