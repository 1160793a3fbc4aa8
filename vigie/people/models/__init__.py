"""Who is who: users, the customers they act for, the teams they work in, and the provider itself."""

from .customer import Contact, ContactRole, Customer
from .department import Department
from .invitation import Invitation
from .provider import Provider
from .team import Calendar, Holiday, Team, TeamMember, WorkingHours
from .token import ApiToken
from .user import Role, User

__all__ = [
    "ApiToken",
    "Calendar",
    "Contact",
    "ContactRole",
    "Customer",
    "Department",
    "Holiday",
    "Invitation",
    "Provider",
    "Role",
    "Team",
    "TeamMember",
    "User",
    "WorkingHours",
]
