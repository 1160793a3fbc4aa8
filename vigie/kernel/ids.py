"""Unguessable names: tokens shown once and stored hashed, client keys for idempotent sends."""

import hashlib
import secrets
import uuid


def token(prefix: str = "") -> str:
    """256 bits of randomness, URL-safe, behind a readable prefix."""
    return prefix + secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """SHA-256 in hex. Enough for 256-bit random tokens; passwords go through Django's hashers instead."""
    return hashlib.sha256(secret.encode()).hexdigest()


def client_key() -> uuid.UUID:
    """A key for a form rendered now: sending the form twice carries it twice."""
    return uuid.uuid4()
