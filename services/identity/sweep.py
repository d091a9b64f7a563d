"""Remove the sessions that have ended and the guests that never did anything, page by page, off the request path.

A guest is removed in two looks an hour apart. The first finds nothing said or filed and closes the token; the second
finds that it is still so, which whatever was under way at the first has had time to change. Whoever is found to have
used the token is not looked at again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from msgspec.structs import replace

from services.clock import Clock
from services.conversations.message import ContactPoint
from services.conversations.model import Conversation, conversation_id
from services.database.collection import Collection, Document, Range, StaleVersion
from services.errors import Unavailable
from services.identity.guests import Guest
from services.identity.settings import IdentitySettings
from services.identity.staff import Session

D = TypeVar("D", bound=Document)
log = structlog.get_logger()

PAGE = 100
"""Documents looked at together: one group commit."""
PAGES_MOST = 50
"""Pages of each kind in one round; the rest waits for the next."""
BETWEEN_LOOKS = timedelta(hours=1)


class IdentitySweep:
    """Keep no more about people than somebody still needs."""

    def __init__(  # noqa: PLR0913 - the composition root passes each part by name
        self,
        *,
        sessions: Collection[Session],
        guests: Collection[Guest],
        conversations: Collection[Conversation],
        clock: Clock,
        settings: IdentitySettings,
        pages_most: int = PAGES_MOST,
    ) -> None:
        """Take what ends, and where it shows that a guest did something: who says or files anything has a conversation."""
        self._sessions = sessions
        self._guests = guests
        self._conversations = conversations
        self._clock = clock
        self._settings = settings
        self._pages_most = pages_most

    async def run(self) -> None:
        """Work until cancelled; a fault is logged and waited out, never the end of the loop."""
        while True:
            try:
                sessions, guests = await self.step()
            except Unavailable as error:
                log.warning("identity sweep waits for the store", error=error.code)
            except Exception:
                log.exception("identity sweep failed")
            else:
                if sessions or guests:
                    log.info("ended sessions and unused guests removed", sessions=sessions, guests=guests)
            await asyncio.sleep(self._settings.sweep_every_s)

    async def step(self) -> tuple[int, int]:
        """Remove what has ended by now, bounded; return how many sessions and guests were removed."""
        now = self._clock.now()
        ended = Range(below=now + timedelta(microseconds=1))
        unused = Range(below=now - self._settings.unused_lasts)

        async def look(guest: Guest) -> bool:
            return await self._look_at(guest, now=now)

        return (
            await self._by_pages(self._sessions, "ends", within=ended, look=self._end),
            await self._by_pages(self._guests, "unused", within=unused, look=look),
        )

    async def _by_pages(
        self, collection: Collection[D], index: str, *, within: Range, look: Callable[[D], Awaitable[bool]]
    ) -> int:
        """Look at every document of an index, bounded; return how many were removed."""

        async def removed(document: D) -> bool:
            try:
                return await look(document)
            except StaleVersion:
                # Somebody came back in this moment: decided anew in the next round.
                return False

        count, after = 0, None
        for _ in range(self._pages_most):
            page = await collection.query(index, within=within, after=after, limit=PAGE)
            count += sum(await asyncio.gather(*map(removed, page.documents)))
            if (after := page.next) is None:
                break
        return count

    async def _end(self, session: Session) -> bool:
        await self._sessions.delete(session)
        return True

    async def _look_at(self, guest: Guest, *, now: datetime) -> bool:
        """Decide about one guest; return whether it was removed."""
        if await self._has_acted(guest.contact):
            _ = await self._guests.save(replace(guest, is_used=True, ending_since=None))
            return False
        if guest.ending_since is None:
            _ = await self._guests.save(replace(guest, ending_since=now))
            return False
        if guest.ending_since > now - BETWEEN_LOOKS:
            return False
        await self._guests.delete(guest)
        return True

    async def _has_acted(self, contact: ContactPoint) -> bool:
        return await self._conversations.find(conversation_id(contact)) is not None
