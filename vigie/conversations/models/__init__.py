"""Conversations: ordered threads of messages, whatever channel each came by."""

from .attachment import Attachment
from .conversation import Channel, Conversation, Trust
from .draft import Draft
from .message import Author, Message
from .proof import ProofLink
from .reading import ReadMark

__all__ = ["Attachment", "Author", "Channel", "Conversation", "Draft", "Message", "ProofLink", "ReadMark", "Trust"]
