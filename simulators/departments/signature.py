"""Sign requests between the city and a department, and check the city's signatures.

Source: docs/departments-interface.md, "Signature".
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct

from services.clock import Clock

FRESH: Final = timedelta(minutes=5)
KEY: Final = "X-QD-Key"
TIMESTAMP: Final = "X-QD-Timestamp"
NONCE: Final = "X-QD-Nonce"
SIGNATURE: Final = "X-QD-Signature"
NONCE_SHAPE = re.compile(r"[A-Za-z0-9_-]{16,64}")
LAST_TIMESTAMP: Final = 253_402_300_799  # the last second of the year 9999


class NotSigned(Exception):
    """Say why a request is not accepted as signed."""


class Message(Struct, frozen=True, kw_only=True):
    """Hold what a signature covers: ``target`` is path and query exactly as they stand in the request line."""

    method: str
    target: str
    body: bytes

    def signature(self, secret: str, *, timestamp: str, nonce: str) -> str:
        """Return the HMAC-SHA256 of the five lines, in lower-case hex."""
        digest = hashlib.sha256(self.body).hexdigest()
        lines = f"{self.method.upper()}\n{self.target}\n{timestamp}\n{nonce}\n{digest}"
        return hmac.new(secret.encode(), lines.encode(), hashlib.sha256).hexdigest()


def signed_headers(message: Message, key: str, *, secret: str, at: datetime) -> dict[str, str]:
    """Return the four headers of a new signature."""
    timestamp, nonce = str(int(at.timestamp())), secrets.token_urlsafe(16)
    signature = message.signature(secret, timestamp=timestamp, nonce=nonce)
    return {KEY: key, TIMESTAMP: timestamp, NONCE: nonce, SIGNATURE: signature}


class SignatureCheck:
    """Check signatures and remember their nonces for as long as the same signature would still be fresh."""

    def __init__(self, secrets_by_key: Mapping[str, str], *, clock: Clock) -> None:
        self._secrets = secrets_by_key
        self._clock = clock
        self._seen: dict[tuple[str, str], datetime] = {}

    def check(self, message: Message, headers: Mapping[str, str]) -> str:
        """Return the key a request was signed with.

        Raises:
            NotSigned: unknown key, malformed or stale timestamp, malformed or repeated nonce, wrong signature.
        """
        key, timestamp, nonce = (headers.get(name, "") for name in (KEY, TIMESTAMP, NONCE))
        if key not in self._secrets:
            raise NotSigned("unknown key")
        if not NONCE_SHAPE.fullmatch(nonce):
            raise NotSigned("malformed nonce")
        signed_at = self._fresh(timestamp)
        expected = message.signature(self._secrets[key], timestamp=timestamp, nonce=nonce)
        if not hmac.compare_digest(expected.encode(), headers.get(SIGNATURE, "").encode("utf-8", "replace")):
            raise NotSigned("wrong signature")
        self._spend(key, nonce, signed_at=signed_at)
        return key

    def _fresh(self, timestamp: str) -> datetime:
        if not (timestamp.isascii() and timestamp.isdecimal() and int(timestamp[:12]) <= LAST_TIMESTAMP):
            raise NotSigned("malformed timestamp")
        signed_at = datetime.fromtimestamp(int(timestamp[:12]), UTC)
        if len(timestamp) > len(str(LAST_TIMESTAMP)) or abs(self._clock.now() - signed_at) > FRESH:
            raise NotSigned("stale timestamp")
        return signed_at

    def _spend(self, key: str, nonce: str, *, signed_at: datetime) -> None:
        now = self._clock.now()
        self._seen = {seen: until for seen, until in self._seen.items() if until >= now}
        if (key, nonce) in self._seen:
            raise NotSigned("repeated nonce")
        self._seen[key, nonce] = signed_at + FRESH
