"""Tell a platform's retry from a stamp that somebody uses again.

The platform repeats a callback with the same timestamp, nonce and signature, so a nonce cache would break its retries.
A stamp seen before is a retry when it brings the same message (the inbox then gives the first answer again) and is
refused when it brings another. The key is the signature, which does not change when digits are moved between timestamp
and nonce.
"""

import hashlib
from datetime import timedelta

import structlog

from channels.wechat.signature import WINDOW_S, Forged
from services.coordination.ports import Memory
from services.errors import Unavailable

log = structlog.get_logger()

_REMEMBERED = timedelta(seconds=2 * WINDOW_S)
"""A stamp from five minutes ahead stays fresh for ten."""


class Replays:
    """Remember which message each stamp came with, for all accounts and processes."""

    def __init__(self, memory: Memory) -> None:
        """Take the memory that the processes share."""
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
            first = await self._memory.put_first(f"wechat:{account}:{signature}", digest, lasting=_REMEMBERED)
        except Unavailable:
            # Answering everybody in time is worth more than this second fence: the inbox drops repeats by their key.
            log.warning("stamp not remembered", account=account)
            return
        if first != digest:
            raise Forged("stamp used again for another message")
