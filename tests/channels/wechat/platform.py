"""Speak as the platform does, from its documents: bodies, signatures, ciphertexts; written without our own code."""

import base64
import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

VECTORS = Path(__file__).resolve().parents[2] / "vectors"
TOKEN = "callbacktoken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP_ID = "wx0123456789abcdef"
OPENID = "oTestCitizen0000000000000001"
ORIGINAL_ID = "gh_0123456789ab"
NOW = 1_790_000_000


def vectors(name: str) -> dict[str, Any]:
    """Return one file of published vectors."""
    found: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def signature(*parts: str, token: str = TOKEN) -> str:
    """Return the sha1 over the sorted strings."""
    return hashlib.sha1("".join(sorted((token, *parts))).encode()).hexdigest()  # noqa: S324 - the platform's own scheme


def query(
    *, nonce: str = "n0nce", timestamp: str = str(NOW), token: str = TOKEN, encrypted: str = ""
) -> dict[str, str]:
    """Return the parameters the platform adds to every call; with a ciphertext those of safe mode too."""
    plain = {"signature": signature(timestamp, nonce, token=token), "timestamp": timestamp, "nonce": nonce}
    if not encrypted:
        return plain
    covering = signature(timestamp, nonce, encrypted, token=token)
    return plain | {"encrypt_type": "aes", "msg_signature": covering}


def path(parameters: dict[str, str], account: str = "main") -> str:
    """Return the callback's path with its query."""
    return f"/wechat/{account}?{urlencode(parameters)}"


def body(kind: str = "text", *, sender: str = OPENID, time: str = str(NOW), **fields: str) -> bytes:
    """Return the XML of one message; fields in the platform's own spelling."""
    head = {"ToUserName": ORIGINAL_ID, "FromUserName": sender, "CreateTime": time, "MsgType": kind}
    if kind == "text":
        fields = {"Content": "你好", "MsgId": "23000000000000001", **fields}
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in (head | fields).items())
    return f"<xml>{inner}</xml>".encode()


def event(name: str, *, sender: str = OPENID, time: str = str(NOW), **fields: str) -> bytes:
    """Return the XML of one event."""
    return body("event", sender=sender, time=time, Event=name, **fields)


def encrypt(message: bytes, *, key: str = AES_KEY, app_id: str = APP_ID) -> str:
    """Return the ciphertext of a message."""
    secret = base64.b64decode(key + "=")
    plain = os.urandom(16) + len(message).to_bytes(4, "big") + message + app_id.encode()
    padder = padding.PKCS7(256).padder()
    encryptor = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
    return base64.b64encode(encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()).decode()


def sealed(message: bytes, *, key: str = AES_KEY, app_id: str = APP_ID, nonce: str = "n0nce") -> tuple[str, bytes]:
    """Return path and body of one message in safe mode."""
    encrypted = encrypt(message, key=key, app_id=app_id)
    outer = f"<xml><ToUserName><![CDATA[{ORIGINAL_ID}]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    return path(query(nonce=nonce, encrypted=encrypted)), outer.encode()


def decrypt(encrypted: str, *, key: str = AES_KEY) -> bytes:
    """Return the message inside a ciphertext of ours, its padding and app id checked."""
    secret = base64.b64decode(key + "=")
    decryptor = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).decryptor()
    unpadder = padding.PKCS7(256).unpadder()
    padded = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
    plain = unpadder.update(padded) + unpadder.finalize()
    end = 20 + int.from_bytes(plain[16:20], "big")
    assert plain[end:].decode() == APP_ID
    return plain[20:end]


def reply(answer: bytes) -> dict[str, str]:
    """Return the flat fields of an answer, opened and its signature checked when it is encrypted; none of ``success``."""
    fields = _fields(answer.decode())
    if "Encrypt" not in fields:
        return fields
    covering = signature(fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
    assert fields["MsgSignature"] == covering
    return _fields(decrypt(fields["Encrypt"]).decode())


def _fields(xml: str) -> dict[str, str]:
    found = re.findall(r"<(\w+)>(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))</\1>", xml, re.DOTALL)
    return {name: cdata or text for name, cdata, text in found}
