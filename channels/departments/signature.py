"""Sign requests to a unit's system, and check those that come from it.

Five lines are signed with HMAC-SHA256: method, path with query as in the request line, timestamp, nonce, SHA-256 of the
body. Source: docs/departments-interface.md, 签名.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from channels.departments.settings import System
from services.clock import Clock
from services.coordination.ports import Memory
from services.errors import NotAllowed
from services.ids import new_id

KEY, TIMESTAMP, NONCE, SIGNATURE = "X-QD-Key", "X-QD-Timestamp", "X-QD-Nonce", "X-QD-Signature"
FRESH = timedelta(seconds=300)
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
_TIMESTAMP = re.compile(r"[0-9]{1,11}")


class NotSigned(NotAllowed):
    """Refuse a request whose signature is missing, wrong, stale or used; which of these is for the log alone."""

    status = 401
    code = "department.not_signed"
    title = "签名不符、已过期或已使用"


class Signed(Struct, frozen=True, kw_only=True):
    """What a signature covers: ``target`` is path and query exactly as they stand in the request line."""

    method: str
    target: str
    body: bytes

    def signature(self, system: System, *, timestamp: str, nonce: str) -> str:
        """Return the signature in lower-case hexadecimal."""
        digest = hashlib.sha256(self.body).hexdigest()
        lines = f"{self.method.upper()}\n{self.target}\n{timestamp}\n{nonce}\n{digest}"
        return hmac.digest(system.secret.reveal().encode(), lines.encode(), "sha256").hex()


def signed_headers(signed: Signed, system: System, *, at: datetime) -> dict[str, str]:
    """Return the four headers of a new signature."""
    timestamp, nonce = str(int(at.timestamp())), secrets.token_urlsafe(16)
    signature = signed.signature(system, timestamp=timestamp, nonce=nonce)
    return {KEY: system.key, TIMESTAMP: timestamp, NONCE: nonce, SIGNATURE: signature}


class SignatureCheck:
    """Know units' systems by their signatures; a nonce is good once, on any process."""

    def __init__(self, systems: Mapping[str, System], *, memory: Memory, clock: Clock) -> None:
        """Take the systems by key."""
        self._systems = systems
        self._memory = memory
        self._clock = clock

    async def of(self, signed: Signed, headers: Mapping[str, str]) -> System:
        """Return whose request it is; raise `NotSigned` for anything that does not fit.

        The nonce is spent last: nobody without the secret can use up somebody's nonces.
        """
        key, timestamp, nonce = (headers.get(name, "") for name in (KEY, TIMESTAMP, NONCE))
        system = self._systems.get(key)
        if system is None:
            raise NotSigned("unknown key")
        if not self._is_fresh(timestamp):
            raise NotSigned("stale or malformed timestamp")
        if not _NONCE.fullmatch(nonce):
            raise NotSigned("malformed nonce")
        expected = signed.signature(system, timestamp=timestamp, nonce=nonce)
        given = headers.get(SIGNATURE, "").encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(expected.encode(), given):
            raise NotSigned("wrong signature")
        mine = new_id("nonce")
        # Kept for twice the window: a timestamp may be as far ahead of our clock as behind it.
        if await self._memory.put_first(f"department-nonce:{key}:{nonce}", mine, lasting=2 * FRESH) != mine:
            raise NotSigned("nonce used before")
        return system

    def _is_fresh(self, timestamp: str) -> bool:
        if not _TIMESTAMP.fullmatch(timestamp):
            return False
        return abs(self._clock.now() - datetime.fromtimestamp(int(timestamp), UTC)) <= FRESH
