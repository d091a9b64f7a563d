"""Make bearer tokens and the ids under which they are kept: the store never holds a usable token."""

import hashlib
import secrets


def new_token() -> str:
    """Return 256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def token_id(prefix: str, token: str) -> str:
    """Return the document id of a token: its SHA-256, so that a copy of the store opens no session."""
    return f"{prefix}_{hashlib.sha256(token.encode('utf-8', 'surrogatepass')).hexdigest()}"
