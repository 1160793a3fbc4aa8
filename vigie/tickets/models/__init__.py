"""Tickets: conversations with a number, a department, a priority, a state, an assignee and promises."""

from .counts import QueueCount, TicketCounter
from .held import HeldReply
from .tag import Tag
from .ticket import ACTIVE, UNSOLVED, State, Ticket

__all__ = ["ACTIVE", "UNSOLVED", "HeldReply", "QueueCount", "State", "Tag", "Ticket", "TicketCounter"]
