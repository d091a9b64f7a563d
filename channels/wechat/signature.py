"""Prove that a callback comes from the platform, and that it is fresh.

The signature joins token, timestamp and nonce without separators, so that digits can be moved between the two and it
stays valid; ten digits inside a window of five minutes leave no second reading (reference reliability.md, fact 4).
"""

import hashlib
import hmac
from datetime import datetime

from msgspec import Struct

from services.errors import NotAllowed
from services.secret import Secret

WINDOW_S = 300
"""Seconds a callback may be old or early: more than the platform's three tries (15 s) and clock skew together."""
_TIMESTAMP_DIGITS = 10


class Forged(NotAllowed):
    """Refuse a callback that the platform did not make for this account; the reason stays in the log."""

    code = "wechat.forged"
    title = "签名无效"


class Stamp(Struct, frozen=True, kw_only=True):
    """What the platform puts into the query of every callback; ``message_signature`` is there in safe mode."""

    timestamp: str
    nonce: str
    signature: str
    message_signature: str = ""


def sign(token: Secret, *parts: str) -> str:
    """Return the platform's signature: sha1 over the byte-wise sorted strings, as 40 small hexadecimal digits.

    Source: channels.md 1.1 (O3, O4).
    """
    # UTF-8 sorts as its characters do, so the pieces need not be encoded one by one.
    joined = "".join(sorted((token.reveal(), *parts)))
    return hashlib.sha1(joined.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def check_stamp(stamp: Stamp, token: Secret, *, now: datetime) -> None:
    """Refuse a query that was not signed with our token, or was signed too long ago.

    Raises:
        Forged: with the reason for the log.
    """
    if not token:
        raise Forged("no token")
    timestamp = stamp.timestamp
    if len(timestamp) != _TIMESTAMP_DIGITS or not (timestamp.isascii() and timestamp.isdigit()):
        raise Forged("timestamp is not ten digits")
    if abs(now.timestamp() - int(timestamp)) > WINDOW_S:
        raise Forged("timestamp is outside the window")
    if not _same(sign(token, timestamp, stamp.nonce), stamp.signature):
        raise Forged("signature does not match")


def check_message(stamp: Stamp, token: Secret, *, encrypted: str) -> None:
    """Refuse a ciphertext that the message signature does not cover.

    Raises:
        Forged: with the reason for the log.
    """
    if not token or not _same(sign(token, stamp.timestamp, stamp.nonce, encrypted), stamp.message_signature):
        raise Forged("message signature does not match")


def _same(ours: str, theirs: str) -> bool:
    # On bytes: compare_digest raises TypeError for a str that is not ASCII.
    return hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "surrogatepass"))
