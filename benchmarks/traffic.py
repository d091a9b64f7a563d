"""Write signed WeChat messages as the platform would send them, plain or in safe mode; independent of our channel."""

import base64
import hashlib
import os
import struct
import time
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msgspec import Struct

QUESTIONS = (
    "身份证丢了怎么补办",
    "护照怎么办要带什么",
    "公积金租房怎么提取",
    "驾照到期了网上怎么换",
    "社保卡丢了怎么挂失",
    "刚生的宝宝怎么上户口",
    "外地人怎么办居住证",
    "无犯罪记录证明去哪开",
    "养老保险怎么转到青岛",
    "被裁员了怎么领失业金",
    "家里养狗怎么办狗证",
    "结婚登记需要什么材料",
    "去香港签注怎么办",
    "灵活就业怎么交社保",
    "开个小饭店要办什么证",
    "老人高龄津贴怎么申请",
)
"""Sixteen texts by turns, as in the reference measurement (perf.md A)."""
PEOPLE = 10_000


class Credentials(Struct, frozen=True, kw_only=True):
    """What the account and its server share."""

    app_id: str = "wx0123456789abcdef"
    token: str = "benchmark-token"
    aes_key: str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


def message(number: int, *, at: int) -> bytes:
    """Return one text message, each with its own MsgId."""
    return (
        f"<xml><ToUserName><![CDATA[gh_benchmark000]]></ToUserName>"
        f"<FromUserName><![CDATA[oBenchmark{number % PEOPLE:06d}]]></FromUserName>"
        f"<CreateTime>{at}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{QUESTIONS[number % len(QUESTIONS)]}]]></Content>"
        f"<MsgId>{at}{number:09d}</MsgId></xml>"
    ).encode()


def request(number: int, credentials: Credentials, *, is_safe: bool, path: str, at: int) -> tuple[str, bytes]:
    """Return address and body of one callback, signed now."""
    # By chance two of 40,000 would be alike in one file of twelve, and the second be refused as used again.
    nonce = f"{number:010d}"
    signature = _sha1(credentials.token, str(at), nonce)
    query = f"{path}?signature={signature}&timestamp={at}&nonce={nonce}"
    body = message(number, at=at)
    if not is_safe:
        return query, body
    encrypted = _encrypted(body, credentials)
    query += f"&encrypt_type=aes&msg_signature={_sha1(credentials.token, str(at), nonce, encrypted)}"
    return (
        query,
        f"<xml><ToUserName><![CDATA[gh_benchmark000]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode(),
    )


def write(file: Path, count: int, *, is_safe: bool, path: str, first: int = 0) -> None:
    """Write so many callbacks for wrk, one a line: address, tabulator, body."""
    at, credentials = int(time.time()), Credentials()
    with file.open("wb") as lines:
        for number in range(first, first + count):
            address, body = request(number, credentials, is_safe=is_safe, path=path, at=at)
            lines.write(address.encode() + b"\t" + body + b"\n")


def _sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def _encrypted(body: bytes, credentials: Credentials) -> str:
    key = base64.b64decode(credentials.aes_key + "=")
    plain = os.urandom(16) + struct.pack(">I", len(body)) + body + credentials.app_id.encode()
    padding = 32 - len(plain) % 32
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    data = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
    return base64.b64encode(data).decode()
