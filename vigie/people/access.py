"""Who is looking, and what that allows. Every door fetches through `visible_to(viewer)`; these are its predicates."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from vigie.kernel import sql
from vigie.people.models import ContactRole, Role, User
from vigie.people.models.user import STAFF

FINANCIAL = "financial"
"""The department billing contacts see whole, and technical contacts only where they wrote themselves."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody behind a door, loaded once per request. `acts_for` maps customer ids to the role there."""

    user: User | None
    acts_for: Mapping[int, str] = field(default_factory=dict)

    @property
    def actor_id(self) -> int | None:
        """For the journal; None for the operator and for nobody."""
        return self.user.pk if self.user is not None else None

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

OPERATOR = Viewer(user=User(role=Role.ADMIN, name="vigie"))
"""Whoever runs `vigie` at the shell: every right, no account; what it does is journaled without an actor. No door
uses it.
"""


_ACTS_FOR = """SELECT c.customer_id, c.role FROM people_contact c JOIN people_customer ON people_customer.id = c.customer_id
WHERE c.user_id = %s AND people_customer.is_active
"""


def viewer_of(user: User) -> Viewer:
    """The viewer for a signed-in, active user; `NOBODY` for anyone else. One query for contacts, none for staff."""
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    if user.is_staff:
        return Viewer(user=user)
    return Viewer(user=user, acts_for=dict(sql.ask(_ACTS_FOR, (user.pk,))))


def customers_q(viewer: Viewer, path: str = "customer") -> Q:
    """A filter for rows that hang on a customer by `path`: all for staff, the viewer's own for contacts, none
    otherwise.
    """
    if viewer.is_staff:
        return Q()
    return Q(**{f"{path}__in": list(viewer.acts_for)})


def departments_q(
    viewer: Viewer, *, customer: str = "customer", department: str = "department", contact: str = "contact"
) -> Q:
    """A filter for rows that belong to a department: the three paths lead from the row to the customer, the department
    (its code) and the person who wrote. Rows without a department are an owner's, or one's own; see `may_see`.
    """
    if viewer.is_staff:
        return Q()
    if viewer.user is None or not viewer.acts_for:
        return Q(pk__in=[])
    owned, technical, billing = (
        [cid for cid, held in viewer.acts_for.items() if held == role]
        for role in (ContactRole.OWNER, ContactRole.TECHNICAL, ContactRole.BILLING)
    )
    allowed = Q(**{f"{customer}__in": list(viewer.acts_for), contact: viewer.user.pk})
    if owned:
        allowed |= Q(**{f"{customer}__in": owned})
    if technical:
        named = Q(**{f"{department}__isnull": False}) & ~Q(**{department: FINANCIAL})
        allowed |= Q(**{f"{customer}__in": technical}) & named
    if billing:
        allowed |= Q(**{f"{customer}__in": billing, department: FINANCIAL})
    return allowed


def departments_sql(viewer: Viewer, *, customer: str, department: str, contact: str) -> tuple[str, list[int | str]]:
    """The same rule as `departments_q` as a condition in SQL over three columns, and its values; for hand-written look-ups."""
    if viewer.is_staff:
        return "1 = 1", []
    if viewer.user is None or not viewer.acts_for:
        return "1 = 0", []
    mine = {role: [cid for cid, held in viewer.acts_for.items() if held == role] for role in ContactRole.values}
    parts: list[tuple[str, list[int], list[int | str]]] = [(f"{contact} = %s", list(viewer.acts_for), [viewer.user.pk])]
    parts.append(("1 = 1", mine[ContactRole.OWNER], []))
    parts.append((f"{department} <> %s", mine[ContactRole.TECHNICAL], [FINANCIAL]))  # NULL is not other than financial
    parts.append((f"{department} = %s", mine[ContactRole.BILLING], [FINANCIAL]))
    parts = [part for part in parts if part[1]]
    condition = " OR ".join(f"{customer} IN ({', '.join(['%s'] * len(of))}) AND {what}" for what, of, _values in parts)
    return f"({condition})", [value for _what, of, values in parts for value in (*of, *values)]


def may_see(viewer: Viewer, *, customer_id: int | None, department: str | None, contact_id: int | None) -> bool:
    """The same rule as `departments_q`, for one row already in hand (a live topic, a file)."""
    if viewer.is_staff:
        return True
    role = viewer.acts_for.get(customer_id) if customer_id is not None else None
    if viewer.user is None or role is None:
        return False
    if role == ContactRole.OWNER or contact_id == viewer.user.pk:
        return True
    if department is None:
        return False
    return (department == FINANCIAL) == (role == ContactRole.BILLING)
