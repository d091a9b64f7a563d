"""Bring an unfinished petition to mind after half an hour of silence: once, and only where it still gets through."""

import asyncio
from datetime import timedelta

import structlog

from bots.petition import wording
from services.conversations.message import Text
from services.conversations.service import ConversationService
from services.database.collection import MissingDocument, StaleVersion
from services.errors import Unavailable

log = structlog.get_logger()


class Reminders:
    """Look again and again for what is due; several processes may, for each reminder is settled by one write."""

    def __init__(self, conversations: ConversationService) -> None:
        """Take the conversations."""
        self._conversations = conversations

    async def run(self, every: timedelta = timedelta(seconds=30)) -> None:
        """Work until cancelled; a fault is logged and waited out."""
        while True:
            try:
                reminded = await self.step()
            except Unavailable as error:
                log.warning("reminders wait for the store", error=error.code)
            except Exception:
                log.exception("reminding failed")
            else:
                if reminded:
                    log.info("unfinished petitions brought to mind", count=reminded)
            await asyncio.sleep(every.total_seconds())

    async def step(self) -> int:
        """Settle every reminder that is due; return how many were said."""
        said = 0
        while due := await self._conversations.due_reminders():
            settled = 0
            for key in due:
                try:
                    said += await self._conversations.remind(key, (Text(wording.UNFINISHED),))
                    settled += 1
                except (StaleVersion, MissingDocument):
                    # Somebody writes there at this very moment, or was forgotten: nothing is left to bring to mind.
                    continue
            if not settled:
                break
        return said
