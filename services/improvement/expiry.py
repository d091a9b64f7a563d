"""Delete what was learned from use when its time is over."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from services.clock import Clock
from services.database.collection import Collection, Range, StaleVersion
from services.errors import Unavailable

log = structlog.get_logger()

EVERY = timedelta(hours=1)
_PAGE = 200


class Expiry:
    """The sweep over every collection that has an index ``at``; several processes may sweep at once."""

    def __init__(self, *collections: Collection[Any], keep: timedelta, clock: Clock) -> None:
        """Take what expires, and after how long."""
        self._collections: Sequence[Collection[Any]] = collections
        self._keep = keep
        self._clock = clock

    async def run(self, every: timedelta = EVERY) -> None:
        """Sweep again and again, until cancelled."""
        while True:
            try:
                deleted = await self.sweep()
                log.info("improvement records expired", deleted=deleted)
            except Unavailable as error:
                log.warning("expiry waits for the store", error=error.code)
            except Exception:
                log.exception("expiry failed")
            await asyncio.sleep(every.total_seconds())

    async def sweep(self) -> int:
        """Delete what is older than is kept, oldest first; return how many documents."""
        until = self._clock.now() - self._keep
        return sum([await self._swept(collection, until) for collection in self._collections])

    async def _swept(self, collection: Collection[Any], until: datetime) -> int:
        deleted = 0
        while documents := (await collection.query("at", within=Range(below=until), limit=_PAGE)).documents:
            for document in documents:
                try:
                    await collection.delete(document)
                except StaleVersion:
                    # Another process deleted it, or it was renewed; then it is not this old any more.
                    continue
                deleted += 1
        return deleted
