"""Speak to our WeChat callback as the platform does, written from its documents alone (reference channels.md 1.1 to 1.3).

Nothing of ours is imported: signature, AES and XML are done here a second time, so that a mistake of ours cannot agree
with itself. A call keeps its bytes, for the platform repeats the same timestamp, nonce and signature.
"""

import asyncio
import base64
import hashlib
import re
import secrets
import struct
import time
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

from aiohttp import ClientError, ClientSession, ClientTimeout
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msgspec import Struct

PLATFORM_WAITS_S = 5.0
TRIES = 3
_BLOCK = 32


class Account(Struct, frozen=True, kw_only=True):
    """What the platform and the owner of an account agreed on; without ``aes_key`` it is in plain mode."""

    url: str
    app_id: str
    token: str
    aes_key: str = ""
    original_id: str = "gh_outside0001"

    @property
    def key(self) -> bytes:
        """Return the 32 bytes behind the 43 characters."""
        return base64.b64decode(self.aes_key + "=")


class Call(Struct, frozen=True, kw_only=True):
    """One callback, the same bytes at every try."""

    openid: str
    message_id: str
    query: dict[str, str]
    body: bytes


class Heard(Struct, frozen=True, kw_only=True):
    """What one try brought: a status (0: no answer at all), the passive reply as readable text, and how long it took."""

    status: int
    reply: str
    took_s: float

    @property
    def is_accepted(self) -> bool:
        """Tell whether the platform would stop trying: 200 with a reply, ``success`` or nothing."""
        return self.status == 200


def text_call(account: Account, openid: str, body: str, *, message_id: str, at: int | None = None) -> Call:
    """Return the callback for a text that a follower wrote; ``at`` is the platform's clock in seconds."""
    at = int(datetime.now(UTC).timestamp()) if at is None else at  # noqa: TID251 - the platform's own clock
    xml = (
        f"<xml><ToUserName><![CDATA[{account.original_id}]]></ToUserName>"
        f"<FromUserName><![CDATA[{openid}]]></FromUserName><CreateTime>{at}</CreateTime>"
        f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{body}]]></Content><MsgId>{message_id}</MsgId></xml>"
    )
    return sealed_call(account, openid, xml, message_id=message_id, at=at)


def sealed_call(account: Account, openid: str, xml: str, *, message_id: str, at: int) -> Call:
    """Return the callback that carries a body, signed and, with a key, encrypted."""
    timestamp, nonce = str(at), str(secrets.randbelow(10**10)).zfill(10)
    query = {"signature": _signature(account.token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
    query["openid"] = openid
    if not account.aes_key:
        return Call(openid=openid, message_id=message_id, query=query, body=xml.encode())
    encrypted = _encrypt(account, xml.encode())
    query |= {"encrypt_type": "aes", "msg_signature": _signature(account.token, timestamp, nonce, encrypted)}
    body = (
        f"<xml><ToUserName><![CDATA[{account.original_id}]]></ToUserName>"
        f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    )
    return Call(openid=openid, message_id=message_id, query=query, body=body.encode())


async def post(session: ClientSession, account: Account, call: Call, *, waits_s: float = PLATFORM_WAITS_S) -> Heard:
    """Make one try and return what the platform would see.

    Raises:
        AssertionError: an answer that the platform would show as a fault, or that is not signed or sealed as it must be.
    """
    began = time.monotonic()
    headers = {"Content-Type": "text/xml"}
    try:
        async with session.post(
            account.url, params=call.query, data=call.body, headers=headers, timeout=ClientTimeout(total=waits_s)
        ) as answer:
            status, body = answer.status, await answer.read()
    except (ClientError, TimeoutError, OSError):
        return Heard(status=0, reply="", took_s=time.monotonic() - began)
    reply = readable(account, call, body) if status == 200 else ""
    return Heard(status=status, reply=reply, took_s=time.monotonic() - began)


async def deliver(session: ClientSession, account: Account, call: Call, *, every_s: float) -> Heard:
    """Try three times as the platform does, ``every_s`` apart, until a try is accepted; return the last one."""
    heard = Heard(status=0, reply="", took_s=0)
    for _ in range(TRIES):
        began = time.monotonic()
        heard = await post(session, account, call, waits_s=every_s)
        if heard.is_accepted:
            return heard
        await asyncio.sleep(max(0.0, every_s - (time.monotonic() - began)))
    return heard


def readable(account: Account, call: Call, body: bytes) -> str:
    """Return what a person reads of a passive reply, after checking it as the platform would; empty for ``success``."""
    if body in {b"", b"success"}:
        return ""
    fields = _fields(body)
    if account.aes_key:
        assert set(fields) == {"Encrypt", "MsgSignature", "TimeStamp", "Nonce"}
        expected = _signature(account.token, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
        assert fields["MsgSignature"] == expected
        fields = _fields(_decrypt(account, fields["Encrypt"]))
    assert fields["ToUserName"] == call.openid
    assert fields["FromUserName"] == account.original_id
    assert re.fullmatch(r"[0-9]{10}", fields["CreateTime"])
    if fields["MsgType"] == "text":
        assert len(fields["Content"].encode()) <= 2048
        return fields["Content"]
    assert fields["MsgType"] in {"news", "image"}
    return " ".join(fields[name] for name in ("Title", "Description", "MediaId") if name in fields)


def _fields(xml: bytes) -> dict[str, str]:
    """Return every leaf of a body by its name; ours are read here, never a stranger's."""
    root = ET.fromstring(xml)  # noqa: S314 - our own server's answer
    assert root.tag == "xml"
    return {leaf.tag: leaf.text or "" for leaf in root.iter() if len(leaf) == 0}


def _signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def _encrypt(account: Account, message: bytes) -> str:
    plain = secrets.token_bytes(16) + struct.pack(">I", len(message)) + message + account.app_id.encode()
    padding = _BLOCK - len(plain) % _BLOCK
    encryptor = Cipher(algorithms.AES(account.key), modes.CBC(account.key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()).decode()


def _decrypt(account: Account, encrypted: str) -> bytes:
    decryptor = Cipher(algorithms.AES(account.key), modes.CBC(account.key[:16])).decryptor()
    plain = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
    assert 1 <= plain[-1] <= _BLOCK
    plain = plain[: -plain[-1]]
    (length,) = struct.unpack(">I", plain[16:20])
    assert plain[20 + length :] == account.app_id.encode()
    return plain[20 : 20 + length]
