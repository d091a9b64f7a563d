"""Encrypt and decrypt messages of safe mode (安全模式).

AES-256-CBC with the first 16 bytes of the key as the fixed vector; the plaintext is 16 random bytes, the length as four
big-endian bytes, the message and the app id, padded by PKCS#7 to blocks of 32. Source: channels.md 1.1 (O3, O4).
"""

import binascii
import hmac
import secrets
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from channels.wechat.signature import Forged

_BLOCK = 32
_AES_BLOCK = 16
_RANDOM = 16
_HEAD = _RANDOM + 4
_PADDINGS = tuple(bytes([length]) * length for length in range(_BLOCK + 1))


class MessageCipher:
    """Encrypt and decrypt for one account."""

    def __init__(self, key: bytes, app_id: str, *, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        """Take the 32 bytes of the key; ``random`` is replaced only to reproduce published vectors."""
        cipher = Cipher(algorithms.AES256(key), modes.CBC(key[:_AES_BLOCK]))
        # One context each way for all messages: making one costs more than decrypting a message. A block of CBC depends
        # on nothing but the block before it, so the vector takes that place explicitly.
        self._decryptor, self._encryptor = cipher.decryptor(), cipher.encryptor()
        self._vector = self._before = key[:_AES_BLOCK]
        self._app_id = app_id.encode()
        self._random = random

    def decrypt(self, encrypted: str) -> bytes:
        """Return the message inside a ciphertext.

        Raises:
            Forged: one and the same error for every fault, so that an answer tells nothing about the plaintext.
        """
        try:
            return self._opened(binascii.a2b_base64(encrypted, strict_mode=True))
        except (ValueError, binascii.Error):
            # Without the cause: its text would name the step that failed.
            raise Forged("message does not decrypt") from None

    def encrypt(self, message: bytes) -> str:
        """Return a message as base64 ciphertext; two calls never give the same."""
        body = self._random(_RANDOM) + len(message).to_bytes(4, "big") + message + self._app_id
        padded = body + _PADDINGS[_BLOCK - len(body) % _BLOCK]
        first = _xor(_xor(padded[:_AES_BLOCK], self._vector), self._before)
        encrypted = self._encryptor.update(first + padded[_AES_BLOCK:])
        self._before = encrypted[-_AES_BLOCK:]
        return binascii.b2a_base64(encrypted, newline=False).decode()

    def _opened(self, data: bytes) -> bytes:
        if not data or len(data) % _BLOCK:
            raise ValueError("length")
        plain = self._decryptor.update(self._vector + data)[_AES_BLOCK:]
        padding = plain[-1]
        if not 1 <= padding <= _BLOCK or not hmac.compare_digest(plain[-padding:], _PADDINGS[padding]):
            raise ValueError("padding")
        end = _HEAD + int.from_bytes(plain[_RANDOM:_HEAD], "big")
        app_id = plain[end:-padding]
        if len(plain) - padding < _HEAD or not hmac.compare_digest(app_id, self._app_id):
            raise ValueError("receiver")
        return plain[_HEAD:end]


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(_AES_BLOCK, "big")
