"""Tell a platform's retry from a stamp that somebody uses again.

The platform repeats a callback with the same timestamp, nonce and signature, so a nonce cache would break its retries.
A stamp seen before is a retry when it brings the same message (the inbox then gives the first answer again) and is
refused when it brings another. The key is the signature, which does not change when digits are moved between timestamp
and nonce.
"""

import hashlib
from datetime import timedelta
from typing import Protocol

import structlog

from channels.wechat.signature import WINDOW_S, Forged
from services.errors import Unavailable

log = structlog.get_logger()

REMEMBERED = timedelta(seconds=2 * WINDOW_S)
"""A stamp from five minutes ahead stays fresh for ten."""


class Firsts(Protocol):
    """Short-lived values of which the first holds; a `Memory` is one."""

    async def put_first(self, key: str, value: str, *, lasting: timedelta) -> str:
        """Keep the value unless the key is taken; return the value that holds now."""
        ...


class Replays:
    """Remember which message each stamp came with, for all accounts and processes."""

    def __init__(self, memory: Firsts) -> None:
        """Take the memory that the processes share, or the one of this process with its file."""
        self._memory = memory

    async def check(self, account: str, signature: str, *, message: tuple[str, str]) -> None:
        """Refuse a stamp that came with another message before.

        Args:
            account: the name of ours.
            signature: already proven.
            message: the citizen's id and the message's key.

        Raises:
            Forged: the stamp is used again.
        """
        digest = hashlib.blake2b("\n".join(message).encode(), digest_size=12).hexdigest()
        try:
            first = await self._memory.put_first(f"wechat:{account}:{signature}", digest, lasting=REMEMBERED)
        except Unavailable:
            # Answering everybody in time is worth more than this second fence: the inbox drops repeats by their key.
            log.warning("stamp not remembered", account=account)
            return
        if first != digest:
            raise Forged("stamp used again for another message")
