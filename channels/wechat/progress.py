"""Remember how far a message of several pieces has come, so that nobody reads a piece twice.

A reply too long for one answer goes on as customer messages: the callback notes that the first piece is out, the sender
begins with the second. A send that fails in the middle goes on where it stopped, and does not spend the window again.
What is forgotten costs a repeated piece, never a lost one; so a memory that is down is passed over.
"""

from datetime import timedelta

import structlog
from msgspec import Struct

from services.conversations.message import ContactPoint
from services.coordination.ports import Memory
from services.errors import Unavailable
from services.ids import derived_id
from services.outbox.notice import Notice

log = structlog.get_logger()

_REMEMBERED = timedelta(hours=24)


class Stage(Struct, frozen=True):
    """Pieces that are out, and messages of the window that were counted for them."""

    sent: int = 0
    spent: int = 0


class Progress:
    """Stages by message, for all processes."""

    def __init__(self, memory: Memory) -> None:
        """Take the memory that the processes share."""
        self._memory = memory

    async def of(self, key: str) -> Stage:
        """Return how far a message has come."""
        try:
            kept = await self._memory.get(key)
        except Unavailable:
            log.warning("progress not known")
            return Stage()
        sent, _, spent = (kept or "").partition(":")
        return Stage(int(sent), int(spent)) if sent.isdigit() and spent.isdigit() else Stage()

    async def note(self, key: str, stage: Stage) -> None:
        """Keep how far a message has come."""
        try:
            await self._memory.put(key, f"{stage.sent}:{stage.spent}", lasting=_REMEMBERED)
        except Unavailable:
            # Whoever notes this has just sent something, or failed to: that is what must be told, not this.
            log.warning("progress not noted")


def reply_key(contact: ContactPoint, first_seq: int) -> str:
    """Return the key of a conversation's reply by its first message: callback and sender find the same."""
    return derived_id("wp", contact.account, contact.address, str(first_seq))


def notice_key(notice: Notice) -> str:
    """Return the key of a notice: that of the reply it carries, else its own."""
    if notice.messages:
        return reply_key(notice.contact, notice.messages[0].seq)
    return derived_id("wp", notice.delivery_id)
