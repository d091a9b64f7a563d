"""Sign and encrypt as the platform does in safe mode (安全模式).

Source: developers.weixin.qq.com, "Message Encryption: Technical Plan". AES-256-CBC with the key
``base64(EncodingAESKey + "=")``, the first 16 key bytes as initial vector and PKCS#7 padding to blocks of 32 bytes;
the plaintext is 16 random bytes, the length of the message as a big-endian 32-bit number, the message and the app id.
"""

import base64
import binascii
import hashlib
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
HEAD = 16
LENGTH = struct.Struct(">I")


class Undecipherable(ValueError):
    """Say that an encrypted message was not made with this account's key and app id."""


def signature(*parts: str) -> str:
    """Return the SHA-1 the platform writes beside a call: the parts sorted by bytes and joined, in lower-case hex."""
    joined = b"".join(sorted(part.encode() for part in parts))
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


class Envelope:
    """Encrypt and decrypt the messages of one account.

    Args:
        aes_key: the account's EncodingAESKey, 43 characters.
        app_id: written behind every message and checked on the way back.
    """

    def __init__(self, aes_key: str, app_id: str) -> None:
        self._key = base64.b64decode(aes_key + "=")
        self._app_id = app_id.encode()

    def seal(self, message: str, *, head: bytes | None = None) -> str:
        """Return the base64 ciphertext of a message; ``head`` replaces the 16 random bytes for known-answer tests."""
        body = message.encode()
        plain = (head or secrets.token_bytes(HEAD)) + LENGTH.pack(len(body)) + body + self._app_id
        pad = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()

    def open(self, sealed: str) -> str:
        """Return the message in a base64 ciphertext.

        Raises:
            Undecipherable: not base64, not whole blocks, wrong padding, length, app id or character set.
        """
        plain = self._unpad(self._decrypt(sealed))
        if len(plain) < HEAD + LENGTH.size:
            raise Undecipherable("shorter than its own header")
        (length,) = LENGTH.unpack_from(plain, HEAD)
        end = HEAD + LENGTH.size + length
        if end > len(plain):
            raise Undecipherable("length runs past the end")
        if plain[end:] != self._app_id:
            raise Undecipherable("made for another app id")
        try:
            return plain[HEAD + LENGTH.size : end].decode()
        except UnicodeDecodeError as error:
            raise Undecipherable("message is not UTF-8") from error

    def _decrypt(self, sealed: str) -> bytes:
        try:
            blocks = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Undecipherable("not base64") from error
        if not blocks or len(blocks) % HEAD:
            raise Undecipherable("not whole AES blocks")
        decryptor = self._cipher().decryptor()
        return decryptor.update(blocks) + decryptor.finalize()

    def _unpad(self, padded: bytes) -> bytes:
        pad = padded[-1]
        if not 1 <= pad <= BLOCK or padded[-pad:] != bytes([pad]) * pad:
            raise Undecipherable("wrong padding")
        return padded[:-pad]

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))
