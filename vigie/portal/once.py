"""The same sending twice is one; a new text under an old key is not the same sending.

A page that came back with its key (back button, a draft kept on the device) may hold other words by now. The key then gives
what was sent first, and the new words would be lost: they get a key of their own, the same each time they are sent.
"""

from uuid import UUID, uuid5


def key_for(key: UUID, *words: str) -> UUID:
    """A key derived from the form's and from what is sent."""
    return uuid5(key, "\0".join(words))
