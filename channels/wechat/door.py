"""One account's door: who may come in, and how a message is opened and a reply closed."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from channels.wechat.crypto import MessageCipher
from channels.wechat.settings import Account, Mode
from channels.wechat.signature import Forged, Stamp, check_message, check_stamp, sign
from channels.wechat.wire import Wire, read, read_outer


class Door:
    """Prove, open and seal for one account."""

    def __init__(self, account: Account) -> None:
        """Prepare the cipher when the account has a key."""
        self.account = account
        self._cipher = MessageCipher(account.cipher_key, account.app_id) if account.cipher_key else None

    def proven_stamp(self, query: Mapping[str, str], *, now: datetime) -> Stamp:
        """Return the stamp of a query that the platform signed, lately.

        Raises:
            Forged: it did not.
        """
        stamp = Stamp(
            timestamp=query.get("timestamp", ""),
            nonce=query.get("nonce", ""),
            signature=query.get("signature", ""),
            message_signature=query.get("msg_signature", ""),
        )
        check_stamp(stamp, self.account.token, now=now)
        return stamp

    def open(self, body: bytes, stamp: Stamp) -> tuple[Wire, bool]:
        """Return the message in a body, and whether it came encrypted and so must its answer be.

        A body that carries both forms (兼容模式) is always read in its encrypted one: only that is signed.

        Raises:
            Forged: plain where encryption is required, not covered by the message signature, not decryptable, or for
                another account.
            Malformed: not the platform's XML, outside or inside.
        """
        outer = read_outer(body)
        encrypted = outer.optional("Encrypt")
        if not encrypted and self.account.mode is Mode.SAFE:
            raise Forged("plain body in safe mode")
        inner = self._opened(encrypted, stamp) if encrypted else outer
        if self.account.original_id and inner.optional("ToUserName") != self.account.original_id:
            raise Forged("message is for another account")
        return inner, bool(encrypted)

    def seal(self, reply: str, *, now: datetime) -> str:
        """Return a reply encrypted and signed, as safe mode wants it. Source: channels.md 1.1 (O3)."""
        if self._cipher is None:
            raise AssertionError("nothing encrypted is ever opened without a key")
        encrypted = self._cipher.encrypt(reply.encode())
        timestamp, nonce = str(int(now.timestamp())), secrets.token_hex(8)
        signature = sign(self.account.token, timestamp, nonce, encrypted)
        return (
            f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        )

    def _opened(self, encrypted: str, stamp: Stamp) -> Wire:
        if self._cipher is None:
            raise Forged("encrypted body, and no key to read it")
        check_message(stamp, self.account.token, encrypted=encrypted)
        return read(self._cipher.decrypt(encrypted))
