"""Secrets that act like passwords: long, random, and only their hash is kept."""

import hashlib
import secrets


def new_token() -> str:
    """Return a secret for a link: 256 bits."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """Return what is stored of a secret. Nobody can guess 256 bits, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
