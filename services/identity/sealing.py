"""Encrypt single fields of personal data, so that a copy of the store alone shows nobody's telephone number.

AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D). The context (which record and field) is authenticated with
the value: a sealed value copied into another record does not open there.
"""

import base64
import binascii
import secrets
from typing import NewType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Sealed = NewType("Sealed", str)
"""``s1.`` and base64 of nonce, ciphertext and tag; ``s1`` names key and algorithm for a later rotation."""

_VERSION = "s1."
_NONCE_BYTES = 12
KEY_BYTES = 32


class CannotUnseal(Exception):
    """The value was changed, belongs to another record, or was sealed with another key."""


class Sealer:
    """Seal and open personal fields with the installation's key."""

    def __init__(self, key: bytes) -> None:
        """Take 32 random bytes; losing them loses every sealed field."""
        if len(key) != KEY_BYTES:
            message = f"the sealing key has {len(key)} bytes, not {KEY_BYTES}"
            raise ValueError(message)
        self._cipher = AESGCM(key)

    def seal(self, value: str, *, context: str) -> Sealed:
        """Return the value encrypted for one context, for example ``petition:<id>:phone``."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        data = nonce + self._cipher.encrypt(nonce, value.encode(), context.encode())
        return Sealed(_VERSION + base64.b64encode(data).decode())

    def unseal(self, sealed: Sealed, *, context: str) -> str:
        """Return the value, or raise `CannotUnseal`."""
        if not sealed.startswith(_VERSION):
            raise CannotUnseal("unknown version")
        try:
            data = base64.b64decode(sealed[len(_VERSION) :], validate=True)
            return self._cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], context.encode()).decode()
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise CannotUnseal("sealed value does not open") from error
